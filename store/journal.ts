import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import { FiredrillError } from '../domain/errors.ts';
import { genesisHash } from '../domain/hash-chain.ts';
import type { OtherJournal } from '../domain/journal-break.ts';
import type { JournalEntry } from '../domain/journal-entry.ts';
import { withStore } from './connect.ts';
import type { Store } from './connect.ts';
import { JournalConflictError, refusalOf } from './journal-errors.ts';
import { projectEntries } from './projections.ts';
import type { StoreTables } from './tables.ts';

/** The channel on which pages hear that a run has news. The payload is the run id. */
export const runNewsChannel = 'firedrill_run';

/** How far a run's chain has come in the store. */
export interface StoredHead {
  readonly head: string;
  readonly count: number;
}

/**
 * Appends entries of one execution of one run, in order, with their projections, in one transaction. The same entries
 * again are success, also when only some of them are there already.
 *
 * @returns the chain's head in the store afterwards
 * @throws JournalConflictError when other content stands under a number
 * @throws JournalGapError when the entry before the first new one is not there as it was
 * @throws StoreUnreachableError when the store does not answer; nothing was recorded
 */
export async function appendEntries(store: Store, entries: readonly JournalEntry[]): Promise<StoredHead> {
  const [first] = entries;
  if (!first) return { head: genesisHash, count: 0 };
  if (entries.some((entry) => entry.runId !== first.runId || entry.executionId !== first.executionId))
    throw mixedBatch(first);
  return await withStore(() =>
    store.transaction().execute(async (tx) => {
      // Two attempts of the same batch must not interleave.
      await sql`select pg_advisory_xact_lock(hashtextextended(${first.runId}, 0))`.execute(tx);
      const fresh = newOnes(entries, await knownHashes(tx, entries));
      const [next] = fresh;
      if (next) {
        await insertEntries(tx, fresh).catch((error: unknown) => {
          throw refusalOf(error, next);
        });
        await projectEntries(tx, fresh);
        await sql`select pg_notify(${runNewsChannel}, ${first.runId})`.execute(tx);
      }
      return await headOf(tx, first.runId, first.executionId);
    }),
  );
}

/** The chain's head as the store has it. */
export const journalHead = (store: Store, runId: string, executionId: string): Promise<StoredHead> =>
  withStore(() => headOf(store, runId, executionId));

/** All entries of one execution of a run, in order, exactly as they were appended. */
export async function readJournal(store: Store, runId: string, executionId: string): Promise<JournalEntry[]> {
  const rows = await withStore(() =>
    store
      .selectFrom('journal')
      .selectAll()
      .where('run_id', '=', runId)
      .where('execution_id', '=', executionId)
      .orderBy('number')
      .execute(),
  );
  return rows.map((row) => ({
    runId: row.run_id,
    executionId: row.execution_id,
    number: row.number,
    prev: row.prev.toString('hex'),
    hash: row.hash.toString('hex'),
    body: row.body,
  }));
}

/**
 * Journals of the same run beside this one, oldest first: of executions before a reset, or with other content.
 *
 * @throws StoreUnreachableError
 */
export async function otherJournals(store: Store, runId: string, executionId: string): Promise<OtherJournal[]> {
  const rows = await withStore(() =>
    store
      .selectFrom('journal')
      .distinctOn('execution_id')
      .select(['execution_id', 'number', 'hash', 'appended_at'])
      .where('run_id', '=', runId)
      .where('execution_id', '<>', executionId)
      .orderBy('execution_id')
      .orderBy('number', 'desc')
      .execute(),
  );
  return rows
    .toSorted((one, other) => one.appended_at.getTime() - other.appended_at.getTime())
    .map((row) => ({ executionId: row.execution_id, count: row.number, head: row.hash.toString('hex') }));
}

function newOnes(entries: readonly JournalEntry[], known: ReadonlyMap<number, string>): JournalEntry[] {
  return entries.filter((entry) => {
    const hash = known.get(entry.number);
    if (hash !== undefined && hash !== entry.hash) throw new JournalConflictError(entry);
    return hash === undefined;
  });
}

async function knownHashes(
  tx: Transaction<StoreTables>,
  entries: readonly JournalEntry[],
): Promise<ReadonlyMap<number, string>> {
  const [first] = entries;
  if (!first) return new Map();
  const rows = await tx
    .selectFrom('journal')
    .select(['number', 'hash'])
    .where('run_id', '=', first.runId)
    .where('execution_id', '=', first.executionId)
    .where(
      'number',
      'in',
      entries.map((entry) => entry.number),
    )
    .execute();
  return new Map(rows.map((row) => [row.number, row.hash.toString('hex')]));
}

async function insertEntries(tx: Transaction<StoreTables>, entries: readonly JournalEntry[]): Promise<void> {
  await tx
    .insertInto('journal')
    .values(
      entries.map((entry) => ({
        run_id: entry.runId,
        execution_id: entry.executionId,
        number: entry.number,
        prev: Buffer.from(entry.prev, 'hex'),
        hash: Buffer.from(entry.hash, 'hex'),
        body: entry.body,
      })),
    )
    .execute();
}

async function headOf(db: Store | Transaction<StoreTables>, runId: string, executionId: string): Promise<StoredHead> {
  const row = await db
    .selectFrom('journal')
    .select(['number', 'hash'])
    .where('run_id', '=', runId)
    .where('execution_id', '=', executionId)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? { head: row.hash.toString('hex'), count: row.number } : { head: genesisHash, count: 0 };
}

const mixedBatch = (entry: JournalEntry): FiredrillError =>
  new FiredrillError({
    code: 'mixed-journal-batch',
    kind: 'input',
    what: `Entries of ${entry.runId} came in one batch with those of another run or execution.`,
    means: 'None of them was recorded.',
    next: 'Send each execution’s entries on their own.',
  });
