import type {
  DBInstance,
  ModifyDBInstanceMessage,
  RebootDBInstanceMessage,
  StartDBInstanceMessage,
  StopDBInstanceMessage,
} from '@aws-sdk/client-rds';

import type { Rds } from '../context.ts';
import { engineVersion } from '../engines.ts';
import { fault } from '../faults.ts';
import { fittingOptionGroup } from '../groups/option-groups.ts';
import { fittingParameterGroup } from '../groups/parameter-groups.ts';
import { subnetGroup } from '../groups/subnet-groups.ts';
import { instanceNamed } from '../lookup.ts';
import { checkIdentifier } from '../names.ts';
import type { InstanceRecord, InstanceSettings, Stage } from '../records.ts';
import { instanceShape } from '../shapes.ts';
import { automatedSnapshotStage, newSnapshot } from '../snapshots/automated.ts';
import type { Region } from '../store.ts';
import { checkClass, checkPassword, checkRetention, checkStorage, checkWindow } from './checks.ts';
import { isTaken } from './create.ts';
import { securityGroups } from './placement.ts';

type Answer = { DBInstance: DBInstance };

function needsStatus(instance: InstanceRecord, allowed: readonly string[], what: string): void {
  if (
    !allowed.includes(instance.status) ||
    (instance.status !== 'storage-full' && instance.stages.length > 0 && !isWaiting(instance))
  ) {
    throw fault.instanceState(what);
  }
}

/** Accepted but not begun: RDS still shows `available` and takes further requests. */
const isWaiting = (instance: InstanceRecord): boolean =>
  instance.stages.every((stage) => stage.startedAtMs === undefined && stage.notBeforeMs !== undefined);

/** Changes that RDS makes at once, whatever `ApplyImmediately` says. */
const AT_ONCE: readonly (keyof InstanceSettings)[] = [
  'vpcSecurityGroupIds',
  'deletionProtection',
  'copyTagsToSnapshot',
  'backupWindow',
  'maintenanceWindow',
  'backupRetentionDays',
  'publiclyAccessible',
  'maxAllocatedStorageGb',
  'autoMinorVersionUpgrade',
  'monitoringIntervalS',
  'monitoringRoleArn',
  'performanceInsights',
  'logExports',
  'caCertificate',
  'parameterGroup',
];

export function modifyInstance(rds: Rds, region: Region, input: ModifyDBInstanceMessage): Answer {
  const instance = instanceNamed(region, input.DBInstanceIdentifier);
  needsStatus(
    instance,
    ['available', 'storage-full', 'incompatible-network'],
    'Database instance is not in available state.',
  );
  const changes = changesFrom(rds, region, instance, input);
  const password = input.MasterUserPassword === undefined ? undefined : checkPassword(input.MasterUserPassword);
  let rename: string | undefined;
  if (input.NewDBInstanceIdentifier !== undefined) {
    rename = checkIdentifier('NewDBInstanceIdentifier', input.NewDBInstanceIdentifier);
    if (isTaken(region, rename)) throw fault.instanceExists();
  }
  const immediately = input.ApplyImmediately ?? false;
  const now = Object.fromEntries(
    Object.entries(changes).filter(([name]) => immediately || AT_ONCE.some((each) => each === name)),
  ) as Partial<InstanceSettings>;
  // Without ApplyImmediately they wait for the maintenance window, which never comes here: they stay pending.
  Object.assign(instance.pending, changes);
  const stages: Stage[] = [];
  const notBeforeMs = Date.now() + region.durations()['picking-up'];
  if (password !== undefined) {
    instance.pending.masterPassword = true;
    // RDS changes the password as soon as possible, also without ApplyImmediately.
    stages.push({ kind: 'reset-password', password, notBeforeMs });
  }
  if (Object.keys(now).length > 0 || (rename !== undefined && immediately)) {
    stages.push({ kind: 'modify', changes: now, notBeforeMs, ...(rename === undefined ? {} : { rename }) });
  }
  if (instance.settings.backupRetentionDays === 0 && (now.backupRetentionDays ?? 0) > 0) {
    const willBe: InstanceRecord = { ...instance, settings: { ...instance.settings, ...now } };
    stages.push(...automatedSnapshotStage(rds, region, willBe));
  }
  const answer = { DBInstance: instanceShape(region, rds.network, instance) };
  if (stages.length > 0) rds.runner.begin(region, instance, ...stages);
  else region.save();
  return answer;
}

function changesFrom(
  rds: Rds,
  region: Region,
  instance: InstanceRecord,
  input: ModifyDBInstanceMessage,
): Partial<InstanceSettings> {
  const { settings } = instance;
  const changes: Partial<InstanceSettings> = {};
  const version = engineVersion(instance.engine, instance.engineVersion);
  if (input.EngineVersion !== undefined && input.EngineVersion !== instance.engineVersion) {
    throw fault.invalidCombination(
      `Cannot upgrade ${instance.engine} from ${instance.engineVersion} to ${input.EngineVersion}`,
    );
  }
  if (input.DBInstanceClass !== undefined) changes.instanceClass = checkClass(input.DBInstanceClass);
  if (input.AllocatedStorage !== undefined || input.Iops !== undefined || input.StorageType !== undefined) {
    const wanted = { StorageType: settings.storageType, ...input };
    Object.assign(changes, checkStorage(instance.engine, wanted, settings.allocatedStorageGb));
  }
  const vpcId = subnetGroup(region, rds.network, input.DBSubnetGroupName ?? settings.subnetGroup).vpcId;
  if (input.DBSubnetGroupName !== undefined) changes.subnetGroup = input.DBSubnetGroupName.toLowerCase();
  if (input.VpcSecurityGroupIds !== undefined) {
    changes.vpcSecurityGroupIds = securityGroups(rds, region, vpcId, input.VpcSecurityGroupIds);
  }
  if (input.DBParameterGroupName !== undefined) {
    changes.parameterGroup = fittingParameterGroup(region, input.DBParameterGroupName, version.family);
  }
  if (input.OptionGroupName !== undefined) {
    changes.optionGroup = fittingOptionGroup(region, input.OptionGroupName, version.engine, version.major);
  }
  if (input.BackupRetentionPeriod !== undefined) {
    if (instance.replicaOf !== undefined && input.BackupRetentionPeriod === 0) changes.backupRetentionDays = 0;
    else changes.backupRetentionDays = checkRetention(input.BackupRetentionPeriod);
  }
  if (input.PreferredBackupWindow !== undefined) {
    changes.backupWindow = checkWindow('PreferredBackupWindow', input.PreferredBackupWindow, '');
  }
  if (input.PreferredMaintenanceWindow !== undefined) {
    changes.maintenanceWindow = checkWindow('PreferredMaintenanceWindow', input.PreferredMaintenanceWindow, '');
  }
  if (input.MultiAZ !== undefined) changes.multiAz = input.MultiAZ;
  if (input.DeletionProtection !== undefined) changes.deletionProtection = input.DeletionProtection;
  if (input.CopyTagsToSnapshot !== undefined) changes.copyTagsToSnapshot = input.CopyTagsToSnapshot;
  if (input.PubliclyAccessible !== undefined) changes.publiclyAccessible = input.PubliclyAccessible;
  if (input.EnableIAMDatabaseAuthentication !== undefined)
    changes.iamAuthentication = input.EnableIAMDatabaseAuthentication;
  if (input.MaxAllocatedStorage !== undefined) changes.maxAllocatedStorageGb = input.MaxAllocatedStorage;
  if (input.AutoMinorVersionUpgrade !== undefined) changes.autoMinorVersionUpgrade = input.AutoMinorVersionUpgrade;
  if (input.MonitoringInterval !== undefined) changes.monitoringIntervalS = input.MonitoringInterval;
  if (input.MonitoringRoleArn !== undefined) changes.monitoringRoleArn = input.MonitoringRoleArn;
  if (input.EnablePerformanceInsights !== undefined) changes.performanceInsights = input.EnablePerformanceInsights;
  if (input.CACertificateIdentifier !== undefined) changes.caCertificate = input.CACertificateIdentifier;
  const logs = input.CloudwatchLogsExportConfiguration;
  if (logs !== undefined) {
    const kept = settings.logExports.filter((each) => logs.DisableLogTypes?.includes(each) !== true);
    changes.logExports = [...new Set([...kept, ...(logs.EnableLogTypes ?? [])])];
  }
  return changes;
}

export function rebootInstance(rds: Rds, region: Region, input: RebootDBInstanceMessage): Answer {
  const instance = instanceNamed(region, input.DBInstanceIdentifier);
  needsStatus(
    instance,
    ['available'],
    `Cannot reboot DB instance ${instance.name} because it is not in the available state.`,
  );
  if (input.ForceFailover === true && !instance.settings.multiAz) {
    throw fault.invalidCombination('The specified instance is not a Multi-AZ instance: ForceFailover cannot be used.');
  }
  rds.runner.begin(region, instance, { kind: 'reboot', failover: input.ForceFailover ?? false });
  return { DBInstance: { ...instanceShape(region, rds.network, instance), DBInstanceStatus: 'rebooting' } };
}

export function stopInstance(rds: Rds, region: Region, input: StopDBInstanceMessage): Answer {
  const instance = instanceNamed(region, input.DBInstanceIdentifier);
  needsStatus(instance, ['available'], `Instance ${instance.name} is not in available state.`);
  if (
    instance.replicaOf !== undefined ||
    region.state.instances.some((each) => each.replicaOf === instance.dbiResourceId)
  ) {
    throw fault.instanceState(`Cannot stop DB instance ${instance.name} because it is or has a read replica.`);
  }
  const before: Stage[] = [];
  if (input.DBSnapshotIdentifier !== undefined) {
    const name = checkIdentifier('DBSnapshotIdentifier', input.DBSnapshotIdentifier, 255);
    if (region.state.snapshots.some((each) => each.name === name)) throw fault.snapshotExists(name);
    const snapshot = newSnapshot(rds, region, instance, name, 'manual');
    region.state.snapshots.push(snapshot);
    before.push({ kind: 'backup', snapshotKey: snapshot.key });
  }
  rds.runner.begin(region, instance, ...before, { kind: 'stop' });
  return { DBInstance: { ...instanceShape(region, rds.network, instance), DBInstanceStatus: 'stopping' } };
}

export function startInstance(rds: Rds, region: Region, input: StartDBInstanceMessage): Answer {
  const instance = instanceNamed(region, input.DBInstanceIdentifier);
  needsStatus(
    instance,
    ['stopped'],
    `Instance ${instance.name} is not stopped or it is in a state that it cannot be started from.`,
  );
  rds.runner.begin(region, instance, { kind: 'start' });
  return { DBInstance: { ...instanceShape(region, rds.network, instance), DBInstanceStatus: 'starting' } };
}
