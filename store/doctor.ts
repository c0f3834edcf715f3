import { sql } from 'kysely';
import type { Examination } from '../domain/examination.ts';
import { withStore } from './connect.ts';
import type { Store } from './connect.ts';

/**
 * Whether the store answers, is migrated, and refuses what it must refuse: the role in use may append to the journal and
 * may not change it. Looks at rights only, changes nothing.
 *
 * @throws StoreUnreachableError
 */
export async function checkStore(store: Store): Promise<readonly Examination[]> {
  return await withStore(async () => {
    const { rows } = await sql<{
      version: string;
      role: string;
      journal: boolean;
    }>`select current_setting('server_version') as version, current_user as role, to_regclass('public.journal') is not null as journal`.execute(
      store,
    );
    const seen = rows[0];
    if (!seen?.journal)
      return [
        {
          name: 'Store',
          ok: false,
          detail: 'its tables are not there',
          fix: 'Run firedrill up, or firedrill migrate with a role that may create tables.',
        },
      ];
    const rights = await sql<{ append: boolean; change: boolean }>`
      select has_table_privilege('journal', 'INSERT') as append,
             has_table_privilege('journal', 'UPDATE') or has_table_privilege('journal', 'DELETE') or has_table_privilege('journal', 'TRUNCATE') as change`.execute(
      store,
    );
    const { append, change } = rights.rows[0] ?? { append: false, change: true };
    return [
      {
        name: 'Store',
        ok: append,
        detail: `PostgreSQL ${seen.version} as ${seen.role}`,
        fix: append ? '' : 'Grant INSERT on its tables to this role.',
      },
      {
        name: 'Journal is append-only',
        ok: !change,
        detail: change
          ? `${seen.role} may change or remove entries (a trigger refuses it, but the right should not be there)`
          : `${seen.role} can add and not change`,
        fix: change ? 'Let firedrill log in as firedrill_app, and migrate as the owner (DATABASE_MIGRATION_URL).' : '',
      },
    ];
  });
}
