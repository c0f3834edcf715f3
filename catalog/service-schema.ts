import { z } from 'zod';
import { documentKinds } from '../domain/document.ts';
import type { DocumentSpec } from '../domain/document.ts';
import { weekdays } from '../domain/test-window.ts';
import { tiers } from '../domain/target.ts';
import { CheckSchema, ExpectationSchema } from './check-schema.ts';
import {
  BucketNameSchema,
  DateSchema,
  DurationSchema,
  EnvironmentNameSchema,
  LabelSchema,
  NameSchema,
  PortSchema,
  PositiveIntSchema,
  RegionSchema,
  SelectSchema,
  SlackChannelSchema,
  TimeOfDaySchema,
  TimeZoneSchema,
  UrlSchema,
  VpcIdSchema,
} from './scalars.ts';

/** What a tier promises from `inForceFrom` on. A run is judged by the target in force on its own day. */
export const TierTargetSchema = z
  .strictObject({ rto: DurationSchema, rpo: DurationSchema, inForceFrom: DateSchema })
  .transform(({ rto, rpo, inForceFrom }) => ({ rtoMs: rto, rpoMs: rpo, inForceFrom }));
export type TierTarget = z.output<typeof TierTargetSchema>;

const tierTargets = z.array(TierTargetSchema).min(1, { error: 'at least one target' }).exactOptional();
export const TiersSchema = z.strictObject({ 0: tierTargets, 1: tierTargets, 2: tierTargets, 3: tierTargets });

/** A service's own, stricter targets. */
export const OwnTargetsSchema = z
  .strictObject({
    rto: DurationSchema.exactOptional(),
    rpo: DurationSchema.exactOptional(),
    inForceFrom: DateSchema.default('1970-01-01'),
  })
  .refine((it) => it.rto !== undefined || it.rpo !== undefined, { error: 'rto, rpo, or both' })
  .transform(({ rto, rpo, inForceFrom }) => ({
    ...(rto === undefined ? {} : { rtoMs: rto }),
    ...(rpo === undefined ? {} : { rpoMs: rpo }),
    inForceFrom,
  }));

/** A looser target for a while, with the person who answers for it. Ends by itself. */
export const TargetExceptionSchema = z
  .strictObject({
    rto: DurationSchema,
    rpo: DurationSchema,
    from: DateSchema.default('1970-01-01'),
    /** Last day on which it holds. */
    until: DateSchema,
    approver: NameSchema,
    reason: LabelSchema,
  })
  .refine((it) => it.from <= it.until, { error: 'a last day that is not before the first', path: ['until'] })
  .transform(({ rto, rpo, ...rest }) => ({ rtoMs: rto, rpoMs: rpo, ...rest }));

/** A document that reviews read: a file below the folder of documents, a page, or a page of Confluence. */
export const DocumentSchema = z
  .strictObject({
    kind: z.enum(documentKinds, { error: 'recovery or continuity' }),
    path: LabelSchema.exactOptional(),
    url: UrlSchema.exactOptional(),
    /** The page's id: the number in its address. */
    confluence: z
      .string({ error: 'the id of a Confluence page, in quotes, such as "196613"' })
      .regex(/^\d{1,20}$/, { error: 'the id of a Confluence page, in quotes, such as "196613"' })
      .exactOptional(),
  })
  .refine((it) => [it.path, it.url, it.confluence].filter((place) => place !== undefined).length === 1, {
    error: 'one of path, url and confluence',
  })
  .transform(({ kind, path, url, confluence }): DocumentSpec => {
    if (path !== undefined) return { id: `${kind}:${path}`, kind, place: { at: 'file', path } };
    if (url !== undefined) return { id: `${kind}:${url}`, kind, place: { at: 'page', url } };
    return {
      id: `${kind}:confluence/${confluence ?? ''}`,
      kind,
      place: { at: 'confluence', pageId: confluence ?? '' },
    };
  });

/** Why the service has its tier: what being without it costs, and for how long that can be borne. */
export const ImpactAssessmentSchema = z
  .strictObject({
    document: LabelSchema,
    date: DateSchema,
    owner: NameSchema,
    maximumTolerableDowntime: DurationSchema,
  })
  .transform(({ maximumTolerableDowntime, ...rest }) => ({
    ...rest,
    maximumTolerableDowntimeMs: maximumTolerableDowntime,
  }));

/** What backups there should be; posture is compared with it, and targets that it cannot meet are findings. */
export const BackupExpectationSchema = z
  .strictObject({
    /** Point-in-time recovery. Default false: nothing is assumed that was not said. */
    pitr: z.boolean({ error: 'true or false' }).default(false),
    snapshotEvery: DurationSchema.exactOptional(),
    retentionDays: PositiveIntSchema,
  })
  .transform(({ snapshotEvery, ...rest }) => ({
    ...rest,
    ...(snapshotEvery === undefined ? {} : { snapshotEveryMs: snapshotEvery }),
  }));

export const ConnectionSchema = z.strictObject({
  /** `verify-full` proves the server's name, `require` only encrypts, `disable` is for networks trusted by themselves. */
  tls: z.enum(['verify-full', 'require', 'disable'], { error: 'verify-full, require or disable' }).default('require'),
  /** Login on the restored copy; without it, the master user that AWS shows. */
  masterUser: LabelSchema.exactOptional(),
});

/**
 * How `firedrill source` logs in to the production database: names of environment variables. `<NAME>_FILE` is read
 * instead when it is set. Host and port come from AWS unless they are given here.
 */
export const SourceLoginSchema = z.strictObject({
  userEnv: EnvironmentNameSchema,
  passwordEnv: EnvironmentNameSchema,
  host: LabelSchema.exactOptional(),
  port: PortSchema.exactOptional(),
});

export const HotQuerySchema = z.strictObject({
  name: LabelSchema,
  sql: SelectSchema,
  /** 95 of 100 answers within this many milliseconds: then people can work with it. */
  usableP95Ms: z.number({ error: 'a number of milliseconds' }).positive({ error: 'milliseconds above 0' }),
});

const common = {
  name: NameSchema,
  account: NameSchema,
  region: RegionSchema,
  backups: z.strictObject({ expect: BackupExpectationSchema }),
  productionVpcIds: z.array(VpcIdSchema).default([]),
};
const identifier = z.string({ error: 'the identifier of a database in RDS' }).regex(/^[a-z](?:-?[a-z0-9]){0,62}$/, {
  error: 'the identifier of a database in RDS: letters, digits, single hyphens',
});
const databaseName = z
  .string({ error: 'the name of the database inside the instance' })
  .regex(/^[A-Za-z_][\w$-]{0,62}$/, { error: 'the name of the database inside the instance' });

/** An RDS instance: what restore tests work with today. */
export const RdsInstanceSchema = z
  .strictObject({
    kind: z.literal('rds-instance'),
    ...common,
    identifier,
    database: databaseName,
    drillNetwork: NameSchema,
    connection: ConnectionSchema.prefault({}),
    source: SourceLoginSchema,
    checks: z.array(CheckSchema).min(1, { error: 'at least one check: a restore without validation proves nothing' }),
    /** The question whose right answer means that the service could be used (T6). */
    smoke: z.strictObject({ sql: SelectSchema, expect: ExpectationSchema }),
    hotQueries: z.array(HotQuerySchema).default([]),
    /** How the age of restored data is known: our sentinel table, or a query of the owner's. Neither: RPO is not-measured. */
    sentinel: z.literal(true, { error: 'true, or leave it out' }).exactOptional(),
    newestRow: z.strictObject({ sql: SelectSchema }).exactOptional(),
  })
  .refine((it) => it.sentinel === undefined || it.newestRow === undefined, {
    error: 'either sentinel or newestRow',
    path: ['newestRow'],
  })
  .transform(({ sentinel, newestRow, ...rest }) => ({
    ...rest,
    newest: newestOf(sentinel, newestRow),
  }));
export type RdsInstance = z.output<typeof RdsInstanceSchema>;

function newestOf(sentinel: true | undefined, newestRow: { sql: string } | undefined): Newest {
  if (sentinel) return { kind: 'sentinel' };
  return newestRow ? { kind: 'newestRow', sql: newestRow.sql } : { kind: 'none' };
}
/** How T−1 is found; the form that a `RestorePlan` takes. */
export type Newest =
  | { readonly kind: 'sentinel' }
  | { readonly kind: 'newestRow'; readonly sql: string }
  | { readonly kind: 'none' };

/** An Aurora or Multi-AZ DB cluster; declared, shown as untested. */
export const RdsClusterSchema = z.strictObject({
  kind: z.literal('rds-cluster'),
  ...common,
  identifier,
  database: databaseName.exactOptional(),
  drillNetwork: NameSchema.exactOptional(),
});
export type RdsCluster = z.output<typeof RdsClusterSchema>;

/** A bucket; declared, shown as untested. `pitr` means continuous backup or versioning. */
export const S3BucketSchema = z.strictObject({ kind: z.literal('s3-bucket'), ...common, identifier: BucketNameSchema });
export type S3Bucket = z.output<typeof S3BucketSchema>;

export const resourceKinds = ['rds-instance', 'rds-cluster', 's3-bucket'] as const;
export const ResourceSchema = z.discriminatedUnion('kind', [RdsInstanceSchema, RdsClusterSchema, S3BucketSchema], {
  error: (issue) => (issue.code === 'invalid_union' ? `one of the kinds ${resourceKinds.join(', ')}` : 'a resource'),
});
export type Resource = z.output<typeof ResourceSchema>;

/** When tests of a service may begin by themselves, and live re-tests at all. `to` not later than `from` is on the day after; the same is a whole day. */
export const TestWindowSchema = z
  .strictObject({
    days: z
      .array(z.enum(weekdays, { error: `days of the week: ${weekdays.join(', ')}` }), {
        error: `a list of days of the week: ${weekdays.join(', ')}`,
      })
      .min(1, { error: 'at least one day of the week' }),
    from: TimeOfDaySchema,
    to: TimeOfDaySchema,
    /** Default the organisation's. */
    timeZone: TimeZoneSchema.exactOptional(),
  })
  .transform(({ from, to, ...rest }) => ({ ...rest, fromMinute: from, toMinute: to }));

export const ServiceSchema = z.strictObject({
  name: LabelSchema,
  tier: z.literal(tiers, { error: 'a tier: 0, 1, 2 or 3' }),
  /** In quarterly scope although its tier is 2 or 3. */
  critical: z.boolean({ error: 'true or false' }).default(false),
  owner: NameSchema,
  champion: NameSchema,
  /** Who stands in for owner and champion, in this order: asked when a gate escalates, and when one of the two has left. */
  deputies: z.array(NameSchema).default([]),
  dependencies: z.array(NameSchema).default([]),
  slackChannel: SlackChannelSchema,
  documents: z.array(DocumentSchema).default([]),
  /** A test that starts by itself waits for one of these; without any it starts at once, and a live one is not started again. */
  testWindows: z.array(TestWindowSchema).default([]),
  impactAssessment: ImpactAssessmentSchema,
  targets: OwnTargetsSchema.exactOptional(),
  exception: TargetExceptionSchema.exactOptional(),
  resources: z.array(ResourceSchema).default([]),
});
export type Service = z.output<typeof ServiceSchema> & { readonly id: string };
