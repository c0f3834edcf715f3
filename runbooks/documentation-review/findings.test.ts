import { describe, expect, test } from 'vitest';
import { judgeReview } from '../../domain/review-judge.ts';
import {
  afterAct,
  askedReview,
  documentForTests,
  folded,
  itemOf,
  personForTests,
} from '../../domain/review-testing.ts';
import { deadLinkItems } from '../../domain/review-links.ts';
import { askedItems, noReview } from '../../domain/review-view.ts';
import type { ReviewView } from '../../domain/review-view.ts';
import type { Finding } from '../../domain/finding.ts';
import type { RunEnding } from '../../domain/verdict.ts';
import { findingsOfReview } from './findings.ts';

const priya = personForTests('Priya Raman');
const found = (review: ReviewView, ending: RunEnding = { kind: 'completed' }): Finding[] =>
  findingsOfReview({
    service: 'jira-cloud',
    tier: 1,
    runId: 'documentation-review/jira-cloud/-/2026Q4',
    ending,
    review,
    judged: judgeReview(ending, review),
  });

/** Signed off with these facts wrong, the rest right. */
function signedOff(wrong: Readonly<Record<string, 'document-wrong' | 'reality-wrong'>>): ReviewView {
  const view = askedReview();
  const ids = Object.fromEntries(Object.entries(wrong).map(([end, answer]) => [itemOf(view, end).id, answer]));
  const answered = askedItems(view).reduce(
    (so, { id }) =>
      afterAct(so, { kind: 'answer', items: [{ id, answer: ids[id] ?? 'right', comment: 'I looked.' }] }, priya),
    view,
  );
  const documents = [{ id: documentForTests.id, hash: documentForTests.hash }];
  const signing = afterAct(answered, { kind: 'sign-off', documents }, priya);
  return folded([{ type: 'review-signed-off', flags: [], answersDigest: '0'.repeat(64) }], signing);
}

describe('a signed review', () => {
  test('in which everything is right finds nothing', () => {
    expect(found(signedOff({}))).toEqual([]);
  });

  test('makes every wrong a gap, with the words of who said so and the proof that closes it', () => {
    const findings = found(signedOff({ 'engine-version': 'document-wrong', endpoint: 'reality-wrong' }));
    expect(findings.map(({ check, cause, proof }) => [check, cause, proof.kind])).toEqual([
      ['document-fact:recovery:docs/issues.md#issues-db.engine-version', 'document-wrong', 'recheck'],
      ['document-fact:recovery:docs/issues.md#issues-db.endpoint', 'reality-wrong', 'attested'],
    ]);
    expect(findings[0]).toMatchObject({
      resource: '-',
      severity: 'high',
      title: 'the recovery document is wrong about issues-db: engine version: it states 16.4, known is 18.1 (AWS)',
      found: '“Recovery of Jira Cloud” (docs/issues.md) states 16.4; known is 18.1 (AWS). Priya Raman: I looked.',
    });
  });

  test('of the same wrong in another quarter is the same gap', () => {
    const [one] = found(signedOff({ 'engine-version': 'document-wrong' }));
    const [other] = found(signedOff({ 'engine-version': 'document-wrong', endpoint: 'document-wrong' }));
    expect(one?.fingerprint).toBe(other?.fingerprint);
  });
});

test('answers without a sign-off are no findings: nobody stands for them yet', () => {
  const view = askedReview();
  const answered = afterAct(
    view,
    { kind: 'answer', items: [{ id: itemOf(view, 'engine-version').id, answer: 'document-wrong', comment: 'Old.' }] },
    priya,
  );
  const ending: RunEnding = { kind: 'aborted', code: 'not-reviewed-in-time', reason: 'Not reviewed in time.' };
  expect(found(answered, ending).map(({ check, cause, title }) => [check, cause, title])).toEqual([
    ['documentation-review', 'not-reviewed-in-time', 'the documentation review was not done in time (1 of 4 answered)'],
  ]);
});

test.each<[what: string, review: ReviewView, ending: RunEnding, cause: string]>([
  ['no document declared', noReview, { kind: 'completed' }, 'no-documents'],
  [
    'a document without facts',
    folded([
      {
        type: 'review-document-missing',
        document: {
          id: 'recovery:a.md',
          title: 'recovery',
          where: 'a.md',
          code: 'no-facts',
          what: 'a.md states no facts.',
          next: 'Add a facts block.',
        },
      },
    ]),
    { kind: 'completed' },
    'no-facts',
  ],
  ['our own fault', noReview, { kind: 'programme', code: 'no-token', reason: 'No token.' }, 'no-token'],
  [
    'an abort by a person',
    askedReview(),
    { kind: 'aborted', by: 'Jonas Weber', reason: 'Twice.' },
    'aborted-by-person',
  ],
])('%s is a finding', (_, review, ending, cause) => {
  expect(found(review, ending)).toMatchObject([{ cause, resource: '-', proof: { kind: 'recheck' } }]);
});

test('a dead link that was answered as wrong is a gap in its own words', () => {
  const dead = {
    kind: 'link',
    target: 'https://wiki.example.com/gone',
    outcome: 'dead',
    detail: 'answered 404',
  } as const;
  const [item] = deadLinkItems([{ ...dead, document: documentForTests.id }]);
  if (item === undefined) throw new Error('one is dead');
  const wrongs = (answer: 'document-wrong' | 'reality-wrong' | 'right') => {
    const asked = askedReview([item]);
    const answered = afterAct(asked, { kind: 'answer', items: [{ id: item.id, answer, comment: 'It moved.' }] }, priya);
    const documents = [{ id: documentForTests.id, hash: documentForTests.hash }];
    const signing = afterAct(answered, { kind: 'sign-off', documents }, priya);
    return found(folded([{ type: 'review-signed-off', flags: [], answersDigest: '0'.repeat(64) }], signing));
  };
  expect(wrongs('document-wrong')).toMatchObject([
    {
      cause: 'document-wrong',
      severity: 'medium',
      title: 'the recovery document points to the link https://wiki.example.com/gone, which is not there',
      found:
        '“Recovery of Jira Cloud” (docs/issues.md) points to the link https://wiki.example.com/gone: answered 404. Priya Raman: It moved.',
      proof: { kind: 'recheck' },
    },
  ]);
  expect(wrongs('reality-wrong')).toMatchObject([{ cause: 'reality-wrong' }]);
  expect(wrongs('right')).toEqual([]);
});
