import { describe, expect, test } from 'vitest';
// The stand-in knows Slack's limits and refuses what Slack refuses.
// oxlint-disable-next-line no-restricted-imports
import { acceptMessageBlocks } from '../../sandbox/slack/block-kit.ts';
import { reviewNotice } from '../../domain/review-notice.ts';
import {
  askedReview,
  documentForTests,
  folded,
  manyItemsForTests,
  personForTests,
  afterAct,
} from '../../domain/review-testing.ts';
import { askedItems } from '../../domain/review-view.ts';
import type { ReviewView } from '../../domain/review-view.ts';
import { exampleAddress } from '../example-notices.ts';
import type { SlackContent } from './limits.ts';
import { reviewMessage, reviewReminderMessage } from './review-message.ts';

const heading = { ...exampleAddress, runId: 'documentation-review/jira-cloud/-/2026Q4', resource: '-' };
const priya = personForTests('Priya Raman');
const shown = (view: ReviewView, over = false): SlackContent => {
  const review = reviewNotice(view, over);
  if (review === undefined) throw new Error('nobody was asked');
  const content = reviewMessage({ heading, review, mention: ['U0PRIYA'] });
  expect(() => acceptMessageBlocks(JSON.parse(JSON.stringify(content.blocks)))).not.toThrow();
  return content;
};
const words = (content: SlackContent): string => JSON.stringify(content.blocks);

describe('the message of a review', () => {
  test('says what differs first, then how much is to be confirmed, who is asked, and what happens if nobody signs', () => {
    const text = words(shown(askedReview()));
    const order = [
      'engine version',
      '16.4',
      '18.1',
      'Then 1 fact to confirm',
      'Recovery of Jira Cloud',
      '<@U0PRIYA>',
      'it ends as not reviewed',
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(text).toMatch(/Answer….*Delegate….*Sign off…/);
  });

  test('leads to a document that has an address, and says where the others are', () => {
    const where = 'https://example.atlassian.net/wiki/spaces/DR/pages/196613/Jira+Cloud%3A+backup+and+recovery';
    const page = { ...documentForTests, id: 'recovery:196613', title: 'On a page', where };
    const text = words(shown({ ...askedReview(), documents: [page, documentForTests] }));
    expect(text).toContain(`<${where}|“On a page”>`);
    expect(text).toContain('“Recovery of Jira Cloud”  docs/issues.md');
  });

  test('says who stands in for a champion who has left', () => {
    const left = { personId: 'priya-raman', name: 'Priya Raman' };
    const standIn = { personId: 'lin-zhao', name: 'Lin Zhao' };
    const text = words(
      shown(folded([{ type: 'review-reassigned', role: 'dr-champion', left, standIn }], askedReview())),
    );
    expect(text).toContain('Priya Raman (DR champion, who has left; Lin Zhao stands in)');
    expect(text).toContain('Lin Zhao is asked');
  });

  test('keeps to Slack’s limits with 200 differences of the longest texts, and says how many it does not show', () => {
    const content = shown(askedReview(manyItemsForTests(200)));
    expect(words(content)).toContain('200 differences');
    const lines = [...words(content).matchAll(/✖ \*db-/g)].length;
    expect(lines).toBeGreaterThan(1);
    expect(words(content)).toContain(`and ${200 - lines} more in the form`);
    expect(words(content)).toContain('Sign off…');
    // Nobody can open the form any more.
    expect(words(shown(askedReview(manyItemsForTests(200)), true))).toContain(`and ${200 - lines} more in the report`);
  });

  test('has no buttons any more when it is signed, and says what is remarkable', () => {
    const view = askedReview();
    const answered = askedItems(view).reduce(
      (so, { id }) => afterAct(so, { kind: 'answer', items: [{ id, answer: 'right', comment: 'I looked.' }] }, priya),
      view,
    );
    const documents = [{ id: documentForTests.id, hash: documentForTests.hash }];
    const signing = afterAct(answered, { kind: 'sign-off', documents }, priya);
    expect(words(shown(signing))).toContain('being read again');
    const flags = [{ code: 'faster-than-reading', text: 'Signed off 60 s after it was asked for.' }] as const;
    const signed = shown(folded([{ type: 'review-signed-off', flags, answersDigest: '0'.repeat(64) }], signing));
    expect(words(signed)).toMatch(/✔ Signed off by Priya Raman.*60 s after/);
    expect(words(signed)).not.toContain('review_answer');
    expect(words(shown(askedReview(), true))).toContain('Over without a sign-off');
  });

  test('says that a sign-off did not count, and why', () => {
    const view: ReviewView = {
      ...askedReview(),
      voidSignOffs: [
        { by: { ...priya, name: 'Priya Raman' }, atMs: 0, code: 'document-changed', text: 'It has changed.' },
      ],
    };
    expect(words(shown(view))).toContain('Priya Raman: It has changed.');
  });
});

test('a reminder names whom it is for and where to answer', () => {
  const content = reviewReminderMessage(heading, 'Overdue: '.repeat(500), ['U0JONAS']);
  expect(() => acceptMessageBlocks(JSON.parse(JSON.stringify(content.blocks)))).not.toThrow();
  expect(words(content)).toContain('<@U0JONAS>');
});
