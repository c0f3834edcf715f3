import { withStore } from './connect.ts';
import type { Store } from './connect.ts';

/** Keeps a version of the catalog, so that evidence can show what a run was pinned to. The same hash is kept once. */
export async function recordCatalogVersion(
  store: Store,
  catalog: { readonly hash: string; readonly text: string },
): Promise<void> {
  await withStore(() =>
    store
      .insertInto('catalog_version')
      .values({ hash: catalog.hash, body: catalog.text })
      .onConflict((conflict) => conflict.column('hash').doNothing())
      .execute(),
  );
}

/** The text of a catalog version; absent when no worker of this store ever read it. */
export async function readCatalogVersion(store: Store, hash: string): Promise<string | undefined> {
  const row = await withStore(() =>
    store.selectFrom('catalog_version').select('body').where('hash', '=', hash).executeTakeFirst(),
  );
  return row?.body;
}
