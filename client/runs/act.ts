import { ApplicationFailure } from '@temporalio/common';
import { actRefused } from '../../domain/act.ts';
import type { ActAnswer, SignedAct } from '../../domain/act.ts';
import { actLaterSignal, actUpdate, tooManyAttemptsType } from '../../workflows/messages.ts';
import type { RunsDeps } from './deps.ts';
import { handToRun } from './hand-to-run.ts';
import type { Queued } from './hand-to-run.ts';

/** The run's answer, or that it will come later. */
export type ActResult = ActAnswer | Queued;

/**
 * Hands a signed act to its run: an answer in a review, a role in an exercise.
 *
 * @param target.actId - the click's own id; also the Update id, so that repeats get the first answer
 * @returns the run's answer; `refused` with `run-over` when the run is closed or unknown
 * @throws TemporalUnreachableError when not even the Signal got through
 */
export const actOnRun = (
  deps: Pick<RunsDeps, 'temporal'>,
  signed: SignedAct,
  target: { readonly runId: string; readonly actId: string },
): Promise<ActResult> =>
  handToRun<ActAnswer>(deps, {
    runId: target.runId,
    update: (handle) => handle.executeUpdate(actUpdate, { args: [signed], updateId: target.actId }),
    later: (handle) => handle.signal(actLaterSignal, signed),
    turnedAway: ({ cause, message }) =>
      actRefused(
        cause instanceof ApplicationFailure && cause.type === tooManyAttemptsType ? 'too-many-attempts' : 'malformed',
        cause?.message ?? message,
      ),
    runOver: actRefused('run-over', 'This run is over, or there is no such run; it came too late.'),
  });
