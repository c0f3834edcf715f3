import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestPostgres } from '../database/postgres-harness.ts';
import { startTestPostgres } from '../database/postgres-harness.ts';
import type { SourceLoops, SourceLoopsOptions, SourceResource } from './index.ts';
import { createSourceActivities, startSourceLoops } from './index.ts';
import type { Acknowledged } from './source-files.ts';
import { sourceFiles } from './source-files.ts';

const who = { service: 'issues-service', resource: 'issues-db' };
let server: TestPostgres;
let dataDir: string;
const running: SourceLoops[] = [];

beforeAll(async () => {
  server = await startTestPostgres('source password');
});
afterAll(() => server.close());
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'firedrill-source-test-'));
  await server.run('CREATE DATABASE issues');
  await server.run(
    'CREATE TABLE issues (id int PRIMARY KEY, title text); INSERT INTO issues SELECT n, md5(n::text) FROM generate_series(1, 50) n',
    'issues',
  );
});
afterEach(async () => {
  for (const loops of running.splice(0)) await loops.stop();
  await server.run('DROP DATABASE issues WITH (FORCE)');
  await rm(dataDir, { recursive: true, force: true });
});

const resource = (more: Partial<SourceResource> = {}): SourceResource => ({
  ...who,
  address: () => server.address('issues'),
  sentinel: true,
  tables: ['public.issues'],
  checksums: [{ name: 'old issues', table: 'public.issues', orderBy: 'id', where: 'id <= 40' }],
  ...more,
});

function start(options: Partial<SourceLoopsOptions> = {}): { told: string[] } {
  const told: string[] = [];
  running.push(
    startSourceLoops({
      resources: [resource()],
      dataDir,
      sentinelEveryMs: 50,
      baselineEveryMs: 60_000,
      tell: (event) => told.push(event.text),
      ...options,
    }),
  );
  return { told };
}

const files = () => sourceFiles(dataDir, who.service, who.resource);
const activities = () => createSourceActivities({ dataDir });

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen within 20 s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
const acknowledged = (count: number) =>
  until(`${count} acknowledged sentinels`, async () => (await files().readSentinels()).length >= count);

describe('the sentinel writer', () => {
  test('logs exactly what the database holds, with ascending numbers and both clocks', async () => {
    start();
    await acknowledged(4);
    for (const loops of running.splice(0)) await loops.stop();
    const log = await files().readSentinels();
    const rows = await server.run(
      `SELECT counter::int, (floor(extract(epoch FROM database_time) * 1000))::float8 AS at FROM firedrill.firedrill_sentinel WHERE resource = 'issues-service/issues-db' ORDER BY counter`,
      'issues',
    );
    expect(log.map((entry) => ({ counter: entry.counter, at: entry.databaseTimeMs }))).toEqual(rows);
    expect(log.map((entry) => entry.counter)).toEqual(log.map((_, index) => index + 1));
    expect(Math.abs(log[0]?.skewMs ?? Number.NaN)).toBeLessThan(1_000);
  });

  test('goes on counting after a restart, over a line that a killed writer left torn', async () => {
    start();
    await acknowledged(2);
    for (const loops of running.splice(0)) await loops.stop();
    const before = await files().readSentinels();
    await appendFile(files().sentinels, '{"counter":99,"databaseTi');
    start();
    await acknowledged(before.length + 2);
    const after = await files().readSentinels();
    expect(after.slice(0, before.length)).toEqual(before);
    // A number may be missing: of a row that the database took while the writer stopped. The torn line has none.
    expect(after[before.length]?.counter).toBeGreaterThan(before.at(-1)?.counter ?? 0);
    expect(after[before.length]?.counter).toBeLessThan(99);
  });

  test('never takes the number of a row whose acknowledgement was lost', async () => {
    start();
    await acknowledged(1);
    for (const loops of running.splice(0)) await loops.stop();
    await server.run(
      `INSERT INTO firedrill.firedrill_sentinel (resource, counter, writer_time) VALUES ('issues-service/issues-db', 500, now())`,
      'issues',
    );
    const known = (await files().readSentinels()).length;
    start();
    await acknowledged(known + 1);
    expect((await files().readSentinels())[known]?.counter).toBe(501);
  });

  test('goes on after the database was down, and says when that begins, changes and ends', async () => {
    const { told } = start();
    const works = () => told.filter((text) => text === 'The sentinel writer works.').length;
    await until('the start', () => Promise.resolve(works() === 1));
    await server.stop('immediate');
    await until('the outage', async () =>
      told.some((text) => text.startsWith('The sentinel writer does not get through')),
    );
    const down = await activities().sourceStatus(who);
    await server.start();
    const known = (await files().readSentinels()).length;
    await acknowledged(known + 2);
    expect(down.detail).toContain('last sentinel');
    await until('the good news', () => Promise.resolve(works() === 2));
    expect(told.join(' ')).not.toContain('source password');
  });

  test('says which grants are missing when the login may not write', async () => {
    await server.run(`CREATE ROLE reader LOGIN PASSWORD 'reader password'; GRANT SELECT ON issues TO reader`, 'issues');
    const { told } = start({
      resources: [
        resource({ address: () => ({ ...server.address('issues'), user: 'reader', password: 'reader password' }) }),
      ],
    });
    await until('the refusal', async () => told.some((text) => text.includes('GRANT SELECT, INSERT, DELETE')));
    await until('the status', async () => (await activities().sourceStatus(who)).detail.includes('42501'));
    expect((await activities().sourceStatus(who)).writing).toBe(false);
    for (const loops of running.splice(0)) await loops.stop();
    await server.run('DROP OWNED BY reader; DROP ROLE reader', 'issues');
  });

  test('goes on asking for the address when it cannot be found out, and says so without the details', async () => {
    let asked = 0;
    const { told } = start({
      resources: [
        resource({
          address: () => {
            asked += 1;
            return asked <= 2 ? Promise.reject(new Error('arn of something internal')) : server.address('issues');
          },
        }),
      ],
    });
    await acknowledged(1);
    expect(told.join(' ')).toContain('Where the database listens could not be found out');
    expect(told.join(' ')).not.toContain('arn of something');
  });

  test('prunes old rows and keeps new ones', async () => {
    start();
    await acknowledged(1);
    for (const loops of running.splice(0)) await loops.stop();
    await server.run(
      `INSERT INTO firedrill.firedrill_sentinel VALUES ('issues-service/issues-db', 300, now(), now() - interval '8 days')`,
      'issues',
    );
    start();
    await until(
      'pruning',
      async () =>
        (await server.run('SELECT 1 FROM firedrill.firedrill_sentinel WHERE counter = 300', 'issues')).length === 0,
    );
    expect((await server.run('SELECT 1 FROM firedrill.firedrill_sentinel WHERE counter = 1', 'issues')).length).toBe(1);
  });

  test('has on disk whatever it acknowledged before kill -9, and the next one goes on above it', async () => {
    const script = path.join(dataDir, 'writer.ts');
    await writeFile(
      script,
      `import { startSourceLoops } from ${JSON.stringify(path.join(import.meta.dirname, 'index.ts'))};
       startSourceLoops({ resources: [{ service: 'issues-service', resource: 'issues-db', sentinel: true, tables: [], checksums: [], address: () => (${JSON.stringify(server.address('issues'))}) }], dataDir: ${JSON.stringify(dataDir)}, sentinelEveryMs: 5 });`,
    );
    const child = spawn(process.execPath, [script], { stdio: 'ignore' });
    await acknowledged(5);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const log = await files().readSentinels();
    const rows = await server.run('SELECT counter::int FROM firedrill.firedrill_sentinel ORDER BY counter', 'issues');
    const stored = rows.map((row) => row['counter']);
    expect(stored).toEqual(expect.arrayContaining(log.map((entry) => entry.counter)));
    expect(stored.length - log.length).toBeLessThanOrEqual(1);
    start();
    await acknowledged(log.length + 1);
    expect((await files().readSentinels())[log.length]?.counter).toBe(Number(stored.at(-1)) + 1);
  });
});

describe('the baseline writer', () => {
  test('takes one at the start, of one moment, with counts, schema and checksums', async () => {
    start();
    await until('a baseline', async () => (await files().readBaselines()).length > 0);
    const { baseline } = await activities().baselineBefore({ ...who, beforeMs: Date.now() });
    expect(baseline).toMatchObject({ resource: 'issues-service/issues-db', rowCounts: { 'public.issues': 50 } });
    expect(baseline?.checksums['old issues']).toMatch(/^40:[0-9a-f]{32}$/);
    expect(baseline?.schemaHash).toMatch(/^[0-9a-f]{64}$/);
  });

  test('leaves out a table that it cannot read, says so, and takes the rest', async () => {
    const { told } = start({ resources: [resource({ tables: ['public.issues', 'public.nowhere'] })] });
    await until('a baseline', async () => (await files().readBaselines()).length > 0);
    await until('the note', async () => told.some((text) => text.includes('public.nowhere')));
    expect((await files().readBaselines())[0]?.rowCounts).toEqual({ 'public.issues': 50 });
  });

  test('the newest at or before a moment is answered, and none before the first', async () => {
    const baseline = (takenAtMs: number, count: number) =>
      JSON.stringify({
        resource: 'r',
        takenAtMs,
        engineVersion: '18',
        schemaHash: 'h',
        rowCounts: { t: count },
        checksums: {},
      });
    start();
    await until('a baseline', async () => (await files().readBaselines()).length > 0);
    for (const loops of running.splice(0)) await loops.stop();
    await writeFile(
      files().baselines,
      `${baseline(1_000, 1)}\n${baseline(2_000, 2)}\nnot json\n${baseline(3_000, 3)}\n`,
    );
    const before = async (beforeMs: number) =>
      (await activities().baselineBefore({ ...who, beforeMs })).baseline?.rowCounts['t'];
    expect([await before(999), await before(1_000), await before(2_999), await before(9_999)]).toEqual([
      undefined,
      1,
      2,
      3,
    ]);
  });
});

describe('what the writer knows', () => {
  const entry = (counter: number, atMs: number): Acknowledged => ({
    counter,
    databaseTimeMs: atMs,
    acknowledgedMs: atMs + 3,
    skewMs: 7,
    everyMs: 1_000,
  });

  async function knowing(entries: readonly Acknowledged[]) {
    start({ resources: [resource({ sentinel: false })] });
    await until('a status', async () => (await files().readStatus()) !== undefined);
    for (const loops of running.splice(0)) await loops.stop();
    await writeFile(files().sentinels, entries.map((one) => `${JSON.stringify(one)}\n`).join(''));
    return activities();
  }

  test('is the next acknowledged one after the one found, on the database clock', async () => {
    const source = await knowing([entry(1, 1_000), entry(2, 2_000), entry(4, 4_000)]);
    const knowledge = await source.writerKnowledge({
      ...who,
      t0Ms: 4_500,
      found: { source: 'sentinel', counter: 2, databaseTimeMs: 2_000 },
    });
    expect(knowledge).toEqual({
      nextAcknowledgedMs: 4_020,
      lastAcknowledgedBeforeT0Ms: 4_003,
      silentAtT0: false,
      everyMs: 1_000,
      databaseSkewMs: 7,
    });
  });

  test('is silence when nothing was acknowledged for more than three intervals before T0', async () => {
    const source = await knowing([entry(1, 1_000), entry(2, 9_000)]);
    expect((await source.writerKnowledge({ ...who, t0Ms: 4_003 })).silentAtT0).toBe(false);
    expect((await source.writerKnowledge({ ...who, t0Ms: 4_004 })).silentAtT0).toBe(true);
    expect((await source.writerKnowledge({ ...who, t0Ms: 500 })).silentAtT0).toBe(true);
  });

  test('says plainly that nobody ever wrote', async () => {
    expect(await activities().sourceStatus({ service: 'other', resource: 'db' })).toEqual({
      writing: false,
      detail: 'firedrill source has never run for this resource',
    });
  });

  test('is "writing" while it writes, and not three intervals after the last one', async () => {
    start({ sentinelEveryMs: 5_000 });
    await acknowledged(1);
    expect(await activities().sourceStatus(who)).toMatchObject({ writing: true });
    const later = createSourceActivities({ dataDir, nowMs: () => Date.now() + 60_000 });
    expect((await later.sourceStatus(who)).writing).toBe(false);
    await until('a status', async () => (await files().readStatus()) !== undefined);
    expect(await readFile(files().status, 'utf8')).not.toContain('source password');
  });
});
