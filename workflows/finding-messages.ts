import { defineSignal } from '@temporalio/workflow';

/** There may be news of a finding: its ticket was changed, or a run that may prove it is over. A hint; the workflow looks for itself. */
export const findingHintSignal = defineSignal<[]>('finding-hint');

/** Id of the workflow that watches all tickets of a Jira project. */
export const ticketWatchWorkflowId = (taskQueuePrefix: string, project: string): string =>
  `${taskQueuePrefix}ticket-watch/${project}`;

/** What the watch is told about one finding. */
export interface WatchRequest {
  readonly fingerprint: string;
  /** Absent while its ticket is not filed. */
  readonly key?: string;
  /** It is closed, and nobody follows it any more. */
  readonly stop?: boolean;
}

/** A finding wants to be told of changes, or no longer. Safe to repeat. */
export const watchFindingSignal = defineSignal<[WatchRequest]>('watch-finding');
