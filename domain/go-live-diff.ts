import type { InstanceSettings, SettingDifference } from './recovery.ts';

/** How a setting that differs is to be read. Absent from the table: it would be wrong, and is set like the source. */
interface Reading {
  /** The drill asks for this value itself; any other difference would be wrong all the same. `*`: whatever it is, we asked for it. */
  readonly asked?: string;
  /** What to do in a real recovery; `{source}` is the source's value. */
  readonly remedy: string;
}

/**
 * Settings that a restore changes, by RDS or because a drill asks for it (reference/disaster-recovery.md, section 6.2).
 * The keys are those of `InstanceSettings`.
 */
const readings: Readonly<Record<string, Reading>> = {
  'backup-retention-days': {
    asked: '0',
    remedy: 'Set the backup retention to {source} days at once: until then the recovered database has no backups.',
  },
  'deletion-protection': { asked: 'no', remedy: 'Turn deletion protection on before the first user comes back.' },
  'security-groups': { asked: '*', remedy: 'Give it the production security groups: {source}.' },
  'subnet-group': { asked: '*', remedy: 'Restore into the production subnet group {source}.' },
  vpc: { asked: '*', remedy: 'Restore into the production VPC {source}.' },
  'multi-az': { asked: 'no', remedy: 'Convert it to Multi-AZ, and count that time as part of the full recovery.' },
  'publicly-accessible': { asked: 'no', remedy: 'Decide whether it is to be publicly accessible, as the source is.' },
  'network-type': { asked: 'IPV4', remedy: 'Restore with the network type {source}.' },
  'log-exports': { asked: 'none', remedy: 'Turn on the CloudWatch log exports {source}.' },
  'copy-tags-to-snapshots': { asked: 'no', remedy: 'Turn on copying of tags to snapshots.' },
  'auto-minor-version-upgrade': { asked: 'no', remedy: 'Turn automatic minor version upgrades on again.' },
  'managed-master-password': {
    asked: 'no',
    remedy: 'Let Secrets Manager manage the master password again, and point the applications at the new secret.',
  },
  'parameter-groups': {
    remedy: 'Give it the parameter group {source} and reboot: without it RDS uses the engine’s defaults.',
  },
  'option-groups': { remedy: 'Give it the option group {source}, or one like it for its VPC.' },
  'iam-authentication': {
    remedy: 'Set IAM database authentication to {source}: applications that log in by IAM cannot connect otherwise.',
  },
  'instance-class': { remedy: 'Restore with the class {source}: on another it may be too slow to serve.' },
  'storage-type': { remedy: 'Restore with the storage type {source}: changing it later is slow.' },
  iops: { remedy: 'Restore with {source} provisioned IOPS.' },
  'storage-throughput': { remedy: 'Restore with the storage throughput {source}.' },
  'max-allocated-storage-gb': { remedy: 'Turn storage autoscaling on again, up to {source} GB.' },
  'kms-key': { remedy: 'Copy the snapshot with the key {source} first, then restore from the copy.' },
  encrypted: {
    remedy: 'Do not go live with it: copy the snapshot with a KMS key and restore from the encrypted copy.',
  },
  'engine-version': {
    remedy: 'Bring the engine to {source} before going live, or test the applications with this version.',
  },
  'enhanced-monitoring-seconds': { remedy: 'Turn enhanced monitoring on, every {source} s; a restore cannot set it.' },
  'monitoring-role': { remedy: 'Give enhanced monitoring its role again: {source}.' },
  'performance-insights': { remedy: 'Turn Performance Insights on; a restore cannot set it.' },
  'performance-insights-retention-days': { remedy: 'Set the retention of Performance Insights to {source} days.' },
  'backup-window': { remedy: 'Set the backup window to {source}.' },
  'maintenance-window': { remedy: 'Set the maintenance window to {source}: RDS drew another one.' },
  'ca-certificate': { remedy: 'Set the CA certificate {source}: clients that pin it cannot connect otherwise.' },
  'read-replicas': { remedy: 'Create the read replicas again: {source}. Until then reads have no relief.' },
  'replicated-backups': { remedy: 'Start the replication of automated backups to the other Region again.' },
  'associated-roles': { remedy: 'Attach the IAM roles for import and export again: {source}.' },
  'activity-stream': { remedy: 'Start the activity stream again: auditors miss it from now on.' },
  'master-username': {
    remedy: 'Look closely: the copy has another master user than the source, so it may not be a restore of it.',
  },
  port: { remedy: 'Restore with the port {source}, or change the applications’ connection settings.' },
};

/** Never worth a line: they differ by nature, or are judged by their own rule below. */
const notCompared = new Set(['availability-zone', 'parameter-apply-status', 'option-group-status', 'pending-changes']);

/** What of the copy alone would be wrong, whatever the source shows. */
const ofTheCopy: Readonly<Record<string, { readonly fine: string; readonly remedy: string }>> = {
  'parameter-apply-status': { fine: 'in-sync', remedy: 'Reboot it: until then its parameter group is not in effect.' },
  'option-group-status': { fine: 'in-sync', remedy: 'Wait until its option group is in sync.' },
  'pending-changes': { fine: 'none', remedy: 'Wait until these changes are applied, or apply them now.' },
};

/**
 * The go-live diff: what would be wrong if one had to serve from this copy now, and what differs because the drill asked
 * for it. Sorted: what would be wrong first, then by name.
 *
 * A setting that only one side knows counts as `none` on the other.
 */
export function compareSettings(source: InstanceSettings, copy: InstanceSettings): readonly SettingDifference[] {
  const settings = [...new Set([...Object.keys(source), ...Object.keys(copy)])].toSorted();
  const differences = settings.flatMap((setting) => {
    const had = source[setting] ?? 'none';
    const has = copy[setting] ?? 'none';
    const own = Object.hasOwn(ofTheCopy, setting) ? ofTheCopy[setting] : undefined;
    if (own !== undefined)
      return has === own.fine || has === 'none'
        ? []
        : [{ setting, source: had, copy: has, kind: 'would-be-wrong' as const, remedy: own.remedy }];
    return notCompared.has(setting) || had === has ? [] : [differenceOf(setting, had, has)];
  });
  return [
    ...differences.filter((one) => one.kind === 'would-be-wrong'),
    ...differences.filter((one) => one.kind === 'intended'),
  ];
}

function differenceOf(setting: string, source: string, copy: string): SettingDifference {
  const reading = Object.hasOwn(readings, setting) ? readings[setting] : undefined;
  const remedy = reading?.remedy ?? 'Set it as on the source: {source}.';
  const asked = reading?.asked === '*' || (reading?.asked !== undefined && reading.asked === copy);
  return {
    setting,
    source,
    copy,
    kind: asked ? 'intended' : 'would-be-wrong',
    remedy: remedy.replaceAll('{source}', source),
  };
}
