import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { connect as connectTcp, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Baseline, CheckDefinition, CheckResult } from '../../domain/check.ts';
import { derivePassword } from '../copy-password.ts';
import { connect } from '../database/connect.ts';
import type { TestPostgres } from '../database/postgres-harness.ts';
import { startTestPostgres } from '../database/postgres-harness.ts';
import { takeBaseline } from '../source/take-baseline.ts';
import { createProbeActivities } from './index.ts';
import type { CopyAddress } from './interface.ts';

const drillSecret = 'a drill secret of more than 32 characters';
const runId = 'restore-test/issues-service/issues-db/2026Q4';
const deps = { drillSecret, connectTimeoutMs: 2_000, passwordGraceMs: 0 };
const probe = createProbeActivities({ ...deps, restartPatienceMs: 1_000 });
const immutable = { name: 'closed issues', table: 'public.issues', orderBy: 'id', where: 'id <= 900' };
let server: TestPostgres;
let copy: CopyAddress;
let baseline: Baseline;

const schema = `
  CREATE TABLE projects (id int PRIMARY KEY, name text NOT NULL);
  CREATE TABLE issues (id int PRIMARY KEY, project_id int, title text NOT NULL, created timestamptz NOT NULL DEFAULT '2026-01-01T00:00:00Z');
  INSERT INTO projects SELECT n, 'p' || n FROM generate_series(1, 10) n;
  INSERT INTO issues (id, project_id, title) SELECT n, 1 + n % 10, 'secret title ' || n FROM generate_series(1, 1000) n;`;

beforeAll(async () => {
  server = await startTestPostgres(derivePassword(drillSecret, runId));
  await server.run('CREATE DATABASE issues');
  await server.run(schema, 'issues');
  const database = {
    service: 'issues-service',
    resource: 'issues-db',
    accountId: '111111111111',
    region: 'eu-central-1',
    identifier: 'issues-prod',
    databaseName: 'issues',
    tls: 'disable' as const,
  };
  copy = {
    runId,
    name: 'drdrill-issues-service-issues-db-0123456789ab',
    host: '127.0.0.1',
    port: server.port,
    user: server.user,
    database,
  };
  const connection = await connect(server.address('issues'), { applicationName: 'test', connectTimeoutMs: 2_000 });
  const taken = await takeBaseline(
    connection,
    {
      service: 'issues-service',
      resource: 'issues-db',
      address: () => server.address('issues'),
      sentinel: true,
      tables: ['public.issues', 'public.projects'],
      checksums: [immutable],
    },
    10_000,
  );
  await connection.close();
  expect(taken.problems).toEqual([]);
  ({ baseline } = taken);
});
afterAll(() => server.close());

async function waitFor(check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error('It did not happen within 20 s.');
    await setTimeout(20);
  }
}

/** Runs one check against a database that `change` made different, and undoes it. */
async function checkAfter(
  check: CheckDefinition,
  change = '',
  against: Baseline | undefined = baseline,
): Promise<CheckResult> {
  await server.run('CREATE DATABASE changed TEMPLATE issues');
  try {
    if (change !== '') await server.run(change, 'changed');
    return await checkIn('changed', check, against);
  } finally {
    await server.run('DROP DATABASE changed WITH (FORCE)');
  }
}

async function checkIn(
  databaseName: string,
  check: CheckDefinition,
  against: Baseline | undefined = baseline,
): Promise<CheckResult> {
  const { results } = await probe.runChecks({
    copy: { ...copy, database: { ...copy.database, databaseName } },
    checks: [check],
    ...(against === undefined ? {} : { baseline: against }),
    expectedEngineVersion: baseline.engineVersion,
  });
  const [result] = results;
  if (result === undefined) throw new Error('The check has no result.');
  return result;
}

const rowCount: CheckDefinition = {
  kind: 'row-count',
  name: 'issues',
  required: true,
  table: 'public.issues',
  tolerancePercent: 1,
};
const schemaHash: CheckDefinition = { kind: 'schema-hash', name: 'schema', required: true };
const checksum: CheckDefinition = { kind: 'immutable-checksum', required: true, ...immutable };
const orphans: CheckDefinition = {
  kind: 'referential-integrity',
  name: 'issues have projects',
  required: true,
  table: 'public.issues',
  column: 'project_id',
  references: { table: 'public.projects', column: 'id' },
};
const query = (sql: string, expected: object): CheckDefinition => ({
  kind: 'query',
  name: 'question',
  required: true,
  sql,
  expect: expected,
});

describe('checks of restored data', () => {
  test('all pass on a copy that equals the source', async () => {
    const checks: CheckDefinition[] = [
      { kind: 'connect', name: 'connect', required: true },
      { kind: 'engine-version', name: 'version', required: true },
      schemaHash,
      rowCount,
      checksum,
      orphans,
      query('SELECT count(*) FROM projects', { equals: 10 }),
    ];
    const { results } = await probe.runChecks({
      copy,
      checks,
      baseline,
      expectedEngineVersion: baseline.engineVersion,
    });
    expect(results.map((one) => [one.kind, one.outcome, one.found])).toEqual(
      checks.map((check) => [check.kind, 'passed', expect.any(String)]),
    );
  });

  test('missing rows beyond the tolerance fail, with the numbers', async () => {
    const result = await checkAfter(rowCount, 'DELETE FROM issues WHERE id > 980');
    expect(result).toMatchObject({ outcome: 'failed', found: '980 rows (−20, -2.00 %)' });
    expect(result.expected).toContain('1000 rows within 1 %');
  });

  test('a few rows more or less within the tolerance pass', async () => {
    expect((await checkAfter(rowCount, 'DELETE FROM issues WHERE id > 995')).outcome).toBe('passed');
  });

  test('a changed column, a dropped index and a new table are named', async () => {
    const result = await checkAfter(
      schemaHash,
      'ALTER TABLE issues ADD COLUMN extra int; DROP TABLE projects; CREATE TABLE surprise (id int)',
    );
    expect(result.outcome).toBe('failed');
    expect(result.found).toContain('table public.issues differs');
    expect(result.found).toContain('table public.projects is missing');
    expect(result.found).toContain('table public.surprise is new');
  });

  test("firedrill's own schema is no difference", async () => {
    expect(
      (await checkAfter(schemaHash, 'CREATE SCHEMA firedrill; CREATE TABLE firedrill.firedrill_sentinel (id int)'))
        .outcome,
    ).toBe('passed');
  });

  test('an orphan fails referential integrity, and a NULL is none', async () => {
    expect(
      await checkAfter(orphans, 'DELETE FROM projects WHERE id = 3; UPDATE issues SET project_id = NULL WHERE id = 1'),
    ).toMatchObject({ outcome: 'failed', found: '100 rows that refer to nothing' });
  });

  test('one changed value in a range declared immutable fails its checksum; one outside does not', async () => {
    expect((await checkAfter(checksum, `UPDATE issues SET title = 'x' WHERE id = 5`)).outcome).toBe('failed');
    expect((await checkAfter(checksum, `UPDATE issues SET title = 'x' WHERE id = 950`)).outcome).toBe('passed');
  });

  test('without a baseline there is no claim', async () => {
    const { results } = await probe.runChecks({
      copy,
      checks: [schemaHash, rowCount, checksum],
      expectedEngineVersion: '18',
    });
    expect(results.map((one) => one.outcome)).toEqual(['no-baseline', 'no-baseline', 'no-baseline']);
  });

  test('a table that the source had and the copy has not fails; one that nobody knows could not run', async () => {
    expect(await checkAfter(rowCount, 'DROP TABLE issues')).toMatchObject({
      outcome: 'failed',
      found: expect.stringContaining('does not exist'),
    });
    expect((await checkAfter({ ...rowCount, table: 'public.nowhere' })).outcome).toBe('could-not-run');
  });

  test('another engine version fails', async () => {
    const result = await checkAfter({ kind: 'engine-version', name: 'version', required: true, expected: '15' });
    expect(result).toMatchObject({ outcome: 'failed', expected: '15' });
  });
});

describe('queries with an expected value', () => {
  test.each([
    ['SELECT count(*) FROM issues', { equals: 1000 }, 'passed'],
    ['SELECT count(*) FROM issues', { equals: 999 }, 'failed'],
    ['SELECT count(*) FROM issues', { atLeast: 1, atMost: 2000 }, 'passed'],
    ['SELECT count(*) FROM issues', { atMost: 10 }, 'failed'],
    ['SELECT bool_and(id > 0) FROM issues', { equals: true }, 'passed'],
    [`SELECT name FROM projects WHERE id = 1 -- a comment at the end`, { equals: 'p1' }, 'passed'],
    ['WITH big AS (SELECT 9007199254740993::bigint AS n) SELECT n FROM big', { equals: '9007199254740993' }, 'passed'],
    ['SELECT NULL', { equals: 0 }, 'failed'],
    ['SELECT id FROM issues', { equals: 1 }, 'could-not-run'],
    ['SELECT 1, 2', { equals: 1 }, 'could-not-run'],
    ['SELECT 1 WHERE false', { equals: 1 }, 'could-not-run'],
    ['SELECT broken FROM', { equals: 1 }, 'could-not-run'],
    ['DELETE FROM issues RETURNING 1', { equals: 1 }, 'could-not-run'],
    [`SELECT setval('issues_seq', 1)`, { equals: 1 }, 'could-not-run'],
    ['SELECT 1; DROP TABLE issues', { equals: 1 }, 'could-not-run'],
  ])('%s expecting %o is %s', async (sql, expected, outcome) => {
    expect((await checkIn('issues', query(sql, expected))).outcome).toBe(outcome);
  });

  test('no text of a row and no message of PostgreSQL is repeated', async () => {
    const texts = [
      await checkIn('issues', query('SELECT title FROM issues WHERE id = 7', { equals: 'x' })),
      await checkIn('issues', query('SELECT title::int FROM issues WHERE id = 7', { equals: 1 })),
    ];
    expect(texts.map((one) => one.outcome)).toEqual(['failed', 'could-not-run']);
    expect(JSON.stringify(texts)).not.toContain('secret title');
    expect(texts[1]?.found).toContain('SQLSTATE 22P02');
  });

  test('a query that takes too long is stopped and says so', async () => {
    const impatient = createProbeActivities({ drillSecret, statementTimeoutMs: 200 });
    const { results } = await impatient.runChecks({
      copy,
      checks: [query('SELECT count(*) FROM pg_sleep(20)', { equals: 1 })],
      expectedEngineVersion: '18',
    });
    expect(results[0]).toMatchObject({ outcome: 'could-not-run', found: expect.stringContaining('SQLSTATE 57014') });
  });
});

describe('the newest data', () => {
  test('is the sentinel with the highest number of this resource, on the database clock', async () => {
    await server.run(
      `CREATE SCHEMA firedrill; CREATE TABLE firedrill.firedrill_sentinel (resource text, counter bigint, writer_time timestamptz, database_time timestamptz);
       INSERT INTO firedrill.firedrill_sentinel VALUES ('issues-service/issues-db', 41, now(), '2026-11-22T10:00:00Z'), ('issues-service/issues-db', 42, now(), '2026-11-22T10:01:00.123Z'), ('other/db', 99, now(), now())`,
      'issues',
    );
    const { reading } = await probe.readNewest({ copy, newest: { kind: 'sentinel' } });
    expect(reading).toEqual({
      source: 'sentinel',
      counter: 42,
      databaseTimeMs: Date.parse('2026-11-22T10:01:00.123Z'),
    });
  });

  test('is absent when the copy has no sentinel table', async () => {
    const elsewhere = { ...copy, database: { ...copy.database, databaseName: 'postgres' } };
    expect(await probe.readNewest({ copy: elsewhere, newest: { kind: 'sentinel' } })).toEqual({});
  });

  test("is the moment that the owner's own query answers, and absent when it answers none", async () => {
    expect(
      await probe.readNewest({ copy, newest: { kind: 'newestRow', sql: 'SELECT max(created) FROM issues' } }),
    ).toEqual({ reading: { source: 'newestRow', databaseTimeMs: Date.parse('2026-01-01T00:00:00Z') } });
    expect(
      await probe.readNewest({
        copy,
        newest: { kind: 'newestRow', sql: 'SELECT max(created) FROM issues WHERE false' },
      }),
    ).toEqual({});
  });

  test('is refused when the query answers many rows', async () => {
    await expect(
      probe.readNewest({ copy, newest: { kind: 'newestRow', sql: 'SELECT created FROM issues' } }),
    ).rejects.toMatchObject({ code: 'query-not-usable', kind: 'input' });
  });
});

describe('the first connection', () => {
  test('answers the version and a clock that agrees with ours', async () => {
    const first = await probe.connectFirst(copy);
    expect(first.serverVersion).toBe(baseline.engineVersion);
    expect(Math.abs(first.databaseClockSkewMs)).toBeLessThan(1_000);
  });

  test('is "not yet" while nobody listens', async () => {
    await expect(probe.connectFirst({ ...copy, port: 1 })).rejects.toMatchObject({ kind: 'not-yet' });
  });

  test('is a finding when the password is refused, and the password is in no text', async () => {
    const other = { ...copy, runId: 'restore-test/other/db/2026Q4' };
    const error: unknown = await probe.connectFirst(other).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'finding', code: 'copy-login-refused' });
    expect(String(error)).not.toContain(derivePassword(drillSecret, other.runId));
  });

  test('is a finding when the database is not in the copy', async () => {
    await expect(
      probe.connectFirst({ ...copy, database: { ...copy.database, databaseName: 'nowhere' } }),
    ).rejects.toMatchObject({ kind: 'finding', code: 'copy-database-missing' });
  });

  test('is a finding when TLS is asked for and not offered', async () => {
    await expect(probe.connectFirst({ ...copy, database: { ...copy.database, tls: 'require' } })).rejects.toMatchObject(
      { kind: 'finding', code: 'copy-unreachable' },
    );
  });
});

describe('usable and fast', () => {
  test('the smoke query passes or fails by its expectation', async () => {
    expect(
      (await probe.runSmoke({ copy, sql: 'SELECT count(*) FROM issues', expect: { atLeast: 1000 } })).result,
    ).toMatchObject({ kind: 'smoke', outcome: 'passed', found: '1000' });
    expect(
      (await probe.runSmoke({ copy, sql: 'SELECT count(*) FROM issues', expect: { atLeast: 1001 } })).result.outcome,
    ).toBe('failed');
    expect(
      (await probe.runSmoke({ copy: { ...copy, port: 1 }, sql: 'SELECT 1', expect: { equals: 1 } })).result.outcome,
    ).toBe('could-not-run');
  });

  /** Ends every connection of the probe that asks something, as a server does that is shut down. */
  const shutDownWhoAsks = async (times: number): Promise<void> => {
    const ended = async (): Promise<boolean> => {
      const [row] = await server.run(
        `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
         WHERE application_name = 'firedrill probe' AND state = 'active' AND query LIKE '%pg_sleep%'`,
      );
      return Number(Object.values(row ?? {})[0]) > 0;
    };
    for (let time = 1; time <= times; time += 1) await waitFor(ended);
  };
  const slow = { sql: 'SELECT 7 FROM (SELECT pg_sleep(2)) AS slept', expect: { equals: 7 } };

  test('a server that is shut down while it answers is asked again: that says nothing about the data', async () => {
    const [{ result }] = await Promise.all([probe.runSmoke({ copy, ...slow }), shutDownWhoAsks(2)]);
    expect(result).toMatchObject({ outcome: 'passed', found: '7' });
    const sleeps: CheckDefinition = { kind: 'query', name: 'sleeps', required: true, ...slow };
    const [checked] = await Promise.all([checkIn('issues', sleeps), shutDownWhoAsks(1)]);
    expect(checked).toMatchObject({ outcome: 'passed', found: '7' });
  });

  test('a server that goes away every time is no answer, and is told', async () => {
    const [{ result }] = await Promise.all([probe.runSmoke({ copy, ...slow }), shutDownWhoAsks(3)]);
    expect(result).toMatchObject({ outcome: 'could-not-run', cause: 'no-connection' });
  });

  test('a server that starts meanwhile is waited for', async () => {
    const door = createServer((incoming) => incoming.pipe(connectTcp(server.port, '127.0.0.1')).pipe(incoming));
    const listen = async (port: number): Promise<void> => {
      door.listen(port, '127.0.0.1');
      await once(door, 'listening');
    };
    await listen(0);
    const at = door.address() as AddressInfo;
    door.close();
    const patient = createProbeActivities({ ...deps, restartPatienceMs: 30_000 });
    const asking = patient.runSmoke({ copy: { ...copy, port: at.port }, sql: 'SELECT 7', expect: { equals: 7 } });
    await setTimeout(5_000);
    await listen(at.port);
    expect((await asking).result).toMatchObject({ outcome: 'passed', found: '7' });
    door.close();
  });

  test('hot queries are usable once the last ten answers of each are under its limit', async () => {
    const { usable, curve } = await probe.measureHotQueries({
      copy,
      queries: [{ name: 'by project', sql: 'SELECT count(*) FROM issues WHERE project_id = 3', usableP95Ms: 5_000 }],
      deadlineMs: 20_000,
    });
    expect(usable).toBe(true);
    expect(curve.at(-1)).toMatchObject({ query: 'by project', usableP95Ms: 5_000 });
  });

  test('a query that stays slow is not usable at the deadline', async () => {
    const { usable, curve } = await probe.measureHotQueries({
      copy,
      queries: [{ name: 'slow', sql: 'SELECT pg_sleep(0.02)', usableP95Ms: 1 }],
      deadlineMs: 600,
    });
    expect(usable).toBe(false);
    expect(curve.at(-1)?.p95Ms).toBeGreaterThan(15);
  });

  test('a hot query that does not exist is said to be one', async () => {
    await expect(
      probe.measureHotQueries({
        copy,
        queries: [{ name: 'wrong', sql: 'SELECT nothing FROM nowhere', usableP95Ms: 1 }],
        deadlineMs: 5_000,
      }),
    ).rejects.toMatchObject({ code: 'query-not-usable' });
  });
});

describe('inside a worker', () => {
  test('a cancelled run stops its question at once, and no answer is made up', async () => {
    const worker = new MockActivityEnvironment({ startToCloseTimeoutMs: 60_000 });
    const running = worker.run(() =>
      probe.runChecks({
        copy,
        checks: [query('SELECT count(*) FROM pg_sleep(30)', { equals: 1 })],
        expectedEngineVersion: '18',
      }),
    );
    await waitFor(
      async () =>
        (
          await server.run(
            `SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%' AND state = 'active' AND application_name = 'firedrill probe'`,
          )
        ).length > 0,
    );
    worker.cancel();
    await expect(running).rejects.toBeInstanceOf(CancelledFailure);
    await server.run(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'firedrill probe'`,
    );
  });
});

describe('damaged data', () => {
  test('a broken page fails the row count with words, and the other checks still run', async () => {
    await server.run('CREATE DATABASE damaged TEMPLATE issues');
    // Vacuumed, so that an index-only count would be possible, and would see nothing.
    for (const statement of ['VACUUM (FREEZE, ANALYZE) issues', 'CHECKPOINT']) await server.run(statement, 'damaged');
    const [row] = await server.run(`SELECT pg_relation_filepath('issues') AS path`, 'damaged');
    await server.stop();
    const file = await open(path.join(server.dataDir, String(row?.['path'])), 'r+');
    await file.write(Buffer.alloc(512, 0x5a), 0, 512, 8192 + 4000);
    await file.close();
    await server.start();
    const damaged = { ...copy, database: { ...copy.database, databaseName: 'damaged' } };
    const { results } = await probe.runChecks({
      copy: damaged,
      checks: [rowCount, query('SELECT count(*) FROM projects', { equals: 10 })],
      baseline,
      expectedEngineVersion: '18',
    });
    expect(results[0]).toMatchObject({ outcome: 'failed', found: expect.stringContaining('damaged data') });
    expect(results[1]?.outcome).toBe('passed');
  });
});
