import {
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { SignedDecision } from '../../domain/gate.ts';
import { controlIn, controlStart, nothingHeld } from '../../workflows/control-start.ts';
import { controlWorkflowId, killSwitchLaterSignal, killSwitchUpdate } from '../../workflows/messages.ts';
import type { ControlMemo } from '../../workflows/messages.ts';
import { answerWithinMs, leaveWithinMs, queued } from './hand-to-run.ts';
import type { DecisionResult } from './decide.ts';
import type { RunsDeps } from './deps.ts';
import { reachTemporal, TemporalUnreachableError } from './reach-temporal.ts';

/**
 * Kill switch and locks as the control workflow's memo shows them; needs no worker.
 *
 * @throws TemporalUnreachableError when they cannot be read
 */
export async function readControl(deps: Pick<RunsDeps, 'temporal' | 'taskQueuePrefix'>): Promise<ControlMemo> {
  try {
    const { memo } = await reachTemporal(deps, (client) =>
      client.workflow.getHandle(controlWorkflowId(deps.taskQueuePrefix)).describe(),
    );
    return controlIn(memo);
  } catch (error) {
    // Nobody has ever locked or stopped anything.
    if (error instanceof WorkflowNotFoundError) return nothingHeld;
    throw error;
  }
}

/**
 * Pulls or releases the kill switch; starts the control workflow when there is none yet. When nobody answers within two
 * seconds the decision is left as a Signal, which counts once, by its id, as soon as a worker is back.
 *
 * @throws TemporalUnreachableError when not even the Signal got through
 */
export async function changeKillSwitch(
  deps: Pick<RunsDeps, 'temporal' | 'taskQueuePrefix'>,
  signed: SignedDecision,
  decisionId: string,
): Promise<DecisionResult> {
  // A stop must get through also where nothing can be read in time; what is missing then is locks of runs that are gone.
  const held = await readControl(deps).catch((error: unknown) => {
    if (error instanceof TemporalUnreachableError) return nothingHeld;
    throw error;
  });
  const [type, options] = controlStart(deps.taskQueuePrefix, held);
  try {
    return await reachTemporal(
      deps,
      (client) =>
        client.workflow.executeUpdateWithStart(killSwitchUpdate, {
          updateId: decisionId,
          args: [signed],
          startWorkflowOperation: new WithStartWorkflowOperation(type, options),
        }),
      answerWithinMs,
    );
  } catch (error) {
    if (!(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) && !(error instanceof TemporalUnreachableError))
      throw error;
  }
  await reachTemporal(
    deps,
    (client) =>
      client.workflow.signalWithStart(type, { ...options, signal: killSwitchLaterSignal, signalArgs: [signed] }),
    leaveWithinMs,
  );
  return queued;
}
