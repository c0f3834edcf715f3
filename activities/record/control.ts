import { activityContext, stoppable } from '../activity-context.ts';
import type { RecordActivities } from './interface.ts';

/** What the run asks of the control workflow. The worker hands in the calls, since activities know no workflows. */
export interface ControlCalls {
  /** @param signal - aborts when nobody waits for the answer any more; one that is under way is waited for all the same */
  acquireLock: (
    request: Parameters<RecordActivities['acquireLock']>[0],
    signal?: AbortSignal,
  ) => ReturnType<RecordActivities['acquireLock']>;
  releaseLock: RecordActivities['releaseLock'];
  isRunClosed: RecordActivities['isRunClosed'];
  readKillSwitch: RecordActivities['readKillSwitch'];
}

export const createControlActivities = (deps: {
  readonly control: ControlCalls;
}): Pick<RecordActivities, keyof ControlCalls> => ({
  acquireLock: (request) => stoppable((signal) => deps.control.acquireLock({ ...request, ...asker() }, signal)),
  releaseLock: (request) => deps.control.releaseLock({ ...request, ...asker() }),
  isRunClosed: (request) => deps.control.isRunClosed(request),
  readKillSwitch: () => deps.control.readKillSwitch(),
});

/** The execution that asks, as Temporal knows it: a run that was reset is another one. */
function asker(): { readonly executionId?: string } {
  const executionId = activityContext()?.info.workflowExecution?.runId;
  return executionId === undefined ? {} : { executionId };
}
