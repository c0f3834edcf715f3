import type { DBInstance, DeleteDBInstanceMessage } from '@aws-sdk/client-rds';

import type { Rds } from '../context.ts';
import { fault } from '../faults.ts';
import { instanceNamed, matches } from '../lookup.ts';
import { checkIdentifier } from '../names.ts';
import type { InstanceStatus, Stage } from '../records.ts';
import { instanceShape } from '../shapes.ts';
import { newSnapshot } from '../snapshots/automated.ts';
import { checkSnapshotQuota } from '../snapshots/manual.ts';
import type { Region } from '../store.ts';

/** In these, RDS cannot take a final snapshot and says so. */
const WITHOUT_FINAL_SNAPSHOT: readonly InstanceStatus[] = [
  'creating',
  'failed',
  'incompatible-restore',
  'incompatible-network',
  'inaccessible-encryption-credentials',
];

export function deleteInstance(rds: Rds, region: Region, input: DeleteDBInstanceMessage): { DBInstance: DBInstance } {
  const instance = instanceNamed(region, input.DBInstanceIdentifier);
  const { name } = instance;
  if (instance.stages.some((stage) => stage.kind === 'delete')) {
    throw fault.instanceState(`Instance ${name} is already being deleted.`);
  }
  const skips = input.SkipFinalSnapshot ?? false;
  if (!skips && input.FinalDBSnapshotIdentifier === undefined && instance.replicaOf === undefined) {
    throw fault.invalidCombination('FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.');
  }
  if (skips && input.FinalDBSnapshotIdentifier !== undefined) {
    throw fault.invalidCombination(
      'FinalDBSnapshotIdentifier can not be specified when deleting with SkipFinalSnapshot.',
    );
  }
  if (instance.settings.deletionProtection) {
    throw fault.invalidCombination(
      'Cannot delete protected DB Instance, please disable deletion protection and try again.',
    );
  }
  if (region.state.faults.refuseDelete.some((each) => each.how === 'refused' && matches(each.match, name))) {
    throw fault.instanceState(`Instance ${name} is not in a state that it can be deleted from.`);
  }
  let finalSnapshotKey: string | undefined;
  if (input.FinalDBSnapshotIdentifier !== undefined && instance.replicaOf === undefined) {
    const snapshotName = checkIdentifier('FinalDBSnapshotIdentifier', input.FinalDBSnapshotIdentifier, 255);
    if (region.state.snapshots.some((each) => each.name === snapshotName)) throw fault.snapshotExists(snapshotName);
    if (WITHOUT_FINAL_SNAPSHOT.includes(instance.status)) {
      throw fault.instanceState(
        `Cannot create a final snapshot because instance ${name} is ${instance.status}. Use SkipFinalSnapshot.`,
      );
    }
    checkSnapshotQuota(region);
    const snapshot = newSnapshot(rds, region, instance, snapshotName, 'manual');
    region.state.snapshots.push(snapshot);
    finalSnapshotKey = snapshot.key;
  }
  // Backups that were asked for and not begun will never be made.
  const begun = instance.stages.filter((stage) => stage.kind === 'backup').map((stage) => stage.snapshotKey);
  region.state.snapshots = region.state.snapshots.filter(
    (each) => !begun.includes(each.key) || each.status === 'available',
  );
  const stage: Stage = {
    kind: 'delete',
    keepAutomatedBackups: input.DeleteAutomatedBackups === false,
    ...(finalSnapshotKey === undefined ? {} : { finalSnapshotKey }),
  };
  instance.status = 'deleting';
  rds.runner.replace(region, instance, stage);
  return { DBInstance: instanceShape(region, rds.network, instance) };
}
