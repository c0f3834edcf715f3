import { formatDurationMs } from '../../domain/duration-text.ts';
import { offersOf } from '../../domain/finding-acts.ts';
import { metBy } from '../../domain/finding-words.ts';
import type { Finding } from '../../domain/finding.ts';
import type { RemediationView } from '../../domain/remediation.ts';
import { isOverdue, saidOf, showCommand, stateOf } from '../finding-state.ts';
import type { Said } from '../finding-state.ts';
import { dotted, simulatedMark, subjectOf, times } from '../text.ts';
import { findingActions, offerButtons } from './finding-buttons.ts';
import { context, escapeMrkdwn, message, paragraphs, section } from './limits.ts';
import type { SlackContent } from './limits.ts';
import { link } from './parts.ts';

/** `/dr finding` and Details: one finding, what closes it, and what can be done about it now. */
export function findingDetails(
  { finding, raisedAtMs, view }: { finding: Finding; raisedAtMs: number; view?: RemediationView },
  nowMs: number,
): SlackContent {
  const subject = subjectOf(finding);
  const offers = view === undefined ? [] : offersOf(view);
  const by = metBy(finding.runId);
  const age = formatDurationMs((view?.closed?.atMs ?? nowMs) - raisedAtMs);
  return message(`${escapeMrkdwn(subject)}: ${escapeMrkdwn(finding.title)}`, [
    section(
      `⚠ ${dotted(`*${escapeMrkdwn(subject)}*`, view?.simulated === true ? `\`${simulatedMark(true)}\`` : undefined)}\n*${escapeMrkdwn(finding.title)}*`,
    ),
    ...paragraphs(
      [
        `*State*  ${dotted(`*${escapeMrkdwn(stateOf(view))}*${isOverdue(view, nowMs) ? ', *OVERDUE*' : ''}`, ticketText(view), view?.closed === undefined ? `${age} old` : `after ${age}`, `met ${times(view?.timesMet ?? 1)}`, view?.state === 'open' ? `due ${view.ticketRequest.dueDate}` : undefined)}`,
        ...(view === undefined ? [] : saidOf(view).map(saidLine)),
        `*Found*  ${escapeMrkdwn(finding.found)}`,
        `*Matters*  ${escapeMrkdwn(finding.matters)}`,
        `*Look first*  ${escapeMrkdwn(finding.lookFirst)}`,
        `*What closes it*  ${escapeMrkdwn(finding.proof.sentence)}`,
      ].join('\n'),
    ),
    context(
      dotted(
        `met by ${by === finding.runId ? `\`${escapeMrkdwn(by)}\`` : by}`,
        `\`${escapeMrkdwn(showCommand(finding.fingerprint, view?.ticket?.key))}\``,
      ),
    ),
    ...(offers.length === 0 ? [] : [findingActions(offerButtons(finding, offers))]),
  ]);
}

const ticketText = (view: RemediationView | undefined): string | undefined =>
  view?.ticket === undefined ? undefined : link(view.ticket.url, view.ticket.key);

const saidLine = ({ name, text, address, runId }: Said): string =>
  [
    `*${name}*  ${escapeMrkdwn(text)}`,
    ...(address === undefined ? [] : [link(address, address)]),
    ...(runId === undefined ? [] : [`\`${escapeMrkdwn(runId)}\``]),
  ].join(' ');
