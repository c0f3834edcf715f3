import type { Rds } from '../context.ts';
import { serverMajor } from '../engines.ts';
import type { InstanceEvent } from '../events.ts';
import { tellInstance } from '../events.ts';
import { serverParameters } from '../groups/parameter-groups.ts';
import type { InstanceRecord, InstanceStatus, Stage } from '../records.ts';
import type { Completion } from '../runner.ts';
import type { Region } from '../store.ts';
import { backUp } from './backup.ts';
import { remove } from './delete.ts';
import { modify } from './modify.ts';

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
      return remove(rds, region, instance, stage, () => startServerOf(rds, region, instance));
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

function swapZones(instance: InstanceRecord): void {
  const { availabilityZone, secondaryAvailabilityZone } = instance.settings;
  if (secondaryAvailabilityZone === undefined) return;
  instance.settings.availabilityZone = secondaryAvailabilityZone;
  instance.settings.secondaryAvailabilityZone = availabilityZone;
  instance.lastFailoverMs = Date.now();
}
