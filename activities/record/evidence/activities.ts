import { addendaText } from '../../../domain/addenda.ts';
import { bundleFiles, sha256Of } from '../../../domain/bundle.ts';
import { FiredrillError } from '../../../domain/errors.ts';
import { verifyBundle } from '../../../domain/evidence.ts';
import { utf8ToBytes } from '../../../domain/hex.ts';
import type { JournalBody, JournalEntry } from '../../../domain/journal-entry.ts';
import { publicKeyOf } from '../../../domain/signing.ts';
import { appendAddendum, publishAddenda, publishEvidence, sealsBefore } from '../../../store/addenda.ts';
import type { Addenda, RunExecution } from '../../../store/addenda.ts';
import { readCatalogVersion } from '../../../store/catalog-versions.ts';
import type { Store } from '../../../store/connect.ts';
import { otherJournals, readJournal } from '../../../store/journal.ts';
import { readRefusedAttempts } from '../../../store/refused-attempts.ts';
import type { RecordActivities } from '../interface.ts';
import { EvidenceConflictError, keepInBucket } from './bucket.ts';
import type { EvidenceBucket } from './bucket.ts';
import { journalText, makeBundle } from './bundle.ts';
import type { AboutInstallation, EvidenceSigner } from './bundle.ts';
import { putBundle, putFile, readBundle } from './folder.ts';

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
export const createEvidenceActivities = (
  deps: EvidenceDeps,
): Pick<RecordActivities, 'sealEvidence' | 'appendAddendum'> => ({
  async sealEvidence({ runId, executionId, head, count }) {
    const entries = await journalUpTo(deps.store, { runId, executionId }, { head, count });
    const place = await placeOf(deps, { runId, executionId });
    const sealed =
      (await sealedBefore(deps, place, entries)) ??
      makeBundle(entries, await aboutInstallation(deps, entries), deps.signer).files;
    const manifestHash = sha256Of(sealed.get(bundleFiles.manifest) ?? new Uint8Array());

    const { path, s3 } = await publishEvidence(deps.store, { runId, executionId }, async (addenda) => {
      const after = addendaFile(deps, addenda);
      const folder = await putBundle(deps.evidenceDir, place, new Map([...sealed, ...after]));
      const bucket = await deps.bucket();
      if (bucket) {
        const nowMs = Date.now();
        await keepInBucket(bucket, place, after, { replaceable: true, nowMs });
        await keepInBucket(bucket, place, sealed, { replaceable: false, nowMs });
      }
      return {
        path: folder,
        ...(bucket ? { s3: `s3://${bucket.bucket}/${place}` } : {}),
        manifestHash,
        storedAtMs: Date.now(),
      };
    });
    return { path, ...(s3 === undefined ? {} : { s3 }), manifestHash };
  },

  async appendAddendum({ runId, executionId, event }) {
    const run: RunExecution = { runId, executionId };
    await appendAddendum(deps.store, run, { event, atMs: Date.now() }, deps.signer.privateKeyHex);
    const place = await placeOf(deps, run);
    await publishAddenda(deps.store, run, async (addenda) => {
      const after = addendaFile(deps, addenda);
      for (const [path, bytes] of after) await putFile(deps.evidenceDir, place, path, bytes);
      const bucket = await deps.bucket();
      if (bucket) await keepInBucket(bucket, place, after, { replaceable: true, nowMs: Date.now() });
    });
  },
});

/**
 * The journal as the workflow knows it. Entries that came later (late clicks) are not part of what it asked to seal.
 *
 * @throws HeadMismatchError
 */
async function journalUpTo(
  store: Store,
  run: RunExecution,
  wanted: { readonly head: string; readonly count: number },
): Promise<readonly JournalEntry[]> {
  const entries = (await readJournal(store, run.runId, run.executionId)).slice(0, wanted.count);
  const last = entries.at(-1);
  if (last?.hash !== wanted.head || last.number !== wanted.count) {
    throw new HeadMismatchError(run.runId, wanted, { head: last?.hash ?? '', count: entries.length });
  }
  return entries;
}

/** A run that was reset after its seal is sealed twice: each bundle has a place of its own, and none takes another's. */
async function placeOf(deps: EvidenceDeps, run: RunExecution): Promise<string> {
  const before = await sealsBefore(deps.store, run);
  return before === 0 ? run.runId : `${run.runId}~${before + 1}`;
}

/**
 * What an earlier attempt made of the same entries, when it still holds. It is stored again as it is: after an upgrade of
 * firedrill the page would have other bytes, and the bucket keeps what it has.
 */
async function sealedBefore(
  deps: EvidenceDeps,
  place: string,
  entries: readonly JournalEntry[],
): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
  const files = await readBundle(deps.evidenceDir, place);
  const { ok, manifest } = verifyBundle(files, publicKeyOf(deps.signer.privateKeyHex));
  // A store restored from a backup may have forgotten a seal whose bundle lies here.
  if (ok && manifest?.executionId !== entries[0]?.executionId) throw new EvidenceConflictError(place);
  const journal = files.get(bundleFiles.journal);
  if (!ok || journal === undefined || sha256Of(journal) !== sha256Of(utf8ToBytes(journalText(entries))))
    return undefined;
  files.delete(bundleFiles.addenda);
  // The signature, which makes it a bundle, is stored last.
  const last: readonly string[] = [bundleFiles.manifest, bundleFiles.signature];
  return new Map([...files].toSorted(([a], [b]) => last.indexOf(a) - last.indexOf(b)));
}

async function aboutInstallation(deps: EvidenceDeps, entries: readonly JournalEntry[]): Promise<AboutInstallation> {
  const [first] = entries;
  const last = entries.at(-1);
  if (!first || !last) return { toolVersion: deps.toolVersion };
  const opened = bodyOf(first).event;
  const catalogText =
    opened.type === 'run-opened' ? await readCatalogVersion(deps.store, opened.catalogHash) : undefined;
  const refusedAttempts = await readRefusedAttempts(deps.store, first.runId, bodyOf(last).atMs);
  const others = await Promise.all(
    (await otherJournals(deps.store, first.runId, first.executionId)).map(({ executionId }) =>
      readJournal(deps.store, first.runId, executionId),
    ),
  );
  return {
    toolVersion: deps.toolVersion,
    refusedAttempts,
    otherJournals: others,
    ...(catalogText === undefined ? {} : { catalogText }),
  };
}

const bodyOf = (entry: JournalEntry): JournalBody => JSON.parse(entry.body) as JournalBody;

const addendaFile = ({ signer }: EvidenceDeps, addenda: Addenda): ReadonlyMap<string, Uint8Array> =>
  new Map([[bundleFiles.addenda, utf8ToBytes(addendaText(addenda, addenda.lines, signer.privateKeyHex))]]);

/** The store's chain does not end where the workflow's does. Nothing is signed over a doubt. */
export class HeadMismatchError extends FiredrillError {
  override readonly name = 'HeadMismatchError';
  constructor(
    runId: string,
    wanted: { readonly head: string; readonly count: number },
    found: { readonly head: string; readonly count: number },
  ) {
    super({
      code: 'head-mismatch',
      kind: 'refused',
      what: `The store has ${found.count} entries of ${runId} with head ${found.head.slice(0, 12)}…, the run has ${wanted.count} with head ${wanted.head.slice(0, 12)}….`,
      means: 'The verdict stands, but is not evidenced: a bundle over this would prove the wrong thing.',
      next: 'Find out whether the store was restored from a backup or the run was reset in Temporal.',
    });
  }
}
