import type { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { DecisionAnswer, SignedDecision } from '../../domain/gate.ts';
import { decideLaterSignal, decideUpdate, tooManyAttemptsType } from '../../workflows/messages.ts';
import type { RunsDeps } from './deps.ts';
import { handToRun } from './hand-to-run.ts';
import type { Queued } from './hand-to-run.ts';

/** The run's answer, or that it will come later. */
export type DecisionResult = DecisionAnswer | Queued;

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
  return await handToRun(deps, {
    runId: target.runId,
    update: (handle) => handle.executeUpdate(decideUpdate, { args: [signed], updateId: target.decisionId }),
    later: (handle) => handle.signal(decideLaterSignal, signed),
    turnedAway: refusedAtTheDoor,
    runOver,
  });
}

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
