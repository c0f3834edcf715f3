import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import { commentInput, evidenceInput, slackModals, untilInput } from './actions.ts';
import type { FindingMemory } from './actions.ts';
import { escapeMrkdwn, plain, section, slackLimits } from './limits.ts';
import { form, reasonBlock, textBlock } from './modals.ts';
import { link } from './parts.ts';

/** Says that a gap is remedied, with a link to what shows it. */
export function attestForm(memory: FindingMemory): ModalView {
  const { confirms, said } = memory.ref;
  const words =
    confirms === undefined
      ? { title: 'It is remedied', submit: 'I say so' }
      : { title: 'Confirm the remedy', submit: 'I confirm it' };
  return form(slackModals.findingAttest, memory, words, [
    ...aboutBlocks(memory),
    section(
      confirms === undefined
        ? 'It counts when a second person confirms it. Both of you are named in the ticket, with your links.'
        : `*${escapeMrkdwn(confirms)}* has said so${said === undefined ? '' : `, see ${link(said, said)}`}. With your word the finding is closed: look for yourself before you confirm it.`,
    ),
    {
      type: 'input',
      block_id: evidenceInput.block,
      label: plain('Where can one see it?', slackLimits.inputLabel),
      hint: plain('An address: minutes, a change, a page of the documentation.', slackLimits.inputLabel),
      element: { type: 'url_text_input', action_id: evidenceInput.action },
    },
    textBlock(commentInput, 'What was done?', { optional: true, max: 2000 }),
  ]);
}

/** Accepts a risk until a day; who agrees with somebody finds their day in it. */
export function acceptForm(memory: FindingMemory): ModalView {
  const { until, confirms = 'The first of them', said } = memory.ref;
  return form(slackModals.findingAccept, memory, { title: 'Accept the risk', submit: 'Accept it' }, [
    ...aboutBlocks(memory),
    section(
      'It counts when two people have said so with the same last day: an approver (service owner, incident commander or leadership) and somebody of risk and compliance. After that day the finding opens again.',
    ),
    ...(until === undefined
      ? []
      : [
          section(
            `*${escapeMrkdwn(confirms)}* has said until *${escapeMrkdwn(until)}*${said === undefined ? '' : `, because: ${escapeMrkdwn(said)}`}`,
          ),
        ]),
    dayBlock(until),
    reasonBlock('Why can we live with it until then?'),
  ]);
}

/** Which gap it is, and what would close it; buttons of an earlier version do not say. */
function aboutBlocks({ ref: { service, about, closes } }: FindingMemory): KnownBlock[] {
  if (about === undefined) return [];
  return [
    section(
      [
        `⚠ *${escapeMrkdwn(service)}: ${escapeMrkdwn(about)}*`,
        ...(closes === undefined ? [] : [`*What closes it*  ${escapeMrkdwn(closes)}`]),
      ].join('\n'),
    ),
  ];
}

const dayBlock = (until: string | undefined): InputBlock => ({
  type: 'input',
  block_id: untilInput.block,
  label: plain('Until which day, that day included (UTC)?', slackLimits.inputLabel),
  element: {
    type: 'datepicker',
    action_id: untilInput.action,
    ...(until === undefined ? {} : { initial_date: until }),
  },
});
