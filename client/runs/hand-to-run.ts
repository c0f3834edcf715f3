import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import type { RunsDeps } from './deps.ts';
import { reachTemporal, TemporalUnreachableError } from './reach-temporal.ts';
import { Turnstile } from './turnstile.ts';

/** The engine has it and will judge it when a worker is back; nobody may call it done before. */
export interface Queued {
  readonly outcome: 'queued';
  readonly text: string;
}

/** How long a click waits for its answer before it is left as a Signal, milliseconds. */
export const answerWithinMs = 2000;

/** How long leaving it as a Signal may take, milliseconds: a person hears within three seconds what became of a click. */
export const leaveWithinMs = 900;

/** What a person hears when the engine did not answer in time; never a yes. */
export const queued: Queued = {
  outcome: 'queued',
  text: 'Recorded; it will count when the engine is back. You need not click again.',
};

/**
 * Hands what a person signed to its run. Waits two seconds for the answer; then leaves the same as a Signal, which the run
 * takes once, by its id, when a worker is back.
 *
 * @param what.turnedAway - the answer when the run's validator lets it not even in
 * @param what.runOver - the answer when the run is closed or unknown
 * @throws TemporalUnreachableError when not even the Signal got through
 */
export async function handToRun<Answer>(
  deps: Pick<RunsDeps, 'temporal'>,
  what: {
    readonly runId: string;
    readonly update: (handle: WorkflowHandle) => Promise<Answer>;
    readonly later: (handle: WorkflowHandle) => Promise<void>;
    readonly turnedAway: (error: WorkflowUpdateFailedError) => Answer;
    readonly runOver: Answer;
  },
): Promise<Answer | Queued> {
  const handle = deps.temporal.workflow.getHandle(what.runId);
  const update = (): Promise<Answer> => reachTemporal(deps, () => what.update(handle), answerWithinMs);
  try {
    const answer = await turnstile.pass(what.runId, update, isInVain);
    if (answer !== undefined) return answer;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return what.runOver;
    if (error instanceof WorkflowUpdateFailedError) return what.turnedAway(error);
    if (!isInVain(error)) throw error;
  }
  try {
    await reachTemporal(deps, () => what.later(handle), leaveWithinMs);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return what.runOver;
    throw error;
  }
  return queued;
}

const turnstile = new Turnstile();

/** Nobody answered: the run's worker, or the engine itself. */
const isInVain = (error: unknown): boolean =>
  error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || error instanceof TemporalUnreachableError;
