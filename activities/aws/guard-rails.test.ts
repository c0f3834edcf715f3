import {
  CreateDBSnapshotCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
} from '@aws-sdk/client-rds';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAwsIsolatedActivities } from './index.ts';
import type { AwsSandbox } from './sandbox-harness.ts';
import { drillNetwork, drillSecret, eventually, place, startAwsSandbox, tag, waitFor } from './sandbox-harness.ts';
import { collectAwsCalls } from './call-recorder.ts';
import { name, runId, snapshottedSource } from './source-harness.ts';
import type { SnapshottedSource } from './source-harness.ts';

let sandbox: AwsSandbox;
let database: SnapshottedSource['database'];
let read: SnapshottedSource['read'];
let isolated: SnapshottedSource['isolated'];
let restoreRequest: SnapshottedSource['restoreRequest'];
let restored: SnapshottedSource['restored'];
let describeOne: SnapshottedSource['describeOne'];
beforeAll(async () => {
  sandbox = await startAwsSandbox({ databases: false });
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  ({ database, read, isolated, restoreRequest, restored, describeOne } = await snapshottedSource(sandbox));
});
afterEach(() => sandbox.control('POST', 'reset'));

describe('a restore', () => {
  test('of which the reply was lost is adopted, and nothing is created twice', async () => {
    await sandbox.control('POST', 'faults', {
      service: 'rds',
      operation: 'RestoreDBInstanceFromDBSnapshot',
      kind: 'lose-reply',
    });
    await expect(isolated.restoreDatabase(restoreRequest())).rejects.toMatchObject({ kind: 'busy' });
    const called = await isolated.restoreDatabase(restoreRequest());
    expect(called.adopted).toBe(true);
    expect((await read.listOwned({ ...place, runId })).map((one) => one.name)).toEqual([name]);
  });

  test('that AWS has made and does not show yet is waited for, neither made twice nor taken for gone', async () => {
    await sandbox.control('POST', 'rds/late-visibility', { match: name, ms: 1500 });
    await sandbox.control('POST', 'faults', {
      service: 'rds',
      operation: 'RestoreDBInstanceFromDBSnapshot',
      kind: 'lose-reply',
    });
    await expect(isolated.restoreDatabase(restoreRequest())).rejects.toMatchObject({ kind: 'busy' });
    await expect(isolated.restoreDatabase(restoreRequest())).rejects.toMatchObject({
      kind: 'busy',
      code: 'copy-not-visible',
    });
    await expect.poll(async () => (await read.listOwned({ ...place, runId })).length, { timeout: 10_000 }).toBe(1);
    expect((await isolated.restoreDatabase(restoreRequest())).adopted).toBe(true);
  });

  test('of which the reply came too late is adopted as well', async () => {
    await sandbox.control('POST', 'faults', {
      service: 'rds',
      operation: 'RestoreDBInstanceFromDBSnapshot',
      kind: 'late-reply',
      delayMs: 1_500,
    });
    const hasty = createAwsIsolatedActivities({
      clients: sandbox.clients('isolated', { requestTimeoutMs: 300 }),
      drillSecret,
    });
    await expect(hasty.restoreDatabase(restoreRequest())).rejects.toMatchObject({
      kind: 'busy',
      what: expect.stringContaining('TimeoutError'),
    });
    expect((await isolated.restoreDatabase(restoreRequest())).adopted).toBe(true);
  });

  test('refuses to go on with a copy that lies elsewhere than it was asked to', async () => {
    await restored();
    await expect(
      isolated.restoreDatabase(restoreRequest({ network: { ...drillNetwork, securityGroupId: 'sg-0f0f0f0f' } })),
    ).rejects.toMatchObject({
      kind: 'refused',
      code: 'copy-not-isolated',
      what: expect.stringContaining('sg-0d0d0d0d'),
    });
  });

  test('refuses to adopt a copy that carries the tag of another run', async () => {
    const called = await restored();
    await tag(sandbox.admin, called.arn, { 'dr:run-id': 'restore-test/issues-service/issues-db/2026Q3' });
    await expect(isolated.restoreDatabase(restoreRequest())).rejects.toMatchObject({
      kind: 'refused',
      code: 'not-this-runs-resource',
    });
  });

  test('refuses a name that drills do not give, before AWS is asked', async () => {
    const { calls } = await collectAwsCalls(async () => {
      await expect(isolated.restoreDatabase(restoreRequest({ name: 'issues-prod-2' }))).rejects.toMatchObject({
        kind: 'refused',
      });
    });
    expect(calls).toEqual([]);
  });

  test('from a snapshot that is gone is a finding with three sentences', async () => {
    const error: unknown = await isolated
      .restoreDatabase(
        restoreRequest({ point: { method: 'snapshot', snapshotId: 'vanished', dataAtMs: 0, automated: false } }),
      )
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      kind: 'finding',
      code: 'recovery-point-gone',
      what: expect.stringContaining('DBSnapshotNotFound'),
      next: expect.stringContaining('retest'),
    });
  });

  test("of another database's snapshot is refused, whatever the plan calls it", async () => {
    await sandbox.createSource('salaries-prod');
    await sandbox.admin.send(
      new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'salaries-prod', DBSnapshotIdentifier: 'salaries' }),
    );
    const point = { method: 'snapshot', snapshotId: 'salaries', dataAtMs: 0, automated: false } as const;
    await expect(isolated.restoreDatabase(restoreRequest({ point }))).rejects.toMatchObject({
      kind: 'refused',
      code: 'not-the-sources-snapshot',
    });
    expect(await describeOne(name).catch(({ name: code }: Error) => code)).toMatch(/NotFound/);
  });

  test('over quota is the programme’s own fault, not a finding', async () => {
    await sandbox.control('POST', 'rds/quotas', { instances: 1 });
    await expect(isolated.restoreDatabase(restoreRequest())).rejects.toMatchObject({
      kind: 'programme',
      code: 'quota-reached',
    });
  });

  test('to a point in time asks for that very moment', async () => {
    const { pitr } = await read.listRecoverablePoints(database);
    if (pitr === undefined) throw new Error('The sandbox offers no point in time.');
    const called = await isolated.restoreDatabase(
      restoreRequest({
        point: { method: 'pitr', restoreTimeMs: pitr.latestMs, latestRestorableTimeMs: pitr.latestMs },
      }),
    );
    const available = await eventually(() => read.checkAvailable({ ...place, name, since: called.called.lowMs }));
    expect(available.available).toMatchObject({ source: 'aws-event', note: 'RDS-EVENT-0019' });
  });

  test('that ends in a bad state fails at once with the state and what it means', async () => {
    await sandbox.control('POST', 'rds/end-in', { match: 'drdrill-*', status: 'incompatible-network' });
    const called = await isolated.restoreDatabase(restoreRequest());
    await expect(
      eventually(() => read.checkAvailable({ ...place, name, since: called.called.lowMs })),
    ).rejects.toMatchObject({
      kind: 'finding',
      code: 'restore-ended-badly',
      what: expect.stringContaining('"incompatible-network"'),
    });
  });

  test('that is stuck says "not yet" with the last status', async () => {
    await sandbox.control('POST', 'rds/stuck', { match: 'drdrill-*', status: 'creating' });
    const called = await isolated.restoreDatabase(restoreRequest());
    await expect(read.checkAvailable({ ...place, name, since: called.called.lowMs })).rejects.toMatchObject({
      kind: 'not-yet',
      what: expect.stringContaining('is "creating"'),
    });
  });

  test('that is throttled is busy, and the call is recorded with its request id and caller', async () => {
    await sandbox.control('POST', 'faults', {
      service: 'rds',
      operation: 'RestoreDBInstanceFromDBSnapshot',
      kind: 'throttle',
    });
    const calls: Parameters<typeof collectAwsCalls>[1] = [];
    await expect(collectAwsCalls(() => isolated.restoreDatabase(restoreRequest()), calls)).rejects.toMatchObject({
      kind: 'busy',
    });
    expect(calls?.at(-1)).toMatchObject({
      service: 'rds',
      operation: 'RestoreDBInstanceFromDBSnapshot',
      error: expect.stringContaining('Throttling'),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      callerArn: expect.stringContaining('assumed-role/firedrill-isolated/firedrill-isolated'),
    });
  });
});

describe('deleting', () => {
  test('refuses the production database, whatever it is told', async () => {
    await expect(isolated.deleteCopy({ ...place, name: 'issues-prod', runId })).rejects.toMatchObject({
      kind: 'refused',
    });
    expect((await describeOne('issues-prod'))?.DBInstanceStatus).toBe('available');
  });

  test('refuses a copy of another run', async () => {
    await restored();
    await expect(
      isolated.deleteCopy({ ...place, name, runId: 'restore-test/issues-service/issues-db/2026Q3' }),
    ).rejects.toMatchObject({ kind: 'refused', what: expect.stringContaining('belongs to the run') });
  });

  test('lifts a deletion protection that somebody turned on', async () => {
    await restored();
    await sandbox.admin.send(
      new ModifyDBInstanceCommand({ DBInstanceIdentifier: name, DeletionProtection: true, ApplyImmediately: true }),
    );
    await waitFor(async () => (await describeOne(name))?.DBInstanceStatus === 'available');
    await waitFor(async () => {
      try {
        return (await isolated.deleteCopy({ ...place, name, runId })).outcome !== 'already-gone';
      } catch (error) {
        if (error instanceof Error && 'kind' in error && error.kind === 'busy') return false;
        throw error;
      }
    });
    await eventually(() => read.checkGone({ ...place, name }));
  });

  test('is not proved while a snapshot of the copy is left', async () => {
    await restored();
    await sandbox.admin.send(
      new CreateDBSnapshotCommand({ DBInstanceIdentifier: name, DBSnapshotIdentifier: 'someone-took-it' }),
    );
    await waitFor(
      async () =>
        (await sandbox.admin.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: 'someone-took-it' })))
          .DBSnapshots?.[0]?.Status === 'available',
    );
    await waitFor(async () => (await describeOne(name))?.DBInstanceStatus === 'available');
    await isolated.deleteCopy({ ...place, name, runId });
    await waitFor(
      async () =>
        (await sandbox.admin.send(new DescribeDBInstancesCommand({}))).DBInstances?.every(
          (one) => one.DBInstanceIdentifier !== name,
        ) === true,
    );
    await expect(read.checkGone({ ...place, name })).rejects.toMatchObject({
      kind: 'not-yet',
      what: expect.stringContaining('someone-took-it'),
    });
  });

  test('a lease is pushed out on the run’s own copy only', async () => {
    await restored();
    await isolated.renewLease({ ...place, name, runId, expiresAtMs: Date.parse('2030-01-01T00:00:00Z') });
    expect((await describeOne(name))?.TagList).toContainEqual({
      Key: 'dr:expires-at',
      Value: '2030-01-01T00:00:00.000Z',
    });
    await expect(
      isolated.renewLease({ ...place, name, runId: 'restore-test/other/db/2026Q4', expiresAtMs: 0 }),
    ).rejects.toMatchObject({ kind: 'refused' });
  });
});
