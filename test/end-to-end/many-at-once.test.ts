import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readControl } from '../../client/runs/control.ts';
import { runInEngine } from '../../client/runs/engine-runs.ts';
import { openGateOf } from '../../domain/run-projection.ts';
import { click, killSwitch, startTest } from '../engine/acting.ts';
import { until } from '../engine/outside.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

/** A quarter begins for everything at once, on a worker that takes one thing after the other and with locks that take long. */
const resources = Array.from({ length: 40 }, (_, index) => `crowd-${index + 1}`);
/** Of those who come later. */
const more = ['late-1', 'late-2', 'late-3'];
/** For the last lock of forty, more than the two minutes that taking it may take: it has to wait for longer than that. */
const lockTakesMs = 3300;

let world: World;
/** Runs whose lock came to its turn, in that order. */
const locked: string[] = [];
let mayBeTaken: Promise<void>;
let letLocksBeTaken = (): void => {};
const holdLocks = (): void => {
  mayBeTaken = new Promise((resolve) => {
    letLocksBeTaken = resolve;
  });
};

beforeAll(async () => {
  holdLocks();
  type Lock = (request: { readonly runId: string }) => Promise<unknown>;
  const slowly =
    (lock: Lock): Lock =>
    async (request) => {
      locked.push(request.runId);
      await mayBeTaken;
      await sleep(lockTakesMs);
      return await lock(request);
    };
  world = await createWorld({
    aliases: [...resources, ...more],
    source: false,
    activitySlots: 1,
    activities: (queue, real) =>
      queue === 'record' ? { ...real, acquireLock: slowly((real as { acquireLock: Lock }).acquireLock) } : real,
  });
});
afterAll(() => world.close());

test('forty runs that begin at once all come to their gate, in their turn; one that is stopped waits for no turn', async () => {
  const runIds: string[] = [];
  for (const resource of resources) runIds.push(await startTest(world, { resource }));
  await until(() => locked.length > 0, 'the first lock comes to its turn');

  const stopped = runIds.findLast((runId) => !locked.includes(runId)) ?? '';
  expect(await click(world, stopped, 'jonas', { choice: 'abort', reason: 'not today' })).toMatchObject({
    outcome: 'accepted',
  });
  await until(
    async () => (await runInEngine(world.runs, stopped))?.judged !== undefined,
    'the stopped run has its verdict while the queue stands',
  );
  expect((await runInEngine(world.runs, stopped))?.judged?.verdict).toBe('aborted');
  expect(locked).not.toContain(stopped);

  letLocksBeTaken();
  const others = runIds.filter((runId) => runId !== stopped);
  for (const runId of others)
    await world.runWhen(
      runId,
      ({ projection }) => openGateOf(projection) !== undefined || projection.judged !== undefined,
      'at its gate',
      400_000,
    );
  const verdicts = await world.store
    .selectFrom('run')
    .select(['run_id', 'verdict_reason'])
    .where('verdict', 'is not', null)
    .execute();
  expect(verdicts.filter(({ run_id }) => run_id !== stopped)).toEqual([]);
}, 480_000);

test('a stop of all drills counts at once while locks stand before it, and ends those who wait for one and those at their gates', async () => {
  holdLocks();
  locked.length = 0;
  const late: string[] = [];
  for (const resource of more) late.push(await startTest(world, { resource }));
  await until(() => locked.length > 0, 'a lock has the only place');

  expect(await killSwitch(world, 'jonas', 'stop-all-drills')).toMatchObject({ outcome: 'accepted' });
  expect(await readControl(world.runs)).toMatchObject({ killSwitch: { pulled: true, by: 'Jonas Weber' } });
  expect(locked).toHaveLength(1);

  letLocksBeTaken();
  for (const runId of late) await world.runWhen(runId, ({ projection }) => projection.judged !== undefined, 'stopped');
  await until(
    async () =>
      (await world.store.selectFrom('run').select('run_id').where('verdict', 'is', null).execute()).length === 0,
    'every run is over',
    240_000,
  );
  const ended = await world.store.selectFrom('run').select(['run_id', 'verdict', 'verdict_reason']).execute();
  expect(ended).toHaveLength(resources.length + more.length);
  for (const run of ended) expect(run).toMatchObject({ verdict: 'aborted' });
  expect((await readControl(world.runs)).locks).toEqual([]);
}, 480_000);
