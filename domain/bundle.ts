import { sha256 } from '@noble/hashes/sha2.js';
import { z } from 'zod';
import { bytesToHex } from './hex.ts';

/**
 * Names inside an evidence bundle. `catalog` is there when the store knew the version that the run was pinned to;
 * `otherJournals` when the run was reset, or Temporal or the store was restored from a backup under it.
 */
export const bundleFiles = {
  manifest: 'manifest.json',
  signature: 'manifest.sig',
  journal: 'journal.jsonl',
  addenda: 'addenda.jsonl',
  otherJournals: 'other-journals.jsonl',
  page: 'report.html',
  run: 'run.json',
  about: 'about.json',
  catalog: 'catalog.yaml',
} as const;

/** What an evidence bundle consists of, and what was sealed. Signed as its exact bytes. */
export const ManifestSchema = z.strictObject({
  v: z.literal(1),
  runId: z.string(),
  executionId: z.string(),
  /** True: proves something in a simulation only. */
  simulated: z.boolean(),
  /** Number and hash of the journal's `sealed` entry: what addenda are chained to. */
  sealed: z.strictObject({ head: z.string(), count: z.int().positive() }),
  /** Further journals of the run, each whole in `other-journals.jsonl`; absent when there are none, as it should be. */
  otherJournals: z
    .array(z.strictObject({ executionId: z.string(), count: z.int().positive(), head: z.string() }))
    .optional(),
  /** Workflow time of the seal, milliseconds UTC. */
  sealedAtMs: z.int(),
  /** Every other file but the signature and the addenda, sorted by path. */
  files: z.array(z.strictObject({ path: z.string(), sha256: z.string(), bytes: z.int().nonnegative() })),
  tool: z.strictObject({ name: z.literal('firedrill'), version: z.string() }),
  /** Who signed, as it says itself: told to people, never trusted. */
  signer: z.strictObject({ publicKey: z.string(), kind: z.enum(['self-signed', 'managed']) }),
});
export type Manifest = z.infer<typeof ManifestSchema>;

/** One line of `journal.jsonl`: an entry without what the manifest says of all of them. */
export const JournalLineSchema = z.strictObject({
  number: z.int().positive(),
  prev: z.string(),
  hash: z.string(),
  body: z.string(),
});
export type JournalLine = z.infer<typeof JournalLineSchema>;

/** 64 lower-case hex digits of the SHA-256 of bytes. */
export const sha256Of = (bytes: Uint8Array): string => bytesToHex(sha256(bytes));

/** JSON of one line, when it is that and has the shape. */
export function parsedLine<T>(schema: z.ZodType<T>, line: string): T | undefined {
  try {
    const result = schema.safeParse(JSON.parse(line));
    return result.success ? result.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Text as it is: nothing is repaired, and a byte-order mark is a change like any other. */
export const textOf = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

/** Lines that each end with a line feed; what follows the last one counts as a line too. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}
