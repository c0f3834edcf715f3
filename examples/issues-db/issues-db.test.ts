import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sentinelTable } from '../../activities/database/sentinel-table.ts';
import { loadCatalog } from '../../catalog/load.ts';
import { testableResourceOf } from '../../catalog/lookup.ts';
import { dataRootFor, initCluster, locateBinaries, startServer } from '../../postgres/index.ts';
import type { RunningServer } from '../../postgres/index.ts';
import { startLiveWriter } from './live-writer.ts';
import type { LiveWriter } from './live-writer.ts';
import { grantSourceLogin, seedIssuesDatabase, sizeFor } from './seed.ts';

const asOfMs = Date.parse('2026-11-22T12:00:00Z');
const home = await mkdtemp(path.join(tmpdir(), 'issues-db-test-'));
const root = await dataRootFor(home);
const dataDir = path.join(root, 'cluster');
const binaries = await locateBinaries(18);
const catalog = await loadCatalog(new URL('../catalog.yaml', import.meta.url).pathname);
const { resource } = testableResourceOf(catalog.catalog, { service: 'jira-cloud' });
let server: RunningServer;
const writers: LiveWriter[] = [];

const login = (database: string) => ({
  host: '127.0.0.1',
  port: server.port,
  user: 'master',
  password: 'secret',
  database,
});
const start = (port?: number): Promise<RunningServer> =>
  startServer({ binaries, dataDir, settings: { fsync: false }, ...(port === undefined ? {} : { port }) });

async function ask(sql: string, connection: object = login('issues')): Promise<Record<string, unknown>[]> {
  const client = new Client(connection);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  await initCluster({ binaries, dataDir, superuser: 'master', password: 'secret' });
  server = await start();
  for (const name of ['issues', 'twin', 'torn']) await ask(`CREATE DATABASE ${name}`, login('postgres'));
  await seedIssuesDatabase(login('issues'), { rows: 20_000, asOfMs });
});

afterAll(async () => {
  await Promise.all(writers.map((writer) => writer.stop()));
  await server.stop('immediate');
  await rm(root, { recursive: true, force: true });
  await rm(home, { recursive: true, force: true });
});

const fingerprint = (database: string) =>
  ask(
    `SELECT ${['users', 'projects', 'issues', 'comments', 'worklogs', 'attachments']
      .map((table) => `(SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM ${table} t) AS ${table}`)
      .join(', ')}`,
    login(database),
  );

describe('the issues database', () => {
  test('has at least a million rows unless told otherwise, and refuses to be too small to mean anything', () => {
    expect(Object.values(sizeFor(1_000_000)).reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(1_000_000);
    expect(() => sizeFor(10)).toThrow('rows must be a whole number from 5000, not 10.');
  });

  test('is the same for the same options, row by row', async () => {
    const seeded = await seedIssuesDatabase(login('twin'), { rows: 20_000, asOfMs });
    expect(seeded).toMatchObject({ existed: false, size: sizeFor(20_000) });
    expect(await fingerprint('twin')).toEqual(await fingerprint('issues'));
  });

  test('is left alone when it is there already', async () => {
    const before = await fingerprint('twin');
    expect(await seedIssuesDatabase(login('twin'), { rows: 50_000, asOfMs })).toMatchObject({
      existed: true,
      size: sizeFor(20_000),
    });
    expect(await fingerprint('twin')).toEqual(before);
  });

  test('is there as a whole or not at all', async () => {
    await ask('CREATE TABLE attachments (note text)', login('torn'));
    await expect(seedIssuesDatabase(login('torn'), { rows: 5000, asOfMs })).rejects.toThrow('already exists');
    expect(await ask("SELECT to_regclass('issues') AS issues", login('torn'))).toEqual([{ issues: null }]);
  });

  test('holds nothing from after its moment, and nothing in an archived project from after its archiving', async () => {
    const [newest] = await ask(
      `SELECT greatest((SELECT max(updated_at) FROM issues), (SELECT max(created_at) FROM comments), (SELECT max(started_at) FROM worklogs),
         (SELECT max(created_at) FROM attachments), (SELECT max(created_at) FROM users)) AS at`,
    );
    expect(newest?.['at']).toBeInstanceOf(Date);
    expect(Number(newest?.['at'])).toBeLessThanOrEqual(asOfMs);
    const late = await ask(
      `SELECT count(*)::int AS count FROM issues i JOIN projects p ON p.id = i.project_id LEFT JOIN comments c ON c.issue_id = i.id
       WHERE greatest(i.updated_at, c.created_at) > p.archived_at`,
    );
    expect(late).toEqual([{ count: 0 }]);
  });

  test("passes its owner's own checks, smoke query and hot queries", async () => {
    for (const check of resource.checks) {
      if (check.kind === 'query')
        expect(Object.values((await ask(check.sql))[0] ?? {}).map(Number)).toEqual([check.expect.equals]);
      if (check.kind === 'row-count') expect((await ask(`SELECT FROM ${check.table} LIMIT 1`)).length).toBe(1);
      if (check.kind === 'immutable-checksum') {
        const [found] = await ask(`SELECT count(*)::int AS count FROM ${check.table} WHERE ${check.where}`);
        expect(found?.['count']).toBeGreaterThan(100);
      }
      if (check.kind === 'referential-integrity') {
        const { table, column, references } = check;
        const orphans = await ask(
          `SELECT 1 FROM ${table} c LEFT JOIN ${references.table} p ON p.${references.column} = c.${column}
           WHERE c.${column} IS NOT NULL AND p.${references.column} IS NULL`,
        );
        expect(orphans).toEqual([]);
      }
    }
    const [open] = await ask(resource.smoke.sql);
    expect(Number(open?.['count'])).toBeGreaterThanOrEqual(resource.smoke.expect.atLeast ?? Infinity);
    for (const query of resource.hotQueries) expect((await ask(query.sql)).length).toBeGreaterThan(0);
  });
});

describe("the source's login", () => {
  test('reads everything and writes nothing but its sentinels, and can be granted twice', async () => {
    await grantSourceLogin(login('issues'), 'first');
    const { user } = await grantSourceLogin(login('issues'), "it's; secret");
    const source = { ...login('issues'), user, password: "it's; secret" };
    expect(await ask('SELECT count(*)::int AS count FROM projects', source)).toEqual([{ count: 200 }]);
    await ask(`INSERT INTO ${sentinelTable} (resource, counter, writer_time) VALUES ('r', 1, now())`, source);
    for (const forbidden of [
      'DELETE FROM comments',
      "UPDATE issues SET summary = 'x'",
      `DELETE FROM ${sentinelTable}`,
      `UPDATE ${sentinelTable} SET counter = 2`,
      'CREATE TABLE mine (id int)',
    ]) {
      await expect(ask(forbidden, source)).rejects.toThrow('permission denied');
    }
  });
});

describe('the live writer', () => {
  const url = (): string => `postgres://master:secret@127.0.0.1:${server.port}/issues`;
  const archived = resource.checks.find((check) => check.kind === 'immutable-checksum');
  const checksum = () =>
    ask(`SELECT md5(string_agg(t::text, '' ORDER BY id)) AS sum FROM issues t WHERE ${archived?.where}`);
  const until = (condition: () => boolean): Promise<void> =>
    expect
      .poll(condition, { timeout: 20_000, interval: 20 })
      .toBe(true)
      .then(() => undefined);

  test('adds issues and comments, moves issues along, and leaves archived projects alone', async () => {
    const [before, sum] = [await fingerprint('issues'), await checksum()];
    const writer = startLiveWriter({ databaseUrl: url(), writesPerSecond: 500 });
    writers.push(writer);
    await until(() => writer.written() >= 100);
    await writer.stop();
    const written = writer.written();
    const [after] = await fingerprint('issues');
    expect(after?.['issues']).not.toBe(before[0]?.['issues']);
    expect(after?.['comments']).not.toBe(before[0]?.['comments']);
    expect(after?.['worklogs']).toBe(before[0]?.['worklogs']);
    expect(await checksum()).toEqual(sum);
    expect(await ask("SELECT 1 FROM issues WHERE (status = 'done') <> (resolved_at IS NOT NULL)")).toEqual([]);
    expect(writer.written()).toBe(written);
  });

  test('goes on by itself after the database was killed and came back', async () => {
    const changes: string[] = [];
    const writer = startLiveWriter({
      databaseUrl: url(),
      writesPerSecond: 500,
      onChange: (change) => changes.push(change),
    });
    writers.push(writer);
    await until(() => writer.written() > 0);
    const { port } = server;
    await server.stop('immediate');
    await until(() => changes.includes('interrupted'));
    server = await start(port);
    const written = writer.written();
    await until(() => writer.written() > written);
    await writer.stop();
    expect(changes).toEqual(['writing', 'interrupted', 'writing']);
  });

  test('runs as a process of its own until SIGTERM', async () => {
    const script = new URL('live-writer.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [script, '200'], {
      env: { ...process.env, DATABASE_URL: url() },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(child, 'close');
    try {
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
      await until(() => said.includes('writing: 180 open projects'));
      child.kill('SIGTERM');
      expect(await closed).toEqual([0, null]);
      expect(said).toMatch(/stopped after \d+ writes/);
    } finally {
      child.kill('SIGKILL');
    }
  });

  test('without an address says how it is used', async () => {
    const script = new URL('live-writer.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [script], {
      env: { PATH: process.env['PATH'] ?? '' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    expect(await once(child, 'close')).toEqual([2, null]);
    expect(said).toContain('Usage: DATABASE_URL=');
  });
});
