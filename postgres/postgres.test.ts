import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';

import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';

import {
  copyTree,
  dataRootFor,
  freePort,
  initCluster,
  livingPostmaster,
  locateBinaries,
  runAs,
  startServer,
  stopOrphan,
} from './index.ts';
import type { RunningServer } from './index.ts';

const home = await mkdtemp(path.join(tmpdir(), 'postgres-test-'));
const root = await dataRootFor(home);
const login = { user: 'boss', password: 'a "quoted" secret', host: '127.0.0.1' };
const running: RunningServer[] = [];

afterAll(async () => {
  await Promise.all(running.map((server) => server.stop('immediate')));
  await rm(root, { recursive: true, force: true });
  await rm(home, { recursive: true, force: true });
});

async function clusterNamed(name: string, major: 16 | 18 = 18): Promise<string> {
  const dataDir = path.join(root, name);
  await initCluster({
    binaries: await locateBinaries(major),
    dataDir,
    superuser: login.user,
    password: login.password,
  });
  return dataDir;
}

async function started(dataDir: string, settings = {}, major: 16 | 18 = 18): Promise<RunningServer> {
  const server = await startServer({
    binaries: await locateBinaries(major),
    dataDir,
    settings: { fsync: false, ...settings },
  });
  running.push(server);
  return server;
}

async function ask(server: { port: number }, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ ...login, port: server.port, database: 'postgres' });
  client.on('error', () => {
    // The server may be killed under the client; what the test asserts is what the next start finds.
  });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows.flatMap((row) => Object.values(row));
  } finally {
    await client.end();
  }
}

describe('a PostgreSQL server from npm', () => {
  test.each([16, 18] as const)('of major %i starts with checksums and asks for its password', async (major) => {
    const server = await started(await clusterNamed(`major-${major}`, major), {}, major);
    expect(await ask(server, 'SHOW server_version')).toEqual([expect.stringMatching(new RegExp(`^${major}\\.`))]);
    expect(await ask(server, 'SHOW data_checksums')).toEqual(['on']);
    const stranger = new pg.Client({ ...login, password: 'wrong', port: server.port, database: 'postgres' });
    await expect(stranger.connect()).rejects.toThrow('password authentication failed');
    await server.stop();
    expect(await server.exited).toEqual({ code: 0, signal: null });
    await server.stop(); // a second stop is harmless
  });

  test('keeps every committed row when it is killed, and starts again', async () => {
    const dataDir = await clusterNamed('killed');
    const server = await started(dataDir);
    await ask(server, 'CREATE TABLE t AS SELECT generate_series(1, 1000) n');
    process.kill(server.pid, 'SIGKILL');
    expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' });
    const again = await started(dataDir);
    expect(await ask(again, 'SELECT count(*)::int FROM t')).toEqual([1000]);
    await again.stop('immediate');
  });

  test('says what its log said when it cannot start', async () => {
    const dataDir = await clusterNamed('broken');
    await expect(started(dataDir, { shared_buffers: 'lots' })).rejects.toThrow(
      /ended while starting[^]*shared_buffers/u,
    );
    expect(await livingPostmaster(dataDir)).toBeUndefined();
  });

  test('is not started twice on the same data', async () => {
    const dataDir = await clusterNamed('twice');
    const server = await started(dataDir);
    await expect(started(dataDir)).rejects.toThrow('already runs');
    await server.stop('immediate');
  });
});

describe('a server whose parent was killed', () => {
  test('is recognised by its data directory and stopped', async () => {
    const dataDir = await clusterNamed('orphan');
    const port = await freePort();
    const parent = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `const p = await import(${JSON.stringify(new URL('index.ts', import.meta.url).href)});
         const s = await p.startServer({ binaries: await p.locateBinaries(18), dataDir: ${JSON.stringify(dataDir)}, port: ${port} });
         console.log(s.pid);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString('utf8'));
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    expect(await ask({ port }, 'SELECT 1')).toEqual([1]); // it did survive its parent
    expect(await livingPostmaster(dataDir)).toMatchObject({ pid, port, status: 'ready' });
    expect(await stopOrphan(dataDir)).toBe('stopped');
    await expect(ask({ port }, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    expect(await stopOrphan(dataDir)).toBe('none');
  });

  test('is not confused with another process that got its pid', async () => {
    const dataDir = await clusterNamed('stranger');
    await writeFile(path.join(dataDir, 'postmaster.pid'), `${process.pid}\n${dataDir}\n0\n5432\n\n\n\nready   \n`);
    expect(await livingPostmaster(dataDir)).toBeUndefined();
    const server = await started(dataDir); // and this process is still here to see it
    await server.stop('immediate');
  });
});

describe('copying a tree', () => {
  test('leaves out what was asked for and gives everything to the servers’ user', async () => {
    const from = path.join(root, 'tree');
    await mkdir(path.join(from, 'base', 'skipped'), { recursive: true });
    await writeFile(path.join(from, 'base', '1'), 'one');
    await writeFile(path.join(from, 'base', 'skipped', '2'), 'two');
    const to = path.join(root, 'copy');
    await copyTree(from, to, { owner: runAs(), skip: (name) => name === path.join('base', 'skipped'), live: true });
    expect(await readFile(path.join(to, 'base', '1'), 'utf8')).toBe('one');
    await expect(readFile(path.join(to, 'base', 'skipped', '2'))).rejects.toThrow('ENOENT');
  });
});
