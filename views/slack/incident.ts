import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import type { RunStatus } from '../../domain/notice.ts';
import {
  beganInput,
  detectedInput,
  gapTitleInput,
  incidentInput,
  personInput,
  serviceInput,
  slackActions,
  slackModals,
  whichTimeInput,
} from './actions.ts';
import type { ModalMemory, SlackInput } from './actions.ts';
import { button, context, escapeMrkdwn, message, plain, section, slackLimits } from './limits.ts';
import type { SlackContent } from './limits.ts';
import { choiceOf, form, optionOf, pickFrom, reasonBlock, textBlock } from './modals.ts';
import { headline, plainHeadline, slackWhen } from './parts.ts';
import type { Heading } from './parts.ts';
import { gapButton } from './run-buttons.ts';

/** The one message of an incident that is open: what happened, who commands, since when, what is halted. */
export function incidentMessage(heading: Heading, incident: NonNullable<RunStatus['incident']>): SlackContent {
  const { title, commander, beganMs, detectedMs, services } = incident;
  const value = JSON.stringify({ run: heading.runId });
  return message(`${escapeMrkdwn(plainHeadline(heading))}: ${escapeMrkdwn(title)}`, [
    section(headline(heading)),
    section(
      [
        `*${escapeMrkdwn(title)}*`,
        `*Command*  ${escapeMrkdwn(commander)}`,
        `*Impact began*  ${slackWhen(beganMs, detectedMs)}`,
        `*Detected*  ${slackWhen(detectedMs, detectedMs)}`,
        `*No drills on*  ${escapeMrkdwn(services.join(', '))}`,
      ].join('\n'),
    ),
    context(`run \`${escapeMrkdwn(heading.runId)}\``),
    {
      type: 'actions',
      block_id: 'incident',
      elements: [
        button({ action: slackActions.handOver, label: 'Hand over command…', value }),
        button({ action: slackActions.correctTime, label: 'Correct a time…', value }),
        gapButton(heading.runId),
        button({ action: slackActions.incidentOver, label: 'It is over…', value }),
      ],
    },
  ]);
}

/** Declares an incident. @param nowMs - stands in the form as the time of detection */
export function declareForm(memory: ModalMemory, nowMs: number, service?: string): ModalView {
  const chosen = service === undefined ? undefined : optionOf(service, service)[0];
  return form(slackModals.declare, memory, { title: 'Declare an incident', submit: 'Declare it' }, [
    section(
      'Drills on the service and on all that it depends on are halted at once, and none starts there until it is over. The clocks of the recovery run from the times below; they can be corrected later, and both values stay on record. You have the command until you hand it over.',
    ),
    pickFrom(serviceInput, 'Which service?', 'A service of the catalog', chosen),
    textBlock(gapTitleInput, 'What happened?', { oneLine: true, max: 150, hint: 'One line.' }),
    timeBlock(beganInput, 'When did the impact begin (T0)?', nowMs),
    timeBlock(detectedInput, 'When was it detected (T1)?', nowMs),
  ]);
}

/** Hands over command; without an incident in its memory it asks which. */
export const handOverForm = (memory: ModalMemory): ModalView =>
  form(slackModals.handOver, memory, { title: 'Hand over command', submit: 'Hand over' }, [
    ...whichIncident(memory),
    {
      type: 'input',
      block_id: personInput.block,
      label: plain('Who has the command from now on?', slackLimits.inputLabel),
      element: { type: 'users_select', action_id: personInput.action },
    },
    reasonBlock('Why? It goes on record.'),
  ]);

/** Corrects one of the times that are known better later. */
export const correctTimeForm = (memory: ModalMemory, nowMs: number): ModalView =>
  form(slackModals.correctTime, memory, { title: 'Correct a time', submit: 'Correct it' }, [
    ...whichIncident(memory),
    choiceOf(whichTimeInput, 'Which time?', [
      ['T0', 'When the impact began (T0)'],
      ['T1', 'When it was detected (T1)'],
    ]),
    timeBlock(beganInput, 'When was it really?', nowMs),
    reasonBlock('How is that known? Both values stay on record.'),
  ]);

export const incidentOverForm = (memory: ModalMemory): ModalView =>
  form(slackModals.incidentOver, memory, { title: 'It is over', submit: 'It is over' }, [
    section(
      'Drills may start again on the service and its dependencies; none resumes by itself. The record is sealed.',
    ),
    ...whichIncident(memory),
    reasonBlock('How did it end? One sentence.'),
  ]);

/** What whoever declared it is told. */
export const declaredText = (of: {
  readonly runId: string;
  readonly channel: string;
  readonly simulated: boolean;
}): string =>
  `✔ Incident declared${of.simulated ? ' · `SIMULATED`' : ''}: \`${escapeMrkdwn(of.runId)}\`\nDrills on the service and its dependencies are being halted. You have the command; hand it over and correct the times in <#${of.channel}>.`;

const whichIncident = (memory: ModalMemory): KnownBlock[] =>
  memory.ref === undefined
    ? [pickFrom(incidentInput, 'Which incident?', 'An open incident')]
    : [section(`Of the incident \`${escapeMrkdwn(memory.ref.run)}\``)];

const timeBlock = ({ block, action }: SlackInput, label: string, nowMs: number): InputBlock => ({
  type: 'input',
  block_id: block,
  label: plain(label, slackLimits.inputLabel),
  element: { type: 'datetimepicker', action_id: action, initial_date_time: Math.floor(nowMs / 60_000) * 60 },
});
