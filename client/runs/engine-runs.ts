import { WorkflowNotFoundError } from '@temporalio/client';
import type { WorkflowExecutionInfo } from '@temporalio/client';
import { taskQueue } from '../../domain/queues.ts';
import type { JudgedMemo, RunMemo } from '../../domain/modes.ts';
import { runWorkflowTypes } from '../../runbooks/index.ts';
import type { RunsDeps } from './deps.ts';
import { reachTemporal } from './reach-temporal.ts';

/** A run as the engine itself knows it, without store and without worker: for what the store does not say, or not yet. */
export interface EngineRun {
  readonly runId: string;
  readonly runbook: string;
  readonly service: string;
  readonly resource: string;
  readonly mode: string;
  /** The engine has not ended it: it works, or waits for people, or for the store. */
  readonly isOpen: boolean;
  readonly judged?: JudgedMemo;
  readonly startedAtMs: number;
  readonly endedAtMs?: number;
}

/** What a run is at, as far as the engine can tell, in words. */
export function engineState({ isOpen, judged }: EngineRun): string {
  if (!isOpen) return judged === undefined ? 'ended without a verdict' : 'over, missing in the store';
  if (judged === undefined) return 'under way, recording pending';
  return judged.verdict === 'passed' ? 'recovered, recording pending' : 'over, recording pending';
}

/** Undefined when the engine does not know it. @throws TemporalUnreachableError */
export async function runInEngine(deps: Pick<RunsDeps, 'temporal'>, runId: string): Promise<EngineRun | undefined> {
  try {
    return engineRun(
      await reachTemporal(deps, (client) => client.workflow.getHandle(runId).describe(), engineDeadlineMs),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** The newest runs of this installation, open or not. @throws TemporalUnreachableError */
export async function newestInEngine(
  deps: Pick<RunsDeps, 'temporal' | 'taskQueuePrefix'>,
  limit: number,
): Promise<readonly EngineRun[]> {
  const query = `WorkflowType IN (${runWorkflowTypes.map((type) => `'${type}'`).join(', ')}) AND TaskQueue = '${taskQueue(deps.taskQueuePrefix, 'workflows')}'`;
  return await reachTemporal(
    deps,
    async (client) => {
      const runs: EngineRun[] = [];
      for await (const info of client.workflow.list({ query, pageSize: limit })) {
        // After a reset one run has several executions; the newest is listed first.
        if (!runs.some(({ runId }) => runId === info.workflowId)) runs.push(engineRun(info));
        if (runs.length >= limit) break;
      }
      return runs;
    },
    engineDeadlineMs,
  );
}

/** Looking is not worth waiting long for, milliseconds. */
const engineDeadlineMs = 3000;

function engineRun(
  info: Pick<WorkflowExecutionInfo, 'workflowId' | 'memo' | 'status' | 'startTime' | 'closeTime'>,
): EngineRun {
  const memo = (info.memo ?? {}) as Partial<RunMemo & { readonly judged: JudgedMemo }>;
  return {
    runId: info.workflowId,
    runbook: memo.runbook ?? '',
    service: memo.service ?? '',
    resource: memo.resource ?? '',
    mode: memo.mode ?? '',
    isOpen: info.status.name === 'RUNNING',
    ...(memo.judged === undefined ? {} : { judged: memo.judged }),
    startedAtMs: info.startTime.getTime(),
    ...(info.closeTime === undefined ? {} : { endedAtMs: info.closeTime.getTime() }),
  };
}
