import { rm } from 'node:fs/promises';

import type { Rds } from '../context.ts';
import { basesOf } from '../lookup.ts';
import type { InstanceRecord } from '../records.ts';
import type { Region } from '../store.ts';

const DAY_MS = 86_400_000;

/** Deletes the files of a snapshot in the background; what a kill leaves over is swept away at the next start. */
export function deleteSnapshotFiles(rds: Rds, region: Region, key: string): void {
  const folder = rds.places.snapshot(region, key);
  inBackground(`deleting ${folder}`, rm(folder, { recursive: true, force: true }));
}

/** Automated snapshots older than the retention period go, but never the last one. */
export function retire(rds: Rds, region: Region, instance: InstanceRecord): void {
  const oldest = Date.now() - instance.settings.backupRetentionDays * DAY_MS;
  for (const base of basesOf(region, instance.dbiResourceId).slice(0, -1)) {
    if (base.completedAtMs >= oldest) continue;
    region.state.snapshots = region.state.snapshots.filter((each) => each !== base);
    deleteSnapshotFiles(rds, region, base.key);
  }
}

/** Work that nobody waits for; what goes wrong in it is said, not swallowed. */
export function inBackground(what: string, work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    process.stderr.write(`sandbox rds: ${what} failed: ${error instanceof Error ? error.message : String(error)}\n`);
  });
}
