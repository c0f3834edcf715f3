import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredRun } from '../../store/read.ts';
import { approve, copyNameOf, startTest, untilAsked, untilSealed } from '../engine/acting.ts';
import { createHolds } from '../engine/holds.ts';
import type { Holds } from '../engine/holds.ts';
import { onMachine, skewClocks } from '../engine/machine-clock.ts';
import { until } from '../engine/outside.ts';
import { createWitnessTable, heldIn, startWitness, widestSentinelGapMs } from '../engine/witness.ts';
import type { Held, Witness } from '../engine/witness.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';
import { clocksOf } from '../../domain/verdict.ts';

/**
 * A measured RPO against what an independent witness knows: an application's own ledger of its commits, the rows of the
 * restored copy, and the stand-in's record of which log had arrived when. Nothing here believes firedrill's own reading.
 */
skewClocks();

const seed = Number(process.env['SEED'] ?? randomInt(1_000_000));
const random = randomFrom(seed);
/** Between T0 and the restore; minutes with `FIREDRILL_PITR_GAP_MS=180000`. */
const minGapMs = Number(process.env['FIREDRILL_PITR_GAP_MS'] ?? 20_000);

interface Scene {
  readonly world: World;
  readonly holds: Holds;
  readonly witness: Witness;
}

async function createScene(aliases: readonly string[], options: { source?: boolean } = {}): Promise<Scene> {
  const holds = createHolds();
  const world = await createWorld({ aliases, watch: aliases, activities: holds.activities, ...options });
  await createWitnessTable(world);
  // Short and long transactions: what was inserted first is not what was committed first.
  return { world, holds, witness: await startWitness(world, [0, 0, 300, 1700]) };
}

async function closeScene({ world, witness }: Scene): Promise<void> {
  await witness.stop();
  await world.close();
}

/** From now on log arrives so often; it is waited for once, and then for a part of the time to the next. */
async function lag({ world }: Scene, ms: number, part: number): Promise<void> {
  await world.control('PUT', 'rds/log-shipping', { ms });
  const before = (await shipments(world)).length;
  await until(async () => (await shipments(world)).length > before, 'log arrives');
  await new Promise((resolve) => setTimeout(resolve, ms * part));
}

interface Shipment {
  readonly instance: string;
  readonly arrivedMs: number;
  readonly horizonMs: number;
}
const shipments = async (world: World): Promise<readonly Shipment[]> =>
  ((await world.control('POST', 'rds/shipments', {})) as { shipments: Shipment[] }).shipments.filter(
    ({ instance }) => instance === 'issues-db-prod',
  );

const chosen = ({ world }: Scene, runId: string): Promise<StoredRun> =>
  world.runWhen(runId, ({ projection }) => projection.recoveryPoint !== undefined, 'point chosen');

interface Ended extends Held {
  readonly run: StoredRun;
}

/** Looks into the copy while it is there, and lets the run end. */
async function ended(scene: Scene, runId: string): Promise<Ended> {
  const { world, holds } = scene;
  await holds.reached(runId, 'deleteCopy');
  const held = await heldIn(world, copyNameOf(runId, runId.split('/')[2]));
  holds.release(runId, 'deleteCopy');
  return { run: await untilSealed(world, runId, 90_000), ...held };
}

/** Our clocks may be so far off; the tolerance of "within one sentinel interval" grows by what that may cost. */
async function expectExact(
  { world, witness }: Scene,
  { run, ids, newestSentinelMs }: Ended,
  clocksOffMs = 0,
): Promise<void> {
  const { projection } = run;
  const { T0, 'T-1': newest } = projection.ledger;
  const point = projection.recoveryPoint?.point;
  if (point?.method !== 'pitr' || T0 === undefined || newest === undefined)
    throw new Error(`not measured: ${JSON.stringify([projection.judged, projection.ledger, projection.problems])}`);
  const { restoreTimeMs } = point;
  const about = `${run.runId}, seed ${seed}`;

  // Every commit that was recoverable is there, and none that came later.
  const missing = witness.ledger.filter(({ id, afterMs }) => afterMs <= restoreTimeMs && !ids.has(id));
  const early = witness.ledger.filter(({ id, beforeMs }) => beforeMs > restoreTimeMs && ids.has(id));
  expect({ missing, early }, about).toEqual({ missing: [], early: [] });
  const held = witness.ledger.filter(({ id }) => ids.has(id));
  expect(held.length, about).toBeGreaterThan(10);
  const last = held.reduce((newer, commit) => (commit.beforeMs > newer.beforeMs ? commit : newer));

  // The point is the newest that had arrived when AWS was asked.
  const arrived = await shipments(world);
  const trueT0 = { lowMs: T0.lowMs - clocksOffMs, highMs: T0.highMs + clocksOffMs };
  const newestBy = (atMs: number): number =>
    Math.max(...arrived.filter(({ arrivedMs }) => arrivedMs <= atMs).map(({ horizonMs }) => horizonMs));
  expect(restoreTimeMs, about).toBeGreaterThanOrEqual(newestBy(trueT0.lowMs));
  expect(restoreTimeMs, about).toBeLessThanOrEqual(newestBy(trueT0.highMs));

  // Never better than the truth, the truth within what is said, and no worse than one sentinel interval.
  const rpo = clocksOf(projection.judged)?.rpo.achieved;
  if (rpo === undefined || rpo === 'not-measured') throw new Error(`no RPO: ${JSON.stringify(projection.judged)}`);
  const readMs = arrived.find(({ horizonMs }) => horizonMs === restoreTimeMs)?.arrivedMs ?? Number.POSITIVE_INFINITY;
  // Sentinels are commits, too: where a busy machine kept the witness waiting, the last one that was recoverable may be theirs.
  const lastCommitMs = Math.max(last.afterMs, newestSentinelMs);
  const truthAtLeastMs = Math.max(readMs, clocksOffMs === 0 ? T0.lowMs : 0) - lastCommitMs;
  expect(rpo.highMs, `better than the truth: ${about}`).toBeGreaterThanOrEqual(truthAtLeastMs);
  expect(rpo.lowMs, `the truth is not within: ${about}`).toBeLessThanOrEqual(trueT0.highMs - last.beforeMs);
  const noiseMs = 2 * Math.abs(projection.sentinel?.writer?.databaseSkewMs ?? 0);
  const intervalMs = await widestSentinelGapMs(world, projection.resource, last.beforeMs);
  expect(rpo.highMs - (trueT0.highMs - last.beforeMs), `worse than an interval: ${about}`).toBeLessThanOrEqual(
    intervalMs + noiseMs + 2 * clocksOffMs + 1000 * Math.sign(clocksOffMs),
  );
}

describe(`with clocks that agree (SEED=${seed})`, { timeout: 240_000 + minGapMs }, () => {
  const rounds = ['random-1', 'random-2', 'random-3'];
  let scene: Scene;
  beforeAll(async () => {
    scene = await createScene(['short', 'long', 'changes', 'gap', ...rounds]);
  });
  afterAll(() => closeScene(scene));

  test('the RPO is T0 minus the last recoverable commit, whatever the lag, the writers and the wait before the restore', async () => {
    const { world, holds } = scene;
    const runs = new Map<string, string>();
    for (const resource of ['gap', 'short', 'long', 'changes', ...rounds]) {
      const runId = await startTest(world, { resource });
      holds.hold(runId, 'deleteCopy');
      runs.set(resource, runId);
    }
    const runOf = (resource: string): string => runs.get(resource) ?? '';
    for (const runId of runs.values()) await untilAsked(world, runId);

    // T0 now, the restore much later: AWS throttles, and the worker is away for a while.
    const { id: throttle } = (await world.control('POST', 'faults', {
      service: 'rds',
      operation: 'RestoreDBInstanceToPointInTime',
      kind: 'throttle',
      times: null,
      match: { TargetDBInstanceIdentifier: copyNameOf(runOf('gap'), 'gap') },
    })) as { id: string };
    await lag(scene, 1000, random());
    await approve(world, runOf('gap'));
    const gapT0Ms = (await chosen(scene, runOf('gap'))).projection.ledger.T0?.highMs ?? 0;

    const approvedWith = async (resource: string, ms: number, part: number): Promise<void> => {
      await lag(scene, ms, part);
      await approve(world, runOf(resource));
      await chosen(scene, runOf(resource));
    };
    await approvedWith('short', 200, random());
    await approvedWith('long', 4000, 0.8);
    await lag(scene, 300, 0);
    await approvedWith('changes', 2500, random());
    for (const resource of rounds) await approvedWith(resource, 60 + Math.floor(random() * 2500), random());

    const others = [...runs.values()].filter((runId) => runId !== runOf('gap'));
    for (const one of await Promise.all(others.map((runId) => ended(scene, runId)))) await expectExact(scene, one);

    await until(() => Date.now() - gapT0Ms >= minGapMs, 'the gap is long', minGapMs + 10_000);
    await world.stopWorkers();
    await world.startWorkers();
    await world.control('DELETE', `faults/${throttle}`);
    const gap = await ended(scene, runOf('gap'));
    expect((gap.run.projection.ledger.T3?.lowMs ?? 0) - gapT0Ms).toBeGreaterThanOrEqual(minGapMs);
    await expectExact(scene, gap);
  });
});

describe.each([
  { whose: 'every machine of ours is slow', workersMs: -7000, sourceMs: -7000 },
  { whose: 'only the worker is slow', workersMs: -5000, sourceMs: 0 },
])('where $whose', ({ workersMs, sourceMs }) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await onMachine(workersMs, () => createScene(['skewed'], { source: false }));
    onMachine(sourceMs, () => scene.world.startSource());
  });
  afterAll(() => closeScene(scene));

  test('the RPO is never better than the truth, and worse by no more than the clocks are off', async () => {
    const { world, holds } = scene;
    await until(async () => (await widestSentinelGapMs(world, 'skewed', Date.now())) > 0, 'sentinels are written');
    // Seen from a slow clock, a writer that has just begun was silent at T0.
    await new Promise((resolve) => setTimeout(resolve, Math.abs(workersMs) + 1000));
    const runId = await startTest(world, { resource: 'skewed' });
    holds.hold(runId, 'deleteCopy');
    holds.hold(runId, 'runSmoke');
    await untilAsked(world, runId);
    await lag(scene, 1500, random());
    await approve(world, runId);
    await holds.reached(runId, 'runSmoke');
    // A run shorter than the clocks are off would contradict itself, and claim nothing.
    const t0Ms = (await chosen(scene, runId)).projection.ledger.T0?.highMs ?? 0;
    await until(() => Date.now() > t0Ms + Math.abs(workersMs) + 2000, 'the run is long enough');
    holds.release(runId, 'runSmoke');
    await expectExact(scene, await ended(scene, runId), Math.abs(workersMs));
  });
});

/** Mulberry32: small, and the same everywhere. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
