import { isGrpcServiceError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { FiredrillError } from '../../domain/errors.ts';

/**
 * gRPC codes that mean "not now": cancelled (nobody cancels here: a busy server whose deadline was over before ours has reset
 * the call), deadline exceeded, resource exhausted, failed precondition (the task that held an Update was thrown away, as when a
 * workflow begins anew at that moment), unavailable.
 */
const passing: readonly number[] = [1, 4, 8, 9, 14];

/** Temporal did not answer. What was asked may or may not have happened: repeating it is safe everywhere it is used. */
export class TemporalUnreachableError extends FiredrillError {
  override readonly name = 'TemporalUnreachableError';
  constructor(cause: unknown) {
    super(
      {
        code: 'temporal-unreachable',
        kind: 'busy',
        what: 'The workflow engine (Temporal) does not answer.',
        means: 'Runs that are under way are safe and go on when it is back; this request was not confirmed.',
        next: 'Try again in a minute; if it stays so: firedrill doctor',
      },
      { cause },
    );
  }
}

/**
 * Asks Temporal something, with a deadline.
 *
 * @param deadlineMs - default 5000
 * @throws TemporalUnreachableError when it does not answer; everything else as it is
 */
export async function reachTemporal<T>(
  deps: { readonly temporal: Client },
  ask: (client: Client) => Promise<T>,
  deadlineMs = 5000,
): Promise<T> {
  try {
    return await deps.temporal.withDeadline(Date.now() + deadlineMs, () => ask(deps.temporal));
  } catch (error) {
    if (isGrpcServiceError(error) && passing.includes(error.code)) throw new TemporalUnreachableError(error);
    if (error instanceof Error && isGrpcServiceError(error.cause) && passing.includes(error.cause.code))
      throw new TemporalUnreachableError(error);
    throw error;
  }
}
