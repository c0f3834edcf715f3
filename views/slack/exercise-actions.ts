import { z } from 'zod';
import { ExerciseActSchema } from '../../domain/exercise-acts.ts';
import { slackLimits } from './limits.ts';

/** Buttons that do something at once, one id per thing done, and buttons that open a form, one id per form. */
export const exerciseDoes = [
  'attend',
  'lead',
  'take-over',
  'begin',
  'next',
  'pause',
  'resume',
  'hot-wash',
  'close',
] as const;
export type ExerciseDoing = (typeof exerciseDoes)[number];
export const exerciseForms = [
  'take-role',
  'log-decision',
  'raise-gap',
  'settle-gap',
  'skip',
  'improvise',
  'recovered',
  'end-early',
  'answer',
  'assess',
] as const;
export type ExerciseForm = (typeof exerciseForms)[number];

export const exerciseDoId = (doing: ExerciseDoing): string => `exercise_do_${doing}`;
export const exerciseOpenId = (form: ExerciseForm): string => `exercise_open_${form}`;
export const exerciseFormId = (form: ExerciseForm): string => `exercise_form_${form}`;

const run = z.string().min(1).max(300);

/** What a button does. It names, it proves nothing: the run judges every act again. */
export const ExerciseDoRefSchema = z.strictObject({ run, act: ExerciseActSchema });

/** What a form is opened with: all that it shows, so that it opens without asking anybody. */
export const ExerciseFormRefSchema = z.strictObject({
  run,
  injectId: z.string().exactOptional(),
  /** Of the event that a decision answers. */
  question: z.string().exactOptional(),
  options: z.array(z.string()).exactOptional(),
  /** What the options are in words, one for each of them. */
  optionTexts: z.array(z.string()).exactOptional(),
  /** Number of the event that is meant, and of how many; its title would tell those who play. */
  event: z.tuple([z.int(), z.int()]).exactOptional(),
  roles: z.array(z.string()).exactOptional(),
  services: z.array(z.string()).exactOptional(),
  gaps: z.array(z.strictObject({ id: z.string(), title: z.string() })).exactOptional(),
  questions: z.array(z.string()).exactOptional(),
});
export type ExerciseFormRef = z.output<typeof ExerciseFormRefSchema>;

/** What an open form remembers. */
export const ExerciseMemorySchema = z.strictObject({
  ref: ExerciseFormRefSchema,
  channel: z.string(),
  /** `action_ts` of the click that opened it; makes the act's id. */
  clickTs: z.string(),
});
export type ExerciseMemory = z.output<typeof ExerciseMemorySchema>;

/** A form's value on its button. What is too long for Slack loses its words, then its lists: then the person writes by hand. */
export function formValue(ref: ExerciseFormRef): string {
  const { optionTexts: _, ...lean } = ref;
  const fitting = [ref, lean].map((one) => JSON.stringify(one)).find((text) => text.length <= slackLimits.buttonValue);
  return fitting ?? JSON.stringify({ run: ref.run });
}
