import { z } from 'zod';
import { roles } from '../domain/gate.ts';
import type { ReviewPolicy } from '../domain/review.ts';
import { DurationSchema, PositiveIntSchema } from './scalars.ts';

const dayMs = 24 * 3_600_000;

/** Who is asked next, when, and whether on the second channel, too; in the order in which it happens. */
export const EscalationsSchema = z
  .array(
    z
      .strictObject({
        after: DurationSchema,
        roles: z
          .array(z.enum(roles, { error: `one of the roles ${roles.join(', ')}` }))
          .min(1, { error: 'at least one role' }),
        secondChannel: z.boolean({ error: 'true or false' }).default(false),
      })
      .transform(({ after, ...rest }) => ({ afterMs: after, ...rest })),
  )
  .transform((all) => all.toSorted((a, b) => a.afterMs - b.afterMs));

/** How long people are asked in a documentation review, and who is asked next. Silence is never a yes. */
export const ReviewPolicySchema = z
  .strictObject({
    /** Said in every message. Default 14d. */
    dueAfter: DurationSchema.default(14 * dayMs),
    remindAfter: z.array(DurationSchema).default([3 * dayMs, 7 * dayMs, 11 * dayMs]),
    escalateAfter: EscalationsSchema.default([
      { afterMs: 14 * dayMs, roles: ['service-owner'], secondChannel: true },
      { afterMs: 21 * dayMs, roles: ['leadership'], secondChannel: true },
    ]),
    /** Then it ends as not reviewed. Default 28d. */
    finalDeadline: DurationSchema.default(28 * dayMs),
    /** How long a document that cannot be reached is tried. Default 4h. */
    readWithin: DurationSchema.default(4 * 3_600_000),
    /** Who signs off faster than this reads is flagged. Default 900, faster than anybody reads with care. */
    wordsPerMinute: PositiveIntSchema.default(900),
    /** Who answers faster than this is flagged. Default 2. */
    secondsPerItem: PositiveIntSchema.default(2),
  })
  .transform(({ dueAfter, remindAfter, escalateAfter, finalDeadline, readWithin, ...rest }): ReviewPolicy => ({
    ...rest,
    dueAfterMs: dueAfter,
    remindAfterMs: remindAfter.toSorted((a, b) => a - b),
    escalations: escalateAfter,
    finalDeadlineMs: finalDeadline,
    readWithinMs: readWithin,
  }));
