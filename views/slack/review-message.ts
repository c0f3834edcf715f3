import type { KnownBlock } from '@slack/types';
import type { FactOutcome } from '../../domain/compare-facts.ts';
import type { DifferenceLine, ReviewNotice } from '../../domain/review-notice.ts';
import { listOf, someoneOf } from '../../domain/role-text.ts';
import { answerText, bothSides, outcomeText } from '../review-text.ts';
import { counted, dotted, shortHash } from '../text.ts';
import { slackActions } from './actions.ts';
import { button, context, escapeMrkdwn, message, section, slackLimits } from './limits.ts';
import type { SlackContent } from './limits.ts';
import { documentName, headline, mentions, plainHeadline, slackWhen } from './parts.ts';
import type { Heading } from './parts.ts';

export interface ReviewMessageView {
  readonly heading: Heading;
  readonly review: ReviewNotice;
  /** Slack ids of who is asked. */
  readonly mention: readonly string[];
}

const question = 'Does what the recovery documents say still hold?';

/** The one message of a documentation review: what differs first, then what to do; edited in place until it is signed. */
export function reviewMessage({ heading, review, mention }: ReviewMessageView): SlackContent {
  const { progress, state } = review;
  const text = `${plainHeadline(heading)}: ${stateText(review)}`;
  const isOpen = state === 'open' || state === 'signing';
  const blocks: KnownBlock[] = [
    section(headline(heading)),
    section(`*${question}*\n${escapeMrkdwn(stateText(review))}`),
    ...(review.voided !== undefined && isOpen ? [section(`⚠ ${escapeMrkdwn(review.voided)}`)] : []),
    section(differencesText(review, isOpen)),
    section(documentsText(review)),
    ...(isOpen ? [section(askedText(review, mention))] : []),
    ...(review.signedOff !== undefined && review.signedOff.flags.length > 0
      ? [
          section(
            `⚠ *For whoever reads this record*\n${review.signedOff.flags.map((flag) => `• ${escapeMrkdwn(flag)}`).join('\n')}`,
          ),
        ]
      : []),
    context(
      dotted(
        isOpen
          ? `\`firedrill review ${escapeMrkdwn(heading.runId)}\``
          : `report: \`firedrill report ${escapeMrkdwn(heading.runId)}\``,
        review.changedSinceLast === undefined
          ? undefined
          : `${counted(review.changedSinceLast, 'fact')} not as in the last review`,
        review.deadLinks === 0 ? undefined : `${counted(review.deadLinks, 'dead link')}`,
      ),
    ),
  ];
  if (state === 'open') {
    const value = JSON.stringify({ run: heading.runId });
    const done = progress.answered === progress.toAnswer;
    blocks.push({
      type: 'actions',
      block_id: 'review',
      elements: [
        button({
          action: slackActions.reviewAnswer,
          label: 'Answer…',
          value,
          ...(done ? {} : { style: 'primary' as const }),
        }),
        button({ action: slackActions.reviewDelegate, label: 'Delegate…', value }),
        button({
          action: slackActions.reviewSignOff,
          label: 'Sign off…',
          value,
          ...(done ? { style: 'primary' as const } : {}),
        }),
      ],
    });
  }
  return message(escapeMrkdwn(text), blocks);
}

function stateText({ state, progress, signedOff, answerable }: ReviewNotice): string {
  const { answered, toAnswer, wrong } = progress;
  const soFar = `${answered} of ${toAnswer} answered${wrong === 0 ? '' : `, ${wrong} wrong`}`;
  switch (state) {
    case 'open':
      return answered === toAnswer ? `${soFar}; waiting for the sign-off` : `${soFar}; ${answerable} is asked`;
    case 'signing':
      return `${soFar}; signed, and the documents are being read again`;
    case 'signed-off':
      return `✔ Signed off by ${signedOff?.name ?? ''}: ${soFar}`;
    case 'closed':
      return `■ Over without a sign-off: ${soFar}`;
  }
}

function differencesText(
  { differences, progress: { differences: count, toAnswer, answered } }: ReviewNotice,
  isOpen: boolean,
): string {
  const checklist = toAnswer - count;
  const asDocumented = `${counted(checklist, 'fact')} to confirm that ${checklist === 1 ? 'is' : 'are'} as documented.`;
  const then =
    checklist === 0
      ? ''
      : answered === toAnswer
        ? `\nAnd ${counted(checklist, 'fact')} that ${checklist === 1 ? 'was' : 'were'} as documented, looked at as well.`
        : `\nThen ${asDocumented}`;
  if (count === 0) return `*No differences.*${then}`;
  const lines = fitting(differences.map(differenceText));
  const more = count - lines.length;
  return [
    `*${counted(count, 'difference')}, gaps and unknowns included*`,
    ...lines,
    ...(more > 0 ? [`… and ${more} more in the ${isOpen ? 'form' : 'report'}`] : []),
    then.trim(),
  ].join('\n');
}

/** Whole lines, as many as a paragraph takes beside its first and last words. */
function fitting(lines: readonly string[]): readonly string[] {
  let room = slackLimits.sectionText - 300;
  return lines.filter((line) => (room -= line.length + 1) >= 0);
}

function differenceText(line: DifferenceLine): string {
  const answer = line.answer === undefined ? '' : `  → _${escapeMrkdwn(answerText(line.answer, line.outcome))}_`;
  return `${signOf(line.outcome)} *${escapeMrkdwn(line.label)}*  ${escapeMrkdwn(bothSides(line))}${answer}`;
}

const signOf = (outcome: FactOutcome): string => outcomeText(outcome).split(' ')[0] ?? '•';

const documentsText = ({ documents, missing }: ReviewNotice): string =>
  [
    ...documents.map(
      ({ title, where, version, hash, facts }) =>
        `• ${dotted(documentName({ title, where }, 120), version === undefined ? undefined : `version ${escapeMrkdwn(version)}`, counted(facts, 'fact'), `\`${shortHash(hash)}\``)}`,
    ),
    ...missing.map(({ where, what }) => `✖ ${escapeMrkdwn(where)}  ${escapeMrkdwn(what)}`),
  ].join('\n');

/** Who is asked, until when, and who is asked next. */
function askedText(
  { champion, standIn, dueAtMs, finalAtMs, askedAtMs, escalations }: ReviewNotice,
  mention: readonly string[],
): string {
  const people = mentions(mention);
  const instead = standIn === undefined ? '' : `, who has left; ${standIn} stands in`;
  return [
    `*Asked*  ${escapeMrkdwn(champion)} (DR champion${escapeMrkdwn(instead)})${people === '' ? '' : `: ${people}`}, until ${slackWhen(dueAtMs, askedAtMs)}`,
    '*If nobody signs*',
    ...escalations.map(
      ({ atMs, roles }) => `• ${slackWhen(atMs, askedAtMs)}: I ask ${listOf(roles.map(someoneOf), 'and')}`,
    ),
    `• ${slackWhen(finalAtMs, askedAtMs)}: it ends as not reviewed, and is still owed`,
  ].join('\n');
}

/** Somebody has to do something: below the review's message, to whom it concerns. */
export function reviewReminderMessage(heading: Heading, text: string, mention: readonly string[]): SlackContent {
  const people = mentions(mention);
  return message(`${escapeMrkdwn(plainHeadline(heading))}: ${escapeMrkdwn(text)}`, [
    section(`⏰ ${people === '' ? '' : `${people} `}${escapeMrkdwn(text)}`),
    context(
      `Answer and sign in the message above, or \`firedrill review ${escapeMrkdwn(heading.runId)}\`${heading.simulated ? ' · `SIMULATED`' : ''}`,
    ),
  ]);
}
