import type { Rds } from '../context.ts';
import { newSnapshotKey } from '../names.ts';
import type { InstanceRecord, SnapshotRecord, Stage } from '../records.ts';
import type { Region } from '../store.ts';

/** The baseline backup of an instance with automated backups; nothing for one without. */
export function automatedSnapshotStage(rds: Rds, region: Region, instance: InstanceRecord): Stage[] {
  if (instance.settings.backupRetentionDays === 0) return [];
  const now = new Date().toISOString();
  const minute = `rds:${instance.name}-${now.slice(0, 16).replace(/[T:]/gu, '-')}`;
  // RDS takes one a day; here several may be asked for within a minute.
  const isFree = (name: string): boolean => !region.state.snapshots.some((each) => each.name === name);
  const name = isFree(minute) ? minute : `${minute}-${now.slice(17, 23).replace('.', '-')}`;
  const snapshot = newSnapshot(rds, region, instance, name, 'automated');
  region.state.snapshots.push(snapshot);
  return [{ kind: 'backup', snapshotKey: snapshot.key }];
}

/** A snapshot that is about to be made: it remembers all of the instance that a restore needs later. */
export function newSnapshot(
  rds: Rds,
  region: Region,
  instance: InstanceRecord,
  name: string,
  type: SnapshotRecord['type'],
): SnapshotRecord {
  const { stages: _stages, pending: _pending, status: _status, ...source } = structuredClone(instance);
  const groupVpc = region.state.subnetGroups.find((group) => group.name === instance.settings.subnetGroup)?.vpcId;
  return {
    key: newSnapshotKey(),
    name,
    type,
    status: 'creating',
    instanceName: instance.name,
    dbiResourceId: instance.dbiResourceId,
    source,
    encrypted: instance.storageEncrypted,
    ...(instance.kmsKeyArn === undefined ? {} : { kmsKeyArn: instance.kmsKeyArn }),
    tags: instance.settings.copyTagsToSnapshot ? { ...instance.tags } : {},
    percentProgress: 0,
    requestedAtMs: Date.now(),
    hasFiles: instance.hasServer,
    vpcId: groupVpc ?? rds.network.network(region.accountId, region.region).defaultVpcId ?? '',
  };
}
