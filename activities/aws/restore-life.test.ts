import { CreateDBSnapshotCommand, DescribeDBInstancesCommand, DescribeDBSnapshotsCommand } from '@aws-sdk/client-rds';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DatabaseSpec } from '../../domain/restore-plan.ts';
import { drillName } from '../../domain/run-id.ts';
import { derivePassword } from '../copy-password.ts';
import { createAwsIsolatedActivities, createAwsReadActivities } from './index.ts';
import type { RestoreRequest } from './interface.ts';
import type { AwsSandbox } from './sandbox-harness.ts';
import { drillNetwork, drillSecret, eventually, place, startAwsSandbox, waitFor } from './sandbox-harness.ts';

const runId = 'restore-test/issues-service/issues-db/2026Q4';
const name = drillName('issues-service', 'issues-db', runId, 'restore');
let sandbox: AwsSandbox;
let database: DatabaseSpec;

beforeAll(async () => {
  sandbox = await startAwsSandbox({ databases: true });
  await sandbox.prepare();
  database = await sandbox.createSource('issues-prod');
});
afterAll(() => sandbox.close());

test('a copy is restored from a snapshot, gets its password, shows its settings, and is proved gone at the end', async () => {
  const read = createAwsReadActivities({ clients: sandbox.clients('read') });
  const isolated = createAwsIsolatedActivities({ clients: sandbox.clients('isolated'), drillSecret });
  await sandbox.admin.send(
    new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'issues-prod', DBSnapshotIdentifier: 'nightly' }),
  );
  await waitFor(async () => {
    const reply = await sandbox.admin.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: 'nightly' }));
    return reply.DBSnapshots?.[0]?.Status === 'available';
  });

  const source = await read.describeSource(database);
  expect(source).toMatchObject({
    engine: 'postgres',
    instanceClass: 'db.r6g.large',
    masterUsername: 'issues_admin',
    status: 'available',
  });
  const points = await read.listRecoverablePoints(database);
  const nightly = points.snapshots.find((one) => one.id === 'nightly');
  expect(nightly?.automated).toBe(false);
  expect(points.pitr?.latestMs).toBeGreaterThan(0);

  const request: RestoreRequest = {
    ...place,
    runId,
    name,
    service: 'issues-service',
    resource: 'issues-db',
    owner: 'ada@example.com',
    sourceIdentifier: 'issues-prod',
    point: { method: 'snapshot', snapshotId: 'nightly', dataAtMs: nightly?.dataAtMs ?? 0, automated: false },
    network: drillNetwork,
    source,
    expiresAtMs: Date.now() + 3_600_000,
  };
  const called = await isolated.restoreDatabase(request);
  expect(called.adopted).toBe(false);
  const available = await eventually(() => read.checkAvailable({ ...place, name, since: called.called.lowMs }));
  expect(available.available).toMatchObject({ source: 'aws-event', note: 'RDS-EVENT-0043' });

  const set = await isolated.setCopyPassword({ ...place, name, runId });
  await eventually(() => read.checkPasswordSet({ ...place, name, since: set.at.lowMs }));
  const client = new Client({
    host: available.host,
    port: available.port,
    user: available.masterUsername,
    password: derivePassword(drillSecret, runId),
    database: 'issues',
  });
  await client.connect();
  await client.end();

  const instance = (await sandbox.admin.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name })))
    .DBInstances?.[0];
  expect(instance).toMatchObject({
    PubliclyAccessible: false,
    BackupRetentionPeriod: 0,
    DeletionProtection: false,
    MultiAZ: false,
  });
  expect(instance?.DBSubnetGroup?.DBSubnetGroupName).toBe('drill-subnets');
  expect(instance?.VpcSecurityGroups?.map((group) => group.VpcSecurityGroupId)).toEqual(['sg-0d0d0d0d']);
  expect(Object.fromEntries((instance?.TagList ?? []).map((tag) => [tag.Key, tag.Value]))).toEqual({
    'dr:run-id': runId,
    'dr:service': 'issues-service',
    'dr:resource': 'issues-db',
    'dr:owner': 'ada@example.com',
    'dr:expires-at': new Date(request.expiresAtMs).toISOString(),
    'dr:mode': 'drill',
  });
  expect(await read.readSettings({ ...place, identifier: name })).toMatchObject({
    'backup-retention-days': '0',
    'instance-class': 'db.r6g.large',
  });

  const again = await isolated.restoreDatabase(request);
  expect(again.adopted).toBe(true);
  expect(again.arn).toBe(called.arn);

  expect(await read.listOwned({ ...place, runId })).toEqual([expect.objectContaining({ name })]);
  expect((await isolated.deleteCopy({ ...place, name, runId })).outcome).toBe('requested');
  const gone = await eventually(() => read.checkGone({ ...place, name }));
  expect(gone.proof).toContain('DBInstanceNotFound');
  expect(await read.listOwned({ ...place, runId })).toEqual([]);
  expect((await isolated.deleteCopy({ ...place, name, runId })).outcome).toBe('already-gone');
});
