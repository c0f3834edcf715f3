import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Notice } from '../../domain/notice.ts';
import { taskQueue } from '../../domain/queues.ts';
import { appendEntries } from '../../store/journal.ts';
import { readRun } from '../../store/read.ts';
import { exampleAddress, exampleFinding, exampleGate, exampleTicket } from '../../views/example-notices.ts';
import { findingHintSignal } from '../../workflows/finding-messages.ts';
import { lastNoticeSignal, noticesSignal, remediationWorkflowId } from '../../workflows/messages.ts';
import { createHolds } from '../engine/holds.ts';
import {
  jira,
  jiraIssues,
  runMessages,
  slack,
  takeSecondChannelDown,
  until,
  webhookMessages,
} from '../engine/outside.ts';
import { startShortHistories } from '../engine/short-histories.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';
import { failedJournal } from '../fixtures/journals.ts';

/** Delivery begins anew before its history grows too long; here the engine asks for it after so many events. */
const suggestedAfter = 50;
const holds = createHolds();
let environment: TestWorkflowEnvironment;
let world: World;
beforeAll(async () => {
  environment = await startShortHistories(suggestedAfter);
  world = await createWorld({ source: false, temporalAddress: environment.address, activities: holds.activities });
});
afterAll(async () => {
  await world.close();
  await environment.teardown();
});

/** One run's delivery, as the run would talk to it. */
async function startDelivery(runId: string, executionId: string) {
  const workflowId = `delivery/${runId}`;
  const { temporal } = world;
  await temporal.workflow.start('delivery', {
    workflowId,
    taskQueue: taskQueue(world.config.taskQueuePrefix, 'workflows'),
    args: [
      {
        address: { ...exampleAddress, slackChannel: 'C0JIRACLOUD', runId, executionId },
        queue: [],
        messages: {},
        finished: false,
      },
    ],
  });
  const handle = temporal.workflow.getHandle(workflowId);
  /** Keys of the Slack messages that must come, in this order. */
  const inSlack: string[] = [];
  /** Idempotency keys that the second channel must get, in this order. */
  const inSecond: string[] = [];
  /** Its executions, newest first. */
  const chain: string[] = [];
  let number = 0;

  const send = async (notice: Notice, slackKey: string): Promise<void> => {
    inSlack.push(slackKey);
    await handle.signal(noticesSignal, [notice]);
  };
  const delivery = {
    workflowId,
    inSlack,
    inSecond,
    /** Mostly what goes to Slack alone; every fifth goes to the second channel too. */
    async tell(count: number): Promise<void> {
      for (let left = count; left > 0; left -= 1) {
        number += 1;
        if (number % 5 === 0) {
          inSecond.push(`${runId}#${executionId}#${number}`);
          const about = { gate: exampleGate, text: `${number}`, secondChannel: true, roles: [], mention: [] };
          await send({ kind: 'gate-reminder', number, ...about }, `reminder:${number}`);
        } else {
          const ticket = {
            key: `DR-${number}`,
            url: 'https://jira.example.com/browse/DR-1',
            outcome: 'created',
          } as const;
          const fingerprint = `told-${number}`;
          await send({ kind: 'ticket-filed', number, fingerprint, title: 'a gap', ...ticket }, `ticket:${fingerprint}`);
        }
      }
    },
    async find(fingerprint: string): Promise<void> {
      number += 1;
      const finding = { ...exampleFinding, fingerprint, runId, title: fingerprint };
      await send({ kind: 'finding', number, finding, ticket: exampleTicket }, `finding:${fingerprint}`);
    },
    end: (sealed: boolean) => handle.signal(lastNoticeSignal, { sealed }),
    /** Whether it has asked what is under way to stop, so as to begin anew. */
    isTurning: async () =>
      ((await handle.fetchHistory()).events ?? []).some((event) =>
        Boolean(event.activityTaskCancelRequestedEventAttributes),
      ),
    /** How often it has begun anew. */
    async beginnings(): Promise<number> {
      const { runId } = await handle.describe();
      if (chain[0] !== runId) chain.unshift(...(await chainUpTo(workflowId, runId, chain[0])));
      return chain.length - 1;
    },
    /** Goes on telling until it has begun anew that often more. */
    async tellUntilAnew(times = 1): Promise<void> {
      const enough = (await delivery.beginnings()) + times;
      await until(async () => {
        await delivery.tell(5);
        return (await delivery.beginnings()) >= enough;
      }, 'delivery begins anew');
    },
    completes: () =>
      until(async () => (await handle.describe()).status.name === 'COMPLETED', 'all is delivered', 120_000),
    async told(): Promise<readonly string[]> {
      const messages = (await runMessages(world, runId)) as readonly { key: string; message: { ts: string } }[];
      return messages.toSorted((one, other) => Number(one.message.ts) - Number(other.message.ts)).map(({ key }) => key);
    },
    async toldSecond(): Promise<readonly (string | undefined)[]> {
      const keys = (await webhookMessages(world)).map(({ headers }) => headers['idempotency-key']);
      return keys.filter((key) => key?.startsWith(`${runId}#`));
    },
  };
  return delivery;
}

/** A workflow's executions, from the newest down to one that is known. */
async function chainUpTo(workflowId: string, newest: string, known: string | undefined): Promise<string[]> {
  const found: string[] = [];
  for (let runId = newest; runId !== '' && runId !== known;) {
    found.push(runId);
    const { history } = await world.temporal.workflowService.getWorkflowExecutionHistory({
      namespace: 'default',
      execution: { workflowId, runId },
      maximumPageSize: 1,
    });
    runId = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? '';
  }
  return found;
}

/** How often Slack was asked what it has: seconds each time. */
const looks = async (): Promise<number> =>
  ((await slack(world, 'GET', 'calls')) as { calls: { method: string }[] }).calls.filter(
    ({ method }) => method === 'conversations.history',
  ).length;

test('Slack up, down and up again: delivery begins anew in each, loses and doubles nothing and keeps the order', async () => {
  const delivery = await startDelivery('restore-test/jira-cloud/issues-db/slack-down', 'x');
  await delivery.tellUntilAnew();
  await until(async () => (await delivery.told()).length >= 10, 'some are told');
  const before = await looks();
  // What Slack has taken and not answered before it goes down is there, and nobody knows.
  await slack(world, 'POST', 'faults', { method: 'chat.postMessage', kind: 'lose-reply' });
  await slack(world, 'POST', 'faults', { kind: 'down', times: 'always' });
  await delivery.tellUntilAnew(2);
  await until(
    async () => (await delivery.toldSecond()).length === delivery.inSecond.length,
    'the second is not held up',
  );
  await slack(world, 'DELETE', 'faults');
  await delivery.tell(5);
  await delivery.end(true);
  await delivery.completes();
  expect(await delivery.told()).toEqual(delivery.inSlack);
  expect(await delivery.toldSecond()).toEqual(delivery.inSecond);
  // Only what had been begun is looked for: to look for all the rest would hold each of them up for seconds.
  expect((await looks()) - before).toBeLessThan(delivery.inSlack.length / 2);
});

test('what comes while delivery waits to begin anew is told in order, and what Slack had taken unknown to us not again', async () => {
  const delivery = await startDelivery('restore-test/jira-cloud/issues-db/at-the-turn', 'x');
  await slack(world, 'POST', 'faults', { method: 'chat.postMessage', kind: 'lose-reply' });
  await slack(world, 'POST', 'faults', { method: 'conversations.history', kind: 'down', times: 'always' });
  await delivery.tell(1);
  await until(async () => (await delivery.told()).length === 1, 'Slack has taken it, and we do not know');
  holds.hold(delivery.workflowId, 'deliverToSlack');
  await holds.reached(delivery.workflowId, 'deliverToSlack');
  await until(async () => {
    await delivery.tell(5);
    return await delivery.isTurning();
  }, 'it waits for nothing but what is under way');
  await delivery.tell(5);
  expect(await delivery.beginnings()).toBe(0);
  // What is under way fails once more; from then on Slack works, so that nothing but our memory keeps it from twice.
  await slack(world, 'DELETE', 'faults');
  await slack(world, 'POST', 'faults', { method: 'conversations.history', kind: 'down' });
  holds.release(delivery.workflowId, 'deliverToSlack');
  await delivery.tellUntilAnew();
  await delivery.end(true);
  await delivery.completes();
  expect(await delivery.told()).toEqual(delivery.inSlack);
});

test('second channel and Jira down while Slack works: each catches up once, and the addenda follow a seal that came later', async () => {
  const journal = failedJournal();
  const delivery = await startDelivery(journal.runId, journal.executionId);
  const found = ['aaa', 'bbb', 'ccc'].map((letters) => letters.padEnd(24, '0'));
  const [first = '', ...others] = found;
  await delivery.find(first);
  await until(async () => (await jiraIssues(world)).length === 1, 'the first ticket is there');
  await jira(world, 'POST', 'faults', { path: '/', kind: 'down' });
  const bringSecondBack = await takeSecondChannelDown(world);
  for (const fingerprint of others) await delivery.find(fingerprint);
  await delivery.tellUntilAnew();
  await delivery.end(true);
  await until(async () => (await delivery.told()).length === delivery.inSlack.length, 'Slack is not held up');
  expect(await delivery.toldSecond()).toEqual([]);
  await jira(world, 'DELETE', 'faults');
  await bringSecondBack();
  await until(async () => (await jiraIssues(world)).length === found.length, 'the tickets are there');
  await delivery.tellUntilAnew();
  await appendEntries(world.store, journal.entries);
  await delivery.completes();
  expect(await delivery.told()).toEqual(delivery.inSlack);
  expect(await delivery.toldSecond()).toEqual(delivery.inSecond);
  const tickets = (await jiraIssues(world)).filter(({ fingerprint }) => found.includes(fingerprint));
  expect(tickets.map(({ fingerprint, comments }) => [fingerprint, comments.length])).toEqual(
    found.map((one) => [one, 0]),
  );
  const recorded = (await readRun(world.store, journal.runId))?.tickets ?? [];
  expect(recorded.map(({ fingerprint }) => fingerprint)).toEqual(found);
});

test('that there is no seal is known after it has begun anew', async () => {
  const delivery = await startDelivery('restore-test/jira-cloud/issues-db/no-seal', 'x');
  await delivery.find('ddd'.padEnd(24, '0'));
  await until(async () => (await jiraIssues(world)).some(({ text }) => text.includes('ddd0')), 'the ticket is there');
  await slack(world, 'POST', 'faults', { kind: 'down', times: 'always' });
  await delivery.end(false);
  await delivery.tellUntilAnew();
  // Its ticket comes after the next beginning, and has nothing to be chained to either.
  await delivery.find('eee'.padEnd(24, '0'));
  await slack(world, 'DELETE', 'faults');
  await delivery.completes();
  expect(await delivery.told()).toEqual(delivery.inSlack);
});

test('a ticket that is filed while its gap begins anew is told to who ordered it', async () => {
  const delivery = await startDelivery('restore-test/jira-cloud/issues-db/gap-turns', 'x');
  const fingerprint = 'fff'.padEnd(24, '0');
  const gapId = remediationWorkflowId(world.config.taskQueuePrefix, fingerprint);
  holds.hold(gapId, 'fileTicket');
  await delivery.find(fingerprint);
  await holds.reached(gapId, 'fileTicket');
  const gap = world.temporal.workflow.getHandle(gapId);
  const isTurning = async (): Promise<boolean> =>
    ((await gap.fetchHistory()).events ?? []).some(({ activityTaskCancelRequestedEventAttributes: asked }) => asked);
  await until(async () => {
    await gap.signal(findingHintSignal);
    return await isTurning();
  }, 'the gap waits for nothing but its ticket');
  holds.release(gapId, 'fileTicket');
  // Delivery would ask again by itself only after minutes.
  await delivery.end(false);
  await delivery.completes();
});
