import type { ExercisePerson } from './exercise.ts';
import type { Inject } from './scenario.ts';

/** What a facilitator did to the time of an exercise, in the order in which it happened. Milliseconds UTC. */
export type Happening =
  /** `by`: nobody where the clock stopped by itself, as it does for the hot-wash. */
  | {
      readonly kind: 'paused' | 'resumed';
      readonly atMs: number;
      readonly by?: ExercisePerson;
      readonly reason?: string;
    }
  | { readonly kind: 'skipped' | 'brought-forward'; readonly injectId: string; readonly atMs: number };

/** Where one inject stands. */
export type InjectTime =
  | { readonly injectId: string; readonly state: 'told'; readonly atMs: number }
  | { readonly injectId: string; readonly state: 'skipped'; readonly atMs: number }
  /** `dueMs` is missing while the exercise is paused: nobody knows when it goes on. */
  | { readonly injectId: string; readonly state: 'to-come'; readonly dueMs?: number };

/** When the events of a story are told, by a clock of its own. */
export interface ExerciseTimetable {
  /** Of the exercise: runs from 0 at its start, stands still while paused, jumps when the next inject is brought forward. */
  readonly clockMs: number;
  readonly paused: boolean;
  /** One per inject, in the order of the scenario. */
  readonly injects: readonly InjectTime[];
  /** The next one to be told of itself; none when all were, or while paused. */
  readonly next?: { readonly injectId: string; readonly dueMs: number };
}

type Timed = Pick<Inject, 'id' | 'minute'>;

interface Fold {
  readonly clockMs: number;
  readonly paused: boolean;
  readonly seenMs: number;
  readonly done: ReadonlyMap<string, Extract<InjectTime, { atMs: number }>>;
}

const minuteMs = 60_000;

/**
 * Which inject was told when, and which is due when.
 *
 * The exercise has a clock of its own. A pause stops it. Bringing forward the next inject moves it ahead to that inject,
 * so that what follows keeps its distance; bringing forward a later one tells that one alone. Skipping moves nothing.
 * What cannot be meant (skipping what was told, resuming what runs) changes nothing: two people may press at once.
 *
 * @param injects - by ascending minute
 * @param startMs - when the first minute began, milliseconds UTC
 * @param happenings - in their order; one dated before another that came earlier counts as of the same moment
 */
export function exerciseTimetable(
  injects: readonly Timed[],
  startMs: number,
  happenings: readonly Happening[],
  nowMs: number,
): ExerciseTimetable {
  const begun: Fold = { clockMs: 0, paused: false, seenMs: startMs, done: new Map() };
  const before = happenings.filter(({ atMs }) => atMs <= nowMs);
  const fold = advance(
    injects,
    before.reduce((so, one) => apply(injects, so, one), begun),
    nowMs,
  );
  const times = injects.map((inject) => timeOf(inject, fold));
  const due = times.find((time) => time.state === 'to-come');
  return {
    clockMs: fold.clockMs,
    paused: fold.paused,
    injects: times,
    ...(due?.dueMs === undefined ? {} : { next: { injectId: due.injectId, dueMs: due.dueMs } }),
  };
}

/** Time goes by until `atMs`: what falls due is told, at the moment at which it fell due. */
function advance(injects: readonly Timed[], fold: Fold, atMs: number): Fold {
  const untilMs = Math.max(atMs, fold.seenMs);
  if (fold.paused) return { ...fold, seenMs: untilMs };
  const clockMs = fold.clockMs + (untilMs - fold.seenMs);
  const told = open(injects, fold).filter(({ minute }) => minute * minuteMs <= clockMs);
  return {
    ...fold,
    clockMs,
    seenMs: untilMs,
    done: new Map([
      ...fold.done,
      ...told.map(
        ({ id, minute }) =>
          [
            id,
            { injectId: id, state: 'told', atMs: fold.seenMs + Math.max(0, minute * minuteMs - fold.clockMs) },
          ] as const,
      ),
    ]),
  };
}

function apply(injects: readonly Timed[], before: Fold, happening: Happening): Fold {
  const fold = advance(injects, before, happening.atMs);
  if (!('injectId' in happening)) return { ...fold, paused: happening.kind === 'paused' };
  const remaining = open(injects, fold);
  const inject = remaining.find(({ id }) => id === happening.injectId);
  if (inject === undefined) return fold;
  const state = happening.kind === 'skipped' ? 'skipped' : 'told';
  const done = new Map([...fold.done, [inject.id, { injectId: inject.id, state, atMs: fold.seenMs }] as const]);
  const jumps = state === 'told' && inject === remaining[0];
  return { ...fold, done, clockMs: jumps ? Math.max(fold.clockMs, inject.minute * minuteMs) : fold.clockMs };
}

const open = (injects: readonly Timed[], { done }: Fold): readonly Timed[] => injects.filter(({ id }) => !done.has(id));

function timeOf({ id, minute }: Timed, { done, paused, seenMs, clockMs }: Fold): InjectTime {
  const known = done.get(id);
  if (known !== undefined) return known;
  return {
    injectId: id,
    state: 'to-come',
    ...(paused ? {} : { dueMs: seenMs + Math.max(0, minute * minuteMs - clockMs) }),
  };
}

/**
 * Imagined time since the imagined impact (T0), milliseconds: what the RTO of the story is held against.
 *
 * Between two injects the story's time goes evenly; after the last one it goes as fast as the exercise.
 *
 * @param clockMs - the exercise's clock, as `exerciseTimetable` tells it
 */
export function incidentElapsedMs(injects: readonly Pick<Inject, 'minute' | 'incidentMs'>[], clockMs: number): number {
  const marks = injects.map(({ minute, incidentMs }) => ({ atMs: minute * minuteMs, incidentMs }));
  const before = marks.findLast(({ atMs }) => atMs <= clockMs);
  const after = marks.find(({ atMs }) => atMs > clockMs);
  if (before === undefined) return after?.incidentMs ?? clockMs;
  if (after === undefined) return before.incidentMs + (clockMs - before.atMs);
  const share = (clockMs - before.atMs) / (after.atMs - before.atMs);
  return Math.round(before.incidentMs + share * (after.incidentMs - before.incidentMs));
}
