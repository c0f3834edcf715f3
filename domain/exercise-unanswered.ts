import { formatDurationMs } from './duration-text.ts';
import { injectOf } from './exercise-view.ts';
import type { ExerciseView } from './exercise-view.ts';
import type { GateEscalation } from './gate.ts';
import { listOf } from './role-text.ts';
import { nameUnavailable } from './scenario.ts';

/** An event that asks something and for which no decision was logged. */
export interface UnansweredInject {
  readonly injectId: string;
  readonly title: string;
  readonly toldAtMs: number;
  /** When people were asked about it again, milliseconds UTC. */
  readonly askedAtMs: readonly number[];
}

/** In the order in which they were told. */
export const unansweredInjects = (
  view: Pick<ExerciseView, 'scenario' | 'told' | 'decisions' | 'reminders'>,
): readonly UnansweredInject[] =>
  view.told.flatMap(({ injectId, atMs, unavailable }) => {
    const inject = injectOf(view, injectId);
    const asks = inject !== undefined && inject.questions.length + inject.options.length > 0;
    if (!asks || view.decisions.some((decision) => decision.injectId === injectId)) return [];
    const { title } = nameUnavailable(inject, unavailable?.name ?? 'One of you');
    return [{ injectId, title, toldAtMs: atMs, askedAtMs: askedAbout(view, injectId) }];
  });

const askedAbout = ({ reminders }: Pick<ExerciseView, 'reminders'>, injectId: string): readonly number[] =>
  reminders.filter((reminder) => reminder.injectId === injectId).map(({ atMs }) => atMs);

/** Somebody is asked about an event: whoever has the exercise in hand at first, then those whom an escalation names. */
export interface AnswerCall extends UnansweredInject {
  readonly dueMs: number;
  readonly escalation?: GateEscalation;
}

/**
 * Whom to ask next about each event that waits for a decision, and when; nobody while the exercise is paused or its hot-wash has
 * begun. One step follows the other at the distance that the policy sets, also when the engine was away or the exercise paused
 * in between; and however many events wait, one step asks no more often than that.
 */
export function answerCalls(view: ExerciseView): readonly AnswerCall[] {
  const { answerWithinMs, answerEscalations = [] } = view.policy ?? {};
  if (answerWithinMs === undefined || view.paused !== undefined || view.hotWash !== undefined) return [];
  const resumedAtMs = view.happenings.findLast(({ kind }) => kind === 'resumed')?.atMs ?? 0;
  return unansweredInjects(view).flatMap((inject): readonly AnswerCall[] => {
    const step = inject.askedAtMs.length - 1;
    if (step < 0) return [{ ...inject, dueMs: inject.toldAtMs + answerWithinMs }];
    const escalation = answerEscalations[step];
    if (escalation === undefined) return [];
    const sinceMs = Math.max(
      resumedAtMs,
      ...inject.askedAtMs.slice(-1),
      ...view.told.flatMap(({ injectId }) => askedAbout(view, injectId)[step + 1] ?? []),
    );
    const previousMs = answerEscalations[step - 1]?.afterMs ?? answerWithinMs;
    return [{ ...inject, dueMs: sinceMs + escalation.afterMs - previousMs, escalation }];
  });
}

/** What people are told then; an escalation names everything else that was asked about in vain. */
export function answerCallText(call: AnswerCall, view: ExerciseView, nowMs: number): string {
  const { injectId, title, toldAtMs, escalation } = call;
  if (escalation === undefined)
    return `No decision is logged yet for “${title}”. Log it with its reason, or that there is none.`;
  const others = unansweredInjects(view)
    .filter((other) => other.injectId !== injectId && other.askedAtMs.length > 0)
    .map((other) => `“${other.title}”`);
  const too = others.length === 0 ? '' : ` Nor for ${listOf(others, 'and')}.`;
  return `Still no decision is logged for “${title}”, told ${formatDurationMs(nowMs - toldAtMs)} ago.${too} See that somebody decides and logs it with its reason, or that there is none.`;
}
