import type { InputBlock, ModalView } from '@slack/types';
import { commentInput, evidenceInput, slackModals, untilInput } from './actions.ts';
import type { FindingMemory } from './actions.ts';
import { escapeMrkdwn, plain, section, slackLimits } from './limits.ts';
import { form, reasonBlock, textBlock } from './modals.ts';

/** Says that a gap is remedied, with a link to what shows it. */
export function attestForm(memory: FindingMemory): ModalView {
  const { confirms } = memory.ref;
  return form(slackModals.findingAttest, memory, { title: 'It is remedied', submit: 'I say so' }, [
    section(
      confirms === undefined
        ? 'It counts when a second person confirms it. Both of you are named in the ticket, with your links.'
        : `*${escapeMrkdwn(confirms)}* has said so. With your word the finding is closed: look for yourself before you confirm it.`,
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
  const { until } = memory.ref;
  return form(slackModals.findingAccept, memory, { title: 'Accept the risk', submit: 'Accept it' }, [
    section(
      `It counts when two people have said so with the same last day: an approver (service owner, incident commander or leadership) and somebody of risk and compliance. After that day the finding opens again.${until === undefined ? '' : `\nThe first of them has said *${escapeMrkdwn(until)}*.`}`,
    ),
    dayBlock(until),
    reasonBlock('Why can we live with it until then?'),
  ]);
}

const dayBlock = (until: string | undefined): InputBlock => ({
  type: 'input',
  block_id: untilInput.block,
  label: plain('Until which day, that day included?', slackLimits.inputLabel),
  element: {
    type: 'datepicker',
    action_id: untilInput.action,
    ...(until === undefined ? {} : { initial_date: until }),
  },
});
