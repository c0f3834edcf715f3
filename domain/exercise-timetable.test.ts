import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exerciseTimetable, incidentElapsedMs } from './exercise-timetable.ts';
import type { Happening } from './exercise-timetable.ts';

const min = 60_000;
const start = Date.parse('2026-11-22T10:00:00Z');
const injects = [
  { id: 'a', minute: 0 },
  { id: 'b', minute: 10 },
  { id: 'c', minute: 25 },
  { id: 'd', minute: 40 },
];
const at = (minute: number): number => start + minute * min;
const table = (nowMinute: number, ...happenings: readonly Happening[]) =>
  exerciseTimetable(injects, start, happenings, at(nowMinute));
/** Minutes after the start, or what there is instead. */
const minutes = (nowMinute: number, ...happenings: readonly Happening[]) =>
  table(nowMinute, ...happenings).injects.map((time) => {
    const ms = time.state === 'to-come' ? time.dueMs : time.atMs;
    return `${time.state} ${ms === undefined ? '?' : (ms - start) / min}`;
  });

describe('the timetable of an exercise', () => {
  test('without a facilitator is the scenario’s own', () => {
    expect(minutes(12)).toEqual(['told 0', 'told 10', 'to-come 25', 'to-come 40']);
    expect(table(12).next).toEqual({ injectId: 'c', dueMs: at(25) });
    expect(table(60).next).toBeUndefined();
  });

  test('a pause delays what was not told by its length, and while it lasts nothing is due', () => {
    const pause: Happening = { kind: 'paused', atMs: at(12) };
    expect(minutes(30, pause)).toEqual(['told 0', 'told 10', 'to-come ?', 'to-come ?']);
    expect(table(30, pause)).toMatchObject({ paused: true, clockMs: 12 * min });
    expect(table(30, pause).next).toBeUndefined();
    expect(minutes(45, pause, { kind: 'resumed', atMs: at(42) })).toEqual([
      'told 0',
      'told 10',
      'to-come 55',
      'to-come 70',
    ]);
  });

  test('bringing forward the next inject takes the rest along', () => {
    expect(minutes(13, { kind: 'brought-forward', injectId: 'c', atMs: at(12) })).toEqual([
      'told 0',
      'told 10',
      'told 12',
      'to-come 27',
    ]);
  });

  test('bringing forward a later one tells that one alone', () => {
    expect(minutes(13, { kind: 'brought-forward', injectId: 'd', atMs: at(12) })).toEqual([
      'told 0',
      'told 10',
      'to-come 25',
      'told 12',
    ]);
  });

  test('an inject can be told while the exercise is paused', () => {
    const happenings: readonly Happening[] = [
      { kind: 'paused', atMs: at(12) },
      { kind: 'brought-forward', injectId: 'c', atMs: at(20) },
      { kind: 'resumed', atMs: at(30) },
    ];
    expect(minutes(31, ...happenings)).toEqual(['told 0', 'told 10', 'told 20', 'to-come 45']);
  });

  test('a skipped one is not told and moves nothing; skipping what was told changes nothing', () => {
    const happenings: readonly Happening[] = [
      { kind: 'skipped', injectId: 'c', atMs: at(11) },
      { kind: 'skipped', injectId: 'b', atMs: at(11) },
    ];
    expect(minutes(30, ...happenings)).toEqual(['told 0', 'told 10', 'skipped 11', 'to-come 40']);
  });

  test('what fell due while nobody looked was told when it fell due', () => {
    expect(minutes(90)).toEqual(['told 0', 'told 10', 'told 25', 'told 40']);
  });
});

const someInjects = fc
  .uniqueArray(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 12 })
  .map((list) => list.toSorted((a, b) => a - b).map((minute, index) => ({ id: `i${index}`, minute })));
const someHappenings = fc
  .array(
    fc.record({
      kind: fc.constantFrom('paused', 'resumed', 'skipped', 'brought-forward'),
      injectId: fc.integer({ min: 0, max: 12 }).map((index) => `i${index}`),
      minute: fc.integer({ min: 0, max: 150 }),
    }),
    { maxLength: 12 },
  )
  .map((list) =>
    list
      .toSorted((a, b) => a.minute - b.minute)
      .map(({ kind, injectId, minute }) => ({ kind, injectId, atMs: at(minute) }) as Happening),
  );

describe('whatever a facilitator does', () => {
  test('what was told or skipped stays so, at the same moment', () => {
    fc.assert(
      fc.property(
        someInjects,
        someHappenings,
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 0, max: 300 }),
        (list, happenings, one, other) => {
          const [early, late] = [Math.min(one, other), Math.max(one, other)];
          const earlier = exerciseTimetable(list, start, happenings, at(early));
          const later = exerciseTimetable(list, start, happenings, at(late));
          expect(later.clockMs).toBeGreaterThanOrEqual(earlier.clockMs);
          for (const [index, time] of earlier.injects.entries())
            if (time.state !== 'to-come') expect(later.injects[index]).toEqual(time);
        },
      ),
    );
  });

  test('the next inject is told at the moment that was announced, if nothing else happens', () => {
    fc.assert(
      fc.property(someInjects, someHappenings, fc.integer({ min: 0, max: 300 }), (list, happenings, now) => {
        const known = happenings.filter(({ atMs }) => atMs <= at(now));
        const { next } = exerciseTimetable(list, start, known, at(now));
        if (next === undefined) return;
        const then = exerciseTimetable(list, start, known, next.dueMs);
        expect(then.injects.find(({ injectId }) => injectId === next.injectId)).toEqual({
          injectId: next.injectId,
          state: 'told',
          atMs: next.dueMs,
        });
      }),
    );
  });

  test('in the end, unless it is paused, every inject was told or skipped', () => {
    fc.assert(
      fc.property(someInjects, someHappenings, (list, happenings) => {
        const { paused, injects: times } = exerciseTimetable(list, start, happenings, at(1000));
        if (!paused) for (const { state } of times) expect(state).not.toBe('to-come');
      }),
    );
  });
});

describe('the clock of the imagined incident', () => {
  const story = [
    { minute: 0, incidentMs: 9 * min },
    { minute: 10, incidentMs: 29 * min },
    { minute: 20, incidentMs: 149 * min },
  ];
  test.each([
    [0, 9],
    [5, 19],
    [10, 29],
    [15, 89],
    [20, 149],
    [32, 161],
  ])('shows at minute %i of the exercise %i minutes of the story', (minute, elapsed) => {
    expect(incidentElapsedMs(story, minute * min)).toBe(elapsed * min);
  });

  test('never goes back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 * min }), fc.integer({ min: 0, max: 60 * min }), (a, b) => {
        expect(incidentElapsedMs(story, Math.max(a, b))).toBeGreaterThanOrEqual(
          incidentElapsedMs(story, Math.min(a, b)),
        );
      }),
    );
  });
});
