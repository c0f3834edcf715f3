import type { RecordActivities } from './interface.ts';

/** What the run asks of the control workflow. The worker hands in the calls, since activities know no workflows. */
export interface ControlCalls {
  acquireLock: RecordActivities['acquireLock'];
  releaseLock: RecordActivities['releaseLock'];
  isRunClosed: RecordActivities['isRunClosed'];
  readKillSwitch: RecordActivities['readKillSwitch'];
}

export const createControlActivities = (deps: { readonly control: ControlCalls }): ControlCalls => ({
  acquireLock: (request) => deps.control.acquireLock(request),
  releaseLock: (request) => deps.control.releaseLock(request),
  isRunClosed: (request) => deps.control.isRunClosed(request),
  readKillSwitch: () => deps.control.readKillSwitch(),
});
