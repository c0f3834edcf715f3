import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { readControl } from '../../../client/runs/control.ts';
import { controlWorkflowId } from '../../../workflows/messages.ts';
import type { Witness } from './witness.ts';

/** How long control may need to take in what it was sent: a worker that was killed keeps its task for ten seconds. */
const controlWithinMs = 60_000;

/**
 * A run says that its lock is free with a Signal and ends. Until control has taken that in, nobody can say whether the lock
 * is left over.
 */
export async function lockProblems(witness: Witness, concerns: (runId: string) => boolean): Promise<string[]> {
  const control = witness.temporal.workflow.getHandle(controlWorkflowId(witness.taskQueuePrefix));
  for (const giveUpAtMs = Date.now() + controlWithinMs; ; await sleep(100)) {
    // First whether something waits, then the locks: what comes between the two can only free them.
    const waits = await pendingTaskOf(control);
    const held = (await readControl(witness)).locks.filter(({ runId }) => concerns(runId));
    if (held.length === 0 || !waits || Date.now() > giveUpAtMs)
      return held.map(({ resource, runId }) => `${resource} is still locked by ${runId}`);
  }
}

/** Nothing where nobody has ever locked anything: then there is no control. */
async function pendingTaskOf(control: WorkflowHandle): Promise<unknown> {
  try {
    return (await control.describe()).raw.pendingWorkflowTask;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
