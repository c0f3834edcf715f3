import { sql } from 'kysely';
import { canonicalJson } from '../domain/canonical-json.ts';
import { FiredrillError } from '../domain/errors.ts';
import type { AddendumBody, AddendumLine } from '../domain/evidence.ts';
import { hashEntry } from '../domain/hash-chain.ts';
import type { AddendumEvent } from '../domain/journal-entry.ts';
import { withStore } from './connect.ts';
import type { Store } from './connect.ts';

/** Addenda are chained to the seal, so they wait for it. Retryable. */
export class NotSealedYetError extends FiredrillError {
  override readonly name = 'NotSealedYetError';
  constructor(runId: string) {
    super({ code: 'not-sealed-yet', kind: 'not-yet', what: `${runId} is not sealed yet.`, means: 'What came after its end is added when it is.', next: 'Nothing: it is tried again by itself.' });
  }
}

/**
 * Adds one event after the seal, chained to it (or to the addendum before) and signed. The same event again is kept
 * once. Its projection (ticket, evidence) is written in the same transaction.
 *
 * @param sign - signs the entry's hash (hex text); gives signature and signer
 * @returns all addenda of the run, in order, the new one included
 * @throws NotSealedYetError, StoreUnreachableError
 */
export async function appendAddendum(
  store: Store,
  addendum: { readonly runId: string; readonly executionId: string; readonly event: AddendumEvent; readonly atMs: number },
  sign: (hash: string) => { readonly signature: string; readonly signer: string },
): Promise<{ readonly sealedHead: string; readonly lines: readonly AddendumLine[]; readonly added: boolean }> {
  const { runId, executionId, event } = addendum;
  return await withStore(() =>
    store.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${runId}, 1))`.execute(tx);
      const seal = await tx.selectFrom('journal').select(['hash', 'body']).where('run_id', '=', runId).where('execution_id', '=', executionId).orderBy('number', 'desc').limit(1).executeTakeFirst();
      if (!seal || (JSON.parse(seal.body) as { event: { type: string } }).event.type !== 'sealed') throw new NotSealedYetError(runId);
      const sealedHead = seal.hash.toString('hex');
      const rows = await tx.selectFrom('addendum').selectAll().where('run_id', '=', runId).where('execution_id', '=', executionId).orderBy('number').execute();
      const lines: AddendumLine[] = rows.map((row) => ({ number: row.number, prev: row.prev.toString('hex'), hash: row.hash.toString('hex'), body: row.body, signature: row.signature }));
      const wanted = canonicalJson(event);
      if (lines.some((line) => canonicalJson((JSON.parse(line.body) as AddendumBody).event) === wanted)) return { sealedHead, lines, added: false };

      const number = lines.length + 1;
      const prev = lines.at(-1)?.hash ?? sealedHead;
      const content: AddendumBody = { runId, executionId, number, atMs: addendum.atMs, event };
      const body = canonicalJson(content);
      const hash = hashEntry(prev, body);
      const { signature, signer } = sign(hash);
      await tx.insertInto('addendum').values({ run_id: runId, execution_id: executionId, number, prev: Buffer.from(prev, 'hex'), hash: Buffer.from(hash, 'hex'), body, signature, signer }).execute();
      const at = new Date(addendum.atMs);
      if (event.type === 'ticket-filed') {
        await tx
          .insertInto('ticket')
          .values({ fingerprint: event.fingerprint, run_id: runId, key: event.key, url: event.url, outcome: event.outcome, filed_at: at })
          .onConflict((conflict) => conflict.columns(['fingerprint', 'run_id']).doUpdateSet({ key: event.key, url: event.url, outcome: event.outcome }))
          .execute();
      }
      await sql`select pg_notify('firedrill_run', ${runId})`.execute(tx);
      return { sealedHead, lines: [...lines, { number, prev, hash, body, signature }], added: true };
    }),
  );
}

/** Notes where a run's evidence is. */
export async function recordEvidence(store: Store, evidence: { runId: string; path: string; s3?: string; manifestHash: string; atMs: number }): Promise<void> {
  const values = { path: evidence.path, s3: evidence.s3 ?? null, manifest_hash: evidence.manifestHash, stored_at: new Date(evidence.atMs) };
  await withStore(() =>
    store
      .insertInto('evidence')
      .values({ run_id: evidence.runId, ...values })
      .onConflict((conflict) => conflict.column('run_id').doUpdateSet(values))
      .execute(),
  );
}
