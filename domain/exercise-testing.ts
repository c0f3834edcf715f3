import type { ActBy } from './act.ts';
import type { ExerciseAct } from './exercise-acts.ts';
import { dueInjects, tellInject } from './exercise-clock.ts';
import { conductExercise } from './exercise-conduct.ts';
import type { ExerciseEvent } from './exercise-events.ts';
import { objectionToExerciseAct } from './exercise-rules.ts';
import type { ExercisePolicy } from './exercise.ts';
import { foldExercise, noExercise } from './exercise-view.ts';
import type { ExerciseView } from './exercise-view.ts';
import type { Role } from './gate.ts';
import type { FilledScenario, Inject } from './scenario.ts';

/** An exercise for tests of rules and views: two services, four events at minutes 0, 10, 20 and 30. */

export const openedAtMs = Date.parse('2026-11-22T09:00:00Z');
export const minuteMs = 60_000;

export const policyForTests: ExercisePolicy = {
  beginWithinMs: 7 * 24 * 60 * minuteMs,
  remindEveryMs: 24 * 60 * minuteMs,
  finalDeadlineMs: 14 * 24 * 60 * minuteMs,
  lateToleranceMs: minuteMs,
};

const inject = (id: string, minute: number, more: Partial<Inject> = {}): Inject => ({
  id,
  title: `About ${id}`,
  minute,
  incidentMs: (5 + minute * 6) * minuteMs,
  from: 'Pager',
  text: `The ${id} is here.`,
  questions: [`What about the ${id}?`],
  options: [],
  expect: [`Look at the ${id}`, `Write the ${id} down`],
  pitfalls: ['Waiting'],
  section: `Section of ${id}`,
  ...more,
});

export const scenarioForTests: FilledScenario = {
  name: 'small-fire',
  title: 'A small fire',
  tests: 'Whether people talk to each other',
  minutes: 60,
  difficulty: 'easy',
  threats: ['facility'],
  suits: { tiers: [0, 1], resources: [] },
  sources: ['The fire of Smallville, 2001'],
  situation: 'It smells of smoke.',
  objectives: ['Find the fire'],
  roles: [
    { role: 'incident-commander', does: 'Decides.' },
    { role: 'database', does: 'Knows the data.' },
  ],
  clock: { began: 'Monday 08:00 UTC', detectedAfterMs: 2 * minuteMs, recovered: 'It smells of nothing.' },
  injects: [
    inject('smoke', 0),
    inject('fire', 10, {
      options: [
        { id: 'run', text: 'Run', tradeOff: 'Nobody looks', expected: true },
        { id: 'stay', text: 'Stay', tradeOff: 'Hot', expected: false },
      ],
    }),
    inject('lost', 20, {
      text: '${unavailable} cannot be reached.',
      unavailable: { among: ['incident-commander', 'database'] },
    }),
    inject('ashes', 30),
  ],
  hotWash: ['What came late?', 'What did we not know?'],
  draft: false,
  services: [
    {
      id: 'jira-cloud',
      name: 'Jira Cloud',
      tier: 1,
      rtoMs: 6 * 60 * minuteMs,
      rpoMs: 60 * minuteMs,
      owner: 'jonas-weber',
      champion: 'priya-raman',
    },
    {
      id: 'identity',
      name: 'Identity',
      tier: 0,
      rtoMs: 2 * 60 * minuteMs,
      rpoMs: 60 * minuteMs,
      owner: 'tomas-novak',
      champion: 'lin-zhao',
    },
  ],
  rtoMs: 2 * 60 * minuteMs,
};

const planned: ExerciseEvent = {
  type: 'exercise-planned',
  scenario: scenarioForTests,
  policy: policyForTests,
  answerable: [
    {
      service: 'jira-cloud',
      owner: { personId: 'jonas-weber', name: 'Jonas Weber' },
      champion: { personId: 'priya-raman', name: 'Priya Raman' },
    },
    {
      service: 'identity',
      owner: { personId: 'tomas-novak', name: 'Tomas Novak' },
      champion: { personId: 'lin-zhao', name: 'Lin Zhao' },
    },
  ],
};

export const foldedExercise = (
  events: readonly ExerciseEvent[],
  from: ExerciseView = noExercise,
  atMs = openedAtMs,
): ExerciseView => events.reduce((view, event) => foldExercise(view, event, atMs), from);

export const plannedExercise = foldedExercise([planned]);

const rolesOf = {
  'Priya Raman': ['dr-champion'],
  'Jonas Weber': ['service-owner'],
  'Sofia Marques': [],
  'Daniel Kim': ['sre'],
  'Lin Zhao': [],
} as const satisfies Readonly<Record<string, readonly Role[]>>;
export type ExerciseName = keyof typeof rolesOf;

let acts = 0;
/** Somebody who does something at a minute after the opening. */
export function doneBy(name: ExerciseName, atMinute = 0): ActBy {
  acts += 1;
  return {
    actId: `act-${acts}`,
    personId: name.toLowerCase().replace(' ', '-'),
    personName: name,
    roles: rolesOf[name],
    clickedAtMs: openedAtMs + atMinute * minuteMs,
    via: 'slack-app',
    receivedAtMs: openedAtMs + atMinute * minuteMs,
  };
}

/** One thing that somebody does, at a minute: who, when, what. */
export type Doing = readonly [name: ExerciseName, atMinute: number, act: ExerciseAct];

/**
 * The exercise after these acts; what falls due between them is told on time. An act that is objected to is a mistake of
 * the test.
 */
export function played(doings: readonly Doing[], from: ExerciseView = plannedExercise, random = 0): ExerciseView {
  return doings.reduce((before, [name, atMinute, act]) => {
    const by = doneBy(name, atMinute);
    const view = toldUntil(before, by.receivedAtMs, random);
    const objection = objectionToExerciseAct(view, act, by);
    if (objection !== undefined) throw new Error(`${name}, minute ${atMinute}: ${objection.text}`);
    return foldedExercise(conductExercise(view, act, by, random).events, view, by.receivedAtMs);
  }, from);
}

/** What falls due until then, told at its time. */
export function toldUntil(view: ExerciseView, untilMs: number, random = 0): ExerciseView {
  const next = dueInjects(view, untilMs)[0];
  if (next === undefined) return view;
  return toldUntil(foldedExercise(tellInject(view, next, 'on-time', random), view, untilMs), untilMs, random);
}

/** Sofia leads from minute 0; the others are there. */
export const begunExercise = played([
  ['Sofia Marques', 0, { kind: 'take-role', role: 'facilitator' }],
  ['Daniel Kim', 0, { kind: 'take-role', role: 'scribe' }],
  ['Priya Raman', 0, { kind: 'take-role', role: 'incident-commander' }],
  ['Jonas Weber', 0, { kind: 'attend' }],
  ['Sofia Marques', 0, { kind: 'begin' }],
]);
