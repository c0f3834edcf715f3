import type { CreateDBInstanceReadReplicaMessage, DBInstance, PromoteReadReplicaMessage } from '@aws-sdk/client-rds';

import type { Rds } from '../context.ts';
import { fault } from '../faults.ts';
import { fittingParameterGroup } from '../groups/parameter-groups.ts';
import { engineVersion } from '../engines.ts';
import { instanceNamed } from '../lookup.ts';
import { checkIdentifier, newDbiResourceId } from '../names.ts';
import type { InstanceRecord } from '../records.ts';
import { instanceShape } from '../shapes.ts';
import { automatedSnapshotStage } from '../snapshots/automated.ts';
import { addInstance } from '../store.ts';
import type { Region } from '../store.ts';
import { tagsFrom } from '../tags.ts';
import { checkClass, checkQuotas, checkRetention, checkStorage } from './checks.ts';
import { isTaken } from './create.ts';
import { placementOf } from './placement.ts';

type Answer = { DBInstance: DBInstance };

/** A replica in the same Region, streaming from its source. */
export function createReadReplica(rds: Rds, region: Region, input: CreateDBInstanceReadReplicaMessage): Answer {
  const name = checkIdentifier('DBInstanceIdentifier', input.DBInstanceIdentifier);
  const parts = (input.SourceDBInstanceIdentifier ?? '').split(':');
  if (parts[0] === 'arn' && parts[3] !== region.region) {
    throw fault.invalidCombination('This sandbox replicates within one Region only.');
  }
  const source = instanceNamed(region, input.SourceDBInstanceIdentifier);
  if (source.status !== 'available')
    throw fault.instanceState(`Instance ${source.name} is not in the available state.`);
  if (source.settings.backupRetentionDays === 0) {
    throw fault.instanceState(
      'Automated backups are not enabled for this database instance. To enable automated backups, use ModifyDBInstance to set the backup retention period to a non-zero value.',
    );
  }
  if (source.replicaOf !== undefined) throw fault.instanceState('This sandbox has no replicas of replicas.');
  if (isTaken(region, name)) throw fault.instanceExists();
  const storage = checkStorage(source.engine, input, source.settings.allocatedStorageGb);
  checkQuotas(region, storage.allocatedStorageGb);
  const { family } = engineVersion(source.engine, source.engineVersion);
  const { latestRestorableMs: _latest, endpoint: _endpoint, createdAtMs: _created, ...same } = structuredClone(source);
  const replica: InstanceRecord = {
    ...same,
    name,
    dbiResourceId: newDbiResourceId(),
    status: 'creating',
    stages: [],
    pending: {},
    settings: {
      ...same.settings,
      ...storage,
      ...placementOf(rds, region, { DBSubnetGroupName: source.settings.subnetGroup, ...input }),
      instanceClass:
        input.DBInstanceClass === undefined ? source.settings.instanceClass : checkClass(input.DBInstanceClass),
      parameterGroup:
        input.DBParameterGroupName === undefined
          ? source.settings.parameterGroup
          : fittingParameterGroup(region, input.DBParameterGroupName, family),
      backupRetentionDays: 0,
      deletionProtection: input.DeletionProtection ?? false,
      iamAuthentication: input.EnableIAMDatabaseAuthentication ?? false,
      copyTagsToSnapshot: input.CopyTagsToSnapshot ?? false,
    },
    tags: tagsFrom(input.Tags),
    requestedPort: input.Port ?? source.requestedPort,
    replicaOf: source.dbiResourceId,
  };
  addInstance(region, replica);
  rds.runner.begin(region, replica, { kind: 'replicate', sourceDbiResourceId: source.dbiResourceId });
  return { DBInstance: instanceShape(region, rds.network, replica) };
}

export function promoteReadReplica(rds: Rds, region: Region, input: PromoteReadReplicaMessage): Answer {
  const replica = instanceNamed(region, input.DBInstanceIdentifier);
  if (replica.replicaOf === undefined) {
    throw fault.instanceState(`DB Instance ${replica.name} is not a read replica.`);
  }
  if (replica.status !== 'available') {
    throw fault.instanceState(`DB instance ${replica.name} cannot be promoted while it is ${replica.status}.`);
  }
  const backupRetentionDays = checkRetention(input.BackupRetentionPeriod ?? 1);
  const willBe = { ...replica, settings: { ...replica.settings, backupRetentionDays } };
  rds.runner.begin(
    region,
    replica,
    { kind: 'promote', backupRetentionDays },
    ...automatedSnapshotStage(rds, region, willBe),
  );
  return { DBInstance: { ...instanceShape(region, rds.network, replica), DBInstanceStatus: 'modifying' } };
}
