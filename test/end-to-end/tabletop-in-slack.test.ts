import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { holdsRole } from '../../domain/exercise-view.ts';
import type { ExerciseView } from '../../domain/exercise-view.ts';
import { exerciseDoId, exerciseOpenId } from '../../views/slack/exercise-actions.ts';
import type { ExerciseForm } from '../../views/slack/exercise-actions.ts';
import { typed } from '../engine/command-line.ts';
import { expectEnding } from '../engine/ending.ts';
import { runMessages, slack, until } from '../engine/outside.ts';
import { killed, startWorldProcess } from '../engine/processes.ts';
import {
  exerciseMessageOf,
  fillIn,
  postsOf,
  pressIn,
  pressPost,
  sendForm,
  untilPosted,
  untilSays,
  untilTold,
  whenExercise,
} from '../engine/exercise-clicks.ts';
import { startLedExercise } from '../engine/exercising.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

/** A whole exercise as people hold it: in Slack, with worker and Slack app as processes that are killed in the middle. */

const channel = 'C0JIRACLOUD';
let world: World;
beforeAll(async () => {
  world = await createWorld({ source: false });
  await world.stopWorkers();
});
afterAll(() => world.close());

const press = (runId: string, user: string, action: string): Promise<void> => pressIn(world, runId, user, action);
const fill = (runId: string, user: string, form: ExerciseForm, fields: Readonly<Record<string, string>>) =>
  fillIn(world, runId, user, form, fields);
const when = (runId: string, ready: (exercise: ExerciseView) => boolean, what: string): Promise<ExerciseView> =>
  whenExercise(world, runId, ready, what);

test('is led by buttons and forms, survives kill -9 of the worker and of the Slack app, and loses and doubles nothing', async () => {
  let worker = await startWorldProcess(world, 'worker');
  let app = await startWorldProcess(world, 'slack');
  try {
    const runId = await startLedExercise(world);
    await press(runId, 'U0HANNAH', exerciseDoId('lead'));
    await press(runId, 'U0HANNAH', exerciseDoId('begin'));
    await when(runId, ({ told }) => told.length === 1, 'the first event is told');

    await killed(worker);
    // Nobody is there to judge it: the engine keeps it, and the person is told just that.
    await press(runId, 'U0JONAS', exerciseDoId('attend'));
    await untilTold(world, 'U0JONAS', /will count when the engine is back/);
    await killed(app);
    worker = await startWorldProcess(world, 'worker');
    app = await startWorldProcess(world, 'slack');
    await when(runId, ({ attendance }) => attendance.some(({ by }) => by.name === 'Jonas Weber'), 'Jonas is there');

    await fill(runId, 'U0PRIYA', 'raise-gap', {
      title: 'No phone list',
      found: 'We asked.',
      severity: 'high',
      ticket: 'now',
    });
    await when(runId, ({ gaps }) => gaps.length === 1, 'the gap is raised');
    await press(runId, 'U0HANNAH', exerciseDoId('next'));
    await when(
      runId,
      ({ told, gaps }) => told.length === 2 && gaps[0]?.ticket !== undefined,
      'told, and the ticket known',
    );
    await killed(worker);
    worker = await startWorldProcess(world, 'worker');
    await fill(runId, 'U0HANNAH', 'end-early', { reason: 'A test.' });
    await when(runId, ({ hotWash }) => hotWash !== undefined, 'the hot-wash');
    await fill(runId, 'U0JONAS', 'answer', { question: '1', text: 'The phone list.' });
    await when(runId, ({ answers }) => answers.length === 1, 'answered');
    await press(runId, 'U0HANNAH', exerciseDoId('close'));

    const run = await expectEnding(world, runId, {
      verdict: 'held',
      findings: ['tabletop:section-of-smoke/no-phone-list'],
      copy: 'none',
    });
    expect(run.projection.exercise?.attendance.map(({ by }) => by.name).toSorted()).toEqual([
      'Hannah Lindqvist',
      'Jonas Weber',
      'Priya Raman',
    ]);
    const events = (await runMessages(world, runId)).filter(({ message }) =>
      JSON.stringify(message).includes('EXERCISE ·'),
    );
    expect(events).toHaveLength(2);
    // Nothing can be added to it any more.
    for (const { message } of events)
      expect(JSON.stringify({ ...message, earlier: undefined })).not.toContain('"actions"');
    expect((await exerciseMessageOf(world, runId))?.text).not.toContain('exercise_do_');
  } finally {
    await worker[Symbol.asyncDispose]();
    await app[Symbol.asyncDispose]();
  }
});

test('is steered in Slack: paused, improvised, brought forward, skipped, somebody lost; the room sees each, and the report has it', async () => {
  await using _worker = await startWorldProcess(world, 'worker');
  await using _app = await startWorldProcess(world, 'slack');
  const runId = await startLedExercise(world);
  await press(runId, 'U0HANNAH', exerciseDoId('lead'));
  await fill(runId, 'U0DANIEL', 'take-role', { role: 'scribe' });
  await fill(runId, 'U0PRIYA', 'take-role', { role: 'incident-commander' });
  await press(runId, 'U0JONAS', exerciseDoId('attend'));
  await when(runId, ({ attendance }) => attendance.length === 4, 'everybody is there');
  await press(runId, 'U0HANNAH', exerciseDoId('begin'));
  await untilPosted(world, runId, /EXERCISE · 1 of 4 · About smoke/);

  // Time and story are the facilitator's; whoever else presses is told whose.
  await press(runId, 'U0JONAS', exerciseDoId('pause'));
  await untilTold(world, 'U0JONAS', /for the facilitator, Hannah Lindqvist/);
  await press(runId, 'U0HANNAH', exerciseDoId('pause'));
  await untilSays(world, runId, /Paused by Hannah Lindqvist/);
  await untilPosted(world, runId, /Hannah Lindqvist paused the exercise/);
  await fill(runId, 'U0HANNAH', 'improvise', { title: 'A dog', from: 'The neighbour', text: 'It barks.' });
  await untilPosted(world, runId, /EXERCISE · A dog.*The neighbour.*It barks\..*improvised/);
  await press(runId, 'U0HANNAH', exerciseDoId('resume'));
  await untilPosted(world, runId, /Hannah Lindqvist resumed the exercise/);
  await untilSays(world, runId, /the story is being told/);
  expect((await exerciseMessageOf(world, runId))?.text).not.toContain('Paused by');

  await press(runId, 'U0HANNAH', exerciseDoId('next'));
  await pressPost(world, runId, 'U0DANIEL', /EXERCISE · 2 of 4 · About fire/, exerciseOpenId('log-decision'));
  await sendForm(world, 'U0DANIEL', 'log-decision', {
    question: 'Run or stay?',
    choice: 'stay',
    owner: 'Priya Raman',
    reason: 'The keys are inside.',
  });
  await when(runId, ({ decisions }) => decisions.length === 1, 'the decision is logged');

  // The one who commands cannot be reached from now on: everybody reads it, the role is free, and she only watches.
  await press(runId, 'U0HANNAH', exerciseDoId('next'));
  await untilPosted(
    world,
    runId,
    /About lost.*Priya Raman cannot be reached.*Priya Raman cannot be reached from now on/,
  );
  await untilSays(world, runId, /○ free: incident-commander, database/);
  await fill(runId, 'U0PRIYA', 'take-role', { role: 'database' });
  await untilTold(world, 'U0PRIYA', /In this story you cannot be reached/);
  await fill(runId, 'U0PRIYA', 'raise-gap', {
    title: 'Nobody noticed that I was gone',
    found: 'I watched.',
    severity: 'medium',
    ticket: 'later',
  });
  await when(runId, ({ gaps }) => gaps.length === 1, 'who is lost raises a gap all the same');
  await fill(runId, 'U0JONAS', 'take-role', { role: 'incident-commander' });
  await untilSays(world, runId, /● \*incident-commander\*  Jonas Weber/);

  await fill(runId, 'U0HANNAH', 'recovered', { proof: 'A customer wrote.' });
  await fill(runId, 'U0HANNAH', 'skip', { reason: 'Known from last year.' });
  await untilSays(world, runId, /3 of 4 events told, 1 skipped/);
  await press(runId, 'U0HANNAH', exerciseDoId('hot-wash'));
  await untilPosted(world, runId, /Hot-wash: the story is told.*What came late\?/);
  await fill(runId, 'U0PRIYA', 'answer', { question: '1', text: 'The hand-over.' });
  await press(runId, 'U0HANNAH', exerciseOpenId('assess'));
  await sendForm(world, 'U0HANNAH', 'assess', { 'fire/1': 'missed' }, 'Look at the fire');
  await fill(runId, 'U0DANIEL', 'settle-gap', { gap: 'G1', what: 'none', reason: 'It is part of the story.' });
  await when(
    runId,
    ({ answers, assessed, gaps }) => answers.length === 1 && 'fire/1' in assessed && gaps[0]?.without !== undefined,
    'talked about',
  );
  await press(runId, 'U0HANNAH', exerciseDoId('close'));

  const run = await expectEnding(world, runId, { verdict: 'held', findings: [], copy: 'none' });
  expect(run.projection.exercise).toMatchObject({
    told: [
      { injectId: 'smoke', how: 'on-time' },
      { injectId: 'fire', how: 'brought-forward' },
      { injectId: 'lost', how: 'brought-forward', unavailable: { name: 'Priya Raman' } },
    ],
    skipped: [{ injectId: 'ashes', reason: 'Known from last year.', by: { personId: 'hannah-lindqvist' } }],
    improvised: [{ id: 'I1', title: 'A dog', from: 'The neighbour', by: { via: 'slack-app' } }],
    recovered: { proof: 'A customer wrote.' },
  });
  // Five things were told to the whole channel: three events, the improvised one, and the hot-wash.
  const told = (await postsOf(world, runId)).filter(({ text }) => /EXERCISE · |Hot-wash: /.test(text));
  expect(told).toHaveLength(5);
  const page = await readFile(join(run.evidence?.path ?? '', 'report.html'), 'utf8');
  const report = (await typed(world, {}, 'report', runId)).out;
  for (const words of ['A dog', 'Known from last year.', 'brought forward', 'Priya Raman', 'A customer wrote.'])
    for (const text of [page, report]) expect(text).toContain(words);
  expect(page).toMatch(/The clock stops[\s\S]{0,200}Hannah Lindqvist/);
  expect(page).toContain('The neighbour');
});

test('is started by /dr start from the scenarios of the company, and led by whoever starts it', async () => {
  await using _worker = await startWorldProcess(world, 'worker');
  await using _app = await startWorldProcess(world, 'slack');
  const text = 'start tabletop-exercise data-centre-fire jira-cloud lead';
  await slack(world, 'POST', 'act/command', { user: 'U0DANIEL', channel, command: '/dr', text });
  let told = '';
  await until(async () => {
    const { messages } = (await slack(world, 'GET', `messages?channel=${channel}&as=U0DANIEL`)) as {
      messages: readonly { readonly text: string }[];
    };
    told = messages.findLast((message) => message.text.includes('Tabletop exercise started'))?.text ?? '';
    return told !== '';
  }, 'Daniel is told that it has started');
  const runId = /tabletop-exercise\/jira-cloud\/-\/[^`]+/.exec(told)?.[0] ?? '';
  const exercise = await when(runId, (view) => holdsRole(view, 'facilitator', 'daniel-kim'), 'Daniel leads it');
  expect(exercise.scenario?.name).toBe('data-centre-fire');
});
