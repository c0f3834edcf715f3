import { WithStartWorkflowOperation, WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { ControlCalls } from '../activities/record/control.ts';
import { FiredrillError } from '../domain/errors.ts';
import { controlIn, controlStart, nothingHeld } from '../workflows/control-start.ts';
import { acquireLockUpdate, controlWorkflowId, releaseLockSignal } from '../workflows/messages.ts';

/** The control workflow as activities and the guard use it. */
export function createControlCalls(client: Client, taskQueuePrefix: string): ControlCalls {
  const workflowId = controlWorkflowId(taskQueuePrefix);
  const readKillSwitch = async () => {
    try {
      const { memo } = await client.workflow.getHandle(workflowId).describe();
      return controlIn(memo).killSwitch;
    } catch (error) {
      // There is no control workflow before the first lock or stop.
      if (error instanceof WorkflowNotFoundError) return nothingHeld.killSwitch;
      throw unreachable(error);
    }
  };
  return {
    readKillSwitch,
    async acquireLock(request) {
      try {
        return await client.workflow.executeUpdateWithStart(acquireLockUpdate, {
          args: [request],
          startWorkflowOperation: new WithStartWorkflowOperation(...controlStart(taskQueuePrefix)),
        });
      } catch (error) {
        throw unreachable(error);
      }
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
