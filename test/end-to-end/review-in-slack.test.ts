import { afterAll, beforeAll, expect, test } from 'vitest';
import { slackActions, slackModals } from '../../views/slack/actions.ts';
import { askedItems, unansweredItems } from '../../domain/review-view.ts';
import { expectEnding } from '../engine/ending.ts';
import { runMessages, slack, until } from '../engine/outside.ts';
import { startWorldProcess } from '../engine/processes.ts';
import {
  closes,
  createReviewScene,
  formOf,
  isAnswers,
  press,
  says,
  sends,
  signsOff,
  viewsOf,
} from '../engine/review-clicks.ts';
import { reviewOf, untilReview } from '../engine/reviewing.ts';
import type { World } from '../engine/world.ts';

/** A whole review as people hold it in Slack: real Bolt in its own process, worker processes that are killed in the middle. */

const channel = 'C0JIRACLOUD';
let scene: Awaited<ReturnType<typeof createReviewScene>>;
let world: World;
beforeAll(async () => {
  scene = await createReviewScene();
  ({ world } = scene);
});
afterAll(() => scene[Symbol.asyncDispose]());

test('a whole review in Slack: forms page by page, delegated, the worker killed in the middle, signed, and the ticket filed', async () => {
  await world.stopWorkers();
  await using firstWorker = await startWorldProcess(world, 'worker');
  const command = { user: 'U0DANIEL', channel, command: '/dr', text: 'start documentation-review jira-cloud' };
  await slack(world, 'POST', 'act/command', command);
  let runId = '';
  await until(async () => {
    const { messages } = (await slack(world, 'GET', `messages?channel=${channel}&as=U0DANIEL`)) as {
      messages: readonly { text: string }[];
    };
    runId = /documentation-review\/jira-cloud\/-\/\S+?(?=`)/.exec(JSON.stringify(messages))?.[0] ?? '';
    return runId !== '';
  }, 'the review is started from Slack');
  const view = await untilReview(world, runId, ({ asked }) => asked !== undefined, 'asked');
  await until(
    async () => (await runMessages(world, runId)).some(({ key }) => key === 'review'),
    'its message is there',
  );

  // The champion opens the form: a difference without a reason is refused beside its field.
  await press(world, 'U0PRIYA', runId, slackActions.reviewAnswer);
  const page = await formOf(world, 'U0PRIYA', isAnswers, 'the first page');
  expect(says(page)).toMatch(/Facts 1–10 of 20/);
  const version = askedItems(view).find(({ key }) => key.endsWith('engine-version'));
  const block = `answer:${version?.id}:different`;
  const noReason = await slack(world, 'POST', 'act/submit', {
    user: 'U0PRIYA',
    view_id: page.id,
    values: { [block]: 'document-wrong' },
  });
  expect(noReason).toMatchObject({ status: 'errors' });
  expect(JSON.stringify(noReason)).toContain('Say why');
  const saved = await sends(world, 'U0PRIYA', page, (one) => (one === block ? 'document-wrong' : 'right'));
  expect(saved).toMatchObject({ status: 'ok' });
  const second = await formOf(
    world,
    'U0PRIYA',
    (one) => isAnswers(one) && says(one).includes('Facts 11–20'),
    'the next page',
  );
  await closes(world, 'U0PRIYA', second);

  // She hands the rest to somebody whom the catalog knows; the worker dies, and another takes over.
  await press(world, 'U0PRIYA', runId, slackActions.reviewDelegate);
  const hand = await formOf(
    world,
    'U0PRIYA',
    ({ callback_id }) => callback_id === slackModals.reviewDelegate,
    'whom to ask',
  );
  await slack(world, 'POST', 'act/submit', { user: 'U0PRIYA', view_id: hand.id, values: { person: 'U0SOFIA' } });
  await untilReview(world, runId, ({ delegations }) => delegations.length === 1, 'delegated');
  firstWorker.child.kill('SIGKILL');
  await using _secondWorker = await startWorldProcess(world, 'worker');
  await until(
    async () => (await runMessages(world, runId)).some(({ message }) => JSON.stringify(message).includes('<@U0SOFIA>')),
    'Sofia is told',
  );

  // She comes back to the page where something is open, and signs what follows it.
  await press(world, 'U0SOFIA', runId, slackActions.reviewAnswer);
  const rest = await formOf(world, 'U0SOFIA', isAnswers, 'the page with what is open');
  expect(says(rest)).toContain('Facts 11–20');
  await sends(world, 'U0SOFIA', rest, () => 'right');
  await untilReview(world, runId, (now) => unansweredItems(now).length === 0, 'answered');
  await until(
    async () => (await viewsOf(world, 'U0SOFIA')).some(({ callback_id }) => callback_id !== slackModals.reviewAnswer),
    'the form has gone on',
  );
  await closes(world, 'U0SOFIA', rest);
  await signsOff(world, 'U0SOFIA', runId);

  const run = await expectEnding(world, runId, {
    verdict: 'corrections-needed',
    findings: ['document-fact:recovery:recovery.md#issues-db.engine-version/document-wrong'],
    copy: 'none',
  });
  const { answers, signedOff } = reviewOf(run);
  expect(signedOff).toMatchObject({ by: { personId: 'sofia-marques', via: 'slack-app' } });
  expect(new Set(Object.values(answers).map(({ by }) => by.personId))).toEqual(
    new Set(['priya-raman', 'sofia-marques']),
  );
  expect(Object.values(answers).every(({ times }) => times === 1)).toBe(true);
  const message = (await runMessages(world, runId)).find(({ key }) => key === 'review')?.message as { blocks: unknown };
  const words = JSON.stringify(message.blocks);
  expect(words).toContain('Signed off by Sofia Marques');
  expect(words).not.toContain(`"${slackActions.reviewAnswer}"`);
});
