import {
  CreateDBInstanceReadReplicaCommand,
  CreateDBParameterGroupCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstanceAutomatedBackupsCommand,
  DescribeEventsCommand,
  ModifyDBInstanceCommand,
  ModifyDBParameterGroupCommand,
  PromoteReadReplicaCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
} from '@aws-sdk/client-rds';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { refusalOf } from '../testing.ts';
import type { RdsSandbox } from './testing.ts';
import { connect, MASTER, newTenant, query, startRds } from './testing.ts';

let sandbox: RdsSandbox;
beforeAll(async () => {
  sandbox = await startRds({ databases: true });
});
afterAll(() => sandbox.close());

type Tenant = ReturnType<typeof newTenant>;

async function restored(tenant: Tenant, snapshot: string, name = 'copy') {
  await tenant.client.send(
    new RestoreDBInstanceFromDBSnapshotCommand({
      DBInstanceIdentifier: name,
      DBSnapshotIdentifier: snapshot,
      BackupRetentionPeriod: 0,
    }),
  );
  return tenant.whenAvailable(name);
}

async function restoredTo(tenant: Tenant, time: Date, name: string) {
  await tenant.client.send(
    new RestoreDBInstanceToPointInTimeCommand({
      SourceDBInstanceIdentifier: 'issues-db',
      TargetDBInstanceIdentifier: name,
      RestoreTime: time,
      BackupRetentionPeriod: 0,
    }),
  );
  return tenant.whenAvailable(name);
}

const latestOf = async (tenant: Tenant): Promise<Date> => {
  await tenant.control('ship-logs');
  const { LatestRestorableTime: latest } = await tenant.describe('issues-db');
  if (latest === undefined) throw new Error('The instance has no LatestRestorableTime after its logs were shipped.');
  return latest;
};

describe('the database behind an instance', () => {
  test.each(['16.14', '18.4'])('is a real PostgreSQL %s whose master user is no superuser', async (version) => {
    const tenant = newTenant(sandbox);
    const instance = await tenant.create({ EngineVersion: version, BackupRetentionPeriod: 0 });
    expect(await query(instance, 'SHOW server_version')).toEqual([{ server_version: version }]);
    expect(
      await query(instance, 'SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user'),
    ).toEqual([{ rolsuper: false, rolcreatedb: true, rolcreaterole: true }]);
    await query(
      instance,
      `CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 100);
       CREATE EXTENSION IF NOT EXISTS amcheck; SELECT bt_index_check('t_pkey'); SELECT * FROM verify_heapam('t');
       CREATE ROLE reader LOGIN PASSWORD 'reader-password'; GRANT pg_read_all_data TO reader;`,
    );
    const reader = { ...MASTER, user: 'reader', password: 'reader-password' };
    expect(await query(instance, 'SELECT count(*)::int AS n FROM t', reader)).toEqual([{ n: 100 }]);
  });

  test('comes back by itself, with its rows and on its port, when its process is killed', async () => {
    const tenant = newTenant(sandbox);
    const instance = await tenant.create({ BackupRetentionPeriod: 0 });
    await query(instance, 'CREATE TABLE t AS SELECT generate_series(1, 1000) AS n');
    const { pid } = await tenant.control('server', { instance: 'issues-db' });
    process.kill(Number(pid), 'SIGKILL');
    const rows = await retried(() => query(instance, 'SELECT count(*)::int AS n FROM t'));
    expect(rows).toEqual([{ n: 1000 }]);
    expect((await tenant.describe('issues-db')).Endpoint).toEqual(instance.Endpoint);
  });

  test('takes a new master password while the status says so', async () => {
    const tenant = newTenant(sandbox);
    const instance = await tenant.create({ BackupRetentionPeriod: 0 });
    await tenant.control('durations', { 'picking-up': 30, 'resetting-master-credentials': 30 });
    const { DBInstance: answer } = await tenant.client.send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: 'issues-db',
        MasterUserPassword: 'another-password',
        ApplyImmediately: true,
      }),
    );
    expect(answer).toMatchObject({
      DBInstanceStatus: 'available',
      PendingModifiedValues: { MasterUserPassword: '****' },
    });
    await tenant.whenStatus('issues-db', 'resetting-master-credentials');
    await tenant.whenAvailable('issues-db');
    expect(await query(instance, 'SELECT 1 AS one', { ...MASTER, password: 'another-password' })).toEqual([{ one: 1 }]);
    await expect(query(instance, 'SELECT 1')).rejects.toThrow('password authentication failed');
  });
});

describe('a restore from a snapshot', () => {
  test('holds what was committed when the snapshot was taken, with the users and password of that moment', async () => {
    const tenant = newTenant(sandbox);
    const source = await tenant.create();
    await query(source, 'CREATE TABLE t AS SELECT generate_series(1, 20000) AS n');
    const before = Date.now();
    const snapshot = await tenant.takeSnapshot('before-change');
    expect(snapshot.SnapshotCreateTime?.getTime()).toBeGreaterThanOrEqual(before);
    await query(source, 'DELETE FROM t');
    await tenant.client.send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: 'issues-db',
        MasterUserPassword: 'changed-later',
        ApplyImmediately: true,
      }),
    );
    const copy = await restored(tenant, 'before-change');
    expect(await query(copy, 'SELECT count(*)::int AS n, pg_is_in_recovery() AS recovering FROM t')).toEqual([
      { n: 20_000, recovering: false },
    ]);
    expect(copy.LatestRestorableTime).toBeUndefined();
    const { Events: events } = await tenant.client.send(
      new DescribeEventsCommand({ SourceType: 'db-instance', SourceIdentifier: 'copy' }),
    );
    expect(events?.map((event) => event.Message)).toEqual(['Restored from snapshot before-change']);
  });

  test('still works when the instance is gone, and while a writer never stops', async () => {
    const tenant = newTenant(sandbox);
    const source = await tenant.create({ BackupRetentionPeriod: 0 });
    const writer = await steadyWriter(source);
    await tenant.takeSnapshot('live');
    const confirmed = await writer.stop();
    await tenant.client.send(
      new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'issues-db', SkipFinalSnapshot: true }),
    );
    const copy = await restored(tenant, 'live');
    const [row] = await query(copy, 'SELECT count(*)::int AS n, max(n)::int AS last FROM ticks');
    expect(row?.['n']).toBe(row?.['last']); // no hole: a prefix of what the writer did
    expect(Number(row?.['n'])).toBeGreaterThan(0);
    expect(Number(row?.['n'])).toBeLessThanOrEqual(confirmed);
  });
});

test('the final snapshot of a deletion holds the last rows, and the instance stays until it is made', async () => {
  const tenant = newTenant(sandbox);
  const source = await tenant.create({ BackupRetentionPeriod: 0 });
  await query(source, 'CREATE TABLE t AS SELECT 42 AS n');
  await tenant.client.send(
    new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'issues-db', FinalDBSnapshotIdentifier: 'last' }),
  );
  await retried(async () =>
    expect((await refusalOf(tenant.describe('issues-db'))).name).toBe('DBInstanceNotFoundFault'),
  );
  expect((await tenant.snapshot('last')).Status).toBe('available');
  expect(await query(await restored(tenant, 'last'), 'SELECT n FROM t')).toEqual([{ n: 42 }]);
});

describe('a restore to a point in time', () => {
  test('holds exactly the rows committed by then, while a writer never stops', async () => {
    const tenant = newTenant(sandbox);
    const source = await tenant.create({ DBParameterGroupName: await groupThatTracksCommits(tenant) });
    const writer = await steadyWriter(source);
    await pause(400);
    const middle = await latestOf(tenant);
    await pause(400);
    const late = await latestOf(tenant);
    await writer.stop();
    expect(late.getTime()).toBeGreaterThan(middle.getTime());
    for (const [index, time] of [new Date(middle.getTime() - 150), middle, late].entries()) {
      const copy = await restoredTo(tenant, time, `copy-${index}`);
      const found = await query(copy, 'SELECT n FROM ticks ORDER BY n');
      const committedByThen = await query(
        source,
        `SELECT n FROM ticks WHERE pg_xact_commit_timestamp(xmin) <= '${time.toISOString()}' ORDER BY n`,
      );
      expect(found.length).toBeGreaterThan(10);
      expect(found).toEqual(committedByThen);
    }
  });

  test.each(['16.14', '18.4'])('reaches a moment after the last commit, on an idle PostgreSQL %s', async (version) => {
    const tenant = newTenant(sandbox);
    const source = await tenant.create({ EngineVersion: version });
    await query(source, 'CREATE TABLE t AS SELECT 1 AS n');
    await pause(300);
    const latest = await latestOf(tenant);
    const copy = await restoredTo(tenant, new Date(latest.getTime() - 50), 'copy');
    expect(await query(copy, 'SELECT n FROM t')).toEqual([{ n: 1 }]);
  });

  test('reaches past a crash of the source, with every row from before and after', async () => {
    const tenant = newTenant(sandbox);
    const source = await tenant.create();
    await query(source, 'CREATE TABLE t AS SELECT 1 AS n');
    process.kill(Number((await tenant.control('server', { instance: 'issues-db' }))['pid']), 'SIGKILL');
    await retried(() => query(source, 'INSERT INTO t VALUES (2)'));
    const copy = await restoredTo(tenant, await latestOf(tenant), 'copy');
    expect(await query(copy, 'SELECT n FROM t ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test('can be repeated from the restored instance, which archives its own log', async () => {
    const tenant = newTenant(sandbox);
    const source = await tenant.create();
    await query(source, 'CREATE TABLE t AS SELECT 1 AS n');
    await tenant.client.send(
      new RestoreDBInstanceToPointInTimeCommand({
        SourceDBInstanceIdentifier: 'issues-db',
        TargetDBInstanceIdentifier: 'second',
        RestoreTime: await latestOf(tenant),
      }),
    );
    const second = await tenant.whenAvailable('second');
    await query(second, 'INSERT INTO t VALUES (2)');
    await tenant.control('ship-logs');
    await query(second, 'INSERT INTO t VALUES (3)');
    await tenant.client.send(
      new RestoreDBInstanceToPointInTimeCommand({
        SourceDBInstanceIdentifier: 'second',
        TargetDBInstanceIdentifier: 'third',
        UseLatestRestorableTime: true,
      }),
    );
    expect(await query(await tenant.whenAvailable('third'), 'SELECT n FROM t ORDER BY n')).toEqual([
      { n: 1 },
      { n: 2 },
    ]);
  });

  test('works from the automated backups that a deleted instance left behind', async () => {
    const tenant = newTenant(sandbox);
    const source = await tenant.create();
    await query(source, 'CREATE TABLE t AS SELECT 7 AS n');
    await tenant.client.send(
      new DeleteDBInstanceCommand({
        DBInstanceIdentifier: 'issues-db',
        SkipFinalSnapshot: true,
        DeleteAutomatedBackups: false,
      }),
    );
    await retried(async () => {
      const { DBInstanceAutomatedBackups: kept } = await tenant.client.send(
        new DescribeDBInstanceAutomatedBackupsCommand({}),
      );
      expect(kept?.[0]).toMatchObject({ Status: 'retained', DbiResourceId: source.DbiResourceId });
    });
    await tenant.client.send(
      new RestoreDBInstanceToPointInTimeCommand({
        SourceDbiResourceId: source.DbiResourceId,
        TargetDBInstanceIdentifier: 'revived',
        UseLatestRestorableTime: true,
      }),
    );
    expect(await query(await tenant.whenAvailable('revived'), 'SELECT n FROM t')).toEqual([{ n: 7 }]);
  });

  test('is refused outside of the restorable window, before anything is created', async () => {
    const tenant = newTenant(sandbox);
    await tenant.create();
    const latest = await latestOf(tenant);
    const beyond = (time: Date) =>
      refusalOf(
        tenant.client.send(
          new RestoreDBInstanceToPointInTimeCommand({
            SourceDBInstanceIdentifier: 'issues-db',
            TargetDBInstanceIdentifier: 'copy',
            RestoreTime: time,
          }),
        ),
      );
    expect((await beyond(new Date(latest.getTime() + 1))).message).toContain('cannot be restored to a time later than');
    expect((await beyond(new Date(0))).name).toBe('InvalidParameterValue');
    expect((await refusalOf(tenant.describe('copy'))).name).toBe('DBInstanceNotFoundFault');
  });
});

describe('a damaged backup', () => {
  test('with a corrupt table restores, and the table cannot be read, while the source can', async () => {
    const tenant = newTenant(sandbox);
    const source = await tenant.create();
    await query(source, "CREATE TABLE t AS SELECT n, repeat('x', 100) AS v FROM generate_series(1, 20000) AS n");
    await tenant.takeSnapshot('bad');
    await tenant.control('corrupt', { snapshot: 'bad', kind: 'corrupt-table', table: 't' });
    const copy = await restored(tenant, 'bad');
    await expect(query(copy, 'SELECT count(t.*) FROM t')).rejects.toThrow('invalid page in block');
    expect(await query(source, 'SELECT count(t.*)::int AS n FROM t')).toEqual([{ n: 20_000 }]);
  });

  test('with missing rows restores without them', async () => {
    const tenant = newTenant(sandbox);
    const source = await tenant.create();
    await query(source, 'CREATE TABLE t AS SELECT generate_series(1, 1000) AS n');
    await tenant.takeSnapshot('bad');
    await tenant.control('corrupt', { snapshot: 'bad', kind: 'missing-rows', table: 't', share: 0.2 });
    expect(await query(await restored(tenant, 'bad'), 'SELECT count(*)::int AS n FROM t')).toEqual([{ n: 800 }]);
    expect(await query(source, 'SELECT count(*)::int AS n FROM t')).toEqual([{ n: 1000 }]);
  });
});

test('a read replica follows its source, refuses writes, and takes them once promoted', async () => {
  const tenant = newTenant(sandbox);
  const source = await tenant.create();
  await query(source, 'CREATE TABLE t AS SELECT 1 AS n');
  await tenant.client.send(
    new CreateDBInstanceReadReplicaCommand({
      DBInstanceIdentifier: 'replica',
      SourceDBInstanceIdentifier: 'issues-db',
    }),
  );
  const replica = await tenant.whenAvailable('replica');
  expect(replica.ReadReplicaSourceDBInstanceIdentifier).toBe('issues-db');
  await query(source, 'INSERT INTO t VALUES (2)');
  await retried(async () => expect(await query(replica, 'SELECT n FROM t ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }]));
  await expect(query(replica, 'INSERT INTO t VALUES (3)')).rejects.toThrow('read-only transaction');
  await tenant.client.send(new PromoteReadReplicaCommand({ DBInstanceIdentifier: 'replica' }));
  await tenant.whenAvailable('replica');
  await query(replica, 'INSERT INTO t VALUES (3)');
  expect(await query(source, 'SELECT count(*)::int AS n FROM t')).toEqual([{ n: 2 }]);
});

/** With it PostgreSQL itself tells when each row was committed. */
async function groupThatTracksCommits(tenant: Tenant): Promise<string> {
  const DBParameterGroupName = 'tracks-commits';
  await tenant.client.send(
    new CreateDBParameterGroupCommand({
      DBParameterGroupName,
      DBParameterGroupFamily: 'postgres18',
      Description: 'test',
    }),
  );
  const Parameters = [
    { ParameterName: 'track_commit_timestamp', ParameterValue: '1', ApplyMethod: 'pending-reboot' as const },
  ];
  await tenant.client.send(new ModifyDBParameterGroupCommand({ DBParameterGroupName, Parameters }));
  return DBParameterGroupName;
}

/** Commits one numbered row after the other; stopping gives how many were confirmed. */
async function steadyWriter(instance: Parameters<typeof connect>[0]): Promise<{ stop(): Promise<number> }> {
  const session = await connect(instance);
  await session.query('CREATE TABLE ticks (n serial PRIMARY KEY)');
  let confirmed = 0;
  let isStopping = false;
  const writing = (async () => {
    while (!isStopping) {
      await session.query('INSERT INTO ticks DEFAULT VALUES');
      confirmed += 1;
    }
    await session.end();
  })();
  return {
    stop: async () => {
      isStopping = true;
      await writing;
      return confirmed;
    },
  };
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Until it works, for ten seconds at most; then with the last error. */
async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = 200; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0) throw error;
      await pause(50);
    }
  }
}
