import type { RunbookName } from '../domain/modes.ts';
import { documentationReviewRunbook } from './documentation-review/definition.ts';
import { incidentRunbook } from './incident/definition.ts';
import { restoreTestRunbook } from './restore-test/definition.ts';
import type { Runbook } from './runbook.ts';
import { tabletopExerciseRunbook } from './tabletop-exercise/definition.ts';

/** Every runbook that can be started today, in the order in which people are shown them. */
export const runbooks: readonly Runbook[] = [
  restoreTestRunbook,
  documentationReviewRunbook,
  incidentRunbook,
  tabletopExerciseRunbook,
];

/** The runbook of a name, while it can be started. */
export const runbookOf = (name: RunbookName): Runbook | undefined => runbooks.find((runbook) => runbook.name === name);

/** The workflow types of all runs, each once: what the engine lists runs by. */
export const runWorkflowTypes: readonly string[] = [
  ...new Set(runbooks.flatMap(({ modes, workflowType }) => modes.map(workflowType))),
];
