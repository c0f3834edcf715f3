import type {
  DBInstanceAutomatedBackup,
  DBInstanceAutomatedBackupMessage,
  DeleteDBInstanceAutomatedBackupMessage,
  DescribeDBInstanceAutomatedBackupsMessage,
} from '@aws-sdk/client-rds';

import type { Rds } from './context.ts';
import { fault } from './faults.ts';
import { basesOf } from './lookup.ts';
import { arnOf, nameFrom } from './names.ts';
import { filtered, pageOf } from './paging.ts';
import type { InstanceRecord } from './records.ts';
import { deleteSnapshotFiles, inBackground } from './snapshots/files.ts';
import type { Region } from './store.ts';
import { tagListOf } from './tags.ts';

type Source = Omit<InstanceRecord, 'stages' | 'pending' | 'status'>;
interface Backup {
  readonly source: Source;
  readonly status: 'active' | 'retained' | 'creating';
  readonly latestMs: number | undefined;
}

const arnOfBackup = (region: Region, source: Source): string =>
  arnOf(region, 'auto-backup', `ab-${source.dbiResourceId.slice(3).toLowerCase()}`);

/** Automated backups of living instances, and those kept of deleted ones. */
export function describeAutomatedBackups(
  rds: Rds,
  region: Region,
  input: DescribeDBInstanceAutomatedBackupsMessage,
): DBInstanceAutomatedBackupMessage {
  const all: Backup[] = [
    ...region.state.instances
      .filter((each) => each.settings.backupRetentionDays > 0)
      .map((source): Backup => {
        const isReady = basesOf(region, source.dbiResourceId).length > 0;
        return { source, status: isReady ? 'active' : 'creating', latestMs: source.latestRestorableMs };
      }),
    ...region.state.retained.map(({ source, latestRestorableMs }): Backup => ({
      source,
      status: 'retained',
      latestMs: latestRestorableMs,
    })),
  ];
  const found = filtered(all, input.Filters, {
    status: (backup, value) => backup.status === value,
    'db-instance-id': (backup, value) => backup.source.name === nameFrom(value),
    'dbi-resource-id': (backup, value) => backup.source.dbiResourceId === value,
  }).filter(
    ({ source }) =>
      (input.DbiResourceId === undefined || source.dbiResourceId === input.DbiResourceId) &&
      (input.DBInstanceIdentifier === undefined || source.name === nameFrom(input.DBInstanceIdentifier)) &&
      (input.DBInstanceAutomatedBackupsArn === undefined ||
        arnOfBackup(region, source) === input.DBInstanceAutomatedBackupsArn),
  );
  if (found.length === 0 && input.DbiResourceId !== undefined) throw fault.automatedBackupNotFound(input.DbiResourceId);
  const { page, ...marker } = pageOf(
    found.sort((a, b) => (a.source.dbiResourceId < b.source.dbiResourceId ? -1 : 1)),
    (backup) => backup.source.dbiResourceId,
    input,
  );
  return { DBInstanceAutomatedBackups: page.map((backup) => shapeOf(rds, region, backup)), ...marker };
}

/** Deletes what was kept of a deleted instance. */
export function deleteAutomatedBackup(
  rds: Rds,
  region: Region,
  input: DeleteDBInstanceAutomatedBackupMessage,
): { DBInstanceAutomatedBackup: DBInstanceAutomatedBackup } {
  const kept = region.state.retained.find(
    ({ source }) =>
      source.dbiResourceId === input.DbiResourceId ||
      arnOfBackup(region, source) === input.DBInstanceAutomatedBackupsArn,
  );
  if (kept === undefined)
    throw fault.automatedBackupNotFound(input.DbiResourceId ?? input.DBInstanceAutomatedBackupsArn ?? '');
  const { source, latestRestorableMs: latestMs } = kept;
  const answer = shapeOf(rds, region, { source, status: 'retained', latestMs });
  region.state.retained = region.state.retained.filter((each) => each !== kept);
  for (const base of basesOf(region, source.dbiResourceId)) {
    region.state.snapshots = region.state.snapshots.filter((each) => each !== base);
    deleteSnapshotFiles(rds, region, base.key);
  }
  region.save();
  inBackground('deleting an archive', rds.databases.remove(region, source.dbiResourceId, { archive: false }));
  return { DBInstanceAutomatedBackup: { ...answer, Status: 'deleting' } };
}

function shapeOf(rds: Rds, region: Region, { source, status, latestMs }: Backup): DBInstanceAutomatedBackup {
  const earliestMs = basesOf(region, source.dbiResourceId)[0]?.completedAtMs;
  const groupVpc = region.state.subnetGroups.find((group) => group.name === source.settings.subnetGroup)?.vpcId;
  const vpcId = groupVpc ?? rds.network.network(region.accountId, region.region).defaultVpcId;
  return {
    DBInstanceArn: arnOf(region, 'db', source.name),
    DbiResourceId: source.dbiResourceId,
    Region: region.region,
    DBInstanceIdentifier: source.name,
    RestoreWindow: {
      ...(earliestMs === undefined ? {} : { EarliestTime: new Date(earliestMs) }),
      ...(latestMs === undefined ? {} : { LatestTime: new Date(latestMs) }),
    },
    AllocatedStorage: source.settings.allocatedStorageGb,
    Status: status,
    Port: source.endpoint?.port ?? source.requestedPort,
    AvailabilityZone: source.settings.availabilityZone,
    ...(vpcId === undefined ? {} : { VpcId: vpcId }),
    ...(source.createdAtMs === undefined ? {} : { InstanceCreateTime: new Date(source.createdAtMs) }),
    MasterUsername: source.masterUsername,
    Engine: source.engine,
    EngineVersion: source.engineVersion,
    LicenseModel: source.licenseModel,
    ...(source.settings.iops === undefined ? {} : { Iops: source.settings.iops }),
    OptionGroupName: source.settings.optionGroup,
    Encrypted: source.storageEncrypted,
    StorageType: source.settings.storageType,
    ...(source.kmsKeyArn === undefined ? {} : { KmsKeyId: source.kmsKeyArn }),
    IAMDatabaseAuthenticationEnabled: source.settings.iamAuthentication,
    BackupRetentionPeriod: source.settings.backupRetentionDays,
    PreferredBackupWindow: source.settings.backupWindow,
    DBInstanceAutomatedBackupsArn: arnOfBackup(region, source),
    BackupTarget: 'region',
    TagList: tagListOf(source.tags),
  };
}
