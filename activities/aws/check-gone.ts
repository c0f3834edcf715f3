import type { DBInstance, DBInstanceAutomatedBackup, DBSnapshot } from '@aws-sdk/client-rds';
import {
  DescribeDBInstanceAutomatedBackupsCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
} from '@aws-sdk/client-rds';
import type { AwsPlace } from '../../domain/restore-plan.ts';
import type { AwsClients } from './aws-clients.ts';
import { notYet } from './aws-errors.ts';
import { isAwsCode } from './aws-faults.ts';
import { requestIdOf } from './call-recorder.ts';
import type { InstanceLookup } from './describe-batch.ts';
import { isOfRun } from './drill-tags.ts';
import type { AwsReadActivities } from './interface.ts';

interface Deps {
  readonly clients: AwsClients;
  readonly instances: InstanceLookup;
}

/** Proof that cleanup left nothing. */
export function createGoneActivities(deps: Deps): Pick<AwsReadActivities, 'checkGone' | 'listOwned'> {
  return {
    async checkGone(request) {
      const lowMs = Date.now();
      // Shared with all who wait; only what it does not show is worth a call of its own.
      const { instance } = await deps.instances.find(request, request.name);
      if (instance !== undefined) throw stillThere(request.name, instance.DBInstanceStatus);
      const refusal = await notFoundProof(deps, request, request.name);
      const left = await leftOf(deps, request, request.name);
      if (left.length > 0) {
        throw notYet(`${request.name} is deleted, but these of it are left: ${left.join(', ')}.`);
      }
      return {
        at: { lowMs, highMs: Date.now(), source: 'aws-api', note: 'DBInstanceNotFound' },
        proof: `RDS answers DBInstanceNotFound for ${request.name} (request ${refusal}), and lists no snapshot and no automated backup of it.`,
      };
    },

    async listOwned(request) {
      const instances = await listInstances(deps, request);
      const snapshots = await listSnapshots(deps, request);
      const backups = await listAutomatedBackups(deps, request);
      return [
        ...instances
          .filter((one) => isOfRun(one.TagList, request.runId))
          .map((one) => ({
            arn: one.DBInstanceArn ?? 'unknown',
            name: one.DBInstanceIdentifier ?? 'unknown',
            status: one.DBInstanceStatus ?? 'unknown',
          })),
        ...snapshots
          .filter((one) => isOfRun(one.TagList, request.runId))
          .map((one) => ({
            arn: one.DBSnapshotArn ?? 'unknown',
            name: one.DBSnapshotIdentifier ?? 'unknown',
            status: one.Status ?? 'unknown',
          })),
        ...backups
          .filter((one) => isOfRun(one.TagList, request.runId))
          .map((one) => ({
            arn: one.DBInstanceAutomatedBackupsArn ?? 'unknown',
            name: one.DBInstanceIdentifier ?? 'unknown',
            status: one.Status ?? 'unknown',
          })),
      ];
    },
  };
}

/** Request id of AWS's own NotFound: the proof. @throws FiredrillError `not-yet` while the instance is there */
async function notFoundProof(deps: Deps, place: AwsPlace, name: string): Promise<string> {
  try {
    const reply = await deps.instances.paced(place, `describing ${name}`, () =>
      deps.clients.rds(place).send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name })),
    );
    throw stillThere(name, reply.DBInstances?.[0]?.DBInstanceStatus);
  } catch (error) {
    if (!(error instanceof Error) || !isAwsCode(error.cause, 'DBInstanceNotFound')) throw error;
    return requestIdOf(error.cause) ?? 'without an id';
  }
}

const stillThere = (name: string, status = 'unknown'): Error =>
  notYet(`${name} is still there, with the status "${status}".`);

/** Snapshots and automated backups that remain of a deleted instance; asked for together with those of other runs. */
const leftOf = (deps: Deps, place: AwsPlace, name: string): Promise<readonly (string | undefined)[]> =>
  deps.instances.named(place, 'left of instances', name, async (names, paced) => {
    const snapshots = await listSnapshots({ ...deps, paced }, place, names);
    const backups = await listAutomatedBackups({ ...deps, paced }, place, names);
    const isOf = (asked: string, found: string | undefined): boolean => found?.toLowerCase() === asked.toLowerCase();
    return (asked) => [
      ...snapshots.filter((one) => isOf(asked, one.DBInstanceIdentifier)).map((one) => one.DBSnapshotIdentifier),
      ...backups.filter((one) => isOf(asked, one.DBInstanceIdentifier)).map((one) => one.DBInstanceAutomatedBackupsArn),
    ];
  });

/** Every page of a describe, at the shared pace. */
async function everyPage<T>(
  deps: Listing,
  place: AwsPlace,
  doing: string,
  read: (marker: { Marker?: string }) => Promise<{ items: readonly T[] | undefined; marker: string | undefined }>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let marker: string | undefined;
  do {
    const at = marker === undefined ? {} : { Marker: marker };
    const page = await (deps.paced ?? deps.instances.paced)(place, doing, () => read(at));
    all.push(...(page.items ?? []));
    marker = page.marker;
  } while (marker !== undefined && marker !== '');
  return all;
}

interface Listing extends Deps {
  /** Default: the shared pace, a turn per call. */
  readonly paced?: InstanceLookup['paced'];
}

const ofInstances = (names: readonly string[] | undefined) =>
  names === undefined ? {} : { Filters: [{ Name: 'db-instance-id', Values: [...names] }] };

/** All instances of an account and Region. */
export const listInstances = (deps: Deps, place: AwsPlace): Promise<readonly DBInstance[]> =>
  everyPage(deps, place, 'listing instances', async (marker) => {
    const page = await deps.clients.rds(place).send(new DescribeDBInstancesCommand({ MaxRecords: 100, ...marker }));
    return { items: page.DBInstances, marker: page.Marker };
  });

/** Snapshots, of some instances or all of the account's own. */
export const listSnapshots = (
  deps: Listing,
  place: AwsPlace,
  instanceNames?: readonly string[],
): Promise<readonly DBSnapshot[]> =>
  everyPage(deps, place, 'listing snapshots', async (marker) => {
    const page = await deps.clients.rds(place).send(
      new DescribeDBSnapshotsCommand({
        MaxRecords: 100,
        ...marker,
        ...ofInstances(instanceNames),
      }),
    );
    return { items: page.DBSnapshots, marker: page.Marker };
  });

/** Automated backups, also those retained after their instance was deleted. */
export async function listAutomatedBackups(
  deps: Listing,
  place: AwsPlace,
  instanceNames?: readonly string[],
): Promise<readonly DBInstanceAutomatedBackup[]> {
  try {
    return await everyPage(deps, place, 'listing automated backups', async (marker) => {
      const page = await deps.clients.rds(place).send(
        new DescribeDBInstanceAutomatedBackupsCommand({
          MaxRecords: 100,
          ...marker,
          ...ofInstances(instanceNames),
        }),
      );
      return { items: page.DBInstanceAutomatedBackups, marker: page.Marker };
    });
  } catch (error) {
    if (error instanceof Error && isAwsCode(error.cause, 'DBInstanceAutomatedBackupNotFound')) return [];
    throw error;
  }
}
