import { describe, expect, test } from 'vitest';
import { dueInjects, heldUp, imaginedMs, nextDueMs } from './exercise-clock.ts';
import {
  begunExercise,
  foldedExercise,
  minuteMs,
  openedAtMs,
  plannedExercise,
  played,
  toldUntil,
} from './exercise-testing.ts';

const at = (minute: number): number => openedAtMs + minute * minuteMs;

describe('what is due', () => {
  test('is nothing before the exercise was begun', () => {
    expect(dueInjects(plannedExercise, at(500))).toEqual([]);
    expect(nextDueMs(plannedExercise, at(0))).toBeUndefined();
    expect(imaginedMs(plannedExercise, at(500))).toBe(0);
  });

  test('is what the timetable says and was not told yet', () => {
    expect(dueInjects(begunExercise, at(0))).toEqual(['smoke']);
    const told = toldUntil(begunExercise, at(0));
    expect(dueInjects(told, at(9))).toEqual([]);
    expect(nextDueMs(told, at(9))).toBe(at(10));
    expect(dueInjects(told, at(10))).toEqual(['fire']);
  });

  test('moves with a pause, and ends with the hot-wash', () => {
    const paused = played(
      [
        ['Sofia Marques', 5, { kind: 'pause' }],
        ['Sofia Marques', 25, { kind: 'resume' }],
      ],
      begunExercise,
    );
    expect(nextDueMs(paused, at(25))).toBe(at(30));
    const ended = played([['Sofia Marques', 26, { kind: 'hot-wash', endEarly: 'Lunch.' }]], paused);
    expect(nextDueMs(ended, at(27))).toBeUndefined();
    expect(dueInjects(ended, at(600))).toEqual([]);
  });

  test('brought forward takes what follows with it', () => {
    const view = played([['Sofia Marques', 4, { kind: 'next' }]], begunExercise);
    expect(view.told.map(({ injectId, how }) => `${injectId} ${how}`)).toEqual([
      'smoke on-time',
      'fire brought-forward',
    ]);
    expect(nextDueMs(view, at(4))).toBe(at(14));
  });
});

describe('an engine that was away', () => {
  const told = toldUntil(begunExercise, at(0));

  test('does not count for a little while', () => {
    expect(heldUp(told, at(11))).toBeUndefined();
  });

  test('held the story up: one event is told, the others keep their distance', () => {
    const held = heldUp(told, at(45));
    expect(held).toEqual({ fromMs: at(10), toMs: at(45) });
    if (held === undefined) throw new Error('it was held up');
    const view = foldedExercise([{ type: 'exercise-held-up', ...held }], told, at(45));
    expect(view.heldUpMs).toBe(35 * minuteMs);
    expect(dueInjects(view, at(45))).toEqual(['fire']);
    const on = toldUntil(view, at(45));
    expect(heldUp(on, at(46))).toBeUndefined();
    expect(nextDueMs(on, at(45))).toBe(at(55));
  });

  test('does not count while the exercise is paused', () => {
    const paused = played([['Sofia Marques', 5, { kind: 'pause' }]], told);
    expect(heldUp(paused, at(300))).toBeUndefined();
  });
});

test('the story’s time stands still in a pause and after its end', () => {
  const paused = played([['Sofia Marques', 5, { kind: 'pause' }]], begunExercise);
  expect(imaginedMs(paused, at(5))).toBe(35 * minuteMs);
  expect(imaginedMs(paused, at(90))).toBe(35 * minuteMs);
  const ended = played([['Sofia Marques', 95, { kind: 'hot-wash', endEarly: 'Enough.' }]], paused);
  expect(imaginedMs(ended, at(300))).toBe(35 * minuteMs);
});
