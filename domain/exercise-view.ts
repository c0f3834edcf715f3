import type { Role } from './gate.ts';
import type {
  Answerable,
  Assessment,
  ExerciseActor,
  ExercisePerson,
  ExercisePolicy,
  LastExercise,
  LoggedDecision,
  RaisedGap,
} from './exercise.ts';
import type { ExerciseEvent } from './exercise-events.ts';
import type { Happening } from './exercise-timetable.ts';
import type { FilledScenario, Inject } from './scenario.ts';

/** Somebody did this, and when the run took it in; workflow time. */
interface By {
  readonly by: ExerciseActor;
  readonly atMs: number;
}

export interface GapView extends RaisedGap, By {
  /** Its ticket was asked for. */
  readonly filed?: By;
  readonly ticket?: { readonly key: string; readonly url: string };
  /** Why it gets none. */
  readonly without?: By & { readonly reason: string };
}

export interface ToldInject {
  readonly injectId: string;
  readonly atMs: number;
  readonly how: 'on-time' | 'brought-forward';
  readonly incidentMs: number;
  /** Who was drawn; absent when the event takes nobody out, or nobody was there. */
  readonly unavailable?: ExercisePerson;
}

/** An exercise as its journal tells it: the state that decides what counts, and what every view shows. Plain JSON. */
export interface ExerciseView {
  readonly scenario?: FilledScenario;
  readonly answerable: readonly Answerable[];
  readonly policy?: ExercisePolicy;
  readonly last?: LastExercise;
  /** Everybody who was there, once each, from when on. `late`: only for the hot-wash, which is too late for credit. */
  readonly attendance: readonly (By & { readonly late: boolean })[];
  /** By role of the exercise: who holds it now. */
  readonly holders: Readonly<Record<string, By>>;
  /** Every change of a role, the first taking included. */
  readonly roleChanges: readonly {
    readonly role: string;
    readonly atMs: number;
    readonly from?: ExercisePerson;
    readonly to?: ExercisePerson;
  }[];
  /** Who held roles when they were found to have left the company; `backAtMs`: they did something since. */
  readonly left?: readonly {
    readonly person: ExercisePerson;
    readonly roles: readonly string[];
    readonly atMs: number;
    readonly backAtMs?: number;
  }[];
  /** Taken out by the story, until the hot-wash. */
  readonly unavailable: readonly ExercisePerson[];
  readonly begun?: By;
  readonly happenings: readonly Happening[];
  readonly heldUpMs: number;
  readonly told: readonly ToldInject[];
  readonly skipped: readonly (By & { readonly injectId: string; readonly reason: string })[];
  readonly paused?: By & { readonly reason?: string };
  readonly improvised: readonly (By & {
    readonly id: string;
    readonly title: string;
    readonly from: string;
    readonly text: string;
  })[];
  readonly decisions: readonly (By & LoggedDecision)[];
  readonly recovered?: By & { readonly proof: string; readonly incidentMs: number };
  readonly hotWash?: By & { readonly endedEarly?: string };
  readonly answers: readonly (By & { readonly question: number; readonly text: string })[];
  /** By id of the expected action; the last word counts. */
  readonly assessed: Readonly<Record<string, By & { readonly outcome: Assessment; readonly note?: string }>>;
  readonly gaps: readonly GapView[];
  readonly reminders: readonly {
    readonly atMs: number;
    readonly text: string;
    readonly injectId?: string;
    readonly escalatedTo?: readonly Role[];
  }[];
  readonly closed?: By;
}

/** An exercise of which nothing has happened yet. */
export const noExercise: ExerciseView = {
  answerable: [],
  attendance: [],
  holders: {},
  roleChanges: [],
  unavailable: [],
  happenings: [],
  heldUpMs: 0,
  told: [],
  skipped: [],
  improvised: [],
  decisions: [],
  answers: [],
  assessed: {},
  gaps: [],
  reminders: [],
};

/** The exercise with one event more. Workflow and store fold with this very function, so they cannot see different ones. */
export function foldExercise(before: ExerciseView, event: ExerciseEvent, atMs: number): ExerciseView {
  const view = 'by' in event ? knownBack(before, event.by, atMs) : before;
  switch (event.type) {
    case 'exercise-planned': {
      const { type: _, ...plan } = event;
      return { ...view, ...plan };
    }
    case 'exercise-last-known':
      return { ...view, last: event.last };
    case 'exercise-attended':
      return {
        ...view,
        attendance: [...view.attendance, { by: event.by, atMs, late: view.hotWash !== undefined }],
      };
    case 'exercise-role-taken':
      return {
        ...view,
        holders: { ...view.holders, [event.role]: { by: event.by, atMs } },
        roleChanges: [
          ...view.roleChanges,
          {
            role: event.role,
            atMs,
            to: personOf(event.by),
            ...(event.from === undefined ? {} : { from: event.from }),
          },
        ],
      };
    case 'exercise-holder-left': {
      const { person, roles } = event;
      return { ...view, left: [...(view.left ?? []), { person, roles, atMs }] };
    }
    case 'exercise-begun':
      return { ...view, begun: { by: event.by, atMs } };
    case 'exercise-inject-told': {
      const { injectId, how, incidentMs } = event;
      return { ...view, told: [...view.told, { injectId, how, incidentMs, atMs }] };
    }
    case 'exercise-person-unavailable':
      return personTakenOut(view, event, atMs);
    case 'exercise-inject-brought-forward':
      return happened(view, { kind: 'brought-forward', injectId: event.injectId, atMs });
    case 'exercise-inject-skipped': {
      const { injectId, reason, by } = event;
      const skipped = [...view.skipped, { injectId, reason, by, atMs }];
      return happened({ ...view, skipped }, { kind: 'skipped', injectId, atMs });
    }
    case 'exercise-paused': {
      const { reason, by } = event;
      const why = reason === undefined ? {} : { reason };
      return happened({ ...view, paused: { by, atMs, ...why } }, { kind: 'paused', atMs, by: personOf(by), ...why });
    }
    case 'exercise-resumed':
      return happened(withoutPause(view), { kind: 'resumed', atMs, by: personOf(event.by) });
    case 'exercise-held-up': {
      const { fromMs, toMs } = event;
      const waited = { ...view, heldUpMs: view.heldUpMs + (toMs - fromMs) };
      return happened(happened(waited, { kind: 'paused', atMs: fromMs }), { kind: 'resumed', atMs: toMs });
    }
    case 'exercise-improvised': {
      const { id, title, from, text, by } = event;
      return { ...view, improvised: [...view.improvised, { id, title, from, text, by, atMs }] };
    }
    case 'exercise-decision-logged':
      return { ...view, decisions: [...view.decisions, { ...event.decision, by: event.by, atMs }] };
    case 'exercise-recovered': {
      const { proof, incidentMs, by } = event;
      return { ...view, recovered: { proof, incidentMs, by, atMs } };
    }
    case 'exercise-hot-wash-begun': {
      const { by, endedEarly } = event;
      // Everybody is back, and the story's clock stands still.
      const talking = { ...withoutPause(view), unavailable: [] };
      const hotWash = { by, atMs, ...(endedEarly === undefined ? {} : { endedEarly }) };
      return happened({ ...talking, hotWash }, { kind: 'paused', atMs });
    }
    case 'exercise-hot-wash-answered': {
      const { question, text, by } = event;
      return { ...view, answers: [...view.answers, { question, text, by, atMs }] };
    }
    case 'exercise-assessed': {
      const said = event.actions.map(({ id, ...rest }) => [id, { ...rest, by: event.by, atMs }] as const);
      return { ...view, assessed: { ...view.assessed, ...Object.fromEntries(said) } };
    }
    case 'exercise-gap-raised':
      return { ...view, gaps: [...view.gaps, { ...event.gap, by: event.by, atMs }] };
    case 'exercise-gap-filed':
      return gapChanged(view, ({ id }) => id === event.gapId, { filed: { by: event.by, atMs } });
    case 'exercise-gap-ticketed': {
      const { fingerprint, key, url } = event;
      return gapChanged(view, (gap) => gap.fingerprint === fingerprint, { ticket: { key, url } });
    }
    case 'exercise-gap-without-ticket': {
      const { gapId, reason, by } = event;
      return gapChanged(view, ({ id }) => id === gapId, { without: { reason, by, atMs } });
    }
    case 'exercise-reminded': {
      const { type: _, ...reminder } = event;
      return { ...view, reminders: [...view.reminders, { ...reminder, atMs }] };
    }
    case 'exercise-closed':
      return { ...view, closed: { by: event.by, atMs } };
  }
}

/** Whoever does something is there, whatever was said of them before. */
function knownBack(view: ExerciseView, { personId }: ExercisePerson, atMs: number): ExerciseView {
  const isBack = (one: NonNullable<ExerciseView['left']>[number]): boolean =>
    one.person.personId === personId && one.backAtMs === undefined;
  if (view.left?.some(isBack) !== true) return view;
  return { ...view, left: view.left.map((one) => (isBack(one) ? { ...one, backAtMs: atMs } : one)) };
}

const happened = (view: ExerciseView, happening: Happening): ExerciseView => ({
  ...view,
  happenings: [...view.happenings, happening],
});

function withoutPause(view: ExerciseView): ExerciseView {
  const { paused: _, ...rest } = view;
  return rest;
}

const gapChanged = (view: ExerciseView, which: (gap: GapView) => boolean, change: Partial<GapView>): ExerciseView => ({
  ...view,
  gaps: view.gaps.map((gap) => (which(gap) ? { ...gap, ...change } : gap)),
});

function personTakenOut(
  view: ExerciseView,
  { injectId, person, roles }: Extract<ExerciseEvent, { type: 'exercise-person-unavailable' }>,
  atMs: number,
): ExerciseView {
  if (person === undefined) return view;
  return {
    ...view,
    unavailable: [...view.unavailable, person],
    told: view.told.map((one) => (one.injectId === injectId ? { ...one, unavailable: person } : one)),
    holders: Object.fromEntries(Object.entries(view.holders).filter(([role]) => !roles.includes(role))),
    roleChanges: [...view.roleChanges, ...roles.map((role) => ({ role, atMs, from: person }))],
  };
}

export const personOf = ({ personId, name }: ExercisePerson): ExercisePerson => ({ personId, name });

/** Where an exercise is. */
export type ExercisePhase = 'gathering' | 'story' | 'paused' | 'hot-wash' | 'closed';

export function exercisePhaseOf(view: Pick<ExerciseView, 'begun' | 'paused' | 'hotWash' | 'closed'>): ExercisePhase {
  if (view.closed !== undefined) return 'closed';
  if (view.hotWash !== undefined) return 'hot-wash';
  if (view.begun === undefined) return 'gathering';
  return view.paused === undefined ? 'story' : 'paused';
}

/** Injects that were neither told nor skipped, in the order of the scenario. */
export const injectsToCome = ({
  scenario,
  told,
  skipped,
}: Pick<ExerciseView, 'scenario' | 'told' | 'skipped'>): readonly Inject[] =>
  (scenario?.injects ?? []).filter(
    ({ id }) => !told.some((one) => one.injectId === id) && !skipped.some((one) => one.injectId === id),
  );

export const injectOf = ({ scenario }: Pick<ExerciseView, 'scenario'>, injectId: string): Inject | undefined =>
  scenario?.injects.find(({ id }) => id === injectId);

/** A gap that keeps the exercise from being closed: neither a ticket nor a reason why not. */
export const unsettledGaps = ({ gaps }: Pick<ExerciseView, 'gaps'>): readonly GapView[] =>
  gaps.filter(({ ticket, without }) => ticket === undefined && without === undefined);

export const isAttending = ({ attendance }: Pick<ExerciseView, 'attendance'>, personId: string): boolean =>
  attendance.some(({ by }) => by.personId === personId);

/** The roles that somebody holds. */
export const rolesHeldBy = ({ holders }: Pick<ExerciseView, 'holders'>, personId: string): readonly string[] =>
  Object.entries(holders).flatMap(([role, { by }]) => (by.personId === personId ? [role] : []));

export const holdsRole = ({ holders }: Pick<ExerciseView, 'holders'>, role: string, personId: string): boolean =>
  Object.hasOwn(holders, role) && holders[role]?.by.personId === personId;
