import { rm } from 'node:fs/promises';
import path from 'node:path';

import { dataRootFor } from '../../../postgres/index.ts';
import type { AwsService, CallContext, KeyLookup, Leftover, NetworkLookup } from '../service.ts';
import { deleteAutomatedBackup, describeAutomatedBackups } from './automated-backups.ts';
import { resume } from './boot.ts';
import type { Rds } from './context.ts';
import { controlOf } from './control.ts';
import { openDatabases } from './databases/index.ts';
import { placesBelow } from './databases/places.ts';
import type { Scope } from './databases/places.ts';
import { describeEngineVersions } from './engines.ts';
import { describeEvents, tellInstance } from './events.ts';
import { createOptionGroup, deleteOptionGroup, describeOptionGroups } from './groups/option-groups.ts';
import {
  createParameterGroup,
  deleteParameterGroup,
  describeParameterGroups,
  describeParameters,
  modifyParameterGroup,
} from './groups/parameter-groups.ts';
import { createSubnetGroup, deleteSubnetGroup, describeSubnetGroups } from './groups/subnet-groups.ts';
import { modifyInstance, rebootInstance, startInstance, stopInstance } from './instances/change.ts';
import { createInstance } from './instances/create.ts';
import { deleteInstance } from './instances/delete.ts';
import { describeInstances } from './instances/describe.ts';
import { createReadReplica, promoteReadReplica } from './instances/replicas.ts';
import { restoreFromSnapshot, restoreToPointInTime } from './instances/restore.ts';
import { SERVING } from './lookup.ts';
import { arnOf } from './names.ts';
import { describeAccountAttributes } from './quotas.ts';
import { addTags, listTags, removeTags } from './resource-tags.ts';
import { createRunner } from './runner.ts';
import { startShipping } from './shipping.ts';
import { inBackground } from './snapshots/files.ts';
import { copySnapshot, createSnapshot, deleteSnapshot, describeSnapshots } from './snapshots/manual.ts';
import type { Region } from './store.ts';
import { openStore } from './store.ts';
import { startServerOf, workOn } from './work/index.ts';

export interface RdsServiceOptions {
  /** State and databases live below; a later start on the same folder finds everything again. */
  readonly dataDir: string;
  /** False: no PostgreSQL servers, only the control plane. */
  readonly databases: boolean;
  /** True: new accounts have no waiting times. */
  readonly instant: boolean;
  readonly network: NetworkLookup;
  readonly keys: KeyLookup;
}

/** RDS with a real PostgreSQL server behind every PostgreSQL instance. Begins at once; operations wait until it is ready. */
export function createRdsService(options: RdsServiceOptions): AwsService {
  const opened = open(options);
  // Whoever calls an operation gets this error; nobody calling must not end the process.
  opened.catch(() => undefined);

  const on =
    <I>(operation: (rds: Rds, region: Region, input: I) => object | Promise<object>) =>
    async (input: I, context: CallContext): Promise<object> => {
      const { rds } = await opened;
      return operation(rds, rds.store.at(context.accountId, context.region), input);
    };
  const inRegion = <I>(operation: (region: Region, input: I) => object) =>
    on<I>((_, region, input) => operation(region, input));
  const withNetwork = <I>(operation: (region: Region, network: NetworkLookup, input: I) => object) =>
    on<I>((rds, region, input) => operation(region, rds.network, input));

  const control = (name: string) => async (body: never, context: CallContext) => {
    const { controls } = await opened;
    const handler = controls[name];
    if (handler === undefined) throw new Error(`There is no control ${name}.`);
    return handler(body, context);
  };

  return {
    operations: {
      CreateDBInstance: on(createInstance),
      DescribeDBInstances: on(describeInstances),
      ModifyDBInstance: on(modifyInstance),
      RebootDBInstance: on(rebootInstance),
      StartDBInstance: on(startInstance),
      StopDBInstance: on(stopInstance),
      DeleteDBInstance: on(deleteInstance),
      CreateDBInstanceReadReplica: on(createReadReplica),
      PromoteReadReplica: on(promoteReadReplica),
      RestoreDBInstanceFromDBSnapshot: on(restoreFromSnapshot),
      RestoreDBInstanceToPointInTime: on(restoreToPointInTime),
      CreateDBSnapshot: on(createSnapshot),
      DescribeDBSnapshots: inRegion(describeSnapshots),
      CopyDBSnapshot: on(copySnapshot),
      DeleteDBSnapshot: on(deleteSnapshot),
      DescribeDBInstanceAutomatedBackups: on(describeAutomatedBackups),
      DeleteDBInstanceAutomatedBackup: on(deleteAutomatedBackup),
      CreateDBSubnetGroup: withNetwork(createSubnetGroup),
      DescribeDBSubnetGroups: withNetwork(describeSubnetGroups),
      DeleteDBSubnetGroup: inRegion(deleteSubnetGroup),
      CreateDBParameterGroup: inRegion(createParameterGroup),
      DescribeDBParameterGroups: inRegion(describeParameterGroups),
      ModifyDBParameterGroup: inRegion(modifyParameterGroup),
      DeleteDBParameterGroup: inRegion(deleteParameterGroup),
      DescribeDBParameters: inRegion(describeParameters),
      CreateOptionGroup: inRegion(createOptionGroup),
      DescribeOptionGroups: inRegion(describeOptionGroups),
      DeleteOptionGroup: inRegion(deleteOptionGroup),
      AddTagsToResource: inRegion(addTags),
      RemoveTagsFromResource: inRegion(removeTags),
      ListTagsForResource: inRegion(listTags),
      DescribeEvents: inRegion(describeEvents),
      DescribeAccountAttributes: inRegion((region) => describeAccountAttributes(region)),
      DescribeDBEngineVersions: inRegion((_, input: Parameters<typeof describeEngineVersions>[0]) =>
        describeEngineVersions(input),
      ),
    },
    control: Object.fromEntries(CONTROLS.map((name) => [name, control(name)])),
    async reset(accountId) {
      const { rds } = await opened;
      await forget(rds, accountId);
    },
    async leftovers(accountId) {
      const { rds } = await opened;
      return rds.store
        .all()
        .filter((region) => region.accountId === accountId)
        .flatMap(leftoversOf);
    },
    async close() {
      const { rds, shipping } = await opened;
      shipping.stop();
      await rds.runner.halt(() => true);
      await rds.databases.close();
    },
  };
}

const CONTROLS = [
  'durations',
  'quotas',
  'log-shipping',
  'ship-logs',
  'automated-snapshot',
  'backdate-snapshot',
  'stuck',
  'end-in',
  'refuse-delete',
  'late-visibility',
  'release',
  'corrupt',
  'events',
  'made',
  'shipments',
  'server',
] as const;

async function open(options: RdsServiceOptions) {
  const store = openStore(path.join(options.dataDir, 'rds'), { instant: options.instant });
  const places = placesBelow(await dataRootFor(path.join(options.dataDir, 'rds')));
  const databases = await openDatabases(places, (scope, dbi) => {
    inBackground('starting a lost server again', revive(rds, scope, dbi));
  });
  const rds: Rds = {
    store,
    places,
    databases,
    withServers: options.databases,
    network: options.network,
    keys: options.keys,
    runner: createRunner((region, instance, stage) => workOn(rds, region, instance, stage)),
  };
  await resume(rds);
  const shipping = startShipping(rds);
  return { rds, shipping, controls: controlOf(rds, shipping) };
}

/** RDS starts a database again whose process has died; so does this. */
async function revive(rds: Rds, scope: Scope, dbi: string): Promise<void> {
  const region = rds.store.at(scope.accountId, scope.region);
  const instance = region.state.instances.find((each) => each.dbiResourceId === dbi);
  if (instance === undefined || !SERVING.includes(instance.status)) return;
  await startServerOf(rds, region, instance);
  tellInstance(region, instance.name, 'restarted');
  region.save();
}

async function forget(rds: Rds, accountId: string): Promise<void> {
  const regions = rds.store.all().filter((region) => region.accountId === accountId);
  // First forgotten, then stopped: nothing that ends late can write its state back.
  rds.store.forget(accountId);
  await rds.runner.halt((region) => region.accountId === accountId);
  for (const region of regions) {
    for (const { dbiResourceId } of region.state.instances)
      await rds.databases.remove(region, dbiResourceId, { archive: false });
  }
  await rm(rds.places.account(accountId), { recursive: true, force: true });
}

const leftoversOf = (region: Region): Leftover[] => [
  ...region.state.instances.map(({ name, status, tags }) => ({
    arn: arnOf(region, 'db', name),
    kind: 'db-instance',
    status,
    tags,
  })),
  ...region.state.snapshots.map(({ name, status, tags, type }) => ({
    arn: arnOf(region, 'snapshot', name),
    kind: `${type} db-snapshot`,
    status,
    tags,
  })),
  ...region.state.retained.map(({ source }) => ({
    arn: arnOf(region, 'auto-backup', `ab-${source.dbiResourceId.slice(3).toLowerCase()}`),
    kind: 'automated backup',
    status: 'retained',
    tags: source.tags,
  })),
];
