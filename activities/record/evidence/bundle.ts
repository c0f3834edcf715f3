import { canonicalJson } from '../../../domain/canonical-json.ts';
import { addendaHeadText, bundleFiles, sha256Of } from '../../../domain/evidence.ts';
import type { AddendaHead, AddendumLine, Manifest } from '../../../domain/evidence.ts';
import type { JournalBody, JournalEntry } from '../../../domain/journal-entry.ts';
import { projectRun } from '../../../domain/run-projection.ts';
import { publicKeyOf, signBytes } from '../../../domain/signing.ts';
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
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/**
 * Everything that proves one run, as files: the same journal gives the same bytes, so that sealing twice is harmless.
 *
 * @returns path inside the bundle to bytes, manifest and signature included, and the hash of the manifest
 */
export function makeBundle(entries: readonly JournalEntry[], about: AboutInstallation, signer: EvidenceSigner): { files: Map<string, Uint8Array>; manifestHash: string } {
  const bodies = entries.map((entry) => JSON.parse(entry.body) as JournalBody);
  const projection = projectRun(bodies);
  const last = entries.at(-1);
  const opened = bodies[0]?.event;
  if (!last || opened?.type !== 'run-opened') throw new Error('a bundle needs the whole journal of a run');

  const content = new Map<string, Uint8Array>();
  const put = (path: string, text: string): Map<string, Uint8Array> => content.set(path, encode(text));
  put(bundleFiles.journal, entries.map((entry) => `${JSON.stringify({ number: entry.number, prev: entry.prev, hash: entry.hash, body: entry.body })}\n`).join(''));
  put(bundleFiles.run, json(projection));
  put(
    bundleFiles.about,
    json({
      tool: { name: 'firedrill', version: about.toolVersion },
      simulated: opened.simulated,
      endpoints: opened.endpoints,
      catalogHash: opened.catalogHash,
      runbook: { name: opened.runbook, version: opened.runbookVersion },
      // Matched with CloudTrail by request id, time and caller.
      awsCalls: bodies.flatMap(({ event }) => (event.type === 'step-ended' ? event.awsCalls.map((call) => ({ step: event.step, ...call })) : [])),
    }),
  );
  if (about.catalogText !== undefined) put('catalog.yaml', about.catalogText);
  put(bundleFiles.page, evidencePage({ projection, bodies, head: last.hash, toolVersion: about.toolVersion }));

  const manifest: Manifest = {
    v: 1,
    runId: last.runId,
    executionId: last.executionId,
    simulated: opened.simulated,
    sealed: { head: last.hash, count: entries.length },
    sealedAtMs: bodies.at(-1)?.atMs ?? 0,
    files: [...content].map(([path, bytes]) => ({ path, sha256: sha256Of(bytes), bytes: bytes.length })).toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    tool: { name: 'firedrill', version: about.toolVersion },
    signer: { publicKey: publicKeyOf(signer.privateKeyHex), kind: signer.kind },
  };
  const manifestBytes = encode(json(manifest));
  content.set(bundleFiles.manifest, manifestBytes);
  put(bundleFiles.signature, `${signBytes(manifestBytes, signer.privateKeyHex)}\n`);
  return { files: content, manifestHash: sha256Of(manifestBytes) };
}

/** The two files that hold what came after the seal. */
export function addendaFiles(run: { runId: string; executionId: string; sealedHead: string }, lines: readonly AddendumLine[], signer: EvidenceSigner): Map<string, Uint8Array> {
  const body = encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const head = { v: 1 as const, runId: run.runId, executionId: run.executionId, count: lines.length, head: lines.at(-1)?.hash ?? run.sealedHead, sha256: sha256Of(body) };
  const signed: AddendaHead = { ...head, signature: signBytes(encode(addendaHeadText(head)), signer.privateKeyHex) };
  return new Map([
    [bundleFiles.addenda, body],
    [bundleFiles.addendaHead, encode(`${canonicalJson(signed)}\n`)],
  ]);
}
