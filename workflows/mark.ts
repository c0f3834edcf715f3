import { upsertMemo } from '@temporalio/workflow';

/**
 * Leaves a mark in the memo where a workflow task would end without any command. A worker that was restarted after such a
 * task, and then got a click, gave its history another order than it had: the next worker took the task for a heartbeat and
 * merged it with the click's, and the run never moved again (temporalio/sdk-rust#1146). With a mark no task is empty; it
 * also lets `describe()` say how far recording and telling people have come, without any worker.
 */
export function leaveMark(what: 'recorded' | 'told' | 'watched' | 'heard', count: number): void {
  upsertMemo({ [what]: count });
}
