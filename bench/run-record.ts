import type { Client } from '@temporalio/client';

/** What one closed workflow cost the engine, by its history. */
export interface RunRecord {
  readonly startedAtMs: number;
  readonly closedAtMs: number;
  readonly historyEvents: number;
  readonly historyBytes: number;
  readonly activities: number;
  /** Attempts of all activities together; a look that was "not yet" counts like any other. */
  readonly attempts: number;
  readonly workflowTasks: number;
}

/** Waits until a workflow is closed, and reads its history. */
export async function recordOf(temporal: Client, workflowId: string, withinMs: number): Promise<RunRecord> {
  const handle = temporal.workflow.getHandle(workflowId);
  const giveUpAtMs = Date.now() + withinMs;
  for (;;) {
    const { status, historySize } = await handle.describe();
    if (status.name !== 'RUNNING') return summaryOf((await handle.fetchHistory()).events ?? [], historySize ?? 0);
    if (Date.now() > giveUpAtMs) throw new Error(`${workflowId} was not closed after ${Math.round(withinMs / 1000)} s`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

type HistoryEvents = NonNullable<
  Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>['events']
>;

function summaryOf(events: HistoryEvents, historyBytes: number): RunRecord {
  const started = events.flatMap(({ activityTaskStartedEventAttributes: it }) => (it ? [it.attempt ?? 1] : []));
  return {
    startedAtMs: msOf(events[0]?.eventTime),
    closedAtMs: msOf(events.at(-1)?.eventTime),
    historyEvents: events.length,
    historyBytes,
    activities: events.filter((event) => event.activityTaskScheduledEventAttributes).length,
    attempts: started.reduce((sum, attempt) => sum + attempt, 0),
    workflowTasks: events.filter((event) => event.workflowTaskCompletedEventAttributes).length,
  };
}

const msOf = (time: HistoryEvents[number]['eventTime']): number =>
  Number(time?.seconds ?? 0) * 1000 + Number(time?.nanos ?? 0) / 1e6;
