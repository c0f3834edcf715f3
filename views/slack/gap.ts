import type { ModalView } from '@slack/types';
import type { Finding } from '../../domain/finding.ts';
import { gapSeverities, gapTextMax } from '../../domain/gap.ts';
import { showCommand } from '../finding-state.ts';
import { simulatedMark } from '../text.ts';
import { gapMoreInput, gapTitleInput, serviceInput, severityInput, slackModals } from './actions.ts';
import type { ModalMemory } from './actions.ts';
import { findingActions, findingButton } from './finding-buttons.ts';
import { context, escapeMrkdwn, message, section } from './limits.ts';
import type { SlackContent } from './limits.ts';
import { choiceOf, form, optionOf, pickFrom, textBlock } from './modals.ts';
import { mentions } from './parts.ts';

/** How bad a gap is, as people are asked it. */
export const severityText: Readonly<Record<(typeof gapSeverities)[number], string>> = {
  high: 'It would stop us from recovering',
  medium: 'It would cost us the RTO or the RPO',
  low: 'It would slow us down',
};

/** Anybody reports a gap: on its service, and from a run on what that run is about. */
export function gapForm(memory: ModalMemory, service?: string): ModalView {
  const about = memory.ref === undefined ? undefined : `Seen in the run \`${escapeMrkdwn(memory.ref.run)}\`. `;
  const chosen = service === undefined ? undefined : optionOf(service, service)[0];
  return form(slackModals.gap, memory, { title: 'Report a gap', submit: 'Report it' }, [
    section(
      `${about ?? ''}Whatever would keep us from recovering: a missing step, a wrong document, somebody who could not be reached. It becomes a finding with a ticket, which is followed until it is mended.`,
    ),
    ...(memory.ref === undefined ? [pickFrom(serviceInput, 'Which service?', 'A service of the catalog', chosen)] : []),
    textBlock(gapTitleInput, 'What is missing or wrong?', {
      oneLine: true,
      max: gapTextMax.title,
      hint: 'One line; it becomes the ticket’s summary.',
    }),
    textBlock(gapMoreInput, 'What did you see, and why does it matter?', {
      optional: true,
      max: gapTextMax.more,
    }),
    choiceOf(
      severityInput,
      'How bad would it be on the day?',
      gapSeverities.map((severity) => [severity, severityText[severity]] as const),
      'medium',
    ),
  ]);
}

/** What whoever reported it is told. */
export const gapReportedText = (finding: Finding, command: string): string =>
  `✔ Recorded as a finding of *${escapeMrkdwn(finding.service)}*: ${escapeMrkdwn(finding.title)}\nIts ticket is being filed in Jira, for the owner of the service; they see it with \`${command} tickets\`. Who reports the same again finds it there.`;

/** What everybody in the channel of the service sees. */
export const gapMessage = (
  finding: Pick<Finding, 'fingerprint' | 'service' | 'title' | 'found' | 'severity'>,
  by: { readonly slackId: string },
  simulated: boolean,
): SlackContent =>
  message(`Gap reported: ${escapeMrkdwn(finding.title)}`, [
    section(`⚠ *Gap: ${escapeMrkdwn(finding.title)}*\n${escapeMrkdwn(finding.found)}`),
    context(
      `reported by ${mentions([by.slackId])} · severity ${finding.severity} · \`${showCommand(finding.fingerprint)}\`${simulated ? ` · \`${simulatedMark(true)}\`` : ''}`,
    ),
    findingActions([findingButton(finding)]),
  ]);
