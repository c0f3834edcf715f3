import { describe, expect, test } from 'vitest';
import type { FactAnswer, ReviewPerson } from './review.ts';
import type { ReviewEvent } from './review-events.ts';
import { applyReviewAct, asReviewAct, itemsPerPage, objectionToReviewAct } from './review-acts.ts';
import type { ReviewAct } from './review-acts.ts';
import {
  afterAct,
  askedAtMs,
  askedReview,
  documentForTests,
  folded,
  itemOf,
  itemsForTests,
  personForTests,
} from './review-testing.ts';
import { answerableFor, askedItems, championStandIn, noReview, progressOf, unansweredItems } from './review-view.ts';
import type { ReviewView } from './review-view.ts';

const priya = personForTests('Priya Raman');
const answer = (view: ReviewView, end: string, given: FactAnswer, comment?: string): ReviewAct => ({
  kind: 'answer',
  items: [{ id: itemOf(view, end).id, answer: given, ...(comment === undefined ? {} : { comment }) }],
});
const signOff = (hash = documentForTests.hash): ReviewAct => ({
  kind: 'sign-off',
  documents: [{ id: documentForTests.id, hash }],
});
const objection = (view: ReviewView, act: ReviewAct, by = priya): string => {
  const said = objectionToReviewAct(view, act, by);
  return said === undefined ? 'counts' : said.outcome === 'refused' ? said.code : 'accepted';
};
const allAnswered = (view = askedReview()): ReviewView =>
  askedItems(view).reduce(
    (so, { id }) => afterAct(so, { kind: 'answer', items: [{ id, answer: 'right', comment: 'I looked.' }] }, priya),
    view,
  );

describe('what is asked', () => {
  test('are the differences first, with the required facts that are not stated or not known, then the checklist', () => {
    expect(askedItems(askedReview()).map(({ label }) => label)).toEqual([
      'issues-db: engine version',
      'issues-db: endpoint',
      'contacts',
      'issues-db: Region',
    ]);
  });

  test('an optional fact that the document does not state is shown and not asked', () => {
    expect(askedItems(askedReview()).some(({ key }) => key.endsWith('availability-zones'))).toBe(false);
  });
});

describe('an answer', () => {
  test.each<[end: string, answer: FactAnswer, comment: string | undefined, says: string]>([
    ['region', 'right', undefined, 'counts'],
    ['region', 'document-wrong', undefined, 'comment-required'],
    ['region', 'document-wrong', 'It moved.', 'counts'],
    ['engine-version', 'right', undefined, 'comment-required'],
    ['engine-version', 'right', '  ', 'comment-required'],
    ['engine-version', 'reality-wrong', 'Must be 16.', 'counts'],
    ['endpoint', 'right', 'I connected to it.', 'counts'],
    ['contacts', 'reality-wrong', 'No.', 'no-such-answer'],
    ['contacts', 'document-wrong', 'To be added.', 'counts'],
    ['availability-zones', 'right', 'Not asked.', 'fact-changed'],
  ])('to %s of “%s” with the comment %j: %s', (end, given, comment, says) => {
    const view = askedReview();
    expect(objection(view, answer(view, end, given, comment))).toBe(says);
  });

  test('is of this review’s people: champion, owner, whom they asked, and whom an escalation has asked since', () => {
    const view = askedReview();
    const act = answer(view, 'region', 'right');
    const [sofia, jonas, amara] = [
      personForTests('Sofia Marques'),
      personForTests('Jonas Weber'),
      personForTests('Amara Okafor'),
    ];
    expect([sofia, jonas, amara].map((by) => objection(view, act, by))).toEqual([
      'role-missing',
      'counts',
      'role-missing',
    ]);
    const delegated = afterAct(
      view,
      { kind: 'delegate', to: { personId: 'sofia-marques', name: 'Sofia Marques' } },
      priya,
    );
    expect(objection(delegated, act, sofia)).toBe('counts');
    const escalated = folded(
      [{ type: 'review-reminded', text: 'overdue', roles: ['leadership'], escalated: true }],
      view,
    );
    expect(objection(escalated, act, amara)).toBe('counts');
    const reminded = folded(
      [{ type: 'review-reminded', text: 'due soon', roles: ['leadership'], escalated: false }],
      view,
    );
    expect(objection(reminded, act, amara)).toBe('role-missing');
  });

  test('is asked of who stands in when whoever was asked has left; that alone gives nobody a say', () => {
    const [priya_, sofia, lin] = ['priya-raman', 'sofia-marques', 'lin-zhao'].map((personId) => ({
      personId,
      name: personId,
    }));
    if (!priya_ || !sofia || !lin) throw new Error('three people');
    const moved = (left: ReviewPerson, standIn: ReviewPerson): ReviewEvent => ({
      type: 'review-reassigned',
      role: 'dr-champion',
      left,
      standIn,
    });
    const view = askedReview();
    const withLin = folded([moved(priya_, lin)], view);
    expect(answerableFor(withLin)).toEqual(lin);
    expect(championStandIn(withLin)).toEqual(lin);
    const act = answer(view, 'region', 'right');
    expect(objection(withLin, act, { ...personForTests('Sofia Marques'), ...lin, roles: ['deputy'] })).toBe(
      'role-missing',
    );
    // Handed on since; who was asked before that is no longer asked, whoever leaves.
    const handedOn = afterAct(withLin, { kind: 'delegate', to: sofia }, personForTests('Jonas Weber'));
    expect(answerableFor(handedOn)).toEqual(sofia);
    expect(answerableFor(folded([moved(lin, priya_)], handedOn, askedAtMs + 90_000))).toEqual(sofia);
    expect(answerableFor(folded([moved(sofia, lin)], handedOn, askedAtMs + 90_000))).toEqual(lin);
  });

  test('to what has changed since it was shown does not count', () => {
    const view = askedReview();
    const act = answer(view, 'region', 'right');
    const changed = folded(
      [
        {
          type: 'review-compared',
          round: 2,
          items: view.items.map((item) => (item.key.endsWith('region') ? { ...item, id: 'f'.repeat(12) } : item)),
        },
      ],
      view,
    );
    expect(objection(changed, act)).toBe('fact-changed');
  });

  test('may be given anew until the sign-off: the last one counts, and the record says how often', () => {
    const view = askedReview();
    const once = afterAct(view, answer(view, 'region', 'right'), priya);
    const twice = afterAct(
      once,
      answer(view, 'region', 'document-wrong', 'On second thoughts.'),
      personForTests('Jonas Weber'),
    );
    expect(twice.answers[itemOf(view, 'region').id]).toMatchObject({
      answer: 'document-wrong',
      by: { name: 'Jonas Weber' },
      times: 2,
    });
    expect(progressOf(twice)).toEqual({ toAnswer: 4, answered: 1, differences: 3, wrong: 1 });
  });

  test('says how far the review is', () => {
    const view = askedReview();
    expect(applyReviewAct(view, answer(view, 'region', 'right'), priya).answer.text).toBe('Saved. 1 of 4 answered.');
  });

  test.each<[what: string, act: unknown]>([
    ['nothing', undefined],
    ['another kind', { kind: 'approve' }],
    ['no items', { kind: 'answer', items: [] }],
    ['an id that is none', { kind: 'answer', items: [{ id: 'region', answer: 'right' }] }],
    ['an unknown answer', { kind: 'answer', items: [{ id: 'a'.repeat(12), answer: 'maybe' }] }],
    [
      'more than a page',
      {
        kind: 'answer',
        items: Array.from({ length: itemsPerPage + 1 }, () => ({ id: 'a'.repeat(12), answer: 'right' })),
      },
    ],
    [
      'a comment longer than allowed',
      { kind: 'answer', items: [{ id: 'a'.repeat(12), answer: 'right', comment: 'x'.repeat(401) }] },
    ],
    ['a key too many', { kind: 'sign-off', documents: [], force: true }],
  ])('that is %s is none', (_, act) => {
    expect(asReviewAct(act)).toBeUndefined();
  });
});

describe('a sign-off', () => {
  test('does not count while something is unanswered, and says what', () => {
    const view = askedReview();
    expect(objectionToReviewAct(view, signOff(), priya)).toMatchObject({
      code: 'unanswered',
      text: '4 facts are not answered yet, first: issues-db: engine version. Silence is not a yes.',
    });
    const almost = askedItems(view)
      .slice(0, -1)
      .reduce(
        (so, { id }) => afterAct(so, { kind: 'answer', items: [{ id, answer: 'right', comment: 'yes' }] }, priya),
        view,
      );
    expect(objection(almost, signOff())).toBe('unanswered');
  });

  test('counts when everything is answered, for the documents that were shown', () => {
    expect(objection(allAnswered(), signOff())).toBe('counts');
    expect(objection(allAnswered(), signOff('b'.repeat(64)))).toBe('document-changed');
    expect(objection(allAnswered(), { kind: 'sign-off', documents: [] })).toBe('document-changed');
  });

  test('waits for the documents to be read again: until then nothing else counts', () => {
    const signing = afterAct(allAnswered(), signOff(), priya);
    expect(signing.signedOff).toBeUndefined();
    expect(objection(signing, signOff(), personForTests('Jonas Weber'))).toBe('signing');
    expect(objection(signing, answer(signing, 'region', 'right'))).toBe('signing');
  });

  test('of a document that had changed is void: what changed is asked again, the other answers stay', () => {
    const before = afterAct(allAnswered(), signOff(), priya);
    const items = itemsForTests.map((item) =>
      item.key.endsWith('region')
        ? { ...item, id: 'f'.repeat(12), stated: 'eu-west-1', outcome: 'different' as const }
        : item,
    );
    const after = folded(
      [
        { type: 'review-document-read', document: { ...documentForTests, hash: 'b'.repeat(64) } },
        { type: 'review-compared', round: 2, items },
        { type: 'review-sign-off-void', code: 'document-changed', text: 'It changed.' },
      ],
      before,
    );
    expect(unansweredItems(after).map(({ label }) => label)).toEqual(['issues-db: Region']);
    expect(after.voidSignOffs).toMatchObject([{ by: { name: 'Priya Raman' }, code: 'document-changed' }]);
    expect(after.signing).toBeUndefined();
    expect(objection(after, signOff())).toBe('unanswered');
    expect(after.documents).toHaveLength(1);
  });

  test('is the end: nothing counts after it', () => {
    const signed = folded(
      [{ type: 'review-signed-off', flags: [], answersDigest: '0'.repeat(64) }],
      afterAct(allAnswered(), signOff(), priya),
    );
    expect(signed.signedOff?.by.name).toBe('Priya Raman');
    expect(objection(signed, answer(signed, 'region', 'right'))).toBe('signed-off');
    expect(objection(signed, signOff())).toBe('signed-off');
  });
});

test('before anybody was asked, nothing counts', () => {
  expect(objection(noReview, signOff())).toBe('not-asked-yet');
});

test('delegating to oneself is refused; the last one to whom it was handed is asked', () => {
  const view = askedReview();
  expect(objection(view, { kind: 'delegate', to: { personId: 'priya-raman', name: 'Priya Raman' } })).toBe(
    'to-yourself',
  );
  expect(view.asked?.atMs).toBe(askedAtMs);
});
