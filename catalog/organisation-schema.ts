import { z } from 'zod';
import { reconfirmations, roles } from '../domain/gate.ts';
import { ExercisePolicySchema } from './exercise-policy-schema.ts';
import { JiraSchema, RemediationSchema } from './jira-schema.ts';
import { ReviewPolicySchema } from './review-policy-schema.ts';
import {
  AccountIdSchema,
  BucketNameSchema,
  DurationSchema,
  EmailSchema,
  EnvironmentNameSchema,
  LabelSchema,
  MomentSchema,
  MoneySchema,
  NameSchema,
  PositiveIntSchema,
  PublicKeySchema,
  RegionSchema,
  RoleArnSchema,
  SecurityGroupIdSchema,
  SlackChannelSchema,
  SlackUserGroupSchema,
  SlackUserIdSchema,
  TimeZoneSchema,
  UrlSchema,
  VpcIdSchema,
} from './scalars.ts';

const RoleSchema = z.enum(roles, { error: `one of the roles ${roles.join(', ')}` });
const FlagSchema = z.boolean({ error: 'true or false' });

/** One value per tier, for tiers that differ from the default. */
const byTier = <T extends z.ZodType>(value: T) =>
  z.strictObject({
    0: value.exactOptional(),
    1: value.exactOptional(),
    2: value.exactOptional(),
    3: value.exactOptional(),
  });

/** Who approves a drill before it is held, how long it asks, and whom it asks next. An expiry is never a yes. */
export const GateDefaultsSchema = z
  .strictObject({
    /** One entry per approval needed, each filled by a different person who holds one of its roles. */
    seats: z
      .array(z.array(RoleSchema).min(1, { error: 'at least one role per seat' }))
      .min(1, { error: 'at least one seat' })
      .default([['service-owner', 'dr-champion', 'incident-commander']]),
    remindAfter: z.array(DurationSchema).default([30 * 60_000, 2 * 3_600_000]),
    escalateAfter: z
      .array(
        z
          .strictObject({
            after: DurationSchema,
            roles: z.array(RoleSchema).min(1, { error: 'at least one role' }),
            secondChannel: FlagSchema.default(false),
          })
          .transform(({ after, ...rest }) => ({ afterMs: after, ...rest })),
      )
      .default([
        { afterMs: 4 * 3_600_000, roles: ['deputy', 'incident-commander'], secondChannel: true },
        { afterMs: 8 * 3_600_000, roles: ['leadership'], secondChannel: true },
      ]),
    finalDeadline: DurationSchema.default(24 * 3_600_000),
    excludeInitiator: FlagSchema.default(true),
    reasonRequiredToReject: FlagSchema.default(true),
    /** Which approvals are confirmed by typing the service's name. Default: steps without a way back. */
    reconfirm: z.enum(reconfirmations, { error: 'irreversible or always' }).default('irreversible'),
  })
  .transform(({ remindAfter, escalateAfter, finalDeadline, ...rest }) => ({
    ...rest,
    remindAfterMs: remindAfter.toSorted((a, b) => a - b),
    escalations: escalateAfter.toSorted((a, b) => a.afterMs - b.afterMs),
    finalDeadlineMs: finalDeadline,
  }));

/** A time in which no drill starts. */
export const FreezeSchema = z
  .strictObject({ from: MomentSchema, to: MomentSchema, reason: LabelSchema })
  .refine((it) => it.from < it.to, { error: 'a freeze that ends after it begins', path: ['to'] })
  .transform(({ from, to, reason }) => ({ fromMs: from, toMs: to, reason }));

/** Deadlines and intervals of a restore test. Every value has a default that fits databases up to a few terabytes. */
export const LimitsSchema = z
  .strictObject({
    /** Until the copy must be available; hours are normal for large databases. Default 8h. */
    restoreDeadline: DurationSchema.default(8 * 3_600_000),
    /** Longest pause between two looks at AWS; a wait that has just begun is looked at sooner (docs/decisions/0011). Default 5s. */
    pollEvery: DurationSchema.default(5000),
    connectDeadline: DurationSchema.default(15 * 60_000),
    checksDeadline: DurationSchema.default(3_600_000),
    hotQueriesDeadline: DurationSchema.default(3_600_000),
    deleteDeadline: DurationSchema.default(3_600_000),
    /** How long NotFound must hold after a create that never answered. Default 5m. */
    notFoundProof: DurationSchema.default(5 * 60_000),
    /** After this time without renewal the sweeper may delete a copy. Default 24. */
    leaseHours: z.number({ error: 'a number of hours' }).positive({ error: 'a number of hours above 0' }).default(24),
  })
  .transform((it) => ({
    restoreDeadlineMs: it.restoreDeadline,
    pollEveryMs: it.pollEvery,
    connectDeadlineMs: it.connectDeadline,
    checksDeadlineMs: it.checksDeadline,
    hotQueriesDeadlineMs: it.hotQueriesDeadline,
    deleteDeadlineMs: it.deleteDeadline,
    notFoundProofMs: it.notFoundProof,
    leaseMs: Math.round(it.leaseHours * 3_600_000),
  }));

/** The organisation's rules for drills. */
export const PoliciesSchema = z
  .strictObject({
    /** Must a person say yes before an isolated drill of this tier starts? Default required. */
    admissionGate: byTier(z.enum(['required', 'waived'], { error: 'required or waived' })).prefault({}),
    gate: GateDefaultsSchema.prefault({}),
    documentReview: ReviewPolicySchema.prefault({}),
    exercise: ExercisePolicySchema.prefault({}),
    limits: LimitsSchema.prefault({}),
    /** Highest estimated cost of one drill; no limit when left out. */
    budgetUsd: MoneySchema.exactOptional(),
    freezes: z.array(FreezeSchema).default([]),
    /** Regions where drills may create something. */
    allowedRegions: z.array(RegionSchema).min(1, { error: 'at least one Region' }),
    /** May drills share a VPC with production, isolated by their security group alone? */
    sharedVpcAllowed: FlagSchema.default(false),
    /** How often `firedrill source` writes a sentinel; the resolution of every RPO. Default 60s. */
    sentinelEvery: DurationSchema.default(60_000),
    /** How often `firedrill source` notes what the source looks like. Default 15m. */
    baselineEvery: DurationSchema.default(15 * 60_000),
    /** How long an approval binds to what the gate showed. Default 30m. */
    approvalValidFor: DurationSchema.default(30 * 60_000),
    /** May an operator without a registered key decide in an emergency? Always a finding. */
    breakGlass: FlagSchema.default(false),
    remediation: RemediationSchema.prefault({}),
  })
  .transform(({ sentinelEvery, baselineEvery, approvalValidFor, ...rest }) => ({
    ...rest,
    sentinelEveryMs: sentinelEvery,
    baselineEveryMs: baselineEvery,
    approvalValidForMs: approvalValidFor,
  }));
export type Policies = z.output<typeof PoliciesSchema>;

export const OrganisationSchema = z.strictObject({
  name: LabelSchema,
  timeZone: TimeZoneSchema,
  /** A simulated programme is fulfilled by simulated runs; a production programme never is. */
  programme: z.enum(['simulated', 'production'], { error: 'simulated or production' }),
  jira: JiraSchema,
  slack: z.strictObject({ programmeChannel: SlackChannelSchema }),
  /** Folder with the company's own scenarios for tabletop exercises, seen from the catalog's folder. */
  scenarios: LabelSchema.exactOptional(),
  /** How recovery documents are read. */
  documents: z
    .strictObject({
      /** Where files are read from, seen from the catalog's folder; default that folder. Nothing outside of it is read. */
      folder: LabelSchema.exactOptional(),
      /** Hosts inside the company's network, or the domains they end in, that links of documents may be looked at on. */
      internalHosts: z
        .array(
          z
            .string({ error: 'a host name, such as wiki.example.internal' })
            .regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/, {
              error: 'a host name in lower case, such as wiki.example.internal',
            }),
        )
        .default([]),
    })
    .prefault({}),
  /** Where escalations also go, for the day on which Slack is down. */
  secondChannel: z
    .strictObject({ webhookUrl: UrlSchema.exactOptional(), webhookUrlEnv: EnvironmentNameSchema.exactOptional() })
    .refine((it) => (it.webhookUrl === undefined) !== (it.webhookUrlEnv === undefined), {
      error: 'either webhookUrl or webhookUrlEnv',
    })
    .exactOptional(),
  evidence: z.strictObject({
    bucket: BucketNameSchema,
    accountId: AccountIdSchema,
    region: RegionSchema,
    retentionDays: PositiveIntSchema.default(400),
    objectLock: z.enum(['COMPLIANCE', 'GOVERNANCE'], { error: 'COMPLIANCE or GOVERNANCE' }),
  }),
  policies: PoliciesSchema,
});
export type Organisation = z.output<typeof OrganisationSchema>;

/** An AWS account, and the roles through which every call goes. */
export const AccountSchema = z.strictObject({
  id: AccountIdSchema,
  roles: z.strictObject({
    /** Looks, never changes. */
    read: RoleArnSchema,
    /** Creates and deletes only what carries our prefix and tags. */
    isolated: RoleArnSchema,
    /** Writes evidence; needed in the account that holds the evidence bucket. */
    evidence: RoleArnSchema.exactOptional(),
  }),
  /** External id that the roles' trust policies ask for. */
  externalId: z
    .string({ error: 'an external id' })
    .regex(/^[\w+=,.@:/-]{2,1224}$/, { error: 'an external id of 2 to 1224 letters, digits and +=,.@:/-' })
    .exactOptional(),
});
export type Account = z.output<typeof AccountSchema> & { readonly name: string };

export const PersonSchema = z.strictObject({
  name: LabelSchema,
  email: EmailSchema,
  slackId: SlackUserIdSchema,
  /** Ed25519 public key with which this person signs decisions on the command line. */
  publicKey: PublicKeySchema.exactOptional(),
  roles: z.array(RoleSchema).default([]),
});
export type Person = z.output<typeof PersonSchema> & { readonly id: string };

/** Who holds a role in the whole organisation: named people, a Slack user group that is read at the click, or both. */
export const RoleHoldersSchema = z
  .strictObject({ people: z.array(NameSchema).default([]), slackUserGroup: SlackUserGroupSchema.exactOptional() })
  .refine((it) => it.people.length > 0 || it.slackUserGroup !== undefined, {
    error: 'people, slackUserGroup, or both',
  });
export type RoleHolders = z.output<typeof RoleHoldersSchema>;

const holders = RoleHoldersSchema.exactOptional();
export const RolesSchema = z.strictObject({
  'service-owner': holders,
  'dr-champion': holders,
  deputy: holders,
  'incident-commander': holders,
  leadership: holders,
  'risk-and-compliance': holders,
  sre: holders,
} satisfies Record<(typeof roles)[number], typeof holders>);

/** The isolated network that copies are restored into. */
export const DrillNetworkSchema = z.strictObject({
  account: NameSchema,
  region: RegionSchema,
  vpcId: VpcIdSchema,
  subnetGroup: z
    .string({ error: 'the name of an RDS subnet group' })
    .regex(/^[a-z0-9][a-z0-9 ._-]{0,254}$/, { error: 'the name of an RDS subnet group, lower case' }),
  securityGroupId: SecurityGroupIdSchema,
  probeSecurityGroupId: SecurityGroupIdSchema,
  /** True when the VPC is shared with production; policy must allow it, and every gate says so. */
  shared: FlagSchema.default(false),
  /** For people: how one gets into this network. */
  accessVia: LabelSchema.exactOptional(),
});
export type DrillNetworkDeclaration = z.output<typeof DrillNetworkSchema> & { readonly name: string };
