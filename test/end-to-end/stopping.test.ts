import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readControl } from '../../client/runs/control.ts';
import { FiredrillError } from '../../domain/errors.ts';
import type { StoredRun } from '../../store/read.ts';
import { restoreTestSteps as steps } from '../../runbooks/restore-test/definition.ts';
import { approve, click, copyNameOf, killSwitch, startTest, untilAsked } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';
import { acquireLockUpdate, controlWorkflowId, releaseLockSignal } from '../../workflows/messages.ts';
import { createHolds } from '../engine/holds.ts';
import { until } from '../engine/outside.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

/** Each step of the runbook with the activity behind it, and whether a copy may be there by then. */
const stepActivities: readonly { step: string; activity: string; copy: 'none' | 'gone' }[] = [
  { step: steps.takeControl, activity: 'acquireLock', copy: 'none' },
  { step: steps.describeSource, activity: 'describeSource', copy: 'none' },
  { step: steps.preconditions, activity: 'checkPreconditions', copy: 'none' },
  { step: steps.sourceStatus, activity: 'sourceStatus', copy: 'none' },
  { step: steps.choosePoint, activity: 'listRecoverablePoints', copy: 'none' },
  { step: steps.restore, activity: 'restoreDatabase', copy: 'gone' },
  { step: steps.waitAvailable, activity: 'checkAvailable', copy: 'gone' },
  { step: steps.setPassword, activity: 'setCopyPassword', copy: 'gone' },
  { step: steps.waitPassword, activity: 'checkPasswordSet', copy: 'gone' },
  { step: steps.connect, activity: 'connectFirst', copy: 'gone' },
  { step: steps.newest, activity: 'readNewest', copy: 'gone' },
  { step: steps.baseline, activity: 'baselineBefore', copy: 'gone' },
  { step: steps.checks, activity: 'runChecks', copy: 'gone' },
  { step: steps.compare, activity: 'readSettings', copy: 'gone' },
  { step: steps.smoke, activity: 'runSmoke', copy: 'gone' },
  { step: steps.hotQueries, activity: 'measureHotQueries', copy: 'gone' },
];
const cleaning = [steps.deleteCopy, steps.proveGone];
const alias = (step: string): string => `step-${Object.values<string>(steps).indexOf(step)}`;
const lateAlias = 'late-reply';
const cleaningAlias = 'cleaning';

const holds = createHolds();
let world: World;
beforeAll(async () => {
  // The smoke query passes without a baseline, the hot queries do not begin unless the checks passed: so all are watched.
  const aliases = [...stepActivities.map(({ step }) => alias(step)), lateAlias, cleaningAlias];
  world = await createWorld({
    aliases,
    watch: ['issues-db', alias(steps.hotQueries), cleaningAlias],
    activities: holds.activities,
    catalog: (text) => text.replace('notFoundProof: 2s', 'notFoundProof: 1s'),
  });
});
afterAll(() => world.close());

const abort = (runId: string) =>
  click(world, runId, 'hannah', { choice: 'abort', reason: 'the network is being changed' });
const aborted = {
  verdict: 'aborted',
  reason: /^Aborted by Hannah Lindqvist: the network is being changed\.$/,
  findings: ['held/aborted-by-person'],
} as const;

test('every step that can be aborted is aborted below', () => {
  expect(stepActivities.map(({ step }) => step)).toEqual(
    Object.values(steps).filter((step) => !cleaning.some((one) => one === step)),
  );
  expect(new Set(stepActivities.map(({ step }) => alias(step))).size).toBe(stepActivities.length);
});

describe('a run that somebody aborts', () => {
  test.concurrent.each(stepActivities)(
    'at "$step" stops there, cleans up and says so',
    async ({ step, activity, copy }) => {
      const runId = await startHeld(alias(step), activity);
      expect(await abort(runId)).toMatchObject({ outcome: 'accepted' });
      await world.runWhen(runId, (run) => run.projection.aborts.length === 1, 'abort journaled');
      holds.release(runId, activity);
      const run = await expectEnding(world, runId, { ...aborted, copy });
      expect(run.projection.steps.find(({ name }) => name === step)?.status).toMatch(/cancelled|done/);
      expect(run.projection.aborts).toHaveLength(1);
    },
  );

  test.concurrent('while the answer of AWS to the restore call is on its way leaves nothing behind', async () => {
    const runId = await startTest(world, { resource: lateAlias });
    await untilAsked(world, runId);
    const name = copyNameOf(runId, lateAlias);
    await world.control('POST', 'faults', {
      service: 'rds',
      operation: 'RestoreDBInstanceToPointInTime',
      kind: 'late-reply',
      delayMs: 3000,
      match: { TargetDBInstanceIdentifier: name },
    });
    await approve(world, runId);
    await until(
      async () => JSON.stringify(await world.control('GET', 'leftovers')).includes(name),
      'the copy is being made',
    );
    expect(await abort(runId)).toMatchObject({ outcome: 'accepted' });
    await expectEnding(world, runId, { ...aborted, copy: 'gone' });
  });

  test.concurrent('when its steps are done is told that it is too late, and ends as it is', async () => {
    const runId = await startHeld(cleaningAlias, 'deleteCopy');
    expect(await abort(runId)).toMatchObject({ outcome: 'refused', code: 'run-over' });
    holds.release(runId, 'deleteCopy');
    await expectEnding(world, runId, { verdict: 'passed', findings: [], copy: 'gone' });
  });
});

/** Starts a run and lets it go as far as this activity. */
async function startHeld(resource: string, activity: string): Promise<string> {
  const early = ['acquireLock', 'describeSource', 'checkPreconditions', 'sourceStatus'].includes(activity);
  if (early) holds.holdAny(resource, activity);
  const runId = await startTest(world, { resource });
  if (!early) {
    await untilAsked(world, runId);
    holds.hold(runId, activity);
    await approve(world, runId);
  }
  await holds.reached(runId, activity);
  return runId;
}

test('a run that is cancelled in Temporal cleans up and has a verdict all the same', async () => {
  const runId = await startHeld('issues-db', 'checkAvailable');
  await world.temporal.workflow.getHandle(runId).cancel();
  holds.release(runId, 'checkAvailable');
  await expectEnding(world, runId, {
    verdict: 'aborted',
    reason: /cancelled in Temporal/,
    findings: ['held/cancelled'],
    copy: 'gone',
  });
});

describe('stopping all drills', () => {
  test('halts what runs, refuses what starts, and after the release resumes nothing', async () => {
    const runId = await startHeld('issues-db', 'checkAvailable');
    expect(await killSwitch(world, 'daniel', 'stop-all-drills')).toMatchObject({ outcome: 'accepted' });
    holds.release(runId, 'checkAvailable');
    await expectEnding(world, runId, {
      verdict: 'aborted',
      reason: /All drills were stopped: Daniel Kim: incident 4711/,
      findings: ['held/drills-stopped'],
      copy: 'gone',
    });

    await expect(startTest(world)).rejects.toMatchObject({ code: 'drills-stopped', kind: 'refused' });
    // Stopping is everybody's right, starting again is not.
    expect(await killSwitch(world, 'sofia', 'release-drills')).toMatchObject({
      outcome: 'refused',
      code: 'role-missing',
    });
    await expect(startTest(world)).rejects.toMatchObject({ code: 'drills-stopped' });
    expect(await killSwitch(world, 'hannah', 'release-drills')).toMatchObject({ outcome: 'accepted' });
    expect((await readControl(world.runs)).killSwitch.pulled).toBe(false);
    expect((await world.temporal.workflow.getHandle(runId).describe()).status.name).toBe('COMPLETED');
  });

  test('stops a drill that has read the switch and waits for its lock: nobody could halt it, and it would ask people', async () => {
    const runId = await startHeld('issues-db', 'acquireLock');
    expect(await killSwitch(world, 'daniel', 'stop-all-drills')).toMatchObject({ outcome: 'accepted' });
    holds.release(runId, 'acquireLock');
    await expectEnding(world, runId, {
      verdict: 'aborted',
      reason: /All drills are stopped by Daniel Kim: incident 4711/,
      findings: ['held/drills-stopped'],
      copy: 'none',
    });
    expect(await killSwitch(world, 'hannah', 'release-drills')).toMatchObject({ outcome: 'accepted' });
  });

  test('is not undone by a release that was clicked before it and comes after it', async () => {
    const clickedAtMs = Date.now();
    await sleep(5);
    expect(await killSwitch(world, 'daniel', 'stop-all-drills')).toMatchObject({ outcome: 'accepted' });
    expect(await killSwitch(world, 'hannah', 'release-drills', clickedAtMs)).toMatchObject({
      outcome: 'refused',
      code: 'overtaken',
      text: expect.stringContaining('stopped by Daniel Kim after you released'),
    });
    expect((await readControl(world.runs)).killSwitch.pulled).toBe(true);
    expect(await killSwitch(world, 'hannah', 'release-drills')).toMatchObject({ outcome: 'accepted' });
  });

  test('outlives the control workflow: when somebody terminates it, the next one is stopped, too', async () => {
    expect(await killSwitch(world, 'daniel', 'stop-all-drills')).toMatchObject({ outcome: 'accepted' });
    await world.temporal.workflow.getHandle(controlWorkflowId(world.runs.taskQueuePrefix)).terminate('a test');
    // Whoever comes next starts it again.
    expect(await killSwitch(world, 'sofia', 'release-drills')).toMatchObject({
      outcome: 'refused',
      code: 'role-missing',
    });
    expect((await readControl(world.runs)).killSwitch).toMatchObject({ pulled: true, by: 'Daniel Kim' });
    await expect(startTest(world)).rejects.toMatchObject({ code: 'drills-stopped' });
    expect(await killSwitch(world, 'hannah', 'release-drills')).toMatchObject({ outcome: 'accepted' });
  });

  test('while no worker runs is kept, and counts when one is back', async () => {
    await world.stopWorkers();
    expect(await killSwitch(world, 'daniel', 'stop-all-drills')).toMatchObject({ outcome: 'queued' });
    await world.startWorkers();
    await until(async () => (await readControl(world.runs)).killSwitch.pulled, 'the switch is pulled');
    expect(await killSwitch(world, 'hannah', 'release-drills')).toMatchObject({ outcome: 'accepted' });
  });

  test.each(['done', 'cancelled'] as const)(
    'counts as pulled when nobody can read whether it is: the point that was being chosen meanwhile is %s, and nothing made',
    async (status) => {
      const runId = await startTest(world);
      await untilAsked(world, runId);
      for (const activity of ['readKillSwitch', 'listRecoverablePoints']) holds.hold(runId, activity);
      await approve(world, runId);
      await Promise.all([holds.reached(runId, 'readKillSwitch'), holds.reached(runId, 'listRecoverablePoints')]);
      if (status === 'done') {
        holds.release(runId, 'listRecoverablePoints');
        await world.runWhen(runId, (run) => statusOf(run, steps.choosePoint) === 'done', 'the point is chosen');
      }
      holds.fail(
        runId,
        'readKillSwitch',
        new FiredrillError({
          code: 'memo-unreadable',
          kind: 'programme',
          what: 'The memo cannot be read.',
          means: '',
          next: '',
        }),
      );
      holds.release(runId, 'readKillSwitch');
      const run = await expectEnding(world, runId, {
        verdict: 'aborted',
        reason: /could not be read/,
        findings: ['held/drills-stopped'],
        copy: 'none',
      });
      holds.release(runId, 'listRecoverablePoints');
      expect(statusOf(run, steps.choosePoint)).toBe(status);
      expect(statusOf(run, steps.restore)).toBe('not-run');
    },
  );
});

const statusOf = (run: StoredRun, step: string): string | undefined =>
  run.projection.steps.find(({ name }) => name === step)?.status;

describe('two runs on one resource', () => {
  test('the second start is refused and says by whom', async () => {
    const runId = await startTest(world);
    await untilAsked(world, runId);
    await expect(startTest(world)).rejects.toMatchObject({
      code: 'already-running',
      kind: 'refused',
      next: expect.stringContaining(runId),
    });
    await click(world, runId, 'jonas', { choice: 'reject', reason: 'not today' });
    await expectEnding(world, runId, { verdict: 'aborted', findings: ['held/gate-rejected'], copy: 'none' });
  });

  test('of two that start at the same moment one is held, the other ends aborted', async () => {
    holds.holdAny('issues-db', 'acquireLock');
    const [one, other] = await Promise.all([startTest(world), startTest(world)]);
    await Promise.all([holds.reached(one, 'acquireLock'), holds.reached(other, 'acquireLock')]);
    holds.release(one, 'acquireLock');
    await untilAsked(world, one);
    holds.release(other, 'acquireLock');
    await expectEnding(world, other, {
      verdict: 'aborted',
      reason: new RegExp(`Another run works on .*${one}`),
      findings: ['held/locked'],
      copy: 'none',
    });
    await click(world, one, 'jonas', { choice: 'reject', reason: 'not today' });
    await expectEnding(world, one, { verdict: 'aborted', findings: ['held/gate-rejected'], copy: 'none' });
  });

  test('an attempt to lock that its run has given up gets nothing: nobody would give it back', async () => {
    const runId = await startHeld('issues-db', 'acquireLock');
    expect(await abort(runId)).toMatchObject({ outcome: 'accepted' });
    // The attempt is given up after half a minute; its run says good-bye, and only then is the attempt heard.
    await expectEnding(world, runId, { ...aborted, copy: 'none' });
    holds.release(runId, 'acquireLock');
    await holds.done(runId, 'acquireLock');
    expect((await readControl(world.runs)).locks).toEqual([]);
  });

  test('a real run that gives up while the drills in its way are being halted gets nothing either', async () => {
    const control = world.temporal.workflow.getHandle(controlWorkflowId(world.config.taskQueuePrefix));
    const ask = (runId: string, resources: readonly string[], mode: 'drill' | 'real', executionId?: string) =>
      control.startUpdate(acquireLockUpdate, {
        waitForStage: 'ACCEPTED',
        args: [
          {
            runId,
            resources,
            memo: {
              mode,
              touches: mode === 'real' ? 'nothing' : 'isolated',
              runbook: mode === 'real' ? 'incident' : 'restore-test',
              service: 'jira-cloud',
              resource: '-',
            },
            ...(executionId === undefined ? {} : { executionId }),
          },
        ],
      });
    // Each is halted in turn, which takes a way through the engine: long enough to hear the good-bye in between.
    const resources = Array.from({ length: 60 }, (_, index) => `given-up/${index}`);
    // The engine takes ten Updates at a time, which a slow machine may still be at.
    for (let from = 0; from < resources.length; from += 8)
      await Promise.all(
        resources.slice(from, from + 8).map(async (resource) => {
          const drill = await ask(`restore-test/${resource}/gone`, [resource], 'drill');
          expect(await drill.result()).toEqual({ granted: true });
        }),
      );

    const incident = 'incident/jira-cloud/-/manual-given-up';
    const asked = await ask(incident, resources, 'real', 'execution-given-up');
    await control.signal(releaseLockSignal, { runId: incident, executionId: 'execution-given-up' });
    expect(await asked.result()).toMatchObject({ granted: false });
    expect((await readControl(world.runs)).locks).toEqual([]);
  });

  test('the lock of a run that was terminated is free for the next', async () => {
    const dead = await startTest(world);
    await untilAsked(world, dead);
    await world.temporal.workflow.getHandle(dead).terminate('a test');
    const runId = await startTest(world);
    await untilAsked(world, runId);
    expect((await readControl(world.runs)).locks).toMatchObject([{ runId }]);
    await click(world, runId, 'jonas', { choice: 'reject', reason: 'not today' });
    await expectEnding(world, runId, { verdict: 'aborted', findings: ['held/gate-rejected'], copy: 'none' });
  });
});
