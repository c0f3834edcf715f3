import { afterAll, beforeAll, expect, test } from 'vitest';
import { listRuns } from '../../store/read.ts';
import { reviewInputs, slackActions, slackModals } from '../../views/slack/actions.ts';
import { click } from '../engine/acting.ts';
import { jiraIssues, runMessages, slack, until } from '../engine/outside.ts';
import { killed, startWorldProcess } from '../engine/processes.ts';
import type { WorldProcess } from '../engine/processes.ts';
import {
  startReview,
  untilReview,
  untilReviewAsked,
  withReviewedDocument,
  writeDocument,
} from '../engine/reviewing.ts';
import { beginsHttp2Answer, startTcpProxy } from '../engine/tcp-proxy.ts';
import type { TcpProxy } from '../engine/tcp-proxy.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';
import { openedBy, persistently, send, typedOpen } from '../faults/slack-hands.ts';
import type { Form } from '../faults/slack-hands.ts';

/**
 * The engine takes what somebody has sent, and the Slack app dies (kill -9) before it has heard so. The form is still open, with
 * all that was typed; sent again, it counts once.
 */

const channel = 'C0JIRACLOUD';
let world: World;
/** Between the app and Temporal. */
let door: TcpProxy;
let app: WorldProcess;
const startApp = (): Promise<WorldProcess> =>
  startWorldProcess(world, 'slack', { TEMPORAL_ADDRESS: `127.0.0.1:${door.port}` });
beforeAll(async () => {
  world = await createWorld({ source: false, catalog: withReviewedDocument() });
  await writeDocument(world, { version: '16.4' });
  const [host = '', port] = (world.config.temporal.address ?? '').split(':');
  door = await startTcpProxy({ host, port: Number(port), isAnswer: beginsHttp2Answer });
  app = await startApp();
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await door.close();
  await world.close();
});

/** @param carries - words of what the app asks the engine for, which nothing else of it has */
async function sentTwice(
  user: string,
  form: Form,
  values: Readonly<Record<string, unknown>>,
  carries: string,
): Promise<void> {
  const before = door.repliesLost;
  door.loseReplyTo(carries, 1, 'shut');
  const sending = slack(world, 'POST', 'act/submit', { user, view_id: form.id, values });
  await until(() => Promise.resolve(door.repliesLost > before), 'the engine has it, and the app does not know');
  await killed(app);
  expect(await sending).not.toMatchObject({ status: 'ok' });
  door.open();
  app = await startApp();
  await persistently(() => send(world, user, form));
}

const typed = (user: string, text: string, form: string): Promise<Form> =>
  typedOpen(world, { user, channel, text }, form);

const runsOf = async (runbook: string): Promise<readonly string[]> =>
  (await listRuns(world.store)).map(({ runId }) => runId).filter((runId) => runId.startsWith(`${runbook}/`));

test('a gap is one finding, met once, with one ticket and one message', async () => {
  const title = 'No runbook for the search index';
  const form = await typed('U0PRIYA', 'gap jira-cloud', slackModals.gap);
  await sentTwice('U0PRIYA', form, { title: { text: title }, more: { text: 'Nobody knew.' } }, title);
  const ticketsOf = async () => (await jiraIssues(world)).filter(({ summary }) => summary.includes(title));
  await until(async () => (await ticketsOf()).length > 0, 'its ticket is filed');
  const fingerprint = (await ticketsOf())[0]?.fingerprint ?? '';
  const told = () => runMessages(world, `finding/${fingerprint}`);
  await until(async () => (await told()).length > 0, 'the channel hears of it');
  expect(await told()).toHaveLength(1);
  expect(await ticketsOf()).toMatchObject([{ comments: [] }]);
  const { view } = (await world.store
    .selectFrom('remediation')
    .select('view')
    .where('fingerprint', '=', fingerprint)
    .executeTakeFirst()) ?? { view: undefined };
  expect(view?.timesMet).toBe(1);
});

test('an incident is declared once, and its command is handed over once', async () => {
  const title = 'Issues cannot be read';
  await sentTwice(
    'U0DANIEL',
    await typed('U0DANIEL', 'declare jira-cloud', slackModals.declare),
    {
      title: { text: title },
    },
    title,
  );
  await until(async () => (await runsOf('incident')).length > 0, 'it is declared');
  const [runId = ''] = await runsOf('incident');

  const reason = 'End of my shift';
  const button = { user: 'U0DANIEL', channel, runId, action: slackActions.handOver };
  const handing = await openedBy(world, button, slackModals.handOver);
  await sentTwice('U0DANIEL', handing, { person: { user: 'U0HANNAH' }, reason: { text: reason } }, reason);
  const run = await world.runWhen(
    runId,
    ({ projection: { incident } }) => incident?.commander.personId === 'hannah-lindqvist',
    'handed over',
  );
  expect(run.projection.incident?.handovers).toHaveLength(1);

  const ending = await openedBy(
    world,
    { ...button, user: 'U0HANNAH', action: slackActions.incidentOver },
    slackModals.incidentOver,
  );
  await persistently(() => send(world, 'U0HANNAH', ending, { reason: { text: 'The index is back.' } }));
  await world.runWhen(runId, ({ projection }) => projection.judged !== undefined, 'over');
  expect(await runsOf('incident')).toEqual([runId]);
});

test('a restore test is started once', async () => {
  const form = await typed('U0DANIEL', 'start', slackModals.start);
  await slack(world, 'POST', 'act/suggest', {
    user: 'U0DANIEL',
    view_id: form.id,
    action_id: 'pick_subject',
    query: 'issues',
  });
  await sentTwice(
    'U0DANIEL',
    form,
    { subject: { pick_subject: 'jira-cloud/issues-db' } },
    'restore-test/jira-cloud/issues-db/manual-',
  );
  await until(async () => (await runsOf('restore-test')).length > 0, 'it is started');
  const [runId = ''] = await runsOf('restore-test');
  await click(world, runId, 'daniel', { choice: 'abort', reason: 'A test.' });
  await world.runWhen(runId, ({ projection }) => projection.judged !== undefined, 'aborted');
  expect(await runsOf('restore-test')).toEqual([runId]);
});

test('a review is handed on once', async () => {
  const runId = await startReview(world);
  await untilReviewAsked(world, runId);
  const button = { user: 'U0PRIYA', channel, runId, action: slackActions.reviewDelegate };
  const form = await openedBy(world, button, slackModals.reviewDelegate);
  const { action, person, note } = reviewInputs;
  const words = 'I am on leave from Monday';
  await sentTwice('U0PRIYA', form, { [person]: { [action]: 'U0LIN' }, [note]: { [action]: words } }, words);
  const review = await untilReview(world, runId, ({ delegations }) => delegations.length > 0, 'handed on');
  expect(review.delegations).toMatchObject([{ to: { personId: 'lin-zhao' }, note: words }]);
  await click(world, runId, 'daniel', { choice: 'abort', reason: 'A test.' });
  await world.runWhen(runId, ({ projection }) => projection.judged !== undefined, 'aborted');
});
