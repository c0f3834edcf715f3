import { sql } from 'kysely';
import type { RunProjection } from '../domain/run-projection.ts';
import { withStore } from './connect.ts';
import type { Store } from './connect.ts';
import type { Verdict } from '../domain/verdict.ts';

/** A run as people see it: its projection, and what came after the seal. */
export interface StoredRun {
  readonly runId: string;
  readonly executionId: string;
  readonly projection: RunProjection;
  readonly tickets: readonly {
    readonly fingerprint: string;
    readonly key: string;
    readonly url: string;
    readonly outcome: string;
  }[];
  readonly evidence?: { readonly path: string; readonly s3?: string; readonly manifestHash: string };
}

/** One line of a list of runs. */
export interface RunLine {
  readonly runId: string;
  readonly runbook: string;
  readonly service: string;
  readonly resource: string;
  readonly mode: string;
  readonly simulated: boolean;
  readonly state: string;
  readonly verdict?: Verdict;
  readonly openedAtMs: number;
  readonly endedAtMs?: number;
}

/** Everything about one run, or nothing when the store does not know it (yet). */
export async function readRun(store: Store, runId: string): Promise<StoredRun | undefined> {
  return await withStore(async () => {
    const run = await store
      .selectFrom('run')
      .select(['run_id', 'execution_id', 'projection'])
      .where('run_id', '=', runId)
      .executeTakeFirst();
    if (!run) return undefined;
    const tickets = await store
      .selectFrom('ticket')
      .select(['fingerprint', 'key', 'url', 'outcome'])
      .where('run_id', '=', runId)
      .orderBy('filed_at')
      .execute();
    const evidence = await store
      .selectFrom('evidence')
      .select(['path', 's3', 'manifest_hash'])
      .where('run_id', '=', runId)
      .executeTakeFirst();
    return {
      runId: run.run_id,
      executionId: run.execution_id,
      projection: run.projection,
      tickets,
      ...(evidence
        ? {
            evidence: {
              path: evidence.path,
              ...(evidence.s3 === null ? {} : { s3: evidence.s3 }),
              manifestHash: evidence.manifest_hash,
            },
          }
        : {}),
    };
  });
}

/** Runs, newest first. @param filter - `open` only those without a verdict; `limit` default 50 */
export async function listRuns(
  store: Store,
  filter: { readonly service?: string; readonly open?: boolean; readonly limit?: number } = {},
): Promise<RunLine[]> {
  return await withStore(async () => {
    let query = store
      .selectFrom('run')
      .select([
        'run_id',
        'runbook',
        'service',
        'resource',
        'mode',
        'simulated',
        'state',
        'verdict',
        'opened_at',
        'ended_at',
      ]);
    if (filter.service !== undefined) query = query.where('service', '=', filter.service);
    if (filter.open) query = query.where('verdict', 'is', null);
    const rows = await query
      .orderBy('opened_at', 'desc')
      .limit(filter.limit ?? 50)
      .execute();
    return rows.map((row) => ({
      runId: row.run_id,
      runbook: row.runbook,
      service: row.service,
      resource: row.resource,
      mode: row.mode,
      simulated: row.simulated,
      state: row.state,
      ...(row.verdict === null ? {} : { verdict: row.verdict as Verdict }),
      openedAtMs: row.opened_at.getTime(),
      ...(row.ended_at === null ? {} : { endedAtMs: row.ended_at.getTime() }),
    }));
  });
}

/** Everything about the runs without a verdict, newest first; at most a hundred. @throws StoreUnreachableError */
export async function readOpenRuns(store: Store): Promise<RunProjection[]> {
  const rows = await withStore(() =>
    store
      .selectFrom('run')
      .select('projection')
      .where('verdict', 'is', null)
      .orderBy('opened_at', 'desc')
      .limit(100)
      .execute(),
  );
  return rows.map(({ projection }) => projection);
}

/** Of which runs the past is asked. */
export interface PastSubject {
  readonly service: string;
  readonly resource: string;
  readonly runbook: string;
}

/**
 * How long the last drills of this kind that were usable and cleaned up took from T0 to T8, newest first, at most four;
 * milliseconds. The whole run from approval to cleanup: that is what people ask before they approve the next one.
 */
export async function recentDurationsMs(store: Store, subject: PastSubject): Promise<number[]> {
  const rows = await withStore(() => pastDrills(store, subject).select(durationMs.as('duration_ms')).execute());
  return rows.map((row) => row.duration_ms);
}

/** Steps of those same drills, newest first: how long each part takes. */
export async function recentSteps(store: Store, subject: PastSubject): Promise<RunProjection['steps'][]> {
  const steps = sql<RunProjection['steps']>`projection -> 'steps'`;
  const rows = await withStore(() => pastDrills(store, subject).select(steps.as('steps')).execute());
  return rows.map((row) => row.steps);
}

const durationMs = sql<number>`(projection -> 'ledger' -> 'T8' ->> 'highMs')::double precision - (projection -> 'ledger' -> 'T0' ->> 'lowMs')::double precision`;
const usable = sql<string>`projection -> 'ledger' -> 'T6' ->> 'highMs'`;

const pastDrills = (store: Store, { service, resource, runbook }: PastSubject) =>
  store
    .selectFrom('run')
    .where('service', '=', service)
    .where('resource', '=', resource)
    .where('runbook', '=', runbook)
    .where('mode', '=', 'drill')
    .where(durationMs, 'is not', null)
    .where(usable, 'is not', null)
    .orderBy('opened_at', 'desc')
    .limit(4);

/**
 * Keys of the newest tickets that findings of a service have, open or not: those that runs filed, and those of findings that no run
 * has raised but are followed and not closed.
 */
export async function ticketsOfService(store: Store, service: string): Promise<readonly string[]> {
  return await withStore(async () => {
    const followed = await store
      .selectFrom('remediation')
      .select('ticket_key')
      .where('service', '=', service)
      .where('state', '!=', 'closed')
      .where('ticket_key', 'is not', null)
      .orderBy('raised_at', 'desc')
      .limit(200)
      .execute();
    const rows = await store
      .selectFrom('ticket')
      .innerJoin('finding', (join) =>
        join.onRef('finding.fingerprint', '=', 'ticket.fingerprint').onRef('finding.run_id', '=', 'ticket.run_id'),
      )
      .select(({ fn }) => ['ticket.key', fn.max('ticket.filed_at').as('newest')])
      .where('finding.service', '=', service)
      .groupBy('ticket.key')
      .orderBy('newest', 'desc')
      .limit(200)
      .execute();
    return [...new Set([...followed.flatMap(({ ticket_key: key }) => key ?? []), ...rows.map(({ key }) => key)])];
  });
}
