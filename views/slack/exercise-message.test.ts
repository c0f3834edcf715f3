import { describe, expect, test } from 'vitest';
// The stand-in knows Slack's limits and refuses what Slack refuses.
// oxlint-disable-next-line no-restricted-imports
import { acceptMessageBlocks } from '../../sandbox/slack/block-kit.ts';
import { holderLeftNotices } from '../../domain/exercise-left.ts';
import { exerciseNotice } from '../../domain/exercise-notice.ts';
import { begunExercise, foldedExercise, openedAtMs, plannedExercise, played } from '../../domain/exercise-testing.ts';
import type { ExerciseView } from '../../domain/exercise-view.ts';
import { exampleAddress } from '../example-notices.ts';
import { exerciseDoId } from './exercise-actions.ts';
import { exerciseHolderLeftMessage } from './exercise-left.ts';
import { exerciseMessage } from './exercise-message.ts';
import type { SlackContent } from './limits.ts';

const heading = { ...exampleAddress, runId: 'tabletop-exercise/jira-cloud/-/2026Q4', resource: '-' };

function words(content: SlackContent): string {
  expect(() => acceptMessageBlocks(JSON.parse(JSON.stringify(content.blocks)))).not.toThrow();
  return JSON.stringify(content.blocks);
}
function shown(view: ExerciseView): string {
  const exercise = exerciseNotice(view, openedAtMs, false);
  if (exercise === undefined) throw new Error('it is planned');
  return words(exerciseMessage({ heading, exercise }));
}

describe('gaps in the message of an exercise', () => {
  const raised = played(
    [['Jonas Weber', 12, { kind: 'raise-gap', title: 'Nobody has the key', found: 'We asked.' }]],
    begunExercise,
  );
  const later = played(
    [['Jonas Weber', 13, { kind: 'raise-gap', title: 'No phone list', found: 'We asked.', ticket: 'later' }]],
    raised,
  );
  const washing = played([['Sofia Marques', 33, { kind: 'hot-wash' }]], later);

  test('say since when their ticket is waited for', () => {
    expect(shown(raised)).toMatch(
      /G1 Nobody has the key · ticket pending: asked for .*, Jira has not confirmed it yet/,
    );
    expect(shown(raised)).not.toContain('Before it can be closed');
  });

  test('say in the hot-wash what each needs before it can be closed, and what to do when Jira stays away', () => {
    expect(shown(washing)).toMatch(
      /Before it can be closed:\* say for G2 by \*Ticket or not….*Before it can be closed:\* Jira confirms G1\. If Jira stays away, say so by \*Ticket or not…/,
    );
    const noted = played(
      [
        ['Daniel Kim', 34, { kind: 'no-ticket', gapId: 'G1', reason: 'Jira is down.' }],
        ['Daniel Kim', 34, { kind: 'no-ticket', gapId: 'G2', reason: 'Known.' }],
      ],
      washing,
    );
    expect(shown(noted)).not.toContain('Before it can be closed');
    expect(shown(noted)).toMatch(/G1.*was asked for and comes later.*G2.*no ticket, and why is recorded/);
  });
});

test('events that were left out are counted', () => {
  const skipped = played([['Sofia Marques', 1, { kind: 'skip', reason: 'Known.' }]], begunExercise);
  expect(shown(skipped)).toContain('1 of 4 events told, 1 skipped');
  expect(shown(begunExercise)).not.toContain('skipped');
});

describe('somebody who has left', () => {
  const left = (view: ExerciseView): ExerciseView =>
    foldedExercise(
      [
        {
          type: 'exercise-holder-left',
          person: { personId: 'sofia-marques', name: 'Sofia Marques' },
          roles: ['facilitator'],
        },
      ],
      view,
    );
  const told = (view: ExerciseView, over = false): string => {
    const [notice] = holderLeftNotices(view, over);
    if (notice === undefined) throw new Error('somebody has left');
    return words(exerciseHolderLeftMessage(heading, notice, ['U0DANIEL', 'U0JONAS']));
  };
  const takesOver = `"${exerciseDoId('take-over')}"`;
  const led = played([['Sofia Marques', 0, { kind: 'take-role', role: 'facilitator' }]], plannedExercise);
  const washing = played([['Sofia Marques', 33, { kind: 'hot-wash', endEarly: 'Lunch.' }]], begunExercise);
  const paused = played([['Sofia Marques', 1, { kind: 'pause' }]], begunExercise);

  test.each<[phase: string, view: ExerciseView, means: RegExp]>([
    ['before it begins', led, /Nobody else can begin it/],
    ['in the story', begunExercise, /goes on by its clock, but nobody else can pause it/],
    ['in a pause', paused, /Nobody else can resume it/],
    ['in the hot-wash', washing, /Nobody else can close it/],
  ])('%s is told to who is there, with what it means and a button', (_, view, means) => {
    const text = told(left(view));
    expect(text).toMatch(/<@U0DANIEL> <@U0JONAS> \*Sofia Marques has left the company and is still facilitator/);
    expect(text).toMatch(means);
    expect(text).toContain(takesOver);
    // So does the message of the exercise, whoever comes to it later.
    expect(shown(left(view))).toMatch(/⚠ \*facilitator\* {2}Sofia Marques has left/);
    expect(shown(left(view))).toContain(takesOver);
  });

  test('is one line without a button when the role is taken over, when they are back, and when it is over', () => {
    const takeOver = { kind: 'take-role', role: 'facilitator', takeOver: true, from: 'sofia-marques' } as const;
    const texts = [
      told(played([['Daniel Kim', 1, takeOver]], left(begunExercise))),
      told(played([['Sofia Marques', 1, { kind: 'pause' }]], left(begunExercise))),
      told(left(begunExercise), true),
    ];
    expect(texts[0]).toContain('✔ Sofia Marques has left: Daniel Kim is facilitator since.');
    expect(texts[1]).toContain('✔ Sofia Marques is there after all.');
    expect(texts[2]).toContain('✔ Sofia Marques had left; the exercise is over.');
    for (const text of texts) expect(text).not.toContain(takesOver);
  });
});
