import type { Transaction } from 'kysely';
import type { JournalBody, JournalEntry } from '../domain/journal-entry.ts';
import { projectRun } from '../domain/run-projection.ts';
import type { RunProjection } from '../domain/run-projection.ts';
import { projectEvent } from './project-event.ts';
import type { StoreTables } from './tables.ts';

/**
 * Brings everything derived from the journal up to date with new entries of one execution, which are in the journal
 * already, in the same transaction. Projections hold nothing that cannot be rebuilt from the journal.
 *
 * The run is folded anew from its first entry each time, and not from what was stored: a row written by an older
 * version of firedrill, or lost, must never keep an open run from being recorded.
 */
export async function projectEntries(tx: Transaction<StoreTables>, fresh: readonly JournalEntry[]): Promise<void> {
  const [first] = fresh;
  if (!first) return;
  const shown = await tx
    .selectFrom('run')
    .select('execution_id')
    .where('run_id', '=', first.runId)
    .forUpdate()
    .executeTakeFirst();
  // A Temporal reset opens the same run again: people see the newest execution, and a late entry of the old one changes that no more.
  const isShown = shown === undefined || shown.execution_id === first.executionId || first.number === 1;
  if (isShown) await saveRun(tx, first);
  for (const entry of fresh) await projectEvent(tx, bodyOf(entry.body));
}

async function saveRun(tx: Transaction<StoreTables>, { runId, executionId }: JournalEntry): Promise<void> {
  const rows = await tx
    .selectFrom('journal')
    .select(['body', 'hash'])
    .where('run_id', '=', runId)
    .where('execution_id', '=', executionId)
    .orderBy('number')
    .execute();
  const run = projectRun(rows.map((row) => bodyOf(row.body)));
  const values = { ...rowOf(run), head_hash: rows.at(-1)?.hash.toString('hex') ?? '' };
  await tx
    .insertInto('run')
    .values({ run_id: runId, ...values })
    .onConflict((conflict) => conflict.column('run_id').doUpdateSet(values))
    .execute();
}

const rowOf = (run: RunProjection) => ({
  execution_id: run.executionId,
  runbook: run.runbook,
  mode: run.mode,
  service: run.service,
  resource: run.resource,
  tier: run.tier,
  simulated: run.simulated,
  initiator: run.initiator,
  catalog_hash: run.catalogHash,
  opened_at: new Date(run.openedAtMs),
  state: run.state,
  verdict: run.judged?.verdict ?? null,
  verdict_reason: run.judged?.reason ?? null,
  ended_at: run.endedAtMs === undefined ? null : new Date(run.endedAtMs),
  sealed: run.sealed !== undefined,
  head_number: run.number,
  projection: JSON.stringify(run),
});

/** The journal keeps every text exactly. PostgreSQL's own types cannot hold NUL, so what is derived shows it as U+FFFD. */
const bodyOf = (text: string): JournalBody =>
  JSON.parse(text, (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value,
  ) as JournalBody;
