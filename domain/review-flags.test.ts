import { describe, expect, test } from 'vitest';
import { reviewFlags } from './review-flags.ts';
import { diffAgainstLast } from './compare-facts.ts';
import { answersDigest, lastReviewOf } from './review-last.ts';
import {
  afterAct,
  askedAtMs,
  askedReview,
  documentForTests,
  folded,
  itemsForTests,
  personForTests,
} from './review-testing.ts';
import { askedItems } from './review-view.ts';
import type { ReviewView } from './review-view.ts';

/** Everything answered "right", one answer each `everyMs`, the first a minute after asking. */
const answeredEvery = (everyMs: number, view = askedReview()): ReviewView =>
  askedItems(view).reduce(
    (so, { id }, index) =>
      afterAct(
        so,
        { kind: 'answer', items: [{ id, answer: 'right', comment: 'I looked.' }] },
        personForTests('Priya Raman', askedAtMs + 60_000 + index * everyMs),
      ),
    view,
  );
const codes = (view: ReviewView, signedAtMs: number, last: readonly string[] = []): string[] =>
  reviewFlags(
    view,
    signedAtMs,
    last.map((digest) => ({ answersDigest: digest })),
  ).map(({ code }) => code);

describe('a sign-off is flagged', () => {
  const minute = 60_000;
  // 1200 words at 600 a minute are two minutes.
  test.each([
    ['after an hour, answered at leisure', 30_000, 60 * minute, []],
    ['just as fast as one can read', 2000, 2 * minute, []],
    ['faster than one can read', 2000, 2 * minute - 1, ['faster-than-reading']],
    ['after an hour, but answered faster than one can look', 1999, 60 * minute, ['faster-than-answering']],
    ['all in no time', 1, 61_000, ['faster-than-reading', 'faster-than-answering']],
  ] as const)('when it comes %s', (_, everyMs, afterMs, expected) => {
    expect(codes(answeredEvery(everyMs), askedAtMs + afterMs)).toEqual(expected);
  });

  test('when every answer is that of the last three reviews; two are no habit, and one other answer is none', () => {
    const view = answeredEvery(30_000);
    const same = answersDigest(view);
    const late = askedAtMs + 60 * minute;
    expect(codes(view, late, [same, same, same])).toEqual(['same-as-last-three']);
    expect(codes(view, late, [same, same])).toEqual([]);
    expect(codes(view, late, [same, '0'.repeat(64), same, same])).toEqual([]);
  });

  test('with the numbers it rests on', () => {
    expect(reviewFlags(answeredEvery(30_000), askedAtMs + 61_000, [])[0]?.text).toBe(
      'Signed off 61 s after it was asked for; 1200 words at 600 a minute take 120 s.',
    );
  });
});

describe('the last review', () => {
  const signed = folded(
    [
      {
        type: 'review-sign-off-received',
        actId: 'a',
        by: { personId: 'p', name: 'P', roles: [], via: 'slack-app', clickedAtMs: 1 },
      },
      { type: 'review-signed-off', flags: [], answersDigest: answersDigest(answeredEvery(30_000)) },
    ],
    answeredEvery(30_000),
  );
  const last = lastReviewOf('documentation-review/jira-cloud/-/2026Q3', signed);

  test('is remembered with its facts and answers; one that nobody signed is none', () => {
    expect(last?.items).toHaveLength(itemsForTests.length);
    expect(last?.items[1]).toMatchObject({ label: 'issues-db: engine version', answer: 'right', outcome: 'different' });
    expect(lastReviewOf('x', askedReview())).toBeUndefined();
  });

  test('is compared with: what is new, changed, gone', () => {
    if (last === undefined) throw new Error('it was signed off');
    const [region, version, ...rest] = itemsForTests;
    if (region === undefined || version === undefined) throw new Error('there are five');
    const now = [
      region,
      { ...version, known: '18.2' },
      ...rest.slice(1),
      { ...region, key: `${documentForTests.id}#attachments.region`, label: 'attachments: Region' },
    ];
    expect(diffAgainstLast(now, last.items).map(({ label, change }) => `${label} ${change}`)).toEqual([
      'issues-db: engine version changed',
      'attachments: Region new',
      'issues-db: endpoint gone',
    ]);
    expect(diffAgainstLast(itemsForTests, last.items)).toEqual([]);
  });
});
