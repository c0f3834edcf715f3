import type { InputBlock, ModalView, PlainTextOption } from '@slack/types';
import { methodInput, modeInput, pointInput, slackModals, subjectInput } from './actions.ts';
import type { ModalMemory, SlackInput } from './actions.ts';
import { plain, section, slackLimits } from './limits.ts';
import { form, optionOf, pickFrom } from './modals.ts';

const points = [
  ['latest', 'The newest point (judged against the RPO)'],
  ['oldest', 'The oldest one that is kept'],
  ['random', 'Any one, drawn by lot'],
] as const;
const methods = [
  ['either', 'Whichever gives the wanted point'],
  ['pitr', 'Point-in-time recovery'],
  ['snapshot', 'Snapshot'],
] as const;
const modes = [
  ['drill', 'Drill: restores for real, into isolation'],
  ['rehearse', 'Rehearsal: looks and plans, changes nothing'],
] as const;

/** Starts a restore test; what was already said stands in it. */
export function startForm(memory: ModalMemory): ModalView {
  return form(slackModals.start, memory, { title: 'Start a restore test', submit: 'Start' }, [
    section(
      'Restores a backup into an isolated network, proves the data, measures RTO and RPO, deletes the copy. Nothing in production is touched, and people are asked first where the policy says so.',
    ),
    pickFrom(subjectInput, 'What is to be restored?', 'Service and resource'),
    choiceOf(pointInput, 'Which recovery point?', points),
    choiceOf(methodInput, 'How?', methods),
    choiceOf(modeInput, 'In earnest?', modes),
  ]);
}

function choiceOf(
  { block, action }: SlackInput,
  label: string,
  choices: readonly (readonly [value: string, text: string])[],
): InputBlock {
  const options: PlainTextOption[] = choices.flatMap(([value, text]) => optionOf(value, text));
  const [first] = options;
  return {
    type: 'input',
    block_id: block,
    label: plain(label, slackLimits.inputLabel),
    element: {
      type: 'static_select',
      action_id: action,
      options,
      ...(first === undefined ? {} : { initial_option: first }),
    },
  };
}
