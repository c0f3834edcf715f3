import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { slackWorkspace } from '../../examples/world.ts';
import { freePort } from '../../postgres/index.ts';
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
import { startTcpProxy } from '../engine/tcp-proxy.ts';
import type { TcpProxy } from '../engine/tcp-proxy.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';
import { openedBy, persistently, send, typedOpen } from '../faults/slack-hands.ts';
import type { Form } from '../faults/slack-hands.ts';
import { persist } from '../faults/subject.ts';

/**
 * The engine takes what somebody has sent, and the Slack app dies (kill -9) before it has heard so. The form is still open, with
 * all that was typed; sent again, it counts once.
 */

const channel = 'C0JIRACLOUD';
let world: World;
/** Between the app and Temporal. */
let door: TcpProxy;
/** Between Slack and the app. */
let hook: TcpProxy;
let app: WorldProcess;
/** Where `hook` leads: the app, whichever runs now. */
const listening = { host: '127.0.0.1', port: 0 };
let signingSecret: string;

async function startApp(): Promise<void> {
  listening.port = await freePort();
  app = await startWorldProcess(world, 'slack', {
    TEMPORAL_ADDRESS: `127.0.0.1:${door.port}`,
    SLACK_APP_TOKEN: undefined,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_PORT: String(listening.port),
  });
}

beforeAll(async () => {
  world = await createWorld({ source: false, catalog: withReviewedDocument() });
  await writeDocument(world, { version: '16.4' });
  const setUp = (await slack(world, 'GET', 'workspace')) as { app: { signingSecret: string } };
  ({ signingSecret } = setUp.app);
});
afterAll(() => world.close());

beforeEach(async () => {
  const [host = '', port] = (world.config.temporal.address ?? '').split(':');
  door = await startTcpProxy({ host, port: Number(port), speaks: 'http2' });
  hook = await startTcpProxy(listening);
  const address = `http://127.0.0.1:${hook.port}/slack/events`;
  const reached = { ...slackWorkspace.app, signingSecret, commandUrl: address, interactivityUrl: address };
  await slack(world, 'PUT', 'workspace', { ...slackWorkspace, app: reached });
  await startApp();
});
afterEach(async () => {
  await app[Symbol.asyncDispose]();
  await hook.close();
  await door.close();
});

/**
 * Whatever the app says to the form is lost, too, so that it stays open however slow the machine is.
 *
 * @param carries - words of what the app asks the engine for, which nothing else of it has
 */
async function sentTwice(
  user: string,
  form: Form,
  values: Readonly<Record<string, unknown>>,
  carries: string,
): Promise<void> {
  const before = door.repliesLost;
  const engineHasIt = (): Promise<boolean> => Promise.resolve(door.repliesLost > before);
  door.loseReplyTo(carries, 1, 'shut');
  const answers: unknown[] = [];
  const sending = persist(AbortSignal.timeout(90_000), engineHasIt, async () => {
    hook.loseReplyTo('view_submission');
    answers.push(await slack(world, 'POST', 'act/submit', { user, view_id: form.id, values }));
  });
  await until(engineHasIt, 'the engine has it, and the app does not know');
  await killed(app);
  await sending;
  for (const answer of answers) expect(answer).not.toMatchObject({ status: 'ok' });
  expect(answers.length).toBeGreaterThan(0);
  door.open();
  await startApp();
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
  const told = async (): Promise<readonly string[]> =>
    (await runMessages(world, `finding/${fingerprint}`)).map(({ message }) => JSON.stringify(message));
  await until(async () => (await told()).length > 0, 'the channel hears of it');
  // Somebody else's report of the same gap comes after all that the first one brought.
  const other = await typed('U0DANIEL', 'gap jira-cloud', slackModals.gap);
  await persistently(() => send(world, 'U0DANIEL', other, { title: { text: title } }));
  await until(async () => (await told()).some((text) => text.includes('<@U0DANIEL>')), 'and of the second report');
  expect(await told()).toEqual([expect.stringContaining('<@U0PRIYA>'), expect.stringContaining('<@U0DANIEL>')]);
  const noted = async () => (await ticketsOf()).flatMap(({ comments }) => comments);
  await until(async () => JSON.stringify(await noted()).includes('Daniel Kim'), 'the second report is noted');
  expect(await noted()).toHaveLength(1);
  expect(await ticketsOf()).toHaveLength(1);
  const timesMet = async (): Promise<number | undefined> => {
    const stored = world.store.selectFrom('remediation').select('view').where('fingerprint', '=', fingerprint);
    return (await stored.executeTakeFirst())?.view.timesMet;
  };
  await until(async () => ((await timesMet()) ?? 0) > 1, 'the store has the second report');
  expect(await timesMet()).toBe(2);
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
  await world.runWhen(
    runId,
    ({ projection: { incident } }) => incident?.commander.personId === 'hannah-lindqvist',
    'handed over',
  );

  const ending = await openedBy(
    world,
    { ...button, user: 'U0HANNAH', action: slackActions.incidentOver },
    slackModals.incidentOver,
  );
  await persistently(() => send(world, 'U0HANNAH', ending, { reason: { text: 'The index is back.' } }));
  const over = await world.runWhen(runId, ({ projection }) => projection.judged !== undefined, 'over');
  expect(over.projection.incident?.handovers).toHaveLength(1);
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
  await untilReview(world, runId, ({ delegations }) => delegations.length > 0, 'handed on');
  await click(world, runId, 'daniel', { choice: 'abort', reason: 'A test.' });
  const { projection } = await world.runWhen(runId, (run) => run.projection.judged !== undefined, 'aborted');
  expect(projection.review?.delegations).toMatchObject([{ to: { personId: 'lin-zhao' }, note: words }]);
});
