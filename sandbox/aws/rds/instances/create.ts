import type { CreateDBInstanceMessage, CreateDBInstanceResult } from '@aws-sdk/client-rds';

import type { Rds } from '../context.ts';
import { defaultOptionGroup, defaultParameterGroup, engineVersion, serverMajor } from '../engines.ts';
import { fault } from '../faults.ts';
import { fittingOptionGroup } from '../groups/option-groups.ts';
import { fittingParameterGroup } from '../groups/parameter-groups.ts';
import { visibleFrom } from '../lookup.ts';
import { checkIdentifier, newDbiResourceId } from '../names.ts';
import type { InstanceRecord, InstanceSettings } from '../records.ts';
import { instanceShape } from '../shapes.ts';
import { automatedSnapshotStage } from '../snapshots/automated.ts';
import { addInstance } from '../store.ts';
import type { Region } from '../store.ts';
import { tagsFrom } from '../tags.ts';
import {
  checkClass,
  checkDbName,
  checkMasterUser,
  checkPassword,
  checkQuotas,
  checkRetention,
  checkStorage,
  checkWindow,
  usableKey,
} from './checks.ts';
import { placementOf } from './placement.ts';

export function createInstance(rds: Rds, region: Region, input: CreateDBInstanceMessage): CreateDBInstanceResult {
  const name = checkIdentifier('DBInstanceIdentifier', input.DBInstanceIdentifier);
  const instanceClass = checkClass(input.DBInstanceClass);
  const version = engineVersion(input.Engine, input.EngineVersion);
  if (input.ManageMasterUserPassword === true) {
    throw fault.invalidCombination(
      'This sandbox has no Secrets Manager: give MasterUserPassword instead of ManageMasterUserPassword.',
    );
  }
  const masterUsername = checkMasterUser(input.MasterUsername);
  const masterPassword = checkPassword(input.MasterUserPassword);
  const dbName = checkDbName(input.DBName);
  const storage = checkStorage(version.engine, input);
  const retention = checkRetention(input.BackupRetentionPeriod ?? 1);
  if (isTaken(region, name)) throw fault.instanceExists();
  checkQuotas(region, storage.allocatedStorageGb);
  const settings: InstanceSettings = {
    ...storage,
    ...placementOf(rds, region, input),
    instanceClass,
    parameterGroup: fittingParameterGroup(
      region,
      input.DBParameterGroupName ?? defaultParameterGroup(version.engine, version.version),
      version.family,
    ),
    optionGroup: fittingOptionGroup(
      region,
      input.OptionGroupName ?? defaultOptionGroup(version.engine, version.version),
      version.engine,
      version.major,
    ),
    backupRetentionDays: retention,
    backupWindow: checkWindow('PreferredBackupWindow', input.PreferredBackupWindow, '03:00-03:30'),
    maintenanceWindow: checkWindow(
      'PreferredMaintenanceWindow',
      input.PreferredMaintenanceWindow,
      'sun:05:00-sun:05:30',
    ),
    autoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? true,
    copyTagsToSnapshot: input.CopyTagsToSnapshot ?? false,
    deletionProtection: input.DeletionProtection ?? false,
    iamAuthentication: input.EnableIAMDatabaseAuthentication ?? false,
    monitoringIntervalS: input.MonitoringInterval ?? 0,
    ...(input.MonitoringRoleArn === undefined ? {} : { monitoringRoleArn: input.MonitoringRoleArn }),
    ...(input.MaxAllocatedStorage === undefined ? {} : { maxAllocatedStorageGb: input.MaxAllocatedStorage }),
    performanceInsights: input.EnablePerformanceInsights ?? false,
    logExports: [...(input.EnableCloudwatchLogsExports ?? [])],
    caCertificate: input.CACertificateIdentifier ?? 'rds-ca-rsa2048-g1',
    networkType: input.NetworkType ?? 'IPV4',
    dedicatedLogVolume: input.DedicatedLogVolume ?? false,
    engineLifecycleSupport: input.EngineLifecycleSupport ?? 'open-source-rds-extended-support',
  };
  const storageEncrypted = input.StorageEncrypted ?? input.KmsKeyId !== undefined;
  const instance: InstanceRecord = {
    name,
    dbiResourceId: newDbiResourceId(),
    status: 'creating',
    stages: [],
    engine: version.engine,
    engineVersion: version.version,
    licenseModel: version.license,
    masterUsername,
    ...(dbName === undefined ? {} : { dbName }),
    settings,
    pending: {},
    storageEncrypted,
    ...(storageEncrypted ? { kmsKeyArn: usableKey(rds, region, input.KmsKeyId) } : {}),
    tags: tagsFrom(input.Tags),
    requestedPort: input.Port ?? version.port,
    ...visibleFrom(region, name),
    hasServer: rds.withServers && serverMajor(version.engine, version.version) !== undefined,
  };
  addInstance(region, instance);
  rds.runner.begin(
    region,
    instance,
    { kind: 'create', masterPassword },
    ...automatedSnapshotStage(rds, region, instance),
  );
  return {
    DBInstance: {
      ...instanceShape(region, rds.network, instance),
      PendingModifiedValues: { MasterUserPassword: '****' },
    },
  };
}

export const isTaken = (region: Region, name: string): boolean =>
  region.state.instances.some((each) => each.name === name);
