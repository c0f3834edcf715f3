import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { readRun } from '../../../store/read.ts';
import type { Witness } from './witness.ts';

/** @returns what it still waits for when time is up */
export async function settle(witness: Witness, runId: string, withinMs: number): Promise<string | undefined> {
  const giveUpAtMs = Date.now() + withinMs;
  let waitingFor = 'nothing was seen of it';
  for (;;) {
    try {
      const waiting = await notSettled(witness, runId);
      if (waiting === undefined) return undefined;
      waitingFor = waiting;
    } catch (error) {
      // What was killed is on its way back.
      waitingFor = `it could not be looked at: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (Date.now() > giveUpAtMs) return `not over within ${withinMs / 1000} s: ${waitingFor}`;
    await sleep(100);
  }
}

async function notSettled(witness: Witness, runId: string): Promise<string | undefined> {
  const run = await readRun(witness.store, runId);
  for (const workflowId of [runId, `delivery/${runId}`]) {
    const status = await statusOf(witness, workflowId);
    if (status === 'RUNNING') return `${workflowId} waits for ${await pendingOf(witness.temporal, workflowId)}`;
    // A run that never told anybody anything has no delivery; the invariants will say so.
    if (status === undefined && workflowId === runId) return 'Temporal does not know it';
  }
  if (run?.projection.judged === undefined || run.projection.sealed === undefined)
    return `the store has it as ${run?.projection.state ?? 'unknown'}`;
  return undefined;
}

export async function statusOf({ temporal }: Witness, workflowId: string): Promise<string | undefined> {
  try {
    return (await temporal.workflow.getHandle(workflowId).describe()).status.name;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** What a workflow waits for in Temporal, and why its last attempt failed. */
export async function pendingOf(temporal: Client, workflowId: string): Promise<string> {
  const { raw, status, historyLength } = await temporal.workflow.getHandle(workflowId).describe();
  const activities = (raw.pendingActivities ?? []).map(
    (one) =>
      `${one.activityType?.name ?? ''} (attempt ${one.attempt ?? 0}: ${one.lastFailure?.message ?? 'no failure'})`,
  );
  const task = raw.pendingWorkflowTask ? [`workflow task, attempt ${raw.pendingWorkflowTask.attempt ?? 0}`] : [];
  return (
    [...activities, ...task].join('; ') ||
    `nothing (${status.name}, ${historyLength} events, ${await courseOf(temporal, workflowId)})`
  );
}

/** How a workflow came to wait for nothing that anybody does: what failed, and what came last. */
async function courseOf(temporal: Client, workflowId: string): Promise<string> {
  const { events } = await temporal.workflow.getHandle(workflowId).fetchHistory();
  const failures = (events ?? []).flatMap(({ activityTaskFailedEventAttributes: failed }) =>
    failed?.failure?.message ? [failed.failure.message] : [],
  );
  const last = (events ?? [])
    .slice(-12)
    .map(
      ({ activityTaskScheduledEventAttributes: scheduled, ...event }) =>
        scheduled?.activityType?.name ?? Object.keys(event).find((name) => name.endsWith('Attributes')) ?? '?',
    );
  return `failures: ${failures.join(', ') || 'none'}; last events: ${last.join(', ').replaceAll('EventAttributes', '')}`;
}
