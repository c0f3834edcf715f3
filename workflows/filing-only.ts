import { condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { TicketOrder } from '../domain/notice.ts';
import { hear } from './hear.ts';
import { ticketOrderedSignal } from './messages.ts';
import { notifyActivities } from './proxies.ts';
import { tellTicketFiled, orderIn } from './ticket-orders.ts';

/** After this time without an order Jira's search shows every ticket of the gap, and whoever comes next finds it there. */
const settledAfterMs = 60_000;
/** Tickets that are remembered; a gap has one, and one more each time it comes back after it was closed. */
const keysKept = 20;

/** What is still to be filed, and the tickets that were. */
export interface FilingState {
  readonly orders: readonly TicketOrder[];
  readonly keys: readonly string[];
}

/**
 * A gap as it was before findings were followed: its tickets were filed one after the other, and a minute later its workflow
 * was over. One that was open when the new version came goes on so; whoever orders next starts one that follows.
 */
export async function filingOnly({ orders: ordered, keys: known }: FilingState): Promise<void> {
  const orders = [...ordered];
  let keys = known;
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
    await tellTicketFiled(replyTo, { fingerprint: finding.fingerprint, ...value });
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof filingOnly>({ orders, keys });
  }
}
