import { hintFor } from './did-you-mean.ts';
import type { Path } from './source-document.ts';

/** Something wrong at a path; its file, line and value are added by whoever knows them. */
export interface PlacedProblem {
  readonly path: Path;
  readonly part?: 'key' | 'value';
  /** What is the matter, one sentence without the path. */
  readonly message: string;
  readonly expected: string;
}

/** Where a name stands for something declared elsewhere; `*` is any key or position. */
const references: readonly { readonly at: readonly string[]; readonly to: string; readonly what: string }[] = [
  { at: ['services', '*', 'owner'], to: 'people', what: 'person' },
  { at: ['services', '*', 'champion'], to: 'people', what: 'person' },
  { at: ['services', '*', 'deputies', '*'], to: 'people', what: 'person' },
  { at: ['services', '*', 'dependencies', '*'], to: 'services', what: 'service' },
  { at: ['services', '*', 'impactAssessment', 'owner'], to: 'people', what: 'person' },
  { at: ['services', '*', 'exception', 'approver'], to: 'people', what: 'person' },
  { at: ['services', '*', 'resources', '*', 'account'], to: 'accounts', what: 'account' },
  { at: ['services', '*', 'resources', '*', 'drillNetwork'], to: 'drillNetworks', what: 'drill network' },
  { at: ['drillNetworks', '*', 'account'], to: 'accounts', what: 'account' },
  { at: ['roles', '*', 'people', '*'], to: 'people', what: 'person' },
];

/**
 * Every name that refers to nothing. Works on the data as written, before the schema, so that a misspelt name and a
 * misspelt field are told in the same round.
 */
export function unknownReferences(data: unknown): readonly PlacedProblem[] {
  return references.flatMap(({ at, to, what }) => {
    const known = Object.keys(asRecord(asRecord(data)[to]));
    return [...leavesAt(data, at)]
      .filter(({ value }) => !known.includes(value))
      .map(({ path, value }) => ({
        path,
        message: `There is no ${what} "${value}".${hintFor(value, known)}`,
        expected: `a ${what} declared under ${to}`,
      }));
  });
}

function* leavesAt(
  data: unknown,
  pattern: readonly string[],
  path: Path = [],
): Generator<{ path: Path; value: string }> {
  const [segment, ...rest] = pattern;
  if (segment === undefined) {
    if (typeof data === 'string') yield { path, value: data };
  } else if (Array.isArray(data)) {
    if (segment === '*') for (const [index, item] of data.entries()) yield* leavesAt(item, rest, [...path, index]);
  } else {
    const record = asRecord(data);
    const keys = segment === '*' ? Object.keys(record) : [segment].filter((key) => Object.hasOwn(record, key));
    for (const key of keys) yield* leavesAt(record[key], rest, [...path, key]);
  }
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
