import { expect, test } from 'vitest';
import type { ProbedLink } from './review.ts';
import { answersTo, canBeRechecked, needsComment, partOf } from './review.ts';
import { deadLinkItems, isLinkItem } from './review-links.ts';
import { askedReview, documentForTests, folded, itemsForTests } from './review-testing.ts';
import { unansweredItems } from './review-view.ts';

const link = (target: string, outcome: ProbedLink['outcome'], detail = 'answered 404'): ProbedLink => ({
  document: documentForTests.id,
  kind: 'link',
  target,
  outcome,
  detail,
});
const gone = link('https://wiki.example.com/gone', 'dead');

test('what is dead is asked like a difference; what is alive, or could not be looked at, is not', () => {
  const items = deadLinkItems([gone, link('https://a.example', 'alive'), link('https://b.example', 'unknown')]);
  expect(items).toMatchObject([
    { label: 'the link https://wiki.example.com/gone', known: 'not there', why: 'answered 404', outcome: 'different' },
  ]);
  const [item] = items;
  if (item === undefined) throw new Error('one is dead');
  expect([partOf(item), answersTo(item).length, needsComment(item, 'right'), canBeRechecked(item)]).toEqual([
    'difference',
    3,
    true,
    true,
  ]);
  expect(isLinkItem(item)).toBe(true);
  expect(itemsForTests.some(isLinkItem)).toBe(false);
});

test('the same dead link is the same item, whatever it was that did not answer; another target is another', () => {
  const keys = (...links: readonly ProbedLink[]) => deadLinkItems(links).map(({ key, id }) => `${key} ${id}`);
  expect(keys(gone)).toEqual(keys({ ...gone, detail: 'did not answer: timeout' }));
  expect(new Set(keys(gone, link('https://wiki.example.com/other', 'dead'))).size).toBe(2);
  const long = 'w'.repeat(2000);
  const [one, other] = deadLinkItems([link(`https://${long}/1`, 'dead'), link(`https://${long}/2`, 'dead')]);
  expect(one?.label.length).toBeLessThan(150);
  expect(one?.key).not.toBe(other?.key);
});

test('a document that is probed anew has the links that it has now', () => {
  const first = folded([{ type: 'review-links-probed', links: [gone, link('https://a.example', 'alive')] }]);
  expect(first.links).toHaveLength(2);
  const again = folded(
    [
      { type: 'review-links-probed', links: [link('https://c.example', 'alive')], anew: [documentForTests.id] },
      { type: 'review-links-probed', links: [link('https://d.example', 'dead')] },
    ],
    first,
  );
  expect(again.links.map(({ target }) => target)).toEqual(['https://c.example', 'https://d.example']);
});

test('a review with a dead link cannot be signed before somebody has said what is wrong', () => {
  const items = [...itemsForTests, ...deadLinkItems([gone])];
  expect(unansweredItems(askedReview(items)).map(({ label }) => label)).toContain(
    'the link https://wiki.example.com/gone',
  );
});
