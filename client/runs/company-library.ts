import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { loadCatalog } from '../../catalog/load.ts';
import type { Catalog } from '../../catalog/schema.ts';
import { loadLibrary } from '../../runbooks/tabletop-exercise/library.ts';
import type { LibraryScenario } from '../../runbooks/tabletop-exercise/library.ts';

/** The scenarios that a company can hold. */
export interface KnownScenarios {
  readonly library: readonly LibraryScenario[];
  /** Absent where there is no catalog: the scenarios that come with firedrill can be read all the same. */
  readonly catalog?: Catalog;
}

/**
 * Every scenario there is for a company: those of firedrill, and of the folder that its catalog names.
 *
 * @param place - file or folder of the catalog
 * @param more - further folders of scenarios
 * @throws ScenarioError and CatalogError with every problem
 */
export async function companyLibrary(place: string, more: readonly string[] = []): Promise<KnownScenarios> {
  const catalog = existsSync(place) ? (await loadCatalog(place)).catalog : undefined;
  const named = catalog?.organisation.scenarios;
  const folder = existsSync(place) && statSync(place).isDirectory() ? place : dirname(place);
  const own = [...(named === undefined ? [] : [resolve(folder, named)]), ...more];
  return { library: await loadLibrary(own), ...(catalog === undefined ? {} : { catalog }) };
}
