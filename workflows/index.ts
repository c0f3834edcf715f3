/** What the worker bundles: one export per workflow type. */
export { control } from './control.ts';
export { documentationReview } from './documentation-review.ts';
export { delivery } from './delivery.ts';
export { incident } from './incident.ts';
export { peopleCheck } from './people-check.ts';
export { remediation } from './remediation.ts';
export { restoreTest } from './restore-test.ts';
export { restoreTestRehearsal } from './restore-test-rehearsal.ts';
export { ticketWatch } from './ticket-watch.ts';
export { tabletopExercise } from './tabletop-exercise.ts';
