import type { Client } from '@temporalio/client';

/**
 * `temporal.api.enums.v1.WorkflowTaskFailedCause` of tasks that failed although nothing is broken: something arrived while the
 * workflow closed (1, 31), its worker went away (13), or somebody closed, moved or reset it (17, 18, 20). The engine gives the
 * task again, and everything is taken in.
 */
const harmless: ReadonlySet<unknown> = new Set([1, 13, 17, 18, 20, 31]);

/** Workflow tasks that failed through our code or what it asked for (14 an exception, 24 non-determinism, …), each in words. */
export async function brokenTasksOf(temporal: Client, workflowId: string): Promise<readonly string[]> {
  const { events } = await temporal.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap(({ workflowTaskFailedEventAttributes: failed }) =>
    !failed || harmless.has(failed.cause)
      ? []
      : [`a workflow task of ${workflowId} failed (cause ${failed.cause ?? 0}): ${failed.failure?.message ?? ''}`],
  );
}
