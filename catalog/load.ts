import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { CatalogError } from './catalog-error.ts';
import { parseCatalogFiles } from './parse.ts';
import type { LoadedCatalog } from './parse.ts';
import { utcDate } from '../domain/time-text.ts';

/**
 * Reads a catalog from a YAML file, or from all YAML files of a folder (not of folders inside it), in the order of their
 * names. Its findings are about today.
 *
 * @param place - file or folder; errors name it as it was given
 * @throws CatalogError with every problem; also when there is no such file
 */
export async function loadCatalog(place: string, nowMs: number = Date.now()): Promise<LoadedCatalog> {
  try {
    const names = (await stat(place)).isDirectory() ? await catalogFilesIn(place) : [place];
    const files = await Promise.all(names.map(async (file) => ({ file, text: await readFile(file, 'utf8') })));
    return parseCatalogFiles(files, { onDate: utcDate(nowMs) });
  } catch (error) {
    if (error instanceof CatalogError) throw error;
    throw unreadable(place, error);
  }
}

async function catalogFilesIn(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).toSorted();
  if (names.length > 0) return names.map((name) => path.join(folder, name));
  throw problemWith(folder, 'There is no .yaml file in this folder.', 'a folder with catalog files');
}

function unreadable(place: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return problemWith(place, 'There is no such file.', 'the path of a catalog file', error);
  if (code === 'EACCES' || code === 'EPERM')
    return problemWith(place, 'This file may not be read.', 'a readable file', error);
  return error;
}

function problemWith(file: string, message: string, expected: string, cause?: unknown): CatalogError {
  return new CatalogError([{ file, line: 1, column: 1, path: '', value: file, expected, message }], { cause });
}
