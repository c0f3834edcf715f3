import type { ModalView } from '@slack/types';
import { methodInput, modeInput, pointInput, slackModals, subjectInput } from './actions.ts';
import type { ModalMemory } from './actions.ts';
import { section } from './limits.ts';
import { choiceOf, form, pickFrom } from './modals.ts';

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
