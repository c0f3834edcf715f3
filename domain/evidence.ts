import { verifyAddenda } from './addenda.ts';
import { bundleFiles, JournalLineSchema, linesOf, ManifestSchema, parsedLine, sha256Of, textOf } from './bundle.ts';
import type { Manifest } from './bundle.ts';
import { verifyChain } from './hash-chain.ts';
import type { JournalBody, JournalEntry } from './journal-entry.ts';
import { verifyOtherJournals } from './other-journals.ts';
import { verifyBytes } from './signing.ts';

export { bundleFiles } from './bundle.ts';
export type { Manifest } from './bundle.ts';

/** What verification found. Every problem is a sentence; none means that nothing was changed since the seal. */
export interface BundleVerification {
  readonly ok: boolean;
  readonly problems: readonly string[];
  /** What a reader must know though nothing was changed: the run has more than one journal, or entries were put back. */
  readonly notes: readonly string[];
  /** Present once its signature is proved. */
  readonly manifest?: Manifest;
  /** How many entries of the journal, and how many addenda, were found to hold. */
  readonly entries: number;
  readonly addenda: number;
}

/**
 * Verifies a bundle offline, trusting only the key that the caller brings.
 *
 * Detects every changed, removed, added or reordered byte: the signature covers the manifest's bytes, the manifest
 * every file, the hash chain every entry and its place, the addenda's signed last line every addendum. Never throws.
 *
 * @param files - path inside the bundle to bytes; all that is there
 * @param publicKeyHex - Ed25519 public key of the installation, from somewhere else than the bundle
 */
export function verifyBundle(files: ReadonlyMap<string, Uint8Array>, publicKeyHex: string): BundleVerification {
  const signed = signedManifest(files, publicKeyHex);
  if (typeof signed === 'string') return { ok: false, problems: [signed], notes: [], entries: 0, addenda: 0 };

  const journal = verifyJournal(files.get(bundleFiles.journal), signed);
  const after = addendaOf(files, signed, publicKeyHex);
  const others = verifyOtherJournals(files.get(bundleFiles.otherJournals), signed.otherJournals ?? [], journal.entries);
  const problems = [...fileProblems(files, signed), ...journal.problems, ...others.problems, ...after.problems];
  if (signed.signer.publicKey !== publicKeyHex)
    problems.push('manifest.json names another key than the one that signed it.');
  return {
    ok: problems.length === 0,
    problems,
    notes: others.notes,
    manifest: signed,
    entries: journal.entries.length,
    addenda: after.lines.length,
  };
}

/** The manifest when its signature is right, otherwise what is wrong with it. */
function signedManifest(files: ReadonlyMap<string, Uint8Array>, publicKeyHex: string): Manifest | string {
  const bytes = files.get(bundleFiles.manifest);
  const signature = files.get(bundleFiles.signature);
  if (!bytes || !signature)
    return `${bytes ? bundleFiles.signature : bundleFiles.manifest} is missing: this is no evidence bundle, or not all of one.`;
  // Exactly 128 lower-case hex and a line end: not even white space may be added.
  const written = textOf(signature);
  if (!/^[0-9a-f]{128}\n$/.test(written) || !verifyBytes(bytes, written.slice(0, 128), publicKeyHex))
    return 'The signature of manifest.json was not made with the given key over these bytes.';
  return (
    parsedLine(ManifestSchema, textOf(bytes)) ??
    'manifest.json is signed, but does not have the shape of a manifest: verify it with the version of firedrill that made it.'
  );
}

/** Not listed in the manifest: itself, its signature, and what comes after the seal. */
const unlisted: readonly string[] = [bundleFiles.manifest, bundleFiles.signature, bundleFiles.addenda];
const needed: readonly string[] = [bundleFiles.journal, bundleFiles.page, bundleFiles.run, bundleFiles.about];

function fileProblems(files: ReadonlyMap<string, Uint8Array>, manifest: Manifest): string[] {
  const listed = new Set(manifest.files.map((file) => file.path));
  const wrong = manifest.files.flatMap((file) => {
    const bytes = files.get(file.path);
    if (!bytes) return [`${file.path} is missing.`];
    return bytes.length === file.bytes && sha256Of(bytes) === file.sha256 ? [] : [`${file.path} was changed.`];
  });
  const added = [...files.keys()].filter((path) => !listed.has(path) && !unlisted.includes(path));
  return [
    ...wrong,
    ...added.map((path) => `${path} was added: the manifest does not list it.`),
    ...needed.filter((path) => !listed.has(path)).map((path) => `The manifest does not list ${path}.`),
  ];
}

/** The chain from its first entry through the seal; entries after the seal (late clicks) are chained too. */
function verifyJournal(
  bytes: Uint8Array | undefined,
  manifest: Manifest,
): { problems: string[]; entries: JournalEntry[] } {
  const { runId, executionId, sealed } = manifest;
  const entries: JournalEntry[] = [];
  for (const line of bytes ? linesOf(textOf(bytes)) : []) {
    const entry = parsedLine(JournalLineSchema, line);
    if (!entry) return { problems: [`Line ${entries.length + 1} of ${bundleFiles.journal} is not an entry.`], entries };
    entries.push({ runId, executionId, ...entry });
  }
  const chain = verifyChain(entries);
  if (!chain.ok)
    return {
      problems: [`The journal’s chain breaks at entry ${chain.number}: ${chain.problem}.`],
      entries: entries.slice(0, chain.number - 1),
    };
  const seal = entries[sealed.count - 1];
  if (seal?.hash !== sealed.head || eventOf(seal).type !== 'sealed')
    return { problems: [`Entry ${sealed.count} of the journal is not the seal that the manifest names.`], entries };
  const first = entries[0];
  const opened = first && eventOf(first);
  if (opened?.type !== 'run-opened' || opened.simulated !== manifest.simulated)
    return { problems: ['The manifest and the journal do not agree on whether this was simulated.'], entries };
  return { problems: [], entries };
}

/** Its chain was verified, so the body is JSON with an event. */
const eventOf = (entry: JournalEntry): JournalBody['event'] => (JSON.parse(entry.body) as JournalBody).event;

function addendaOf(
  files: ReadonlyMap<string, Uint8Array>,
  manifest: Manifest,
  publicKeyHex: string,
): ReturnType<typeof verifyAddenda> {
  const bytes = files.get(bundleFiles.addenda);
  if (!bytes) return { problems: [`${bundleFiles.addenda} is missing.`], lines: [] };
  const { runId, executionId, sealed } = manifest;
  return verifyAddenda(bytes, { runId, executionId, sealedHead: sealed.head }, publicKeyHex);
}
