import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';

import type { Rds } from './context.ts';
import { tellInstance } from './events.ts';
import { copyInBackground } from './snapshots/copying.ts';
import type { InstanceRecord } from './records.ts';
import type { Region } from './store.ts';
import { startServerOf } from './work/index.ts';

/** The first stage of these makes the files itself; there may be none or half of them yet. */
const MAKES_ITS_FILES: readonly string[] = ['create', 'restore-snapshot', 'restore-to-time', 'replicate'];
const NEVER_SERVES: readonly string[] = [
  'stopped',
  'failed',
  'incompatible-network',
  'incompatible-restore',
  'inaccessible-encryption-credentials',
  'storage-full',
];

/**
 * Goes on where an earlier, perhaps killed, sandbox ended: stops the servers it left behind, starts those that should
 * run, sweeps away files that nothing refers to, and finishes what was under way.
 */
export async function resume(rds: Rds): Promise<void> {
  await rds.databases.stopOrphans();
  await sweep(rds);
  for (const region of rds.store.all()) {
    // Sources before their replicas.
    const inOrder = region.state.instances.toSorted(
      (a, b) => Number(a.replicaOf !== undefined) - Number(b.replicaOf !== undefined),
    );
    for (const instance of inOrder) {
      if (shouldServe(instance)) await startAgain(rds, region, instance);
      if (instance.stages.length > 0) rds.runner.begin(region, instance);
    }
    for (const snapshot of region.state.snapshots) resumeCopy(rds, region, snapshot);
    region.save();
  }
}

/** One broken database must not keep the others from coming back. */
async function startAgain(rds: Rds, region: Region, instance: InstanceRecord): Promise<void> {
  try {
    await startServerOf(rds, region, instance);
  } catch (error) {
    instance.status = 'failed';
    instance.stages = instance.stages.filter((stage) => stage.kind === 'delete');
    tellInstance(region, instance.name, 'failed', 'failed');
    process.stderr.write(
      `sandbox rds: ${instance.name} did not come back: ${error instanceof Error ? error.message : String(error)}\n`,
    );
  }
}

const shouldServe = (instance: InstanceRecord): boolean => {
  const [first] = instance.stages;
  if (!instance.hasServer || NEVER_SERVES.includes(instance.status)) return false;
  return (
    first === undefined || !(MAKES_ITS_FILES.includes(first.kind) || first.kind === 'delete' || first.kind === 'start')
  );
};

function resumeCopy(rds: Rds, region: Region, snapshot: Region['state']['snapshots'][number]): void {
  if (snapshot.copyOfKey === undefined || snapshot.status !== 'creating') return;
  copyInBackground(rds, rds.store.at(region.accountId, snapshot.sourceRegion ?? region.region), region, snapshot);
}

/** Removes folders that no record knows: leftovers of deletions and half-made backups. */
async function sweep(rds: Rds): Promise<void> {
  const known = new Set<string>();
  for (const region of rds.store.all()) {
    for (const { dbiResourceId } of region.state.instances) known.add(rds.places.instance(region, dbiResourceId));
    for (const { source } of region.state.retained) known.add(rds.places.instance(region, source.dbiResourceId));
    for (const { key } of region.state.snapshots) known.add(rds.places.snapshot(region, key));
  }
  const accounts = path.join(rds.places.root, 'accounts');
  for (const account of await list(accounts)) {
    for (const region of await list(path.join(accounts, account))) {
      for (const kind of ['instances', 'snapshots']) {
        const folder = path.join(accounts, account, region, kind);
        for (const name of await list(folder)) {
          const entry = path.join(folder, name);
          if (!known.has(entry)) await rm(entry, { recursive: true, force: true });
        }
      }
    }
  }
}

const list = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
