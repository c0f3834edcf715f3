import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { RemediationCalls } from '../activities/record/remediation.ts';
import { FiredrillError } from '../domain/errors.ts';
import { taskQueue } from '../domain/queues.ts';
import { findingHintSignal, ticketWatchWorkflowId, watchFindingSignal } from '../workflows/finding-messages.ts';
import { remediationWorkflowId } from '../workflows/messages.ts';

/** What the workflows of findings and the watch of their tickets say to each other, by way of a worker. */
export const createRemediationCalls = (
  client: Client,
  taskQueuePrefix: string,
): Omit<RemediationCalls, 'startRetest'> => ({
  async watchFinding({ project, ...request }) {
    await reach(`the watch of ${project}`, () =>
      client.workflow.signalWithStart('ticketWatch', {
        workflowId: ticketWatchWorkflowId(taskQueuePrefix, project),
        taskQueue: taskQueue(taskQueuePrefix, 'workflows'),
        args: [{ watched: {} }],
        signal: watchFindingSignal,
        signalArgs: [request],
        staticSummary: `tickets of ${project}`,
      }),
    );
  },
  async hintFindings({ fingerprints }) {
    await Promise.all(
      fingerprints.map((fingerprint) =>
        reach(`the finding ${fingerprint}`, async () => {
          try {
            await client.workflow
              .getHandle(remediationWorkflowId(taskQueuePrefix, fingerprint))
              .signal(findingHintSignal);
          } catch (error) {
            // It is closed, and its last word to the watch is still on its way.
            if (!(error instanceof WorkflowNotFoundError)) throw error;
          }
        }),
      ),
    );
  },
});

async function reach(what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw new FiredrillError(
      {
        code: 'finding-not-reached',
        kind: 'busy',
        what: `The workflow of ${what} could not be reached.`,
        means: 'Nothing is lost: what happened is told later, once.',
        next: 'It is tried again by itself; if it stays so, look at Temporal.',
      },
      { cause },
    );
  }
}
