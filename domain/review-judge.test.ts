import { expect, test } from 'vitest';
import type { FactAnswer } from './review.ts';
import { judgeReview } from './review-judge.ts';
import { afterAct, askedReview, documentForTests, folded, personForTests } from './review-testing.ts';
import { askedItems, noReview } from './review-view.ts';
import type { ReviewView } from './review-view.ts';
import type { RunEnding } from './verdict.ts';

const priya = personForTests('Priya Raman');
const signedOff = (answers: (outcome: string) => FactAnswer): ReviewView => {
  const answered = askedItems(askedReview()).reduce(
    (view, { id, outcome }) =>
      afterAct(view, { kind: 'answer', items: [{ id, answer: answers(outcome), comment: 'I looked.' }] }, priya),
    askedReview(),
  );
  const signing = afterAct(
    answered,
    { kind: 'sign-off', documents: [{ id: documentForTests.id, hash: documentForTests.hash }] },
    priya,
  );
  return folded([{ type: 'review-signed-off', flags: [], answersDigest: '0'.repeat(64) }], signing);
};
const missing = {
  id: 'continuity:plan.md',
  title: 'continuity',
  where: 'plan.md',
  code: 'document-not-found',
  what: 'There is no document at plan.md.',
  next: 'Write it.',
};
const completed: RunEnding = { kind: 'completed' };
const right = signedOff(() => 'right');

test.each<[what: string, ending: RunEnding, view: ReviewView, verdict: string, reason: RegExp]>([
  ['everything right', completed, right, 'confirmed', /^Priya Raman signed off 4 facts: everything is right/],
  [
    'something wrong',
    completed,
    signedOff((outcome) =>
      outcome === 'different' ? 'reality-wrong' : outcome === 'not-stated' ? 'document-wrong' : 'right',
    ),
    'corrections-needed',
    /2 facts are wrong: 1 in the document, 1 in reality/,
  ],
  [
    'one of two documents missing',
    completed,
    folded([{ type: 'review-document-missing', document: missing }], right),
    'unproven',
    /not everything was there: There is no document at plan.md/,
  ],
  [
    'no document',
    completed,
    folded([{ type: 'review-document-missing', document: missing }]),
    'unproven',
    /^There is no document at plan.md/,
  ],
  ['no facts', completed, noReview, 'unproven', /no document states any fact/],
  [
    'nobody in time',
    { kind: 'aborted', code: 'not-reviewed-in-time', reason: 'Not reviewed in time.' },
    askedReview(),
    'aborted',
    /^Not reviewed in time/,
  ],
  [
    'stopped by a person',
    { kind: 'aborted', reason: 'wrong quarter', by: 'Jonas Weber' },
    askedReview(),
    'aborted',
    /^Jonas Weber stopped it: wrong quarter/,
  ],
  ['our own fault', { kind: 'programme', code: 'no-token', reason: 'No token.' }, noReview, 'inconclusive', /No token/],
  ['a failure of what is reviewed', { kind: 'failed', code: 'x', reason: 'Gone.' }, noReview, 'unproven', /Gone/],
])('%s', (_, ending, view, verdict, reason) => {
  const judged = judgeReview(ending, view);
  expect(judged).toMatchObject({ verdict, comparable: true });
  expect(judged.reason).toMatch(reason);
});

test('a verdict shows what was counted', () => {
  expect(judgeReview(completed, right).results).toEqual([
    { name: 'Documents', text: '1 read' },
    { name: 'Answered', text: '4 of 4' },
    { name: 'Differences', text: '3' },
    { name: 'Wrong', text: 'none' },
  ]);
});
