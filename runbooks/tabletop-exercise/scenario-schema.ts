import { z } from 'zod';
import { DurationSchema, LabelSchema, NameSchema, PositiveIntSchema } from '../../catalog/scalars.ts';
import { difficulties, scenarioResourceKinds, threats } from '../../domain/scenario.ts';
import type { Scenario } from '../../domain/scenario.ts';
import { tiers } from '../../domain/target.ts';

const minuteExpected = 'a whole minute of the exercise, from 0';
const MinuteSchema = z.int({ error: minuteExpected }).min(0, { error: minuteExpected });
const FlagSchema = z.boolean({ error: 'true or false' });
const texts = (atLeast: string) => z.array(LabelSchema, { error: 'a list of texts' }).min(1, { error: atLeast });

export const OptionSchema = z.strictObject({
  id: NameSchema,
  text: LabelSchema,
  tradeOff: LabelSchema,
  /** What the runbook would choose. Default false. */
  expected: FlagSchema.default(false),
});

export const InjectSchema = z
  .strictObject({
    id: NameSchema,
    title: LabelSchema,
    minute: MinuteSchema,
    /** Imagined time since the imagined impact. */
    incidentTime: DurationSchema,
    from: LabelSchema,
    text: LabelSchema,
    questions: texts('at least one question: an inject without one is a lecture'),
    options: z
      .array(OptionSchema, { error: 'a list of options' })
      .min(2, { error: 'two options or more, or none' })
      .exactOptional(),
    expect: texts('at least one expected action: the after-action report compares with them'),
    pitfalls: z.array(LabelSchema, { error: 'a list of texts' }).default([]),
    /** Heading of the recovery document that this tests. */
    section: LabelSchema,
    facilitator: LabelSchema.exactOptional(),
    unavailable: z.strictObject({ among: z.array(NameSchema).min(1, { error: 'at least one role' }) }).exactOptional(),
  })
  .transform(({ incidentTime, options, ...rest }) => ({ ...rest, incidentMs: incidentTime, options: options ?? [] }));

/** A scenario file as people write it. */
export const ScenarioSchema = z.strictObject(
  {
    name: NameSchema,
    title: LabelSchema,
    tests: LabelSchema,
    minutes: PositiveIntSchema,
    difficulty: z.enum(difficulties, { error: `one of ${difficulties.join(', ')}` }),
    threats: z
      .array(z.enum(threats, { error: `one of ${threats.join(', ')}` }))
      .min(1, { error: 'at least one threat' }),
    /** Which services it can be held with. Default: any. */
    suits: z
      .strictObject({
        tiers: z
          .array(z.literal(tiers, { error: 'a tier: 0, 1, 2 or 3' }))
          .min(1, { error: 'at least one tier' })
          .default([0, 1, 2, 3]),
        resources: z
          .array(z.enum(scenarioResourceKinds, { error: `one of ${scenarioResourceKinds.join(', ')}` }))
          .default([]),
      })
      .prefault({}),
    sources: texts('at least one real incident, by name'),
    situation: LabelSchema,
    objectives: texts('at least one objective'),
    roles: z
      .array(z.strictObject({ role: NameSchema, does: LabelSchema }), { error: 'a list of roles' })
      .min(1, { error: 'at least one role beside facilitator and scribe' }),
    clock: z
      .strictObject({ began: LabelSchema, detectedAfter: DurationSchema, recovered: LabelSchema })
      .transform(({ detectedAfter, ...rest }) => ({ ...rest, detectedAfterMs: detectedAfter })),
    injects: z.array(InjectSchema, { error: 'a list of injects' }).min(1, { error: 'at least one inject' }),
    hotWash: texts('at least one question for the hot-wash'),
    draft: FlagSchema.default(false),
    replaces: NameSchema.exactOptional(),
  },
  {
    error: (issue) =>
      issue.code === 'invalid_type' ? 'a scenario: name, title, situation, injects and so on' : undefined,
  },
) satisfies z.ZodType<Scenario>;
