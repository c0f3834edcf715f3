import {
  CreateDBInstanceCommand,
  CreateDBParameterGroupCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  DescribeEventsCommand,
  RebootDBInstanceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
} from '@aws-sdk/client-rds';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusalOf } from '../testing.ts';
import type { RdsSandbox } from './testing.ts';
import { newTenant, poll, startRds, WANTED } from './testing.ts';

let sandbox: RdsSandbox;
beforeAll(async () => {
  sandbox = await startRds({ databases: false });
});
afterAll(() => sandbox.close());

test('a forced failover of a Multi-AZ instance swaps its zones and says so in its events', async () => {
  const tenant = newTenant(sandbox);
  const before = await tenant.create({ MultiAZ: true });
  expect(before.SecondaryAvailabilityZone).not.toBe(before.AvailabilityZone);
  await tenant.client.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: 'issues-db', ForceFailover: true }));
  const after = await tenant.whenAvailable('issues-db');
  expect([after.AvailabilityZone, after.SecondaryAvailabilityZone]).toEqual([
    before.SecondaryAvailabilityZone,
    before.AvailabilityZone,
  ]);
  const { Events: events } = await tenant.client.send(new DescribeEventsCommand({ EventCategories: ['failover'] }));
  expect(events?.map((event) => event.Message)).toEqual([
    'Multi-AZ instance failover started',
    'Multi-AZ instance failover completed',
  ]);
});

describe('a restored instance has RDS’s defaults, not its source’s settings:', () => {
  const source = {
    MultiAZ: true,
    DeletionProtection: true,
    EnableIAMDatabaseAuthentication: true,
    StorageType: 'gp2',
    PubliclyAccessible: false,
    BackupRetentionPeriod: 7,
    Tags: [{ Key: 'env', Value: 'prod' }],
    CopyTagsToSnapshot: true,
  };
  async function copyOf(input: object = {}) {
    const tenant = newTenant(sandbox);
    await tenant.client.send(
      new CreateDBParameterGroupCommand({
        DBParameterGroupName: 'tuned',
        DBParameterGroupFamily: 'postgres18',
        Description: 'tuned',
      }),
    );
    await tenant.create({ ...source, DBParameterGroupName: 'tuned' });
    await tenant.takeSnapshot('s1');
    await tenant.client.send(
      new RestoreDBInstanceFromDBSnapshotCommand({
        DBInstanceIdentifier: 'copy',
        DBSnapshotIdentifier: 's1',
        ...input,
      }),
    );
    return { tenant, copy: await tenant.whenAvailable('copy') };
  }

  test('one zone, no protection, default groups, gp3, no IAM, but its tags and retention', async () => {
    const { copy } = await copyOf();
    expect(copy).toMatchObject({
      MultiAZ: false,
      DeletionProtection: false,
      IAMDatabaseAuthenticationEnabled: false,
      StorageType: 'gp3',
      PubliclyAccessible: true,
      CopyTagsToSnapshot: false,
      BackupRetentionPeriod: 7,
      TagList: [{ Key: 'env', Value: 'prod' }],
      DBSubnetGroup: { DBSubnetGroupName: 'default' },
      MasterUsername: 'app',
    });
    expect(copy.DBParameterGroups?.[0]?.DBParameterGroupName).toBe('default.postgres18');
    expect(copy.OptionGroupMemberships?.[0]?.OptionGroupName).toBe('default:postgres-18');
  });

  test('what is given wins: tags replace the source’s, retention 0 means no baseline backup', async () => {
    const { tenant, copy } = await copyOf({
      Tags: [{ Key: 'dr:run-id', Value: 'r1' }],
      BackupRetentionPeriod: 0,
      DBParameterGroupName: 'tuned',
    });
    expect(copy.TagList).toEqual([{ Key: 'dr:run-id', Value: 'r1' }]);
    expect(copy.DBParameterGroups?.[0]?.DBParameterGroupName).toBe('tuned');
    const { DBSnapshots: own } = await tenant.client.send(
      new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: 'copy' }),
    );
    expect(own).toEqual([]);
  });

  test('with retention it goes through backing-up, and has no endpoint while it is being created', async () => {
    const tenant = newTenant(sandbox);
    await tenant.create(source);
    await tenant.takeSnapshot('s1');
    await tenant.control('durations', { restoring: 60, 'backing-up': 60 });
    const { DBInstance: answer } = await tenant.client.send(
      new RestoreDBInstanceFromDBSnapshotCommand({ DBInstanceIdentifier: 'copy', DBSnapshotIdentifier: 's1' }),
    );
    expect(answer?.DBInstanceStatus).toBe('creating');
    expect(answer?.Endpoint).toBeUndefined();
    expect((await tenant.whenStatus('copy', 'backing-up')).Endpoint?.Address).toMatch(/\.invalid$/);
    await tenant.whenAvailable('copy');
  });
});

describe('faults on resources', () => {
  test('a restore that is stuck stays so until it is released; it can be deleted meanwhile', async () => {
    const tenant = newTenant(sandbox);
    await tenant.create();
    await tenant.takeSnapshot('s1');
    await tenant.control('stuck', { match: 'drdrill-*', status: 'creating' });
    const restore = (name: string) =>
      tenant.client.send(
        new RestoreDBInstanceFromDBSnapshotCommand({ DBInstanceIdentifier: name, DBSnapshotIdentifier: 's1' }),
      );
    await restore('drdrill-a');
    await restore('drdrill-b');
    await restore('other');
    await tenant.whenAvailable('other');
    expect((await tenant.describe('drdrill-a')).DBInstanceStatus).toBe('creating');
    await tenant.client.send(
      new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'drdrill-b', SkipFinalSnapshot: true }),
    );
    await poll(async () => (await refusalOf(tenant.describe('drdrill-b'))).name).toBe('DBInstanceNotFoundFault');
    await tenant.control('release', { match: 'drdrill-*' });
    await tenant.whenAvailable('drdrill-a');
  });

  test.each(['incompatible-network', 'incompatible-restore', 'inaccessible-encryption-credentials', 'storage-full'])(
    'the next restore ends in %s, the one after it does not',
    async (status) => {
      const tenant = newTenant(sandbox);
      await tenant.create();
      await tenant.takeSnapshot('s1');
      await tenant.control('end-in', { match: '*', status });
      const restore = (name: string) =>
        tenant.client.send(
          new RestoreDBInstanceFromDBSnapshotCommand({ DBInstanceIdentifier: name, DBSnapshotIdentifier: 's1' }),
        );
      await restore('bad');
      expect((await tenant.whenStatus('bad', status)).Endpoint).toBeUndefined();
      await restore('good');
      await tenant.whenAvailable('good');
      await tenant.client.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'bad', SkipFinalSnapshot: true }));
    },
  );

  test('a deletion is refused, or accepted and never done, until it is released', async () => {
    const tenant = newTenant(sandbox);
    await tenant.create();
    const remove = () =>
      tenant.client.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'issues-db', SkipFinalSnapshot: true }));
    await tenant.control('refuse-delete', { match: 'issues-*', how: 'refused' });
    expect((await refusalOf(remove())).name).toBe('InvalidDBInstanceStateFault');
    await tenant.control('release');
    await tenant.control('refuse-delete', { match: 'issues-*', how: 'stays' });
    await remove();
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
    expect((await tenant.describe('issues-db')).DBInstanceStatus).toBe('deleting');
    await tenant.control('release');
    await poll(async () => (await refusalOf(tenant.describe('issues-db'))).name).toBe('DBInstanceNotFoundFault');
  });

  test('an instance can be found late: made, but NotFound at first by name, in lists and for every change', async () => {
    const tenant = newTenant(sandbox);
    await tenant.control('late-visibility', { match: 'issues-*', ms: 1500 });
    await tenant.client.send(new CreateDBInstanceCommand(WANTED));
    const remove = () =>
      tenant.client.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'issues-db', SkipFinalSnapshot: true }));
    expect((await refusalOf(tenant.describe('issues-db'))).name).toBe('DBInstanceNotFoundFault');
    expect((await refusalOf(remove())).name).toBe('DBInstanceNotFoundFault');
    expect((await tenant.client.send(new DescribeDBInstancesCommand({}))).DBInstances).toEqual([]);
    expect((await refusalOf(tenant.client.send(new CreateDBInstanceCommand(WANTED)))).name).toBe(
      'DBInstanceAlreadyExistsFault',
    );
    await poll(async () => (await tenant.client.send(new DescribeDBInstancesCommand({}))).DBInstances).toHaveLength(1);
    await remove();
  });

  test('a control call with mistakes names all of them', async () => {
    await expect(newTenant(sandbox).control('stuck', { match: '', status: 'dancing' })).rejects.toThrow(
      /match[^]*status|status[^]*match/u,
    );
  });
});

test('what is left over can be listed, and a reset forgets it', async () => {
  const tenant = newTenant(sandbox);
  await tenant.create({ Tags: [{ Key: 'a', Value: 'b' }] });
  const list = async () => (await sandbox.endpoint.control(tenant.accountId, 'GET leftovers'))['leftovers'];
  expect(await list()).toEqual(
    expect.arrayContaining([
      {
        arn: `arn:aws:rds:us-east-1:${tenant.accountId}:db:issues-db`,
        kind: 'db-instance',
        service: 'rds',
        status: 'available',
        tags: { a: 'b' },
      },
    ]),
  );
  await sandbox.endpoint.control(tenant.accountId, 'POST reset');
  expect(await list()).toEqual([]);
});
