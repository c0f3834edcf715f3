import type { Rds } from './context.ts';
import { serverMajor } from './engines.ts';
import type { InstanceEvent } from './events.ts';
import { tellInstance, tellSnapshot } from './events.ts';
import { serverParameters } from './groups/parameter-groups.ts';
import type {
  InstanceRecord,
  InstanceSettings,
  InstanceStatus,
  RetainedBackup,
  SnapshotRecord,
  Stage,
} from './records.ts';
import type { Completion } from './runner.ts';
import { shipLogs } from './shipping.ts';
import { deleteSnapshotFiles, inBackground, retire } from './snapshots/files.ts';
import type { Region } from './store.ts';

/** What really happens in each stage. Every stage can be begun again after a kill: it starts over. */
export async function workOn(rds: Rds, region: Region, instance: InstanceRecord, stage: Stage): Promise<Completion> {
  const dbi = instance.dbiResourceId;
  const options = {
    settings: serverParameters(region, instance.settings.parameterGroup),
    port: instance.endpoint?.port,
  };
  switch (stage.kind) {
    case 'create': {
      const major = serverMajor(instance.engine, instance.engineVersion);
      if (instance.hasServer && major !== undefined) {
        const { masterUsername, dbName } = instance;
        const wanted = { major, masterUsername, masterPassword: stage.masterPassword, dbName };
        await rds.databases.create(region, dbi, wanted, options);
      }
      return born(rds, region, instance, 'created', '');
    }
    case 'restore-snapshot': {
      if (stage.endIn !== undefined) return endsIn(region, instance, stage.endIn);
      if (instance.hasServer) {
        await rds.databases.restoreSnapshot(region, dbi, rds.places.snapshot(region, stage.snapshotKey), options);
      }
      return born(rds, region, instance, 'restoredFromSnapshot', stage.snapshotName);
    }
    case 'restore-to-time': {
      if (stage.endIn !== undefined) return endsIn(region, instance, stage.endIn);
      if (instance.hasServer && stage.baseKey !== null) {
        const from = {
          snapshot: rds.places.snapshot(region, stage.baseKey),
          archive: rds.places.archive(region, stage.sourceDbiResourceId),
          timeMs: stage.timeMs,
        };
        await rds.databases.restoreToTime(region, dbi, from, options);
      }
      return born(rds, region, instance, 'restoredToTime', `${stage.sourceName} to ${instance.name}.`);
    }
    case 'replicate': {
      if (instance.hasServer) {
        await rds.databases.replicate(region, dbi, { scope: region, dbi: stage.sourceDbiResourceId }, options);
      }
      return born(rds, region, instance, 'created', '', 'replicaStarted');
    }
    case 'backup':
      return backUp(rds, region, instance, stage.snapshotKey);
    case 'modify':
      return modify(rds, region, instance, stage);
    case 'reset-password': {
      if (instance.hasServer) await rds.databases.setPassword(dbi, instance.masterUsername, stage.password);
      return () => {
        delete instance.pending.masterPassword;
        tellInstance(region, instance.name, 'credentialsReset');
        return 'available';
      };
    }
    case 'reboot': {
      tellInstance(region, instance.name, stage.failover ? 'failoverStarted' : 'shutDown');
      if (instance.hasServer) {
        await rds.databases.stop(dbi, stage.failover ? 'immediate' : 'fast');
        await startServerOf(rds, region, instance);
      }
      return () => {
        if (stage.failover) swapZones(instance);
        tellInstance(region, instance.name, stage.failover ? 'failoverDone' : 'restarted');
        return 'available';
      };
    }
    case 'promote': {
      if (instance.hasServer) await rds.databases.promote(dbi);
      return () => {
        delete instance.replicaOf;
        instance.settings.backupRetentionDays = stage.backupRetentionDays;
        tellInstance(region, instance.name, 'replicaPromoted');
        return 'available';
      };
    }
    case 'stop': {
      if (instance.hasServer) await rds.databases.stop(dbi);
      return () => {
        tellInstance(region, instance.name, 'stopped');
        return 'stopped';
      };
    }
    case 'start': {
      if (instance.hasServer) await startServerOf(rds, region, instance);
      return () => {
        tellInstance(region, instance.name, 'started');
        return 'available';
      };
    }
    case 'delete':
      return remove(rds, region, instance, stage);
  }
}

/** Starts the server on files that are already there, and notes where it listens. */
export async function startServerOf(rds: Rds, region: Region, instance: InstanceRecord): Promise<void> {
  const source = region.state.instances.find((each) => each.dbiResourceId === instance.replicaOf);
  const following =
    source === undefined ? {} : rds.databases.followingSettings({ scope: region, dbi: source.dbiResourceId });
  const settings = { ...serverParameters(region, instance.settings.parameterGroup), ...following };
  const port = await rds.databases.start(region, instance.dbiResourceId, { settings, port: instance.endpoint?.port });
  if (instance.endpoint !== undefined) instance.endpoint = { ...instance.endpoint, port };
}

function born(
  rds: Rds,
  region: Region,
  instance: InstanceRecord,
  event: InstanceEvent,
  detail: string,
  ...more: InstanceEvent[]
): Completion {
  return () => {
    const port = rds.databases.portOf(instance.dbiResourceId);
    instance.endpoint =
      port === undefined
        ? { address: nowhere(region, instance), port: instance.requestedPort }
        : { address: '127.0.0.1', port };
    instance.createdAtMs = Date.now();
    tellInstance(region, instance.name, event, detail, instance.createdAtMs);
    for (const each of more) tellInstance(region, instance.name, each, '', instance.createdAtMs);
    return 'available';
  };
}

/** There is no server: a name that can never lead to one, rather than 127.0.0.1, where somebody else's may listen. */
const nowhere = (region: Region, instance: InstanceRecord): string =>
  `${instance.name}.${instance.dbiResourceId.slice(3, 15).toLowerCase()}.${region.region}.rds.sandbox.invalid`;

function endsIn(region: Region, instance: InstanceRecord, status: InstanceStatus): Completion {
  return () => {
    instance.stages = instance.stages.slice(0, 1);
    if (status === 'incompatible-network') tellInstance(region, instance.name, 'incompatibleNetwork');
    else if (status === 'storage-full') tellInstance(region, instance.name, 'storageFull');
    else tellInstance(region, instance.name, 'failed', status);
    return status;
  };
}

async function backUp(rds: Rds, region: Region, instance: InstanceRecord, key: string): Promise<Completion> {
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

async function capture(
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

async function modify(
  rds: Rds,
  region: Region,
  instance: InstanceRecord,
  stage: Stage & { kind: 'modify' },
): Promise<Completion> {
  const { changes } = stage;
  return () => {
    const retentionBefore = instance.settings.backupRetentionDays;
    Object.assign(instance.settings, changes);
    for (const name of Object.keys(changes)) delete instance.pending[name as keyof typeof changes];
    if (changes.multiAz === true) {
      const zones = rds.network
        .network(region.accountId, region.region)
        .availabilityZones.filter((zone) => zone !== instance.settings.availabilityZone);
      const second = zones[0];
      if (second !== undefined) instance.settings.secondaryAvailabilityZone = second;
    } else if (changes.multiAz === false) delete instance.settings.secondaryAvailabilityZone;
    if (retentionBefore > 0 && changes.backupRetentionDays === 0) {
      delete instance.latestRestorableMs;
      dropAutomatedBackups(rds, region, instance.dbiResourceId);
    }
    tellModified(region, instance, changes, retentionBefore);
    if (stage.rename !== undefined) {
      const before = instance.name;
      instance.name = stage.rename;
      tellInstance(region, instance.name, 'renamed', `${before} to ${instance.name}`);
    }
    return 'available';
  };
}

function tellModified(
  region: Region,
  { name }: InstanceRecord,
  changes: Partial<InstanceSettings>,
  retentionBefore: number,
): void {
  if (changes.instanceClass !== undefined) tellInstance(region, name, 'classChanged');
  if (changes.allocatedStorageGb !== undefined) tellInstance(region, name, 'storageChanged');
  if (changes.parameterGroup !== undefined) tellInstance(region, name, 'parameterGroupChanged', changes.parameterGroup);
  if (changes.multiAz !== undefined) tellInstance(region, name, changes.multiAz ? 'multiAz' : 'singleAz');
  if (changes.backupRetentionDays === 0 && retentionBefore > 0) tellInstance(region, name, 'backupsOff');
  if ((changes.backupRetentionDays ?? 0) > 0 && retentionBefore === 0) tellInstance(region, name, 'backupsOn');
}

function dropAutomatedBackups(rds: Rds, region: Region, dbi: string): void {
  for (const snapshot of region.state.snapshots.filter(
    (each) => each.dbiResourceId === dbi && each.type === 'automated',
  )) {
    region.state.snapshots = region.state.snapshots.filter((each) => each !== snapshot);
    deleteSnapshotFiles(rds, region, snapshot.key);
  }
}

async function remove(
  rds: Rds,
  region: Region,
  instance: InstanceRecord,
  stage: Stage & { kind: 'delete' },
): Promise<Completion> {
  const dbi = instance.dbiResourceId;
  const final = region.state.snapshots.find((each) => each.key === stage.finalSnapshotKey);
  if (final !== undefined && final.status !== 'available') {
    if (instance.hasServer && !rds.databases.isRunning(dbi)) await startServerOf(rds, region, instance);
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

function swapZones(instance: InstanceRecord): void {
  const { availabilityZone, secondaryAvailabilityZone } = instance.settings;
  if (secondaryAvailabilityZone === undefined) return;
  instance.settings.availabilityZone = secondaryAvailabilityZone;
  instance.settings.secondaryAvailabilityZone = availabilityZone;
  instance.lastFailoverMs = Date.now();
}
