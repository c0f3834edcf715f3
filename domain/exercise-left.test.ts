import { describe, expect, test } from 'vitest';
import { exerciseDuties } from './exercise-duties.ts';
import { hasLeft, holderLeftNotices, holderOf, maxLeft, newlyLeft, rolesToTakeOver } from './exercise-left.ts';
import { closingReminder, gatheringReminder, storyReminder } from './exercise-reminders.ts';
import { objectionToExerciseAct } from './exercise-rules.ts';
import { begunExercise, doneBy, foldedExercise, openedAtMs, plannedExercise, played } from './exercise-testing.ts';
import type { ExerciseView } from './exercise-view.ts';

const sofiaLeft = {
  type: 'exercise-holder-left',
  person: { personId: 'sofia-marques', name: 'Sofia Marques' },
} as const;
/** Sofia, who leads it, is gone. */
const leaderless = foldedExercise([{ ...sofiaLeft, roles: ['facilitator'] }], begunExercise);
const takeOver = { kind: 'take-role', role: 'facilitator', takeOver: true, from: 'sofia-marques' } as const;
const takenOver = played([['Daniel Kim', 1, takeOver]], leaderless);
const kinds = (view: ExerciseView, personId: string): readonly string[] =>
  exerciseDuties(view, personId).map((duty) => (duty.kind === 'take-over' ? `take over ${duty.role}` : duty.kind));

describe('somebody who has left', () => {
  test('is noticed by the roles that they hold, once', () => {
    expect(newlyLeft(begunExercise, 'sofia-marques')).toEqual({
      person: { personId: 'sofia-marques', name: 'Sofia Marques' },
      roles: ['facilitator'],
    });
    expect(newlyLeft(begunExercise, 'jonas-weber'), 'who only watches').toBeUndefined();
    expect(newlyLeft(begunExercise, 'nobody')).toBeUndefined();
    expect(newlyLeft(leaderless, 'sofia-marques'), 'said again').toBeUndefined();
    const [one] = leaderless.left ?? [];
    if (one === undefined) throw new Error('she has left');
    const full = { ...begunExercise, left: Array.from({ length: maxLeft }, () => ({ ...one, backAtMs: 1 })) };
    expect(newlyLeft(full, 'sofia-marques'), 'however often it is said').toBeUndefined();
  });

  test('keeps the role until somebody takes it over, and from them alone', () => {
    expect(holderOf(leaderless, 'facilitator')).toBeUndefined();
    expect(holderOf(leaderless, 'scribe')?.name).toBe('Daniel Kim');
    expect(rolesToTakeOver(leaderless)).toMatchObject([{ role: 'facilitator', from: { name: 'Sofia Marques' } }]);
    expect(holderOf(takenOver, 'facilitator')?.name).toBe('Daniel Kim');
    expect(rolesToTakeOver(takenOver)).toEqual([]);
    expect(objectionToExerciseAct(takenOver, takeOver, doneBy('Jonas Weber', 2))).toMatchObject({
      code: 'role-taken',
      text: 'Daniel Kim has taken this role over already.',
    });
  });

  test('is there again as soon as they do something', () => {
    const back = played([['Sofia Marques', 1, { kind: 'pause' }]], leaderless);
    expect(hasLeft(leaderless, 'sofia-marques')).toBe(true);
    expect(hasLeft(back, 'sofia-marques')).toBe(false);
    expect(back.left).toMatchObject([{ atMs: openedAtMs, backAtMs: openedAtMs + 60_000 }]);
    expect(newlyLeft(back, 'sofia-marques')).toMatchObject({ roles: ['facilitator'] });
  });

  test('is named to whoever wants to do what the facilitator does', () => {
    expect(objectionToExerciseAct(leaderless, { kind: 'pause' }, doneBy('Jonas Weber', 1))).toMatchObject({
      text: 'That is for the facilitator, and Sofia Marques has left: take the role over first.',
    });
  });

  test('is not drawn by the story', () => {
    const commander = foldedExercise(
      [{ ...sofiaLeft, person: { personId: 'priya-raman', name: 'Priya Raman' }, roles: ['incident-commander'] }],
      begunExercise,
    );
    expect(played([['Jonas Weber', 25, { kind: 'raise-gap', title: 'A', found: 'B' }]], commander).unavailable).toEqual(
      [{ personId: 'jonas-weber', name: 'Jonas Weber' }],
    );
  });
});

describe('what people are asked', () => {
  test('everybody who is there, and who answers for a service, to lead it; and nobody who has left for anything', () => {
    expect(kinds(leaderless, 'daniel-kim')).toEqual(['take over facilitator']);
    expect(kinds(leaderless, 'jonas-weber')).toContain('take over facilitator');
    expect(kinds(leaderless, 'tomas-novak')).toContain('take over facilitator');
    expect(kinds(leaderless, 'hannah-lindqvist')).toEqual([]);
    expect(kinds(leaderless, 'sofia-marques')).toEqual([]);
    expect(kinds(takenOver, 'jonas-weber')).not.toContain('take over facilitator');
  });

  test('another role of those who have none', () => {
    const commander = foldedExercise(
      [{ ...sofiaLeft, person: { personId: 'priya-raman', name: 'Priya Raman' }, roles: ['incident-commander'] }],
      begunExercise,
    );
    expect(kinds(commander, 'jonas-weber')).toContain('take over incident-commander');
    expect(kinds(commander, 'daniel-kim')).toEqual([]);
  });

  test('to write down instead of a scribe who has left, whoever leads', () => {
    const told = played([['Jonas Weber', 1, { kind: 'raise-gap', title: 'A', found: 'B' }]], begunExercise);
    const scribeless = foldedExercise(
      [{ ...sofiaLeft, person: { personId: 'daniel-kim', name: 'Daniel Kim' }, roles: ['scribe'] }],
      told,
    );
    expect(kinds(scribeless, 'sofia-marques')).toContain('decide');
  });

  test('by reminders, with that first', () => {
    for (const words of [gatheringReminder, storyReminder, closingReminder]) {
      expect(words(leaderless)).toMatch(/^Sofia Marques, who led it, has left: somebody takes/);
      expect(words(takenOver)).not.toContain('has left');
    }
    expect(gatheringReminder(plannedExercise)).toMatch(/^Nobody has begun/);
  });
});

test('one message for each says what became of their roles', () => {
  const notice = (view: ExerciseView, over = false) => holderLeftNotices(view, over);
  expect(notice(begunExercise)).toEqual([]);
  expect(notice(leaderless)).toMatchObject([{ back: false, phase: 'story', roles: [{ role: 'facilitator' }] }]);
  expect(notice(takenOver)).toMatchObject([{ back: false, roles: [{ role: 'facilitator', by: 'Daniel Kim' }] }]);
  expect(notice(leaderless, true)).toMatchObject([{ phase: 'closed' }]);
});
