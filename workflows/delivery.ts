import { CancellationScope, condition, continueAsNew, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { SlackMessageRef } from '../activities/slack/interface.ts';
import type { AddendumEvent } from '../domain/journal-entry.ts';
import { coalesces } from '../domain/notice.ts';
import type { Notice, NoticeAddress, TicketFiled } from '../domain/notice.ts';
import { hear, memberOf } from './hear.ts';
import { journalMovedSignal, lastNoticeSignal, noticesSignal, ticketFiledSignal } from './messages.ts';
import { notifyActivities, recordActivities } from './proxies.ts';
import { tellTicketFiled } from './ticket-orders.ts';

/** Plain JSON, so that it survives continue-as-new. */
export interface DeliveryState {
  readonly address: NoticeAddress;
  /** What each channel still owes, in order. */
  readonly queue: readonly Notice[];
  readonly secondQueue?: readonly Notice[];
  readonly ticketQueue?: readonly Notice[];
  /** What is still to be chained to the seal. */
  readonly addendumQueue?: readonly AddendumEvent[];
  /** Slack messages that will be edited, by key. */
  readonly messages: Readonly<Record<string, SlackMessageRef>>;
  readonly finished: boolean;
  /** The run ended without a seal: there is nothing to chain addenda to. */
  readonly unsealed?: boolean;
  /** Anything may have been said that is not among `messages`: all of it is looked for before it is said again. */
  readonly toldBefore?: boolean;
  /** The head of `queue` may have been said by the execution before this one. */
  readonly headBegun?: boolean;
  /** The head of `ticketQueue` may have been ordered by the execution before this one. */
  readonly ticketHeadBegun?: boolean;
  /** Tickets that are filed, and of which people have not been told. */
  readonly filed?: readonly TicketFiled[];
}

/** How long a ticket may take before it is asked for again: its gap's workflow may have been ended by hand. */
const askAgainMs = 10 * 60_000;

type FindingNotice = Extract<Notice, { kind: 'finding' }>;

const goesToSecondChannel = (notice: Notice): boolean =>
  (notice.kind === 'gate-reminder' ||
    notice.kind === 'review-reminder' ||
    notice.kind === 'exercise-reminder' ||
    notice.kind === 'verdict') &&
  notice.secondChannel;

/**
 * Tells people about one run, for as long as it takes: Slack, the second channel and Jira each in order, none waiting
 * for another. A channel that is down holds up only itself; nothing is dropped but a status overtaken by a newer
 * one. Outlives the run; ends when the run is over and everything is delivered.
 */
export async function delivery(start: DeliveryState): Promise<void> {
  let { address, toldBefore = false } = start;
  let slack = [...start.queue];
  const second = [...(start.secondQueue ?? [])];
  const tickets = [...(start.ticketQueue ?? [])];
  const addenda = [...(start.addendumQueue ?? [])];
  /** Ends when there is no seal, or another journal's, to chain addenda to. */
  let recording = new CancellationScope();
  /** Ends when this execution makes room for the next one. */
  const delivering = new CancellationScope();
  let messages = start.messages;
  let { finished, unsealed = false } = start;
  let stopping = false;
  const notify = notifyActivities();
  const record = recordActivities();

  const accept = (notice: Notice): void => {
    if (coalesces(notice)) slack = slack.filter((waiting, index) => index === 0 || waiting.kind !== notice.kind);
    slack.push(notice);
    if (goesToSecondChannel(notice)) second.push(notice);
    if (notice.kind === 'finding') tickets.push(notice);
  };
  hear(noticesSignal, (sent) => {
    if (Array.isArray(sent)) for (const notice of sent) if (memberOf(notice, 'kind')) accept(notice as Notice);
  });
  const filed = new Map((start.filed ?? []).map((one) => [one.fingerprint, one]));
  hear(ticketFiledSignal, (sent) => {
    const fingerprint = memberOf(sent, 'fingerprint');
    if (typeof fingerprint === 'string' && typeof memberOf(sent, 'key') === 'string')
      filed.set(fingerprint, sent as TicketFiled);
  });
  hear(lastNoticeSignal, (sent) => {
    finished = true;
    // Waiting for a seal that never comes would keep this workflow open for ever.
    unsealed = memberOf(sent, 'sealed') !== true;
    if (unsealed) recording.cancel();
  });

  hear(journalMovedSignal, (sent) => {
    const journalId = memberOf(sent, 'journalId');
    if (typeof journalId !== 'string') return;
    address = { ...address, executionId: journalId };
    toldBefore = true;
    const before = recording;
    recording = new CancellationScope();
    before.cancel();
  });

  /**
   * Takes one queue's head at a time; the head leaves the queue only when it is delivered. Answers whether the head had
   * been begun when this execution ended: it may have arrived all the same, and the next one looks for it first. Only
   * for that one, since looking takes seconds.
   */
  const keepDelivering = async <T>(
    queue: () => T[],
    deliver: (item: T, begun: boolean) => Promise<void>,
    headBegun = false,
  ): Promise<boolean> => {
    for (let begun = headBegun; ; begun = false) {
      await condition(() => queue().length > 0 || stopping);
      const head = queue()[0];
      if (stopping || !head) return begun;
      try {
        await delivering.run(() => deliver(head, begun));
      } catch (error) {
        if (!stopping) throw error;
        return true;
      }
      queue().shift();
    }
  };

  const tellSlack = async (notice: Notice, begun: boolean): Promise<void> => {
    const looking = toldBefore || begun;
    const delivered = await notify.deliverToSlack({ address, notice, known: messages, toldBefore: looking });
    messages = { ...messages, ...delivered.value.messages };
  };
  const tellSecondChannel = async (notice: Notice): Promise<void> => {
    await notify.deliverToSecondChannel({ address, notice });
  };
  /** The gap's own workflow files it, for one run after the other. */
  const fileTicket = async (notice: Notice, begun: boolean): Promise<void> => {
    const { finding, ticket, number, tellRun } = notice as FindingNotice;
    const replyTo = workflowInfo().workflowId;
    const answered = (): TicketFiled | undefined => filed.get(finding.fingerprint);
    for (let asked = 0; !answered(); asked += 1) {
      const filedBefore = toldBefore || begun || asked > 0;
      await record.orderTicket({ finding, ticket, simulated: address.simulated, replyTo, filedBefore });
      await condition(() => answered() !== undefined, askAgainMs);
    }
    const answer = answered();
    if (!answer) return;
    filed.delete(finding.fingerprint);
    const { key, url, outcome } = answer;
    if (tellRun === true) await tellTicketFiled(address.runId, answer);
    addenda.push({ type: 'ticket-filed', fingerprint: finding.fingerprint, key, url, outcome });
    accept({ kind: 'ticket-filed', number, fingerprint: finding.fingerprint, title: finding.title, key, url, outcome });
  };

  /** Waits for the seal, and for the store: people are told of the ticket meanwhile. */
  const addToEvidence = async (event: AddendumEvent): Promise<void> => {
    for (;;) {
      const { runId, executionId } = address;
      if (unsealed) return;
      try {
        await recording.run(() => record.appendAddendum({ runId, executionId, event }));
        return;
      } catch (error) {
        if (!isCancellation(error) || stopping) throw error;
        if (unsealed) return;
      }
    }
  };

  const loops = Promise.all([
    keepDelivering(() => slack, tellSlack, start.headBegun),
    keepDelivering(() => second, tellSecondChannel),
    keepDelivering(() => tickets, fileTicket, start.ticketHeadBegun),
    keepDelivering(() => addenda, addToEvidence),
  ]);

  const delivered = (): boolean => [slack, second, tickets, addenda].every((queue) => queue.length === 0);
  await condition(() => (finished && delivered()) || workflowInfo().continueAsNewSuggested);
  stopping = true;
  // A channel that is down must not keep the others waiting until it is back.
  delivering.cancel();
  recording.cancel();
  const [headBegun, , ticketHeadBegun] = await loops;
  if (finished && delivered()) return;
  await continueAsNew<typeof delivery>({
    address,
    queue: slack,
    secondQueue: second,
    ticketQueue: tickets,
    addendumQueue: addenda,
    messages,
    finished,
    unsealed,
    toldBefore,
    headBegun,
    ticketHeadBegun,
    filed: [...filed.values()],
  });
}
