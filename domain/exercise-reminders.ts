import { hasLeft } from './exercise-left.ts';
import { rolesOfExercise } from './exercise-rules.ts';
import { injectsToCome, unsettledGaps } from './exercise-view.ts';
import type { ExerciseView } from './exercise-view.ts';

/** What people are reminded of while an exercise waits to be begun. */
export function gatheringReminder(view: ExerciseView): string {
  const free = rolesOfExercise(view).filter((role) => !(role in view.holders));
  const roles = free.length === 0 ? 'Every role is taken.' : `Free: ${free.join(', ')}.`;
  return `${nobodyLeads(view)}Nobody has begun this exercise yet: it needs a facilitator, who begins it. ${roles}`;
}

/** While its story is told. */
export function storyReminder(view: ExerciseView): string {
  const left = injectsToCome(view).length;
  const where =
    left === 0
      ? 'Every event of the story was told. What is left is the hot-wash: the facilitator begins it.'
      : view.paused === undefined
        ? `The exercise goes on; ${left === 1 ? 'one event is' : `${left} events are`} still to come.`
        : `The exercise is still paused, by ${view.paused.by.name}.`;
  return `${nobodyLeads(view)}${where}`;
}

/** While it waits to be closed: what stands in the way, and what to do about it. */
export function closingReminder(view: ExerciseView): string {
  const open = unsettledGaps(view);
  if (open.length === 0)
    return `${nobodyLeads(view)}The hot-wash is open, and nothing stands in the way of closing the exercise.`;
  const names = open.map(({ id }) => id).join(', ');
  const waits = open.some(({ filed }) => filed !== undefined)
    ? ' Tickets that were asked for wait for Jira: if it stays away, say so as the reason; they come all the same when it is back.'
    : '';
  return `${nobodyLeads(view)}The hot-wash is open. Without a ticket, or a reason why not: ${names}.${waits}`;
}

/** Said first of all, for then nobody can do the rest. */
function nobodyLeads(view: ExerciseView): string {
  const leader = view.holders['facilitator']?.by;
  return leader === undefined || !hasLeft(view, leader.personId)
    ? ''
    : `${leader.name}, who led it, has left: somebody takes the facilitator’s role over. `;
}
