import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { DescribeEventsCommand, RDSClient, RestoreDBInstanceFromDBSnapshotCommand } from '@aws-sdk/client-rds';
import { expect, test } from 'vitest';

import { newAccount } from '../testing.ts';
import { newTenant, query, removeData, startRds } from './testing.ts';

/** A sandbox in a process of its own, to be killed. Prints its URL when it answers. */
const PROGRAM = `
  const { startRds } = await import(${JSON.stringify(new URL('testing.ts', import.meta.url).href)});
  const sandbox = await startRds({ databases: true, dataDir: process.argv[1] });
  console.log(sandbox.endpoint.url);
  process.stdin.resume();
`;

async function startElsewhere(dataDir: string) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const url = line.toString('utf8').trim();
  const endpoint = {
    url,
    port: Number(new URL(url).port),
    config: (accountId: unknown) => ({
      endpoint: url,
      region: 'us-east-1',
      maxAttempts: 1,
      credentials: { accessKeyId: `AKIA${String(accountId)}`, secretAccessKey: 'any' },
    }),
    control: async (accountId: string, call: string, body: unknown) => {
      const [method = '', name = ''] = call.split(' ');
      const reply = await fetch(`${url}/_sandbox/${name}?account=${accountId}`, { method, body: JSON.stringify(body) });
      return (await reply.json()) as Record<string, unknown>;
    },
    close: () => Promise.resolve(),
  };
  return {
    sandbox: { endpoint, dataDir, close: () => Promise.resolve() },
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** Whether a process runs; one that has ended and was not collected by its parent does not. */
function isAlive(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)])
      .toString('utf8')
      .startsWith('Z');
  } catch {
    return false; // ps ends with 1 when there is no such process
  }
}

test('after kill -9 the next start keeps instances, snapshots and events, finishes what was under way, and leaves no server behind', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'rds-kill-'));
  const accountId = newAccount();
  const first = await startElsewhere(dataDir);
  const before = newTenant(first.sandbox, accountId);
  const source = await before.create();
  await query(source, 'CREATE TABLE t AS SELECT generate_series(1, 5000) AS n');
  await before.takeSnapshot('s1');
  await query(source, 'INSERT INTO t VALUES (5001)');
  await before.control('durations', { restoring: 1500, 'backing-up': 1500 });
  await before.client.send(
    new RestoreDBInstanceFromDBSnapshotCommand({ DBInstanceIdentifier: 'copy', DBSnapshotIdentifier: 's1' }),
  );
  await before.control('automated-snapshot', { instance: 'issues-db' });
  await before.whenStatus('issues-db', 'backing-up');
  const orphan = Number((await before.control('server', { instance: 'issues-db' }))['pid']);
  await first.kill();
  expect(isAlive(orphan)).toBe(true); // otherwise this test proves nothing

  const second = await startRds({ databases: true, dataDir });
  try {
    const after = newTenant(second, accountId);
    expect((await after.describe('copy')).DBInstanceStatus).toBe('creating');
    expect(isAlive(orphan)).toBe(false);
    expect((await after.describe('issues-db')).Endpoint).toEqual(source.Endpoint);
    expect(await query(source, 'SELECT count(*)::int AS n FROM t')).toEqual([{ n: 5001 }]);
    expect(await query(await after.whenAvailable('copy'), 'SELECT count(*)::int AS n FROM t')).toEqual([{ n: 5000 }]);
    await after.whenAvailable('issues-db');
    expect((await after.snapshot('s1')).Status).toBe('available');
    const client = new RDSClient(second.endpoint.config(accountId));
    const { Events: events } = await client.send(new DescribeEventsCommand({ SourceType: 'db-instance' }));
    expect(events?.map((event) => event.Message)).toEqual(
      expect.arrayContaining(['DB instance created', 'Restored from snapshot s1']),
    );
  } finally {
    await second.close();
    await removeData(dataDir);
  }
});

test('an orderly end stops every server, and the next start has them again', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'rds-end-'));
  const accountId = newAccount();
  const first = await startRds({ databases: true, dataDir });
  const tenant = newTenant(first, accountId);
  const instance = await tenant.create({ BackupRetentionPeriod: 0 });
  await query(instance, 'CREATE TABLE t AS SELECT 1 AS n');
  const pid = Number((await tenant.control('server', { instance: 'issues-db' }))['pid']);
  await first.close();
  expect(isAlive(pid)).toBe(false);
  const second = await startRds({ databases: true, dataDir });
  try {
    await newTenant(second, accountId).whenAvailable('issues-db');
    expect(await query(instance, 'SELECT n FROM t')).toEqual([{ n: 1 }]);
  } finally {
    await second.close();
    await removeData(dataDir);
  }
});
