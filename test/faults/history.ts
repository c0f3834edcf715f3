import type { Client } from '@temporalio/client';

/** One thing that a workflow's history says: an activity was asked for, or has answered. */
export interface Boundary {
  readonly workflow: 'run' | 'delivery';
  readonly activity: string;
  readonly edge: 'scheduled' | 'completed';
}

export const boundaryText = ({ workflow, activity, edge }: Boundary): string =>
  `${activity} ${edge}${workflow === 'delivery' ? ' (delivery)' : ''}`;

export const workflowIdOf = (runId: string, workflow: Boundary['workflow']): string =>
  workflow === 'run' ? runId : `delivery/${runId}`;

/** The boundaries of a history page, in their order; `names` remembers activities from page to page. */
function boundariesOf(
  events: readonly HistoryEvent[],
  workflow: Boundary['workflow'],
  names: Map<string, string>,
): Boundary[] {
  return events.flatMap((event): Boundary[] => {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      const activity = scheduled.activityType?.name ?? '';
      names.set(String(event.eventId), activity);
      return [{ workflow, activity, edge: 'scheduled' }];
    }
    const completed = event.activityTaskCompletedEventAttributes;
    const activity = names.get(String(completed?.scheduledEventId));
    return completed && activity !== undefined ? [{ workflow, activity, edge: 'completed' }] : [];
  });
}

type HistoryResponse = Awaited<ReturnType<Client['workflowService']['getWorkflowExecutionHistory']>>;
type HistoryEvent = NonNullable<NonNullable<HistoryResponse['history']>['events']>[number];

/** Every kind of boundary that a run which is over went through, in their first order. */
export async function boundariesSeen(temporal: Client, runId: string): Promise<readonly Boundary[]> {
  const seen = new Map<string, Boundary>();
  for (const workflow of ['run', 'delivery'] as const) {
    const { events } = await temporal.workflow.getHandle(workflowIdOf(runId, workflow)).fetchHistory();
    for (const boundary of boundariesOf((events ?? []) as HistoryEvent[], workflow, new Map()))
      seen.set(boundaryText(boundary), seen.get(boundaryText(boundary)) ?? boundary);
  }
  return [...seen.values()];
}

/**
 * Waits until a run passes a boundary, told by the server at the moment of the event.
 *
 * @param temporal - asked for anew after trouble: the server may be another by then
 * @returns false when the workflow ended without passing it
 */
export async function untilBoundary(
  temporal: () => Client,
  runId: string,
  wanted: Boundary,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    try {
      return await follow(temporal(), runId, wanted, signal);
    } catch {
      // The server is away, or the workflow is not there yet.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return false;
}

async function follow(temporal: Client, runId: string, wanted: Boundary, signal: AbortSignal): Promise<boolean> {
  const names = new Map<string, string>();
  const text = boundaryText(wanted);
  let nextPageToken: Uint8Array | undefined;
  while (!signal.aborted) {
    const page: HistoryResponse = await temporal.connection.withDeadline(Date.now() + 10_000, () =>
      temporal.workflowService.getWorkflowExecutionHistory({
        namespace: temporal.options.namespace,
        execution: { workflowId: workflowIdOf(runId, wanted.workflow) },
        waitNewEvent: true,
        ...(nextPageToken === undefined ? {} : { nextPageToken }),
      }),
    );
    const boundaries = boundariesOf(page.history?.events ?? [], wanted.workflow, names);
    if (boundaries.some((boundary) => boundaryText(boundary) === text)) return true;
    // No token for more: the workflow is closed.
    if (page.nextPageToken === undefined || page.nextPageToken === null || page.nextPageToken.length === 0)
      return false;
    nextPageToken = page.nextPageToken;
  }
  return false;
}
