import { z } from 'zod';
import { FiredrillError } from './errors.ts';

/** Name of a service or resource: it appears in run ids, in AWS names and in Slack commands. */
export const NameSchema = z
  .string()
  .max(40, 'at most 40 characters')
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'lower-case letters and digits, words joined by single hyphens');

/** The name, when it is one. @throws FiredrillError `bad-name` */
export function checkedName(what: 'service' | 'resource', name: string): string {
  const parsed = NameSchema.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new FiredrillError({
    code: 'bad-name',
    kind: 'input',
    what: `"${name}" cannot be the name of a ${what}.`,
    means: 'Names are part of run ids and of AWS names, so they are kept to one plain form.',
    next: 'Use lower-case letters and digits, words joined by single hyphens, at most 40 characters.',
  });
}
