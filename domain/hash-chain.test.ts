// oxlint-disable-next-line no-restricted-imports -- a test may ask OpenSSL for a second opinion
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { genesisHash, genesisHead, hashEntry, makeEntry, verifyChain } from './hash-chain.ts';
import type { JournalEntry, JournalEvent } from './journal-entry.ts';

const run = { runId: 'restore-test/jira-cloud/issues-db/2026Q4', executionId: 'e1' };

function chainOf(events: readonly JournalEvent[], from = genesisHead): JournalEntry[] {
  let head = from;
  return events.map((event, index) => {
    const entry = makeEntry(head, { ...run, atMs: 1_000 + index, event });
    head = { number: entry.number, hash: entry.hash };
    return entry;
  });
}

const chain = (length: number): JournalEntry[] =>
  chainOf(Array.from({ length }, (_, index) => ({ type: 'step-started', step: `step ${index} ü😀` })));

const chains = fc.integer({ min: 1, max: 12 }).map(chain);

/** An entry whose body says something else and whose hash was computed anew, as a forger would. */
function forged(entry: JournalEntry, body: unknown): JournalEntry {
  const text = typeof body === 'string' ? body : canonicalJson(body);
  return { ...entry, body: text, hash: hashEntry(entry.prev, text) };
}

const bodyOf = (entry: JournalEntry): Record<string, unknown> => JSON.parse(entry.body) as Record<string, unknown>;

describe('the hash of an entry', () => {
  test('is what PostgreSQL and node:crypto compute: sha256 of the previous 32 bytes and the UTF-8 of the body', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.uint8Array({ minLength: 32, maxLength: 32 }), (text, prev) => {
        const body = text.toWellFormed();
        const expected = createHash('sha256').update(prev).update(body, 'utf8').digest('hex');
        expect(hashEntry(Buffer.from(prev).toString('hex'), body)).toBe(expected);
      }),
    );
  });

  test.each(['', '0', genesisHash.slice(1), `${genesisHash.slice(1)}G`, 'A'.repeat(64)])(
    'is refused over "%s", which is no hash',
    (prev) => {
      expect(() => hashEntry(prev, '{}')).toThrow('is not a SHA-256');
    },
  );
});

describe('a chain of entries', () => {
  test('begins at the genesis and numbers from 1 without gaps', () => {
    const entries = chain(3);
    expect(entries.map((entry) => entry.number)).toEqual([1, 2, 3]);
    expect(entries[0]?.prev).toBe(genesisHash);
    expect(entries[2]?.prev).toBe(entries[1]?.hash);
  });

  test('holds when nobody touched it', () => {
    fc.assert(
      fc.property(chains, (entries) => {
        expect(verifyChain(entries)).toEqual({ ok: true, head: entries.at(-1)?.hash, count: entries.length });
      }),
    );
  });

  test('holds in parts, each verified from the head of the one before', () => {
    const entries = chain(5);
    const middle = entries[1];
    expect(verifyChain(entries.slice(2), { number: 2, hash: middle?.hash ?? '' })).toMatchObject({
      ok: true,
      count: 3,
    });
  });

  test('without entries it is the genesis', () => {
    expect(verifyChain([])).toEqual({ ok: true, head: genesisHash, count: 0 });
  });

  test('names the entry of which any character was changed', () => {
    fc.assert(
      fc.property(chains, fc.nat(), fc.nat(), (entries, which, where) => {
        const index = which % entries.length;
        const entry = entries[index];
        if (entry === undefined) return;
        const at = where % entry.body.length;
        const body = `${entry.body.slice(0, at)}${entry.body[at] === 'x' ? 'y' : 'x'}${entry.body.slice(at + 1)}`;
        const changed = entries.with(index, { ...entry, body });
        expect(verifyChain(changed)).toMatchObject({ ok: false, number: index + 1 });
      }),
    );
  });

  test('breaks after an entry that was changed and hashed anew', () => {
    const entries = chain(4);
    const [, second] = entries;
    if (second === undefined) throw new Error('no entry');
    const lie = forged(second, { ...bodyOf(second), atMs: 0 });
    expect(verifyChain(entries.with(1, lie))).toMatchObject({
      ok: false,
      number: 3,
      problem: expect.stringContaining('not chained'),
    });
  });

  test('notices a removed entry, wherever it was, as long as another follows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.nat(), (length, which) => {
        const index = which % (length - 1);
        expect(verifyChain(chain(length).toSpliced(index, 1))).toMatchObject({ ok: false, number: index + 1 });
      }),
    );
  });

  test('shows another head when entries at its end were removed', () => {
    const entries = chain(4);
    const shortened = verifyChain(entries.slice(0, 3));
    expect(shortened).toMatchObject({ ok: true, count: 3 });
    expect(shortened).not.toMatchObject({ head: entries.at(-1)?.hash });
  });

  test('notices an added entry', () => {
    fc.assert(
      fc.property(chains, fc.nat(), (entries, which) => {
        const index = which % entries.length;
        const copy = entries[index];
        if (copy === undefined) return;
        expect(verifyChain(entries.toSpliced(index, 0, copy)).ok).toBe(false);
      }),
    );
  });

  test('notices two entries that changed places', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.nat(), (length, which) => {
        const entries = chain(length);
        const index = which % (length - 1);
        const [one, other] = [entries[index], entries[index + 1]];
        if (one === undefined || other === undefined) return;
        expect(verifyChain(entries.with(index, other).with(index + 1, one))).toMatchObject({
          ok: false,
          number: index + 1,
        });
      }),
    );
  });

  test.each([
    ['is not canonical', (entry: JournalEntry) => forged(entry, `${entry.body} `), 'not canonical JSON'],
    [
      'says one key twice',
      (entry: JournalEntry) => forged(entry, entry.body.replace('{', '{"atMs":1,')),
      'not canonical JSON',
    ],
    ['is no JSON', (entry: JournalEntry) => forged(entry, 'hello'), 'not canonical JSON'],
    ['is a list', (entry: JournalEntry) => forged(entry, '[]'), 'not canonical JSON'],
    [
      'is nested without end',
      (entry: JournalEntry) => forged(entry, '['.repeat(9_999) + ']'.repeat(9_999)),
      'not canonical JSON',
    ],
    [
      'names another run',
      (entry: JournalEntry) => forged(entry, { ...bodyOf(entry), runId: 'x' }),
      'names another run',
    ],
    [
      'names another execution',
      (entry: JournalEntry) => forged(entry, { ...bodyOf(entry), executionId: 'x' }),
      'names another execution',
    ],
    [
      'names another number',
      (entry: JournalEntry) => forged(entry, { ...bodyOf(entry), number: 7 }),
      'names another number',
    ],
    ['has no time', (entry: JournalEntry) => forged(entry, { ...bodyOf(entry), atMs: 'noon' }), 'has no time'],
    ['has no event', (entry: JournalEntry) => forged(entry, { ...bodyOf(entry), event: {} }), 'has no event'],
  ])('refuses an entry, rightly hashed, whose body %s', (_, forge, problem) => {
    const [entry] = chain(1);
    if (entry === undefined) throw new Error('no entry');
    expect(verifyChain([forge(entry)])).toEqual({ ok: false, number: 1, problem: expect.stringContaining(problem) });
  });

  test('refuses entries of two runs in one chain', () => {
    const [first] = chain(1);
    if (first === undefined) throw new Error('no entry');
    const other = makeEntry(
      { number: 1, hash: first.hash },
      { ...run, runId: 'other', atMs: 1, event: { type: 'step-started', step: 'a' } },
    );
    expect(verifyChain([first, other])).toMatchObject({
      ok: false,
      number: 2,
      problem: expect.stringContaining('another run'),
    });
  });

  test('takes a seal that tells the truth about the entries before it, and refuses one that does not', () => {
    const entries = chain(3);
    const head = { number: 3, hash: entries.at(-1)?.hash ?? '' };
    const seal = (count: number, hash: string): JournalEntry[] => [
      ...entries,
      ...chainOf([{ type: 'sealed', head: hash, count }], head),
    ];
    expect(verifyChain(seal(3, head.hash))).toMatchObject({ ok: true, count: 4 });
    expect(verifyChain(seal(2, head.hash))).toMatchObject({
      ok: false,
      number: 4,
      problem: expect.stringContaining('seals something else'),
    });
    expect(verifyChain(seal(3, genesisHash))).toMatchObject({ ok: false, number: 4 });
  });
});
