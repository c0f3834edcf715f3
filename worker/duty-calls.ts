import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { RecordActivities } from '../activities/record/interface.ts';
import { FiredrillError } from '../domain/errors.ts';
import type { RunMemo } from '../domain/modes.ts';
import { taskQueue } from '../domain/queues.ts';
import { dutyMovedSignal, holdersLeftSignal } from '../workflows/messages.ts';

/** Tells open runs that somebody whom they may be asking has left. */
export const createDutyCalls = (
  client: Client,
  taskQueuePrefix: string,
): Pick<RecordActivities, 'tellDutyMoved' | 'tellHoldersLeft'> => ({
  async tellDutyMoved({ service, runId, moved, slackId }) {
    const query = `ExecutionStatus = 'Running' AND TaskQueue = '${taskQueue(taskQueuePrefix, 'workflows')}'`;
    try {
      for await (const { workflowId, memo } of client.workflow.list({ query })) {
        const run = memo as Partial<RunMemo> | undefined;
        if (run?.service !== service || run.runbook === undefined) continue;
        if (runId !== undefined && workflowId !== runId) continue;
        await unlessOver(client.workflow.getHandle(workflowId).signal(dutyMovedSignal, { ...moved, slackId }));
      }
    } catch (cause) {
      throw new FiredrillError(
        {
          code: 'runs-not-told',
          kind: 'busy',
          what: `The open runs of ${service} could not be told that ${moved.standIn} stands in for ${moved.left}.`,
          means: 'Who stands in may decide all the same; nobody has told them yet.',
          next: 'It is tried again by itself; if it stays so, look at Temporal.',
        },
        { cause },
      );
    }
  },
  async tellHoldersLeft({ runId, personIds }) {
    try {
      await unlessOver(client.workflow.getHandle(runId).signal(holdersLeftSignal, { personIds }));
    } catch (cause) {
      throw new FiredrillError(
        {
          code: 'exercise-not-told',
          kind: 'busy',
          what: `The exercise ${runId} could not be told that ${personIds.join(' and ')} left.`,
          means: 'Their role can be taken over all the same; nobody has told the room yet.',
          next: 'It is tried again by itself; if it stays so, look at Temporal.',
        },
        { cause },
      );
    }
  },
});

async function unlessOver(telling: Promise<void>): Promise<void> {
  try {
    await telling;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
