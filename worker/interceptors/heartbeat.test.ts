import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test, vi } from 'vitest';
import { heartbeatEveryMs, heartbeatInterceptor } from './heartbeat.ts';

test('an activity that takes long is said to be alive until it ends, and no longer', async () => {
  vi.useFakeTimers();
  try {
    const environment = new MockActivityEnvironment();
    const beats: unknown[] = [];
    environment.on('heartbeat', (details: unknown) => beats.push(details));
    const { execute } = heartbeatInterceptor(environment.context).inbound;
    let finish: (value: string) => void = () => undefined;
    const work = new Promise<string>((resolve) => {
      finish = resolve;
    });
    const running = execute?.({ args: [], headers: {} }, () => work);
    await vi.advanceTimersByTimeAsync(3 * heartbeatEveryMs);
    expect(beats).toHaveLength(3);
    finish('done');
    await expect(running).resolves.toBe('done');
    await vi.advanceTimersByTimeAsync(3 * heartbeatEveryMs);
    expect(beats).toHaveLength(3);
  } finally {
    vi.useRealTimers();
  }
});
