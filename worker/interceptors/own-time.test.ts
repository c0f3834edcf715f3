import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { longestTurnMs } from '../../domain/turns.ts';
import { ownTimeInterceptor } from './own-time.ts';

const minuteMs = 60_000;
const busy = (nextRetryDelay?: number): ApplicationFailure =>
  ApplicationFailure.create({
    message: 'nobody answers',
    type: 'busy',
    details: [{ code: 'busy', kind: 'busy' }],
    ...(nextRetryDelay === undefined ? {} : { nextRetryDelay }),
  });

/** Attempts of one activity that may work for two minutes, on a clock that the test sets. */
function activity(retryPolicy = { initialInterval: 1000, backoffCoefficient: 2, maximumInterval: 30_000 }) {
  let nowMs = 1_000_000;
  let attempt = 0;
  const intercept = ownTimeInterceptor(() => nowMs);
  return {
    /** In the queue for `queuedMs`, then working for `takesMs`, then as `outcome` says. */
    attempt: async (queuedMs: number, takesMs: number, outcome: () => unknown): Promise<unknown> => {
      attempt += 1;
      const info = {
        attempt,
        activityId: '7',
        activityType: 'acquireLock',
        workflowExecution: { workflowId: 'run', runId: 'execution' },
        currentAttemptScheduledTimestampMs: nowMs,
        scheduleToCloseTimeoutMs: longestTurnMs + 2 * minuteMs,
        retryPolicy,
      };
      nowMs += queuedMs;
      const { inbound } = intercept({ info } as unknown as Context);
      const work = (): Promise<unknown> => {
        nowMs += takesMs;
        return Promise.resolve().then(outcome);
      };
      return await inbound.execute?.({ args: [], headers: {} }, work);
    },
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}
const fail =
  (error: Error = busy()) =>
  (): never => {
    throw error;
  };

describe('the deadline of what is tried again', () => {
  test('does not count the time in the queue', async () => {
    const { attempt } = activity();
    await expect(attempt(25 * minuteMs, 10_000, fail())).rejects.toMatchObject({ nonRetryable: false });
    await expect(attempt(10 * minuteMs, 10_000, fail())).rejects.toMatchObject({ nonRetryable: false });
    await expect(attempt(10 * minuteMs, 10_000, () => 'granted')).resolves.toBe('granted');
  });

  test('ends it with its last failure when its own attempts and pauses have taken so long', async () => {
    const { attempt, pass } = activity();
    for (let done = 0; done < 3; done += 1) {
      await expect(attempt(0, 20_000, fail())).rejects.toMatchObject({ nonRetryable: false });
      pass(10_000);
    }
    await expect(attempt(0, 25_000, fail())).rejects.toMatchObject({
      nonRetryable: true,
      type: 'busy',
      message: 'nobody answers',
      details: [{ code: 'busy', kind: 'busy' }],
    });
  });

  test('ends it where the next attempt would come too late', async () => {
    const { attempt } = activity();
    await expect(attempt(0, 1000, fail(busy(3 * minuteMs)))).rejects.toMatchObject({ nonRetryable: true });
  });

  test('ends it when its attempts hang and the engine gives them up', async () => {
    const { attempt, pass } = activity();
    void attempt(0, 0, () => new Promise(() => {}));
    pass(3 * minuteMs);
    await expect(attempt(0, 0, () => 'too late')).rejects.toMatchObject({ nonRetryable: true, type: 'no-answer' });
  });

  test('leaves waits for AWS to the clock', async () => {
    const { attempt, pass } = activity({ initialInterval: 1000, backoffCoefficient: 1, maximumInterval: 1000 });
    for (let looks = 0; looks < 5; looks += 1) {
      await expect(attempt(0, minuteMs, fail())).rejects.toMatchObject({ nonRetryable: false });
      pass(1000);
    }
  });
});
