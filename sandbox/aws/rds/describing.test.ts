import {
  AddTagsToResourceCommand,
  CopyDBSnapshotCommand,
  CreateDBInstanceCommand,
  CreateDBParameterGroupCommand,
  CreateDBSubnetGroupCommand,
  CreateOptionGroupCommand,
  DeleteDBParameterGroupCommand,
  DeleteDBSubnetGroupCommand,
  DescribeDBEngineVersionsCommand,
  DescribeDBInstanceAutomatedBackupsCommand,
  DescribeDBInstancesCommand,
  DescribeDBParametersCommand,
  DescribeDBSnapshotsCommand,
  DescribeDBSubnetGroupsCommand,
  DescribeEventsCommand,
  ListTagsForResourceCommand,
  ModifyDBParameterGroupCommand,
  RDSClient,
  RemoveTagsFromResourceCommand,
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
