import { controlQueue, taskQueue } from '../../../domain/queues.ts';
import { isRunId } from '../../../domain/run-id.ts';
import { brokenTasksOf } from '../../engine/broken-tasks.ts';
import { statusOf } from './settled.ts';
import type { Witness } from './witness.ts';

/**
 * What an engine has when no run is under way any more: nothing has failed, no run and no delivery is open, and what stays open
 * (control, the gaps that are followed, the watch of their tickets) was never broken by our code.
 */
export async function workflowProblems(witness: Witness): Promise<string[]> {
  const { temporal, taskQueuePrefix } = witness;
  const problems: string[] = [];
  const all = (status: string) =>
    temporal.workflow.list({
      query: `TaskQueue IN ('${taskQueue(taskQueuePrefix, 'workflows')}', '${controlQueue(taskQueuePrefix)}') AND ExecutionStatus IN (${status})`,
    });
  for await (const { workflowId } of all(`'Failed', 'TimedOut'`)) problems.push(`${workflowId} has failed`);
  for await (const { workflowId, type } of all(`'Running'`)) {
    // The list may be a moment behind.
    if ((await statusOf(witness, workflowId)) !== 'RUNNING') continue;
    if (type === 'delivery' || isRunId(workflowId)) problems.push(`${workflowId} is still open`);
    problems.push(...(await brokenTasksOf(temporal, workflowId)));
  }
  return problems;
}
