import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readControl } from '../../client/runs/control.ts';
import { controlQueue, taskQueue } from '../../domain/queues.ts';
import { createControlCalls } from '../../worker/control-calls.ts';
import { controlStart } from '../../workflows/control-start.ts';
import { controlWorkflowId } from '../../workflows/messages.ts';
import { killSwitch } from '../engine/acting.ts';
import { until } from '../engine/outside.ts';
import { startShortHistories } from '../engine/short-histories.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

/** What lives long begins anew before its history grows too long; here the engine asks for it after 150 events. */
const suggestedAfter = 150;
let environment: TestWorkflowEnvironment;
let world: World;
beforeAll(async () => {
  environment = await startShortHistories(suggestedAfter);
  world = await createWorld({ source: false, temporalAddress: environment.address });
});
afterAll(async () => {
  await world.close();
  await environment.teardown();
});

const memo = { touches: 'isolated', runbook: 'restore-test', service: 'jira-cloud', resource: 'issues-db' } as const;

/** How often a workflow has begun anew, and how long its newest history is. */
async function histories(workflowId: string): Promise<{ executions: number; newest: number }> {
  let executions = 0;
  for await (const info of world.temporal.workflow.list({ query: `WorkflowId = '${workflowId}'` }))
    executions += info.workflowId === workflowId ? 1 : 0;
  const { historyLength } = await world.temporal.workflow.getHandle(workflowId).describe();
  return { executions, newest: historyLength };
}

test('control begins anew with a lock and the pulled switch in place, through many locks taken and freed', async () => {
  const control = createControlCalls(world.temporal, world.config.taskQueuePrefix);
  await control.acquireLock({ runId: 'kept', resources: ['a/kept'], memo: { ...memo, mode: 'real' } });
  expect(await killSwitch(world, 'hannah', 'stop-all-drills')).toMatchObject({ outcome: 'accepted' });
  const cycles = Array.from({ length: 200 }, (_, index) => `run-${index}`);
  for (let from = 0; from < cycles.length; from += 10)
    await Promise.all(
      cycles.slice(from, from + 10).map(async (runId) => {
        const lock = { runId, resources: [`a/${runId}`], memo: { ...memo, mode: 'real' } } as const;
        expect(await control.acquireLock(lock)).toEqual({ granted: true });
        await control.releaseLock({ runId });
      }),
    );
  await until(async () => (await readControl(world.runs)).locks.length === 1, 'all but one lock are free');
  expect(await readControl(world.runs)).toMatchObject({
    killSwitch: { pulled: true },
    locks: [{ runId: 'kept', resource: 'a/kept' }],
  });
  const seen = await histories(controlWorkflowId(world.config.taskQueuePrefix));
  expect(seen.executions).toBeGreaterThan(2);
  expect(seen.newest).toBeLessThan(suggestedAfter * 3);
});

test('control of an older version, which has its turns among the runs, moves to its own queue with its locks', async () => {
  const older = await createWorld({ source: false, temporalAddress: environment.address });
  try {
    const { taskQueuePrefix } = older.config;
    const locks = [{ resource: 'a/kept', runId: 'kept', runbook: 'restore-test', mode: 'real', sinceMs: 0 }] as const;
    const [type, options] = controlStart(taskQueuePrefix, { killSwitch: { pulled: true, by: 'Hannah' }, locks });
    const runs = taskQueue(taskQueuePrefix, 'workflows');
    const handle = await older.temporal.workflow.start(type, { ...options, taskQueue: runs });
    expect((await handle.describe()).taskQueue).toBe(runs);
    const control = createControlCalls(older.temporal, taskQueuePrefix);
    const newest = older.temporal.workflow.getHandle(controlWorkflowId(taskQueuePrefix));
    const moved = async (): Promise<boolean> => (await newest.describe()).taskQueue === controlQueue(taskQueuePrefix);
    for (let count = 0; !(await moved()); count++) {
      const lock = { runId: `run-${count}`, resources: [`a/${count}`], memo: { ...memo, mode: 'real' } } as const;
      expect(await control.acquireLock(lock)).toEqual({ granted: true });
      await control.releaseLock(lock);
    }
    await until(async () => (await readControl(older.runs)).locks.length === 1, 'all but one lock are free');
    expect(await readControl(older.runs)).toMatchObject({ killSwitch: { pulled: true, by: 'Hannah' }, locks });
    // Served there, too.
    expect(
      await control.acquireLock({ runId: 'other', resources: ['a/kept'], memo: { ...memo, mode: 'real' } }),
    ).toEqual({ granted: true });
  } finally {
    await older.close();
  }
});
