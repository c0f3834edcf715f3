import type {
  CopyDBSnapshotMessage,
  CreateDBSnapshotMessage,
  DBSnapshot,
  DBSnapshotMessage,
  DeleteDBSnapshotMessage,
  DescribeDBSnapshotsMessage,
} from '@aws-sdk/client-rds';

import type { Rds } from '../context.ts';
import { tellSnapshot } from '../events.ts';
import { fault } from '../faults.ts';
import { usableKey } from '../instances/checks.ts';
import { instanceNamed, snapshotNamed } from '../lookup.ts';
import { arnOf, checkIdentifier, nameFrom, newSnapshotKey } from '../names.ts';
import { filtered, pageOf } from '../paging.ts';
import type { SnapshotRecord } from '../records.ts';
import { snapshotShape } from '../shapes.ts';
import type { Region } from '../store.ts';
import { tagsFrom } from '../tags.ts';
import { newSnapshot } from './automated.ts';
import { copyInBackground } from './copying.ts';
import { deleteSnapshotFiles } from './files.ts';

type Answer = { DBSnapshot: DBSnapshot };

export function checkSnapshotQuota(region: Region): void {
  const manual = region.state.snapshots.filter((each) => each.type === 'manual').length;
  if (manual >= region.state.quotas.snapshots) throw fault.snapshotQuota(region.state.quotas.snapshots);
}

export function createSnapshot(rds: Rds, region: Region, input: CreateDBSnapshotMessage): Answer {
  const name = checkIdentifier('DBSnapshotIdentifier', input.DBSnapshotIdentifier, 255);
  const instance = instanceNamed(region, input.DBInstanceIdentifier);
  if (region.state.snapshots.some((each) => each.name === name)) throw fault.snapshotExists(name);
  if (instance.status !== 'available') {
    throw fault.instanceState(
      `Cannot create a snapshot because the database instance ${instance.name} is not currently in the available state.`,
    );
  }
  if (instance.replicaOf !== undefined && instance.hasServer) {
    throw fault.instanceState(
      'This sandbox cannot take a snapshot of a read replica: promote it first, or use its source.',
    );
  }
  checkSnapshotQuota(region);
  const snapshot = newSnapshot(rds, region, instance, name, 'manual');
  Object.assign(snapshot.tags, tagsFrom(input.Tags));
  region.state.snapshots.push(snapshot);
  const answer = { DBSnapshot: snapshotShape(region, snapshot) };
  const notBeforeMs = Date.now() + region.durations()['picking-up'];
  rds.runner.begin(region, instance, { kind: 'backup', snapshotKey: snapshot.key, notBeforeMs });
  return answer;
}

export function describeSnapshots(region: Region, input: DescribeDBSnapshotsMessage): DBSnapshotMessage {
  const instanceName = input.DBInstanceIdentifier === undefined ? undefined : nameFrom(input.DBInstanceIdentifier);
  const named =
    input.DBSnapshotIdentifier === undefined
      ? region.state.snapshots
      : [snapshotNamed(region, input.DBSnapshotIdentifier)];
  const found = filtered(named, input.Filters, {
    'db-instance-id': (snapshot, value) => snapshot.instanceName === nameFrom(value),
    'db-snapshot-id': (snapshot, value) => snapshot.name === nameFrom(value),
    'dbi-resource-id': (snapshot, value) => snapshot.dbiResourceId === value,
    'snapshot-type': (snapshot, value) => snapshot.type === value,
    engine: (snapshot, value) => snapshot.source.engine === value,
  })
    .filter(
      (snapshot) =>
        (instanceName === undefined || snapshot.instanceName === instanceName) &&
        (input.DbiResourceId === undefined || snapshot.dbiResourceId === input.DbiResourceId) &&
        (input.SnapshotType === undefined || snapshot.type === input.SnapshotType),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const { page, ...marker } = pageOf(found, (snapshot) => snapshot.name, input);
  return { DBSnapshots: page.map((snapshot) => snapshotShape(region, snapshot)), ...marker };
}

export function deleteSnapshot(rds: Rds, region: Region, input: DeleteDBSnapshotMessage): Answer {
  const snapshot = snapshotNamed(region, input.DBSnapshotIdentifier);
  if (snapshot.type === 'automated') {
    throw fault.snapshotState('Only manual snapshots may be deleted.');
  }
  const isRead = region.state.instances.some((instance) =>
    instance.stages.some((stage) => stage.kind === 'restore-snapshot' && stage.snapshotKey === snapshot.key),
  );
  if (snapshot.status !== 'available' && snapshot.status !== 'failed') {
    throw fault.snapshotState(
      `Cannot delete the snapshot because it is not currently in the available or failed state.`,
    );
  }
  if (isRead) throw fault.snapshotState('Cannot delete the snapshot because it is being restored.');
  region.state.snapshots = region.state.snapshots.filter((each) => each !== snapshot);
  tellSnapshot(region, snapshot.name, 'deleted');
  region.save();
  deleteSnapshotFiles(rds, region, snapshot.key);
  return { DBSnapshot: { ...snapshotShape(region, snapshot), Status: 'deleted' } };
}

/** Called in the Region that gets the copy; the source may be an ARN of another Region of the same account. */
export function copySnapshot(rds: Rds, region: Region, input: CopyDBSnapshotMessage): Answer {
  const target = checkIdentifier('TargetDBSnapshotIdentifier', input.TargetDBSnapshotIdentifier, 255);
  const parts = (input.SourceDBSnapshotIdentifier ?? '').split(':');
  const from = parts[0] === 'arn' && parts[3] !== undefined ? rds.store.at(region.accountId, parts[3]) : region;
  if (parts[0] === 'arn' && parts[4] !== region.accountId)
    throw fault.snapshotNotFound(input.SourceDBSnapshotIdentifier ?? '');
  const source = snapshotNamed(from, input.SourceDBSnapshotIdentifier);
  if (source.status !== 'available') {
    throw fault.snapshotState(`Cannot copy snapshot ${source.name} because it is not in the available state.`);
  }
  if (region.state.snapshots.some((each) => each.name === target)) throw fault.snapshotExists(target);
  checkSnapshotQuota(region);
  const isElsewhere = from.region !== region.region;
  if (isElsewhere && source.encrypted && input.KmsKeyId === undefined) {
    throw fault.invalidCombination(
      'A KMS key of the destination Region is required to copy an encrypted snapshot to another Region.',
    );
  }
  if (source.encrypted && source.kmsKeyArn !== undefined) usableKey(rds, from, source.kmsKeyArn);
  const kmsKeyArn = input.KmsKeyId === undefined ? source.kmsKeyArn : usableKey(rds, region, input.KmsKeyId);
  const own = tagsFrom(input.Tags);
  const { createTimeMs: _time, copyOfKey: _copy, sourceRegion: _region, ...rest } = structuredClone(source);
  const copy: SnapshotRecord = {
    ...rest,
    key: newSnapshotKey(),
    name: target,
    type: 'manual',
    status: 'creating',
    percentProgress: 0,
    requestedAtMs: Date.now(),
    encrypted: kmsKeyArn !== undefined,
    ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
    tags: input.CopyTags === true && Object.keys(own).length === 0 ? { ...source.tags } : own,
    sourceSnapshotArn: arnOf(from, 'snapshot', source.name),
    ...(isElsewhere ? { sourceRegion: from.region } : {}),
    copyOfKey: source.key,
  };
  region.state.snapshots.push(copy);
  if (isElsewhere)
    tellSnapshot(region, copy.name, 'copyFromRegionStarted', `${source.name} from region ${from.region}`);
  else tellSnapshot(region, copy.name, 'copyStarted');
  region.save();
  copyInBackground(rds, from, region, copy);
  return { DBSnapshot: snapshotShape(region, copy) };
}
