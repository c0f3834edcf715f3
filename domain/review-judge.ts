import type { FactAnswer } from './review.ts';
import { answerTo, askedItems, progressOf } from './review-view.ts';
import type { ReviewView } from './review-view.ts';
import { stoppedText } from './verdict.ts';
import type { JudgedWork, RunEnding } from './verdict.ts';

/**
 * The verdict of a documentation review: `confirmed` when everything is right as documented, `corrections-needed` when it
 * was signed off with wrongs, `unproven` when there was no document, or no facts in any, `aborted` when nobody reviewed it
 * in time, `inconclusive` when it was our own fault. Silence is never a yes.
 *
 * @param ending - how its way ended
 */
export function judgeReview(ending: RunEnding, view: ReviewView): JudgedWork {
  return { ...verdictOf(ending, view), comparable: true, results: resultsOf(view) };
}

function verdictOf(ending: RunEnding, view: ReviewView): Pick<JudgedWork, 'verdict' | 'reason'> {
  switch (ending.kind) {
    case 'aborted':
      return { verdict: 'aborted', reason: stoppedText(ending) };
    case 'programme':
      return { verdict: 'inconclusive', reason: ending.reason };
    case 'failed':
      return { verdict: 'unproven', reason: ending.reason };
    case 'completed':
      return completed(view);
  }
}

function completed(view: ReviewView): Pick<JudgedWork, 'verdict' | 'reason'> {
  const { signedOff, missing } = view;
  const [first] = missing;
  if (signedOff === undefined)
    return {
      verdict: 'unproven',
      reason: first?.what ?? 'There was nothing to review: no document states any fact.',
    };
  const { toAnswer, wrong } = progressOf(view);
  const signed = `${signedOff.by.name} signed off ${counted(toAnswer, 'fact')}`;
  if (first !== undefined)
    return { verdict: 'unproven', reason: `${signed}, but not everything was there: ${first.what}` };
  if (wrong === 0) return { verdict: 'confirmed', reason: `${signed}: everything is right as documented.` };
  return {
    verdict: 'corrections-needed',
    reason: `${signed}; ${counted(wrong, 'fact')} ${wrong === 1 ? 'is' : 'are'} wrong: ${wrongText(view)}.`,
  };
}

function resultsOf(view: ReviewView): JudgedWork['results'] {
  const { toAnswer, answered, differences, wrong } = progressOf(view);
  const dead = view.links.filter(({ outcome }) => outcome === 'dead').length;
  return [
    {
      name: 'Documents',
      text: `${view.documents.length} read${view.missing.length === 0 ? '' : `, ${view.missing.length} missing`}`,
    },
    { name: 'Answered', text: `${answered} of ${toAnswer}` },
    { name: 'Differences', text: String(differences) },
    { name: 'Wrong', text: wrong === 0 ? 'none' : `${wrong}: ${wrongText(view)}` },
    ...(view.links.length === 0 ? [] : [{ name: 'Links', text: `${view.links.length} probed, ${dead} dead` }]),
  ];
}

/** `1 in the document, 2 in reality`. */
function wrongText(view: ReviewView): string {
  const count = (wanted: FactAnswer): number =>
    askedItems(view).filter((item) => answerTo(view, item)?.answer === wanted).length;
  const [document, reality] = [count('document-wrong'), count('reality-wrong')];
  return [
    ...(document === 0 ? [] : [`${document} in the document`]),
    ...(reality === 0 ? [] : [`${reality} in reality`]),
  ].join(', ');
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
