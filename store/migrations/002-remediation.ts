import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/**
 * What became of every finding: its own journal, chained and append-only like a run's, and the finding as it is now. It has
 * no run to hang on to, because it outlives the run that met it by months.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table remediation_event (
      fingerprint text not null,
      chain_id text not null,
      number integer not null check (number >= 1),
      prev bytea not null check (octet_length(prev) = 32),
      hash bytea not null,
      body text not null,
      appended_at timestamptz not null default clock_timestamp(),
      prev_number integer generated always as (nullif(number - 1, 0)) stored,
      prev_hash bytea generated always as (case when number = 1 then null else prev end) stored,
      primary key (fingerprint, chain_id, number),
      unique (fingerprint, chain_id, number, hash),
      constraint remediation_hash_is_right check (hash = sha256(prev || convert_to(body, 'UTF8'))),
      constraint remediation_starts_at_zero check (number > 1 or prev = decode(repeat('00', 32), 'hex')),
      constraint remediation_continues_the_event_before foreign key (fingerprint, chain_id, prev_number, prev_hash)
        references remediation_event (fingerprint, chain_id, number, hash)
    )`.execute(db);
  await sql`create trigger append_only before update or delete on remediation_event for each row execute function refuse_change()`.execute(
    db,
  );
  await sql`create trigger never_truncated before truncate on remediation_event for each statement execute function refuse_change()`.execute(
    db,
  );
  await sql`
    create table remediation (
      fingerprint text primary key,
      chain_id text not null,
      service text not null,
      resource text not null,
      tier integer not null,
      state text not null,
      raised_at timestamptz not null,
      ticket_key text,
      view jsonb not null
    )`.execute(db);
  await sql`create index remediation_by_service on remediation (service, state, raised_at desc)`.execute(db);
}
