import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTabletopExercise } from '../../client/runs/start-tabletop-exercise.ts';
import type { ExerciseAct } from '../../domain/exercise-acts.ts';
import { policyForTests, scenarioForTests } from '../../domain/exercise-testing.ts';
import type { ExercisePolicy } from '../../domain/exercise.ts';
import type { ExerciseView } from '../../domain/exercise-view.ts';
import { exerciseReport } from '../../views/terminal/exercise-report.ts';
import type { Scenario } from '../../domain/scenario.ts';
import type { StoredRun } from '../../store/read.ts';
import { act, actUntilAnswered, untilSealed } from '../engine/acting.ts';
import type { PersonName } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';
import { jira, jiraIssues, runMessages, until, webhookMessages } from '../engine/outside.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld({ source: false });
});
afterAll(() => world.close());

const second = 1 / 60;
/** The scenario of the unit tests with the minutes of its events chosen by the test. */
const scenarioAt = (minutes: readonly number[]): Scenario => ({
  ...scenarioForTests,
  injects: scenarioForTests.injects.map((inject, index) => ({ ...inject, minute: minutes[index] ?? 600 })),
});
/** Only the first event comes by itself; the others when the facilitator wants them. */
const byHand = scenarioAt([0, 600, 660, 720]);

async function start(
  options: { scenario?: Scenario; services?: readonly string[]; policy?: Partial<ExercisePolicy> } = {},
): Promise<string> {
  const { runId } = await startTabletopExercise(world.runs, {
    scenario: options.scenario ?? byHand,
    services: options.services ?? ['jira-cloud'],
    policy: { ...policyForTests, ...options.policy },
    initiator: { personId: 'daniel-kim', name: 'Daniel Kim' },
    via: 'cli',
  });
  return runId;
}

async function does(runId: string, person: PersonName, what: ExerciseAct): Promise<void> {
  const result = await actUntilAnswered(world, runId, person, what);
  expect(result.outcome, `${person}, ${what.kind}: ${result.text}`).toBe('accepted');
}

const exerciseOf = (run: StoredRun): ExerciseView => {
  if (run.projection.exercise === undefined) throw new Error(`${run.runId} is no exercise`);
  return run.projection.exercise;
};
const when = async (runId: string, ready: (exercise: ExerciseView) => boolean, what: string): Promise<ExerciseView> =>
  exerciseOf(
    await world.runWhen(
      runId,
      ({ projection }) => projection.exercise !== undefined && ready(projection.exercise),
      what,
    ),
  );

/** Hannah leads, Daniel writes, Priya commands, Jonas is there. */
async function begin(runId: string): Promise<void> {
  await does(runId, 'hannah', { kind: 'take-role', role: 'facilitator' });
  await does(runId, 'daniel', { kind: 'take-role', role: 'scribe' });
  await does(runId, 'priya', { kind: 'take-role', role: 'incident-commander' });
  await does(runId, 'jonas', { kind: 'attend' });
  await does(runId, 'hannah', { kind: 'begin' });
}

const gap = { kind: 'raise-gap', title: 'Nobody has the key', found: 'We asked three people.' } as const;

test('an exercise from its start to its report: story, decisions, a gap with its ticket, evidence that verifies', async () => {
  const runId = await start();
  expect(await actUntilAnswered(world, runId, 'hannah', { kind: 'begin' })).toMatchObject({
    outcome: 'refused',
    code: 'facilitator-only',
  });
  await begin(runId);
  await when(runId, ({ told }) => told.length === 1, 'the first event is told by itself');
  await does(runId, 'hannah', { kind: 'next' });
  await does(runId, 'daniel', {
    kind: 'log-decision',
    injectId: 'fire',
    question: 'Run or stay?',
    options: ['run', 'stay'],
    choice: 'stay',
    owner: 'Priya Raman',
    reason: 'The keys are inside.',
  });
  await does(runId, 'hannah', { kind: 'next' });
  const lost = await when(runId, ({ unavailable }) => unavailable.length > 0, 'somebody is lost');
  expect(lost.unavailable).toEqual([{ personId: 'priya-raman', name: 'Priya Raman' }]);
  expect(await actUntilAnswered(world, runId, 'priya', { kind: 'take-role', role: 'database' })).toMatchObject({
    code: 'unavailable',
  });
  await does(runId, 'jonas', { kind: 'take-role', role: 'incident-commander' });
  await does(runId, 'jonas', gap);
  await does(runId, 'priya', { ...gap, title: 'Nobody noticed that I was gone', ticket: 'later' });
  await does(runId, 'hannah', { kind: 'recovered', proof: 'A customer wrote.' });
  await does(runId, 'hannah', { kind: 'skip', reason: 'Known from last year.' });
  await does(runId, 'hannah', { kind: 'hot-wash' });
  await does(runId, 'priya', { kind: 'answer', question: 1, text: 'The hand-over.' });
  await does(runId, 'hannah', {
    kind: 'assess',
    actions: [{ id: 'fire/1', outcome: 'missed', note: 'Nobody looked.' }],
  });

  const ticketed = await when(runId, ({ gaps }) => gaps[0]?.ticket !== undefined, 'the run knows the ticket');
  expect(await actUntilAnswered(world, runId, 'hannah', { kind: 'close' })).toMatchObject({
    outcome: 'refused',
    code: 'gaps-open',
  });
  await does(runId, 'daniel', { kind: 'no-ticket', gapId: 'G2', reason: 'It is part of the story.' });
  await does(runId, 'hannah', { kind: 'close' });

  const run = await expectEnding(world, runId, {
    verdict: 'held',
    findings: ['tabletop:section-of-lost/nobody-has-the-key'],
    copy: 'none',
  });
  const [issue] = (await jiraIssues(world)).filter(({ runs }) => runs.includes(runId));
  expect(ticketed.gaps[0]?.ticket?.key).toBe(issue?.key);
  expect(issue?.text).toContain('We asked three people.');
  expect(run.projection.judged).toMatchObject({
    results: expect.arrayContaining([{ name: 'Decisions', text: '1 logged, 0 of 1 as expected' }]),
  });
  const page = await readFile(join(run.evidence?.path ?? '', 'report.html'), 'utf8');
  for (const text of [
    'Evaluate: decisions',
    'expected: run',
    'Nobody looked.',
    'Priya Raman',
    issue?.key ?? '?',
    'It is part of the story.',
  ])
    expect(page).toContain(text);

  const messages = await runMessages(world, runId);
  const posts = JSON.stringify(messages.filter(({ key }) => key.startsWith('post:')));
  expect(posts).toContain('Priya Raman cannot be reached');
  // What the room is expected to do, and what teams do wrong, is for the report.
  expect(JSON.stringify(messages)).not.toContain('Write the fire down');
});

test('the next exercise of the service is compared with it', async () => {
  const runId = await start();
  await begin(runId);
  await does(runId, 'hannah', { kind: 'next' });
  await does(runId, 'hannah', { kind: 'hot-wash', endEarly: 'Lunch.' });
  await does(runId, 'hannah', { kind: 'close' });
  const run = await untilSealed(world, runId);
  expect(exerciseOf(run).last).toMatchObject({
    scenario: 'small-fire',
    told: 3,
    gaps: [
      { title: 'Nobody has the key', ticket: expect.stringMatching(/^DR-/) },
      { title: 'Nobody noticed that I was gone' },
    ],
  });
});

describe('the story', () => {
  test('is told by itself, minute by minute, and stands still while it is paused', async () => {
    const runId = await start({ scenario: scenarioAt([0, 2 * second, 4 * second, 6 * second]) });
    await begin(runId);
    await when(runId, ({ told }) => told.length >= 1, 'the first event');
    await does(runId, 'hannah', { kind: 'pause', reason: 'Coffee.' });
    const paused = await when(runId, (exercise) => exercise.paused !== undefined, 'paused');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(exerciseOf(await world.runWhen(runId, () => true, 'there')).told).toHaveLength(paused.told.length);
    await does(runId, 'hannah', { kind: 'resume' });
    const told = await when(runId, (exercise) => exercise.told.length === 4, 'all of it');
    expect(told.told.map(({ injectId, how }) => `${injectId} ${how}`)).toEqual([
      'smoke on-time',
      'fire on-time',
      'lost on-time',
      'ashes on-time',
    ]);
    await does(runId, 'hannah', { kind: 'hot-wash' });
    await does(runId, 'hannah', { kind: 'close' });
    await expectEnding(world, runId, { verdict: 'held', findings: [], copy: 'none' });
  });

  test('waits for an engine that was away, and what people did meanwhile counts once it is back', async () => {
    const runId = await start({
      scenario: scenarioAt([0, 3 * second, 4 * second, 600]),
      policy: { lateToleranceMs: 2000 },
    });
    await begin(runId);
    await when(runId, ({ told }) => told.length === 1, 'the first event');
    await world.stopWorkers();
    await new Promise((resolve) => setTimeout(resolve, 8000));
    const queued = await act(world, runId, 'hannah', { kind: 'pause' });
    expect(queued.outcome).toBe('queued');
    await world.startWorkers();
    const back = await when(runId, (exercise) => exercise.paused !== undefined, 'the pause counts');
    expect(back.heldUpMs).toBeGreaterThan(4000);
    // The one that was due is told, and the one a second later keeps its distance.
    expect(back.told.map(({ injectId }) => injectId)).toEqual(['smoke', 'fire']);
    await does(runId, 'hannah', { kind: 'hot-wash', endEarly: 'A test.' });
    await does(runId, 'hannah', { kind: 'close' });
    await expectEnding(world, runId, { verdict: 'held', findings: [], copy: 'none' });
  });
});

test('a gap whose ticket Jira does not confirm keeps it open, until somebody says why it has none; the ticket comes later', async () => {
  const runId = await start();
  await begin(runId);
  await does(runId, 'hannah', { kind: 'next' });
  await jira(world, 'POST', 'faults', { path: '/', kind: 'down' });
  await does(runId, 'jonas', { ...gap, title: 'The phone list is in the lost Region' });
  await does(runId, 'hannah', { kind: 'hot-wash', endEarly: 'A test.' });
  const refused = await actUntilAnswered(world, runId, 'hannah', { kind: 'close' });
  expect(refused).toMatchObject({ code: 'gaps-open', text: expect.stringMatching(/Jira has not confirmed/) });
  await does(runId, 'jonas', { kind: 'no-ticket', gapId: 'G1', reason: 'Jira is down.' });
  await does(runId, 'hannah', { kind: 'close' });
  await world.runWhen(runId, ({ projection }) => projection.judged !== undefined, 'judged while Jira is down');
  await jira(world, 'DELETE', 'faults');
  await expectEnding(world, runId, {
    verdict: 'held',
    findings: ['tabletop:section-of-fire/the-phone-list-is-in-the-lost-region'],
    copy: 'none',
  });
});

test('the same click counts once, however often it arrives', async () => {
  const runId = await start();
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => actUntilAnswered(world, runId, 'jonas', { kind: 'attend' }, 'the-same-click')),
  );
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect((await when(runId, ({ attendance }) => attendance.length > 0, 'there')).attendance).toHaveLength(1);
});

describe('an exercise that is not held', () => {
  test('of which only one service had its people there gives no credit to the other, and says so', async () => {
    const runId = await start({ services: ['jira-cloud', 'identity'] });
    await begin(runId);
    await does(runId, 'hannah', { kind: 'next' });
    await does(runId, 'hannah', { kind: 'hot-wash', endEarly: 'A test.' });
    await does(runId, 'hannah', { kind: 'close' });
    const { projection } = await untilSealed(world, runId);
    expect(projection.judged).toMatchObject({
      verdict: 'held-without-credit',
      reason: expect.stringMatching(/Identity/),
    });
    expect(projection.findings).toMatchObject([{ service: 'identity', cause: 'nobody-took-part' }]);
  });

  test('because nobody began it ends by itself, reminded before', async () => {
    const runId = await start({ policy: { beginWithinMs: 8000, remindEveryMs: 1500 } });
    const run = await expectEnding(world, runId, {
      verdict: 'aborted',
      reason: /Nobody began the exercise within 8 s/,
      findings: ['tabletop-exercise/not-begun'],
      copy: 'none',
    });
    expect(exerciseOf(run).reminders.length).toBeGreaterThan(0);
  });

  test('reminds by name who has it in hand, asks again about an event that nobody answers, and escalates to the second channel', async () => {
    const escalations = [{ afterMs: 1500, roles: ['leadership' as const], secondChannel: true }];
    const answerEscalations = [
      { afterMs: 1000, roles: ['incident-commander' as const], secondChannel: false },
      { afterMs: 1500, roles: ['service-owner' as const], secondChannel: true },
    ];
    const runId = await start({
      policy: { escalations, answerWithinMs: 500, answerEscalations, closeWithinMs: 12_000 },
    });
    const told = async (words: RegExp): Promise<boolean> =>
      (await runMessages(world, runId))
        .filter(({ key }) => key.startsWith('exercise-reminder:'))
        .some(({ message }) => words.test(JSON.stringify(message)));
    // Nobody has taken a role: those who answer for the service, and leadership.
    await until(() => told(/<@U0JONAS>.*<@U0PRIYA>.*<@U0AMARA>.*Overdue.*Free: facilitator, scribe/), 'escalated');
    await begin(runId);
    await until(() => told(/No decision is logged yet for/), 'the event that nobody answers');
    // Whoever commands in the exercise stands for the company's incident commander; then the owner.
    await until(() => told(/<@U0DANIEL> <@U0HANNAH> <@U0PRIYA> Still no decision/), 'escalated to who commands');
    await until(() => told(/<@U0DANIEL> <@U0HANNAH> <@U0JONAS> Still no decision/), 'escalated to the owner');
    const status = async (): Promise<string> =>
      JSON.stringify((await runMessages(world, runId)).filter(({ key }) => key === 'exercise'));
    await until(async () => /Asked in vain.*About smoke/.test(await status()), 'the message says what waits');
    // It has asked for help and decided nothing.
    expect((await when(runId, ({ reminders }) => reminders.length >= 4, 'all of it is kept')).decisions).toEqual([]);
    await does(runId, 'hannah', { kind: 'hot-wash', endEarly: 'Lunch.' });
    const run = await expectEnding(world, runId, {
      verdict: 'aborted',
      reason: /not closed within 12 s of the beginning of its hot-wash/,
      findings: ['tabletop-exercise/not-closed-in-time'],
      copy: 'none',
    });
    const { reminders } = exerciseOf(run);
    expect(reminders.flatMap(({ injectId, escalatedTo }) => (escalatedTo ? [[injectId, escalatedTo]] : []))).toEqual([
      [undefined, ['leadership']],
      ['smoke', ['incident-commander']],
      ['smoke', ['service-owner']],
      [undefined, ['leadership']],
    ]);
    expect(reminders.filter(({ injectId }) => injectId !== undefined)).toHaveLength(3);
    const report = exerciseReport(run.projection, 200).flatMap(({ lines }) => lines);
    expect(report.join('\n')).toMatch(
      /escalated to service owner: Still no decision[^]*no decision: About smoke \(asked about again 3 times\)/,
    );
    const webhook = async () =>
      (await webhookMessages(world)).map(({ json }) => JSON.stringify(json)).filter((text) => text.includes(runId));
    await until(
      async () => (await webhook()).filter((text) => text.includes('exercise-reminder')).length === 3,
      'its escalations on the second channel',
    );
  });

  test('because nobody closed it keeps every gap as a finding', async () => {
    const runId = await start({ policy: { finalDeadlineMs: 12_000 } });
    await begin(runId);
    await does(runId, 'jonas', { ...gap, title: 'Left open', ticket: 'later' });
    await expectEnding(world, runId, {
      verdict: 'aborted',
      findings: ['tabletop-exercise/not-closed-in-time', 'tabletop:section-of-smoke/left-open'],
      copy: 'none',
    });
  });
});
