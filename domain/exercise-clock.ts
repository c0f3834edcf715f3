import type { ExerciseEvent } from './exercise-events.ts';
import { hasLeft } from './exercise-left.ts';
import { exerciseTimetable, incidentElapsedMs } from './exercise-timetable.ts';
import type { ExerciseTimetable } from './exercise-timetable.ts';
import { injectOf, personOf } from './exercise-view.ts';
import type { ExerciseView } from './exercise-view.ts';
import type { ExercisePerson } from './exercise.ts';
import { standardRoles } from './scenario.ts';

/** The exercise's clock and what is due when; nothing before it was begun. */
export function timetableOf(
  { scenario, begun, happenings }: Pick<ExerciseView, 'scenario' | 'begun' | 'happenings'>,
  nowMs: number,
): ExerciseTimetable | undefined {
  if (scenario === undefined || begun === undefined) return undefined;
  return exerciseTimetable(scenario.injects, begun.atMs, happenings, nowMs);
}

/** Imagined time since the imagined impact, milliseconds; 0 before the exercise was begun. */
export function imaginedMs(view: Pick<ExerciseView, 'scenario' | 'begun' | 'happenings'>, nowMs: number): number {
  const timetable = timetableOf(view, nowMs);
  return timetable === undefined ? 0 : incidentElapsedMs(view.scenario?.injects ?? [], timetable.clockMs);
}

/**
 * The time in which nothing could be told though it was due, because the engine was away: the story has to wait for it,
 * or the room would get an hour's events in one minute.
 */
export function heldUp(view: ExerciseView, nowMs: number): { fromMs: number; toMs: number } | undefined {
  const [first] = overdue(view, nowMs);
  const toleranceMs = view.policy?.lateToleranceMs ?? Infinity;
  return first === undefined || nowMs - first.atMs <= toleranceMs ? undefined : { fromMs: first.atMs, toMs: nowMs };
}

/** Injects whose time has come and that were not told yet, in their order. */
export const dueInjects = (view: ExerciseView, nowMs: number): readonly string[] =>
  overdue(view, nowMs).map(({ injectId }) => injectId);

function overdue(view: ExerciseView, nowMs: number): readonly { readonly injectId: string; readonly atMs: number }[] {
  if (view.hotWash !== undefined) return [];
  const due = timetableOf(view, nowMs)?.injects.flatMap((time) => (time.state === 'told' ? [time] : [])) ?? [];
  return due
    .filter(({ injectId }) => !view.told.some((one) => one.injectId === injectId))
    .toSorted((one, other) => one.atMs - other.atMs);
}

/** When the next inject is to be told by itself, milliseconds UTC; nothing when none is, or while paused. */
export const nextDueMs = (view: ExerciseView, nowMs: number): number | undefined =>
  view.hotWash === undefined ? timetableOf(view, nowMs)?.next?.dueMs : undefined;

/**
 * What happens when an inject is told: it is, and with some of them one person is taken out, drawn at random.
 *
 * @param random - from 0 up to, and without, 1
 */
export function tellInject(
  view: ExerciseView,
  injectId: string,
  how: 'on-time' | 'brought-forward',
  random: number,
): readonly ExerciseEvent[] {
  const inject = injectOf(view, injectId);
  if (inject === undefined) return [];
  const told: ExerciseEvent = { type: 'exercise-inject-told', injectId, how, incidentMs: inject.incidentMs };
  if (inject.unavailable === undefined) return [told];
  const candidates = whoCouldBeLost(view, inject.unavailable.among);
  const person = candidates[Math.floor(random * candidates.length)];
  const roles = Object.entries(view.holders).flatMap(([role, { by }]) =>
    by.personId === person?.personId ? [role] : [],
  );
  return [told, { type: 'exercise-person-unavailable', injectId, roles, ...(person === undefined ? {} : { person }) }];
}

/**
 * Who can be drawn: who holds one of the roles that the scenario names; where nobody does, everybody who plays. Never the
 * facilitator or the scribe, without whom there is no exercise.
 */
function whoCouldBeLost(view: ExerciseView, among: readonly string[]): readonly ExercisePerson[] {
  const kept = standardRoles.map(({ role }) => view.holders[role]?.by.personId);
  const canBe = ({ personId }: ExercisePerson): boolean =>
    !kept.includes(personId) &&
    !hasLeft(view, personId) &&
    !view.unavailable.some((lost) => lost.personId === personId);
  const named = Object.entries(view.holders).flatMap(([role, { by }]) => (among.includes(role) ? [personOf(by)] : []));
  const distinct = named.filter(
    ({ personId }, index) => named.findIndex((other) => other.personId === personId) === index,
  );
  const holding = distinct.filter(canBe);
  return holding.length > 0 ? holding : view.attendance.map(({ by }) => personOf(by)).filter(canBe);
}
