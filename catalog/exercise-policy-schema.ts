import { z } from 'zod';
import type { ExercisePolicy } from '../domain/exercise.ts';
import { EscalationsSchema } from './review-policy-schema.ts';
import { DurationSchema } from './scalars.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/**
 * How long a tabletop exercise waits for people, and who is asked next. It is planned for a day and may be spread over several;
 * what nobody closes does not stay open for ever.
 */
export const ExercisePolicySchema = z
  .strictObject({
    /** From its opening; then it ends as not held. Default 7d. */
    beginWithin: DurationSchema.default(7 * dayMs),
    /** While it waits to be begun, told on or closed. Default 1d. */
    remindEvery: DurationSchema.default(dayMs),
    /** While it waits to be begun, and again while it waits to be closed. Default champion and owner after 2d, leadership after 5d. */
    escalateAfter: EscalationsSchema.default([
      { afterMs: 2 * dayMs, roles: ['dr-champion', 'service-owner'], secondChannel: true },
      { afterMs: 5 * dayMs, roles: ['leadership'], secondChannel: true },
    ]),
    /** An event that asks something, and for which no decision was logged for so long, is asked about again. Default 20m. */
    answerWithin: DurationSchema.default(20 * minuteMs),
    /**
     * Who is asked about it next, from its telling. Default whoever commands in the exercise after twice answerWithin, champion and
     * owner, on the second channel, too, after three times as long.
     */
    escalateUnanswered: EscalationsSchema.exactOptional(),
    /** From the beginning of the hot-wash; then it ends as not closed, with every open gap as a finding. Default 7d. */
    closeWithin: DurationSchema.default(7 * dayMs),
    /** From its opening, the same. Default 14d. */
    finalDeadline: DurationSchema.default(14 * dayMs),
    /** An event that comes later than this was held up by us, and the story waits with it. Default 60s. */
    lateTolerance: DurationSchema.default(minuteMs),
  })
  .transform((it): ExercisePolicy => ({
    beginWithinMs: it.beginWithin,
    remindEveryMs: it.remindEvery,
    escalations: it.escalateAfter,
    answerWithinMs: it.answerWithin,
    answerEscalations: it.escalateUnanswered ?? [
      { afterMs: 2 * it.answerWithin, roles: ['incident-commander'], secondChannel: false },
      { afterMs: 3 * it.answerWithin, roles: ['dr-champion', 'service-owner'], secondChannel: true },
    ],
    closeWithinMs: it.closeWithin,
    finalDeadlineMs: it.finalDeadline,
    lateToleranceMs: it.lateTolerance,
  }));
