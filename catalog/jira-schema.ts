import { z } from 'zod';
import { DurationSchema, LabelSchema, PositiveIntSchema } from './scalars.ts';

/** Fields that firedrill fills by itself; a configured field of that name would fight with it. */
const ownFields = [
  'project',
  'issuetype',
  'summary',
  'description',
  'labels',
  'duedate',
  'priority',
  'assignee',
  'reporter',
];

const fieldExpected = 'a text, a number, true or false, or a list of texts';
/** What a further field of every ticket holds; `{service}`, `{resource}`, `{tier}`, `{severity}` and `{run}` are filled in. */
export const JiraFieldValueSchema = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())], {
  error: fieldExpected,
});

/** Where findings become tickets, and what a ticket looks like there. `firedrill doctor` compares it with the site. */
export const JiraSchema = z.strictObject({
  project: z
    .string({ error: 'a Jira project key, such as DR' })
    .regex(/^[A-Z][A-Z0-9_]+$/, { error: 'a Jira project key, such as DR' }),
  issueType: LabelSchema.default('Task'),
  labels: z.array(z.string().regex(/^\S+$/, { error: 'a Jira label: no spaces' })).default(['firedrill']),
  priorityByTier: z
    .strictObject({
      0: LabelSchema.exactOptional(),
      1: LabelSchema.exactOptional(),
      2: LabelSchema.exactOptional(),
      3: LabelSchema.exactOptional(),
    })
    .prefault({}),
  /** Days until a finding of this tier is due. Default 7, 14, 30, 60. */
  dueInDaysByTier: z
    .strictObject({
      0: PositiveIntSchema.default(7),
      1: PositiveIntSchema.default(14),
      2: PositiveIntSchema.default(30),
      3: PositiveIntSchema.default(60),
    })
    .prefault({}),
  /** Further fields of every ticket, by the name on the create screen or by id (`customfield_10042`). */
  fields: z
    .record(
      LabelSchema.refine((name) => !ownFields.includes(name.toLowerCase()), {
        error: 'a field that firedrill does not fill by itself',
      }),
      JiraFieldValueSchema,
    )
    .default({}),
  /** Names of the statuses that tickets are moved to; without one, the first status of the right category. */
  transitions: z
    .strictObject({
      /** A ticket that was closed without its proof, or whose risk acceptance ended. Default: category To Do, then In Progress. */
      reopened: LabelSchema.exactOptional(),
      /** The proof is there. Default: category Done. */
      proved: LabelSchema.exactOptional(),
      /** The risk is accepted until a day. Default: category Done. */
      accepted: LabelSchema.exactOptional(),
    })
    .prefault({}),
});
export type JiraRules = z.output<typeof JiraSchema>;

const dayMs = 86_400_000;

/** @param inDays - defaults, in days: between reminders, until the owner is called, until leadership is */
const pace = (remind: number, owner: number, leadership: number) =>
  z
    .strictObject({
      /** The champion is reminded this often, and whoever was called for help with them. */
      remindEvery: DurationSchema.default(remind * dayMs),
      /** Age at which the service's owner is called, too. */
      ownerAfter: DurationSchema.default(owner * dayMs),
      /** Age at which leadership is called, too, also on the second channel. */
      leadershipAfter: DurationSchema.default(leadership * dayMs),
    })
    .refine((it) => it.ownerAfter <= it.leadershipAfter, {
      error: 'an ownerAfter that is not above leadershipAfter',
      path: ['ownerAfter'],
    })
    .transform(({ remindEvery, ownerAfter, leadershipAfter }) => ({
      remindEveryMs: remindEvery,
      ownerAfterMs: ownerAfter,
      leadershipAfterMs: leadershipAfter,
    }))
    .prefault({});

/** How findings are followed until they are remedied. */
export const RemediationSchema = z
  .strictObject({
    /** Reminders and escalation, by tier and age. Defaults in days: 2/5/7, 3/10/14, 7/21/30, 14/45/60. */
    byTier: z
      .strictObject({
        0: pace(2, 5, 7),
        1: pace(3, 10, 14),
        2: pace(7, 21, 30),
        3: pace(14, 45, 60),
      })
      .prefault({}),
    /** How often all open tickets of a project are looked at together, beside the webhook. Default 5m. */
    pollEvery: DurationSchema.default(5 * 60_000),
    /** A risk is accepted for at most this long. Default 365d. */
    longestAcceptance: DurationSchema.default(365 * dayMs),
  })
  .transform(({ pollEvery, longestAcceptance, ...rest }) => ({
    ...rest,
    pollEveryMs: pollEvery,
    longestAcceptanceMs: longestAcceptance,
  }));
export type RemediationRules = z.output<typeof RemediationSchema>;
