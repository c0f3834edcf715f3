/** Days of the week as the catalog names them, in JavaScript's order. */
export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof weekdays)[number];

/** When tests that start by themselves may begin: on some days of the week, from one time of the local clock to another. */
export interface TestWindow {
  /** Days on which it opens. */
  readonly days: readonly Weekday[];
  /** Minutes since local midnight. */
  readonly fromMinute: number;
  /** The same; one that is not later than `fromMinute` lies on the day after. */
  readonly toMinute: number;
  /** IANA name. */
  readonly timeZone: string;
}

/** Nothing is tested in it, milliseconds UTC; the end is outside. */
interface Freeze {
  readonly fromMs: number;
  readonly toMs: number;
}

/** One opening of a window, milliseconds UTC; a test may begin until, and without, `closesMs`. */
export interface WindowOpening {
  readonly opensMs: number;
  readonly closesMs: number;
  /** As it is declared: `mon, tue 22:00–02:00 Europe/Berlin`. */
  readonly words: string;
}

/** The opening in which a re-test is to start, as whoever waits for it is told. */
export interface RetestOpening extends WindowOpening {
  readonly isOpen: boolean;
  /** How long until then; the clock of whoever waits may be another one. */
  readonly inMs: number;
  /** One for all who want the same tested in this opening: so it is tested once, and proves it for all of them. */
  readonly runId: string;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** More than two weeks: one opening a week may fall out where the clock is put forward. */
const daysAhead = 16;

/**
 * The opening in which a test may begin from a moment on: one that is open then, or the next one. What a freeze covers of it is
 * left out.
 *
 * A time of day that the clock skips is the moment at which it is put forward; one that comes twice is the first of the two. So
 * what lies in the skipped hour alone does not open that day.
 *
 * @param offsetMinutes - minutes east of UTC that a zone has at an instant; zones are the caller's business
 * @param afterMs - what opened until then, milliseconds UTC, does not count, although it may still be open
 * @returns nothing without windows; `opensMs` lies in the past when it is open
 */
export function nextOpening(
  windows: readonly TestWindow[],
  fromMs: number,
  offsetMinutes: (timeZone: string, atMs: number) => number,
  freezes: readonly Freeze[] = [],
  afterMs = -Infinity,
): WindowOpening | undefined {
  const [first] = windows
    .flatMap((window) => openingsAround(window, fromMs, (atMs) => offsetMinutes(window.timeZone, atMs)))
    .filter(({ opensMs, closesMs }) => closesMs > fromMs && opensMs > afterMs)
    .toSorted((one, other) => one.opensMs - other.opensMs);
  if (first === undefined) return undefined;
  const beginMs = Math.max(first.opensMs, fromMs);
  const freeze = freezes.find((one) => one.fromMs <= beginMs && beginMs < one.toMs);
  if (freeze === undefined) return first;
  // What opened before and is still open then opens with the end of the freeze: after everything before.
  const after = nextOpening(windows, freeze.toMs, offsetMinutes, freezes);
  return after && { ...after, opensMs: Math.max(after.opensMs, freeze.toMs) };
}

function openingsAround(
  window: TestWindow,
  fromMs: number,
  offsetAt: (atMs: number) => number,
): readonly WindowOpening[] {
  const { days, fromMinute, toMinute } = window;
  const today = Math.floor((fromMs + offsetAt(fromMs) * minuteMs) / dayMs);
  const toDay = toMinute > fromMinute ? 0 : 1;
  return Array.from({ length: daysAhead }, (_, index) => today - 1 + index)
    .filter((day) => days.some((name) => weekdays.indexOf(name) === new Date(day * dayMs).getUTCDay()))
    .map((day) => ({
      opensMs: instantOf(day * dayMs + fromMinute * minuteMs, offsetAt),
      closesMs: instantOf((day + toDay) * dayMs + toMinute * minuteMs, offsetAt),
      words: windowText(window),
    }))
    .filter(({ opensMs, closesMs }) => opensMs < closesMs);
}

/** When a local clock shows a time. @param localMs - that time as if it were UTC */
function instantOf(localMs: number, offsetAt: (atMs: number) => number): number {
  // The offsets that hold well before and well after: both the same, except around a change of the clock.
  const [before, after] = [offsetAt(localMs - dayMs), offsetAt(localMs + dayMs)];
  const shows = [before, after]
    .map((offset) => ({ offset, atMs: localMs - offset * minuteMs }))
    .filter(({ offset, atMs }) => offsetAt(atMs) === offset)
    .map(({ atMs }) => atMs);
  return shows.length > 0
    ? Math.min(...shows)
    : changeBetween(localMs - after * minuteMs, localMs - before * minuteMs, offsetAt);
}

/** The whole minute at which the offset changes. */
function changeBetween(earlyMs: number, lateMs: number, offsetAt: (atMs: number) => number): number {
  const old = offsetAt(earlyMs);
  let [before, after] = [earlyMs, lateMs];
  while (after - before > minuteMs) {
    const middle = before + Math.floor((after - before) / 2 / minuteMs) * minuteMs;
    if (offsetAt(middle) === old) before = middle;
    else after = middle;
  }
  return after;
}

const clockText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** `mon, tue 22:00–02:00 Europe/Berlin` */
const windowText = ({ days, fromMinute, toMinute, timeZone }: TestWindow): string =>
  `${days.length === weekdays.length ? 'daily' : days.join(', ')} ${clockText(fromMinute)}–${clockText(toMinute)} ${timeZone}`;
