import { creditsOf } from './exercise-outcome.ts';
import { rolesOfExercise } from './exercise-rules.ts';
import { hasLeft, holderOf, rolesToTakeOver } from './exercise-left.ts';
import {
  exercisePhaseOf,
  holdsRole,
  injectOf,
  injectsToCome,
  isAttending,
  rolesHeldBy,
  unsettledGaps,
} from './exercise-view.ts';
import type { ExerciseView } from './exercise-view.ts';
import type { ExercisePerson } from './exercise.ts';
import type { Inject } from './scenario.ts';

/** Something that an exercise waits for one person to do now. */
export type ExerciseDuty =
  /** To be there: of these services, by name, nobody who answers for them is there yet, and they would get no credit. */
  | { readonly kind: 'attend'; readonly services: readonly string[] }
  /** To take one of the roles that nobody has. */
  | { readonly kind: 'take-role'; readonly free: readonly string[] }
  /** To take over the role of somebody who has left. */
  | { readonly kind: 'take-over'; readonly role: string; readonly from: ExercisePerson }
  | { readonly kind: 'begin' | 'resume' | 'hot-wash' | 'close' }
  /** To log what the room decides about events that ask something, the oldest first. */
  | { readonly kind: 'decide'; readonly injects: readonly [Inject, ...Inject[]] }
  /** To answer what the hot-wash asks: how many of its questions this person has not answered. */
  | { readonly kind: 'answer'; readonly questions: readonly string[]; readonly left: number }
  /** To say of gaps whether they get a ticket. */
  | { readonly kind: 'settle-gaps'; readonly gaps: readonly { readonly id: string; readonly title: string }[] };

/**
 * What an exercise waits for a person to do, in the order in which it is done; nothing for who has no part in it, for who cannot be
 * reached in its story, and once it is closed. Nobody is asked for what the rules would refuse them.
 */
export function exerciseDuties(view: ExerciseView, personId: string): readonly ExerciseDuty[] {
  const { scenario } = view;
  const phase = exercisePhaseOf(view);
  const isLost = view.unavailable.some((lost) => lost.personId === personId);
  if (scenario === undefined || phase === 'closed' || isLost || hasLeft(view, personId)) return [];
  const leads = holdsRole(view, 'facilitator', personId);
  if (phase === 'hot-wash')
    return [
      ...toTakeOver(view, personId),
      ...toAnswer(view, scenario.hotWash, personId),
      ...toClose(view, personId, leads),
    ];
  return [
    ...toTakeOver(view, personId),
    ...toTakePart(view, personId),
    ...(leads && phase === 'gathering' ? [{ kind: 'begin' } as const] : []),
    ...(leads && phase === 'paused' ? [{ kind: 'resume' } as const] : []),
    ...(phase === 'story' ? toDecide(view, personId) : []),
    ...(leads && phase === 'story' && injectsToCome(view).length === 0 ? [{ kind: 'hot-wash' } as const] : []),
  ];
}

/** Without whoever leads nothing goes on, so everybody who is there is asked, and who answers for a service; for the rest, who has no role. */
function toTakeOver(view: ExerciseView, personId: string): readonly ExerciseDuty[] {
  const answers = view.answerable.some((one) => [one.owner, one.champion].some((who) => who.personId === personId));
  if (!answers && !isAttending(view, personId)) return [];
  const hasRole = rolesHeldBy(view, personId).length > 0;
  return rolesToTakeOver(view)
    .filter(({ role }) => role === 'facilitator' || (!hasRole && view.hotWash === undefined))
    .map(({ role, from }) => ({ kind: 'take-over', role, from }));
}

/** Who is there and has nothing to do yet may take a role; who is not there may be needed. */
function toTakePart(view: ExerciseView, personId: string): readonly ExerciseDuty[] {
  const services = creditsOf(view)
    .filter(({ credited, needed }) => !credited && needed.some((person) => person.personId === personId))
    .map(({ name }) => name);
  const free = rolesOfExercise(view).filter((role) => !Object.hasOwn(view.holders, role));
  const isNeeded = services.length > 0;
  const hasRole = rolesHeldBy(view, personId).length > 0;
  const mayTake = free.length > 0 && !hasRole && (isNeeded || isAttending(view, personId));
  return [
    ...(isNeeded ? [{ kind: 'attend', services } as const] : []),
    ...(mayTake ? [{ kind: 'take-role', free } as const] : []),
  ];
}

/** Whoever writes down is asked; without a scribe, whoever leads. */
function toDecide(view: ExerciseView, personId: string): readonly ExerciseDuty[] {
  const writer = holderOf(view, 'scribe') ?? holderOf(view, 'facilitator');
  if (writer?.personId !== personId) return [];
  const injects = view.told.flatMap(({ injectId }) => {
    const inject = injectOf(view, injectId);
    const asks = inject !== undefined && inject.questions.length + inject.options.length > 0;
    return asks && !view.decisions.some((decision) => decision.injectId === injectId) ? [inject] : [];
  });
  const [oldest, ...others] = injects;
  return oldest === undefined ? [] : [{ kind: 'decide', injects: [oldest, ...others] }];
}

function toAnswer(view: ExerciseView, questions: readonly string[], personId: string): readonly ExerciseDuty[] {
  if (!isAttending(view, personId)) return [];
  const answered = view.answers.filter(({ by }) => by.personId === personId).map(({ question }) => question);
  const left = questions.filter((_, index) => !answered.includes(index + 1)).length;
  return left === 0 ? [] : [{ kind: 'answer', questions, left }];
}

/** It is closed by whoever leads it, when every gap has its ticket or a reason why not. */
function toClose(view: ExerciseView, personId: string, leads: boolean): readonly ExerciseDuty[] {
  const unsettled = unsettledGaps(view);
  const maySettle = leads || holdsRole(view, 'scribe', personId);
  // Where the ticket was ordered, Jira is waited for.
  const gaps = unsettled.filter(({ filed, by }) => filed === undefined && (maySettle || by.personId === personId));
  return [
    ...(gaps.length === 0
      ? []
      : [{ kind: 'settle-gaps', gaps: gaps.map(({ id, title }) => ({ id, title })) } as const]),
    ...(leads && unsettled.length === 0 ? [{ kind: 'close' } as const] : []),
  ];
}
