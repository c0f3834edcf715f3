import type { ColumnType, Generated } from 'kysely';
import type { RemediationView } from '../domain/remediation.ts';
import type { RunProjection } from '../domain/run-projection.ts';

type Moment = ColumnType<Date, Date, Date>;
type NullableMoment = ColumnType<Date | null, Date | null | undefined, Date | null>;
type Json<T> = ColumnType<T, string, string>;

/** The tables as Kysely sees them; the migrations are the truth. */
export interface StoreTables {
  journal: {
    run_id: string;
    execution_id: string;
    number: number;
    prev: Buffer;
    hash: Buffer;
    body: string;
    appended_at: Generated<Date>;
  };
  addendum: {
    run_id: string;
    execution_id: string;
    number: number;
    prev: Buffer;
    hash: Buffer;
    body: string;
    signature: string;
    appended_at: Generated<Date>;
  };
  run: {
    run_id: string;
    execution_id: string;
    runbook: string;
    mode: string;
    service: string;
    resource: string;
    tier: number;
    simulated: boolean;
    initiator: string;
    catalog_hash: string;
    opened_at: Moment;
    state: string;
    verdict: string | null;
    verdict_reason: string | null;
    ended_at: NullableMoment;
    sealed: Generated<boolean>;
    head_number: number;
    head_hash: string;
    projection: Json<RunProjection>;
  };
  step: {
    run_id: string;
    execution_id: string;
    number: number;
    name: string;
    started_at: Moment;
    outcome: string | null;
    attempts: number | null;
    finished_at: NullableMoment;
    summary: string | null;
  };
  gate: {
    run_id: string;
    execution_id: string;
    gate_id: string;
    round: number;
    kind: string;
    question: string;
    opened_at: Moment;
    outcome: string | null;
    waited_ms: number | null;
  };
  decision: {
    run_id: string;
    execution_id: string;
    number: number;
    gate_id: string;
    person_id: string;
    choice: string;
    via: string;
    clicked_at: Moment;
    outcome: string;
    code: string | null;
    reason: string | null;
  };
  refused_attempt: {
    id: Generated<string>;
    run_id: string;
    gate_id: string | null;
    who: string;
    via: string;
    choice: string;
    code: string;
    at: Moment;
    decision_id: string;
  };
  finding: {
    fingerprint: string;
    run_id: string;
    service: string;
    resource: string;
    check_name: string;
    cause: string;
    severity: string;
    title: string;
    body: Json<unknown>;
    raised_at: Moment;
  };
  ticket: { fingerprint: string; run_id: string; key: string; url: string; outcome: string; filed_at: Moment };
  evidence: { run_id: string; path: string; s3: string | null; manifest_hash: string; stored_at: Moment };
  catalog_version: { hash: string; first_seen: Generated<Date>; body: string };
  delivery: {
    run_id: string;
    channel: string;
    number: number;
    kind: string;
    delivered_at: Moment;
    reference: string | null;
  };
  obligation: {
    service: string;
    resource: string;
    runbook: string;
    quarter: string;
    run_id: string | null;
    result: string | null;
    decided_at: NullableMoment;
  };
  remediation_event: {
    fingerprint: string;
    chain_id: string;
    number: number;
    prev: Buffer;
    hash: Buffer;
    body: string;
    appended_at: Generated<Date>;
  };
  remediation: {
    fingerprint: string;
    chain_id: string;
    service: string;
    resource: string;
    tier: number;
    state: string;
    raised_at: Moment;
    ticket_key: string | null;
    view: Json<RemediationView>;
  };
}
