import type { AwsClients } from './aws-clients.ts';
import { createWaitingActivities } from './check-available.ts';
import { createGoneActivities } from './check-gone.ts';
import { createPreconditionActivities } from './check-preconditions.ts';
import { createCopyLifeActivities } from './delete-copy.ts';
import { createInstanceLookup } from './describe-batch.ts';
import { createDescribeActivities } from './describe-source.ts';
import type { AwsIsolatedActivities, AwsReadActivities } from './interface.ts';
import { createLiveFactsActivities } from './live-facts.ts';
import { createRecoveryPointActivities } from './recovery-points.ts';
import { createRestoreActivities } from './restore-database.ts';
import { createPasswordActivities } from './set-copy-password.ts';

/** Activities of the queue `aws-read`. Called once per worker: all share clients, batches and pace. */
export function createAwsReadActivities(deps: { clients: AwsClients }): AwsReadActivities {
  const shared = { clients: deps.clients, instances: createInstanceLookup(deps) };
  return {
    ...createDescribeActivities(shared),
    ...createPreconditionActivities(shared),
    ...createRecoveryPointActivities(shared),
    ...createWaitingActivities(shared),
    ...createGoneActivities(shared),
    ...createLiveFactsActivities(shared),
  };
}

/** Activities of the queue `aws-isolated`. @param deps.drillSecret - at least 32 characters, shared with the probe */
export function createAwsIsolatedActivities(deps: { clients: AwsClients; drillSecret: string }): AwsIsolatedActivities {
  return { ...createRestoreActivities(deps), ...createPasswordActivities(deps), ...createCopyLifeActivities(deps) };
}
