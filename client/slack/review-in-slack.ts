import { setTimeout as sleep } from 'node:timers/promises';
import type { ViewOutput, ViewStateValue } from '@slack/bolt';
import { actRefused } from '../../domain/act.ts';
import { FiredrillError } from '../../domain/errors.ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import { sha256Hex } from '../../domain/hex.ts';
import { factAnswers } from '../../domain/review.ts';
import type { FactAnswer } from '../../domain/review.ts';
import { problemOfAnswer } from '../../domain/review-acts.ts';
import type { AnswerAct } from '../../domain/review-acts.ts';
import { answerTo, askedItems, unansweredItems } from '../../domain/review-view.ts';
import type { ReviewView } from '../../domain/review-view.ts';
import type { FactOutcome } from '../../domain/compare-facts.ts';
import { reviewInputs } from '../../views/slack/actions.ts';
import type { ActResult } from '../runs/act.ts';
import type { SlackAppDeps } from './deps.ts';

/** What was filled in for one fact. */
interface Filled {
  readonly id: string;
  readonly answer: FactAnswer;
  readonly comment?: string;
}

const outcomes: readonly FactOutcome[] = ['same', 'different', 'unknown', 'not-stated'];

/**
 * What stands in a page of the form: what can be saved, and what is wrong with the rest, by its field. Facts that nobody
 * answered are neither.
 */
export function filledIn(values: ViewOutput['state']['values']): {
  readonly filled: readonly Filled[];
  readonly errors: Readonly<Record<string, string>>;
} {
  const filled: Filled[] = [];
  const errors: Record<string, string> = {};
  for (const [block, fields] of Object.entries(values)) {
    const [what, id = '', compared] = block.split(':');
    const answer = factAnswers.find((one) => one === fields[reviewInputs.action]?.selected_option?.value);
    const outcome = outcomes.find((one) => one === compared);
    if (what !== 'answer' || answer === undefined || outcome === undefined) continue;
    const comment = textOf(values[reviewInputs.comment(id)]?.[reviewInputs.action]);
    const problem = problemOfAnswer({ outcome }, answer, comment);
    if (problem === undefined) filled.push({ id, answer, ...(comment === '' ? {} : { comment }) });
    else errors[problem.code === 'comment-required' ? reviewInputs.comment(id) : block] = problem.text;
  }
  return { filled, errors };
}

const textOf = (field: ViewStateValue | undefined): string => (field?.value ?? '').trim();

/** Only what is said anew; nothing when all of it stands already. */
export function newIn(view: ReviewView, filled: readonly Filled[]): AnswerAct | undefined {
  const known = new Map(askedItems(view).map((item) => [item.id, answerTo(view, item)]));
  const items = filled.filter(({ id, answer, comment }) => {
    const given = known.get(id);
    return given === undefined || given.answer !== answer || given.comment !== comment;
  });
  return items.length === 0 ? undefined : { kind: 'answer', items };
}

/** The documents as they were shown, in one word: whoever signs signs these. */
export const documentsDigest = ({ documents }: Pick<ReviewView, 'documents'>): string =>
  sha256Hex(canonicalJson(documents.map(({ id, hash }) => [id, hash])));

/** A review as the store has it now. @throws FiredrillError `no-review`, and what the store throws */
export async function reviewNow(deps: SlackAppDeps, runId: string): Promise<ReviewView> {
  const review = (await deps.engine.run(runId))?.projection.review;
  if (review?.asked !== undefined) return review;
  throw new FiredrillError({
    code: 'no-review',
    kind: 'busy',
    what: `The store has nothing to answer for ${runId}, or not yet.`,
    means: 'Nothing was answered.',
    next: 'Try again in a few seconds.',
  });
}

/** A review with answers that were accepted: the store shows them a moment after the run has taken them. Waits two seconds at most. */
export async function reviewWith(deps: SlackAppDeps, runId: string, said: AnswerAct | undefined): Promise<ReviewView> {
  const ids = new Set(said?.items.map(({ id }) => id));
  for (let looks = 0; ; looks += 1) {
    const review = await reviewNow(deps, runId);
    if (looks >= 20 || !unansweredItems(review).some(({ id }) => ids.has(id))) return review;
    await sleep(100);
  }
}

/** What came of an act, in words for the person. */
export function actText(result: ActResult): string {
  switch (result.outcome) {
    case 'accepted':
      return `✔ ${result.text}`;
    case 'queued':
      return `⏳ ${result.text}`;
    case 'refused':
      return `✖ It does not count. ${result.text}`;
  }
}

export const documentsChanged = actRefused(
  'document-changed',
  'The documents are not the ones that you were shown; look at them again, and sign those.',
);
