import type { FactOutcome } from '../domain/compare-facts.ts';
import { standsInText } from '../domain/people-check.ts';
import type { ReviewView } from '../domain/review-view.ts';
import type { FactAnswer, ReviewItem } from '../domain/review.ts';

/** The words for facts and answers of a documentation review, the same on every surface. */

/** A sign and a word, never a colour alone. */
export function outcomeText(outcome: FactOutcome): string {
  switch (outcome) {
    case 'same':
      return '✔ as documented';
    case 'different':
      return '✖ different';
    case 'unknown':
      return '? not known';
    case 'not-stated':
      return '– not stated';
  }
}

/** Who stands in for whom, once somebody who was asked has left. */
export const reassignedText = ({ role, left, standIn }: NonNullable<ReviewView['reassigned']>[number]): string =>
  standsInText({ role, left: left.name, standIn: standIn.name });

/** What an answer says of a fact with this outcome. */
export function answerText(answer: FactAnswer, outcome: FactOutcome): string {
  switch (answer) {
    case 'right':
      return outcome === 'not-stated' ? 'Need not be stated' : 'Right as documented';
    case 'reality-wrong':
      return 'Reality is wrong';
    case 'document-wrong':
      return outcome === 'not-stated' ? 'The document has to state it' : 'The document is wrong';
  }
}

/** `documented 16.4, AWS says 18.1`. */
export function bothSides({ stated, known, knownFrom }: Pick<ReviewItem, 'stated' | 'known' | 'knownFrom'>): string {
  const documented = stated === undefined ? 'not documented' : `documented ${stated}`;
  return known === undefined ? documented : `${documented}, ${knownFrom ?? 'known'} says ${known}`;
}
