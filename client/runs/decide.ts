import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { DecisionAnswer, SignedDecision } from '../../domain/gate.ts';
import { decideLaterSignal, decideUpdate, tooManyAttemptsType } from '../../workflows/messages.ts';
import type { RunsDeps } from './deps.ts';
import { reachTemporal, TemporalUnreachableError } from './reach-temporal.ts';
import { Turnstile } from './turnstile.ts';

/** The engine has it and will judge it when a worker is back; nobody may call it approved before. */
export interface QueuedDecision {
  readonly outcome: 'queued';
  readonly text: string;
}

export type DecisionResult = DecisionAnswer | QueuedDecision;

/** How long a click waits for its answer before it is left as a Signal, milliseconds. */
export const answerWithinMs = 2000;

/** How long leaving it as a Signal may take, milliseconds: a person hears within three seconds what became of a click. */
export const leaveWithinMs = 900;

/**
 * Hands a signed decision to its run. Waits two seconds for the answer; then leaves the same decision as a Signal,
 * which the run takes once, by its id, when a worker is back.
 *
 * @param target.decisionId - the click's own id; also the Update id, so that repeats get the first answer
 * @returns the run's answer; `refused` with `run-over` when the run is closed or unknown
 * @throws TemporalUnreachableError when not even the Signal got through
 */
export async function decideRun(
  deps: Pick<RunsDeps, 'temporal'>,
  signed: SignedDecision,
  target: { readonly runId: string; readonly decisionId: string },
): Promise<DecisionResult> {
  const handle = deps.temporal.workflow.getHandle(target.runId);
  const update = (): Promise<DecisionAnswer> =>
    reachTemporal(
      deps,
      () => handle.executeUpdate(decideUpdate, { args: [signed], updateId: target.decisionId }),
      answerWithinMs,
    );
  try {
    const answer = await turnstile.pass(target.runId, update, isInVain);
    if (answer !== undefined) return answer;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return runOver;
    if (error instanceof WorkflowUpdateFailedError) return refusedAtTheDoor(error);
    if (!isInVain(error)) throw error;
  }
  try {
    await reachTemporal(deps, () => handle.signal(decideLaterSignal, signed), leaveWithinMs);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return runOver;
    throw error;
  }
  return queued;
}

const turnstile = new Turnstile();

/** Nobody answered: the run's worker, or the engine itself. */
const isInVain = (error: unknown): boolean =>
  error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || error instanceof TemporalUnreachableError;

export const queued: QueuedDecision = {
  outcome: 'queued',
  text: 'Recorded; it will count when the engine is back. You need not click again.',
};

/** What the run's validator turned away, before it became a decision. */
function refusedAtTheDoor({ cause, message }: WorkflowUpdateFailedError): DecisionAnswer {
  const tooMany = cause instanceof ApplicationFailure && cause.type === tooManyAttemptsType;
  return { outcome: 'refused', code: tooMany ? 'too-many-attempts' : 'malformed', text: cause?.message ?? message };
}

const runOver: DecisionAnswer = {
  outcome: 'refused',
  code: 'run-over',
  text: 'This run is over, or there is no such run; the decision came too late.',
};
