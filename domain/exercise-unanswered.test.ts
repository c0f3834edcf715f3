import { describe, expect, test } from 'vitest';
import { begunExercise, minuteMs, openedAtMs, policyForTests, played, toldUntil } from './exercise-testing.ts';
import type { Doing } from './exercise-testing.ts';
import { answerCalls, answerCallText, unansweredInjects } from './exercise-unanswered.ts';
import type { ExerciseView } from './exercise-view.ts';
import { foldExercise } from './exercise-view.ts';

const at = (minute: number): number => openedAtMs + minute * minuteMs;

/** Asks again after 5 minutes, whoever commands after 15, the owner after 25. */
const impatient: ExerciseView = {
  ...begunExercise,
  policy: {
    ...policyForTests,
    answerWithinMs: 5 * minuteMs,
    answerEscalations: [
      { afterMs: 15 * minuteMs, roles: ['incident-commander'], secondChannel: false },
      { afterMs: 25 * minuteMs, roles: ['service-owner'], secondChannel: true },
    ],
  },
};

const calls = (view: ExerciseView) =>
  answerCalls(view).map(({ injectId, dueMs, escalation }) => [
    injectId,
    (dueMs - openedAtMs) / minuteMs,
    escalation?.roles.join(' ') ?? 'in hand',
  ]);

/** Asked about an event at a minute; what falls due before is told. */
const asked = (view: ExerciseView, injectId: string, minute: number): ExerciseView =>
  foldExercise(
    toldUntil(view, at(minute)),
    { type: 'exercise-reminded', text: `About ${injectId}?`, injectId },
    at(minute),
  );

const smoke = toldUntil(impatient, at(0));
const decided: Doing = [
  'Daniel Kim',
  9,
  {
    kind: 'log-decision',
    injectId: 'smoke',
    question: 'What?',
    options: ['a'],
    choice: 'a',
    owner: 'Priya',
    reason: 'So.',
  },
];

describe('an event that asks something and for which no decision is logged', () => {
  test('is asked about again, then escalates step by step, then no more', () => {
    expect(calls(smoke)).toEqual([['smoke', 5, 'in hand']]);
    const once = asked(smoke, 'smoke', 5);
    expect(calls(once)).toEqual([['smoke', 15, 'incident-commander']]);
    const twice = asked(once, 'smoke', 15);
    expect(calls(twice).filter(([injectId]) => injectId === 'smoke')).toEqual([['smoke', 25, 'service-owner']]);
    const thrice = asked(twice, 'smoke', 25);
    expect(calls(thrice).filter(([injectId]) => injectId === 'smoke')).toEqual([]);
    expect(unansweredInjects(thrice)[0]).toMatchObject({ injectId: 'smoke', askedAtMs: [at(5), at(15), at(25)] });
  });

  test('is not asked about once a decision is logged, at whichever step', () => {
    expect(calls(played([decided], smoke))).toEqual([]);
    expect(calls(played([decided], asked(smoke, 'smoke', 5)))).toEqual([]);
    expect(unansweredInjects(played([decided], smoke))).toEqual([]);
  });

  test('keeps its steps apart when the engine was away or the exercise paused in between', () => {
    const late = asked(smoke, 'smoke', 9);
    expect(calls(late)).toEqual([['smoke', 19, 'incident-commander']]);
    const pause: Doing[] = [
      ['Sofia Marques', 9, { kind: 'pause' }],
      ['Sofia Marques', 60, { kind: 'resume' }],
    ];
    expect(calls(played(pause, late))).toEqual([['smoke', 70, 'incident-commander']]);
  });

  test('is not while the exercise is paused, nor in the hot-wash, nor by a plan that says nothing of it', () => {
    expect(calls(played([['Sofia Marques', 3, { kind: 'pause' }]], smoke))).toEqual([]);
    expect(calls(played([['Sofia Marques', 3, { kind: 'hot-wash', endEarly: 'Lunch.' }]], smoke))).toEqual([]);
    expect(calls(toldUntil(begunExercise, at(0)))).toEqual([]);
    const { answerEscalations: _, ...older } = impatient.policy ?? policyForTests;
    expect(calls(asked({ ...smoke, policy: older }, 'smoke', 5))).toEqual([]);
  });

  test('shares a step with the other events that wait: one asks no more often than its own distance', () => {
    const both = asked(asked(asked(smoke, 'smoke', 5), 'smoke', 15), 'fire', 15);
    // Fire was told at 10 and asked about at 15; the commander was called at 15 already.
    expect(calls(both)).toEqual([
      ['smoke', 25, 'service-owner'],
      ['fire', 25, 'incident-commander'],
    ]);
  });
});

describe('what people are told', () => {
  const textOf = (view: ExerciseView, injectId: string, minute: number): string | undefined =>
    answerCalls(view)
      .filter((call) => call.injectId === injectId)
      .map((call) => answerCallText(call, view, at(minute)))[0];

  test('names the event at first', () => {
    expect(textOf(smoke, 'smoke', 5)).toBe(
      'No decision is logged yet for “About smoke”. Log it with its reason, or that there is none.',
    );
  });

  test('says later for how long it waits, and what else was asked about in vain', () => {
    const both = asked(asked(smoke, 'smoke', 5), 'fire', 15);
    expect(textOf(both, 'smoke', 15)).toMatch(
      /^Still no decision is logged for “About smoke”, told 15 min ago\. Nor for “About fire”\. See that somebody decides/,
    );
  });

  test('gives nobody a title with a hole in it', () => {
    const inject = impatient.scenario?.injects.find(({ id }) => id === 'lost');
    const scenario = { ...impatient.scenario, injects: [{ ...inject, minute: 0, title: 'Where is ${unavailable}?' }] };
    const lost = toldUntil({ ...impatient, scenario } as ExerciseView, at(0));
    expect(textOf(lost, 'lost', 5)).toContain('“Where is Priya Raman?”');
  });
});
