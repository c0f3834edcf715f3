import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from './canonical-json.ts';
import { FiredrillError } from './errors.ts';
import { bytesToHex, hexToBytes, isHex, utf8ToBytes } from './hex.ts';
import type { JournalBody, JournalEntry } from './journal-entry.ts';

/** What the first entry of a run is chained to. */
export const genesisHash = '0'.repeat(64);

/** How far a chain has come: number and hash of its newest entry. */
export interface ChainHead {
  readonly number: number;
  readonly hash: string;
}

/** The head of a run that has no entry yet. */
export const genesisHead: ChainHead = { number: 0, hash: genesisHash };

/**
 * Hash of an entry: SHA-256 over the 32 bytes of the previous hash and the UTF-8 of the body, as 64 lower-case hex. The
 * store checks the same in SQL: `sha256(prev || convert_to(body, 'UTF8'))`.
 *
 * @throws FiredrillError `bad-hash` when `prevHex` is not 64 lower-case hex digits
 */
export function hashEntry(prevHex: string, body: string): string {
  if (!isHex(prevHex, 32)) {
    throw new FiredrillError({
      code: 'bad-hash',
      kind: 'bug',
      what: `"${prevHex}" is not a SHA-256 in 64 lower-case hex digits.`,
      means: 'No journal entry can be chained to it.',
      next: 'Chain to the hash of the entry before, or to the genesis hash for the first.',
    });
  }
  return bytesToHex(sha256(concatBytes(hexToBytes(prevHex), utf8ToBytes(body))));
}

/** The next entry of a chain, numbered from its head. The caller keeps `{ number, hash }` of the result as the new head. */
export function makeEntry(head: ChainHead, body: Omit<JournalBody, 'number'>): JournalEntry {
  const number = head.number + 1;
  const text = canonicalJson({ ...body, number });
  return {
    runId: body.runId,
    executionId: body.executionId,
    number,
    prev: head.hash,
    hash: hashEntry(head.hash, text),
    body: text,
  };
}

/** A chain that holds, or the first entry that does not fit and why. `count` counts the entries looked at. */
export type ChainVerification =
  | { readonly ok: true; readonly head: string; readonly count: number }
  | { readonly ok: false; readonly number: number; readonly problem: string };

/**
 * Checks the journal of one run, in the order given: numbers without gaps, every hash, every body canonical and saying
 * what its envelope says, and a `sealed` entry (its `head` and `count` are those of the entries before it) telling the
 * truth. Finds changed, removed, added and reordered entries.
 *
 * A chain cannot say that its own tail is missing: whoever knows the sealed or stored head compares it with `head`.
 *
 * @param from - where the entries begin; the genesis unless they continue a part that was verified before
 */
export function verifyChain(entries: readonly JournalEntry[], from: ChainHead = genesisHead): ChainVerification {
  let head = from;
  const first = entries[0];
  for (const entry of entries) {
    const problem = problemOf(entry, head, first ?? entry);
    if (problem !== undefined) return { ok: false, number: head.number + 1, problem };
    head = { number: entry.number, hash: entry.hash };
  }
  return { ok: true, head: head.hash, count: entries.length };
}

function problemOf(entry: JournalEntry, head: ChainHead, first: JournalEntry): string | undefined {
  if (entry.number !== head.number + 1) {
    return `entry ${head.number + 1} should come here, but entry ${entry.number} does: one was removed, added or moved`;
  }
  if (entry.runId !== first.runId || entry.executionId !== first.executionId) {
    return `it belongs to another run or execution (${entry.runId}, ${entry.executionId})`;
  }
  if (entry.prev !== head.hash) return 'it is not chained to the entry before it';
  if (!entry.body.isWellFormed()) return 'its body is not well-formed text';
  if (hashEntry(entry.prev, entry.body) !== entry.hash)
    return 'its hash does not fit its body: one of them was changed';
  return problemOfBody(entry);
}

function problemOfBody(entry: JournalEntry): string | undefined {
  const body = parsedBody(entry.body);
  if (body === undefined) return 'its body is not canonical JSON';
  if (body['runId'] !== entry.runId) return 'its body names another run';
  if (body['executionId'] !== entry.executionId) return 'its body names another execution';
  if (body['number'] !== entry.number) return 'its body names another number';
  if (typeof body['atMs'] !== 'number') return 'its body has no time';
  const event = body['event'];
  if (!isRecord(event) || typeof event['type'] !== 'string') return 'its body has no event';
  if (event['type'] === 'sealed' && (event['head'] !== entry.prev || event['count'] !== entry.number - 1)) {
    return 'it seals something else than the entries before it';
  }
  return undefined;
}

/** The body as an object, or nothing when the text is not the canonical text of one. */
function parsedBody(text: string): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return isRecord(body) && canonicalJson(body) === text ? body : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof FiredrillError) return undefined;
    throw error;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
