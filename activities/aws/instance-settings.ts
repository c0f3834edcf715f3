import type { DBInstance } from '@aws-sdk/client-rds';
import type { InstanceSettings } from '../../domain/recovery.ts';

/**
 * What decides whether one could serve from an instance, as flat text for the go-live diff. Absent is a value too
 * (`none`), because a restore loses settings by leaving them out. The keys are those of `domain/go-live-diff.ts`.
 */
export function settingsOf(instance: DBInstance): InstanceSettings {
  const names = (values: readonly (string | undefined)[] | undefined): string => {
    const known = (values ?? []).filter((value) => value !== undefined).toSorted();
    return known.length === 0 ? 'none' : known.join(', ');
  };
  const yesNo = (value: boolean | undefined): string => (value === true ? 'yes' : 'no');
  const numberOr = (value: number | undefined, absent: string): string =>
    value === undefined ? absent : String(value);
  return {
    engine: instance.Engine ?? 'unknown',
    'engine-version': instance.EngineVersion ?? 'unknown',
    'instance-class': instance.DBInstanceClass ?? 'unknown',
    'allocated-storage-gb': numberOr(instance.AllocatedStorage, 'unknown'),
    'max-allocated-storage-gb': numberOr(instance.MaxAllocatedStorage, 'none'),
    'storage-type': instance.StorageType ?? 'unknown',
    iops: numberOr(instance.Iops, 'none'),
    'storage-throughput': numberOr(instance.StorageThroughput, 'none'),
    'dedicated-log-volume': yesNo(instance.DedicatedLogVolume),
    encrypted: yesNo(instance.StorageEncrypted),
    'kms-key': instance.KmsKeyId ?? 'none',
    'multi-az': yesNo(instance.MultiAZ),
    'availability-zone': instance.AvailabilityZone ?? 'unknown',
    'parameter-groups': names(instance.DBParameterGroups?.map((group) => group.DBParameterGroupName)),
    'parameter-apply-status': names(instance.DBParameterGroups?.map((group) => group.ParameterApplyStatus)),
    'option-groups': names(instance.OptionGroupMemberships?.map((group) => group.OptionGroupName)),
    'option-group-status': names(instance.OptionGroupMemberships?.map((group) => group.Status)),
    'security-groups': names(instance.VpcSecurityGroups?.map((group) => group.VpcSecurityGroupId)),
    'subnet-group': instance.DBSubnetGroup?.DBSubnetGroupName ?? 'none',
    vpc: instance.DBSubnetGroup?.VpcId ?? 'none',
    'publicly-accessible': yesNo(instance.PubliclyAccessible),
    'network-type': instance.NetworkType ?? 'IPV4',
    port: numberOr(instance.Endpoint?.Port ?? instance.DbInstancePort, 'unknown'),
    'master-username': instance.MasterUsername ?? 'unknown',
    'managed-master-password': yesNo(instance.MasterUserSecret !== undefined),
    'iam-authentication': yesNo(instance.IAMDatabaseAuthenticationEnabled),
    'deletion-protection': yesNo(instance.DeletionProtection),
    'backup-retention-days': numberOr(instance.BackupRetentionPeriod, 'unknown'),
    'backup-window': instance.PreferredBackupWindow ?? 'none',
    'maintenance-window': instance.PreferredMaintenanceWindow ?? 'none',
    'copy-tags-to-snapshots': yesNo(instance.CopyTagsToSnapshot),
    'auto-minor-version-upgrade': yesNo(instance.AutoMinorVersionUpgrade),
    'extended-support': instance.EngineLifecycleSupport ?? 'none',
    'log-exports': names(instance.EnabledCloudwatchLogsExports),
    'enhanced-monitoring-seconds': numberOr(instance.MonitoringInterval, '0'),
    'monitoring-role': instance.MonitoringRoleArn ?? 'none',
    'performance-insights': yesNo(instance.PerformanceInsightsEnabled),
    'performance-insights-retention-days': numberOr(instance.PerformanceInsightsRetentionPeriod, 'none'),
    'ca-certificate': instance.CACertificateIdentifier ?? 'none',
    'associated-roles': names(
      instance.AssociatedRoles?.map((role) => `${role.FeatureName ?? '?'}=${role.RoleArn ?? '?'}`),
    ),
    'read-replicas': names(instance.ReadReplicaDBInstanceIdentifiers),
    'replicated-backups': names(
      instance.DBInstanceAutomatedBackupsReplications?.map((one) => one.DBInstanceAutomatedBackupsArn),
    ),
    'activity-stream': instance.ActivityStreamStatus ?? 'stopped',
    'pending-changes': names(
      Object.entries(instance.PendingModifiedValues ?? {})
        .filter(([, value]) => value !== undefined)
        .map(([key]) => key),
    ),
  };
}
