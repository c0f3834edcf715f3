import { FiredrillError } from './errors.ts';
import { NameSchema } from './names.ts';

/** One resource of one service. */
export interface ServiceRef {
  readonly service: string;
  readonly resource: string;
}

/** `jira-cloud/issues-db`, strictly. @throws FiredrillError `bad-reference` */
export function serviceRef(text: string): ServiceRef {
  const [service, resource, ...more] = text.split('/');
  if (service !== undefined && resource !== undefined && more.length === 0 && [service, resource].every(isName)) {
    return { service, resource };
  }
  throw new FiredrillError({
    code: 'bad-reference',
    kind: 'input',
    what: `"${text}" does not name a resource.`,
    means: 'It cannot be said what is meant.',
    next: 'Write service and resource with a slash between, for example jira-cloud/issues-db.',
  });
}

/** `jira-cloud/issues-db`. */
export const formatServiceRef = ({ service, resource }: ServiceRef): string => `${service}/${resource}`;

const isName = (text: string): boolean => NameSchema.safeParse(text).success;
