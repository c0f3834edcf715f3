import { CancellationScope, condition, continueAsNew, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { SlackMessageRef } from '../activities/slack/interface.ts';
import type { AddendumEvent } from '../domain/journal-entry.ts';
import type { Notice, NoticeAddress } from '../domain/notice.ts';
import { hear, memberOf } from './hear.ts';
import { lastNoticeSignal, noticesSignal } from './messages.ts';
import { notifyActivities, recordActivities } from './proxies.ts';

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
}

type FindingNotice = Extract<Notice, { kind: 'finding' }>;

const goesToSecondChannel = (notice: Notice): boolean =>
  (notice.kind === 'gate-reminder' && notice.secondChannel) || (notice.kind === 'verdict' && notice.secondChannel);

/**
 * Tells people about one run, for as long as it takes: Slack, the second channel and Jira each in order, none waiting
 * for another. A channel that is down holds up only itself; nothing is dropped but a run status overtaken by a newer
 * one. Outlives the run; ends when the run is over and everything is delivered.
 */
export async function delivery(start: DeliveryState): Promise<void> {
  const address = start.address;
  let slack = [...start.queue];
  const second = [...(start.secondQueue ?? [])];
  const tickets = [...(start.ticketQueue ?? [])];
  const addenda = [...(start.addendumQueue ?? [])];
  const recording = new CancellationScope();
  let messages = start.messages;
  let finished = start.finished;
  let stopping = false;
  const notify = notifyActivities();
  const record = recordActivities();

  const accept = (notice: Notice): void => {
    if (notice.kind === 'run-status')
      slack = slack.filter((waiting, index) => index === 0 || waiting.kind !== 'run-status');
    slack.push(notice);
    if (goesToSecondChannel(notice)) second.push(notice);
    if (notice.kind === 'finding') tickets.push(notice);
  };
  hear(noticesSignal, (sent) => {
    if (Array.isArray(sent)) for (const notice of sent) if (memberOf(notice, 'kind')) accept(notice as Notice);
  });
  hear(lastNoticeSignal, (sent) => {
    finished = true;
    // There is no seal to chain anything to; waiting for it would keep this workflow open for ever.
    if (memberOf(sent, 'sealed') !== true) recording.cancel();
  });

  /** Takes one queue's head at a time; the head leaves the queue only when it is delivered. */
  const keepDelivering = async <T>(queue: () => T[], deliver: (item: T) => Promise<void>): Promise<void> => {
    for (;;) {
      await condition(() => queue().length > 0 || stopping);
      const head = queue()[0];
      if (stopping || !head) return;
      await deliver(head);
      queue().shift();
    }
  };

  const tellSlack = async (notice: Notice): Promise<void> => {
    const delivered = await notify.deliverToSlack({ address, notice, known: messages });
    messages = { ...messages, ...delivered.value.messages };
  };
  const tellSecondChannel = async (notice: Notice): Promise<void> => {
    await notify.deliverToSecondChannel({ address, notice });
  };
  const fileTicket = async (notice: Notice): Promise<void> => {
    const { finding, ticket, number } = notice as FindingNotice;
    const { key, url, outcome } = (
      await notify.fileTicket({ finding, ticket, simulated: address.simulated, knownKeys: [] })
    ).value;
    addenda.push({ type: 'ticket-filed', fingerprint: finding.fingerprint, key, url, outcome });
    accept({ kind: 'ticket-filed', number, fingerprint: finding.fingerprint, title: finding.title, key, url, outcome });
  };

  /** Waits for the seal, and for the store: people are told of the ticket meanwhile. */
  const addToEvidence = async (event: AddendumEvent): Promise<void> => {
    try {
      await recording.run(() =>
        record.appendAddendum({ runId: address.runId, executionId: address.executionId, event }),
      );
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
  };

  const loops = Promise.all([
    keepDelivering(() => slack, tellSlack),
    keepDelivering(() => second, tellSecondChannel),
    keepDelivering(() => tickets, fileTicket),
    keepDelivering(() => addenda, addToEvidence),
  ]);

  const delivered = (): boolean => [slack, second, tickets, addenda].every((queue) => queue.length === 0);
  await condition(() => (finished && delivered()) || workflowInfo().continueAsNewSuggested);
  stopping = true;
  await loops;
  if (finished && delivered()) return;
  await continueAsNew<typeof delivery>({
    address,
    queue: slack,
    secondQueue: second,
    ticketQueue: tickets,
    addendumQueue: addenda,
    messages,
    finished,
  });
}
