import { z } from 'zod';
import { assessments, gapSeverities } from './exercise.ts';

/** A signed act holds ten thousand characters; each of these leaves room for the others. */
export const exerciseTextMax = { line: 200, words: 1500 } as const;
/** Options that one decision weighs, and expected actions that one act judges. */
export const optionsMax = 8;
export const assessedAtOnceMax = 25;

const line = z.string().trim().min(1).max(exerciseTextMax.line);
const words = z.string().trim().min(1).max(exerciseTextMax.words);
const id = z.string().min(1).max(100);

/** What somebody can do in a tabletop exercise, exactly: anything else is refused as malformed. */
export const ExerciseActSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('attend') }),
  /** `takeOver`: from whoever holds it now, said aloud; with `from`, only from this person. */
  z.strictObject({
    kind: z.literal('take-role'),
    role: id,
    takeOver: z.boolean().exactOptional(),
    from: id.exactOptional(),
  }),
  z.strictObject({ kind: z.literal('begin') }),
  /** Without `injectId` the next one. */
  z.strictObject({ kind: z.literal('next'), injectId: id.exactOptional() }),
  z.strictObject({ kind: z.literal('skip'), injectId: id.exactOptional(), reason: words }),
  z.strictObject({ kind: z.literal('pause'), reason: words.exactOptional() }),
  z.strictObject({ kind: z.literal('resume') }),
  z.strictObject({ kind: z.literal('improvise'), title: line, from: line.exactOptional(), text: words }),
  z.strictObject({
    kind: z.literal('log-decision'),
    injectId: id.exactOptional(),
    question: line,
    /** Ids of the scenario's own options, or the room's own words. */
    options: z.array(line).min(1).max(optionsMax),
    choice: line,
    owner: line,
    reason: words,
  }),
  z.strictObject({ kind: z.literal('recovered'), proof: words }),
  /** `endEarly`: why what was not told yet never will be. */
  z.strictObject({ kind: z.literal('hot-wash'), endEarly: words.exactOptional() }),
  z.strictObject({ kind: z.literal('answer'), question: z.int().min(1).max(50), text: words }),
  z.strictObject({
    kind: z.literal('assess'),
    actions: z
      .array(z.strictObject({ id, outcome: z.enum(assessments), note: line.exactOptional() }))
      .min(1)
      .max(assessedAtOnceMax),
  }),
  z.strictObject({
    kind: z.literal('raise-gap'),
    title: line,
    found: words,
    /** One of those that the exercise covers; the main one when left out. */
    service: id.exactOptional(),
    severity: z.enum(gapSeverities).exactOptional(),
    /** `later`: the room decides in the hot-wash whether it gets one. */
    ticket: z.enum(['now', 'later']).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('file-gap'), gapId: id }),
  z.strictObject({ kind: z.literal('no-ticket'), gapId: id, reason: words }),
  z.strictObject({ kind: z.literal('close') }),
]);
export type ExerciseAct = z.output<typeof ExerciseActSchema>;
export type ExerciseActKind = ExerciseAct['kind'];
export type ExerciseActOf<Kind extends ExerciseActKind> = Extract<ExerciseAct, { kind: Kind }>;

/** The act, when it is one of an exercise. */
export const asExerciseAct = (act: unknown): ExerciseAct | undefined => ExerciseActSchema.safeParse(act).data;
