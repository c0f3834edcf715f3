import { canonicalJson } from './canonical-json.ts';
import { sha256Hex } from './hex.ts';
import type { FactAnswer, ReviewItem } from './review.ts';
import { answerTo, askedItems } from './review-view.ts';
import type { ReviewView } from './review-view.ts';

/** What an earlier review said about one fact. */
export interface LastItem extends Pick<ReviewItem, 'key' | 'label' | 'stated' | 'known' | 'outcome'> {
  readonly answer?: FactAnswer;
}

/** A finished review of the same service, as far as the next one needs it. */
export interface LastReview {
  readonly runId: string;
  readonly signedOffAtMs: number;
  readonly answersDigest: string;
  readonly items: readonly LastItem[];
}

/** One thing that is not as it was in the last review. */
export interface ReviewDifference {
  readonly key: string;
  readonly label: string;
  readonly kind: 'new' | 'gone' | 'changed';
  /** `stated 17.4, AWS says 18.1: different`; absent for what is new. */
  readonly was?: string;
  /** Absent for what is gone. */
  readonly now?: string;
}

/** 64 hex over every fact asked and its answer; comments do not count, the same click on everything does. */
export const answersDigest = (view: Pick<ReviewView, 'items' | 'answers'>): string =>
  sha256Hex(
    canonicalJson(
      askedItems(view)
        .map((item) => [item.key, answerTo(view, item)?.answer ?? 'unanswered'])
        .toSorted(([one = ''], [other = '']) => (one < other ? -1 : one > other ? 1 : 0)),
    ),
  );

/** A review as the next one remembers it; nothing for one that was not signed off. */
export function lastReviewOf(runId: string, view: ReviewView): LastReview | undefined {
  const { signedOff } = view;
  if (signedOff === undefined) return undefined;
  const items = view.items.map((item): LastItem => {
    const { key, label, stated, known, outcome } = item;
    const answer = answerTo(view, item)?.answer;
    return {
      key,
      label,
      outcome,
      ...(stated === undefined ? {} : { stated }),
      ...(known === undefined ? {} : { known }),
      ...(answer === undefined ? {} : { answer }),
    };
  });
  return { runId, signedOffAtMs: signedOff.atMs, answersDigest: signedOff.answersDigest, items };
}

/** What this quarter's facts say differently from the last review's, in the order of today's facts, what is gone last. */
export function differencesFromLast(now: readonly ReviewItem[], last: LastReview): readonly ReviewDifference[] {
  const before = new Map(last.items.map((item) => [item.key, item]));
  const today = new Set(now.map(({ key }) => key));
  return [
    ...now.flatMap((item): ReviewDifference[] => {
      const { key, label } = item;
      const then = before.get(key);
      if (then === undefined) return [{ key, label, kind: 'new', now: said(item) }];
      return said(then) === said(item) ? [] : [{ key, label, kind: 'changed', was: said(then), now: said(item) }];
    }),
    ...last.items
      .filter(({ key }) => !today.has(key))
      .map((item): ReviewDifference => ({ key: item.key, label: item.label, kind: 'gone', was: said(item) })),
  ];
}

const said = ({ stated, known, outcome }: Pick<LastItem, 'stated' | 'known' | 'outcome'>): string =>
  `stated ${stated ?? 'nothing'}, known ${known ?? 'nothing'}: ${outcome.replace('-', ' ')}`;
