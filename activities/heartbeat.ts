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
 * Tells the engine every five seconds that `work` goes on, and tells `work` when it is to stop: the signal aborts on
 * cancellation, worker shutdown and activity time-out. Outside a worker it only runs `work`.
 */
export async function withHeartbeat<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const context = activityContext();
  if (context === undefined) return work(new AbortController().signal);
  context.heartbeat();
  const beat = setInterval(() => context.heartbeat(), 5_000);
  try {
    return await work(context.cancellationSignal);
  } finally {
    clearInterval(beat);
  }
}
