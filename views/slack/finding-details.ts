import { formatDurationMs } from '../../domain/duration-text.ts';
import { offersOf } from '../../domain/finding-acts.ts';
import { openingText } from '../../domain/finding-words.ts';
import type { Finding } from '../../domain/finding.ts';
import type { RemediationView } from '../../domain/remediation.ts';
import { isOverdue, stateOf } from '../finding-state.ts';
import { counted, dotted, simulatedMark, subjectOf } from '../text.ts';
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
  const age = formatDurationMs((view?.closed?.atMs ?? nowMs) - raisedAtMs);
  return message(`${escapeMrkdwn(subject)}: ${escapeMrkdwn(finding.title)}`, [
    section(
      `⚠ ${dotted(`*${escapeMrkdwn(subject)}*`, view?.simulated === true ? `\`${simulatedMark(true)}\`` : undefined)}\n*${escapeMrkdwn(finding.title)}*`,
    ),
    ...paragraphs(
      [
        `*State*  ${dotted(`*${escapeMrkdwn(stateOf(view))}*${isOverdue(view, nowMs) ? ', *OVERDUE*' : ''}`, ticketText(view), age, `met ${counted(view?.timesMet ?? 1, 'time')}`, view?.state === 'open' ? `due ${view.ticketRequest.dueDate}` : undefined)}`,
        ...(view === undefined ? [] : saidLines(view)),
        `*Found*  ${escapeMrkdwn(finding.found)}`,
        `*Matters*  ${escapeMrkdwn(finding.matters)}`,
        `*Look first*  ${escapeMrkdwn(finding.lookFirst)}`,
        `*What closes it*  ${escapeMrkdwn(finding.proof.sentence)}`,
      ].join('\n'),
    ),
    context(
      dotted(
        `fingerprint \`${escapeMrkdwn(finding.fingerprint)}\``,
        `found by \`${escapeMrkdwn(finding.runId)}\``,
        `\`firedrill finding show ${escapeMrkdwn(finding.fingerprint.slice(0, 10))}\``,
      ),
    ),
    ...(offers.length === 0 ? [] : [findingActions(offerButtons(finding, offers))]),
  ]);
}

const ticketText = (view: RemediationView | undefined): string | undefined =>
  view?.ticket === undefined ? undefined : link(view.ticket.url, view.ticket.key);

/** What people have said about it, and what runs have. */
function saidLines({
  attestation,
  acceptanceAsked: asked,
  acceptance,
  retest,
  retestPlanned,
  rechecked,
  closed,
}: RemediationView): string[] {
  return [
    ...(closed === undefined ? [] : [`*Closed*  ${escapeMrkdwn(closed.sentence)}`]),
    ...(acceptance === undefined
      ? []
      : [
          `*Accepted*  by ${escapeMrkdwn(acceptance.by.map(({ personName }) => personName).join(' and '))}: ${escapeMrkdwn(acceptance.reason)}`,
        ]),
    ...(asked === undefined
      ? []
      : [
          `*Waits for a second person*  ${escapeMrkdwn(asked.by.personName)} would accept the risk until ${escapeMrkdwn(asked.until)}: ${escapeMrkdwn(asked.reason)}`,
        ]),
    ...(attestation === undefined || closed !== undefined
      ? []
      : [
          `*Waits for a second person*  ${escapeMrkdwn(attestation.by.personName)} says that it is remedied: ${link(attestation.evidence, attestation.evidence)}`,
        ]),
    ...(retestPlanned === undefined ? [] : [`*Tested again*  by itself ${escapeMrkdwn(openingText(retestPlanned))}`]),
    ...(retest === undefined ? [] : [`*Tested again by*  \`${escapeMrkdwn(retest.runId)}\``]),
    ...(rechecked === undefined || closed !== undefined
      ? []
      : [`*Not proved*  ${escapeMrkdwn(rechecked.sentence)} (\`${escapeMrkdwn(rechecked.runId)}\`)`]),
  ];
}
