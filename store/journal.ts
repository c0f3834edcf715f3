import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import { FiredrillError } from '../domain/errors.ts';
import { genesisHash } from '../domain/hash-chain.ts';
import type { JournalBody, JournalEntry } from '../domain/journal-entry.ts';
import { withStore } from './connect.ts';
import type { Store } from './connect.ts';
import { projectBatch } from './projections.ts';
import type { StoreTables } from './tables.ts';

/** Other content is already recorded under the same number: a reset in Temporal, or a store restored from a backup. */
export class JournalConflictError extends FiredrillError {
  override readonly name = 'JournalConflictError';
  constructor(entry: Pick<JournalEntry, 'runId' | 'number'>) {
    super({
      code: 'journal-conflict',
      kind: 'refused',
      what: `Entry ${entry.number} of ${entry.runId} is already recorded with other content.`,
      means: 'The run and its verdict stand, its further entries cannot be recorded in this chain.',
      next: 'Find out whether the run was reset in Temporal or the store was restored from a backup; keep both versions as evidence.',
    });
  }
}

/** The channel on which pages hear that a run has news. The payload is the run id. */
export const runNewsChannel = 'firedrill_run';

/**
 * Appends entries of one run, in order, with their projections, in one transaction. The same entries again are success.
 *
 * @returns the chain's head in the store afterwards
 * @throws JournalConflictError when other content stands under a number
 * @throws StoreUnreachableError when the store does not answer; nothing was recorded
 */
export async function appendEntries(store: Store, entries: readonly JournalEntry[]): Promise<{ head: string; count: number }> {
  const first = entries[0];
  if (!first) return { head: genesisHash, count: 0 };
  return await withStore(() =>
    store.transaction().execute(async (tx) => {
      // Two attempts of the same batch must not interleave.
      await sql`select pg_advisory_xact_lock(hashtextextended(${first.runId}, 0))`.execute(tx);
      const known = await knownHashes(tx, entries);
      const fresh = entries.filter((entry) => {
        const hash = known.get(entry.number);
        if (hash !== undefined && hash !== entry.hash) throw new JournalConflictError(entry);
        return hash === undefined;
      });
      if (fresh.length > 0) {
        await tx
          .insertInto('journal')
          .values(fresh.map((entry) => ({ run_id: entry.runId, execution_id: entry.executionId, number: entry.number, prev: Buffer.from(entry.prev, 'hex'), hash: Buffer.from(entry.hash, 'hex'), body: entry.body })))
          .execute();
        await projectBatch(
          tx,
          fresh.map((entry) => JSON.parse(entry.body) as JournalBody),
          fresh.at(-1)?.hash ?? '',
        );
        await sql`select pg_notify(${runNewsChannel}, ${first.runId})`.execute(tx);
      }
      return await headOf(tx, first.runId, first.executionId);
    }),
  );
}

async function knownHashes(tx: Transaction<StoreTables>, entries: readonly JournalEntry[]): Promise<Map<number, string>> {
  const first = entries[0];
  if (!first) return new Map();
  const rows = await tx
    .selectFrom('journal')
    .select(['number', 'hash'])
    .where('run_id', '=', first.runId)
    .where('execution_id', '=', first.executionId)
    .where('number', 'in', entries.map((entry) => entry.number))
    .execute();
  return new Map(rows.map((row) => [row.number, row.hash.toString('hex')]));
}

async function headOf(db: Store | Transaction<StoreTables>, runId: string, executionId: string): Promise<{ head: string; count: number }> {
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

/** The chain's head as the store has it. */
export const journalHead = (store: Store, runId: string, executionId: string): Promise<{ head: string; count: number }> => withStore(() => headOf(store, runId, executionId));

/** All entries of one execution of a run, in order, exactly as they were appended. */
export async function readJournal(store: Store, runId: string, executionId: string): Promise<JournalEntry[]> {
  const rows = await withStore(() => store.selectFrom('journal').selectAll().where('run_id', '=', runId).where('execution_id', '=', executionId).orderBy('number').execute());
  return rows.map((row) => ({ runId: row.run_id, executionId: row.execution_id, number: row.number, prev: row.prev.toString('hex'), hash: row.hash.toString('hex'), body: row.body }));
}
