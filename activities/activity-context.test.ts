import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, test } from 'vitest';
import { attemptLimitMs } from './activity-context.ts';

const limitOf = async (info: ConstructorParameters<typeof MockActivityEnvironment>[0]): Promise<number | undefined> =>
  (await new MockActivityEnvironment(info).run(async () => attemptLimitMs())) as number | undefined;

const step = { startToCloseTimeoutMs: 30_000, scheduleToCloseTimeoutMs: 60_000, scheduledTimestampMs: 1_000_000 };

describe('how long an attempt may take', () => {
  test('is its own time while the step has that left', async () => {
    expect(await limitOf({ ...step, currentAttemptScheduledTimestampMs: 1_000_000 })).toBe(30_000);
    expect(await limitOf({ ...step, currentAttemptScheduledTimestampMs: 1_029_000 })).toBe(30_000);
  });

  test('is what the step has left after attempts that died', async () => {
    expect(await limitOf({ ...step, currentAttemptScheduledTimestampMs: 1_050_000 })).toBe(10_000);
  });

  test('is unknown where nothing limits it', async () => {
    expect(await limitOf({ ...step, startToCloseTimeoutMs: 0, scheduleToCloseTimeoutMs: 0 })).toBeUndefined();
    expect(attemptLimitMs()).toBeUndefined();
  });
});
