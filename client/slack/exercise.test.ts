import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { exerciseNotice, exercisePost } from '../../domain/exercise-notice.ts';
import { begunExercise, foldedExercise, openedAtMs, plannedExercise, played } from '../../domain/exercise-testing.ts';
import type { ExerciseView } from '../../domain/exercise-view.ts';
import { exampleAddress } from '../../views/example-notices.ts';
import { exerciseDoId, exerciseOpenId } from '../../views/slack/exercise-actions.ts';
import { exerciseMessage, exercisePostMessage } from '../../views/slack/exercise-message.ts';
import { appScene } from './sandbox-harness.ts';
import type { AppScene } from './sandbox-harness.ts';

/** What people press in an exercise, through the real Bolt app; Slack's stand-in refuses what Slack refuses. */

const runId = 'tabletop-exercise/jira-cloud/-/2026Q4';
const heading = { ...exampleAddress, runId, resource: '-' };
let scene: AppScene;
beforeAll(async () => {
  scene = await appScene();
  // One message a second, as in Slack, would make these tests wait for nothing.
  const plenty = { perMinute: 60_000, burst: 10_000 };
  await scene.control('PUT', 'limits', { postMessage: plenty, postMessageWorkspace: plenty });
});
afterAll(() => scene[Symbol.asyncDispose]());
beforeEach(() => void scene.engine.acts.splice(0));

async function shown(view: ExerciseView): Promise<string> {
  const exercise = exerciseNotice(view, openedAtMs + 60_000, false);
  if (exercise === undefined) throw new Error('it is planned');
  return await scene.post(exerciseMessage({ heading, exercise }));
}

const inHotWash = played(
  [
    ['Jonas Weber', 12, { kind: 'raise-gap', title: 'Nobody has the key', found: 'We asked.', ticket: 'later' }],
    ['Sofia Marques', 33, { kind: 'hot-wash' }],
  ],
  begunExercise,
);

describe('a button', () => {
  test.each<[what: string, view: ExerciseView, doing: Parameters<typeof exerciseDoId>[0], act: object]>([
    ['I am here', plannedExercise, 'attend', { kind: 'attend' }],
    ['I lead it', plannedExercise, 'lead', { kind: 'take-role', role: 'facilitator' }],
    ['Next event now', begunExercise, 'next', { kind: 'next', injectId: 'smoke' }],
    ['Pause', begunExercise, 'pause', { kind: 'pause' }],
    ['Resume', played([['Sofia Marques', 1, { kind: 'pause' }]], begunExercise), 'resume', { kind: 'resume' }],
    ['Close', inHotWash, 'close', { kind: 'close' }],
  ])('“%s” is signed for the person who pressed it', async (_, view, doing, act) => {
    const ts = await shown(view);
    const told = scene.nextTold('U0JONAS', (await scene.toldTo('U0JONAS')).length + 1);
    await scene.click('U0JONAS', ts, exerciseDoId(doing));
    expect(await told).toMatch(/✔ Recorded/);
    expect(scene.engine.acts).toMatchObject([{ runId, act, personId: 'jonas-weber', roles: ['service-owner'] }]);
  });

  test('of somebody whom the catalog does not know is refused and kept', async () => {
    const ts = await shown(plannedExercise);
    const told = scene.nextTold('U0STRANGER', (await scene.toldTo('U0STRANGER')).length + 1);
    await scene.click('U0STRANGER', ts, exerciseDoId('attend'));
    expect(await told).toMatch(/does not know you/);
    expect(scene.engine.acts).toEqual([]);
    expect(scene.engine.refused.at(-1)).toMatchObject({ who: 'U0STRANGER', choice: 'attend' });
  });
});

const value = (text: string): object => ({ value: text });

describe('a form', () => {
  const fires = foldedExercise(
    [{ type: 'exercise-inject-told', injectId: 'fire', how: 'on-time', incidentMs: 65 * 60_000 }],
    begunExercise,
  );
  test.each<
    [what: string, view: ExerciseView, form: Parameters<typeof exerciseOpenId>[0], values: object, act: object]
  >([
    [
      'role',
      begunExercise,
      'take-role',
      { role: value('database'), take_over: { value: ['yes'] } },
      { kind: 'take-role', role: 'database', takeOver: true },
    ],
    [
      'decision of the room',
      begunExercise,
      'log-decision',
      {
        question: value('Wait?'),
        options: value('wait\ngo\n\nwait'),
        choice: value('go'),
        owner: value('IC'),
        reason: value('RTO'),
      },
      { kind: 'log-decision', question: 'Wait?', options: ['wait', 'go'], choice: 'go', owner: 'IC', reason: 'RTO' },
    ],
    [
      'gap',
      begunExercise,
      'raise-gap',
      {
        title: value('No key'),
        found: value('We asked.'),
        service: value('identity'),
        severity: value('high'),
        ticket: value('later'),
      },
      {
        kind: 'raise-gap',
        title: 'No key',
        found: 'We asked.',
        service: 'identity',
        severity: 'high',
        ticket: 'later',
      },
    ],
    [
      'gap without a ticket',
      inHotWash,
      'settle-gap',
      { gap: value('G1'), what: value('none'), reason: value('Known.') },
      { kind: 'no-ticket', gapId: 'G1', reason: 'Known.' },
    ],
    ['skip', begunExercise, 'skip', { reason: value('Known.') }, { kind: 'skip', injectId: 'smoke', reason: 'Known.' }],
    [
      'improvisation',
      begunExercise,
      'improvise',
      { title: value('A dog'), from: value(''), text: value('It barks.') },
      { kind: 'improvise', title: 'A dog', text: 'It barks.' },
    ],
    ['recovery', begunExercise, 'recovered', { proof: value('A write.') }, { kind: 'recovered', proof: 'A write.' }],
    ['early end', begunExercise, 'end-early', { reason: value('Lunch.') }, { kind: 'hot-wash', endEarly: 'Lunch.' }],
    [
      'answer',
      inHotWash,
      'answer',
      { question: value('2'), text: value('The lag.') },
      { kind: 'answer', question: 2, text: 'The lag.' },
    ],
  ])('for a %s opens from the click, and what is filled in is what is done', async (_, view, form, values, act) => {
    const ts = await shown(view);
    await scene.click('U0PRIYA', ts, exerciseOpenId(form));
    const told = scene.nextTold('U0PRIYA', (await scene.toldTo('U0PRIYA')).length + 1);
    await scene.submit('U0PRIYA', values);
    expect(await told).toMatch(/✔ Recorded/);
    expect(scene.engine.acts).toMatchObject([{ runId, act, personId: 'priya-raman' }]);
  });

  test('below an event has its question and options, and takes the room’s own idea, too', async () => {
    const event = { type: 'exercise-inject-told', injectId: 'fire', how: 'on-time', incidentMs: 1 } as const;
    const post = exercisePost(fires, event, openedAtMs);
    if (post === undefined) throw new Error('it is told');
    const ts = await scene.post(exercisePostMessage(heading, post));
    await scene.click('U0PRIYA', ts, exerciseOpenId('log-decision'));
    const told = scene.nextTold('U0PRIYA', (await scene.toldTo('U0PRIYA')).length + 1);
    await scene.submit('U0PRIYA', {
      question: value('What about the fire?'),
      choice: value('-other-'),
      other: value('hide'),
      owner: value('IC'),
      reason: value('So.'),
    });
    expect(await told).toMatch(/✔/);
    expect(scene.engine.acts).toMatchObject([
      { act: { kind: 'log-decision', injectId: 'fire', options: ['run', 'stay', 'hide'], choice: 'hide' } },
    ]);
  });

  test('that lacks a reason says so and stays open', async () => {
    const ts = await shown(inHotWash);
    await scene.click('U0PRIYA', ts, exerciseOpenId('settle-gap'));
    const answer = await scene.submit('U0PRIYA', { gap: value('G1'), what: value('none') });
    expect(JSON.stringify(answer)).toContain('Say why it gets none');
    expect(scene.engine.acts).toEqual([]);
  });
});

test('what the room is expected to do is not in what everybody sees', async () => {
  const texts = [plannedExercise, begunExercise, inHotWash].map((view) => {
    const exercise = exerciseNotice(view, openedAtMs, false);
    return exercise === undefined ? '' : JSON.stringify(exerciseMessage({ heading, exercise }));
  });
  for (const text of texts) {
    expect(text).not.toContain('Look at the');
    expect(text).not.toContain('About lost');
  }
});
