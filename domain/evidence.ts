import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { canonicalJson } from './canonical-json.ts';
import { hashEntry, verifyChain } from './hash-chain.ts';
import type { AddendumEvent, JournalEntry } from './journal-entry.ts';
import { verifyBytes } from './signing.ts';

/** Names inside a bundle that verification itself needs. */
export const bundleFiles = {
  manifest: 'manifest.json',
  signature: 'manifest.sig',
  journal: 'journal.jsonl',
  addenda: 'addenda.jsonl',
  addendaHead: 'addenda.head.json',
  page: 'report.html',
  run: 'run.json',
  about: 'about.json',
} as const;

/** What an evidence bundle consists of, and what was sealed. Signed as its exact bytes. */
export const ManifestSchema = z.strictObject({
  v: z.literal(1),
  runId: z.string(),
  executionId: z.string(),
  /** True: proves something in a simulation only. */
  simulated: z.boolean(),
  sealed: z.strictObject({ head: z.string(), count: z.int().positive() }),
  sealedAtMs: z.int(),
  files: z.array(z.strictObject({ path: z.string(), sha256: z.string(), bytes: z.int().nonnegative() })),
  tool: z.strictObject({ name: z.literal('firedrill'), version: z.string() }),
  signer: z.strictObject({ publicKey: z.string(), kind: z.enum(['self-signed', 'managed']) }),
});
export type Manifest = z.infer<typeof ManifestSchema>;

/** One line of `addenda.jsonl`: what came after the seal, chained to it, each signed. */
export const AddendumLineSchema = z.strictObject({
  number: z.int().positive(),
  prev: z.string(),
  hash: z.string(),
  body: z.string(),
  signature: z.string(),
});
export type AddendumLine = z.infer<typeof AddendumLineSchema>;

/** What an addendum's body text holds. */
export interface AddendumBody {
  readonly runId: string;
  readonly executionId: string;
  readonly number: number;
  readonly atMs: number;
  readonly event: AddendumEvent;
}

/** `addenda.head.json`: how many addenda there are and the hash of their file; signed, so that none can be taken from the end. */
export const AddendaHeadSchema = z.strictObject({
  v: z.literal(1),
  runId: z.string(),
  executionId: z.string(),
  count: z.int().nonnegative(),
  head: z.string(),
  sha256: z.string(), signature: z.string(),
});
export type AddendaHead = z.infer<typeof AddendaHeadSchema>;

export const sha256Of = (bytes: Uint8Array): string => bytesToHex(sha256(bytes));

/** The text that `AddendaHead.signature` signs. */
export const addendaHeadText = (head: Omit<AddendaHead, 'signature'>): string =>
  canonicalJson({ v: head.v, runId: head.runId, executionId: head.executionId, count: head.count, head: head.head, sha256: head.sha256 });

/** What verification found. Every problem is a sentence; none means that nothing was changed since the seal. */
export interface BundleVerification {
  readonly ok: boolean;
  readonly problems: readonly string[];
  readonly manifest?: Manifest;
  readonly entries: number;
  readonly addenda: number;
}

/**
 * Verifies a bundle offline, trusting only the key that the caller brings.
 *
 * Detects every changed, removed, added or reordered byte: the signature covers the manifest's bytes, the manifest
 * every file, the hash chain every entry and its place, the signed head every addendum.
 *
 * @param files - path inside the bundle to bytes; all that is there
 * @param publicKeyHex - Ed25519 public key of the installation, from somewhere else than the bundle
 */
export function verifyBundle(files: ReadonlyMap<string, Uint8Array>, publicKeyHex: string): BundleVerification {
  const problems: string[] = [];
  const manifestBytes = files.get(bundleFiles.manifest);
  const signature = files.get(bundleFiles.signature);
  const nothing = { ok: false, entries: 0, addenda: 0 };
  if (!manifestBytes || !signature)
    return {
      ...nothing,
      problems: [
        `${manifestBytes ? bundleFiles.signature : bundleFiles.manifest} is missing: this is no evidence bundle, or not all of one.`,
      ],
    };
  // Exactly 128 lower-case hex and a line end: not even white space may be added.
  if (!/^[0-9a-f]{128}\n$/.test(text(signature)) || !verifyBytes(manifestBytes, text(signature).slice(0, 128), publicKeyHex)) {
    return {
      ...nothing,
      problems: ['The signature of manifest.json was not made with the given key over these bytes.'],
    };
  }
  const parsed = parse(ManifestSchema, text(manifestBytes));
  if (!parsed) return { ...nothing, problems: ['manifest.json does not have the shape of a manifest.'] };

  problems.push(...fileProblems(files, parsed));
  const entries = readJournalLines(files.get(bundleFiles.journal), parsed, problems);
  const chain = verifyChain(entries);
  if (!chain.ok) problems.push(`The journal's chain breaks at entry ${chain.number}: ${chain.problem}`);
  else if (chain.head !== parsed.sealed.head || chain.count !== parsed.sealed.count)
    problems.push(
      `The journal has ${chain.count} entries with head ${chain.head.slice(0, 12)}…, sealed were ${parsed.sealed.count} with head ${parsed.sealed.head.slice(0, 12)}….`,
    );
  const addenda = verifyAddenda(files, parsed, publicKeyHex, problems);
  return { ok: problems.length === 0, problems, manifest: parsed, entries: entries.length, addenda };
}

function fileProblems(files: ReadonlyMap<string, Uint8Array>, manifest: Manifest): string[] {
  const problems: string[] = [];
  const listed = new Set<string>();
  for (const file of manifest.files) {
    listed.add(file.path);
    const bytes = files.get(file.path);
    if (!bytes) problems.push(`${file.path} is missing.`);
    else if (bytes.length !== file.bytes || sha256Of(bytes) !== file.sha256) problems.push(`${file.path} was changed.`);
  }
  const own: readonly string[] = [
    bundleFiles.manifest,
    bundleFiles.signature,
    bundleFiles.addenda,
    bundleFiles.addendaHead,
  ];
  for (const path of files.keys())
    if (!listed.has(path) && !own.includes(path)) problems.push(`${path} was added: the manifest does not list it.`);
  for (const needed of [bundleFiles.journal, bundleFiles.page, bundleFiles.run])
    if (!listed.has(needed)) problems.push(`The manifest does not list ${needed}.`);
  return problems;
}

function readJournalLines(bytes: Uint8Array | undefined, manifest: Manifest, problems: string[]): JournalEntry[] {
  if (!bytes) return [];
  const entries: JournalEntry[] = [];
  for (const [index, line] of text(bytes)
    .split('\n')
    .filter((part) => part !== '')
    .entries()) {
    const entry = parse(
      z.strictObject({ number: z.int(), prev: z.string(), hash: z.string(), body: z.string() }),
      line,
    );
    if (!entry) {
      problems.push(`Line ${index + 1} of ${bundleFiles.journal} is not an entry.`);
      return entries;
    }
    entries.push({ runId: manifest.runId, executionId: manifest.executionId, ...entry });
  }
  return entries;
}

function verifyAddenda(
  files: ReadonlyMap<string, Uint8Array>,
  manifest: Manifest,
  publicKeyHex: string,
  problems: string[],
): number {
  const lines = files.get(bundleFiles.addenda);
  const headBytes = files.get(bundleFiles.addendaHead);
  if (!lines && !headBytes) return 0;
  if (!lines || !headBytes) {
    problems.push(`${lines ? bundleFiles.addendaHead : bundleFiles.addenda} is missing.`);
    return 0;
  }
  let { head } = manifest.sealed;
  let count = 0;
  for (const line of text(lines)
    .split('\n')
    .filter((part) => part !== '')) {
    const addendum = parse(AddendumLineSchema, line);
    count += 1;
    if (
      !addendum ||
      addendum.number !== count ||
      addendum.prev !== head ||
      hashEntry(addendum.prev, addendum.body) !== addendum.hash
    ) {
      problems.push(`Addendum ${count} was changed, removed or moved.`);
      return count;
    }
    if (!verifyBytes(utf8ToBytes(addendum.hash), addendum.signature, publicKeyHex))
      problems.push(`Addendum ${count} was not signed with the given key.`);
    head = addendum.hash;
  }
  const signed = parse(AddendaHeadSchema, text(headBytes));
  if (
    !signed ||
    signed.runId !== manifest.runId ||
    signed.executionId !== manifest.executionId ||
    signed.count !== count ||
    signed.head !== head ||
    !verifyBytes(utf8ToBytes(addendaHeadText(signed)), signed.signature, publicKeyHex)
  ) {
    problems.push(`${bundleFiles.addendaHead} does not match the addenda, or was not signed with the given key.`);
  }
  return count;
}

const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });
const text = (bytes: Uint8Array): string => decoder.decode(bytes);

function parse<T>(schema: z.ZodType<T>, source: string): T | undefined {
  try {
    const result = schema.safeParse(JSON.parse(source));
    return result.success ? result.data : undefined;
  } catch {
    // Not JSON: the caller says what was expected there.
    return undefined;
  }
}
