import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addendaText, makeAddendum } from '../../../domain/addenda.ts';
import type { AddendumLine } from '../../../domain/addenda.ts';
import { bundleFiles, linesOf, sha256Of } from '../../../domain/bundle.ts';
import { verifyBundle } from '../../../domain/evidence.ts';
import { makeEntry } from '../../../domain/hash-chain.ts';
import type { AddendumEvent, JournalBody } from '../../../domain/journal-entry.ts';
import { publicKeyOf, signBytes } from '../../../domain/signing.ts';
import { failedJournal } from '../../../test/fixtures/journals.ts';
import { makeBundle } from './bundle.ts';

const key = '11'.repeat(32);
const strangersKey = '22'.repeat(32);
const publicKey = publicKeyOf(key);
const { entries } = failedJournal();
const about = { toolVersion: '0.1.0', catalogText: 'organisation: { name: Über & Söhne }\n' };
const { files: sealed, manifest } = makeBundle(entries, about, { privateKeyHex: key, kind: 'self-signed' });

const ticket = (fingerprint: string): AddendumEvent => ({
  type: 'ticket-filed',
  fingerprint,
  key: 'DR-7',
  url: 'https://example.com/browse/DR-7',
  outcome: 'created',
});
const run = { runId: manifest.runId, executionId: manifest.executionId, sealedHead: manifest.sealed.head };
const addenda = ['a', 'b', 'c'].reduce<AddendumLine[]>(
  (lines, fingerprint, index) => [...lines, makeAddendum(run, lines, { event: ticket(fingerprint), atMs: index }, key)],
  [],
);

type Files = Map<string, Uint8Array>;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const bundle = (lines: readonly AddendumLine[] = addenda): Files =>
  new Map([...sealed, [bundleFiles.addenda, utf8(addendaText(run, lines, key))]]);
const whole = bundle();
const paths = [...whole.keys()];
const bytesOf = (path: string): Uint8Array => whole.get(path) ?? new Uint8Array();
const having = (path: string, bytes: Uint8Array): Files => new Map([...whole, [path, bytes]]);
const problemsOf = (files: Files): readonly string[] => verifyBundle(files, publicKey).problems;

/** Any place in any file, small files as often as large ones. */
const anyPlace = fc
  .constantFrom(...paths)
  .chain((path) => fc.record({ path: fc.constant(path), at: fc.nat({ max: bytesOf(path).length - 1 }) }));
const often = { numRuns: 100 };
const seldom = { numRuns: 25 };

test('a bundle that nobody touched verifies', () => {
  expect(verifyBundle(whole, publicKey)).toMatchObject({ ok: true, problems: [], entries: entries.length, addenda: 3 });
  expect(verifyBundle(bundle([]), publicKey)).toMatchObject({ ok: true, addenda: 0 });
});

describe('is found:', () => {
  test('any byte that was changed', () => {
    fc.assert(
      fc.property(anyPlace, fc.integer({ min: 1, max: 255 }), ({ path, at }, flip) => {
        const bytes = bytesOf(path).slice();
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        return problemsOf(having(path, bytes)).length > 0;
      }),
      often,
    );
  });

  test('any byte that was removed', () => {
    fc.assert(
      fc.property(anyPlace, ({ path, at }) => {
        const bytes = bytesOf(path);
        return problemsOf(having(path, new Uint8Array([...bytes.slice(0, at), ...bytes.slice(at + 1)]))).length > 0;
      }),
      often,
    );
  });

  test('any byte that was added, at the end too', () => {
    const added = fc.oneof(fc.constantFrom(0x0a, 0x0d, 0x20), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(anyPlace, fc.boolean(), added, ({ path, at }, atEnd, byte) => {
        const bytes = bytesOf(path);
        const where = atEnd ? bytes.length : at;
        return (
          problemsOf(having(path, new Uint8Array([...bytes.slice(0, where), byte, ...bytes.slice(where)]))).length > 0
        );
      }),
      often,
    );
  });

  test.each(paths)('a file cut short at any length: %s', (path) => {
    fc.assert(
      fc.property(
        fc.nat({ max: bytesOf(path).length - 1 }),
        (length) => problemsOf(having(path, bytesOf(path).slice(0, length))).length > 0,
      ),
      { numRuns: 10 },
    );
  });

  test.each(paths)('a file that was removed: %s', (path) => {
    const files = new Map(whole);
    files.delete(path);
    expect(problemsOf(files).join(' ')).toContain(path);
  });

  test.each(['extra.txt', 'journal.jsonl.bak', 'sub/report.html', '.hidden', ''])(
    'a file that was added: "%s"',
    (path) => {
      expect(problemsOf(having(path, new Uint8Array()))).toEqual([`${path} was added: the manifest does not list it.`]);
    },
  );

  test('two files that changed places', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...paths), { minLength: 2, maxLength: 2 }), ([a = '', b = '']) => {
        return problemsOf(new Map([...whole, [a, bytesOf(b)], [b, bytesOf(a)]])).length > 0;
      }),
      seldom,
    );
  });
});

describe.each([bundleFiles.journal, bundleFiles.addenda])('of %s,', (path) => {
  const lines = linesOf(new TextDecoder().decode(bytesOf(path)));
  const index = fc.nat({ max: lines.length - 1 });
  const problemsWith = (changed: readonly string[]): readonly string[] =>
    problemsOf(having(path, utf8(changed.map((line) => `${line}\n`).join(''))));

  test('a line that was removed, repeated or moved is found', () => {
    fc.assert(
      fc.property(index, index, fc.constantFrom('remove', 'repeat', 'swap'), (a, b, how) => {
        fc.pre(how !== 'swap' || a !== b);
        const [one = '', other = ''] = [lines[a], lines[b]];
        const changed =
          how === 'remove'
            ? lines.toSpliced(a, 1)
            : how === 'repeat'
              ? lines.toSpliced(b, 0, one)
              : lines.with(a, other).with(b, one);
        return problemsWith(changed).length > 0;
      }),
      seldom,
    );
  });

  test('an empty line is found', () => {
    fc.assert(
      fc.property(index, (at) => problemsWith(lines.toSpliced(at, 0, '')).length > 0),
      seldom,
    );
  });
});

test('names the entry where the journal’s chain breaks', () => {
  const lines = linesOf(new TextDecoder().decode(bytesOf(bundleFiles.journal))).toSpliced(4, 1);
  expect(problemsOf(having(bundleFiles.journal, utf8(`${lines.join('\n')}\n`))).join(' ')).toMatch(
    /journal.jsonl was changed\..*chain breaks at entry 5: entry 5 should come here, but entry 6 does/,
  );
});

describe('somebody who can compute hashes, and has not the key,', () => {
  test('cannot make a bundle of a journal of their own', () => {
    const forged = failedJournal();
    const last = forged.bodies.length;
    const rewritten = rechained(
      forged.bodies.map((body) =>
        body.event.type === 'verdict-reached'
          ? { ...body, event: { ...body.event, judged: { ...body.event.judged, verdict: 'passed' } } }
          : body,
      ),
    );
    expect(rewritten).toHaveLength(last);
    const theirs = makeBundle(rewritten, about, { privateKeyHex: strangersKey, kind: 'self-signed' }).files;
    expect(problemsOf(new Map([...whole, ...theirs]))).toEqual([
      'The signature of manifest.json was not made with the given key over these bytes.',
    ]);
  });

  test('cannot list a file of their own in the manifest', () => {
    const files = manifest.files.map((file) =>
      file.path === bundleFiles.page ? { ...file, sha256: sha256Of(utf8('<p>passed</p>')), bytes: 13 } : file,
    );
    const bytes = utf8(`${JSON.stringify({ ...manifest, files }, null, 2)}\n`);
    const changed = having(bundleFiles.manifest, bytes).set(bundleFiles.page, utf8('<p>passed</p>'));
    expect(problemsOf(changed)).not.toEqual([]);
    expect(problemsOf(changed.set(bundleFiles.signature, utf8(`${signBytes(bytes, strangersKey)}\n`)))).not.toEqual([]);
  });

  test('cannot add, drop or replace an addendum', () => {
    const signedByThem = makeAddendum(run, addenda, { event: ticket('d'), atMs: 9 }, strangersKey);
    for (const lines of [[...addenda, signedByThem], addenda.slice(0, 2), addenda.slice(1), []]) {
      expect(problemsOf(having(bundleFiles.addenda, utf8(addendaText(run, lines, strangersKey))))).not.toEqual([]);
    }
  });

  test('cannot take the addenda of another run', () => {
    const other = { ...run, runId: 'restore-test/jira-cloud/issues-db/2027Q1' };
    expect(problemsOf(having(bundleFiles.addenda, utf8(addendaText(other, [], key))))).not.toEqual([]);
    expect(
      problemsOf(having(bundleFiles.addenda, utf8(addendaText({ ...run, sealedHead: 'ab'.repeat(32) }, [], key)))),
    ).not.toEqual([]);
  });
});

test.each([publicKeyOf(strangersKey), publicKey.toUpperCase(), '', 'no key', '00'.repeat(32)])(
  'trusts only the given key, and not "%s"',
  (given) => {
    expect(verifyBundle(whole, given).ok).toBe(false);
  },
);

test('an older state of the addenda verifies: only the store and the versions in S3 know that more came', () => {
  expect(verifyBundle(bundle(addenda.slice(0, 1)), publicKey)).toMatchObject({ ok: true, addenda: 1 });
});

describe('making a bundle', () => {
  test('of the same journal gives the same bytes', () => {
    const again = makeBundle(failedJournal().entries, about, { privateKeyHex: key, kind: 'self-signed' });
    expect(new Map(again.files)).toEqual(new Map(sealed));
  });

  test('takes late clicks that stand behind the seal along, and still names the seal', () => {
    const journal = failedJournal();
    journal.note({ type: 'abort-requested', by: 'ann', reason: 'too late', via: 'cli' });
    const late = makeBundle(journal.entries, about, { privateKeyHex: key, kind: 'self-signed' });
    expect(late.manifest.sealed).toEqual(manifest.sealed);
    const files = new Map([...late.files, [bundleFiles.addenda, bytesOf(bundleFiles.addenda)]]);
    expect(verifyBundle(files, publicKey)).toMatchObject({ ok: true, entries: entries.length + 1 });
  });

  test('of a journal that was never sealed is refused', () => {
    expect(() => makeBundle(entries.slice(0, -1), about, { privateKeyHex: key, kind: 'self-signed' })).toThrow(
      /from its opening to its seal/,
    );
    expect(() => makeBundle([], about, { privateKeyHex: key, kind: 'self-signed' })).toThrow(
      /from its opening to its seal/,
    );
  });

  test('names every file in the manifest, and stores the signature last', () => {
    expect([...sealed.keys()].slice(-2)).toEqual([bundleFiles.manifest, bundleFiles.signature]);
    expect(manifest.files.map((file) => file.path)).toEqual([...sealed.keys()].slice(0, -2).toSorted());
  });
});

/** A journal with other content whose chain holds again. */
function rechained(bodies: readonly JournalBody[]): ReturnType<typeof makeEntry>[] {
  const made: ReturnType<typeof makeEntry>[] = [];
  for (const { number: _, ...body } of bodies) {
    const head = made.at(-1) ?? { number: 0, hash: '0'.repeat(64) };
    const event = body.event.type === 'sealed' ? { ...body.event, head: head.hash } : body.event;
    made.push(makeEntry({ number: head.number, hash: head.hash }, { ...body, event }));
  }
  return made;
}
