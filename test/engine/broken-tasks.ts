import type { Client } from '@temporalio/client';

/**
 * `temporal.api.enums.v1.WorkflowTaskFailedCause` of tasks that failed although nothing is broken: something arrived while the
 * workflow closed (1, 31), its worker went away (13), or somebody closed, moved or reset it (17, 18, 20). The engine gives the
 * task again, and everything is taken in.
 */
const harmless: ReadonlySet<unknown> = new Set([1, 13, 17, 18, 20, 31]);

/** How many of those there may be in one run; more is a storm that nothing outside explains. */
const harmlessAtMost = 20;

/** Workflow tasks that failed through our code or what it asked for (14 an exception, 24 non-determinism, …), each in words. */
export async function brokenTasksOf(temporal: Client, workflowId: string): Promise<readonly string[]> {
  const { events } = await temporal.workflow.getHandle(workflowId).fetchHistory();
  const failed = (events ?? []).flatMap(({ workflowTaskFailedEventAttributes: it }) => (it ? [it] : []));
  const broken = failed.filter(({ cause }) => !harmless.has(cause));
  return [
    ...broken.map(
      ({ cause, failure }) =>
        `a workflow task of ${workflowId} failed (cause ${cause ?? 0}): ${failure?.message ?? 'no message'}`,
    ),
    ...(failed.length - broken.length > harmlessAtMost
      ? [`${failed.length - broken.length} workflow tasks of ${workflowId} had to be given again`]
      : []),
  ];
}
