import type { Rds } from '../context.ts';
import { tellInstance, tellSnapshot } from '../events.ts';
import type { InstanceRecord, SnapshotRecord } from '../records.ts';
import type { Completion } from '../runner.ts';
import { shipLogs } from '../shipping.ts';
import { deleteSnapshotFiles, inBackground, retire } from '../snapshots/files.ts';
import type { Region } from '../store.ts';

/** Takes the backup that a snapshot stands for. */
export async function backUp(rds: Rds, region: Region, instance: InstanceRecord, key: string): Promise<Completion> {
  const snapshot = region.state.snapshots.find((each) => each.key === key);
  // It was deleted while it waited for its turn.
  if (snapshot === undefined) return () => 'available';
  const isAutomated = snapshot.type === 'automated';
  if (isAutomated) tellInstance(region, instance.name, 'backingUp');
  tellSnapshot(region, snapshot.name, isAutomated ? 'creatingAutomated' : 'creatingManual');
  snapshot.percentProgress = 10;
  region.save();
  const captured = await capture(rds, region, instance, key);
  return () => {
    Object.assign(snapshot, captured);
    snapshot.status = 'available';
    snapshot.percentProgress = 100;
    tellSnapshot(region, snapshot.name, isAutomated ? 'createdAutomated' : 'createdManual');
    if (isAutomated) {
      tellInstance(region, instance.name, 'backedUp');
      retire(rds, region, instance);
      inBackground('shipping logs', shipLogs(rds, region, instance));
    }
    return 'available';
  };
}

/** The data as they are now, and the moment that they show. */
export async function capture(
  rds: Rds,
  region: Region,
  instance: InstanceRecord,
  key: string,
): Promise<Pick<SnapshotRecord, 'completedAtMs' | 'createTimeMs' | 'originalCreateTimeMs' | 'sizeBytes'>> {
  let completedAtMs = Date.now();
  let sizeBytes = instance.settings.allocatedStorageGb * 2 ** 30;
  if (instance.hasServer) {
    ({ completedAtMs, sizeBytes } = await rds.databases.backup(
      region,
      instance.dbiResourceId,
      rds.places.snapshot(region, key),
    ));
  }
  return { completedAtMs, sizeBytes, createTimeMs: completedAtMs, originalCreateTimeMs: completedAtMs };
}

/** Without retention there are no automated backups. */
export function dropAutomatedBackups(rds: Rds, region: Region, dbi: string): void {
  for (const snapshot of region.state.snapshots.filter(
    (each) => each.dbiResourceId === dbi && each.type === 'automated',
  )) {
    region.state.snapshots = region.state.snapshots.filter((each) => each !== snapshot);
    deleteSnapshotFiles(rds, region, snapshot.key);
  }
}
