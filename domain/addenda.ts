import { z } from 'zod';
import { linesOf, parsedLine, sha256Of, textOf } from './bundle.ts';
import { canonicalJson } from './canonical-json.ts';
import { hashEntry } from './hash-chain.ts';
import { isHex, utf8ToBytes } from './hex.ts';
import type { AddendumEvent } from './journal-entry.ts';
import { signBytes, verifyBytes } from './signing.ts';

/**
 * What comes after a run's seal (ticket keys, late clicks), in `addenda.jsonl`: one line each, chained to the seal and
 * signed, and a signed last line that says how many there are, so that none can be taken from the end. The file is
 * there from the seal on, also without addenda.
 */
export const AddendumLineSchema = z.strictObject({
  number: z.int().positive(),
  prev: z.string(),
  hash: z.string(),
  /** Canonical JSON of `AddendumBody`. */
  body: z.string(),
  /** Ed25519 over the 64 letters of `hash`. */
  signature: z.string(),
});
export type AddendumLine = z.infer<typeof AddendumLineSchema>;

/** What an addendum's body text holds. */
export interface AddendumBody {
  readonly runId: string;
  readonly executionId: string;
  readonly number: number;
  /** Clock of the worker that wrote it, milliseconds UTC. */
  readonly atMs: number;
  readonly event: AddendumEvent;
}

const LastLineSchema = z.strictObject({
  v: z.literal(1),
  runId: z.string(),
  executionId: z.string(),
  count: z.int().nonnegative(),
  head: z.string(),
  /** Of the bytes before this line. */
  sha256: z.string(),
  /** Ed25519 over the canonical JSON of the rest of this line. */
  signature: z.string(),
});
type LastLine = z.infer<typeof LastLineSchema>;

/** The run whose addenda they are, and the hash of its `sealed` entry. */
export interface SealedRun {
  readonly runId: string;
  readonly executionId: string;
  readonly sealedHead: string;
}

/** The next addendum, chained to the one before or to the seal, and signed. @throws FiredrillError `bad-key` */
export function makeAddendum(
  run: SealedRun,
  before: readonly AddendumLine[],
  what: { readonly event: AddendumEvent; readonly atMs: number },
  privateKeyHex: string,
): AddendumLine {
  const number = before.length + 1;
  const prev = before.at(-1)?.hash ?? run.sealedHead;
  const content: AddendumBody = { runId: run.runId, executionId: run.executionId, number, ...what };
  const body = canonicalJson(content);
  const hash = hashEntry(prev, body);
  return { number, prev, hash, body, signature: signBytes(utf8ToBytes(hash), privateKeyHex) };
}

/** The whole file, its last line included. The same addenda give the same bytes. */
export function addendaText(run: SealedRun, lines: readonly AddendumLine[], privateKeyHex: string): string {
  const text = lines.map((line) => `${canonicalJson(line)}\n`).join('');
  const said: Omit<LastLine, 'signature'> = {
    v: 1,
    runId: run.runId,
    executionId: run.executionId,
    count: lines.length,
    head: lines.at(-1)?.hash ?? run.sealedHead,
    sha256: sha256Of(utf8ToBytes(text)),
  };
  const last: LastLine = { ...said, signature: signBytes(utf8ToBytes(canonicalJson(said)), privateKeyHex) };
  return `${text}${canonicalJson(last)}\n`;
}

/** What verification found in `addenda.jsonl`; the addenda that hold. */
export interface AddendaVerification {
  readonly problems: readonly string[];
  readonly lines: readonly AddendumLine[];
}

/**
 * Verifies the file against the seal and a key: any changed, removed, added or moved byte is a problem.
 *
 * An older state of the file, whole and signed at its time, cannot be told from the newest one: compare `count` with the
 * store, or look at the versions of the object under Object Lock.
 */
export function verifyAddenda(bytes: Uint8Array, run: SealedRun, publicKeyHex: string): AddendaVerification {
  const text = textOf(bytes);
  const written = linesOf(text);
  const last = parsedLine(LastLineSchema, written.at(-1) ?? '');
  if (!last)
    return {
      problems: ['The last line of addenda.jsonl, which says how many addenda there are, is missing or changed.'],
      lines: [],
    };

  const lines: AddendumLine[] = [];
  let head = run.sealedHead;
  for (const [index, line] of written.slice(0, -1).entries()) {
    const addendum = parsedLine(AddendumLineSchema, line);
    const holds =
      addendum?.number === index + 1 &&
      addendum.prev === head &&
      isHex(head, 32) &&
      addendum.body.isWellFormed() &&
      hashEntry(head, addendum.body) === addendum.hash;
    if (!addendum || !holds)
      return { problems: [`Addendum ${index + 1} was changed, removed, added or moved.`], lines };
    if (!verifyBytes(utf8ToBytes(addendum.hash), addendum.signature, publicKeyHex))
      return { problems: [`Addendum ${index + 1} was not signed with the given key.`], lines };
    head = addendum.hash;
    lines.push(addendum);
  }

  const { signature, ...said } = last;
  const isTrue =
    said.runId === run.runId &&
    said.executionId === run.executionId &&
    said.count === lines.length &&
    said.head === head;
  // Also bytes that no line is made of must be as they were. Bytes, not text: two spellings may decode to the same letter.
  const closing = utf8ToBytes(`${canonicalJson(last)}\n`);
  const before = bytes.subarray(0, bytes.length - closing.length);
  const exact = sameBytes(bytes.subarray(before.length), closing) && sha256Of(before) === said.sha256;
  if (!isTrue || !exact || !verifyBytes(utf8ToBytes(canonicalJson(said)), signature, publicKeyHex))
    return {
      problems: ['addenda.jsonl is not what was signed: an addendum is missing, or bytes were changed.'],
      lines,
    };
  return { problems: [], lines };
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);
