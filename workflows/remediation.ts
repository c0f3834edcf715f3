import { condition, continueAsNew, getExternalWorkflowHandle, log, workflowInfo } from '@temporalio/workflow';
import type { TicketFiled, TicketOrder } from '../domain/notice.ts';
import { errorFacts } from './failures.ts';
import { hear, memberOf } from './hear.ts';
import { ticketFiledSignal, ticketOrderedSignal } from './messages.ts';
import { notifyActivities } from './proxies.ts';

/** After this time without an order Jira's search shows every ticket of the gap, and whoever comes next finds it there. */
const settledAfterMs = 60_000;
/** Tickets that are remembered; a gap has one, and one more each time it comes back after it was closed. */
const keysKept = 20;

export interface RemediationState {
  readonly orders: readonly TicketOrder[];
  /** Keys of the gap's tickets; read directly, because the search does not show new ones for some seconds. */
  readonly keys: readonly string[];
}

/**
 * One gap, whichever runs meet it: its orders are carried out one after the other, in one place, so that two runs which
 * meet a new gap at the same moment get one ticket and one comment, however late Jira's search is.
 */
export async function remediation(start: RemediationState): Promise<void> {
  const orders = [...start.orders];
  let keys = start.keys;
  const notify = notifyActivities();
  hear(ticketOrderedSignal, (sent) => {
    const order = orderIn(sent);
    // Who waits for long asks again; one order each is enough.
    const isSame = ({ replyTo, finding }: TicketOrder): boolean =>
      replyTo === order?.replyTo && finding.runId === order.finding.runId;
    if (order && !orders.some(isSame)) orders.push(order);
  });

  for (;;) {
    await condition(() => orders.length > 0, settledAfterMs);
    const [order] = orders;
    if (!order) return;
    const { finding, ticket, simulated, filedBefore, replyTo } = order;
    const { value } = await notify.fileTicket({ finding, ticket, simulated, knownKeys: keys, filedBefore });
    keys = [...new Set([...keys, value.key])].slice(-keysKept);
    orders.shift();
    await answer(replyTo, { fingerprint: finding.fingerprint, ...value });
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof remediation>({ orders, keys });
  }
}

/** Nobody waits any more where this fails: the ticket is there, and whoever looks next finds it. */
async function answer(workflowId: string, filed: TicketFiled): Promise<void> {
  // A gap that a person reported: nobody waits.
  if (workflowId === '') return;
  try {
    await getExternalWorkflowHandle(workflowId).signal(ticketFiledSignal, filed);
  } catch (error) {
    log.warn('a ticket was filed, and who asked for it is gone', { workflowId, code: errorFacts(error).code });
  }
}

const orderIn = (sent: unknown): TicketOrder | undefined =>
  typeof memberOf(sent, 'replyTo') === 'string' &&
  typeof memberOf(memberOf(sent, 'finding'), 'fingerprint') === 'string' &&
  typeof memberOf(memberOf(sent, 'ticket'), 'project') === 'string'
    ? (sent as TicketOrder)
    : undefined;
