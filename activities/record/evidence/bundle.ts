import { bundleFiles, sha256Of } from '../../../domain/bundle.ts';
import type { JournalLine, Manifest } from '../../../domain/bundle.ts';
import { FiredrillError } from '../../../domain/errors.ts';
import { utf8ToBytes } from '../../../domain/hex.ts';
import type { OtherJournal } from '../../../domain/journal-break.ts';
import type { JournalBody, JournalEntry } from '../../../domain/journal-entry.ts';
import { projectRun } from '../../../domain/run-projection.ts';
import { publicKeyOf, signBytes } from '../../../domain/signing.ts';
import type { RefusedAttempt } from '../../../store/refused-attempts.ts';
import { evidencePage } from '../../../views/evidence/page.ts';

/** Ed25519 key that signs evidence; a key kept in a file is labelled self-signed. */
export interface EvidenceSigner {
  readonly privateKeyHex: string;
  readonly kind: 'self-signed' | 'managed';
}

/** What of the installation goes into a bundle beside the journal. Never a secret, never row data. */
export interface AboutInstallation {
  readonly toolVersion: string;
  /** The catalog that the run was pinned to, as it was read; absent when it is not known any more. */
  readonly catalogText?: string;
  /** Further journals of the run, each whole. */
  readonly otherJournals?: readonly (readonly JournalEntry[])[];
  /** Decisions that the run could not take, up to its seal. */
  readonly refusedAttempts?: readonly RefusedAttempt[];
}

/** A bundle without its addenda, in the order in which it is to be stored: the signature, which makes it one, comes last. */
export interface SealedFiles {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly manifest: Manifest;
}

/**
 * Everything that proves one run, as files: the same journal gives the same bytes, so that sealing twice is harmless.
 *
 * @param entries - the whole journal, through its seal
 * @throws FiredrillError `not-a-sealed-journal`, `bad-key`
 */
export function makeBundle(
  entries: readonly JournalEntry[],
  about: AboutInstallation,
  signer: EvidenceSigner,
): SealedFiles {
  const bodies = entries.map((entry) => JSON.parse(entry.body) as JournalBody);
  const opened = bodies[0]?.event;
  const sealAt = bodies.findIndex(({ event }) => event.type === 'sealed');
  const seal = entries[sealAt];
  const last = entries.at(-1);
  if (opened?.type !== 'run-opened' || !seal || !last) throw notSealed(entries[0]?.runId);

  const projection = projectRun(bodies);
  const others = about.otherJournals ?? [];
  const content: [string, string][] = [
    [bundleFiles.journal, journalText(entries)],
    [bundleFiles.run, json(projection)],
    [bundleFiles.about, json(aboutRun(bodies, opened, about))],
    [bundleFiles.page, evidencePage({ projection, bodies, head: last.hash, toolVersion: about.toolVersion })],
    ...(others.length === 0 ? [] : [[bundleFiles.otherJournals, otherJournalsText(others)] satisfies [string, string]]),
    ...(about.catalogText === undefined ? [] : [[bundleFiles.catalog, about.catalogText] satisfies [string, string]]),
  ];
  const files = new Map(content.map(([path, text]) => [path, utf8ToBytes(text)]));
  const manifest: Manifest = {
    v: 1,
    runId: seal.runId,
    executionId: seal.executionId,
    simulated: opened.simulated,
    sealed: { head: seal.hash, count: seal.number },
    ...(others.length === 0 ? {} : { otherJournals: others.flatMap(named) }),
    sealedAtMs: bodies[sealAt]?.atMs ?? 0,
    files: [...files]
      .map(([path, bytes]) => ({ path, sha256: sha256Of(bytes), bytes: bytes.length }))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    tool: { name: 'firedrill', version: about.toolVersion },
    signer: { publicKey: publicKeyOf(signer.privateKeyHex), kind: signer.kind },
  };
  const manifestBytes = utf8ToBytes(json(manifest));
  files.set(bundleFiles.manifest, manifestBytes);
  files.set(bundleFiles.signature, utf8ToBytes(`${signBytes(manifestBytes, signer.privateKeyHex)}\n`));
  return { files, manifest };
}

/** The journal as a file: one entry per line. */
export const journalText = (entries: readonly JournalEntry[]): string =>
  entries
    .map(({ number, prev, hash, body }): JournalLine => ({ number, prev, hash, body }))
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');

const otherJournalsText = (journals: readonly (readonly JournalEntry[])[]): string =>
  journals
    .flat()
    .map(
      ({ executionId, number, prev, hash, body }) => `${JSON.stringify({ executionId, number, prev, hash, body })}\n`,
    )
    .join('');

/** A journal by its end. */
const named = (entries: readonly JournalEntry[]): OtherJournal[] =>
  entries.slice(-1).map(({ executionId, number, hash }) => ({ executionId, count: number, head: hash }));

/** What an auditor matches with other records: versions, places, and AWS calls (with CloudTrail, by request id and caller). */
function aboutRun(
  bodies: readonly JournalBody[],
  opened: Extract<JournalBody['event'], { type: 'run-opened' }>,
  about: AboutInstallation,
): object {
  return {
    tool: { name: 'firedrill', version: about.toolVersion },
    simulated: opened.simulated,
    endpoints: opened.endpoints,
    catalogHash: opened.catalogHash,
    runbook: { name: opened.runbook, version: opened.runbookVersion },
    awsCalls: bodies.flatMap(({ event }) =>
      event.type === 'step-ended' ? event.awsCalls.map((call) => ({ step: event.step, ...call })) : [],
    ),
    refusedAttempts: about.refusedAttempts ?? [],
  };
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const notSealed = (runId = 'a run'): FiredrillError =>
  new FiredrillError({
    code: 'not-a-sealed-journal',
    kind: 'bug',
    what: `The journal of ${runId} does not go from its opening to its seal.`,
    means: 'No evidence was made of it.',
    next: 'Read the entries of one execution from the store, by ascending number.',
  });
