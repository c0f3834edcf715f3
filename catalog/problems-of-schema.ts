import type { z } from 'zod';
import { hintFor } from './did-you-mean.ts';
import { knownKeys } from './known-keys.ts';
import type { PlacedProblem } from './references.ts';
import { pathText, valueAt } from './source-document.ts';

type Issue = z.core.$ZodIssue;

/**
 * What zod found, in words for the person who wrote the file: one problem for every misspelt key.
 *
 * @param whole - what the file is, where a problem concerns all of it
 */
export function problemsOfSchema(
  schema: z.ZodType,
  data: unknown,
  issues: readonly Issue[],
  whole = 'the catalog',
): readonly PlacedProblem[] {
  return issues.flatMap((issue) => problemsOf(schema, data, issue, whole));
}

function problemsOf(schema: z.ZodType, data: unknown, issue: Issue, whole: string): readonly PlacedProblem[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, data, path);
    return issue.keys.map((key) => ({
      path: [...path, key],
      part: 'key' as const,
      message: `There is no field "${key}" in ${pathText(path) || whole}.${hintFor(key, known)}`,
      expected: `one of ${known.join(', ')}`,
    }));
  }
  if (issue.code === 'invalid_key') {
    const expected = issue.issues[0]?.message ?? 'another name';
    return [{ path, part: 'key', message: `"${String(path.at(-1))}" cannot be used as a name.`, expected }];
  }
  const expected = expectedOf(schema, data, issue);
  const missing = valueAt(data, path) === undefined;
  const name = pathText(path) || `${whole.charAt(0).toUpperCase()}${whole.slice(1)}`;
  return [{ path, message: missing ? `${name} is missing.` : `${name} is not right.`, expected }];
}

/** Our schemas' messages say what was expected; where zod speaks for itself, it is put into the file's words. */
function expectedOf(schema: z.ZodType, data: unknown, issue: Issue): string {
  if (issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid input')) return issue.message;
  const known = issue.expected === 'object' ? knownKeys(schema, data, issue.path) : [];
  if (known.length > 0) return `a mapping with ${known.join(', ')}`;
  if (issue.expected === 'object' || issue.expected === 'record') return 'a mapping';
  return issue.expected === 'array' ? 'a list' : `a ${issue.expected}`;
}
