import { DescribeDBSnapshotsCommand } from '@aws-sdk/client-rds';
import { awsControl } from '../../examples/set-up.ts';
import type { CompanyPlace } from '../../examples/set-up.ts';
import { rdsOf, until } from './outside.ts';

/**
 * Takes an automated snapshot of the example database, and waits until it is complete. There is an older one, taken of the
 * instance when it was made and still empty: who does not wait restores that.
 *
 * @param world - a world, or anything else that knows where the stand-ins are
 * @returns the snapshot's name
 */
export async function takeSnapshot(world: { readonly place: CompanyPlace }): Promise<string> {
  const wanted = { instance: 'issues-db-prod' };
  const { snapshot } = (await awsControl(world.place, 'POST', 'rds/automated-snapshot', wanted)) as {
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
