import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import { makeAddendum } from '../domain/addenda.ts';
import type { AddendumBody, AddendumLine, SealedRun } from '../domain/addenda.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import { FiredrillError } from '../domain/errors.ts';
import type { AddendumEvent } from '../domain/journal-entry.ts';
import { withStore } from './connect.ts';
import type { Store } from './connect.ts';
import { runNewsChannel } from './journal.ts';
import type { StoreTables } from './tables.ts';

/** One execution of a run. */
export interface RunExecution {
  readonly runId: string;
  readonly executionId: string;
}

/** Addenda are chained to the seal, so they wait for it. Retryable. */
export class NotSealedYetError extends FiredrillError {
  override readonly name = 'NotSealedYetError';
  constructor(runId: string) {
    super({
      code: 'not-sealed-yet',
      kind: 'not-yet',
      what: `${runId} is not sealed yet.`,
      means: 'What came after its end is added when it is.',
      next: 'Nothing: it is tried again by itself.',
    });
  }
}

/**
 * Adds one event after the seal, chained to it (or to the addendum before) and signed. The same event again is kept
 * once. Its projection (ticket) is written in the same transaction.
 *
 * @param signingKeyHex - private key of the evidence
 * @returns false when it was there already
 * @throws NotSealedYetError, StoreUnreachableError
 */
export async function appendAddendum(
  store: Store,
  run: RunExecution,
  what: { readonly event: AddendumEvent; readonly atMs: number },
  signingKeyHex: string,
): Promise<boolean> {
  return await withStore(() =>
    store.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${run.runId}, 1))`.execute(tx);
      const sealed = await sealOf(tx, run);
      const lines = await addendaOf(tx, run);
      const wanted = canonicalJson(what.event);
      if (lines.some((line) => canonicalJson((JSON.parse(line.body) as AddendumBody).event) === wanted)) return false;

      const line = makeAddendum(sealed, lines, what, signingKeyHex);
      await tx
        .insertInto('addendum')
        .values({
          run_id: run.runId,
          execution_id: run.executionId,
          number: line.number,
          prev: Buffer.from(line.prev, 'hex'),
          hash: Buffer.from(line.hash, 'hex'),
          body: line.body,
          signature: line.signature,
        })
        .execute();
      await projectAddendum(tx, run.runId, what);
      await sql`select pg_notify(${runNewsChannel}, ${run.runId})`.execute(tx);
      return true;
    }),
  );
}

/** A sealed run with everything that came after its seal. */
export interface Addenda extends SealedRun {
  readonly lines: readonly AddendumLine[];
}

/**
 * Hands the addenda of a run to `work` while nobody else publishes them: two writers of the same files could leave the
 * older state. `work` gets its answer kept as the place of the run's evidence.
 *
 * @throws NotSealedYetError, StoreUnreachableError, and whatever `work` throws: then nothing is kept
 */
export async function publishEvidence(
  store: Store,
  run: RunExecution,
  work: (addenda: Addenda) => Promise<StoredEvidence>,
): Promise<StoredEvidence> {
  return await exclusively(store, run, async (tx) => {
    const evidence = await work(await readAddenda(tx, run));
    const values = {
      path: evidence.path,
      s3: evidence.s3 ?? null,
      manifest_hash: evidence.manifestHash,
      stored_at: new Date(evidence.storedAtMs),
    };
    await tx
      .insertInto('evidence')
      .values({ run_id: run.runId, ...values })
      .onConflict((conflict) => conflict.column('run_id').doUpdateSet(values))
      .execute();
    await sql`select pg_notify(${runNewsChannel}, ${run.runId})`.execute(tx);
    return evidence;
  });
}

/** Where a run's bundle is. */
export interface StoredEvidence {
  readonly path: string;
  readonly s3?: string;
  readonly manifestHash: string;
  readonly storedAtMs: number;
}

/**
 * The same for what comes later: does nothing while the evidence is not published yet, since publishing it takes the
 * addenda along.
 */
export async function publishAddenda(
  store: Store,
  run: RunExecution,
  work: (addenda: Addenda) => Promise<void>,
): Promise<void> {
  await exclusively(store, run, async (tx) => {
    const published = await tx
      .selectFrom('evidence')
      .select('run_id')
      .where('run_id', '=', run.runId)
      .executeTakeFirst();
    if (published) await work(await readAddenda(tx, run));
  });
}

const exclusively = <T>(
  store: Store,
  { runId }: RunExecution,
  work: (tx: Transaction<StoreTables>) => Promise<T>,
): Promise<T> =>
  withStore(() =>
    store.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${runId}, 2))`.execute(tx);
      return await work(tx);
    }),
  );

const readAddenda = async (tx: Transaction<StoreTables>, run: RunExecution): Promise<Addenda> => ({
  ...(await sealOf(tx, run)),
  lines: await addendaOf(tx, run),
});

/** Late clicks may stand behind the seal in the journal; addenda are chained to the seal all the same. */
async function sealOf(tx: Transaction<StoreTables>, { runId, executionId }: RunExecution): Promise<SealedRun> {
  const row = await tx
    .selectFrom('journal')
    .select('hash')
    .where('run_id', '=', runId)
    .where('execution_id', '=', executionId)
    .where(sql<string>`body::json -> 'event' ->> 'type'`, '=', 'sealed')
    .orderBy('number')
    .limit(1)
    .executeTakeFirst();
  if (!row) throw new NotSealedYetError(runId);
  return { runId, executionId, sealedHead: row.hash.toString('hex') };
}

/** How many other journals of the run were sealed before this one. @throws StoreUnreachableError */
export async function sealsBefore(store: Store, { runId, executionId }: RunExecution): Promise<number> {
  const seals = await withStore(() =>
    store
      .selectFrom('journal')
      .select('execution_id')
      .where('run_id', '=', runId)
      .where(sql<string>`body::json -> 'event' ->> 'type'`, '=', 'sealed')
      .orderBy('appended_at')
      .orderBy('execution_id')
      .execute(),
  );
  const own = seals.findIndex(({ execution_id }) => execution_id === executionId);
  return own === -1 ? seals.length : own;
}

async function addendaOf(tx: Transaction<StoreTables>, { runId, executionId }: RunExecution): Promise<AddendumLine[]> {
  const rows = await tx
    .selectFrom('addendum')
    .selectAll()
    .where('run_id', '=', runId)
    .where('execution_id', '=', executionId)
    .orderBy('number')
    .execute();
  return rows.map((row) => ({
    number: row.number,
    prev: row.prev.toString('hex'),
    hash: row.hash.toString('hex'),
    body: row.body,
    signature: row.signature,
  }));
}

async function projectAddendum(
  tx: Transaction<StoreTables>,
  runId: string,
  { event, atMs }: { readonly event: AddendumEvent; readonly atMs: number },
): Promise<void> {
  if (event.type !== 'ticket-filed') return;
  const { key, url, outcome } = event;
  await tx
    .insertInto('ticket')
    .values({ fingerprint: event.fingerprint, run_id: runId, key, url, outcome, filed_at: new Date(atMs) })
    .onConflict((conflict) => conflict.columns(['fingerprint', 'run_id']).doUpdateSet({ key, url, outcome }))
    .execute();
}
