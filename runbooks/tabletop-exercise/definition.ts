import type { Runbook } from '../runbook.ts';

/** Names of the steps, in the order in which they happen. */
export const tabletopExerciseSteps = {
  lookAtLast: 'look at the last exercise',
  gather: 'gather the people',
  story: 'tell the story',
  hotWash: 'hot-wash',
} as const;

/** Tells people a disaster, minute by minute, and writes down what they decide and what they lack. Touches nothing. */
export const tabletopExerciseRunbook: Runbook = {
  name: 'tabletop-exercise',
  version: '1',
  touches: 'nothing',
  modes: ['drill'],
  mayStart: ['sre', 'dr-champion', 'service-owner', 'incident-commander', 'risk-and-compliance', 'leadership'],
  cadence: 'yearly',
  workflowType: () => 'tabletopExercise',
  steps: Object.values(tabletopExerciseSteps),
  purpose:
    'Tells a disaster in timed events, logs what the room decides, and turns what it lacks into tickets before it ends.',
};
