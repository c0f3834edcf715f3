import type { DBInstance, RDSClient } from '@aws-sdk/client-rds';
import {
  AddTagsToResourceCommand,
  DeleteDBInstanceCommand,
  ModifyDBInstanceCommand,
  StartDBInstanceCommand,
} from '@aws-sdk/client-rds';
import type { AwsClients } from './aws-clients.ts';
import { copyVanished } from './aws-errors.ts';
import { classified, classifyAwsError, isAwsCode } from './aws-faults.ts';
import { expiryTag, insistOnDrillName, insistOnOwn } from './drill-tags.ts';
import { findInstance } from './find-instance.ts';
import type { AwsIsolatedActivities } from './interface.ts';

/** The end of a copy, and the lease until then. Both act on this run's own only. */
export function createCopyLifeActivities(deps: {
  clients: AwsClients;
}): Pick<AwsIsolatedActivities, 'deleteCopy' | 'renewLease'> {
  return {
    async deleteCopy(request) {
      insistOnDrillName('delete', request.name);
      const rds = deps.clients.rds(request);
      const instance = await findInstance(rds, request.name);
      if (instance === undefined) return { outcome: 'already-gone' };
      insistOnOwn('delete', instance, request.runId);
      return { outcome: await deleteInstance(rds, request.name, instance) };
    },

    async renewLease(request) {
      insistOnDrillName('change', request.name);
      const rds = deps.clients.rds(request);
      const instance = await findInstance(rds, request.name);
      if (instance === undefined) throw copyVanished(request.name);
      insistOnOwn('change', instance, request.runId);
      await classified(`renewing the lease of ${request.name}`, () =>
        rds.send(
          new AddTagsToResourceCommand({
            ResourceName: instance.DBInstanceArn,
            Tags: [expiryTag(request.expiresAtMs)],
          }),
        ),
      );
    },
  };
}

/**
 * Asks AWS to delete an instance that the caller has proved to be ours: no final snapshot (refused in failed states, and
 * it would fill the quota), automated backups too. Lifts deletion protection; starts a stopped one, which RDS does not
 * delete, and fails `busy` so that it is asked again.
 *
 * @throws FiredrillError `busy`, or what AWS refused
 */
export async function deleteInstance(
  rds: RDSClient,
  name: string,
  instance: DBInstance,
): Promise<'requested' | 'already-deleting' | 'already-gone'> {
  if (instance.DBInstanceStatus === 'deleting') return 'already-deleting';
  try {
    if (instance.DeletionProtection === true) {
      await rds.send(
        new ModifyDBInstanceCommand({ DBInstanceIdentifier: name, DeletionProtection: false, ApplyImmediately: true }),
      );
    }
    await rds.send(
      new DeleteDBInstanceCommand({
        DBInstanceIdentifier: name,
        SkipFinalSnapshot: true,
        DeleteAutomatedBackups: true,
      }),
    );
    return 'requested';
  } catch (error) {
    if (isAwsCode(error, 'DBInstanceNotFound')) return 'already-gone';
    if (isAwsCode(error, 'InvalidDBInstanceState')) {
      const now = await findInstance(rds, name);
      if (now === undefined) return 'already-gone';
      if (now.DBInstanceStatus === 'deleting') return 'already-deleting';
      if (now.DBInstanceStatus === 'stopped') {
        await classified(`starting ${name}, which is stopped and so cannot be deleted`, () =>
          rds.send(new StartDBInstanceCommand({ DBInstanceIdentifier: name })),
        );
      }
    }
    throw classifyAwsError(error, `deleting ${name}`);
  }
}
