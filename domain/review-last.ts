import { canonicalJson } from './canonical-json.ts';
import { sha256Hex } from './hex.ts';
import type { RememberedFact } from './compare-facts.ts';
import type { KnownFact } from './document.ts';
import type { FactAnswer } from './review.ts';
import { answerTo, askedItems } from './review-view.ts';
import type { ReviewView } from './review-view.ts';

/** What an earlier review said about one fact. */
export interface LastItem extends RememberedFact {
  readonly answer?: FactAnswer;
}

/** A finished review of the same service, as far as the next one needs it. */
export interface LastReview {
  readonly runId: string;
  readonly signedOffAtMs: number;
  readonly answersDigest: string;
  readonly items: readonly LastItem[];
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

/** What a review knows of the service's past. */
export interface ReviewPast {
  /** The newest finished review. */
  readonly last?: LastReview;
  /** Of the newest finished reviews, newest first; as many as a flag looks at. */
  readonly digests: readonly string[];
  /** The day of the newest drill that was held. */
  readonly lastDrill: KnownFact;
}
