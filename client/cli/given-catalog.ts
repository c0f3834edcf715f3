import { existsSync } from 'node:fs';
import { loadCatalog } from '../../catalog/load.ts';
import type { LoadedCatalog } from '../../catalog/parse.ts';
import type { Config } from '../../config/index.ts';
import { FiredrillError } from '../../domain/errors.ts';

/**
 * The catalog of this command; told apart are one that is not there and one that is wrong.
 *
 * @throws FiredrillError `no-catalog`; CatalogError with every problem
 */
export async function givenCatalog({ catalog }: Pick<Config, 'catalog'>): Promise<LoadedCatalog> {
  requireCatalog({ catalog });
  return await loadCatalog(catalog);
}

/** @throws FiredrillError `no-catalog` */
export function requireCatalog({ catalog }: Pick<Config, 'catalog'>): void {
  if (existsSync(catalog)) return;
  throw new FiredrillError({
    code: 'no-catalog',
    kind: 'input',
    what: `There is no catalog at ${catalog}.`,
    means: 'Nothing was done: the catalog says what is protected, and who may decide.',
    next: 'Say where yours is with --catalog FILE or FIREDRILL_CATALOG; the example is examples/catalog.yaml.',
  });
}
