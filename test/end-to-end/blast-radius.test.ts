import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planRestoreTest } from '../../client/runs/plan-restore-test.ts';
import type { RunMemo } from '../../domain/modes.ts';
import { taskQueue } from '../../domain/queues.ts';
import type { openIsolatedRun, openTouchingNothing } from '../../workflows/run.ts';
import { approve, copyNameOf, untilSealed } from '../engine/acting.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld({ source: false });
});
afterAll(() => world.close());

const initiator = { personId: 'daniel-kim', name: 'Daniel Kim' };

/** Starts the restore test's workflow with a memo of one's own, past every check of the client. */
async function startWith(memo: RunMemo, runId: string): Promise<string> {
  // The arguments name another run: whatever they say, the memo and the workflow's own id count.
  const plan = planRestoreTest(
    await world.runs.catalog(),
    { service: 'jira-cloud', resource: 'issues-db', point: 'latest', initiator, via: 'cli' },
    'restore-test/jira-cloud/issues-db/2020Q1',
    world.runs,
    Date.now(),
  );
  await world.temporal.workflow.start('restoreTest', {
    workflowId: runId,
    taskQueue: taskQueue(world.runs.taskQueuePrefix, 'workflows'),
    args: [plan],
    memo: { ...memo },
  });
  return runId;
}

const restoreCalls = async (): Promise<string[]> =>
  ((await world.control('GET', 'calls')) as { calls: { operation: string }[] }).calls
    .map(({ operation }) => operation)
    .filter((operation) => /^(Restore|Delete|Modify)DBInstance/.test(operation));

describe('what a run may touch', () => {
  test('is decided by types: an isolated run has no way to a live activity, a rehearsal none to change anything', () => {
    type Isolated = keyof ReturnType<typeof openIsolatedRun>;
    type Nothing = keyof ReturnType<typeof openTouchingNothing>;
    // @ts-expect-error an isolated run hands out no live activities
    const live: Isolated = 'live';
    // @ts-expect-error a run that touches nothing hands out no isolated activities
    const isolated: Nothing = 'isolated';
    expect([live, isolated]).toEqual(['live', 'isolated']);
  });

  test("is read from its start memo: a drill's workflow with the memo of a rehearsal is refused at its first change of AWS", async () => {
    const memo: RunMemo = {
      mode: 'rehearse',
      touches: 'isolated',
      runbook: 'restore-test',
      service: 'jira-cloud',
      resource: 'issues-db',
    };
    const runId = await startWith(memo, 'restore-test/jira-cloud/issues-db/manual-20261122T000000Z-0001');
    await approve(world, runId);
    const { projection } = await untilSealed(world, runId);
    expect(projection.judged).toMatchObject({
      verdict: 'aborted',
      reason: expect.stringMatching(/Refused restoreDatabase .* its start memo says mode rehearse/),
    });
    expect(projection.runId).toBe(runId);
    expect(projection.resources.map(({ name }) => name)).toEqual([copyNameOf(runId)]);
    expect(await restoreCalls()).toEqual([]);
  });

  test('a drill\'s workflow whose memo says "nothing" does not even begin', async () => {
    const memo: RunMemo = {
      mode: 'drill',
      touches: 'nothing',
      runbook: 'restore-test',
      service: 'jira-cloud',
      resource: 'issues-db',
    };
    const runId = await startWith(memo, 'restore-test/jira-cloud/issues-db/manual-20261122T000000Z-0002');
    await expect(world.temporal.workflow.getHandle(runId).result()).rejects.toMatchObject({
      cause: { type: 'invalid-input' },
    });
    expect(await restoreCalls()).toEqual([]);
  });
});
