import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExerciseView } from '../../domain/exercise-view.ts';
import { unansweredItems } from '../../domain/review-view.ts';
import { reasonInput, slackActions, slackModals } from '../../views/slack/actions.ts';
import { exerciseDoId, exerciseFormId, exerciseOpenId } from '../../views/slack/exercise-actions.ts';
import { startTest, untilAsked } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';
import { runMessages, slack, until } from '../engine/outside.ts';
import { killed, startWorldProcess } from '../engine/processes.ts';
import type { WorldProcess } from '../engine/processes.ts';
import {
  reviewOf,
  startReview,
  untilReview,
  untilReviewAsked,
  withReviewedDocument,
  writeDocument,
} from '../engine/reviewing.ts';
import { startLedExercise } from '../engine/exercising.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';
import { formBefore, openedBy, persistently, press, send } from '../faults/slack-hands.ts';
import type { Form } from '../faults/slack-hands.ts';

/**
 * The Slack app dies (kill -9) with what somebody has just sent: while nobody takes it, since no worker runs, and right after
 * it was saved. What was typed is never lost, and counts once.
 */

const channel = 'C0JIRACLOUD';
let world: World;
let worker: WorldProcess;
let source: WorldProcess;
let app: WorldProcess;
beforeAll(async () => {
  world = await createWorld({ source: false, catalog: withReviewedDocument() });
  await writeDocument(world, { version: '16.4' });
  await world.stopWorkers();
  worker = await startWorldProcess(world, 'worker');
  source = await startWorldProcess(world, 'source');
  app = await startWorldProcess(world, 'slack');
});
afterAll(async () => {
  await source[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
  await worker[Symbol.asyncDispose]();
  await world.close();
});

const opened = (user: string, runId: string, action: string, form: string): Promise<Form> =>
  openedBy(world, { user, channel, runId, action }, form);

/**
 * Sends a form while no worker runs, and kills the app that waits for an answer. Slack says that it did not arrive and
 * keeps the form; when all is back, it is sent again as it is.
 */
async function sentInVain(user: string, form: Form, values: Readonly<Record<string, unknown>>): Promise<void> {
  await killed(worker);
  const sending = slack(world, 'POST', 'act/submit', { user, view_id: form.id, values });
  // It has reached the app by then or it has not: both have to come to the same.
  await new Promise((resolve) => setTimeout(resolve, 700));
  await killed(app);
  expect(await sending).not.toMatchObject({ status: 'ok' });
  worker = await startWorldProcess(world, 'worker');
  app = await startWorldProcess(world, 'slack');
  await persistently(() => send(world, user, form));
}

/** Chooses and types for every fact of a page: the version is wrong, the rest is right. */
const filled = ({ blocks }: Form): Record<string, unknown> =>
  Object.fromEntries(
    blocks.flatMap(({ block_id: block = '' }): [string, unknown][] => {
      const [what, , outcome] = block.split(':');
      if (what === 'answer') return [[block, outcome === 'different' ? 'document-wrong' : 'right']];
      return what === 'comment' ? [[block, 'I looked.']] : [];
    }),
  );

test('in the middle of a review: answers that nobody took are still in their form, saved ones count once', async () => {
  const user = 'U0PRIYA';
  const runId = await startReview(world);
  await untilReviewAsked(world, runId);
  const first = await opened(user, runId, slackActions.reviewAnswer, slackModals.reviewAnswer);
  await sentInVain(user, first, filled(first));
  await untilReview(world, runId, ({ answers }) => Object.keys(answers).length === 10, 'the first page is saved');

  // Saved, and the form has gone on to the next page; the app that showed it is gone.
  await killed(app);
  app = await startWorldProcess(world, 'slack');
  const second = await formBefore(world, { user, runId }, slackModals.reviewAnswer);
  expect(second.blocks).not.toEqual(first.blocks);
  await persistently(() => send(world, user, second, filled(second)));
  await untilReview(world, runId, (review) => unansweredItems(review).length === 0, 'all is answered');

  const signature = await formBefore(world, { user, runId }, slackModals.reviewSignOff);
  await send(world, user, signature);
  await killed(app);
  app = await startWorldProcess(world, 'slack');
  const run = await expectEnding(world, runId, {
    verdict: 'corrections-needed',
    findings: ['document-fact:recovery:recovery.md#issues-db.engine-version/document-wrong'],
    copy: 'none',
  });
  expect(Object.values(reviewOf(run).answers).map(({ times }) => times)).toEqual(Array.from({ length: 20 }, () => 1));
});

test('in the middle of an exercise: a gap that nobody took is still in its form, and is raised once', async () => {
  const runId = await startLedExercise(world);
  const when = (ready: (exercise: ExerciseView) => boolean, what: string): Promise<unknown> =>
    world.runWhen(runId, ({ projection: { exercise } }) => exercise?.scenario !== undefined && ready(exercise), what);
  const pressed = (user: string, action: string): Promise<void> =>
    persistently(() => press(world, { user, channel, runId, action }));
  await pressed('U0HANNAH', exerciseDoId('lead'));
  await when(({ holders }) => holders['facilitator'] !== undefined, 'Hannah leads');
  await pressed('U0HANNAH', exerciseDoId('begin'));
  await when(({ told }) => told.length === 1, 'the first event is told');

  const gap = await opened('U0PRIYA', runId, exerciseOpenId('raise-gap'), exerciseFormId('raise-gap'));
  const words = { title: 'No phone list', found: 'We asked.', severity: 'high', ticket: 'now' };
  await sentInVain(
    'U0PRIYA',
    gap,
    Object.fromEntries(Object.entries(words).map(([block, value]) => [block, { value }])),
  );
  await when(({ gaps }) => gaps.length === 1 && gaps[0]?.ticket !== undefined, 'the gap has its ticket');

  await persistently(() =>
    press(world, { user: 'U0HANNAH', channel, runId, action: exerciseDoId('next'), about: 'fire' }),
  );
  await when(({ told }) => told.length === 2, 'half of the story is told');
  const end = await opened('U0HANNAH', runId, exerciseOpenId('end-early'), exerciseFormId('end-early'));
  await send(world, 'U0HANNAH', end, { reason: { value: 'A test.' } });
  await killed(app);
  app = await startWorldProcess(world, 'slack');
  await when(({ hotWash }) => hotWash !== undefined, 'the hot-wash');
  await pressed('U0HANNAH', exerciseDoId('close'));
  await expectEnding(world, runId, {
    verdict: 'held',
    findings: ['tabletop:section-of-smoke/no-phone-list'],
    copy: 'none',
  });
});

test('in the middle of a gate: a reason that nobody took is still in its form, and rejects once', async () => {
  const runId = await startTest(world);
  await untilAsked(world, runId);
  await until(
    async () => (await runMessages(world, runId)).some(({ key }) => key === 'gate:admission:1'),
    'the question is in Slack',
  );
  const form = await opened('U0JONAS', runId, slackActions.reject, slackModals.reject);
  await sentInVain('U0JONAS', form, { [reasonInput.block]: { [reasonInput.action]: 'Not today.' } });
  const run = await expectEnding(world, runId, {
    verdict: 'aborted',
    reason: /Jonas Weber rejected it: Not today/,
    findings: ['held/gate-rejected'],
    copy: 'none',
  });
  expect(run.projection.gates.flatMap(({ decisions }) => decisions)).toHaveLength(1);
});
