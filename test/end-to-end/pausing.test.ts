import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restoreTestSteps as steps } from '../../runbooks/restore-test/definition.ts';
import type { StoredRun } from '../../store/read.ts';
import { approve, click, startTest, untilAsked } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';
import { createHolds } from '../engine/holds.ts';
import { runMessages, until } from '../engine/outside.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

const aliases = ['pause-create', 'pause-abort', 'pause-late'];
const holds = createHolds();
let world: World;
beforeAll(async () => {
  world = await createWorld({ aliases, watch: ['issues-db', ...aliases], activities: holds.activities });
});
afterAll(() => world.close());

const pause = (runId: string) =>
  click(world, runId, 'sofia', { choice: 'pause', reason: 'the network is being changed' });
const statusOf = (run: StoredRun, step: string) => run.projection.steps.find(({ name }) => name === step)?.status;
const isPaused = (run: StoredRun): boolean => run.projection.state === 'paused';

/** The step is over, and the run has come to the next one: resumed before that, it would never have stood still. */
const untilStandsStill = (runId: string): Promise<void> =>
  until(async () => {
    const main = (await runMessages(world, runId)).find(({ key }) => key === 'run')?.message as { blocks: unknown };
    const said = JSON.stringify(main.blocks);
    return said.includes('Paused by') && !said.includes('is finished first');
  }, 'the run stands still');

/** Starts a run, approves it and lets it go as far as this activity. */
async function heldAt(activity: string, resource = 'issues-db'): Promise<string> {
  const runId = await startTest(world, { resource });
  await untilAsked(world, runId);
  holds.hold(runId, activity);
  await approve(world, runId);
  await holds.reached(runId, activity);
  return runId;
}

describe('a run that somebody pauses', () => {
  test('finishes its step, begins no other until it is resumed, and is not comparable', async () => {
    const runId = await heldAt('readNewest');
    expect(await pause(runId)).toMatchObject({ outcome: 'accepted' });
    expect(await pause(runId)).toMatchObject({ outcome: 'refused', code: 'not-now' });
    holds.release(runId, 'readNewest');
    const held = await world.runWhen(
      runId,
      (run) => isPaused(run) && statusOf(run, steps.newest) === 'done',
      'paused behind the step',
    );
    expect(statusOf(held, steps.baseline)).toBe('planned');
    await untilStandsStill(runId);

    // Whoever has no role let it stand; the same person may let it go on.
    expect(await click(world, runId, 'sofia', { choice: 'resume' })).toMatchObject({ outcome: 'accepted' });
    const run = await expectEnding(world, runId, { verdict: 'passed', findings: [], copy: 'gone' });
    expect(run.projection.judged?.comparable).toBe(false);
    expect(run.projection.pauses).toMatchObject([
      { by: 'sofia-marques', reason: 'the network is being changed', via: 'slack-app', resumedBy: 'sofia-marques' },
    ]);
  });

  test('is never held between a restore and the wait for it: what AWS makes is not left alone', async () => {
    const runId = await heldAt('restoreDatabase', 'pause-create');
    expect(await pause(runId)).toMatchObject({ outcome: 'accepted' });
    holds.release(runId, 'restoreDatabase');
    const held = await world.runWhen(
      runId,
      (run) => isPaused(run) && statusOf(run, steps.waitAvailable) === 'done',
      'available, then paused',
    );
    expect(statusOf(held, steps.setPassword)).toBe('planned');
    await untilStandsStill(runId);
    expect(await click(world, runId, 'hannah', { choice: 'resume' })).toMatchObject({ outcome: 'accepted' });
    await expectEnding(world, runId, { verdict: 'passed', findings: [], copy: 'gone' });
  });

  test('can be aborted, and cleanup stands still for nobody', async () => {
    const runId = await heldAt('connectFirst', 'pause-abort');
    await pause(runId);
    holds.release(runId, 'connectFirst');
    await world.runWhen(runId, (run) => isPaused(run) && statusOf(run, steps.connect) === 'done', 'paused');
    expect(await click(world, runId, 'hannah', { choice: 'abort', reason: 'enough' })).toMatchObject({
      outcome: 'accepted',
    });
    await expectEnding(world, runId, {
      verdict: 'aborted',
      reason: /^Aborted by Hannah Lindqvist: enough\.$/,
      findings: ['held/aborted-by-person'],
      copy: 'gone',
    });
  });

  test('when its steps are done is told that it is too late', async () => {
    const runId = await heldAt('deleteCopy', 'pause-late');
    expect(await pause(runId)).toMatchObject({ outcome: 'refused', code: 'run-over' });
    holds.release(runId, 'deleteCopy');
    const run = await expectEnding(world, runId, { verdict: 'passed', findings: [], copy: 'gone' });
    expect(run.projection.judged?.comparable).toBe(true);
  });
});
