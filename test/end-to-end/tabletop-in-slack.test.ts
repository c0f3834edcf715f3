import { afterAll, beforeAll, expect, test } from 'vitest';
import { holdsRole } from '../../domain/exercise-view.ts';
import type { ExerciseView } from '../../domain/exercise-view.ts';
import { exerciseDoId, exerciseOpenId } from '../../views/slack/exercise-actions.ts';
import { expectEnding } from '../engine/ending.ts';
import { runMessages, slack, until } from '../engine/outside.ts';
import { killed, startWorldProcess } from '../engine/processes.ts';
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

async function messageOf(runId: string): Promise<{ readonly ts: string; readonly text: string } | undefined> {
  const found = (await runMessages(world, runId)).find(({ key }) => key === 'exercise')?.message as
    | { readonly ts: string }
    | undefined;
  return found === undefined ? undefined : { ts: found.ts, text: JSON.stringify({ ...found, earlier: undefined }) };
}

/** Presses a button of the exercise's message, as soon as the message has it. */
async function press(runId: string, user: string, action: string): Promise<void> {
  await until(async () => (await messageOf(runId))?.text.includes(`"${action}"`) === true, `there is ${action}`);
  const ts = (await messageOf(runId))?.ts;
  expect(await slack(world, 'POST', 'act/click', { user, channel, ts, action_id: action })).toMatchObject({
    status: 'ok',
  });
}

/** Presses a button that opens a form, fills it in and sends it. */
async function fill(
  runId: string,
  user: string,
  action: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  await press(runId, user, action);
  const opened = async (): Promise<string | undefined> =>
    ((await slack(world, 'GET', 'views')) as { views: readonly { readonly id: string }[] }).views[0]?.id;
  await until(async () => (await opened()) !== undefined, 'the form is open');
  const fields = Object.fromEntries(Object.entries(values).map(([block, value]) => [block, { value }]));
  const view_id = await opened();
  expect(await slack(world, 'POST', 'act/submit', { view_id, user, values: fields })).toMatchObject({ status: 'ok' });
}

const when = async (runId: string, ready: (exercise: ExerciseView) => boolean, what: string): Promise<ExerciseView> => {
  const run = await world.runWhen(
    runId,
    ({ projection }) => projection.exercise !== undefined && ready(projection.exercise),
    what,
  );
  if (run.projection.exercise === undefined) throw new Error('it is an exercise');
  return run.projection.exercise;
};

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
    await until(async () => {
      const { messages } = (await slack(world, 'GET', `messages?channel=${channel}&as=U0JONAS`)) as {
        messages: readonly { readonly text: string; readonly ephemeral?: boolean }[];
      };
      return messages.some(
        ({ text, ephemeral }) => ephemeral === true && text.includes('will count when the engine is back'),
      );
    }, 'Jonas is told that it is recorded');
    await killed(app);
    worker = await startWorldProcess(world, 'worker');
    app = await startWorldProcess(world, 'slack');
    await when(runId, ({ attendance }) => attendance.some(({ by }) => by.name === 'Jonas Weber'), 'Jonas is there');

    await fill(runId, 'U0PRIYA', exerciseOpenId('raise-gap'), {
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
    await fill(runId, 'U0HANNAH', exerciseOpenId('end-early'), { reason: 'A test.' });
    await when(runId, ({ hotWash }) => hotWash !== undefined, 'the hot-wash');
    await fill(runId, 'U0JONAS', exerciseOpenId('answer'), { question: '1', text: 'The phone list.' });
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
    expect((await messageOf(runId))?.text).not.toContain('exercise_do_');
  } finally {
    await worker[Symbol.asyncDispose]();
    await app[Symbol.asyncDispose]();
  }
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
