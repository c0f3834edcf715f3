/**
 * The template language of scenarios: `${service}` stands for a value, and that is all. No conditions, no loops, no
 * expressions: a scenario reads the same with any service.
 */

/** `${service}`; and, to be told as a mistake, `${` with anything else behind it. */
const placeholder = /\$\{([A-Za-z]+)\}|\$\{/g;

/** What stands between `${` and `}`, in its order, twice if it is there twice; undefined for a `${` that is not one. */
export const placeholdersIn = (text: string): readonly (string | undefined)[] =>
  [...text.matchAll(placeholder)].map(([, name]) => name);

/** The text with every placeholder replaced by what `valueOf` says; what it answers nothing for stays as it is. */
export const replacePlaceholders = (text: string, valueOf: (name: string) => string | undefined): string =>
  text.replaceAll(placeholder, (whole, name: string | undefined) =>
    name === undefined ? whole : (valueOf(name) ?? whole),
  );

/** Every string of plain data, with where it stands. */
export function stringsOf(data: unknown, path: readonly PropertyKey[] = []): readonly TextAt[] {
  if (typeof data === 'string') return [{ path, text: data }];
  if (typeof data !== 'object' || data === null) return [];
  const entries: [PropertyKey, unknown][] = Array.isArray(data) ? [...data.entries()] : Object.entries(data);
  return entries.flatMap(([key, value]) => stringsOf(value, [...path, key]));
}

interface TextAt {
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

/** The same data with every string changed. */
export function mapStrings<Data>(data: Data, change: (text: string) => string): Data;
export function mapStrings(data: unknown, change: (text: string) => string): unknown {
  if (typeof data === 'string') return change(data);
  if (Array.isArray(data)) return data.map((item) => mapStrings<unknown>(item, change));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, mapStrings<unknown>(value, change)]));
}
