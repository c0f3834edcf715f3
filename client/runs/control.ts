import { WithStartWorkflowOperation, WorkflowNotFoundError } from '@temporalio/client';
import type { DecisionAnswer, SignedDecision } from '../../domain/gate.ts';
import { taskQueue } from '../../domain/queues.ts';
import { controlWorkflowId, killSwitchUpdate } from '../../workflows/messages.ts';
import type { ControlMemo } from '../../workflows/messages.ts';
import type { RunsDeps } from './deps.ts';
import { reachTemporal } from './reach-temporal.ts';

const nothingHeld: ControlMemo = { killSwitch: { pulled: false }, locks: [] };

/**
 * Kill switch and locks as the control workflow's memo shows them; needs no worker.
 *
 * @throws TemporalUnreachableError when they cannot be read
 */
export async function readControl(deps: Pick<RunsDeps, 'temporal' | 'taskQueuePrefix'>): Promise<ControlMemo> {
  try {
    const { memo } = await reachTemporal(deps, (client) => client.workflow.getHandle(controlWorkflowId(deps.taskQueuePrefix)).describe());
    return (memo as { control?: ControlMemo } | undefined)?.control ?? nothingHeld;
  } catch (error) {
    // Nobody has ever locked or stopped anything.
    if (error instanceof WorkflowNotFoundError) return nothingHeld;
    throw error;
  }
}

/** Pulls or releases the kill switch; starts the control workflow when there is none yet. */
export async function changeKillSwitch(deps: Pick<RunsDeps, 'temporal' | 'taskQueuePrefix'>, signed: SignedDecision, decisionId: string): Promise<DecisionAnswer> {
  return await reachTemporal(
    deps,
    (client) =>
      client.workflow.executeUpdateWithStart(killSwitchUpdate, {
        updateId: decisionId,
        args: [signed],
        startWorkflowOperation: controlStart(deps.taskQueuePrefix),
      }),
    10_000,
  );
}

/** How the control workflow is started by whoever needs it first. */
export const controlStart = (taskQueuePrefix: string) =>
  new WithStartWorkflowOperation('control', {
    workflowId: controlWorkflowId(taskQueuePrefix),
    taskQueue: taskQueue(taskQueuePrefix, 'workflows'),
    args: [{ memo: nothingHeld, answered: [] }],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: 'Kill switch and locks',
  });
