import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { CatalogError } from './catalog-error.ts';
import { parseCatalog } from './parse.ts';
import { draftCatalog, textWith } from './testing.ts';

type Path = readonly (string | number)[];

/** Every place of a piece of plain data, its containers included. */
function placesOf(data: unknown, path: Path = []): Path[] {
  if (typeof data !== 'object' || data === null) return [path];
  const entries: [string | number, unknown][] = Array.isArray(data) ? [...data.entries()] : Object.entries(data);
  return [...(path.length > 0 ? [path] : []), ...entries.flatMap(([key, value]) => placesOf(value, [...path, key]))];
}

function replaced(data: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const copy = Array.isArray(data) ? [...data] : { ...(data as object) };
  (copy as Record<string | number, unknown>)[key] = replaced(
    (data as Record<string | number, unknown>)[key],
    rest,
    value,
  );
  return copy;
}

/** Loads, or says in the proper way why not; anything else is a crash. */
function outcomeOf(text: string): 'loaded' | CatalogError {
  try {
    parseCatalog(text, 'catalog.yaml');
    return 'loaded';
  } catch (error) {
    if (error instanceof CatalogError) return error;
    throw error;
  }
}

const anything = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('', ' ', '0', '__proto__', 'constructor', '-1', '9999-99-99', '*', Infinity, NaN, -0, 1e308),
  fc.string({ unit: 'binary' }),
);

test('whatever stands in any one field, the catalog loads or says what is wrong and where', () => {
  const places = placesOf(draftCatalog());
  fc.assert(
    fc.property(fc.constantFrom(...places), anything, (path, value) => {
      const outcome = outcomeOf(stringify(replaced(draftCatalog(), path, value)));
      if (outcome === 'loaded') return;
      expect(outcome.problems.length).toBeGreaterThan(0);
      for (const problem of outcome.problems) {
        expect(problem.line).toBeGreaterThan(0);
        expect(problem.column).toBeGreaterThan(0);
        expect(problem.message).not.toContain('undefined');
        expect(problem.expected).not.toBe('');
      }
    }),
    { numRuns: 600 },
  );
});

/** What means something in YAML, and half of a surrogate pair. */
const marks = '{ } [ ] : - & * ! | > % @ ` " # , ? \n \t \ud800 x'.split(' ').concat(' ');

test('whatever characters are put into or taken out of the file, the same holds', () => {
  const text = textWith();
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(40), fc.string({ unit: fc.constantFrom(...marks) }), (at, drop, put) => {
      const outcome = outcomeOf(text.slice(0, at) + put + text.slice(at + drop));
      if (outcome !== 'loaded') expect(outcome.problems.length).toBeGreaterThan(0);
    }),
    { numRuns: 600 },
  );
});
