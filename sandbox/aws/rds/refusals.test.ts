import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DeleteDBSnapshotCommand,
  DescribeAccountAttributesCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
  RebootDBInstanceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
  StartDBInstanceCommand,
  StopDBInstanceCommand,
} from '@aws-sdk/client-rds';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusalOf } from '../testing.ts';
import type { RdsSandbox } from './testing.ts';
import { newTenant, startRds, WANTED } from './testing.ts';

let sandbox: RdsSandbox;
beforeAll(async () => {
  sandbox = await startRds({ databases: false });
});
afterAll(() => sandbox.close());

describe('RDS refuses, with its own code and status,', () => {
  const wishes: readonly [string, Record<string, unknown>, string, RegExp][] = [
    ['no master user', { MasterUsername: undefined }, 'InvalidParameterValue', /MasterUsername must be provided/],
    ['no password', { MasterUserPassword: undefined }, 'InvalidParameterValue', /MasterUserPassword must be provided/],
    ['a short password', { MasterUserPassword: '1234567' }, 'InvalidParameterValue', /shorter than 8 characters/],
    ['a password with @', { MasterUserPassword: 'with@inside' }, 'InvalidParameterValue', /not a valid password/],
    ['a reserved user', { MasterUsername: 'rdsadmin' }, 'InvalidParameterValue', /reserved word/],
    ['a name with two hyphens', { DBInstanceIdentifier: 'a--b' }, 'InvalidParameterValue', /not a valid identifier/],
    [
      'a name that ends in a hyphen',
      { DBInstanceIdentifier: 'ab-' },
      'InvalidParameterValue',
      /not a valid identifier/,
    ],
    [
      'a name that begins with a digit',
      { DBInstanceIdentifier: '1ab' },
      'InvalidParameterValue',
      /not a valid identifier/,
    ],
    ['a name of 64 letters', { DBInstanceIdentifier: 'a'.repeat(64) }, 'InvalidParameterValue', /longer than 63/],
    [
      'an unknown engine version',
      { EngineVersion: '17.5' },
      'InvalidParameterCombination',
      /Cannot find version 17\.5 for postgres/,
    ],
    ['an unknown class', { DBInstanceClass: 'big' }, 'InvalidParameterValue', /Invalid DB Instance class/],
    [
      'too little storage',
      { AllocatedStorage: 5 },
      'InvalidParameterValue',
      /Invalid storage size for engine name postgres and storage type gp3: 5/,
    ],
    ['io1 without IOPS', { StorageType: 'io1', AllocatedStorage: 100 }, 'InvalidParameterCombination', /IOPS/],
    ['an unknown subnet group', { DBSubnetGroupName: 'none' }, 'DBSubnetGroupNotFoundFault', /'none' does not exist/],
    [
      'an unknown security group',
      { VpcSecurityGroupIds: ['sg-none'] },
      'InvalidParameterValue',
      /Invalid security group , groupId= sg-none/,
    ],
    [
      'an unknown parameter group',
      { DBParameterGroupName: 'none' },
      'DBParameterGroupNotFoundFault',
      /DBParameterGroup not found: none/,
    ],
    [
      'another engine’s parameter group',
      { DBParameterGroupName: 'default.mysql8.4' },
      'InvalidParameterCombination',
      /DBParameterGroupFamily postgres18/,
    ],
    ['an unknown option group', { OptionGroupName: 'none' }, 'OptionGroupNotFoundFault', /none not found/],
    ['a key that does not exist', { KmsKeyId: 'alias/none' }, 'KMSKeyNotAccessibleFault', /alias\/none/],
    ['retention of 36 days', { BackupRetentionPeriod: 36 }, 'InvalidParameterValue', /between 0 and 35/],
  ];
  test.each(wishes)('to create an instance with %s', async (_, wish, name, message) => {
    const tenant = newTenant(sandbox);
    const refusal = await refusalOf(
      tenant.client.send(
        new CreateDBInstanceCommand({ ...WANTED, ...wish } as ConstructorParameters<typeof CreateDBInstanceCommand>[0]),
      ),
    );
    expect(refusal.name).toBe(name);
    expect(refusal.message).toMatch(message);
    const { DBInstances: left } = await tenant.client.send(new DescribeDBInstancesCommand({}));
    expect(left).toEqual([]);
  });

  test('a second instance of the same name, and one beyond the quota', async () => {
    const tenant = newTenant(sandbox);
    await tenant.create();
    const again = await refusalOf(tenant.client.send(new CreateDBInstanceCommand(WANTED)));
    expect([again.name, again.$metadata?.httpStatusCode]).toEqual(['DBInstanceAlreadyExistsFault', 400]);
    await tenant.control('quotas', { instances: 1 });
    const more = await refusalOf(
      tenant.client.send(new CreateDBInstanceCommand({ ...WANTED, DBInstanceIdentifier: 'other' })),
    );
    expect(more.name).toBe('InstanceQuotaExceededFault');
    const { AccountQuotas: quotas } = await tenant.client.send(new DescribeAccountAttributesCommand({}));
    expect(quotas).toContainEqual({ AccountQuotaName: 'DBInstances', Used: 1, Max: 1 });
  });

  test('to delete without a word on the final snapshot, or with deletion protection, or twice', async () => {
    const tenant = newTenant(sandbox);
    await tenant.create({ DeletionProtection: true });
    const remove = (input: object) =>
      tenant.client.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'issues-db', ...input }));
    expect((await refusalOf(remove({}))).message).toBe(
      'FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.',
    );
    expect((await refusalOf(remove({ SkipFinalSnapshot: true }))).message).toContain(
      'Cannot delete protected DB Instance',
    );
    await tenant.client.send(
      new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'issues-db', DeletionProtection: false }),
    );
    await settled(tenant);
    await tenant.control('durations', { deleting: 60_000 });
    await remove({ SkipFinalSnapshot: true });
    expect((await refusalOf(remove({ SkipFinalSnapshot: true }))).name).toBe('InvalidDBInstanceStateFault');
  });

  test('to restore with less storage than the backup, from what is missing, and from a disabled key', async () => {
    const tenant = newTenant(sandbox);
    const keyArn = `arn:aws:kms:us-east-1:${tenant.accountId}:key/k1`;
    await sandbox.endpoint.control(tenant.accountId, 'PUT kms/keys', [{ keyId: 'k1', state: 'Enabled' }]);
    await tenant.create({ AllocatedStorage: 100, KmsKeyId: 'k1' });
    const snapshot = await tenant.takeSnapshot('s1');
    expect(snapshot).toMatchObject({ Encrypted: true, KmsKeyId: keyArn });
    const restore = (input: object) =>
      refusalOf(
        tenant.client.send(
          new RestoreDBInstanceFromDBSnapshotCommand({
            DBInstanceIdentifier: 'copy',
            DBSnapshotIdentifier: 's1',
            ...input,
          }),
        ),
      );
    expect((await restore({ AllocatedStorage: 50 })).message).toContain("can't be less than the source's");
    expect((await restore({ DBSnapshotIdentifier: 'none' })).name).toBe('DBSnapshotNotFoundFault');
    await sandbox.endpoint.control(tenant.accountId, 'PUT kms/keys', [{ keyId: 'k1', state: 'Disabled' }]);
    const refusal = await restore({});
    expect(refusal.name).toBe('KMSKeyNotAccessibleFault');
    expect(refusal.message).toContain(keyArn);
  });

  test('a point in time without automated backups, and two ways to say which', async () => {
    const tenant = newTenant(sandbox);
    await tenant.create({ BackupRetentionPeriod: 0 });
    const restore = (input: object) =>
      refusalOf(
        tenant.client.send(
          new RestoreDBInstanceToPointInTimeCommand({
            SourceDBInstanceIdentifier: 'issues-db',
            TargetDBInstanceIdentifier: 'copy',
            ...input,
          }),
        ),
      );
    expect((await restore({ UseLatestRestorableTime: true })).name).toBe('PointInTimeRestoreNotEnabledFault');
    await tenant.create({ DBInstanceIdentifier: 'with-backups' });
    const both = { SourceDBInstanceIdentifier: 'with-backups', UseLatestRestorableTime: true, RestoreTime: new Date() };
    expect((await restore(both)).name).toBe('InvalidParameterCombination');
    expect((await restore({ SourceDBInstanceIdentifier: 'with-backups' })).name).toBe('InvalidParameterCombination');
  });

  test('a failover of what has one zone only, and work on what is not available', async () => {
    const tenant = newTenant(sandbox);
    await tenant.create();
    const reboot = new RebootDBInstanceCommand({ DBInstanceIdentifier: 'issues-db', ForceFailover: true });
    expect((await refusalOf(tenant.client.send(reboot))).name).toBe('InvalidParameterCombination');
    await tenant.client.send(new StopDBInstanceCommand({ DBInstanceIdentifier: 'issues-db' }));
    await tenant.whenStatus('issues-db', 'stopped');
    const snapshot = new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'issues-db', DBSnapshotIdentifier: 's1' });
    const refusal = await refusalOf(tenant.client.send(snapshot));
    expect([refusal.name, refusal.message]).toEqual([
      'InvalidDBInstanceStateFault',
      'Cannot create a snapshot because the database instance issues-db is not currently in the available state.',
    ]);
    await tenant.client.send(new StartDBInstanceCommand({ DBInstanceIdentifier: 'issues-db' }));
    await tenant.whenAvailable('issues-db');
  });

  test('a second snapshot of a name, one beyond the quota, and the deletion of an automated one', async () => {
    const tenant = newTenant(sandbox);
    await tenant.create();
    await tenant.takeSnapshot('s1');
    const create = (name: string) =>
      refusalOf(
        tenant.client.send(
          new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'issues-db', DBSnapshotIdentifier: name }),
        ),
      );
    expect((await create('s1')).name).toBe('DBSnapshotAlreadyExistsFault');
    await tenant.control('quotas', { snapshots: 1 });
    expect((await create('s2')).name).toBe('SnapshotQuotaExceededFault');
    const { DBSnapshots: automated } = await tenant.client.send(
      new DescribeDBSnapshotsCommand({ SnapshotType: 'automated' }),
    );
    expect(automated?.[0]?.DBSnapshotIdentifier).toMatch(/^rds:issues-db-\d{4}-\d\d-\d\d-\d\d-\d\d$/);
    const remove = new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: automated?.[0]?.DBSnapshotIdentifier });
    expect((await refusalOf(tenant.client.send(remove))).name).toBe('InvalidDBSnapshotStateFault');
  });
});

/** Until a modification has been picked up and is done. */
async function settled(tenant: ReturnType<typeof newTenant>): Promise<void> {
  await expect
    .poll(async () => (await tenant.describe('issues-db')).DeletionProtection, { timeout: 20_000 })
    .toBe(false);
  await tenant.whenAvailable('issues-db');
}
