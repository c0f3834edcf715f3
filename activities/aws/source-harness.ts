import { CreateDBSnapshotCommand, DescribeDBInstancesCommand, DescribeDBSnapshotsCommand } from '@aws-sdk/client-rds';
import type { DBInstance } from '@aws-sdk/client-rds';
import type { DatabaseSpec } from '../../domain/restore-plan.ts';
import { drillName } from '../../domain/run-id.ts';
import { createAwsIsolatedActivities, createAwsReadActivities } from './index.ts';
import type { AwsIsolatedActivities, AwsReadActivities, RestoreRequest, SourceFacts } from './interface.ts';
import { drillNetwork, drillSecret, eventually, place, waitFor } from './sandbox-harness.ts';
import type { AwsSandbox } from './sandbox-harness.ts';

/** The run that restores, and the name of its copy. */
export const runId = 'restore-test/issues-service/issues-db/2026Q4';
export const name = drillName('issues-service', 'issues-db', runId, 'restore');

/** A production database with a snapshot, and the activities of a run that reads and restores it. */
export interface SnapshottedSource {
  readonly database: DatabaseSpec;
  readonly source: SourceFacts;
  readonly read: AwsReadActivities;
  readonly isolated: AwsIsolatedActivities;
  /** A restore from the snapshot, but for `more`. */
  readonly restoreRequest: (more?: Partial<RestoreRequest>) => RestoreRequest;
  /** Restores and waits until the copy is available. */
  readonly restored: () => ReturnType<AwsIsolatedActivities['restoreDatabase']>;
  readonly describeOne: (identifier: string) => Promise<DBInstance | undefined>;
}

/** Sets the sandbox up with `issues-prod` and its snapshot `nightly`; to be done again after a reset. */
export async function snapshottedSource(sandbox: AwsSandbox): Promise<SnapshottedSource> {
  await sandbox.prepare();
  const database = await sandbox.createSource('issues-prod');
  const read = createAwsReadActivities({ clients: sandbox.clients('read') });
  const isolated = createAwsIsolatedActivities({ clients: sandbox.clients('isolated'), drillSecret });
  await sandbox.admin.send(
    new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'issues-prod', DBSnapshotIdentifier: 'nightly' }),
  );
  await waitFor(async () => {
    const reply = await sandbox.admin.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: 'nightly' }));
    return reply.DBSnapshots?.[0]?.Status === 'available';
  });
  const source = await read.describeSource(database);
  const restoreRequest = (more: Partial<RestoreRequest> = {}): RestoreRequest => ({
    ...place,
    runId,
    name,
    service: 'issues-service',
    resource: 'issues-db',
    owner: 'ada@example.com',
    sourceIdentifier: 'issues-prod',
    point: { method: 'snapshot', snapshotId: 'nightly', dataAtMs: 0, automated: false },
    network: drillNetwork,
    source,
    expiresAtMs: Date.now() + 3_600_000,
    ...more,
  });
  return {
    database,
    source,
    read,
    isolated,
    restoreRequest,
    restored: async () => {
      const called = await isolated.restoreDatabase(restoreRequest());
      await eventually(() => read.checkAvailable({ ...place, name, since: called.called.lowMs }));
      return called;
    },
    describeOne: async (identifier) => {
      const reply = await sandbox.admin.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }));
      return reply.DBInstances?.[0];
    },
  };
}
