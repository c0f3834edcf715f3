const minutes = 60_000;

/**
 * How long an activity may stand in its queue beside the time that it may work for, milliseconds. A quarter begins for
 * everything at once, and what is durable waits for its turn: two processors take a thousand runs to their gates in some five
 * minutes. Where no worker serves a queue at all, this is how much later that is told.
 */
export const longestTurnMs = 30 * minutes;

/** What Temporal says of an activity's patience, milliseconds. */
interface Patience {
  readonly scheduleToCloseTimeoutMs: number;
  readonly retryPolicy?: { readonly backoffCoefficient?: number };
}

/**
 * How long attempts and the pauses between them may take, milliseconds, where waiting for a worker is not to count; undefined
 * where the whole time counts. Waits for AWS, which look at a fixed interval, have a deadline by the clock.
 */
export function ownDeadlineMs({ scheduleToCloseTimeoutMs, retryPolicy }: Patience): number | undefined {
  if (retryPolicy?.backoffCoefficient === 1 || scheduleToCloseTimeoutMs <= longestTurnMs) return undefined;
  return scheduleToCloseTimeoutMs - longestTurnMs;
}
