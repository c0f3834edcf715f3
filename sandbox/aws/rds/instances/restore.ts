import type {
  DBInstance,
  RestoreDBInstanceFromDBSnapshotMessage,
  RestoreDBInstanceToPointInTimeMessage,
} from '@aws-sdk/client-rds';

import { AwsFault } from '../../service.ts';
import type { Rds } from '../context.ts';
import { defaultOptionGroup, defaultParameterGroup, engineVersion, serverMajor } from '../engines.ts';
import { fault } from '../faults.ts';
import { fittingOptionGroup } from '../groups/option-groups.ts';
import { fittingParameterGroup } from '../groups/parameter-groups.ts';
import { basesOf, instanceNamed, matches, snapshotNamed, visibleFrom } from '../lookup.ts';
import { checkIdentifier, newDbiResourceId } from '../names.ts';
import type { InstanceRecord, InstanceStatus, Stage, Tags } from '../records.ts';
import { instanceShape } from '../shapes.ts';
import { automatedSnapshotStage } from '../snapshots/automated.ts';
import { addInstance } from '../store.ts';
import type { Region } from '../store.ts';
import { tagsFrom } from '../tags.ts';
import { checkClass, checkQuotas, checkRetention, checkStorage, checkWindow, usableKey } from './checks.ts';
import { isTaken } from './create.ts';
import { placementOf } from './placement.ts';

type Answer = { DBInstance: DBInstance };
type Source = Omit<InstanceRecord, 'stages' | 'pending' | 'status'>;

export function restoreFromSnapshot(rds: Rds, region: Region, input: RestoreDBInstanceFromDBSnapshotMessage): Answer {
  const name = checkIdentifier('DBInstanceIdentifier', input.DBInstanceIdentifier);
  if (input.DBSnapshotIdentifier === undefined) {
    throw fault.invalidCombination(
      'Either DBSnapshotIdentifier or DBClusterSnapshotIdentifier must be specified; this sandbox has no clusters.',
    );
  }
  const snapshot = snapshotNamed(region, input.DBSnapshotIdentifier);
  if (snapshot.status !== 'available') {
    throw fault.snapshotState(
      `Cannot restore from snapshot ${snapshot.name} because it is not in the available state.`,
    );
  }
  const { kmsKeyArn: _ownKey, ...source } = snapshot.source;
  const restored = restoredInstance(rds, region, name, input, {
    ...source,
    tags: snapshot.tags,
    storageEncrypted: snapshot.encrypted,
    ...(snapshot.kmsKeyArn === undefined ? {} : { kmsKeyArn: snapshot.kmsKeyArn }),
  });
  return begin(rds, region, restored, {
    kind: 'restore-snapshot',
    snapshotKey: snapshot.key,
    snapshotName: snapshot.name,
    ...plannedEnd(region, name),
  });
}

export function restoreToPointInTime(rds: Rds, region: Region, input: RestoreDBInstanceToPointInTimeMessage): Answer {
  const name = checkIdentifier('TargetDBInstanceIdentifier', input.TargetDBInstanceIdentifier);
  const { source, latestMs } = sourceOf(region, input);
  const timeMs = targetTime(region, source, latestMs, input);
  const restored = restoredInstance(rds, region, name, input, source);
  if (input.MaxAllocatedStorage !== undefined) restored.settings.maxAllocatedStorageGb = input.MaxAllocatedStorage;
  const base = basesOf(region, source.dbiResourceId).findLast((each) => each.completedAtMs <= timeMs);
  return begin(rds, region, restored, {
    kind: 'restore-to-time',
    sourceDbiResourceId: source.dbiResourceId,
    sourceName: source.name,
    baseKey: base?.key ?? null,
    timeMs,
    ...plannedEnd(region, name),
  });
}

/** A living instance by name, or one by resource id: that finds also a deleted one whose automated backups were kept. */
function sourceOf(
  region: Region,
  input: RestoreDBInstanceToPointInTimeMessage,
): { source: Source; latestMs: number | undefined } {
  const named = [
    input.SourceDBInstanceIdentifier,
    input.SourceDbiResourceId,
    input.SourceDBInstanceAutomatedBackupsArn,
  ];
  if (named.filter((each) => each !== undefined).length !== 1) {
    throw fault.invalidCombination(
      'Exactly one of SourceDBInstanceIdentifier, SourceDbiResourceId and SourceDBInstanceAutomatedBackupsArn must be specified.',
    );
  }
  if (input.SourceDBInstanceIdentifier !== undefined) {
    const source = instanceNamed(region, input.SourceDBInstanceIdentifier);
    if (source.settings.backupRetentionDays === 0) throw fault.pointInTimeNotEnabled(source.name);
    return { source, latestMs: source.latestRestorableMs };
  }
  const id = input.SourceDbiResourceId ?? automatedBackupId(input.SourceDBInstanceAutomatedBackupsArn ?? '');
  const living = region.state.instances.find((each) => each.dbiResourceId === id);
  if (living !== undefined) {
    if (living.settings.backupRetentionDays === 0) throw fault.pointInTimeNotEnabled(living.name);
    return { source: living, latestMs: living.latestRestorableMs };
  }
  const kept = region.state.retained.find((each) => each.source.dbiResourceId === id);
  if (kept === undefined) throw fault.automatedBackupNotFound(id);
  return { source: kept.source, latestMs: kept.latestRestorableMs };
}

/** Our ARNs of automated backups end in the resource id of their instance. */
const automatedBackupId = (arn: string): string => `db-${(arn.split(':auto-backup:ab-')[1] ?? '').toUpperCase()}`;

function targetTime(
  region: Region,
  source: Source,
  latestMs: number | undefined,
  input: RestoreDBInstanceToPointInTimeMessage,
): number {
  const useLatest = input.UseLatestRestorableTime ?? false;
  if (useLatest && input.RestoreTime !== undefined) {
    throw fault.invalidCombination('RestoreTime cannot be specified when UseLatestRestorableTime is true.');
  }
  if (!useLatest && input.RestoreTime === undefined) {
    throw fault.invalidCombination('Either RestoreTime must be specified or UseLatestRestorableTime must be true.');
  }
  const earliestMs = basesOf(region, source.dbiResourceId)[0]?.completedAtMs;
  if (latestMs === undefined || earliestMs === undefined) {
    throw new AwsFault(
      'InvalidRestoreFault',
      `DB instance ${source.name} has no completed automated backup to restore from yet.`,
    );
  }
  const timeMs = input.RestoreTime?.getTime() ?? latestMs;
  if (timeMs > latestMs || timeMs < earliestMs) {
    throw fault.invalidValue(
      `The specified time ${new Date(timeMs).toISOString()} is outside of the restorable window of ${source.name}: the instance cannot be restored to a time later than ${new Date(latestMs).toISOString()} or earlier than ${new Date(earliestMs).toISOString()}.`,
    );
  }
  return timeMs;
}

/** The new instance: what the request says, and RDS's defaults, not the source's settings, for what it does not say. */
function restoredInstance(
  rds: Rds,
  region: Region,
  name: string,
  input: RestoreDBInstanceFromDBSnapshotMessage | RestoreDBInstanceToPointInTimeMessage,
  source: Source,
): InstanceRecord {
  const { engine, engineVersion: versionName } = source;
  const version = engineVersion(engine, versionName);
  if (input.Engine !== undefined && input.Engine !== engine) {
    throw new AwsFault(
      'InvalidRestoreFault',
      `The engine ${input.Engine} is not compatible with the backup's engine ${engine}.`,
    );
  }
  if (input.DBName !== undefined && engine === 'postgres') {
    throw fault.invalidValue('DBName cannot be specified for the PostgreSQL engine when restoring.');
  }
  if (isTaken(region, name)) throw fault.instanceExists();
  const storage = checkStorage(engine, input, source.settings.allocatedStorageGb);
  checkQuotas(region, storage.allocatedStorageGb);
  if (source.storageEncrypted) usableKey(rds, region, source.kmsKeyArn);
  const own: Tags = tagsFrom(input.Tags);
  const instance: InstanceRecord = {
    name,
    dbiResourceId: newDbiResourceId(),
    status: 'creating',
    stages: [],
    engine,
    engineVersion: versionName,
    licenseModel: source.licenseModel,
    masterUsername: source.masterUsername,
    ...(source.dbName === undefined ? {} : { dbName: source.dbName }),
    settings: {
      ...storage,
      ...placementOf(rds, region, input),
      instanceClass:
        input.DBInstanceClass === undefined ? source.settings.instanceClass : checkClass(input.DBInstanceClass),
      parameterGroup: fittingParameterGroup(
        region,
        input.DBParameterGroupName ?? defaultParameterGroup(engine, versionName),
        version.family,
      ),
      optionGroup: fittingOptionGroup(
        region,
        input.OptionGroupName ?? defaultOptionGroup(engine, versionName),
        engine,
        version.major,
      ),
      backupRetentionDays: checkRetention(input.BackupRetentionPeriod ?? source.settings.backupRetentionDays),
      backupWindow: checkWindow('PreferredBackupWindow', input.PreferredBackupWindow, source.settings.backupWindow),
      maintenanceWindow: source.settings.maintenanceWindow,
      autoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? source.settings.autoMinorVersionUpgrade,
      copyTagsToSnapshot: input.CopyTagsToSnapshot ?? false,
      deletionProtection: input.DeletionProtection ?? false,
      iamAuthentication: input.EnableIAMDatabaseAuthentication ?? false,
      monitoringIntervalS: 0,
      performanceInsights: false,
      logExports: [...(input.EnableCloudwatchLogsExports ?? [])],
      caCertificate: input.CACertificateIdentifier ?? 'rds-ca-rsa2048-g1',
      networkType: input.NetworkType ?? 'IPV4',
      dedicatedLogVolume: input.DedicatedLogVolume ?? false,
      engineLifecycleSupport: input.EngineLifecycleSupport ?? 'open-source-rds-extended-support',
    },
    pending: {},
    storageEncrypted: source.storageEncrypted,
    ...(source.kmsKeyArn === undefined ? {} : { kmsKeyArn: source.kmsKeyArn }),
    // The trap: no tags in the request means the source's, so that a drill copy looks like production.
    tags: Object.keys(own).length === 0 ? { ...source.tags } : own,
    requestedPort: input.Port ?? source.requestedPort,
    ...visibleFrom(region, name),
    hasServer: source.hasServer && rds.withServers && serverMajor(engine, versionName) !== undefined,
  };
  return instance;
}

function begin(rds: Rds, region: Region, instance: InstanceRecord, stage: Stage): Answer {
  addInstance(region, instance);
  rds.runner.begin(region, instance, stage, ...automatedSnapshotStage(rds, region, instance));
  return { DBInstance: instanceShape(region, rds.network, instance) };
}

/** A fault set by control that decides how this restore ends; used up by it. */
function plannedEnd(region: Region, name: string): { endIn?: InstanceStatus } {
  const planned = region.state.faults.endIn.find((each) => matches(each.match, name) && each.times > 0);
  if (planned === undefined) return {};
  planned.times -= 1;
  region.state.faults.endIn = region.state.faults.endIn.filter((each) => each.times > 0);
  return { endIn: planned.status };
}
