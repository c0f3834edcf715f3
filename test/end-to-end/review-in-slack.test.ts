import { afterAll, beforeAll, expect, test } from 'vitest';
import { slackActions, slackModals } from '../../views/slack/actions.ts';
import { askedItems, unansweredItems } from '../../domain/review-view.ts';
import { expectEnding } from '../engine/ending.ts';
import { runMessages, slack, until } from '../engine/outside.ts';
import { startWorldProcess } from '../engine/processes.ts';
import type { WorldProcess } from '../engine/processes.ts';
import { reviewOf, untilReview, withReviewedDocument, writeDocument } from '../engine/reviewing.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

/** A whole review as people hold it in Slack: real Bolt in its own process, worker processes that are killed in the middle. */

const channel = 'C0JIRACLOUD';
let world: World;
let app: WorldProcess;
beforeAll(async () => {
  world = await createWorld({ source: false, catalog: withReviewedDocument() });
  await writeDocument(world, { version: '16.4' });
  app = await startWorldProcess(world, 'slack');
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await world.close();
});

interface OpenView {
  readonly id: string;
  readonly callback_id: string;
  readonly blocks: readonly { readonly type: string; readonly block_id?: string }[];
}

async function viewsOf(user: string): Promise<readonly OpenView[]> {
  const { views } = (await slack(world, 'GET', 'views')) as {
    views: readonly { readonly id: string; readonly user: string; readonly view: Omit<OpenView, 'id'> }[];
  };
  return views.filter((one) => one.user === user).map(({ id, view }) => ({ ...view, id }));
}

/** The form that a person has before them, once it is what it should be. */
async function formOf(user: string, is: (view: OpenView) => boolean, what: string): Promise<OpenView> {
  let found: OpenView | undefined;
  await until(async () => {
    found = (await viewsOf(user)).find(is);
    return found !== undefined;
  }, `${user} sees ${what}`);
  if (found === undefined) throw new Error(what);
  return found;
}

async function press(user: string, runId: string, action: string): Promise<void> {
  const message = (await runMessages(world, runId)).find(({ key }) => key === 'review')?.message as { ts: string };
  const pressed = (await slack(world, 'POST', 'act/click', { user, channel, ts: message.ts, action_id: action })) as {
    status: string;
  };
  expect(pressed.status).toBe('ok');
}

/** Chooses and types for every fact of a page. */
const filled = (view: OpenView, answer: (block: string) => string): Record<string, unknown> =>
  Object.fromEntries(
    view.blocks.flatMap(({ block_id: block = '' }) => {
      if (block.startsWith('answer:')) return [[block, answer(block)]];
      return block.startsWith('comment:') ? [[block, 'I looked.']] : [];
    }),
  );
const isAnswers = ({ callback_id }: OpenView): boolean => callback_id === slackModals.reviewAnswer;
const says = (view: OpenView): string => JSON.stringify(view.blocks);

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
  await press('U0PRIYA', runId, slackActions.reviewAnswer);
  const page = await formOf('U0PRIYA', isAnswers, 'the first page');
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
  const saved = await slack(world, 'POST', 'act/submit', {
    user: 'U0PRIYA',
    view_id: page.id,
    values: filled(page, (one) => (one === block ? 'document-wrong' : 'right')),
  });
  expect(saved).toMatchObject({ status: 'ok' });
  const second = await formOf('U0PRIYA', (one) => isAnswers(one) && says(one).includes('Facts 11–20'), 'the next page');
  await slack(world, 'POST', 'act/dismiss', { user: 'U0PRIYA', view_id: second.id, all: true });

  // She hands the rest to somebody whom the catalog knows; the worker dies, and another takes over.
  await press('U0PRIYA', runId, slackActions.reviewDelegate);
  const hand = await formOf('U0PRIYA', ({ callback_id }) => callback_id === slackModals.reviewDelegate, 'whom to ask');
  await slack(world, 'POST', 'act/submit', { user: 'U0PRIYA', view_id: hand.id, values: { person: 'U0SOFIA' } });
  await untilReview(world, runId, ({ delegations }) => delegations.length === 1, 'delegated');
  firstWorker.child.kill('SIGKILL');
  await using _secondWorker = await startWorldProcess(world, 'worker');
  await until(
    async () => (await runMessages(world, runId)).some(({ message }) => JSON.stringify(message).includes('<@U0SOFIA>')),
    'Sofia is told',
  );

  // She comes back to the page where something is open, and signs what follows it.
  await press('U0SOFIA', runId, slackActions.reviewAnswer);
  const rest = await formOf('U0SOFIA', isAnswers, 'the page with what is open');
  expect(says(rest)).toContain('Facts 11–20');
  await slack(world, 'POST', 'act/submit', { user: 'U0SOFIA', view_id: rest.id, values: filled(rest, () => 'right') });
  await untilReview(world, runId, (now) => unansweredItems(now).length === 0, 'answered');
  await until(
    async () => (await viewsOf('U0SOFIA')).some(({ callback_id }) => callback_id !== slackModals.reviewAnswer),
    'the form has gone on',
  );
  await slack(world, 'POST', 'act/dismiss', { user: 'U0SOFIA', view_id: rest.id, all: true });
  await press('U0SOFIA', runId, slackActions.reviewSignOff);
  const sign = await formOf(
    'U0SOFIA',
    ({ callback_id }) => callback_id === slackModals.reviewSignOff,
    'what is signed',
  );
  await slack(world, 'POST', 'act/submit', { user: 'U0SOFIA', view_id: sign.id, values: {} });

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
