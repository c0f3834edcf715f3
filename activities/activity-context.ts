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
