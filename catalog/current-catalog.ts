import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { loadCatalog } from './load.ts';
import type { LoadedCatalog } from './parse.ts';

/** What the catalog's files look like from outside: when any of it changes, they are read again. */
async function stampOf(place: string): Promise<string> {
  const at = await stat(place);
  if (!at.isDirectory()) return `${at.mtimeMs}:${at.size}`;
  const names = (await readdir(place)).toSorted();
  const stamps = await Promise.all(names.map(async (name) => [name, await stat(join(place, name))] as const));
  return stamps.map(([name, it]) => `${name}:${it.mtimeMs}:${it.size}`).join(',');
}

/**
 * The catalog as it is now: read again when its files changed, since who may start and decide is looked up at the
 * moment of the click.
 *
 * A catalog that was broken meanwhile does not stop an installation that runs: the last good one stays in force and
 * `onProblem` is told.
 *
 * @param place - file or folder
 * @throws CatalogError from the first call when there is no good one yet
 */
export function currentCatalog(place: string, onProblem: (error: unknown) => void): () => Promise<LoadedCatalog> {
  let known: { stamp: string; catalog: LoadedCatalog } | undefined;
  let reading: { stamp: string; catalog: Promise<LoadedCatalog> } | undefined;
  return async () => {
    try {
      const stamp = await stampOf(place);
      if (known?.stamp === stamp) return known.catalog;
      // A large one takes seconds: whoever asks meanwhile waits for the same reading.
      if (reading?.stamp !== stamp) reading = { stamp, catalog: loadCatalog(place) };
      const mine = reading;
      try {
        known = { stamp, catalog: await mine.catalog };
        return known.catalog;
      } finally {
        if (reading === mine) reading = undefined;
      }
    } catch (error) {
      // Reading says better than `stat` what is wrong with the place.
      if (!known) return await loadCatalog(place);
      onProblem(error);
      return known.catalog;
    }
  };
}
