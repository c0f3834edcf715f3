import { Context } from '@temporalio/activity';

/** The running activity, or undefined outside a worker (unit tests, `firedrill sweep`). */
export function activityContext(): Context | undefined {
  try {
    return Context.current();
  } catch {
    return undefined; // the SDK has no other way to ask
  }
}

/**
 * Tells `work` when it is to stop: the signal aborts on cancellation, worker shutdown and activity time-out. The worker
 * itself tells the engine that `work` goes on. Outside a worker it only runs `work`.
 */
export async function stoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return await work(activityContext()?.cancellationSignal ?? new AbortController().signal);
}

/**
 * How long this attempt may still take before the engine gives it up, milliseconds; undefined where nothing limits it. An
 * attempt after a killed one has what the step has left, which may be less than an attempt's own time. Differences of the
 * server's times only: its clock may not be ours.
 */
export function attemptLimitMs(): number | undefined {
  const info = activityContext()?.info;
  if (info === undefined) return undefined;
  const { startToCloseTimeoutMs, scheduleToCloseTimeoutMs, scheduledTimestampMs, currentAttemptScheduledTimestampMs } =
    info;
  const ofStep = scheduleToCloseTimeoutMs - (currentAttemptScheduledTimestampMs - scheduledTimestampMs);
  const limits = [
    ...(startToCloseTimeoutMs > 0 ? [startToCloseTimeoutMs] : []),
    ...(scheduleToCloseTimeoutMs > 0 ? [ofStep] : []),
  ];
  return limits.length === 0 ? undefined : Math.min(...limits);
}
