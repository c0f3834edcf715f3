import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/**
 * The journal and what is projected from it.
 *
 * The database itself proves the chain: an entry's hash is computed again by a CHECK, and a foreign key ties it to the
 * entry before. Nobody changes or removes entries: the application's role may not, and a trigger refuses everybody.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table journal (
      run_id text not null,
      execution_id text not null,
      number integer not null check (number >= 1),
      prev bytea not null check (octet_length(prev) = 32),
      hash bytea not null,
      body text not null,
      appended_at timestamptz not null default clock_timestamp(),
      prev_number integer generated always as (nullif(number - 1, 0)) stored,
      prev_hash bytea generated always as (case when number = 1 then null else prev end) stored,
      primary key (run_id, execution_id, number),
      unique (run_id, execution_id, number, hash),
      constraint journal_hash_is_right check (hash = sha256(prev || convert_to(body, 'UTF8'))),
      constraint journal_starts_at_zero check (number > 1 or prev = decode(repeat('00', 32), 'hex')),
      constraint journal_continues_the_entry_before foreign key (run_id, execution_id, prev_number, prev_hash)
        references journal (run_id, execution_id, number, hash)
    )`.execute(db);

  // What comes after the seal: ticket keys, late decisions, where the evidence went. Chained to it, signed each.
  await sql`
    create table addendum (
      run_id text not null,
      execution_id text not null,
      number integer not null check (number >= 1),
      prev bytea not null check (octet_length(prev) = 32),
      hash bytea not null,
      body text not null,
      signature text not null,
      appended_at timestamptz not null default clock_timestamp(),
      prev_number integer generated always as (nullif(number - 1, 0)) stored,
      prev_hash bytea generated always as (case when number = 1 then null else prev end) stored,
      primary key (run_id, execution_id, number),
      unique (run_id, execution_id, number, hash),
      constraint addendum_continues_the_one_before foreign key (run_id, execution_id, prev_number, prev_hash)
        references addendum (run_id, execution_id, number, hash),
      constraint addendum_hash_is_right check (hash = sha256(prev || convert_to(body, 'UTF8')))
    )`.execute(db);

  await sql`
    create function refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception 'firedrill: % is append-only; % is refused', tg_table_name, lower(tg_op);
    end $$`.execute(db);
  for (const table of ['journal', 'addendum']) {
    await sql`create trigger append_only before update or delete on ${sql.table(table)} for each row execute function refuse_change()`.execute(
      db,
    );
    await sql`create trigger never_truncated before truncate on ${sql.table(table)} for each statement execute function refuse_change()`.execute(
      db,
    );
  }

  await sql`
    create table run (
      run_id text primary key,
      execution_id text not null,
      runbook text not null,
      mode text not null,
      service text not null,
      resource text not null,
      tier integer not null,
      simulated boolean not null,
      initiator text not null,
      catalog_hash text not null,
      opened_at timestamptz not null,
      state text not null,
      verdict text,
      verdict_reason text,
      ended_at timestamptz,
      sealed boolean not null default false,
      head_number integer not null,
      head_hash text not null,
      projection jsonb not null
    )`.execute(db);
  await sql`create index run_by_subject on run (service, resource, runbook, opened_at desc)`.execute(db);

  await sql`
    create table step (
      run_id text not null references run, execution_id text not null, number integer not null, name text not null,
      started_at timestamptz not null, outcome text, attempts integer, finished_at timestamptz, summary text,
      primary key (run_id, execution_id, number)
    )`.execute(db);
  await sql`
    create table gate (
      run_id text not null references run, execution_id text not null, gate_id text not null, round integer not null,
      kind text not null, question text not null, opened_at timestamptz not null, outcome text, waited_ms double precision,
      primary key (run_id, execution_id, gate_id, round)
    )`.execute(db);
  await sql`
    create table decision (
      run_id text not null references run, execution_id text not null, number integer not null, gate_id text not null,
      person_id text not null, choice text not null, via text not null, clicked_at timestamptz not null, outcome text not null,
      code text, reason text,
      primary key (run_id, execution_id, number)
    )`.execute(db);
  // Attempts that no run could take: closed run, unknown user, over the cap. Part of the evidence.
  await sql`
    create table refused_attempt (
      id bigint generated always as identity primary key, run_id text not null, gate_id text, who text not null, via text not null,
      choice text not null, code text not null, at timestamptz not null, decision_id text not null, unique (decision_id, code)
    )`.execute(db);
  await sql`
    create table finding (
      fingerprint text not null, run_id text not null references run, service text not null, resource text not null, check_name text not null, cause text not null,
      severity text not null, title text not null, body jsonb not null, raised_at timestamptz not null,
      primary key (fingerprint, run_id)
    )`.execute(db);
  await sql`
    create table ticket (
      fingerprint text not null, run_id text not null, key text not null, url text not null, outcome text not null, filed_at timestamptz not null,
      primary key (fingerprint, run_id)
    )`.execute(db);
  await sql`
    create table evidence (
      run_id text primary key, path text not null, s3 text, manifest_hash text not null, stored_at timestamptz not null
    )`.execute(db);
  await sql`
    create table catalog_version (hash text primary key, first_seen timestamptz not null default clock_timestamp(), body text not null)`.execute(
    db,
  );
  await sql`
    create table delivery (
      run_id text not null, channel text not null, number integer not null, kind text not null, delivered_at timestamptz not null, reference text,
      primary key (run_id, channel, number, kind)
    )`.execute(db);
  await sql`
    create table obligation (
      service text not null, resource text not null, runbook text not null, quarter text not null, run_id text, result text, decided_at timestamptz,
      primary key (service, resource, runbook, quarter)
    )`.execute(db);
}
