import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { derivePassword } from '../copy-password.ts';
import type { AwsSandbox } from './sandbox-harness.ts';
import { drillSecret, eventually, place, startAwsSandbox } from './sandbox-harness.ts';
import { name, runId, snapshottedSource } from './source-harness.ts';

let sandbox: AwsSandbox;

beforeAll(async () => {
  sandbox = await startAwsSandbox({ databases: true });
});
afterAll(() => sandbox.close());

test('a copy is restored from a snapshot, gets its password, shows its settings, and is proved gone at the end', async () => {
  const { database, source, read, isolated, restoreRequest, describeOne } = await snapshottedSource(sandbox);
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

  const request = restoreRequest({
    point: { method: 'snapshot', snapshotId: 'nightly', dataAtMs: nightly?.dataAtMs ?? 0, automated: false },
  });
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

  const instance = await describeOne(name);
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
