import type { PlacedProblem } from './references.ts';
import type { Path, SourceDocument } from './source-document.ts';

/** Several files as one catalog, which still knows what stood where. */
export interface MergedSource {
  readonly data: unknown;
  /** Names declared in two files. Their place is in the second. */
  readonly problems: readonly PlacedProblem[];
  sourceOf(path: Path): SourceDocument;
}

/**
 * Joins files section by section (`people`, `services`, …), so that every team can keep its own services in its own file.
 * `organisation` stays in one file as a whole.
 */
export function mergeSources(sources: readonly SourceDocument[]): MergedSource {
  const [first, ...more] = sources;
  if (first === undefined) throw new TypeError('A catalog has at least one file.');
  if (more.length === 0) return { data: first.data, problems: [], sourceOf: () => first };

  const data = emptyMapping();
  const owners = new Map<string, SourceDocument>();
  const problems: PlacedProblem[] = [];
  const ownersOfTwice = new Map<Path, SourceDocument>();
  const twice = (path: Path, source: SourceDocument, owner: SourceDocument): void => {
    problems.push({
      path,
      part: 'key',
      message: `${path.join('.')} is declared here and in ${owner.file}.`,
      expected: 'one declaration',
    });
    ownersOfTwice.set(path, source);
  };
  for (const source of sources) {
    if (!isMapping(source.data)) {
      if (source.data !== null && source.data !== undefined) {
        const path: Path = [];
        problems.push({
          path,
          message: `${source.file} is not a catalog.`,
          expected: 'a mapping with people, services and so on',
        });
        ownersOfTwice.set(path, source);
      }
      continue;
    }
    for (const [section, content] of Object.entries(source.data)) {
      const joined = data[section];
      const owner = owners.get(section);
      if (owner === undefined) {
        data[section] = isMapping(content) ? emptyMapping() : content;
        owners.set(section, source);
      } else if (section === 'organisation' || !isMapping(joined) || !isMapping(content)) {
        twice([section], source, owner);
        continue;
      }
      if (!isMapping(content)) continue;
      for (const [name, entry] of Object.entries(content)) {
        const key = `${section} ${name}`;
        const before = owners.get(key);
        if (before !== undefined) twice([section, name], source, before);
        else {
          owners.set(key, source);
          (data[section] as Record<string, unknown>)[name] = entry;
        }
      }
    }
  }
  return {
    data,
    problems,
    sourceOf: (path) =>
      ownersOfTwice.get(path) ??
      owners.get(`${String(path[0])} ${String(path[1])}`) ??
      owners.get(String(path[0])) ??
      first,
  };
}

/** Without a prototype, so that a key `__proto__` is a key like any other, and refused by the schema. */
const emptyMapping = (): Record<string, unknown> => Object.create(null) as Record<string, unknown>;

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
