import { AwsFault } from '../service.ts';

/** Faults of RDS with its own code, status and text. Codes and statuses come from the service model. */
export const fault = {
  invalidValue: (message: string) => new AwsFault('InvalidParameterValue', message),
  invalidCombination: (message: string) => new AwsFault('InvalidParameterCombination', message),
  instanceNotFound: (name: string) => new AwsFault('DBInstanceNotFound', `DBInstance ${name} not found.`, 404),
  instanceExists: () => new AwsFault('DBInstanceAlreadyExists', 'DB instance already exists'),
  instanceState: (message: string) => new AwsFault('InvalidDBInstanceState', message),
  instanceQuota: (max: number) =>
    new AwsFault(
      'InstanceQuotaExceeded',
      `DB instance quota exceeded. You can have at most ${max} DB instances in this Region.`,
    ),
  storageQuota: (maxGb: number) =>
    new AwsFault(
      'StorageQuotaExceeded',
      `The request would exceed the allowed storage of ${maxGb} GiB across all DB instances.`,
    ),
  snapshotNotFound: (name: string) => new AwsFault('DBSnapshotNotFound', `DBSnapshot ${name} not found.`, 404),
  snapshotExists: (name: string) =>
    new AwsFault(
      'DBSnapshotAlreadyExists',
      `Cannot create the snapshot because a snapshot with the identifier ${name} already exists.`,
    ),
  snapshotState: (message: string) => new AwsFault('InvalidDBSnapshotState', message),
  snapshotQuota: (max: number) =>
    new AwsFault('SnapshotQuotaExceeded', `Cannot create more than ${max} manual snapshots`),
  pointInTimeNotEnabled: (name: string) =>
    new AwsFault(
      'PointInTimeRestoreNotEnabled',
      `Point in time restore is not enabled for DB instance ${name}. Its backup retention period is 0.`,
    ),
  automatedBackupNotFound: (id: string) =>
    new AwsFault('DBInstanceAutomatedBackupNotFound', `Automated backup of ${id} not found.`, 404),
  subnetGroupNotFound: (name: string) =>
    new AwsFault('DBSubnetGroupNotFoundFault', `DB subnet group '${name}' does not exist.`, 404),
  parameterGroupNotFound: (name: string) =>
    new AwsFault('DBParameterGroupNotFound', `DBParameterGroup not found: ${name}`, 404),
  optionGroupNotFound: (name: string) =>
    new AwsFault('OptionGroupNotFoundFault', `Specified OptionGroupName: ${name} not found.`, 404),
  keyNotAccessible: (key: string) =>
    new AwsFault(
      'KMSKeyNotAccessibleFault',
      `The specified KMS key [${key}] does not exist, is not enabled or you do not have permissions to access it.`,
    ),
} as const;
