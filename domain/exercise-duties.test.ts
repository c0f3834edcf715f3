import { describe, expect, test } from 'vitest';
import type { ExerciseActOf } from './exercise-acts.ts';
import { exerciseDuties } from './exercise-duties.ts';
import { begunExercise, openedAtMs, minuteMs, plannedExercise, played, toldUntil } from './exercise-testing.ts';
import type { ExerciseName } from './exercise-testing.ts';
import { foldExercise, noExercise } from './exercise-view.ts';
import type { ExerciseView } from './exercise-view.ts';

const kinds = (view: ExerciseView, name: ExerciseName | 'Tomas Novak'): readonly string[] =>
  exerciseDuties(view, name.toLowerCase().replace(' ', '-')).map(({ kind }) => kind);
const decided = (injectId: string): ExerciseActOf<'log-decision'> => ({
  kind: 'log-decision',
  injectId,
  question: 'Run or stay?',
  options: ['run', 'stay'],
  choice: 'run',
  owner: 'Priya Raman',
  reason: 'It burns.',
});
const gap = { kind: 'raise-gap', title: 'Nobody has the key', found: 'We asked.', ticket: 'later' } as const;
const told = toldUntil(begunExercise, openedAtMs + 31 * minuteMs, 0.99);

describe('before it begins', () => {
  test('who answers for a service is asked to be there until one of them is', () => {
    expect(exerciseDuties(plannedExercise, 'jonas-weber')).toEqual([
      { kind: 'attend', services: ['Jira Cloud'] },
      { kind: 'take-role', free: ['facilitator', 'scribe', 'incident-commander', 'database'] },
    ]);
    const withPriya = played([['Priya Raman', 0, { kind: 'attend' }]]);
    expect(kinds(withPriya, 'Jonas Weber')).toEqual([]);
    expect(kinds(withPriya, 'Priya Raman')).toEqual(['take-role']);
    expect(kinds(withPriya, 'Tomas Novak')).toEqual(['attend', 'take-role']);
  });

  test('who has no part in it is not asked, and nobody of one that is not planned yet', () => {
    expect(kinds(plannedExercise, 'Daniel Kim')).toEqual([]);
    expect(kinds(noExercise, 'Jonas Weber')).toEqual([]);
  });

  test('whoever leads it begins it', () => {
    const led = played([['Sofia Marques', 0, { kind: 'take-role', role: 'facilitator' }]]);
    expect(kinds(led, 'Sofia Marques')).toEqual(['begin']);
  });
});

describe('while the story is told', () => {
  test('the scribe logs what was decided about every event that asks', () => {
    const duty = exerciseDuties(told, 'daniel-kim').find(({ kind }) => kind === 'decide');
    expect(duty).toMatchObject({ injects: [{ id: 'smoke' }, { id: 'fire' }, { id: 'lost' }, { id: 'ashes' }] });
    const logged = played([['Daniel Kim', 31, decided('smoke')]], told);
    expect(exerciseDuties(logged, 'daniel-kim')).toMatchObject([{ injects: [{ id: 'fire' }, {}, {}] }]);
  });

  test('without a scribe, whoever leads does', () => {
    const { scribe: _, ...holders } = told.holders;
    expect(kinds({ ...told, holders }, 'Sofia Marques')).toEqual(['decide', 'hot-wash']);
    expect(kinds({ ...told, holders }, 'Daniel Kim')).toEqual(['take-role']);
  });

  test('a pause waits for who leads, and nobody is asked to decide', () => {
    const paused = played([['Sofia Marques', 5, { kind: 'pause' }]], begunExercise);
    expect(kinds(paused, 'Sofia Marques')).toEqual(['resume']);
    expect(kinds(paused, 'Daniel Kim')).toEqual([]);
  });

  test('who cannot be reached in the story is asked nothing', () => {
    const lost = told.unavailable[0];
    expect(lost?.personId).toBe('priya-raman');
    expect(kinds(told, 'Priya Raman')).toEqual([]);
    expect(kinds(told, 'Jonas Weber')).toEqual(['take-role']);
  });
});

describe('in the hot-wash', () => {
  const washing = played(
    [
      ['Jonas Weber', 32, gap],
      ['Sofia Marques', 33, { kind: 'hot-wash' }],
    ],
    told,
  );

  test('everybody who was there answers, each of the questions once', () => {
    expect(kinds(washing, 'Priya Raman')).toEqual(['answer']);
    const once = played([['Priya Raman', 34, { kind: 'answer', question: 1, text: 'The pager.' }]], washing);
    expect(exerciseDuties(once, 'priya-raman')).toMatchObject([{ kind: 'answer', left: 1 }]);
    const twice = played([['Priya Raman', 35, { kind: 'answer', question: 2, text: 'The key.' }]], once);
    expect(kinds(twice, 'Priya Raman')).toEqual([]);
    expect(kinds(washing, 'Lin Zhao')).toEqual([]);
  });

  test('a gap waits for who raised it, who writes and who leads; then it can be closed', () => {
    expect(kinds(washing, 'Jonas Weber')).toEqual(['answer', 'settle-gaps']);
    expect(kinds(washing, 'Daniel Kim')).toEqual(['answer', 'settle-gaps']);
    expect(kinds(washing, 'Sofia Marques')).toEqual(['answer', 'settle-gaps']);
    const ordered = played([['Jonas Weber', 34, { kind: 'file-gap', gapId: 'G1' }]], washing);
    expect(kinds(ordered, 'Sofia Marques')).toEqual(['answer']);
    const fingerprint = ordered.gaps[0]?.fingerprint ?? '';
    const ticket = { type: 'exercise-gap-ticketed', fingerprint, key: 'DR-1', url: 'https://j' } as const;
    const filed = foldExercise(ordered, ticket, openedAtMs + 35 * minuteMs);
    expect(kinds(filed, 'Sofia Marques')).toEqual(['answer', 'close']);
    const closed = played([['Sofia Marques', 36, { kind: 'close' }]], filed);
    expect(kinds(closed, 'Sofia Marques')).toEqual([]);
  });
});
