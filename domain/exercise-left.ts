import { exercisePhaseOf, personOf, rolesHeldBy } from './exercise-view.ts';
import type { ExerciseView } from './exercise-view.ts';
import type { ExerciseActor, ExercisePerson } from './exercise.ts';

/** How many people an exercise remembers as gone: whoever sends nonsense must not make its journal grow. */
export const maxLeft = 20;

type Left = Pick<ExerciseView, 'left'>;

/** Whether somebody who held a role is gone: they have left, or the catalog does not know them any more. */
export const hasLeft = ({ left = [] }: Left, personId: string): boolean =>
  left.some(({ person, backAtMs }) => person.personId === personId && backAtMs === undefined);

/** Who holds a role and is still there. */
export function holderOf(view: Left & Pick<ExerciseView, 'holders'>, role: string): ExerciseActor | undefined {
  const by = actorOf(view, role);
  return by === undefined || hasLeft(view, by.personId) ? undefined : by;
}

/** Whose a role is, there or not. */
const actorOf = ({ holders }: Pick<ExerciseView, 'holders'>, role: string): ExerciseActor | undefined =>
  Object.hasOwn(holders, role) ? holders[role]?.by : undefined;

/** Roles that wait to be taken over, with whose they are: a role stays with its holder until somebody takes it. */
export const rolesToTakeOver = (
  view: Left & Pick<ExerciseView, 'holders'>,
): readonly { readonly role: string; readonly from: ExercisePerson }[] =>
  Object.entries(view.holders).flatMap(([role, { by }]) =>
    hasLeft(view, by.personId) ? [{ role, from: personOf(by) }] : [],
  );

/** What is newly known of somebody of whom it is said that they have left: their roles. Nothing for who holds none. */
export function newlyLeft(
  view: ExerciseView,
  personId: string,
): { readonly person: ExercisePerson; readonly roles: readonly string[] } | undefined {
  const [first, ...others] = rolesHeldBy(view, personId);
  const by = first === undefined ? undefined : actorOf(view, first);
  if (first === undefined || by === undefined || hasLeft(view, personId) || (view.left ?? []).length >= maxLeft)
    return undefined;
  return { person: personOf(by), roles: [first, ...others] };
}

/** What people are told of somebody who has left: one message for each, which changes with what becomes of their roles. */
export interface HolderLeftNotice {
  readonly person: ExercisePerson;
  /** They did something since: it was a mistake, or they are back. */
  readonly back: boolean;
  /** `closed`: nothing is left to take over. */
  readonly phase: ReturnType<typeof exercisePhaseOf>;
  /** `by`: who has it since. */
  readonly roles: readonly { readonly role: string; readonly by?: string }[];
}

/** Of everybody who has left, in order. @param over - the run takes no more acts */
export const holderLeftNotices = (view: ExerciseView, over: boolean): readonly HolderLeftNotice[] =>
  (view.left ?? []).map(({ person, roles, backAtMs }) => ({
    person,
    back: backAtMs !== undefined,
    phase: over ? 'closed' : exercisePhaseOf(view),
    roles: roles.map((role) => {
      const by = actorOf(view, role);
      return by === undefined || by.personId === person.personId ? { role } : { role, by: by.name };
    }),
  }));
