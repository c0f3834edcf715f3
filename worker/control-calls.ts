import { isGrpcServiceError, WithStartWorkflowOperation, WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { ControlCalls } from '../activities/record/control.ts';
import { FiredrillError } from '../domain/errors.ts';
import { controlIn, controlStart, nothingHeld } from '../workflows/control-start.ts';
import { acquireLockUpdate, controlWorkflowId, releaseLockSignal } from '../workflows/messages.ts';
import type { ControlMemo } from '../workflows/messages.ts';

/**
 * Locks asked for at the same time by one process. The server takes ten Updates of one workflow at once and refuses the
 * rest, and a hundred runs that start together would keep it busy with refusing.
 */
const locksAtOnce = 8;
/** Nobody answers, or not in time for those who wait behind: asked again later, and taking a lock twice is taking it once. */
const lockDeadlineMs = 10_000;

/** The control workflow as activities and the guard use it. */
export function createControlCalls(client: Client, taskQueuePrefix: string): ControlCalls {
  const workflowId = controlWorkflowId(taskQueuePrefix);
  const inTurn = atMostAtOnce(locksAtOnce);
  /** What the newest control workflow holds, also one that somebody ended. */
  const readHeld = async (): Promise<ControlMemo> => {
    try {
      return controlIn((await client.workflow.getHandle(workflowId).describe()).memo);
    } catch (error) {
      // There is no control workflow before the first lock or stop.
      if (error instanceof WorkflowNotFoundError) return nothingHeld;
      throw error;
    }
  };
  return {
    async readKillSwitch() {
      try {
        return (await readHeld()).killSwitch;
      } catch (error) {
        throw unreachable(error);
      }
    },
    async acquireLock(request, signal) {
      const ask = async () => {
        try {
          return await client.workflow.getHandle(workflowId).executeUpdate(acquireLockUpdate, { args: [request] });
        } catch (error) {
          if (!(error instanceof WorkflowNotFoundError)) throw error;
          // None runs: only then is it worth to ask what the last one held.
          const start = controlStart(taskQueuePrefix, await readHeld());
          return await client.workflow.executeUpdateWithStart(acquireLockUpdate, {
            args: [request],
            startWorkflowOperation: new WithStartWorkflowOperation(...start),
          });
        }
      };
      return await inTurn(async () => {
        try {
          return await client.withDeadline(Date.now() + lockDeadlineMs, () => againIfItBeganAnew(ask));
        } catch (error) {
          throw unreachable(error);
        }
      }, signal);
    },
    async releaseLock(request) {
      try {
        await client.workflow.getHandle(workflowId).signal(releaseLockSignal, request);
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return;
        throw unreachable(error);
      }
    },
    async isRunClosed({ runId }) {
      try {
        return (await client.workflow.getHandle(runId).describe()).status.name !== 'RUNNING';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return true;
        throw unreachable(error);
      }
    },
  };
}

/**
 * Work waits, in order, until less than this is under way. An attempt that is over gives up its place: nobody would hear its
 * answer, and those that are still wanted would stand behind it.
 */
function atMostAtOnce(most: number): <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T> {
  const waiting: (() => void)[] = [];
  let underWay = 0;
  const place = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(take), 1);
        reject(signal?.reason as Error);
      };
      const take = (): void => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      waiting.push(take);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  return async (work, signal) => {
    signal?.throwIfAborted();
    if (underWay < most) underWay += 1;
    else await place(signal);
    try {
      return await work();
    } finally {
      // Its place is handed over, so that nobody who comes later overtakes.
      const next = waiting.shift();
      if (next === undefined) underWay -= 1;
      else next();
    }
  };
}

/** gRPC: what was asked does not fit the state that the workflow is in now. */
const failedPrecondition = 9;

/**
 * An Update that met the control workflow while it made room for its next execution was thrown away with the task that
 * held it, when a Signal came at the same moment. It was not heard, and taking a lock twice is taking it once.
 */
async function againIfItBeganAnew<T>(ask: () => Promise<T>): Promise<T> {
  for (let patience = 5; ; patience -= 1) {
    try {
      return await ask();
    } catch (error) {
      // The client throws the server's answer as it is, or as the cause of its own error.
      const answer: unknown = isGrpcServiceError(error) ? error : error instanceof Error ? error.cause : undefined;
      if (patience === 0 || !isGrpcServiceError(answer) || answer.code !== failedPrecondition) throw error;
    }
  }
}

const unreachable = (cause: unknown): FiredrillError =>
  new FiredrillError(
    {
      code: 'control-unreachable',
      kind: 'busy',
      what: 'The control workflow (locks and kill switch) does not answer.',
      means: 'The run waits for it; a drill that cannot read the kill switch takes no further step.',
      next: 'It is tried again by itself; if it stays so, look at Temporal and at the worker of the queue "workflows".',
    },
    { cause },
  );
