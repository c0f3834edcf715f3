import { setTimeout as sleep } from 'node:timers/promises';

import type { Rds } from '../context.ts';
import { copySnapshotFiles } from '../databases/snapshot-files.ts';
import { tellSnapshot } from '../events.ts';
import { nameFrom } from '../names.ts';
import type { SnapshotRecord } from '../records.ts';
import type { Region } from '../store.ts';
import { inBackground } from './files.ts';

/** Makes the files of a copy and shows it as `available` when they are there. Can be begun again after a kill. */
export function copyInBackground(rds: Rds, from: Region, region: Region, copy: SnapshotRecord): void {
  inBackground(`copying snapshot ${copy.name}`, makeCopy(rds, from, region, copy));
}

async function makeCopy(rds: Rds, from: Region, region: Region, copy: SnapshotRecord): Promise<void> {
  const sourceKey = copy.copyOfKey;
  if (sourceKey === undefined) return;
  try {
    if (copy.hasFiles)
      await copySnapshotFiles(rds.places.snapshot(from, sourceKey), rds.places.snapshot(region, copy.key));
    const waitMs = copy.requestedAtMs + region.durations()['copying-snapshot'] - Date.now();
    if (waitMs > 0) await sleep(waitMs, undefined, { ref: false });
  } catch (error) {
    copy.status = 'failed';
    region.save();
    throw error;
  }
  copy.status = 'available';
  copy.percentProgress = 100;
  // The copy's own time; OriginalSnapshotCreateTime stays that of the source.
  copy.createTimeMs = Date.now();
  delete copy.copyOfKey;
  const minutes = Math.round((copy.createTimeMs - copy.requestedAtMs) / 60_000);
  if (copy.sourceRegion === undefined) tellSnapshot(region, copy.name, 'copyDone');
  else {
    const source = nameFrom(copy.sourceSnapshotArn ?? '');
    tellSnapshot(
      region,
      copy.name,
      'copyFromRegionDone',
      `${source} from region ${copy.sourceRegion} in ${minutes} minutes`,
    );
  }
  region.save();
}
