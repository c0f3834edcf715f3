import {
  AddTagsToResourceCommand,
  CopyDBSnapshotCommand,
  CreateDBInstanceCommand,
  CreateDBParameterGroupCommand,
  CreateDBSnapshotCommand,
  CreateDBSubnetGroupCommand,
  CreateOptionGroupCommand,
  DeleteDBInstanceCommand,
  DeleteDBParameterGroupCommand,
  DeleteDBSnapshotCommand,
  DeleteDBSubnetGroupCommand,
  DescribeAccountAttributesCommand,
  DescribeDBEngineVersionsCommand,
  DescribeDBInstanceAutomatedBackupsCommand,
  DescribeDBInstancesCommand,
  DescribeDBParametersCommand,
  DescribeDBSnapshotsCommand,
  DescribeDBSubnetGroupsCommand,
  DescribeEventsCommand,
  ListTagsForResourceCommand,
  ModifyDBInstanceCommand,
  ModifyDBParameterGroupCommand,
  RDSClient,
  RebootDBInstanceCommand,
  RemoveTagsFromResourceCommand,
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

/** Waits as long as a busy machine may need; a promise that is not kept still fails. */
const poll = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 20_000 });

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

describe('describing', () => {
  test('pages through many instances without losing or repeating one, and filters them', async () => {
    const tenant = newTenant(sandbox);
    const names = Array.from({ length: 25 }, (_, index) => `db-${String(index).padStart(2, '0')}`);
    for (const name of names) {
      await tenant.client.send(new CreateDBInstanceCommand({ ...WANTED, DBInstanceIdentifier: name }));
    }
    const first = await tenant.client.send(new DescribeDBInstancesCommand({ MaxRecords: 20 }));
    const second = await tenant.client.send(
      new DescribeDBInstancesCommand({
        MaxRecords: 20,
        ...(first.Marker === undefined ? {} : { Marker: first.Marker }),
      }),
    );
    const seen = [...(first.DBInstances ?? []), ...(second.DBInstances ?? [])].map((each) => each.DBInstanceIdentifier);
    expect(seen).toEqual(names);
    expect(second.Marker).toBeUndefined();
    const some = await tenant.client.send(
      new DescribeDBInstancesCommand({ Filters: [{ Name: 'db-instance-id', Values: ['db-03', 'db-07'] }] }),
    );
    expect(some.DBInstances?.map((each) => each.DBInstanceIdentifier)).toEqual(['db-03', 'db-07']);
    const tooSmall = await refusalOf(tenant.client.send(new DescribeDBInstancesCommand({ MaxRecords: 5 })));
    expect(tooSmall.name).toBe('InvalidParameterValue');
    const unknown = new DescribeDBInstancesCommand({ Filters: [{ Name: 'colour', Values: ['red'] }] });
    expect((await refusalOf(tenant.client.send(unknown))).message).toBe('Unrecognized filter name: colour');
  });

  test('says 404 for what is not there', async () => {
    const refusal = await refusalOf(newTenant(sandbox).describe('none'));
    expect([refusal.name, refusal.$metadata?.httpStatusCode]).toEqual(['DBInstanceNotFoundFault', 404]);
  });

  test('shows events of the last hour with their texts, and older ones when asked from their time', async () => {
    const tenant = newTenant(sandbox);
    await tenant.create();
    await tenant.takeSnapshot('s1');
    const messages = async (input: object) =>
      (await tenant.client.send(new DescribeEventsCommand(input))).Events?.map((event) => event.Message);
    const about = { SourceType: 'db-snapshot', SourceIdentifier: 's1' } as const;
    expect(await messages(about)).toEqual(['Creating manual snapshot', 'Manual snapshot created']);
    expect(await messages({ SourceType: 'db-instance' })).toEqual(
      expect.arrayContaining(['DB instance created', 'Backing up DB instance', 'Finished DB instance backup']),
    );
    const threeHours = 3 * 3_600_000;
    const time = (await tenant.snapshot('s1')).SnapshotCreateTime?.getTime() ?? 0;
    await tenant.control('backdate-snapshot', { snapshot: 's1', byMs: threeHours });
    expect((await tenant.snapshot('s1')).SnapshotCreateTime?.getTime()).toBe(time - threeHours);
    expect(await messages(about)).toEqual([]);
    expect(await messages({ ...about, StartTime: new Date(time - threeHours - 60_000) })).toHaveLength(2);
    const { events } = await tenant.control('events');
    expect(events).toEqual(expect.arrayContaining([expect.objectContaining({ id: 'RDS-EVENT-0042', source: 's1' })]));
  });

  test('knows the engine versions that really run, and its default', async () => {
    const { DBEngineVersions: versions } = await newTenant(sandbox).client.send(
      new DescribeDBEngineVersionsCommand({ Engine: 'postgres' }),
    );
    expect(versions?.map((each) => each.EngineVersion)).toEqual(['16.14', '18.4']);
  });

  test('shows the restorable window of automated backups, which moves only when logs are shipped', async () => {
    const tenant = newTenant(sandbox);
    await tenant.create();
    await tenant.control('ship-logs');
    const before = (await tenant.describe('issues-db')).LatestRestorableTime;
    expect((await tenant.describe('issues-db')).LatestRestorableTime).toEqual(before);
    await tenant.control('log-shipping', { ms: 20 });
    await poll(async () => (await tenant.describe('issues-db')).LatestRestorableTime?.getTime()).toBeGreaterThan(
      before?.getTime() ?? Infinity,
    );
    const { DBInstanceAutomatedBackups: backups } = await tenant.client.send(
      new DescribeDBInstanceAutomatedBackupsCommand({}),
    );
    expect(backups?.[0]).toMatchObject({
      Status: 'active',
      RestoreWindow: { EarliestTime: expect.any(Date), LatestTime: expect.any(Date) },
    });
  });
});

describe('groups, tags and copies', () => {
  test('a subnet group needs two zones of one VPC, and stays while it is used', async () => {
    const tenant = newTenant(sandbox);
    const { DBSubnetGroups: groups } = await tenant.client.send(
      new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: 'default' }),
    );
    const subnets = groups?.[0]?.Subnets?.map((each) => each.SubnetIdentifier ?? '') ?? [];
    const create = (SubnetIds: string[]) =>
      tenant.client.send(
        new CreateDBSubnetGroupCommand({ DBSubnetGroupName: 'drill', DBSubnetGroupDescription: 'drill', SubnetIds }),
      );
    expect((await refusalOf(create(subnets.slice(0, 1)))).name).toBe('DBSubnetGroupDoesNotCoverEnoughAZs');
    expect((await refusalOf(create(['subnet-none']))).name).toBe('InvalidSubnet');
    await create(subnets.slice(0, 2));
    const instance = await tenant.create({ DBSubnetGroupName: 'drill' });
    expect(instance.DBSubnetGroup?.Subnets).toHaveLength(2);
    const remove = new DeleteDBSubnetGroupCommand({ DBSubnetGroupName: 'drill' });
    expect((await refusalOf(tenant.client.send(remove))).name).toBe('InvalidDBSubnetGroupStateFault');
  });

  test('a parameter group keeps its values, refuses wrong ones, and stays while it is used', async () => {
    const tenant = newTenant(sandbox);
    const DBParameterGroupName = 'tuned';
    await tenant.client.send(
      new CreateDBParameterGroupCommand({
        DBParameterGroupName,
        DBParameterGroupFamily: 'postgres18',
        Description: 'tuned',
      }),
    );
    const set = (ParameterName: string, ParameterValue: string) =>
      tenant.client.send(
        new ModifyDBParameterGroupCommand({
          DBParameterGroupName,
          Parameters: [{ ParameterName, ParameterValue, ApplyMethod: 'pending-reboot' }],
        }),
      );
    await set('work_mem', '8192');
    expect((await refusalOf(set('work_mem', 'much'))).message).toContain('allowed values are: 64-2147483647');
    expect((await refusalOf(set('no_such', '1'))).message).toBe('Could not find parameter with name: no_such');
    const { Parameters: own } = await tenant.client.send(
      new DescribeDBParametersCommand({ DBParameterGroupName, Source: 'user' }),
    );
    expect(own).toMatchObject([{ ParameterName: 'work_mem', ParameterValue: '8192' }]);
    await tenant.create({ DBParameterGroupName });
    const remove = new DeleteDBParameterGroupCommand({ DBParameterGroupName });
    expect((await refusalOf(tenant.client.send(remove))).name).toBe('InvalidDBParameterGroupStateFault');
  });

  test('an option group fits one engine', async () => {
    const tenant = newTenant(sandbox);
    await tenant.client.send(
      new CreateOptionGroupCommand({
        OptionGroupName: 'opts',
        EngineName: 'postgres',
        MajorEngineVersion: '18',
        OptionGroupDescription: 'x',
      }),
    );
    const instance = await tenant.create({ OptionGroupName: 'opts' });
    expect(instance.OptionGroupMemberships?.[0]?.OptionGroupName).toBe('opts');
  });

  test('tags are added, listed and removed by ARN', async () => {
    const tenant = newTenant(sandbox);
    const { DBInstanceArn: ResourceName } = await tenant.create({ Tags: [{ Key: 'a', Value: '1' }] });
    await tenant.client.send(
      new AddTagsToResourceCommand({
        ResourceName,
        Tags: [
          { Key: 'b', Value: '2' },
          { Key: 'a', Value: '3' },
        ],
      }),
    );
    await tenant.client.send(new RemoveTagsFromResourceCommand({ ResourceName, TagKeys: ['b'] }));
    const { TagList: tags } = await tenant.client.send(new ListTagsForResourceCommand({ ResourceName }));
    expect(tags).toEqual([{ Key: 'a', Value: '3' }]);
    const reserved = new AddTagsToResourceCommand({ ResourceName, Tags: [{ Key: 'aws:x', Value: '' }] });
    expect((await refusalOf(tenant.client.send(reserved))).name).toBe('InvalidParameterValue');
  });

  test('a copy in another Region has its own time and the original’s beside it', async () => {
    const tenant = newTenant(sandbox);
    await tenant.create();
    const original = await tenant.takeSnapshot('s1');
    const there = new RDSClient(sandbox.endpoint.config(tenant.accountId, 'eu-west-1'));
    await there.send(
      new CopyDBSnapshotCommand({
        SourceDBSnapshotIdentifier: original.DBSnapshotArn,
        TargetDBSnapshotIdentifier: 'copy',
      }),
    );
    await poll(
      async () => (await there.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: 'copy' }))).DBSnapshots?.[0],
    ).toMatchObject({
      Status: 'available',
      OriginalSnapshotCreateTime: original.OriginalSnapshotCreateTime,
      SourceRegion: 'us-east-1',
    });
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

/** Until a modification has been picked up and is done. */
async function settled(tenant: ReturnType<typeof newTenant>): Promise<void> {
  await poll(async () => (await tenant.describe('issues-db')).DeletionProtection).toBe(false);
  await tenant.whenAvailable('issues-db');
}
