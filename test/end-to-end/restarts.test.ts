import { afterAll, beforeAll, expect, test } from 'vitest';
import { approve, click, startTest, untilAsked } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';
import { createHolds } from '../engine/holds.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

const holds = createHolds();
let world: World;
beforeAll(async () => {
  world = await createWorld({ aliases: ['aborted'], activities: holds.activities });
});
afterAll(() => world.close());

/** A deploy: what workers remembered of runs is gone. */
async function restartWorkers(): Promise<void> {
  await world.stopWorkers();
  await world.startWorkers();
}

/** Until nothing of the run is under way: then its last workflow task may have been one without a command. */
const untilQuiet = (runId: string): Promise<void> =>
  expect
    .poll(
      async () => {
        const { raw } = await world.temporal.workflow.getHandle(runId).describe();
        return (raw.pendingActivities ?? []).length === 0 && !raw.pendingWorkflowTask;
      },
      { timeout: 30_000 },
    )
    .toBe(true);

test('a run that is approved between two restarts of the workers goes on', async () => {
  const runId = await startTest(world);
  await untilAsked(world, runId);
  await untilQuiet(runId);
  await restartWorkers();
  holds.hold(runId, 'listRecoverablePoints');
  expect(await approve(world, runId)).toMatchObject({ outcome: 'accepted' });
  await holds.reached(runId, 'listRecoverablePoints');
  holds.release(runId, 'listRecoverablePoints');
  await restartWorkers();
  await expectEnding(world, runId, { verdict: 'passed', findings: [], copy: 'gone' });
});

test('a run that is aborted between two restarts of the workers cleans up', async () => {
  const runId = await startTest(world, { resource: 'aborted' });
  await untilAsked(world, runId);
  await untilQuiet(runId);
  await restartWorkers();
  await click(world, runId, 'hannah', { choice: 'abort', reason: 'the network is being changed' });
  await restartWorkers();
  await expectEnding(world, runId, { verdict: 'aborted', findings: ['held/aborted-by-person'], copy: 'none' });
});
