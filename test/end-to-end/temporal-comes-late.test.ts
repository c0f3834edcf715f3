import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { approve, startTest, untilAsked } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';
import { until } from '../engine/outside.ts';
import { startWorldProcess } from '../engine/processes.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld({ source: false });
  await world.stopWorkers();
});
afterAll(() => world.close());

const throughTheDoor = (): Record<string, string> => ({ TEMPORAL_ADDRESS: `127.0.0.1:${world.temporalDoor.port}` });

test('worker and source that start before Temporal wait for it; the source watches meanwhile, then a run passes', async () => {
  world.temporalDoor.shut();
  await using worker = await startWorldProcess(world, 'worker', throughTheDoor());
  await using source = await startWorldProcess(world, 'source', throughTheDoor());
  expect(worker.ready).toMatchObject({ ready: true, waiting: true });
  expect(source.ready).toMatchObject({ ready: true, waiting: true, watching: ['jira-cloud/issues-db'] });
  const baselines = join(world.config.home, 'source', 'jira-cloud', 'issues-db', 'baselines.jsonl');
  await until(async () => (await readFile(baselines, 'utf8').catch(() => '')) !== '', 'the first baseline');
  const runId = await startTest(world);
  world.temporalDoor.open();
  await untilAsked(world, runId);
  await approve(world, runId);
  await expectEnding(world, runId, { verdict: 'passed', findings: [], copy: 'gone' });
  for (const { child, said } of [worker, source]) {
    expect(child.exitCode).toBeNull();
    expect(said().match(/"ready":true/g), said()).toHaveLength(1);
  }
});

test.each(['worker', 'source'] as const)('a %s that waits for Temporal ends when it is told to', async (name) => {
  world.temporalDoor.shut();
  try {
    const { child, said } = await startWorldProcess(world, name, throughTheDoor());
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await gone, said()).toEqual([0, null]);
  } finally {
    world.temporalDoor.open();
  }
});

test.each(['worker', 'source'] as const)('a %s whom Temporal refuses does not wait', async (name) => {
  await expect(startWorldProcess(world, name, { TEMPORAL_NAMESPACE: 'nobodys' })).rejects.toThrow(/nobodys/);
});
