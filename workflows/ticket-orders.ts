import { getExternalWorkflowHandle, log } from '@temporalio/workflow';
import type { TicketFiled, TicketOrder } from '../domain/notice.ts';
import { errorFacts } from './failures.ts';
import { memberOf } from './hear.ts';
import { ticketFiledSignal } from './messages.ts';

/** What somebody sent, when it has the form of an order for a ticket. */
export const orderIn = (sent: unknown): TicketOrder | undefined =>
  typeof memberOf(sent, 'replyTo') === 'string' &&
  typeof memberOf(memberOf(sent, 'finding'), 'fingerprint') === 'string' &&
  typeof memberOf(memberOf(sent, 'ticket'), 'project') === 'string'
    ? (sent as TicketOrder)
    : undefined;

/**
 * Tells who ordered it that the ticket is there. Nobody waits any more where this fails: whoever looks next finds it.
 *
 * @param workflowId - empty when nobody ordered it
 */
export async function answerOrder(workflowId: string, filed: TicketFiled): Promise<void> {
  if (workflowId === '') return;
  try {
    await getExternalWorkflowHandle(workflowId).signal(ticketFiledSignal, filed);
  } catch (error) {
    log.warn('a ticket was filed, and who asked for it is gone', { workflowId, code: errorFacts(error).code });
  }
}
