import { expect, test } from 'vitest';
import { begunExercise, played } from '../../domain/exercise-testing.ts';
import type { ExerciseView } from '../../domain/exercise-view.ts';
import { exerciseReport } from './exercise-report.ts';
import { widthOf } from './paint.ts';

const runId = 'tabletop-exercise/jira-cloud/-/2026Q4';
const reason = 'The keys are inside, and whoever went in for them last time came out without them and without the bag.';
const exercise = played(
  [
    ['Jonas Weber', 5, { kind: 'take-role', role: 'database' }],
    [
      'Daniel Kim',
      32,
      {
        kind: 'log-decision',
        injectId: 'fire',
        question: 'Run or stay?',
        options: ['run', 'stay'],
        choice: 'stay',
        owner: 'Priya Raman',
        reason,
      },
    ],
    ['Sofia Marques', 33, { kind: 'hot-wash' }],
    ['Jonas Weber', 34, { kind: 'answer', question: 1, text: 'The phone list.' }],
  ],
  begunExercise,
);
const linesOf = (view: ExerciseView, title: RegExp, columns = 80): readonly string[] =>
  exerciseReport({ runId, exercise: view }, columns).find((part) => title.test(part.title))?.lines ?? [];

test('a report says in which zone its times are, and what the signs beside expected actions mean', () => {
  const titles = exerciseReport({ runId, exercise }, 80).map(({ title }) => title);
  expect(titles).toContain('Story: A small fire (times in UTC)');
  expect(titles).toContain('Expected actions (✔ done, ◐ partly, ✖ missed, – not judged)');
});

test('whoever was there is named once, with every role', () => {
  const people = linesOf(exercise, /^Who/);
  expect(people.filter((line) => line.includes('Jonas Weber'))).toHaveLength(1);
  expect(people.join('\n')).toMatch(/^Jonas Weber.* · database/m);
});

test('a service without credit says who was not there for the story, whoever came for the hot-wash', () => {
  const alone = { ...exercise, attendance: exercise.attendance.map((there) => ({ ...there, late: true })) };
  expect(linesOf(alone, /^Who/, 110).join('\n')).toMatch(
    /✖ .* gets no credit: neither .+ nor .+ was there while the story was told/,
  );
});

test('a decision is told in lines of its own: the question, what was chosen and who answers for it', () => {
  const decisions = linesOf(exercise, /^Decisions/);
  const from = decisions.findIndex((line) => /^D1 {2}T0 \+ .* · Run or stay\?$/.test(line));
  expect(from).toBeGreaterThanOrEqual(0);
  expect(decisions[from + 1]).toMatch(/^ {4}→ stay, for which Priya Raman answers: The keys/);
  expect(decisions[from + 2]).toMatch(/^ {4}\S/);
});

test('expected actions stand below their event, and a question of the hot-wash that nobody answered says so', () => {
  const actions = linesOf(exercise, /^Expected/);
  expect(actions[0]).toBe('About smoke');
  expect(actions[1]).toBe('  –  Look at the smoke [smoke/1]');
  expect(actions.filter((line) => line === 'About smoke')).toHaveLength(1);
  const washed = linesOf(exercise, /^Hot-wash/).join('\n');
  expect(washed).toMatch(/1\. {2}.*\n {4}Jonas Weber: The phone list\./);
  const twoQuestions = { ...exercise, answers: [] };
  expect(linesOf(twoQuestions, /^Hot-wash/).join('\n')).toContain('nobody answered');
});

test('no line is wider than the terminal', () => {
  for (const { lines } of exerciseReport({ runId, exercise }, 80))
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(78);
});
