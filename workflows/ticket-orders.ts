import { CancellationScope, getExternalWorkflowHandle, log } from '@temporalio/workflow';
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
 * Tells a workflow that a ticket is there: who ordered it, or a run that waits for it. Nobody waits any more where this
 * fails: whoever looks next finds it. Said also when the sender is making room for its next execution, which would not
 * know that somebody still waits.
 *
 * @param workflowId - empty when nobody ordered it
 */
export async function tellTicketFiled(workflowId: string, filed: TicketFiled): Promise<void> {
  if (workflowId === '') return;
  try {
    await CancellationScope.nonCancellable(() =>
      getExternalWorkflowHandle(workflowId).signal(ticketFiledSignal, filed),
    );
  } catch (error) {
    log.info('a ticket was filed, and nobody waits for it any more', { workflowId, code: errorFacts(error).code });
  }
}
