import { describe, expect, test } from 'vitest';
import { asExerciseAct } from './exercise-acts.ts';
import type { ExerciseAct, ExerciseActOf } from './exercise-acts.ts';
import { conductExercise } from './exercise-conduct.ts';
import { begunExercise, doneBy, foldedExercise, plannedExercise, played } from './exercise-testing.ts';
import type { ExerciseName } from './exercise-testing.ts';
import { objectionToExerciseAct } from './exercise-rules.ts';
import { exercisePhaseOf, noExercise, unsettledGaps } from './exercise-view.ts';
import type { ExerciseView } from './exercise-view.ts';

const said = (view: ExerciseView, act: ExerciseAct, name: ExerciseName = 'Sofia Marques', atMinute = 5): string => {
  const objection = objectionToExerciseAct(view, act, doneBy(name, atMinute));
  return objection === undefined ? 'counts' : objection.outcome === 'refused' ? objection.code : 'accepted';
};
const answerTo = (view: ExerciseView, act: ExerciseAct, name: ExerciseName = 'Sofia Marques', atMinute = 5): string =>
  conductExercise(view, act, doneBy(name, atMinute), 0).answer.text;

const decision: ExerciseActOf<'log-decision'> = {
  kind: 'log-decision',
  question: 'Run or stay?',
  options: ['run', 'stay'],
  choice: 'run',
  owner: 'Priya Raman',
  reason: 'It burns.',
};
const gap = { kind: 'raise-gap', title: 'Nobody has the key', found: 'We asked three people.' } as const;

const inHotWash = played(
  [
    ['Jonas Weber', 32, gap],
    ['Sofia Marques', 33, { kind: 'hot-wash' }],
  ],
  begunExercise,
);

describe('who leads', () => {
  test.each<[ExerciseAct]>([
    [{ kind: 'next' }],
    [{ kind: 'skip', reason: 'No time.' }],
    [{ kind: 'pause' }],
    [{ kind: 'improvise', title: 'A dog', text: 'A dog barks.' }],
    [{ kind: 'recovered', proof: 'A customer wrote.' }],
    [{ kind: 'hot-wash', endEarly: 'Lunch.' }],
    [{ kind: 'assess', actions: [{ id: 'smoke/1', outcome: 'done' }] }],
  ])('alone may do this: %j', (act) => {
    const view = played([['Priya Raman', 1, { kind: 'raise-gap', title: 'x', found: 'y' }]], begunExercise);
    expect(said(view, act, 'Priya Raman')).toBe('facilitator-only');
    expect(said(view, act)).toBe('counts');
  });

  test('is told who leads, or that nobody does yet', () => {
    expect(objectionToExerciseAct(begunExercise, { kind: 'pause' }, doneBy('Jonas Weber'))?.text).toMatch(
      /for the facilitator, Sofia Marques/,
    );
    expect(objectionToExerciseAct(plannedExercise, { kind: 'begin' }, doneBy('Jonas Weber'))?.text).toMatch(
      /nobody has taken that role/,
    );
  });
});

describe('a role', () => {
  test('that nobody has is taken by one click, and whoever takes it is on the list', () => {
    const view = played([['Lin Zhao', 1, { kind: 'take-role', role: 'database' }]], begunExercise);
    expect(view.holders['database']?.by.name).toBe('Lin Zhao');
    expect(view.attendance.map(({ by }) => by.name)).toContain('Lin Zhao');
  });

  test('that somebody has is taken over only when that is said', () => {
    const act = { kind: 'take-role', role: 'incident-commander' } as const;
    expect(said(begunExercise, act, 'Jonas Weber')).toBe('role-taken');
    expect(said(begunExercise, act, 'Priya Raman')).toBe('role-held');
    const view = played([['Jonas Weber', 1, { ...act, takeOver: true }]], begunExercise);
    expect(view.holders['incident-commander']?.by.name).toBe('Jonas Weber');
    expect(view.roleChanges.at(-1)).toMatchObject({
      role: 'incident-commander',
      from: { name: 'Priya Raman' },
      to: { name: 'Jonas Weber' },
    });
  });

  test('that the scenario does not have is refused', () => {
    expect(said(begunExercise, { kind: 'take-role', role: 'constructor' }, 'Jonas Weber')).toBe('no-such-role');
  });
});

describe('the phases', () => {
  test.each<[what: string, view: ExerciseView, act: ExerciseAct, says: string]>([
    ['before it is planned, nothing', noExercise, { kind: 'attend' }, 'not-planned-yet'],
    ['before it begins, no event', plannedExercise, { kind: 'next' }, 'not-begun'],
    ['before it begins, no decision', plannedExercise, decision, 'not-begun'],
    ['while it runs, no second beginning', begunExercise, { kind: 'begin' }, 'begun'],
    ['while it runs, nothing to resume', begunExercise, { kind: 'resume' }, 'not-paused'],
    ['while it runs, no hot-wash answer', begunExercise, { kind: 'answer', question: 1, text: 'x' }, 'no-hot-wash'],
    ['while it runs, no end', begunExercise, { kind: 'close' }, 'no-hot-wash'],
    ['in the hot-wash, no event', inHotWash, { kind: 'next' }, 'story-over'],
    ['in the hot-wash, no decision', inHotWash, decision, 'story-over'],
    ['in the hot-wash, an answer', inHotWash, { kind: 'answer', question: 2, text: 'x' }, 'counts'],
    ['in the hot-wash, no third question', inHotWash, { kind: 'answer', question: 3, text: 'x' }, 'no-such-question'],
  ])('%s', (_, view, act, says) => {
    expect(said(view, act)).toBe(says);
  });

  test('a pause stands until it is resumed', () => {
    const paused = played([['Sofia Marques', 5, { kind: 'pause', reason: 'Coffee.' }]], begunExercise);
    expect(exercisePhaseOf(paused)).toBe('paused');
    expect(said(paused, { kind: 'pause' })).toBe('paused');
    expect(exercisePhaseOf(played([['Sofia Marques', 50, { kind: 'resume' }]], paused))).toBe('story');
  });

  test('the hot-wash waits for the story, unless somebody says why it ends early: then the rest is skipped with that reason', () => {
    expect(said(begunExercise, { kind: 'hot-wash' })).toBe('injects-to-come');
    const ended = played(
      [['Sofia Marques', 12, { kind: 'hot-wash', endEarly: 'The real thing happened.' }]],
      begunExercise,
    );
    expect(ended.told.map(({ injectId }) => injectId)).toEqual(['smoke', 'fire']);
    expect(ended.skipped).toMatchObject([
      { injectId: 'lost', reason: 'The real thing happened.' },
      { injectId: 'ashes', reason: 'The real thing happened.' },
    ]);
    expect(ended.hotWash?.endedEarly).toBe('The real thing happened.');
  });
});

describe('events', () => {
  test('are brought forward and skipped by name, once', () => {
    const view = played([['Sofia Marques', 1, { kind: 'skip', injectId: 'fire', reason: 'Known.' }]], begunExercise);
    expect(said(view, { kind: 'skip', injectId: 'fire', reason: 'Again.' })).toBe('inject-done');
    expect(said(view, { kind: 'next', injectId: 'smoke' })).toBe('inject-done');
    expect(said(view, { kind: 'next', injectId: 'flood' })).toBe('no-such-inject');
    expect(said(view, { kind: 'next', injectId: 'ashes' })).toBe('counts');
    expect(answerTo(view, { kind: 'next' })).toBe('Told: About lost.');
  });

  test('are all told at some time', () => {
    const view = played([['Sofia Marques', 31, { kind: 'pause' }]], begunExercise);
    expect(said(view, { kind: 'next' })).toBe('all-told');
  });
});

describe('a decision', () => {
  test('is logged with its options, choice, owner, reason and the story’s time', () => {
    const view = played([['Daniel Kim', 10, { ...decision, injectId: 'fire' }]], begunExercise);
    expect(view.decisions).toMatchObject([
      {
        id: 'D1',
        injectId: 'fire',
        options: ['run', 'stay'],
        choice: 'run',
        owner: 'Priya Raman',
        reason: 'It burns.',
      },
    ]);
    expect(view.decisions[0]?.incidentMs).toBe(65 * 60_000);
    expect(view.decisions[0]?.by.name).toBe('Daniel Kim');
  });

  test.each<[what: string, act: ExerciseAct, says: string]>([
    ['of an event to come', { ...decision, injectId: 'fire' }, 'inject-not-told'],
    ['for what was not weighed', { ...decision, choice: 'hide' }, 'choice-not-weighed'],
    ['with an option twice', { ...decision, options: ['run', 'run'] }, 'malformed'],
  ])('%s is refused', (_, act, says) => {
    expect(said(played([['Jonas Weber', 1, gap]], begunExercise), act, 'Daniel Kim')).toBe(says);
  });
});

describe('the person who is lost', () => {
  // The only holder of a role that the scenario names; the facilitator and the scribe are never drawn.
  const lost = played([['Jonas Weber', 21, gap]], begunExercise);

  test('is drawn among the roles that the scenario names, and loses every role', () => {
    expect(lost.told.at(-1)).toMatchObject({ injectId: 'lost', unavailable: { name: 'Priya Raman' } });
    expect(lost.holders['incident-commander']).toBeUndefined();
    expect(lost.roleChanges.at(-1)).toMatchObject({ role: 'incident-commander', from: { name: 'Priya Raman' } });
  });

  test('does nothing but raise gaps until the hot-wash', () => {
    expect(said(lost, decision, 'Priya Raman')).toBe('unavailable');
    expect(said(lost, { kind: 'take-role', role: 'database' }, 'Priya Raman')).toBe('unavailable');
    expect(said(lost, { ...gap, title: 'They forgot me' }, 'Priya Raman')).toBe('counts');
    const back = played([['Sofia Marques', 31, { kind: 'hot-wash' }]], lost);
    expect(said(back, { kind: 'answer', question: 1, text: 'Nobody took over.' }, 'Priya Raman')).toBe('counts');
  });

  test.each([
    [0, 'Priya Raman'],
    [0.49, 'Priya Raman'],
    [0.5, 'Lin Zhao'],
    [0.99, 'Lin Zhao'],
  ])('is another one for another draw: %d', (random, name) => {
    const two = played([['Lin Zhao', 1, { kind: 'take-role', role: 'database' }]], begunExercise);
    const view = played([['Sofia Marques', 20, { kind: 'pause' }]], two, random);
    expect(view.unavailable.map((one) => one.name)).toEqual([name]);
  });

  test('is anybody who plays, when nobody holds such a role', () => {
    const without = played(
      [
        ['Sofia Marques', 0, { kind: 'take-role', role: 'facilitator' }],
        ['Jonas Weber', 0, { kind: 'attend' }],
        ['Sofia Marques', 0, { kind: 'begin' }],
        ['Sofia Marques', 20, { kind: 'pause' }],
      ],
      plannedExercise,
    );
    expect(without.unavailable.map((one) => one.name)).toEqual(['Jonas Weber']);
  });

  test('is nobody, when nobody is there but who leads', () => {
    const alone = played([
      ['Sofia Marques', 0, { kind: 'take-role', role: 'facilitator' }],
      ['Sofia Marques', 0, { kind: 'begin' }],
      ['Sofia Marques', 20, { kind: 'pause' }],
    ]);
    expect(alone.told.map(({ injectId }) => injectId)).toContain('lost');
    expect(alone.unavailable).toEqual([]);
  });
});

describe('a gap', () => {
  test('is raised at any moment, by anybody, and belongs to what was just told', () => {
    const before = played([['Jonas Weber', 0, gap]], plannedExercise);
    expect(before.gaps).toMatchObject([{ id: 'G1', service: 'jira-cloud', section: 'Before the first event' }]);
    const view = played([['Lin Zhao', 12, { ...gap, service: 'identity', severity: 'high' }]], begunExercise);
    expect(view.gaps[0]).toMatchObject({ service: 'identity', section: 'Section of fire', severity: 'high' });
    expect(view.gaps[0]?.filed?.by.name).toBe('Lin Zhao');
    expect(said(view, { ...gap, title: 'Other', service: 'billing' })).toBe('no-such-service');
  });

  test('is the same gap however it is written, and then refused', () => {
    const view = played([['Jonas Weber', 12, gap]], begunExercise);
    expect(said(view, { ...gap, title: '  nobody has THE key! ' }, 'Lin Zhao', 13)).toBe('same-gap');
  });

  test('that waits for the hot-wash gets a ticket, or a reason, from who leads, writes, or raised it', () => {
    const view = played([['Jonas Weber', 12, { ...gap, ticket: 'later' }]], begunExercise);
    expect(view.gaps[0]?.filed).toBeUndefined();
    expect(said(view, { kind: 'file-gap', gapId: 'g1' }, 'Priya Raman')).toBe('not-yours');
    expect(said(view, { kind: 'no-ticket', gapId: 'G1', reason: 'Known.' }, 'Priya Raman')).toBe('not-yours');
    for (const name of ['Sofia Marques', 'Daniel Kim', 'Jonas Weber'] as const)
      expect(said(view, { kind: 'file-gap', gapId: 'g1' }, name)).toBe('counts');
    expect(said(view, { kind: 'file-gap', gapId: 'G7' })).toBe('no-such-gap');
    const filed = played([['Sofia Marques', 13, { kind: 'file-gap', gapId: 'g1' }]], view);
    expect(said(filed, { kind: 'file-gap', gapId: 'G1' })).toBe('filed');
  });
});

describe('closing', () => {
  test('is refused while a gap has neither ticket nor reason, also while Jira has not confirmed', () => {
    expect(unsettledGaps(inHotWash).map(({ id }) => id)).toEqual(['G1']);
    expect(said(inHotWash, { kind: 'close' })).toBe('gaps-open');
    expect(objectionToExerciseAct(inHotWash, { kind: 'close' }, doneBy('Sofia Marques'))?.text).toMatch(
      /first: G1 “Nobody has the key”\. Jira has not confirmed the ticket yet/,
    );
  });

  test('counts when the ticket is there', () => {
    const fingerprint = inHotWash.gaps[0]?.fingerprint ?? '';
    const ticketed = foldedExercise(
      [{ type: 'exercise-gap-ticketed', fingerprint, key: 'DR-7', url: 'https://jira.example.com/browse/DR-7' }],
      inHotWash,
    );
    expect(said(ticketed, { kind: 'no-ticket', gapId: 'G1', reason: 'x' })).toBe('has-ticket');
    expect(said(ticketed, { kind: 'close' })).toBe('counts');
    const closed = played([['Sofia Marques', 60, { kind: 'close' }]], ticketed);
    expect(said(closed, { kind: 'raise-gap', title: 'late', found: 'late' }, 'Jonas Weber')).toBe('closed');
  });

  test('counts when it is recorded why there is none', () => {
    const without = played(
      [['Daniel Kim', 40, { kind: 'no-ticket', gapId: 'G1', reason: 'Jira is down.' }]],
      inHotWash,
    );
    expect(said(without, { kind: 'close' })).toBe('counts');
  });
});

test('what the facilitator says of an action is about events that were told', () => {
  expect(said(begunExercise, { kind: 'assess', actions: [{ id: 'ashes/1', outcome: 'done' }] })).toBe('no-such-action');
  const view = played(
    [
      ['Sofia Marques', 35, { kind: 'assess', actions: [{ id: 'ashes/1', outcome: 'missed' }] }],
      ['Sofia Marques', 36, { kind: 'assess', actions: [{ id: 'ashes/1', outcome: 'partly', note: 'Late.' }] }],
    ],
    begunExercise,
  );
  expect(view.assessed['ashes/1']).toMatchObject({ outcome: 'partly', note: 'Late.' });
});

test.each<[what: string, act: unknown]>([
  ['nothing', undefined],
  ['another kind', { kind: 'approve' }],
  ['a decision without options', { ...decision, options: [] }],
  ['a gap without words', { ...gap, found: '  ' }],
  ['a key too many', { kind: 'close', force: true }],
  ['an assessment that is none', { kind: 'assess', actions: [{ id: 'smoke/1', outcome: 'maybe' }] }],
])('%s is no act', (_, act) => {
  expect(asExerciseAct(act)).toBeUndefined();
});
