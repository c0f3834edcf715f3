import { fault } from './faults.ts';
import { nameFrom } from './names.ts';
import type { InstanceRecord, InstanceStatus, SnapshotRecord } from './records.ts';
import type { Region } from './store.ts';

/** What the control plane finds now; see `late-visibility`. */
export const visibleInstances = (region: Region): InstanceRecord[] =>
  region.state.instances.filter(({ visibleFromMs }) => visibleFromMs === undefined || visibleFromMs <= Date.now());

/** When an instance of this name that is being made now will be found. */
export function visibleFrom(region: Region, name: string): { visibleFromMs?: number } {
  const late = region.state.faults.lateVisibility.find((each) => matches(each.match, name));
  return late === undefined ? {} : { visibleFromMs: Date.now() + late.ms };
}

export function instanceNamed(region: Region, nameOrArn: string | undefined): InstanceRecord {
  const name = nameFrom(nameOrArn ?? '');
  const found = visibleInstances(region).find((instance) => instance.name === name);
  if (found === undefined) throw fault.instanceNotFound(name);
  return found;
}

export function snapshotNamed(region: Region, nameOrArn: string | undefined): SnapshotRecord {
  const name = nameFrom(nameOrArn ?? '');
  const found = region.state.snapshots.find((snapshot) => snapshot.name === name);
  if (found === undefined) throw fault.snapshotNotFound(name);
  return found;
}

/** Automated snapshots that a restore to a point in time can start from, oldest first. */
export const basesOf = (region: Region, dbiResourceId: string): (SnapshotRecord & { completedAtMs: number })[] =>
  region.state.snapshots
    .filter(
      (snapshot): snapshot is SnapshotRecord & { completedAtMs: number } =>
        snapshot.dbiResourceId === dbiResourceId &&
        snapshot.type === 'automated' &&
        snapshot.status === 'available' &&
        snapshot.completedAtMs !== undefined &&
        snapshot.copyOfKey === undefined,
    )
    .sort((a, b) => a.completedAtMs - b.completedAtMs);

/** `match` is an identifier, or a prefix that ends in `*`. */
export const matches = (match: string, name: string): boolean =>
  match.endsWith('*') ? name.startsWith(match.slice(0, -1)) : name === match;

/** Statuses in which a server runs and takes questions. */
export const SERVING: readonly InstanceStatus[] = [
  'available',
  'backing-up',
  'modifying',
  'renaming',
  'resetting-master-credentials',
];
