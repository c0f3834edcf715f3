import type { Rds } from '../context.ts';
import { tellInstance, tellSnapshot } from '../events.ts';
import type { InstanceRecord, RetainedBackup, Stage } from '../records.ts';
import type { Completion } from '../runner.ts';
import { shipLogs } from '../shipping.ts';
import { inBackground } from '../snapshots/files.ts';
import type { Region } from '../store.ts';
import { capture, dropAutomatedBackups } from './backup.ts';

/** Takes the final snapshot if one was asked for, then lets the instance go with everything that hangs on it. */
export async function remove(
  rds: Rds,
  region: Region,
  instance: InstanceRecord,
  stage: Stage & { kind: 'delete' },
  startServer: () => Promise<void>,
): Promise<Completion> {
  const dbi = instance.dbiResourceId;
  const final = region.state.snapshots.find((each) => each.key === stage.finalSnapshotKey);
  if (final !== undefined && final.status !== 'available') {
    if (instance.hasServer && !rds.databases.isRunning(dbi)) await startServer();
    tellSnapshot(region, final.name, 'creatingManual');
    Object.assign(final, await capture(rds, region, instance, final.key), {
      status: 'available',
      percentProgress: 100,
    });
    tellSnapshot(region, final.name, 'createdManual');
    region.save();
  }
  const keeps = stage.keepAutomatedBackups && instance.settings.backupRetentionDays > 0;
  if (keeps && instance.hasServer && rds.databases.isRunning(dbi)) await shipLogs(rds, region, instance);
  if (instance.hasServer) await rds.databases.stop(dbi, 'fast');
  return () => {
    if (keeps) {
      region.state.retained.push(retained(rds, region, instance));
    } else {
      dropAutomatedBackups(rds, region, dbi);
    }
    inBackground(`deleting files of ${instance.name}`, rds.databases.remove(region, dbi, { archive: keeps }));
    region.state.instances = region.state.instances.filter((each) => each !== instance);
    tellInstance(region, instance.name, 'deleted');
    // RDS promotes the replicas of a source that is deleted.
    for (const replica of region.state.instances.filter((each) => each.replicaOf === dbi)) {
      rds.runner.begin(region, replica, { kind: 'promote', backupRetentionDays: 0 });
    }
    return 'gone';
  };
}

function retained(rds: Rds, region: Region, instance: InstanceRecord): RetainedBackup {
  const { stages: _stages, pending: _pending, status: _status, ...source } = instance;
  return {
    source,
    vpcId: rds.network.network(region.accountId, region.region).defaultVpcId ?? '',
    ...(instance.latestRestorableMs === undefined ? {} : { latestRestorableMs: instance.latestRestorableMs }),
  };
}
