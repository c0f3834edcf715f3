import { controlQueue } from '../domain/queues.ts';
import { controlWorkflowId } from './messages.ts';
import type { ControlMemo } from './messages.ts';

/** Before anybody has locked or stopped anything. */
export const nothingHeld: ControlMemo = { killSwitch: { pulled: false }, locks: [] };

/**
 * Workflow type and options with which the control workflow is started by whoever needs it and finds none.
 *
 * @param held - what the last one held: one that somebody terminated must not come back with the kill switch released
 */
export const controlStart = (taskQueuePrefix: string, held: ControlMemo) =>
  [
    'control',
    {
      workflowId: controlWorkflowId(taskQueuePrefix),
      taskQueue: controlQueue(taskQueuePrefix),
      args: [{ memo: held, answered: [] }],
      workflowIdConflictPolicy: 'USE_EXISTING' as const,
      staticSummary: 'Kill switch and locks',
    },
  ] as const;

/** What the memo of a control workflow's `describe()` says. */
export const controlIn = (memo: Record<string, unknown> | undefined): ControlMemo =>
  (memo as { control?: ControlMemo } | undefined)?.control ?? nothingHeld;
