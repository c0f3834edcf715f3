import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Migration } from 'kysely/migration';
import { FiredrillError } from '../domain/errors.ts';
import * as journalAndProjections from './migrations/001-journal-and-projections.ts';
import type { StoreTables } from './tables.ts';

const migrations: Record<string, Migration> = { '001-journal-and-projections': journalAndProjections };

/** The role that the application logs in as; it may append and project, and never change or remove what was recorded. */
export const applicationRole = 'firedrill_app';

/**
 * Brings the schema up to date and grants the application's role what it needs. Run as the owner of the schema; safe
 * to repeat and to run twice at once (the migrator takes an advisory lock).
 *
 * @throws FiredrillError `migration-failed` with the migration's name; what ran before it stays
 */
export async function migrate(db: Kysely<StoreTables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
  const { error, results } = await migrator.migrateToLatest();
  if (error) {
    throw new FiredrillError(
      {
        code: 'migration-failed',
        kind: 'programme',
        what: `The store could not be brought up to date (at ${results?.find((result) => result.status === 'Error')?.migrationName ?? 'the start'}).`,
        means: 'Nothing is recorded until this is mended; the data that is there is untouched.',
        next: 'Look at the cause below; the store needs a role that may create tables (DATABASE_MIGRATION_URL).',
      },
      { cause: error },
    );
  }
  const role = await sql<{ present: boolean }>`select exists (select from pg_roles where rolname = ${applicationRole}) as present`.execute(db);
  if (!role.rows[0]?.present) return;
  await sql`grant usage on schema public to ${sql.id(applicationRole)}`.execute(db);
  await sql`grant select, insert on all tables in schema public to ${sql.id(applicationRole)}`.execute(db);
  for (const table of ['run', 'step', 'gate', 'decision', 'finding', 'ticket', 'evidence', 'catalog_version', 'delivery', 'obligation']) {
    await sql`grant update on ${sql.table(table)} to ${sql.id(applicationRole)}`.execute(db);
  }
}
