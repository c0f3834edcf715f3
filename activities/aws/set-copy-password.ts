import { ModifyDBInstanceCommand } from '@aws-sdk/client-rds';
import { derivePassword } from '../copy-password.ts';
import type { AwsClients } from './aws-clients.ts';
import { copyVanished } from './aws-errors.ts';
import { classifyAwsError } from './aws-faults.ts';
import { insistOnOwn } from './drill-tags.ts';
import { findInstance } from './find-instance.ts';
import type { AwsIsolatedActivities } from './interface.ts';

/** A restored database has the password of the backup's moment; the probe needs one that it can derive. */
export function createPasswordActivities(deps: {
  clients: AwsClients;
  drillSecret: string;
}): Pick<AwsIsolatedActivities, 'setCopyPassword'> {
  return {
    async setCopyPassword(request) {
      const rds = deps.clients.rds(request);
      const instance = await findInstance(rds, request.name);
      if (instance === undefined) throw copyVanished(request.name);
      insistOnOwn('change', instance, request.runId);
      const lowMs = Date.now();
      try {
        await rds.send(
          new ModifyDBInstanceCommand({
            DBInstanceIdentifier: request.name,
            MasterUserPassword: derivePassword(deps.drillSecret, request.runId),
            ApplyImmediately: true,
          }),
        );
      } catch (error) {
        throw classifyAwsError(error, `setting the password of ${request.name}`);
      }
      return { at: { lowMs, highMs: Date.now(), source: 'activity-clock', note: 'ModifyDBInstance' } };
    },
  };
}
