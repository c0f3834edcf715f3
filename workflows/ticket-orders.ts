import { CancellationScope, getExternalWorkflowHandle, log } from '@temporalio/workflow';
import type { GapReported, TicketFiled, TicketOrder } from '../domain/notice.ts';
import { errorFacts } from './failures.ts';
import { memberOf } from './hear.ts';
import { ticketFiledSignal } from './messages.ts';

/** What somebody sent, when it has the form of an order for a ticket; a report in it that is none is left out. */
export function orderIn(sent: unknown): TicketOrder | undefined {
  if (
    typeof memberOf(sent, 'replyTo') !== 'string' ||
    typeof memberOf(memberOf(sent, 'finding'), 'fingerprint') !== 'string' ||
    typeof memberOf(memberOf(sent, 'ticket'), 'project') !== 'string'
  )
    return undefined;
  const { reported: said, ...order } = sent as TicketOrder;
  const reported = reportIn(said);
  return reported === undefined ? order : { ...order, reported };
}

function reportIn(sent: unknown): GapReported | undefined {
  const [reportId, slackId] = [memberOf(sent, 'reportId'), memberOf(sent, 'slackId')];
  return typeof reportId === 'string' && typeof slackId === 'string' && reportId !== '' && slackId !== ''
    ? { reportId, slackId }
    : undefined;
}

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
