import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import { taskQueue } from '../../domain/queues.ts';
import { runWorkflowTypes } from '../../runbooks/index.ts';
import { haltSignal } from '../../workflows/messages.ts';
import type { RunsDeps } from '../runs/deps.ts';

/** How long a halted run may take to clean up before the demo goes on without its good-bye, milliseconds. */
const goodByeMs = 20_000;

/**
 * Ends what a demo that was killed left open: such a run goes on as soon as a worker is there, holds the lock on the
 * database, and would wait for an approval that nobody gives any more. It is halted as by the kill switch, so that it cleans
 * up and ends as aborted; its company is gone by now, so one that still cannot end is terminated.
 *
 * @returns how many there were
 */
export async function endEarlierRuns(
  deps: Pick<RunsDeps, 'temporal' | 'taskQueuePrefix'>,
  onProgress: (text: string) => void,
): Promise<number> {
  const types = runWorkflowTypes.map((type) => `'${type}'`).join(', ');
  const query = `ExecutionStatus = 'Running' AND TaskQueue = '${taskQueue(deps.taskQueuePrefix, 'workflows')}' AND WorkflowType IN (${types})`;
  const reason = 'the demo that started it was killed, and a new one begins';
  const open: string[] = [];
  for await (const { workflowId } of deps.temporal.workflow.list({ query })) open.push(workflowId);
  if (open.length > 0)
    onProgress(`ending ${open.length === 1 ? 'the run' : `${open.length} runs`} of a demo that was killed`);
  const ended = async (runId: string): Promise<boolean> =>
    (await deps.temporal.workflow.getHandle(runId).describe()).status.name !== 'RUNNING';
  for (const runId of open) {
    const handle = deps.temporal.workflow.getHandle(runId);
    try {
      await handle.signal(haltSignal, { reason });
      for (const deadline = Date.now() + goodByeMs; Date.now() < deadline && !(await ended(runId));) await sleep(200);
      if (!(await ended(runId))) await handle.terminate(reason);
    } catch (error) {
      // It ended by itself in this moment.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
  return open.length;
}
