import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { loadCatalog } from '../../catalog/load.ts';
import type { Catalog } from '../../catalog/schema.ts';
import { loadLibrary } from '../../runbooks/tabletop-exercise/library.ts';
import type { LibraryScenario } from '../../runbooks/tabletop-exercise/library.ts';
import type { CommonOptions } from './settings-of.ts';
import { settingsOf } from './settings-of.ts';
import type { Terminal } from './terminal.ts';

export interface ScenarioOptions extends CommonOptions {
  /** A folder of own scenarios, beside the one that the catalog names. */
  readonly scenarios?: string;
}

export interface KnownScenarios {
  readonly library: readonly LibraryScenario[];
  /** Absent where there is no catalog: the scenarios that come with firedrill can be read all the same. */
  readonly catalog?: Catalog;
}

/**
 * Every scenario there is for this person: those of firedrill, of the catalog's folder and of `--scenarios`.
 *
 * @throws ScenarioError and CatalogError with every problem
 */
export async function knownScenarios(terminal: Terminal, options: ScenarioOptions): Promise<KnownScenarios> {
  const place = settingsOf(terminal, options).config.catalog;
  const catalog = existsSync(place) ? (await loadCatalog(place)).catalog : undefined;
  const named = catalog?.organisation.scenarios;
  const folder = existsSync(place) && statSync(place).isDirectory() ? place : dirname(place);
  const own = [
    ...(named === undefined ? [] : [resolve(folder, named)]),
    ...(options.scenarios === undefined ? [] : [resolve(terminal.cwd, options.scenarios)]),
  ];
  return { library: await loadLibrary(own), ...(catalog === undefined ? {} : { catalog }) };
}
