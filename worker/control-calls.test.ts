import type { Client } from '@temporalio/client';
import { expect, test } from 'vitest';
import type { LockRequest } from '../workflows/messages.ts';
import { createControlCalls } from './control-calls.ts';

/** A control workflow that answers when the test says so. */
function controlledBy() {
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  const executeUpdate = async (_update: unknown, { args: [{ runId }] }: { args: [LockRequest] }): Promise<unknown> => {
    asked.push(runId);
    await new Promise<void>((resolve) => answers.push(resolve));
    return { granted: true };
  };
  const client = {
    withDeadline: (_deadline: number, ask: () => unknown) => ask(),
    workflow: { getHandle: () => ({ executeUpdate }) },
  };
  return {
    calls: createControlCalls(client as unknown as Client, 'test-'),
    asked,
    answerAll: () => {
      for (const answer of answers.splice(0)) answer();
    },
  };
}

const requestOf = (runId: string): LockRequest => ({
  runId,
  resources: [runId],
  memo: { mode: 'drill', touches: 'isolated', runbook: 'restore-test', service: 'jira-cloud', resource: runId },
});
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('an attempt at a lock that is over gives up its place, and those behind it move on', async () => {
  const { calls, asked, answerAll } = controlledBy();
  const over = new AbortController();
  const first = Array.from({ length: 30 }, (_, index) => calls.acquireLock(requestOf(`first-${index}`)));
  await soon();
  const underWay = asked.length;
  expect(underWay).toBeLessThan(10);
  const givenUp = calls.acquireLock(requestOf('given-up'), over.signal);
  const last = calls.acquireLock(requestOf('last'));

  over.abort(new Error('its time is over'));
  await expect(givenUp).rejects.toThrow('its time is over');
  while (asked.length < 31) {
    answerAll();
    await soon();
  }
  answerAll();
  await Promise.all([...first, last]);
  expect(asked).not.toContain('given-up');
  expect(asked.at(-1)).toBe('last');

  // Every place is free again.
  const next = Array.from({ length: underWay }, (_, index) => calls.acquireLock(requestOf(`next-${index}`)));
  await soon();
  expect(asked).toHaveLength(31 + underWay);
  answerAll();
  await Promise.all(next);
});

test('an attempt that was over before it began asks nobody', async () => {
  const { calls, asked } = controlledBy();
  await expect(calls.acquireLock(requestOf('late'), AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
  expect(asked).toEqual([]);
});
