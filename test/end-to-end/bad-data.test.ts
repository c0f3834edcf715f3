import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeDBSnapshotsCommand } from '@aws-sdk/client-rds';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { StoredRun } from '../../store/read.ts';
import { approve, copyNameOf, startTest, untilAsked } from '../engine/acting.ts';
import type { TestRequest } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';
import type { Expected } from '../engine/ending.ts';
import { createHolds } from '../engine/holds.ts';
import { until } from '../engine/outside.ts';
import { takeSnapshot } from '../engine/snapshots.ts';
import { rdsOf } from '../engine/outside.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';
import { clocksOf } from '../../domain/verdict.ts';

const hourMs = 3_600_000;
const watched = ['issues-db', 'missing', 'corrupt', 'smoke', 'oldest', 'random', 'at'];
const holds = createHolds();
let world: World;
beforeAll(async () => {
  world = await createWorld({
    aliases: [...watched.slice(1), 'unwatched', 'unreachable'],
    watch: watched,
    activities: holds.activities,
    catalog: (text) => text.replace('connectDeadline: 20s', 'connectDeadline: 4s'),
  });
});
afterAll(() => world.close());

const logOf = (resource: string, log: 'sentinels' | 'baselines'): string =>
  join(world.config.home, 'source', 'jira-cloud', resource, `${log}.jsonl`);

/** Starts, approves, and waits until the recovery point is chosen. */
async function begin(request: TestRequest): Promise<string> {
  const runId = await startTest(world, request);
  await approve(world, runId);
  await world.runWhen(
    runId,
    (run) => run.projection.recoveryPoint !== undefined || run.projection.judged !== undefined,
    'point chosen',
  );
  return runId;
}
const hold = async (request: TestRequest, expected: Expected): Promise<StoredRun> =>
  await expectEnding(world, await begin(request), expected);
const failedChecks = (run: StoredRun): string[] =>
  run.projection.checks
    .filter(({ required, outcome }) => required && outcome !== 'passed')
    .map(({ name, outcome }) => `${name}: ${outcome}`);

describe('a backup that is not what it should be', () => {
  // The damage stays in that snapshot; what comes after is restored from a sound one.
  afterEach(() => takeSnapshot(world));

  test('with missing rows fails by the checks that count them', async () => {
    await world.control('POST', 'rds/corrupt', {
      snapshot: await takeSnapshot(world),
      kind: 'missing-rows',
      table: 'worklogs',
      share: 0.1,
    });
    const run = await hold(
      { resource: 'missing', method: 'snapshot' },
      {
        verdict: 'failed',
        reason: /check "row count worklogs" failed: found/i,
        findings: ['check:row count worklogs/failed'],
        copy: 'gone',
      },
    );
    expect(failedChecks(run)).toEqual(['row count worklogs: failed']);
    // Restored and fast, but nobody could have used it: T6 is not there.
    expect(run.projection.ledger.T4).toBeDefined();
    expect(run.projection.ledger.T6).toBeUndefined();
    expect(clocksOf(run.projection.judged)?.rto.judgement).toBe('not-measured');
  });

  test('with a table that cannot be read fails by the checks that read it', async () => {
    await world.control('POST', 'rds/corrupt', {
      snapshot: await takeSnapshot(world),
      kind: 'corrupt-table',
      table: 'comments',
    });
    const runId = await begin({ resource: 'corrupt', method: 'snapshot' });
    const seen = await world.runWhen(runId, (run) => run.projection.judged !== undefined, 'judged');
    const names = seen.projection.checks.filter(({ required, outcome }) => required && outcome !== 'passed');
    expect(names.map(({ name }) => name)).toContain('row count comments');
    expect(names.map(({ cause }) => cause)).toEqual(names.map(() => 'damaged'));
    await expectEnding(world, runId, {
      verdict: 'failed',
      reason: /row count comments/,
      // One cause, one finding, however many checks met it.
      findings: ['check:data/damaged'],
      copy: 'gone',
    });
  });
});

describe('a smoke query', () => {
  test('that fails means not usable, though every check is green', async () => {
    await world.changeCatalog((text) => text.replace('atLeast: 1', 'atLeast: 1000000'));
    try {
      const run = await hold(
        { resource: 'issues-db' },
        { verdict: 'failed', reason: /"smoke query" failed/, findings: ['check:smoke query/failed'], copy: 'gone' },
      );
      expect(run.projection.ledger.T5).toBeDefined();
      expect(run.projection.ledger.T6).toBeUndefined();
    } finally {
      await world.changeCatalog((text) => text.replace('atLeast: 1000000', 'atLeast: 1'));
    }
  });
});

describe('a database', () => {
  test('that nobody can reach after it became available fails', async () => {
    const runId = await startTest(world, { resource: 'unreachable' });
    await untilAsked(world, runId);
    holds.hold(runId, 'connectFirst');
    await approve(world, runId);
    await holds.reached(runId, 'connectFirst');
    const { pid } = (await world.control('POST', 'rds/server', { instance: copyNameOf(runId, 'unreachable') })) as {
      pid: number;
    };
    // This database server is this test's own; it is frozen, as a machine in trouble is.
    process.kill(pid, 'SIGSTOP');
    try {
      holds.release(runId, 'connectFirst');
      await world.runWhen(
        runId,
        (run) => run.projection.phase === 'cleaning up' || run.projection.judged !== undefined,
        'given up',
      );
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await expectEnding(world, runId, {
      verdict: 'failed',
      reason: /first connection/,
      findings: ['restore/stuck'],
      copy: 'gone',
    });
  });

  test('without a baseline and sentinels of its own is unproven, never passed', async () => {
    const run = await hold(
      { resource: 'unwatched' },
      {
        verdict: 'unproven',
        reason: /no baseline.*RPO is not measured/,
        findings: ['proof/not-validated'],
        copy: 'gone',
      },
    );
    expect(clocksOf(run.projection.judged)?.rpo).toMatchObject({ judgement: 'not-measured', achieved: 'not-measured' });
  });
});

describe('another moment than the latest', () => {
  test('the oldest, one by lot and a past one are restored, and judged against what was asked for', async () => {
    const atMs = Date.now() - 1000;
    const requests: TestRequest[] = [
      { resource: 'oldest', point: 'oldest' },
      { resource: 'random', point: 'random' },
      { resource: 'at', point: 'at', atMs },
    ];
    const runs = await Promise.all(
      requests.map(async (request) => {
        const runId = await begin(request);
        return await world.runWhen(runId, (run) => run.projection.sealed !== undefined, 'sealed');
      }),
    );
    for (const { projection } of runs) {
      expect(clocksOf(projection.judged)?.rpo.judgedAgainst).toBe('requested-point');
      expect(projection.recoveryPoint?.requestedMs).toBeDefined();
      expect(projection.resources).toMatchObject([{ state: 'gone' }]);
      // The oldest moments lie before the example's rows and the first sentinel: then less is proved, or a check fails.
      expect(['passed', 'unproven', 'failed']).toContain(projection.judged?.verdict);
    }
    expect(runs[2]?.projection.recoveryPoint?.requestedMs).toBe(atMs);
    expect(runs[2]?.projection.judged?.verdict, JSON.stringify(runs[2]?.projection.judged)).toBe('passed');
  });
});

describe('the age of the data', () => {
  test('a writer that was silent at T0 leaves the RPO unmeasured', async () => {
    await world.stopSource();
    const last = JSON.parse(
      (await readFile(logOf('issues-db', 'sentinels'), 'utf8')).trimEnd().split('\n').at(-1) ?? '{}',
    ) as { acknowledgedMs: number };
    await until(() => Date.now() - last.acknowledgedMs > 4000, 'the writer is silent for more than three intervals');
    const run = await hold(
      { resource: 'issues-db' },
      { verdict: 'unproven', reason: /RPO is not measured: .*silent/, findings: ['proof/not-validated'], copy: 'gone' },
    );
    expect(clocksOf(run.projection.judged)?.rto.judgement).toBe('met');
  });

  test('a backup three hours old misses the RPO of an hour', async () => {
    await makeEverythingOld(3 * hourMs);
    await world.control('POST', 'rds/backdate-snapshot', { snapshot: await takeSnapshot(world), byMs: 3 * hourMs });
    world.startSource();
    await until(async () => Date.now() - (await lastAcknowledged('issues-db')) < 2000, 'the writer is back');
    const run = await hold(
      { resource: 'issues-db', method: 'snapshot' },
      { verdict: 'failed', reason: /RPO missed: up to 3 h/, findings: ['rpo/missed'], copy: 'gone' },
    );
    expect(clocksOf(run.projection.judged)?.rpo).toMatchObject({ judgement: 'missed', judgedAgainst: 'tier' });
    expect(run.projection.ledger.T6).toBeDefined();
  });
});

async function lastAcknowledged(resource: string): Promise<number> {
  const line = (await readFile(logOf(resource, 'sentinels'), 'utf8')).trimEnd().split('\n').at(-1) ?? '{}';
  return (JSON.parse(line) as { acknowledgedMs?: number }).acknowledgedMs ?? 0;
}

/** Moves sentinels, baselines and snapshots back in time, as if everything so far had happened then. */
async function makeEverythingOld(byMs: number): Promise<void> {
  const { host, port, user, password, database } = world.database;
  const client = new pg.Client({ host, port, user, password, database });
  await client.connect();
  try {
    const back = `interval '1 millisecond' * ${byMs}`;
    await client.query(
      `UPDATE firedrill.firedrill_sentinel SET writer_time = writer_time - ${back}, database_time = database_time - ${back}`,
    );
  } finally {
    await client.end();
  }
  for (const snapshot of (
    await rdsOf(world).send(new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: 'issues-db-prod' }))
  ).DBSnapshots ?? [])
    await world.control('POST', 'rds/backdate-snapshot', {
      snapshot: snapshot.DBSnapshotIdentifier,
      byMs: byMs + 24 * hourMs,
    });
  for (const log of ['sentinels', 'baselines'] as const) {
    const lines = (await readFile(logOf('issues-db', log), 'utf8')).trimEnd().split('\n');
    const moved = lines.map((line) => {
      const entry = JSON.parse(line) as Record<string, unknown>;
      for (const name of ['databaseTimeMs', 'acknowledgedMs', 'takenAtMs'])
        if (typeof entry[name] === 'number') entry[name] -= byMs;
      return `${JSON.stringify(entry)}\n`;
    });
    await writeFile(logOf('issues-db', log), moved.join(''));
  }
}
