import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import {
  leadInput,
  methodInput,
  modeInput,
  pointInput,
  runbookInput,
  scenarioInput,
  serviceInput,
  servicesInput,
  slackModals,
  subjectInput,
} from './actions.ts';
import type { ModalMemory } from './actions.ts';
import { plain, section, slackLimits } from './limits.ts';
import { choiceOf, form, optionOf, pickFrom } from './modals.ts';

/** What people start from Slack. An incident is declared by a form of its own. */
export const startable = ['restore-test', 'documentation-review', 'tabletop-exercise'] as const;
export type Startable = (typeof startable)[number];

const runbooks = [
  ['restore-test', 'Restore test: a backup, for real, into isolation'],
  ['documentation-review', 'Documentation review: is it still true?'],
  ['tabletop-exercise', 'Tabletop exercise: a disaster, told and talked through'],
] as const satisfies readonly (readonly [Startable, string])[];
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

/** Starts a run; which one stands first, and what else is asked for follows from it. */
export const startForm = (memory: ModalMemory, runbook: Startable = 'restore-test'): ModalView =>
  form(slackModals.start, memory, { title: 'Start a run', submit: 'Start' }, [
    { ...choiceOf(runbookInput, 'What?', runbooks, runbook), dispatch_action: true },
    ...fieldsOf(runbook),
  ]);

function fieldsOf(runbook: Startable): KnownBlock[] {
  switch (runbook) {
    case 'restore-test':
      return [
        section(
          'Restores a backup into an isolated network, proves the data, measures RTO and RPO, deletes the copy. Nothing in production is touched, and people are asked first where the policy says so.',
        ),
        pickFrom(subjectInput, 'What is to be restored?', 'Service and resource'),
        choiceOf(pointInput, 'Which recovery point?', points),
        choiceOf(methodInput, 'How?', methods),
        choiceOf(modeInput, 'In earnest?', modes),
      ];
    case 'documentation-review':
      return [
        section(
          'Compares the recovery documents of a service with what is, and asks its DR champion about every difference. Takes people days, and touches nothing.',
        ),
        pickFrom(serviceInput, 'Of which service?', 'A service of the catalog'),
      ];
    case 'tabletop-exercise':
      return [
        section(
          'Tells a disaster event by event in a channel; people decide, and what they lack becomes tickets. It waits there for a facilitator, who begins it. Touches nothing.',
        ),
        pickFrom(scenarioInput, 'Which story?', 'A scenario'),
        pickFrom(serviceInput, 'About which service? It is held in that one’s channel.', 'A service of the catalog'),
        others,
        leads,
      ];
  }
}

const others: InputBlock = {
  type: 'input',
  block_id: servicesInput.block,
  optional: true,
  label: plain('Which others does it cover?', slackLimits.inputLabel),
  element: {
    type: 'multi_external_select',
    action_id: servicesInput.action,
    min_query_length: 0,
    placeholder: plain('Services of the catalog', slackLimits.inputPlaceholder),
  },
};

const leads: InputBlock = {
  type: 'input',
  block_id: leadInput.block,
  optional: true,
  label: plain('Who leads it?', slackLimits.inputLabel),
  hint: plain('Otherwise whoever presses “I lead it” in the channel.', slackLimits.inputLabel),
  element: { type: 'checkboxes', action_id: leadInput.action, options: optionOf('yes', 'I am the facilitator') },
};
