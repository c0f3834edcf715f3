import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Migration } from 'kysely/migration';
import { FiredrillError } from '../domain/errors.ts';
import { withStore } from './connect.ts';
import * as journalAndProjections from './migrations/001-journal-and-projections.ts';
import * as remediation from './migrations/002-remediation.ts';
import type { StoreTables } from './tables.ts';

const migrations: Record<string, Migration> = {
  '001-journal-and-projections': journalAndProjections,
  '002-remediation': remediation,
};

/** The role that the application logs in as; it may append and project, and never change or remove what was recorded. */
export const applicationRole = 'firedrill_app';

/** Written once, by nobody ever again. */
const appendOnly = ['journal', 'addendum', 'refused_attempt', 'remediation_event'] as const;
/** Follow the journal, and can be rebuilt from it. */
const projected = [
  'run',
  'step',
  'gate',
  'decision',
  'finding',
  'ticket',
  'evidence',
  'catalog_version',
  'delivery',
  'obligation',
  'remediation',
] as const;

/** Any number will do, as long as all of firedrill takes the same one. */
const migrationLock = 7_130_226;

/**
 * Brings the schema up to date and grants the application's role, when there is one, what it needs. Run as the owner of
 * the schema; safe to repeat and to run twice at once.
 *
 * @throws FiredrillError `migration-failed` with the migration's name; what ran before it stays
 * @throws StoreUnreachableError
 */
export async function migrate(db: Kysely<StoreTables>): Promise<void> {
  await withStore(() =>
    db.connection().execute(async (connection) => {
      // The migrator's own lock does not cover its tables' creation, nor the grants.
      await sql`select pg_advisory_lock(${migrationLock})`.execute(connection);
      try {
        await migrateToLatest(connection);
        await grantToApplication(connection);
      } finally {
        await sql`select pg_advisory_unlock(${migrationLock})`.execute(connection);
      }
    }),
  );
}

async function migrateToLatest(db: Kysely<StoreTables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  throw new FiredrillError(
    {
      code: 'migration-failed',
      kind: 'programme',
      what: `The store could not be brought up to date (at ${results?.find((result) => result.status === 'Error')?.migrationName ?? 'the start'}): ${error instanceof Error ? error.message : 'no reason given'}.`,
      means: 'Nothing is recorded until this is mended; the data that is there is untouched.',
      next: 'The store needs a role that may create tables (DATABASE_MIGRATION_URL).',
    },
    { cause: error },
  );
}

async function grantToApplication(db: Kysely<StoreTables>): Promise<void> {
  const role = await sql<{
    present: boolean;
  }>`select exists (select from pg_roles where rolname = ${applicationRole}) as present`.execute(db);
  if (role.rows[0]?.present !== true) return;
  const to = sql.id(applicationRole);
  await sql`grant usage on schema public to ${to}`.execute(db);
  for (const table of [...appendOnly, ...projected])
    await sql`grant select, insert on ${sql.table(table)} to ${to}`.execute(db);
  for (const table of projected) await sql`grant update on ${sql.table(table)} to ${to}`.execute(db);
}
