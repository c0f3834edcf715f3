import type { Boundary } from './history.ts';
import { targets } from './installation.ts';
import type { Target } from './installation.ts';
import { pointText } from './points.ts';
import type { Point } from './points.ts';

/** One kill: of what, in which kind of run, at which moment of it. */
export interface PlannedKill {
  /** From 1; with the seed it says which one to repeat. */
  readonly number: number;
  readonly target: Target;
  readonly subject: string;
  readonly point: Point;
}

/** What an unharmed run of a subject looked like: the moments at which others can be harmed. */
export interface SubjectCourse {
  readonly subject: string;
  readonly boundaries: readonly Boundary[];
  readonly calls: readonly string[];
  /** What it can be in while it waits for people. */
  readonly states: readonly string[];
  readonly tookMs: number;
}

/** How often each is killed, of eleven; `up` last, so that the count of restarts that it forgives begins anew. */
const round: readonly Target[] = [
  'worker',
  'temporal',
  'sandbox',
  'worker',
  'postgres',
  'worker',
  'sandbox',
  'temporal',
  'worker',
  'postgres',
  'up',
];

/**
 * Plans kills, the same for the same seed and courses. Whatever is killed, every moment of the courses comes before any
 * comes twice, and then times by lot.
 *
 * @param options.only - kills these alone; default all, each at least once when there are five kills or more
 */
export function planKills(options: {
  readonly seed: number;
  readonly kills: number;
  readonly only?: readonly Target[];
  readonly courses: readonly SubjectCourse[];
}): readonly PlannedKill[] {
  const lot = lotOf(options.seed);
  const wanted = options.only ?? targets;
  const rota = round.filter((target) => wanted.includes(target));
  // A short campaign still meets each kind of harm.
  const order = options.kills < round.length ? [...new Set(rota), ...rota] : rota;
  const pools = new Map(targets.map((target) => [target, [] as Moment[]]));
  const begun = new Set<Target>();
  const met = new Set<string>();
  return Array.from({ length: options.kills }, (_, index) => {
    const target = order[index % order.length] ?? 'worker';
    const pool = pools.get(target) ?? [];
    if (pool.length === 0) {
      // After all moments once, times by lot keep every third place.
      const byLot = begun.has(target) ? momentsByLot(options.courses, lot, 20) : [];
      pool.push(...shuffled([...momentsOf(options.courses, lot), ...byLot], lot));
      pool.push(...momentsByLot(options.courses, lot, begun.has(target) ? 0 : Math.ceil(pool.length / 2)));
      begun.add(target);
    }
    // The first in line for the worker; the others, who meet fewer kills, take from all over, times included.
    const at = target === 'worker' ? 0 : Math.floor(lot() * pool.length);
    // A short campaign still harms a run of each kind, as far as its kills go.
    const unmet = pool.findIndex(({ subject }) => !met.has(subject));
    const [moment] = pool.splice(options.kills < round.length && unmet >= 0 ? unmet : at, 1);
    if (moment === undefined) throw new Error('An unharmed run has no moments: nothing can be planned.');
    met.add(moment.subject);
    return { number: index + 1, target, ...moment };
  });
}

interface Moment {
  readonly subject: string;
  readonly point: Point;
}

/** Every moment that unharmed runs have and that is not by lot, in words, each once. */
export const momentTexts = (courses: readonly SubjectCourse[]): readonly string[] =>
  [...new Set(courses.flatMap(momentsIn).map(({ point }) => pointText(point)))].toSorted();

const momentsIn = ({ subject, boundaries, calls, states }: SubjectCourse): Moment[] => [
  ...boundaries.map((boundary) => ({ subject, point: { kind: 'boundary', boundary } as const })),
  ...calls.map((call) => ({ subject, point: { kind: 'in flight', call } as const })),
  ...states.map((state) => ({ subject, point: { kind: 'state', state } as const })),
];

/** Every distinct moment once, in a subject that has it. */
function momentsOf(courses: readonly SubjectCourse[], lot: () => number): Moment[] {
  const bySubject = courses.flatMap(momentsIn);
  return momentTexts(courses).map((text) => {
    const same = bySubject
      .filter(({ point }) => pointText(point) === text)
      .toSorted((one, other) => one.subject.localeCompare(other.subject));
    return chosen(same, lot);
  });
}

const momentsByLot = (courses: readonly SubjectCourse[], lot: () => number, count: number): Moment[] =>
  Array.from({ length: count }, () => {
    const { subject, tookMs } = chosen(courses, lot);
    return { subject, point: { kind: 'after', ms: Math.round(lot() * tookMs * 1.2) } };
  });

function chosen<T>(all: readonly T[], lot: () => number): T {
  const one = all[Math.floor(lot() * all.length)];
  if (one === undefined) throw new Error('There is nothing to choose from.');
  return one;
}

function shuffled<T>(all: readonly T[], lot: () => number): T[] {
  return all
    .map((one) => ({ one, at: lot() }))
    .toSorted((some, others) => some.at - others.at)
    .map(({ one }) => one);
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function lotOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
