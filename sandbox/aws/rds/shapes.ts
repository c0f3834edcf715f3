import type { DBInstance, DBSnapshot, PendingModifiedValues } from '@aws-sdk/client-rds';

import type { NetworkLookup } from '../service.ts';
import { subnetGroup, subnetGroupShape } from './groups/subnet-groups.ts';
import { arnOf } from './names.ts';
import type { InstanceRecord, InstanceSettings, SnapshotRecord } from './records.ts';
import type { Region } from './store.ts';
import { tagListOf } from './tags.ts';

const at = (ms: number): Date => new Date(ms);

/** An instance as DescribeDBInstances shows it. Endpoint and creation time are absent while it is being created. */
export function instanceShape(region: Region, network: NetworkLookup, instance: InstanceRecord): DBInstance {
  const s = instance.settings;
  const replicas = region.state.instances.filter((each) => each.replicaOf === instance.dbiResourceId);
  const source = region.state.instances.find((each) => each.dbiResourceId === instance.replicaOf);
  return {
    DBInstanceIdentifier: instance.name,
    DBInstanceClass: s.instanceClass,
    Engine: instance.engine,
    DBInstanceStatus: instance.status,
    MasterUsername: instance.masterUsername,
    ...(instance.dbName === undefined ? {} : { DBName: instance.dbName }),
    ...(instance.endpoint === undefined
      ? {}
      : {
          Endpoint: {
            Address: instance.endpoint.address,
            Port: instance.endpoint.port,
            HostedZoneId: 'Z2R2ITUGPM61AM',
          },
        }),
    AllocatedStorage: s.allocatedStorageGb,
    ...(instance.createdAtMs === undefined ? {} : { InstanceCreateTime: at(instance.createdAtMs) }),
    PreferredBackupWindow: s.backupWindow,
    BackupRetentionPeriod: s.backupRetentionDays,
    DBSecurityGroups: [],
    VpcSecurityGroups: s.vpcSecurityGroupIds.map((id) => ({ VpcSecurityGroupId: id, Status: 'active' })),
    DBParameterGroups: [{ DBParameterGroupName: s.parameterGroup, ParameterApplyStatus: 'in-sync' }],
    AvailabilityZone: s.availabilityZone,
    ...groupShape(region, network, s.subnetGroup),
    PreferredMaintenanceWindow: s.maintenanceWindow,
    PendingModifiedValues: pendingShape(instance.pending),
    ...(instance.latestRestorableMs === undefined || s.backupRetentionDays === 0
      ? {}
      : { LatestRestorableTime: at(instance.latestRestorableMs) }),
    MultiAZ: s.multiAz,
    ...(s.secondaryAvailabilityZone === undefined ? {} : { SecondaryAvailabilityZone: s.secondaryAvailabilityZone }),
    EngineVersion: instance.engineVersion,
    AutoMinorVersionUpgrade: s.autoMinorVersionUpgrade,
    ReadReplicaDBInstanceIdentifiers: replicas.map((each) => each.name),
    ...(source === undefined ? {} : { ReadReplicaSourceDBInstanceIdentifier: source.name }),
    ...(source === undefined
      ? {}
      : { StatusInfos: [{ StatusType: 'read replication', Normal: true, Status: 'replicating' }] }),
    LicenseModel: instance.licenseModel,
    ...(s.iops === undefined ? {} : { Iops: s.iops }),
    ...(s.storageThroughput === undefined ? {} : { StorageThroughput: s.storageThroughput }),
    OptionGroupMemberships: [{ OptionGroupName: s.optionGroup, Status: 'in-sync' }],
    PubliclyAccessible: s.publiclyAccessible,
    StorageType: s.storageType,
    DbInstancePort: 0,
    StorageEncrypted: instance.storageEncrypted,
    ...(instance.kmsKeyArn === undefined ? {} : { KmsKeyId: instance.kmsKeyArn }),
    DbiResourceId: instance.dbiResourceId,
    CACertificateIdentifier: s.caCertificate,
    DomainMemberships: [],
    CopyTagsToSnapshot: s.copyTagsToSnapshot,
    MonitoringInterval: s.monitoringIntervalS,
    ...(s.monitoringRoleArn === undefined ? {} : { MonitoringRoleArn: s.monitoringRoleArn }),
    DBInstanceArn: arnOf(region, 'db', instance.name),
    IAMDatabaseAuthenticationEnabled: s.iamAuthentication,
    PerformanceInsightsEnabled: s.performanceInsights,
    ...(s.logExports.length === 0 ? {} : { EnabledCloudwatchLogsExports: s.logExports }),
    DeletionProtection: s.deletionProtection,
    AssociatedRoles: [],
    ...(s.maxAllocatedStorageGb === undefined ? {} : { MaxAllocatedStorage: s.maxAllocatedStorageGb }),
    TagList: tagListOf(instance.tags),
    CustomerOwnedIpEnabled: false,
    NetworkType: s.networkType,
    BackupTarget: 'region',
    ActivityStreamStatus: 'stopped',
    DedicatedLogVolume: s.dedicatedLogVolume,
    IsStorageConfigUpgradeAvailable: false,
    EngineLifecycleSupport: s.engineLifecycleSupport,
  };
}

function groupShape(region: Region, network: NetworkLookup, name: string): Pick<DBInstance, 'DBSubnetGroup'> {
  // A group cannot be deleted while it is used, but the VPC under `default` can be taken away by control.
  const exists = name !== 'default' || network.network(region.accountId, region.region).defaultVpcId !== undefined;
  return exists ? { DBSubnetGroup: subnetGroupShape(region, network, subnetGroup(region, network, name)) } : {};
}

const pendingShape = (pending: Partial<InstanceSettings> & { masterPassword?: true }): PendingModifiedValues => ({
  ...(pending.masterPassword === true ? { MasterUserPassword: '****' } : {}),
  ...(pending.instanceClass === undefined ? {} : { DBInstanceClass: pending.instanceClass }),
  ...(pending.allocatedStorageGb === undefined ? {} : { AllocatedStorage: pending.allocatedStorageGb }),
  ...(pending.multiAz === undefined ? {} : { MultiAZ: pending.multiAz }),
  ...(pending.backupRetentionDays === undefined ? {} : { BackupRetentionPeriod: pending.backupRetentionDays }),
  ...(pending.iops === undefined ? {} : { Iops: pending.iops }),
  ...(pending.storageType === undefined ? {} : { StorageType: pending.storageType }),
  ...(pending.iamAuthentication === undefined ? {} : { IAMDatabaseAuthenticationEnabled: pending.iamAuthentication }),
});

/** A snapshot as DescribeDBSnapshots shows it. Its time is absent until the data are captured. */
export function snapshotShape(region: Region, snapshot: SnapshotRecord): DBSnapshot {
  const { source } = snapshot;
  return {
    DBSnapshotIdentifier: snapshot.name,
    DBInstanceIdentifier: snapshot.instanceName,
    ...(snapshot.createTimeMs === undefined ? {} : { SnapshotCreateTime: at(snapshot.createTimeMs) }),
    Engine: source.engine,
    AllocatedStorage: source.settings.allocatedStorageGb,
    Status: snapshot.status,
    Port: source.requestedPort,
    AvailabilityZone: source.settings.availabilityZone,
    VpcId: snapshot.vpcId,
    ...(source.createdAtMs === undefined ? {} : { InstanceCreateTime: at(source.createdAtMs) }),
    MasterUsername: source.masterUsername,
    EngineVersion: source.engineVersion,
    LicenseModel: source.licenseModel,
    SnapshotType: snapshot.type,
    ...(source.settings.iops === undefined ? {} : { Iops: source.settings.iops }),
    ...(source.settings.storageThroughput === undefined
      ? {}
      : { StorageThroughput: source.settings.storageThroughput }),
    OptionGroupName: source.settings.optionGroup,
    PercentProgress: snapshot.percentProgress,
    StorageType: source.settings.storageType,
    Encrypted: snapshot.encrypted,
    ...(snapshot.kmsKeyArn === undefined ? {} : { KmsKeyId: snapshot.kmsKeyArn }),
    DBSnapshotArn: arnOf(region, 'snapshot', snapshot.name),
    IAMDatabaseAuthenticationEnabled: source.settings.iamAuthentication,
    ProcessorFeatures: [],
    DbiResourceId: snapshot.dbiResourceId,
    TagList: tagListOf(snapshot.tags),
    SnapshotTarget: 'region',
    ...(snapshot.originalCreateTimeMs === undefined
      ? {}
      : { OriginalSnapshotCreateTime: at(snapshot.originalCreateTimeMs) }),
    ...(snapshot.completedAtMs === undefined ? {} : { SnapshotDatabaseTime: at(snapshot.completedAtMs) }),
    ...(snapshot.sourceSnapshotArn === undefined ? {} : { SourceDBSnapshotIdentifier: snapshot.sourceSnapshotArn }),
    ...(snapshot.sourceRegion === undefined ? {} : { SourceRegion: snapshot.sourceRegion }),
    ...(snapshot.sizeBytes === undefined ? {} : { FullSnapshotSizeInBytes: snapshot.sizeBytes }),
    MultiTenant: false,
    DedicatedLogVolume: source.settings.dedicatedLogVolume,
  };
}
