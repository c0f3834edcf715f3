import type { Finding } from '../../domain/finding.ts';
import { makeFinding } from '../../domain/fingerprint.ts';
import { wholeService } from '../../domain/modes.ts';
import { canBeRechecked } from '../../domain/review.ts';
import { isLinkItem } from '../../domain/review-links.ts';
import type { MissingDocument, ReviewItem } from '../../domain/review.ts';
import { answerTo, askedItems, progressOf } from '../../domain/review-view.ts';
import type { AnswerView, ReviewView } from '../../domain/review-view.ts';
import type { Tier } from '../../domain/target.ts';
import type { JudgedWork, RunEnding } from '../../domain/verdict.ts';

export interface ReviewOutcome {
  readonly service: string;
  readonly tier: Tier;
  readonly runId: string;
  readonly ending: RunEnding;
  readonly judged: JudgedWork;
  readonly review: ReviewView;
}

type Gap = Omit<Finding, 'fingerprint' | 'service' | 'resource' | 'runId'>;

/** Every gap that a documentation review found: each wrong, each missing document, and a review that was not held. */
export function findingsOfReview(outcome: ReviewOutcome): Finding[] {
  const { service, runId, review } = outcome;
  const gaps = [
    ...review.missing.map((document) => gapOfMissing(outcome, document)),
    ...(review.signedOff === undefined ? [] : gapsOfWrongs(outcome)),
    ...gapsOfEnding(outcome),
  ];
  return gaps.map((gap) => makeFinding({ ...gap, service, resource: wholeService, runId }));
}

/** Name of the check that compares one fact; it is green when the fact is the same again. */
export const factCheck = (key: string): string => `document-fact:${key}`;

const gapsOfWrongs = (outcome: ReviewOutcome): Gap[] =>
  askedItems(outcome.review).flatMap((item) => {
    const answer = answerTo(outcome.review, item);
    return answer === undefined || answer.answer === 'right' ? [] : [gapOfWrong(outcome, item, answer)];
  });

function gapOfWrong({ tier, review }: ReviewOutcome, item: ReviewItem, { answer, comment, by }: AnswerView): Gap {
  const { label, key } = item;
  const document = review.documents.find(({ id }) => id === item.document);
  const where = document === undefined ? item.document : `“${document.title}” (${document.where})`;
  const inDocument = answer === 'document-wrong';
  if (isLinkItem(item)) return gapOfDeadLink(item, where, inDocument, `${by.name}: ${comment ?? 'no comment'}`);
  const stated = item.stated === undefined ? 'nothing' : item.stated;
  const known =
    item.known === undefined
      ? 'not known'
      : `${item.known}${item.knownFrom === undefined ? '' : ` (${item.knownFrom})`}`;
  return {
    check: factCheck(key),
    cause: answer,
    severity: tier <= 1 && item.required ? 'high' : 'medium',
    title: inDocument
      ? `the recovery document is wrong about ${label}: it states ${stated}, known is ${known}`
      : `${label} is not as it has to be: documented ${stated}, found ${known}`,
    found: `${where} states ${stated}; known is ${known}. ${by.name}: ${comment ?? 'no comment'}`,
    matters: inDocument
      ? 'In a disaster people do what the document says, and lose the time that it takes to find out that it is wrong.'
      : 'What recovery relies on is not there as it was agreed; in a disaster the promised times cannot be counted on.',
    lookFirst: inDocument ? `The line about ${label} in ${where}.` : `${label} in AWS, against what ${where} asks for.`,
    proof: canBeRechecked(item)
      ? { kind: 'recheck', check: factCheck(key), sentence: `The same fact compared again is the same: ${label}.` }
      : { kind: 'attested', sentence: `A second person confirms, with a link, that ${label} is right now.` },
  };
}

/** A link, mail domain, channel or endpoint of a document that is not there. */
function gapOfDeadLink({ key, label, why }: ReviewItem, where: string, inDocument: boolean, said: string): Gap {
  return {
    check: factCheck(key),
    cause: inDocument ? 'document-wrong' : 'reality-wrong',
    severity: 'medium',
    title: inDocument
      ? `the recovery document points to ${label}, which is not there`
      : `${label}, to which the recovery document points, is not there`,
    found: `${where} points to ${label}: ${why ?? 'it is not there'}. ${said}`,
    matters: 'In a disaster people follow what the document points to, and lose time where it leads nowhere.',
    lookFirst: inDocument ? `Where ${where} names it.` : `Why ${label} is not there any more.`,
    proof: {
      kind: 'recheck',
      check: factCheck(key),
      sentence: `A new documentation review finds ${label} there, or no longer in the document.`,
    },
  };
}

function gapOfMissing({ tier }: ReviewOutcome, { id, where, code, what, next }: MissingDocument): Gap {
  return {
    check: `document:${id}`,
    cause: code,
    severity: tier <= 1 ? 'high' : 'medium',
    title:
      code === 'no-facts'
        ? `the document at ${where} states nothing that can be checked`
        : `the document at ${where} could not be reviewed (${code})`,
    found: what,
    matters: 'Whoever has to recover this service has no document that was proved right.',
    lookFirst: next,
    proof: {
      kind: 'recheck',
      check: `document:${id}`,
      sentence: 'A new documentation review reads it, with its facts, and is signed off.',
    },
  };
}

/** Missing documents have their own findings; here is what kept the review itself from being held. */
function gapsOfEnding({ ending, review, judged }: ReviewOutcome): Gap[] {
  const { answered, toAnswer } = progressOf(review);
  switch (ending.kind) {
    case 'completed':
      return judged.verdict === 'unproven' && review.missing.length === 0
        ? [
            notHeld(
              'no-documents',
              'medium',
              'has nothing to review',
              judged.reason,
              'Declare the recovery document of the service in the catalog.',
            ),
          ]
        : [];
    case 'aborted': {
      const inTime = ending.code === 'not-reviewed-in-time';
      return [
        notHeld(
          ending.code ?? 'aborted-by-person',
          inTime ? 'high' : 'low',
          inTime ? `was not done in time (${answered} of ${toAnswer} answered)` : 'was aborted',
          judged.reason,
          inTime
            ? 'Whether champion and owner were reachable, and who can take the review over.'
            : 'Why it was stopped; then start it again.',
        ),
      ];
    }
    case 'programme':
      return [
        notHeld(
          ending.code,
          'medium',
          'could not be held',
          ending.reason,
          'The failed step in the evidence, then firedrill doctor.',
        ),
      ];
    case 'failed':
      return [notHeld(ending.code, 'high', 'failed', ending.reason, 'The failed step in the evidence.')];
  }
}

const notHeld = (
  cause: string,
  severity: Finding['severity'],
  what: string,
  found: string,
  lookFirst: string,
): Gap => ({
  check: 'documentation-review',
  cause,
  severity,
  title: `the documentation review ${what}`,
  found,
  matters: 'Whether the recovery documents are right this quarter is not known; the review is still owed.',
  lookFirst,
  proof: { kind: 'recheck', check: 'documentation-review', sentence: 'A new documentation review that is signed off.' },
});
