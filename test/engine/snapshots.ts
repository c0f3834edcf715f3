import { DescribeDBSnapshotsCommand } from '@aws-sdk/client-rds';
import { until } from './outside.ts';
import { rdsOf } from './world.ts';
import type { World } from './world.ts';

/**
 * Takes an automated snapshot of the example database, and waits until it is complete. There is an older one, taken of the
 * instance when it was made and still empty: who does not wait restores that.
 *
 * @returns the snapshot's name
 */
export async function takeSnapshot(world: World): Promise<string> {
  const { snapshot } = (await world.control('POST', 'rds/automated-snapshot', { instance: 'issues-db-prod' })) as {
    snapshot: string;
  };
  const rds = rdsOf(world);
  try {
    await until(
      async () =>
        (await rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: snapshot }))).DBSnapshots?.[0]
          ?.Status === 'available',
      `${snapshot} is complete`,
    );
  } finally {
    rds.destroy();
  }
  return snapshot;
}
