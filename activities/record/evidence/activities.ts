import { join } from 'node:path';
import { FiredrillError } from '../../../domain/errors.ts';
import { signBytes } from '../../../domain/signing.ts';
import { appendAddendum, recordEvidence } from '../../../store/addenda.ts';
import type { Store } from '../../../store/connect.ts';
import { readCatalogVersion } from '../../../store/catalog-versions.ts';
import { readJournal } from '../../../store/journal.ts';
import type { JournalBody } from '../../../domain/journal-entry.ts';
import type { RecordActivities } from '../interface.ts';
import { addendaFiles, makeBundle } from './bundle.ts';
import type { EvidenceSigner } from './bundle.ts';
import { keepInS3, keepLocally } from './keep.ts';
import type { EvidenceBucket } from './keep.ts';

export interface EvidenceDeps {
  readonly store: Store;
  readonly signer: EvidenceSigner;
  /** Folder below which bundles are kept on this machine, by run id. */
  readonly evidenceDir: string;
  /** The bucket from the current catalog; absent when none is declared. */
  readonly bucket: () => Promise<EvidenceBucket | undefined>;
  readonly toolVersion: string;
}

/** Seals a run into its evidence, and keeps what comes after the seal beside it. */
export const createEvidenceActivities = (deps: EvidenceDeps): Pick<RecordActivities, 'sealEvidence' | 'appendAddendum'> => {
  const sign = (hash: string) => ({ signature: signBytes(new TextEncoder().encode(hash), deps.signer.privateKeyHex), signer: 'evidence' });
  return {
    async sealEvidence({ runId, executionId, head, count }) {
      const entries = await readJournal(deps.store, runId, executionId);
      const last = entries.at(-1);
      if (last?.hash !== head || entries.length !== count) throw new HeadMismatchError(runId, { head, count }, { head: last?.hash ?? '', count: entries.length });
      const opened = (JSON.parse(entries[0]?.body ?? '{}') as JournalBody).event;
      const catalogText = opened.type === 'run-opened' ? await readCatalogVersion(deps.store, opened.catalogHash) : undefined;
      const { files, manifestHash } = makeBundle(entries, { toolVersion: deps.toolVersion, ...(catalogText === undefined ? {} : { catalogText }) }, deps.signer);
      const path = join(deps.evidenceDir, runId);
      await keepLocally(path, files);
      const bucket = await deps.bucket();
      if (bucket) await keepInS3(bucket, runId, files, { replaceable: false, nowMs: Date.now() });
      const s3 = bucket ? `s3://${bucket.bucket}/${runId}` : undefined;
      await recordEvidence(deps.store, { runId, path, ...(s3 === undefined ? {} : { s3 }), manifestHash, atMs: Date.now() });
      return { path, ...(s3 === undefined ? {} : { s3 }), manifestHash };
    },
    async appendAddendum({ runId, executionId, event }) {
      const { sealedHead, lines } = await appendAddendum(deps.store, { runId, executionId, event, atMs: Date.now() }, sign);
      const files = addendaFiles({ runId, executionId, sealedHead }, lines, deps.signer);
      await keepLocally(join(deps.evidenceDir, runId), files);
      const bucket = await deps.bucket();
      if (bucket) await keepInS3(bucket, runId, files, { replaceable: true, nowMs: Date.now() });
    },
  };
};

/** The store's chain does not end where the workflow's does. Nothing is signed over a doubt. */
export class HeadMismatchError extends FiredrillError {
  override readonly name = 'HeadMismatchError';
  constructor(runId: string, wanted: { head: string; count: number }, found: { head: string; count: number }) {
    super({
      code: 'head-mismatch',
      kind: 'refused',
      what: `The store has ${found.count} entries of ${runId} with head ${found.head.slice(0, 12)}…, the run has ${wanted.count} with head ${wanted.head.slice(0, 12)}….`,
      means: 'The verdict stands, but is not evidenced: a bundle over this would prove the wrong thing.',
      next: 'Find out whether the store was restored from a backup or the run was reset in Temporal.',
    });
  }
}
