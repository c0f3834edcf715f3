import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleFiles, verifyBundle } from '../../domain/evidence.ts';
import { publicKeyOf } from '../../domain/signing.ts';
import type { StoredRun } from '../../store/read.ts';
import { runToItsEnd } from '../engine/acting.ts';
import { takeSnapshot } from '../engine/snapshots.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const leftovers = async (): Promise<string[]> =>
  ((await world.control('GET', 'leftovers')) as { leftovers: { arn: string }[] }).leftovers
    .map(({ arn }) => arn)
    .filter((arn) => arn.includes('drdrill-'));

describe('a restore test from continuous backup', () => {
  let run: StoredRun;
  beforeAll(async () => {
    run = await runToItsEnd(world);
  });

  test('passes, with RTO and RPO met and everything proved', () => {
    expect(run.projection.judged, JSON.stringify(run.projection.problems)).toMatchObject({
      verdict: 'passed',
      rto: { judgement: 'met' },
      rpo: { judgement: 'met', judgedAgainst: 'tier' },
    });
    expect(run.projection.checks.filter((check) => check.outcome !== 'passed')).toEqual([]);
    expect(run.projection.findings).toEqual([]);
  });

  test('enters every moment of the ledger with its source, in order', () => {
    const { ledger } = run.projection;
    expect(Object.keys(ledger).toSorted()).toEqual(['T-1', 'T0', 'T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'T8']);
    expect(ledger.T1?.source).toBe('simulated');
    expect(ledger['T-1']?.highMs).toBeLessThanOrEqual(ledger.T0?.highMs ?? 0);
    expect(ledger.T4?.source).toBe('aws-event');
  });

  test('restores to an explicit time that was recoverable at T0', () => {
    const { point } = run.projection.recoveryPoint ?? {};
    expect(point?.method).toBe('pitr');
    if (point?.method === 'pitr')
      expect(point.restoreTimeMs).toBeLessThanOrEqual(run.projection.ledger.T0?.highMs ?? 0);
  });

  test('leaves nothing behind', async () => {
    expect(await leftovers()).toEqual([]);
    expect(run.projection.resources.map((resource) => resource.state)).toEqual(['gone']);
  });

  test('shows what would be wrong if the copy had to serve', () => {
    expect(run.projection.differences?.length).toBeGreaterThan(0);
  });

  test("leaves evidence that verifies offline with the installation's key, and with no other", async () => {
    const folder = run.evidence?.path ?? '';
    const files = new Map(
      await Promise.all(
        (await readdir(folder)).map(
          async (name) => [name, new Uint8Array(await readFile(join(folder, name)))] as const,
        ),
      ),
    );
    expect(files.has(bundleFiles.page)).toBe(true);
    expect(verifyBundle(files, publicKeyOf(world.config.evidenceKey ?? ''))).toMatchObject({ ok: true, problems: [] });
    expect(verifyBundle(files, publicKeyOf('11'.repeat(32))).ok).toBe(false);
  });
});

test('a restore test from the newest snapshot passes', async () => {
  await takeSnapshot(world);
  const run = await runToItsEnd(world, { method: 'snapshot' });
  expect(run.projection.judged, run.projection.judged?.reason).toMatchObject({ verdict: 'passed' });
  expect(run.projection.recoveryPoint?.point.method).toBe('snapshot');
});

test('a rehearsal changes nothing in AWS, and never passes', async () => {
  const { startTest, untilSealed } = await import('../engine/acting.ts');
  const run = await untilSealed(world, await startTest(world, { mode: 'rehearse' }));
  expect(run.projection.judged).toMatchObject({
    verdict: 'unproven',
    reason: expect.stringMatching(
      /^Rehearsed: preflight passed and the point in time .* UTC would be restored; nothing was restored, so nothing is proved\.$/,
    ),
  });
  expect(run.projection.findings).toEqual([]);
  expect(run.projection.recoveryPoint?.choice).toBe('latest');
  expect(run.projection.preview).toMatchObject({
    mode: 'rehearse',
    restores: expect.stringMatching(/^point in time /),
    costUsd: expect.any(Number),
    takesAboutMs: expect.any(Number),
  });
  expect(run.projection.resources).toEqual([]);
  const { calls } = (await world.control('GET', 'calls')) as { calls: { operation: string; at: number | string }[] };
  expect(calls.length).toBeGreaterThan(0);
});

test('a rehearsal of a moment that cannot be restored fails like the real run would, with a finding', async () => {
  const { startTest, untilSealed } = await import('../engine/acting.ts');
  const request = { mode: 'rehearse', point: 'at', atMs: Date.parse('2020-01-01T00:00:00Z') } as const;
  const run = await untilSealed(world, await startTest(world, request));
  expect(run.projection.judged).toMatchObject({
    verdict: 'failed',
    reason: expect.stringContaining('no usable recovery point'),
  });
  expect(run.projection.findings.map(({ check, cause }) => `${check}/${cause}`)).toEqual([
    'restore/no-usable-recovery-point',
  ]);
  // The step says so itself, with the calls that AWS answered.
  const step = run.projection.steps.find(({ name }) => name === 'choose recovery point');
  expect(step).toMatchObject({ status: 'failed', error: { code: 'no-usable-recovery-point' } });
  expect(step?.awsCalls.length).toBeGreaterThan(0);
  expect(run.projection.preview).toBeUndefined();
});
