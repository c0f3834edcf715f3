import { describe, expect, test } from 'vitest';
import { judgeExercise } from './exercise-judge.ts';
import { comparedActions, comparedDecisions, creditsOf, rememberedExercise } from './exercise-outcome.ts';
import { begunExercise, foldedExercise, plannedExercise, played } from './exercise-testing.ts';
import type { Doing } from './exercise-testing.ts';
import type { ExerciseView } from './exercise-view.ts';
import type { RunEnding } from './verdict.ts';

const completed: RunEnding = { kind: 'completed' };
const end: readonly Doing[] = [
  ['Sofia Marques', 31, { kind: 'hot-wash' }],
  ['Sofia Marques', 40, { kind: 'close' }],
];
const withIdentity: Doing = ['Lin Zhao', 5, { kind: 'attend' }];
const held = played([withIdentity, ...end], begunExercise);

describe('the verdict', () => {
  test.each<[what: string, ending: RunEnding, view: ExerciseView, verdict: string, reason: RegExp]>([
    ['everybody who counts was there', completed, held, 'held', /held with 5 people: no gap was raised/],
    [
      'nobody of one service',
      completed,
      played(end, begunExercise),
      'held-without-credit',
      /nobody who answers for Identity took part \(Tomas Novak or Lin Zhao\)\. It gets no credit/,
    ],
    [
      'the champion came for the hot-wash only',
      completed,
      played([end[0] as Doing, ['Lin Zhao', 33, { kind: 'attend' }], end[1] as Doing], begunExercise),
      'held-without-credit',
      /nobody who answers for Identity/,
    ],
    [
      'nearly everything was skipped',
      completed,
      played(
        [withIdentity, ['Sofia Marques', 6, { kind: 'hot-wash', endEarly: 'Lunch.' }], end[1] as Doing],
        begunExercise,
      ),
      'held-without-credit',
      /only 1 of 4 events of the story were told/,
    ],
    [
      'half was told',
      completed,
      played(
        [withIdentity, ['Sofia Marques', 16, { kind: 'hot-wash', endEarly: 'Lunch.' }], end[1] as Doing],
        begunExercise,
      ),
      'held',
      /was held/,
    ],
    [
      'never begun',
      { kind: 'aborted', code: 'not-begun', reason: 'Nobody began.' },
      plannedExercise,
      'aborted',
      /^Nobody began/,
    ],
    [
      'stopped',
      { kind: 'aborted', by: 'Jonas Weber', reason: 'Real fire.' },
      begunExercise,
      'aborted',
      /^Jonas Weber stopped it: Real fire/,
    ],
    ['our fault', { kind: 'programme', code: 'x', reason: 'A bug.' }, begunExercise, 'inconclusive', /A bug/],
  ])('when %s', (_, ending, view, verdict, reason) => {
    const judged = judgeExercise(ending, view);
    expect(judged).toMatchObject({ verdict, comparable: true });
    expect(judged.reason).toMatch(reason);
  });

  test('shows what was counted', () => {
    const view = played(
      [
        withIdentity,
        ['Jonas Weber', 12, { kind: 'raise-gap', title: 'No key', found: 'None.' }],
        [
          'Daniel Kim',
          13,
          {
            kind: 'log-decision',
            injectId: 'fire',
            question: 'Run?',
            options: ['run', 'stay'],
            choice: 'stay',
            owner: 'IC',
            reason: 'Why not.',
          },
        ],
        ['Sofia Marques', 15, { kind: 'recovered', proof: 'A customer wrote.' }],
        ['Sofia Marques', 15, { kind: 'skip', reason: 'Known.' }],
        ['Sofia Marques', 16, { kind: 'improvise', title: 'A dog', text: 'It barks.' }],
        ['Sofia Marques', 32, { kind: 'hot-wash' }],
        [
          'Sofia Marques',
          33,
          {
            kind: 'assess',
            actions: [
              { id: 'smoke/1', outcome: 'done' },
              { id: 'smoke/2', outcome: 'missed' },
            ],
          },
        ],
        ['Sofia Marques', 34, { kind: 'no-ticket', gapId: 'G1', reason: 'Found it.' }],
        ['Sofia Marques', 40, { kind: 'close' }],
      ],
      begunExercise,
    );
    expect(judgeExercise(completed, view).results).toEqual([
      { name: 'Story', text: '3 of 4 events told, 1 skipped, 1 improvised' },
      { name: 'Took part', text: '5 people; Jira Cloud ✔, Identity ✔' },
      { name: 'Decisions', text: '1 logged, 0 of 1 as expected' },
      { name: 'Actions', text: '1 of 2 that were judged were done' },
      { name: 'Imagined RTO', text: '1 h 35 min of 2 h · ✔ within' },
      { name: 'Gaps', text: '1: 1 with a ticket' },
    ]);
  });
});

describe('beside what was expected', () => {
  test('stand decisions between the scenario’s options; the room’s own are left open', () => {
    const decide = (choice: string, injectId?: string): Doing => [
      'Daniel Kim',
      25,
      {
        kind: 'log-decision',
        ...(injectId === undefined ? {} : { injectId }),
        question: 'What?',
        options: [choice],
        choice,
        owner: 'IC',
        reason: 'So.',
      },
    ];
    const view = played(
      [decide('run', 'fire'), decide('stay', 'fire'), decide('hide', 'fire'), decide('run')],
      begunExercise,
    );
    expect(comparedDecisions(view).map(({ outcome }) => outcome)).toEqual(['as-expected', 'otherwise', 'open', 'open']);
    expect(comparedDecisions(view)[1]?.expected).toEqual(['run']);
  });

  test('stand the actions of events that were told, judged or not', () => {
    const view = played(
      [['Sofia Marques', 12, { kind: 'assess', actions: [{ id: 'fire/2', outcome: 'partly', note: 'Late.' }] }]],
      begunExercise,
    );
    expect(comparedActions(view).map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      'smoke/1 not-judged',
      'smoke/2 not-judged',
      'fire/1 not-judged',
      'fire/2 partly',
    ]);
  });
});

test('credit names who brought it', () => {
  expect(creditsOf(held)).toMatchObject([
    { service: 'jira-cloud', credited: true, by: [{ name: 'Jonas Weber' }, { name: 'Priya Raman' }] },
    { service: 'identity', credited: true, by: [{ name: 'Lin Zhao' }] },
  ]);
});

test('the next exercise remembers one that was closed, with its tickets', () => {
  expect(rememberedExercise('x', begunExercise)).toBeUndefined();
  const raised = played([['Jonas Weber', 12, { kind: 'raise-gap', title: 'No key', found: 'None.' }]], begunExercise);
  const fingerprint = raised.gaps[0]?.fingerprint ?? '';
  const ticketed = foldedExercise([{ type: 'exercise-gap-ticketed', fingerprint, key: 'DR-7', url: 'u' }], raised);
  const remembered = rememberedExercise('tabletop-exercise/jira-cloud/-/2026Q3', played(end, ticketed));
  expect(remembered).toMatchObject({
    scenario: 'small-fire',
    told: 4,
    people: 4,
    gaps: [{ fingerprint, title: 'No key', ticket: 'DR-7' }],
  });
  expect(remembered?.recoveredAfterMs).toBeUndefined();
});
