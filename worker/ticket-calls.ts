import type { Client } from '@temporalio/client';
import type { RecordActivities } from '../activities/record/interface.ts';
import { FiredrillError } from '../domain/errors.ts';
import { taskQueue } from '../domain/queues.ts';
import { remediationWorkflowId, ticketOrderedSignal } from '../workflows/messages.ts';

/** Hands orders for tickets to the workflow of their gap, which is started by whoever comes first. */
export const createTicketCalls = (client: Client, taskQueuePrefix: string): Pick<RecordActivities, 'orderTicket'> => ({
  async orderTicket(order) {
    const { fingerprint, title } = order.finding;
    try {
      await client.workflow.signalWithStart('remediation', {
        workflowId: remediationWorkflowId(taskQueuePrefix, fingerprint),
        taskQueue: taskQueue(taskQueuePrefix, 'workflows'),
        args: [{}],
        signal: ticketOrderedSignal,
        signalArgs: [order],
        staticSummary: title.slice(0, 150),
      });
    } catch (cause) {
      throw new FiredrillError(
        {
          code: 'ticket-not-ordered',
          kind: 'busy',
          what: `The workflow of the gap ${fingerprint} could not be reached.`,
          means: 'The finding is recorded; its ticket waits and is filed later, once.',
          next: 'It is tried again by itself; if it stays so, look at Temporal.',
        },
        { cause },
      );
    }
  },
});
