import type { ActBy } from './act.ts';
import type { Role } from './gate.ts';
import { reviewItem } from './review.ts';
import type { ReviewedDocument, ReviewItem, ReviewPolicy } from './review.ts';
import { applyReviewAct } from './review-acts.ts';
import type { ReviewAct } from './review-acts.ts';
import type { ReviewEvent } from './review-events.ts';
import { foldReview, noReview } from './review-view.ts';
import type { ReviewView } from './review-view.ts';

/** A review for tests of rules and views: one document, five facts, asked of Priya. */

export const askedAtMs = Date.parse('2026-11-22T09:00:00Z');
const dayMs = 24 * 60 * 60_000;

export const policyForTests: ReviewPolicy = {
  dueAfterMs: 7 * dayMs,
  remindAfterMs: [3 * dayMs],
  escalations: [
    { afterMs: 7 * dayMs, roles: ['service-owner'], secondChannel: false },
    { afterMs: 14 * dayMs, roles: ['leadership'], secondChannel: true },
  ],
  finalDeadlineMs: 21 * dayMs,
  readWithinMs: 4 * 60 * 60_000,
  wordsPerMinute: 600,
  secondsPerItem: 2,
};

export const documentForTests: ReviewedDocument = {
  id: 'recovery:docs/issues.md',
  title: 'Recovery of Jira Cloud',
  where: 'docs/issues.md',
  version: '17',
  hash: 'a'.repeat(64),
  words: 1200,
  facts: 4,
  readAtMs: askedAtMs - 5000,
};

const fact = (key: string, label: string, more: Omit<ReviewItem, 'id' | 'key' | 'label' | 'document'>): ReviewItem =>
  reviewItem({ key: `${documentForTests.id}#${key}`, label, document: documentForTests.id, ...more });

export const itemsForTests: readonly ReviewItem[] = [
  fact('issues-db.region', 'issues-db: Region', {
    stated: 'eu-central-1',
    known: 'eu-central-1',
    knownFrom: 'AWS',
    outcome: 'same',
    required: true,
  }),
  fact('issues-db.engine-version', 'issues-db: engine version', {
    stated: '16.4',
    known: '18.1',
    knownFrom: 'AWS',
    outcome: 'different',
    required: true,
  }),
  fact('issues-db.endpoint', 'issues-db: endpoint', {
    outcome: 'unknown',
    stated: 'issues-db.example.com',
    required: true,
    why: 'AWS did not answer for 10 min.',
  }),
  fact('service.contacts', 'contacts', {
    outcome: 'not-stated',
    required: true,
    known: 'Jonas Weber',
    knownFrom: 'the catalog',
  }),
  fact('issues-db.availability-zones', 'issues-db: availability zones', { outcome: 'not-stated', required: false }),
];

/** As many differences, each with the longest texts that a document may have. */
export const manyItemsForTests = (count: number): readonly ReviewItem[] =>
  Array.from({ length: count }, (_, index) =>
    fact(`db-${index}.endpoint`, `db-${index}: ${'long & <name> '.repeat(20)}`, {
      stated: 's'.repeat(1000),
      known: '&'.repeat(1000),
      knownFrom: 'AWS',
      outcome: 'different',
      required: true,
      why: 'why '.repeat(250),
    }),
  );

/** The item of a fact, by the end of its key. */
export function itemOf(view: Pick<ReviewView, 'items'>, end: string): ReviewItem {
  const item = view.items.find(({ key }) => key.endsWith(end));
  if (item === undefined) throw new Error(`no item ends in ${end}`);
  return item;
}

export const folded = (events: readonly ReviewEvent[], from = noReview, atMs = askedAtMs): ReviewView =>
  events.reduce((view, event) => foldReview(view, event, atMs), from);

/** Read, compared and asked. */
export const askedReview = (
  items: readonly ReviewItem[] = itemsForTests,
  policy: ReviewPolicy = policyForTests,
): ReviewView =>
  folded([
    { type: 'review-document-read', document: documentForTests },
    { type: 'review-compared', round: 1, items },
    {
      type: 'review-asked',
      champion: { personId: 'priya-raman', name: 'Priya Raman' },
      policy,
      dueAtMs: askedAtMs + policy.dueAfterMs,
      finalAtMs: askedAtMs + policy.finalDeadlineMs,
    },
  ]);

let acts = 0;
export function personForTests(
  name: 'Priya Raman' | 'Jonas Weber' | 'Sofia Marques' | 'Amara Okafor',
  at = askedAtMs + 60_000,
): ActBy {
  const held: Readonly<Record<typeof name, readonly Role[]>> = {
    'Priya Raman': ['dr-champion'],
    'Jonas Weber': ['service-owner'],
    'Sofia Marques': [],
    'Amara Okafor': ['leadership'],
  };
  acts += 1;
  return {
    actId: `act-${acts}`,
    personId: name.toLowerCase().replace(' ', '-'),
    personName: name,
    roles: held[name],
    clickedAtMs: at,
    via: 'slack-app',
    receivedAtMs: at + 40,
  };
}

/** The review after an act that counts. */
export const afterAct = (view: ReviewView, act: ReviewAct, by: ActBy): ReviewView =>
  folded(applyReviewAct(view, act, by).events, view, by.receivedAtMs);
