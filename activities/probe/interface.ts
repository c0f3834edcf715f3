import type { Baseline, CheckDefinition, CheckResult, QueryExpectation } from '../../domain/check.ts';
import type { DatabaseSpec, HotQuery } from '../../domain/restore-plan.ts';
import type { SentinelReading } from '../../domain/recovery.ts';
import type { Moment } from '../../domain/time.ts';

/** A restored copy to talk to. Its password is derived in the probe from the drill secret and the run id. */
export interface CopyAddress {
  readonly runId: string;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: DatabaseSpec;
}

/** Queue `probe`: inside the drill network; the only one that talks to restored databases. */
export interface ProbeActivities {
  /** One attempt at a first connection. Throws `not-yet` while refused or starting up, a finding when it can never work (wrong password, no such database). */
  connectFirst(copy: CopyAddress): Promise<{ at: Moment; serverVersion: string; databaseClockSkewMs: number }>;
  /** Runs the declared checks and answers each; a check that cannot run is a result (`could-not-run`), not an exception. Heartbeats. */
  runChecks(request: {
    copy: CopyAddress;
    checks: readonly CheckDefinition[];
    baseline?: Baseline;
    expectedEngineVersion: string;
  }): Promise<{ results: readonly CheckResult[]; at: Moment }>;
  /** The newest sentinel, or the answer of the owner's `newestRow` query; `reading` is absent when there is none. */
  readNewest(request: {
    copy: CopyAddress;
    newest: { kind: 'sentinel' } | { kind: 'newestRow'; sql: string };
  }): Promise<{ reading?: SentinelReading }>;
  /** The declared smoke query through the ordinary client path; gives T6. */
  runSmoke(request: {
    copy: CopyAddress;
    sql: string;
    expect: QueryExpectation;
  }): Promise<{ result: CheckResult; at: Moment }>;
  /** Repeats the hot queries until each p95 of the last ten is under its limit, or the deadline; gives T7 and the curve. Heartbeats. */
  measureHotQueries(request: { copy: CopyAddress; queries: readonly HotQuery[]; deadlineMs: number }): Promise<{
    usable: boolean;
    at: Moment;
    curve: readonly { query: string; p95Ms: number; usableP95Ms: number; atMs: number }[];
  }>;
}
