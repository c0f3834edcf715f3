import type { DBSnapshot } from '@aws-sdk/client-rds';
import { DescribeDBInstanceAutomatedBackupsCommand, DescribeDBSnapshotsCommand } from '@aws-sdk/client-rds';
import type { DatabaseSpec } from '../../domain/restore-plan.ts';
import type { RecoverablePoints } from '../../domain/recovery.ts';
import { stoppable } from '../activity-context.ts';
import type { AwsClients } from './aws-clients.ts';
import { sourceNotFound } from './aws-errors.ts';
import { isAwsCode } from './aws-faults.ts';
import type { InstanceLookup } from './describe-batch.ts';
import type { AwsReadActivities } from './interface.ts';

type Snapshot = RecoverablePoints['snapshots'][number];

/** What could be restored at this moment, as AWS states it. */
export function createRecoveryPointActivities(deps: {
  clients: AwsClients;
  instances: InstanceLookup;
}): Pick<AwsReadActivities, 'listRecoverablePoints'> {
  return {
    async listRecoverablePoints(database) {
      const { snapshots, windows, instance, looked } = await stoppable(async () => {
        const [snapshots, windows] = await Promise.all([listSnapshots(deps, database), listWindows(deps, database)]);
        return { snapshots, windows, ...(await deps.instances.find(database, database.identifier)) };
      });
      if (instance === undefined) throw sourceNotFound(database.identifier, database.accountId, database.region);
      const latest = instance.LatestRestorableTime?.getTime();
      if ((instance.BackupRetentionPeriod ?? 0) === 0 || latest === undefined)
        return { readAtMs: looked.lowMs, readUntilMs: looked.highMs, snapshots };
      // An instance that was deleted and made anew leaves windows of its predecessor under the same name.
      const own = windows.filter((window) => window.dbiResourceId === instance.DbiResourceId);
      const earliestMs = Math.min(latest, ...own.map((window) => window.earliestMs));
      return { readAtMs: looked.lowMs, readUntilMs: looked.highMs, snapshots, pitr: { earliestMs, latestMs: latest } };
    },
  };
}

async function listSnapshots(
  deps: { clients: AwsClients; instances: InstanceLookup },
  database: DatabaseSpec,
): Promise<readonly Snapshot[]> {
  const all: DBSnapshot[] = [];
  let marker: string | undefined;
  do {
    const page = await deps.instances.paced(database, `listing the snapshots of ${database.identifier}`, () =>
      deps.clients.rds(database).send(
        new DescribeDBSnapshotsCommand({
          DBInstanceIdentifier: database.identifier,
          MaxRecords: 100,
          ...(marker === undefined ? {} : { Marker: marker }),
        }),
      ),
    );
    all.push(...(page.DBSnapshots ?? []));
    marker = page.Marker;
  } while (marker !== undefined && marker !== '');
  return all.flatMap(usableSnapshot).toSorted((one, other) => other.dataAtMs - one.dataAtMs);
}

/** A snapshot that is complete; its data is from `OriginalSnapshotCreateTime` when it is a copy. */
function usableSnapshot(snapshot: DBSnapshot): Snapshot[] {
  const dataAt = snapshot.OriginalSnapshotCreateTime ?? snapshot.SnapshotCreateTime;
  if (snapshot.Status !== 'available' || dataAt === undefined || snapshot.DBSnapshotIdentifier === undefined) return [];
  return [
    {
      id: snapshot.DBSnapshotIdentifier,
      dataAtMs: dataAt.getTime(),
      automated: snapshot.SnapshotType === 'automated',
      encrypted: snapshot.Encrypted === true,
      ...(snapshot.KmsKeyId === undefined ? {} : { kmsKeyArn: snapshot.KmsKeyId }),
    },
  ];
}

interface BackupWindow {
  readonly dbiResourceId: string | undefined;
  readonly earliestMs: number;
}

/** Restore windows under the instance's name; empty when AWS keeps no automated backup of it. */
async function listWindows(
  deps: { clients: AwsClients; instances: InstanceLookup },
  database: DatabaseSpec,
): Promise<readonly BackupWindow[]> {
  try {
    const reply = await deps.instances.paced(database, `reading the backup window of ${database.identifier}`, () =>
      deps.clients
        .rds(database)
        .send(new DescribeDBInstanceAutomatedBackupsCommand({ DBInstanceIdentifier: database.identifier })),
    );
    return (reply.DBInstanceAutomatedBackups ?? []).flatMap((backup) => {
      const earliest = backup.RestoreWindow?.EarliestTime;
      return earliest === undefined ? [] : [{ dbiResourceId: backup.DbiResourceId, earliestMs: earliest.getTime() }];
    });
  } catch (error) {
    if (error instanceof Error && isAwsCode(error.cause, 'DBInstanceAutomatedBackupNotFound')) return [];
    throw error;
  }
}
