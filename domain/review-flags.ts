import type { ReviewPolicy } from './review.ts';
import { answersDigest } from './review-last.ts';
import type { LastReview } from './review-last.ts';
import { answerTo, askedItems } from './review-view.ts';
import type { ReviewView } from './review-view.ts';

/** Something about a sign-off that a reader of the record must know; it blocks nothing. */
export interface ReviewFlag {
  readonly code: 'faster-than-reading' | 'faster-than-answering' | 'same-as-last-three';
  /** With the numbers, for people. */
  readonly text: string;
}

/** As many reviews with the very same answers make the next one with them worth a look. */
export const sameAnswersCount = 3;

/**
 * What is remarkable about a sign-off, by numbers: nobody reads so fast, nobody answers so fast, nobody finds the same four
 * times over. All counted in favour of the person: the reading from the moment of asking, the first answer at no time at all.
 *
 * @param signedAtMs - when the sign-off was clicked, milliseconds UTC
 * @param last - the service's finished reviews, newest first
 */
export function reviewFlags(
  view: Pick<ReviewView, 'items' | 'answers' | 'documents' | 'asked'>,
  signedAtMs: number,
  last: readonly Pick<LastReview, 'answersDigest'>[],
): readonly ReviewFlag[] {
  const { asked } = view;
  if (asked === undefined) return [];
  const { policy } = asked;
  return [
    ...readingFlag(view, signedAtMs - asked.atMs, policy),
    ...answeringFlag(view, policy),
    ...sameFlag(view, last),
  ];
}

function readingFlag({ documents }: Pick<ReviewView, 'documents'>, tookMs: number, policy: ReviewPolicy): ReviewFlag[] {
  const words = documents.reduce((sum, document) => sum + document.words, 0);
  const neededMs = (words / policy.wordsPerMinute) * 60_000;
  if (tookMs >= neededMs) return [];
  return [
    {
      code: 'faster-than-reading',
      text: `Signed off ${seconds(tookMs)} after it was asked for; ${words} words at ${policy.wordsPerMinute} a minute take ${seconds(neededMs)}.`,
    },
  ];
}

function answeringFlag(view: Pick<ReviewView, 'items' | 'answers'>, policy: ReviewPolicy): ReviewFlag[] {
  const answers = askedItems(view).flatMap((item) => answerTo(view, item) ?? []);
  const clicks = answers.map(({ by }) => by.clickedAtMs).toSorted((one, other) => one - other);
  const [first, last] = [clicks[0], clicks.at(-1)];
  if (first === undefined || last === undefined) return [];
  // What came with the first click was answered before it, for all we know at leisure.
  const later = clicks.filter((at) => at > first).length;
  const neededMs = later * policy.secondsPerItem * 1000;
  if (last - first >= neededMs) return [];
  return [
    {
      code: 'faster-than-answering',
      text: `${later} answers within ${seconds(last - first)} of the first; at ${policy.secondsPerItem} s each they take ${seconds(neededMs)}.`,
    },
  ];
}

function sameFlag(
  view: Pick<ReviewView, 'items' | 'answers'>,
  last: readonly Pick<LastReview, 'answersDigest'>[],
): ReviewFlag[] {
  const digest = answersDigest(view);
  const recent = last.slice(0, sameAnswersCount);
  if (recent.length < sameAnswersCount || recent.some((review) => review.answersDigest !== digest)) return [];
  return [{ code: 'same-as-last-three', text: `Every answer is the same as in the last ${sameAnswersCount} reviews.` }];
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
