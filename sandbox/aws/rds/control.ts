import path from 'node:path';

import { z } from 'zod';

import { AwsFault } from '../service.ts';
import type { CallContext } from '../service.ts';
import type { Rds } from './context.ts';
import { adminPassword } from './databases/template.ts';
import { isCold } from './databases/snapshot-files.ts';
import { damageTable, deleteRows } from './databases/corrupt.ts';
import { serverMajor } from './engines.ts';
import { instanceNamed, snapshotNamed } from './lookup.ts';
import type { InstanceStatus } from './records.ts';
import { shipLogs, shipmentsOf } from './shipping.ts';
import { automatedSnapshotStage } from './snapshots/automated.ts';
import type { Region } from './store.ts';

const StatusSchema = z.enum([
  'available',
  'backing-up',
  'creating',
  'deleting',
  'failed',
  'inaccessible-encryption-credentials',
  'incompatible-network',
  'incompatible-restore',
  'modifying',
  'rebooting',
  'resetting-master-credentials',
  'starting',
  'stopped',
  'stopping',
  'storage-full',
]) satisfies z.ZodType<InstanceStatus>;

const msSchema = z.number().int().nonnegative();
const DurationsSchema = z
  .strictObject({
    creating: msSchema,
    restoring: msSchema,
    'backing-up': msSchema,
    modifying: msSchema,
    'resetting-master-credentials': msSchema,
    rebooting: msSchema,
    starting: msSchema,
    stopping: msSchema,
    deleting: msSchema,
    'copying-snapshot': msSchema,
    'deleting-snapshot': msSchema,
    'picking-up': msSchema,
  })
  .partial();
const QuotasSchema = z.strictObject({ instances: msSchema, snapshots: msSchema, storageGb: msSchema }).partial();
const MatchSchema = z.string().min(1);
const StuckSchema = z.strictObject({ match: MatchSchema, status: StatusSchema });
const EndInSchema = z.strictObject({
  match: MatchSchema,
  status: z.enum([
    'incompatible-network',
    'incompatible-restore',
    'inaccessible-encryption-credentials',
    'storage-full',
    'failed',
  ]),
  times: z.number().int().positive().default(1),
});
const RefuseDeleteSchema = z.strictObject({ match: MatchSchema, how: z.enum(['stays', 'refused']).default('refused') });
const LateVisibilitySchema = z.strictObject({ match: MatchSchema, ms: msSchema });
const ReleaseSchema = z.strictObject({ match: MatchSchema.optional() });
const InstanceSchema = z.strictObject({ instance: z.string() });
const ShipSchema = z.strictObject({ instance: z.string().optional() });
const ShippingSchema = z.strictObject({ ms: z.number().int().min(20) });
const BackdateSchema = z.strictObject({ snapshot: z.string(), byMs: z.number().int() });
const CorruptSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('missing-rows'),
    snapshot: z.string(),
    table: z.string(),
    database: z.string().optional(),
    share: z.number().positive().max(1).default(0.1),
  }),
  z.strictObject({
    kind: z.literal('corrupt-table'),
    snapshot: z.string(),
    table: z.string(),
    database: z.string().optional(),
  }),
]);

type Handler = (body: never, context: CallContext) => Promise<object>;

/** A control call whose body is checked first; every problem is told at once. */
function call<T>(
  rds: Rds,
  schema: z.ZodType<T>,
  handle: (input: T, region: Region) => object | Promise<object>,
): Handler {
  return async (body: unknown, context: CallContext) => {
    const parsed = schema.safeParse(body);
    if (!parsed.success) throw new AwsFault('InvalidParameterValue', z.prettifyError(parsed.error));
    return handle(parsed.data, rds.store.at(context.accountId, context.region));
  };
}

/** Everything a test or a demo can do to RDS that a user of RDS cannot; reached as `/_sandbox/rds/<name>`. */
export function controlOf(rds: Rds, shipping: { reschedule(): void }): Record<string, Handler> {
  return {
    durations: call(rds, DurationsSchema, (input, region) => {
      Object.assign(region.state.durations, input);
      region.save();
      return region.durations();
    }),
    quotas: call(rds, QuotasSchema, (input, region) => {
      Object.assign(region.state.quotas, input);
      region.save();
      return region.state.quotas;
    }),
    'log-shipping': call(rds, ShippingSchema, (input, region) => {
      region.state.logShippingMs = input.ms;
      region.save();
      shipping.reschedule();
      return { ms: input.ms };
    }),
    'ship-logs': call(rds, ShipSchema, async (input, region) => {
      const wanted = input.instance === undefined ? region.state.instances : [instanceNamed(region, input.instance)];
      const shipped: Record<string, string | null> = {};
      for (const instance of wanted) {
        const latest = await shipLogs(rds, region, instance);
        shipped[instance.name] = latest === undefined ? null : new Date(latest).toISOString();
      }
      return { latestRestorableTime: shipped };
    }),
    shipments: call(rds, z.object({}), (_, region) => ({ shipments: shipmentsOf(region) })),
    'automated-snapshot': call(rds, InstanceSchema, (input, region) => {
      const instance = instanceNamed(region, input.instance);
      if (instance.status !== 'available' || instance.settings.backupRetentionDays === 0) {
        throw new AwsFault(
          'InvalidDBInstanceState',
          `${instance.name} is ${instance.status} with ${instance.settings.backupRetentionDays} days of retention: no automated snapshot can be made.`,
        );
      }
      const stages = automatedSnapshotStage(rds, region, instance);
      rds.runner.begin(region, instance, ...stages);
      return { snapshot: region.state.snapshots.at(-1)?.name };
    }),
    'backdate-snapshot': call(rds, BackdateSchema, (input, region) => {
      const snapshot = snapshotNamed(region, input.snapshot);
      if (snapshot.createTimeMs === undefined)
        throw new AwsFault('InvalidDBSnapshotState', `${snapshot.name} is not made yet.`);
      snapshot.createTimeMs -= input.byMs;
      if (snapshot.originalCreateTimeMs !== undefined) snapshot.originalCreateTimeMs -= input.byMs;
      for (const event of region.state.events) {
        if (event.sourceType === 'db-snapshot' && event.source === snapshot.name) event.atMs -= input.byMs;
      }
      region.save();
      return { snapshot: snapshot.name, snapshotCreateTime: new Date(snapshot.createTimeMs).toISOString() };
    }),
    stuck: call(rds, StuckSchema, (input, region) => {
      region.state.faults.stuck.push(input);
      region.save();
      return region.state.faults;
    }),
    'end-in': call(rds, EndInSchema, (input, region) => {
      region.state.faults.endIn.push(input);
      region.save();
      return region.state.faults;
    }),
    'refuse-delete': call(rds, RefuseDeleteSchema, (input, region) => {
      region.state.faults.refuseDelete.push(input);
      region.save();
      return region.state.faults;
    }),
    'late-visibility': call(rds, LateVisibilitySchema, (input, region) => {
      region.state.faults.lateVisibility.push(input);
      region.save();
      return region.state.faults;
    }),
    release: call(rds, ReleaseSchema, (input, region) => {
      const stays = (each: { match: string }): boolean => input.match !== undefined && each.match !== input.match;
      const { faults } = region.state;
      region.state.faults = {
        stuck: faults.stuck.filter(stays),
        endIn: faults.endIn.filter(stays),
        refuseDelete: faults.refuseDelete.filter(stays),
        lateVisibility: faults.lateVisibility.filter(stays),
      };
      region.save();
      rds.runner.wake();
      return region.state.faults;
    }),
    corrupt: call(rds, CorruptSchema, (input, region) => corrupt(rds, region, input)),
    events: call(rds, z.object({}), (_, region) => ({ events: region.state.events })),
    made: call(rds, z.object({}), (_, region) => ({ made: region.state.made })),
    server: call(rds, InstanceSchema, (input, region) => {
      const instance = instanceNamed(region, input.instance);
      if (!rds.databases.isRunning(instance.dbiResourceId)) {
        throw new AwsFault(
          'InvalidDBInstanceState',
          `No server runs behind ${instance.name}: it is ${instance.status}.`,
        );
      }
      const { host, port, user, password } = rds.databases.admin(instance.dbiResourceId);
      const database = instance.dbName ?? 'postgres';
      return { host, port, user, password, database, pid: rds.databases.pidOf(instance.dbiResourceId) };
    }),
  };
}

async function corrupt(rds: Rds, region: Region, input: z.infer<typeof CorruptSchema>): Promise<object> {
  const record = snapshotNamed(region, input.snapshot);
  const major = serverMajor(record.source.engine, record.source.engineVersion);
  if (record.status !== 'available' || !record.hasFiles || major === undefined) {
    throw new AwsFault(
      'InvalidDBSnapshotState',
      `${record.name} is ${record.status} and ${record.hasFiles ? 'has' : 'has no'} data: it cannot be damaged.`,
    );
  }
  const snapshot = rds.places.snapshot(region, record.key);
  const target = {
    snapshot,
    isCold: await isCold(path.join(snapshot, 'base')),
    major,
    password: await adminPassword(rds.places.root),
    database: input.database ?? record.source.dbName ?? 'postgres',
    table: input.table,
  };
  // It is not to be restored from half-damaged.
  record.status = 'creating';
  try {
    const damage = input.kind === 'missing-rows' ? await deleteRows(target, input.share) : await damageTable(target);
    return { snapshot: record.name, ...damage };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AwsFault('InvalidParameterValue', `${record.name} was not damaged: ${why}`);
  } finally {
    record.status = 'available';
    region.save();
  }
}
