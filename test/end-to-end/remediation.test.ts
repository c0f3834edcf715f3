import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding } from '../../domain/finding.ts';
import type { FindingAct } from '../../domain/finding-acts.ts';
import { taskQueue } from '../../domain/queues.ts';
import { publicKeyOf } from '../../domain/signing.ts';
import { listFindings, readRemediationEvents } from '../../store/remediations.ts';
import type { FindingLine } from '../../store/remediations.ts';
import { slackActions } from '../../views/slack/actions.ts';
import { findingHintSignal, ticketWatchWorkflowId } from '../../workflows/finding-messages.ts';
import { remediationWorkflowId } from '../../workflows/messages.ts';
import { actUntilAnswered, untilAsked } from '../engine/acting.ts';
import { typed } from '../engine/command-line.ts';
import { jira, runMessages, slack, until, webhookMessages } from '../engine/outside.ts';
import { startWorldProcess } from '../engine/processes.ts';
import { attested, remedying } from '../engine/remedying.ts';
import { startShortHistories } from '../engine/short-histories.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

/** A finding's workflow begins anew before its history grows too long; here the engine asks for it after so many events. */
const suggestedAfter = 40;
const jonasKey = randomBytes(32).toString('hex');
let environment: TestWorkflowEnvironment;
let world: World;
beforeAll(async () => {
  environment = await startShortHistories(suggestedAfter);
  const remediation =
    'remediation: { pollEvery: 300ms, byTier: { 2: { remindEvery: 1s, ownerAfter: 2s, leadershipAfter: 4s } } }';
  world = await createWorld({
    source: false,
    temporalAddress: environment.address,
    catalog: (text) =>
      text
        .replace(/remediation: .*/, remediation)
        .replace('slackId: U0JONAS', `slackId: U0JONAS, publicKey: '${publicKeyOf(jonasKey)}'`),
  });
});
afterAll(async () => {
  await world.close();
  await environment.teardown();
});

const {
  raise,
  order,
  ticketsOf,
  lineOf,
  untilIs,
  untilFiled,
  someone,
  closeByHand,
  commentsOf,
  typesOf,
  handleOf,
  untilOver,
  runPassed,
} = remedying(() => world);

/** Where the engine begins anew so often, an act may meet just that moment: the same one again gets its answer. */
const does = ({ fingerprint }: Finding, who: Parameters<typeof actUntilAnswered>[2], what: FindingAct) =>
  actUntilAnswered(world, remediationWorkflowId(world.config.taskQueuePrefix, fingerprint), who, what);

test('a ticket that somebody closes without its proof is open again, with the reason, as often as it is tried', async () => {
  const finding = await raise();
  const key = await untilFiled(finding);
  for (const times of [1, 2, 3]) {
    await closeByHand(key);
    await until(
      async () => commentsOf((await ticketsOf(finding))[0]).split('without its proof').length > times,
      'told why',
    );
    await until(async () => (await ticketsOf(finding))[0]?.status === 'To Do', 'open again');
    await untilIs(
      finding,
      ({ view }) => view?.reopened === times && view.ticket?.isDone === false,
      'noted as reopened',
    );
  }
  const told = await runMessages(world, `finding/${finding.fingerprint}`);
  expect(JSON.stringify(told)).toContain('without its proof');
  // However often it began anew meanwhile: one ticket, and each reason once.
  expect(await ticketsOf(finding)).toHaveLength(1);
  expect((await ticketsOf(finding))[0]?.comments).toHaveLength(3);
  // What can be tested in isolation is tested by itself; it asks at its gate like any run.
  await untilIs(finding, ({ view }) => view?.retest !== undefined, 'tested again');
  const retest = (await lineOf(finding))?.view?.retest?.runId ?? '';
  expect(retest).toMatch(/^restore-test\/jira-cloud\/issues-db\/retest-/);
  const run = await untilAsked(world, retest);
  expect(run.projection).toMatchObject({ initiator: 'system', state: 'waiting for approval' });
  expect((await typesOf(finding)).filter((type) => type === 'retest-started')).toHaveLength(1);
});

test('a person who asks for a re-test hears why none starts, and nobody asks a run for a person’s word', async () => {
  const finding = await raise();
  await untilFiled(finding);
  // The run of the test before this one holds the database.
  expect(await does(finding, 'daniel', { kind: 'retest' })).toMatchObject({ outcome: 'accepted' });
  await until(async () => (await typesOf(finding)).includes('retest-not-started'), 'told why none starts');
  const events = await readRemediationEvents(world.store, finding.fingerprint);
  const told = events.find(({ event }) => event.type === 'retest-not-started')?.event;
  expect(told).toMatchObject({ code: 'already-running' });
  const word = await raise({ proof: attested });
  await untilFiled(word);
  expect(await does(word, 'daniel', { kind: 'retest' })).toMatchObject({ code: 'attested-only' });
});

test('a run that passes proves it: the ticket is closed by firedrill, and the workflow is over', async () => {
  const finding = await raise();
  await untilFiled(finding);
  await runPassed('restore-test/jira-cloud/issues-db/manual-20261128T120000Z-0001');
  await untilIs(finding, ({ view }) => view?.state === 'closed', 'closed');
  await untilOver(finding);
  const [ticket] = await ticketsOf(finding);
  expect(ticket?.status).toBe('Done');
  expect(commentsOf(ticket)).toContain('manual-20261128T120000Z-0001');
  expect((await lineOf(finding))?.view?.closed).toMatchObject({ how: 'recheck' });
  expect((await typesOf(finding)).at(-1)).toBe('ticket-moved');
});

test('a deleted ticket is filed anew', async () => {
  const finding = await raise({ proof: attested });
  const key = await untilFiled(finding);
  await jira(world, 'POST', 'act', { issue: key, as: await someone(), delete: true });
  await until(async () => (await ticketsOf(finding)).some((ticket) => ticket.key !== key), 'another ticket');
  await untilIs(finding, ({ view }) => view?.ticket?.key !== key && view?.ticketsGone[0] === key, 'known by it');
  expect(await ticketsOf(finding)).toHaveLength(1);
});

test('a ticket that somebody moves to another project is followed there, and found by both keys', async () => {
  await jira(world, 'PUT', 'site', {
    projects: [
      { key: 'DR', name: 'Disaster recovery' },
      { key: 'OPS', name: 'Operations' },
    ],
  });
  const finding = await raise({ proof: attested });
  const key = await untilFiled(finding);
  await jira(world, 'POST', 'act', { issue: key, as: await someone(), moveToProject: 'OPS' });
  await untilIs(finding, ({ view }) => view?.ticket?.key.startsWith('OPS-') === true, 'known by its new key');
  const moved = (await lineOf(finding))?.view?.ticket;
  expect(moved?.url).toMatch(new RegExp(`/browse/${moved?.key}$`));
  await closeByHand(moved?.key ?? '');
  await untilIs(finding, ({ view }) => view?.reopened === 1 && view.ticket?.isDone === false, 'noted as reopened');
  // Met again, it is the same ticket.
  await order({ ...finding, runId: 'restore-test/jira-cloud/issues-db/2027Q2' });
  await until(async () => commentsOf((await ticketsOf(finding))[0]).includes('2027Q2'), 'told of the recurrence');
  expect(await ticketsOf(finding)).toMatchObject([{ key: moved?.key }]);
  for (const known of [key, moved?.key ?? ''])
    expect(await firedrill('finding', 'show', known)).toMatchObject({ code: 0 });
});

test('one that is closed again each time it is opened is left to people, who are told', async () => {
  const finding = await raise({ proof: attested });
  const key = await untilFiled(finding);
  for (const times of [1, 2, 3, 4, 5]) {
    await closeByHand(key);
    await untilIs(
      finding,
      ({ view }) => view?.reopened === times && view.ticket?.isDone === false,
      `opened again ${times} times`,
    );
  }
  await closeByHand(key);
  await until(
    async () => commentsOf((await ticketsOf(finding))[0]).includes('automation rule'),
    'told that something closes it',
  );
  expect((await ticketsOf(finding))[0]).toMatchObject({ status: 'Done' });
  expect((await lineOf(finding))?.view).toMatchObject({ state: 'open', reopened: 5 });
});

test('a ticket that is deleted while its risk is accepted is filed anew, and says so', async () => {
  const finding = await raise();
  const key = await untilFiled(finding);
  const accept: FindingAct = {
    kind: 'accept-risk',
    until: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10),
    reason: 'Replaced next month',
  };
  const ruth = { personId: 'ruth-adeyemi', personName: 'Ruth Adeyemi', roles: ['risk-and-compliance' as const] };
  await does(finding, 'jonas', accept);
  await does(finding, ruth, { ...accept, reason: 'We looked at it' });
  await untilIs(finding, ({ view }) => view?.state === 'accepted' && view.ticket?.isDone === true, 'accepted');
  await jira(world, 'POST', 'act', { issue: key, as: await someone(), delete: true });
  await untilIs(
    finding,
    ({ view }) => view?.ticket !== undefined && view.ticket.key !== key && view.ticket.isDone,
    'filed anew, and closed',
  );
  const [ticket, ...others] = await ticketsOf(finding);
  expect(others).toEqual([]);
  expect(ticket?.status).toBe('Done');
  expect(commentsOf(ticket)).toContain('Replaced next month. Ruth Adeyemi: We looked at it.');
});

test('a create whose answer is lost while the search lags for longer than we wait leaves one ticket in the end', async () => {
  await jira(world, 'PUT', 'site', { indexDelayMs: 15_000 });
  await jira(world, 'POST', 'faults', { method: 'POST', path: '^/rest/api/3/issue$', kind: 'lose-reply' });
  const finding = await raise({ proof: attested });
  try {
    const key = await untilFiled(finding);
    await until(async () => (await typesOf(finding)).includes('duplicate-closed'), 'the second one is closed', 60_000);
    const tickets = await ticketsOf(finding);
    expect(tickets).toHaveLength(2);
    expect(tickets.filter(({ status }) => status !== 'Done')).toMatchObject([{ key }]);
    expect(commentsOf(tickets.find(({ status }) => status === 'Done'))).toContain(`followed in ${key}`);
  } finally {
    await jira(world, 'PUT', 'site', { indexDelayMs: 50 });
  }
});

test('five runs that meet the same gap at the same moment share one ticket, which tells of each once', async () => {
  const finding = await raise({ proof: attested });
  const runs = [1, 2, 3, 4].map((number) => `restore-test/jira-cloud/issues-db/202${number}Q1`);
  await Promise.all(runs.map((runId) => order({ ...finding, runId })));
  await untilIs(finding, ({ view }) => view?.timesMet === 5, 'met five times');
  await until(async () => ((await ticketsOf(finding))[0]?.comments.length ?? 0) >= 4, 'told of each');
  const [ticket, ...others] = await ticketsOf(finding);
  expect(others).toEqual([]);
  for (const runId of runs) expect(commentsOf(ticket).split(`"text":"${runId}"`)).toHaveLength(2);
  expect(ticket?.comments).toHaveLength(4);
});

test('what happens to a ticket before Jira’s answer to its create has arrived is seen', async () => {
  await jira(world, 'POST', 'faults', {
    method: 'POST',
    path: '^/rest/api/3/issue$',
    kind: 'late-reply',
    delayMs: 4000,
  });
  const finding = await raise({ proof: attested });
  await until(async () => (await ticketsOf(finding)).length === 1, 'it is there');
  const [ticket] = await ticketsOf(finding);
  expect((await lineOf(finding))?.view?.ticket).toBeUndefined();
  await closeByHand(ticket?.key ?? '');
  // As the webhook would, which knows the finding by the label.
  await handleOf(finding).signal(findingHintSignal);
  await untilIs(finding, ({ view }) => view?.reopened === 1 && view.ticket?.isDone === false, 'noted as reopened');
  expect(await ticketsOf(finding)).toMatchObject([{ key: ticket?.key, status: 'To Do' }]);
});

test('what happens while no worker runs is seen when one is back, once', async () => {
  const finding = await raise({ proof: attested });
  const key = await untilFiled(finding);
  await world.stopWorkers();
  await closeByHand(key);
  await world.startWorkers();
  await until(async () => (await ticketsOf(finding))[0]?.status === 'To Do', 'open again');
  await untilIs(finding, ({ view }) => view?.reopened === 1, 'noted as reopened');
  expect((await ticketsOf(finding))[0]?.comments).toHaveLength(1);
});

test('calls the champion, then the owner, then leadership, by tier and age', async () => {
  const finding = await raise(
    { service: 'image-effects', resource: '-', proof: attested },
    { ownerEmail: 'sofia.marques@example.com', championEmail: 'daniel.kim@example.com', tier: 2 },
  );
  await untilIs(finding, ({ view }) => view?.called?.level === 'leadership', 'told to leadership');
  const told = async (): Promise<string> =>
    JSON.stringify(await runMessages(world, `finding/${finding.fingerprint}`, 'C0IMAGES'));
  await until(async () => (await told()).includes('leadership is told'), 'leadership is told in Slack');
  const text = await told();
  for (const who of ['U0DANIEL', 'U0SOFIA', 'U0AMARA']) expect(text).toContain(`<@${who}>`);
  await until(
    async () => JSON.stringify(await webhookMessages(world)).includes(finding.fingerprint),
    'leadership is told on the second channel',
  );
  // The ticket has each call for help once, and no reminders.
  await until(async () => commentsOf((await ticketsOf(finding))[0]).includes('leadership is told'), 'told in Jira');
  // Where nobody could be called while it was the owner's turn, leadership is called at once.
  const called = (await readRemediationEvents(world.store, finding.fingerprint)).flatMap(({ event }) =>
    event.type === 'called' && event.level !== 'champion' ? [event.level] : [],
  );
  expect((await ticketsOf(finding))[0]?.comments).toHaveLength(new Set(called).size);
});

test('what needs a person’s word is closed by two of them, and by no run', async () => {
  const finding = await raise({ proof: attested });
  await untilFiled(finding);
  const evidence = 'https://wiki.example.com/dr/minutes';
  expect(await does(finding, 'sofia', { kind: 'attest', evidence })).toMatchObject({ code: 'role-missing' });
  expect(await does(finding, 'jonas', { kind: 'attest', evidence })).toMatchObject({ outcome: 'accepted' });
  expect(await does(finding, 'jonas', { kind: 'attest', evidence })).toMatchObject({ code: 'same-person' });
  expect((await lineOf(finding))?.view?.state).toBe('open');
  expect(await does(finding, 'priya', { kind: 'attest', evidence })).toMatchObject({ outcome: 'accepted' });
  await untilOver(finding);
  expect((await ticketsOf(finding))[0]?.status).toBe('Done');
  expect((await lineOf(finding))?.view?.closed?.sentence).toContain('Priya Raman confirms it');
});

test('a risk is accepted by an approver together with risk and compliance, until a day', async () => {
  const finding = await raise();
  await untilFiled(finding);
  const ruth = { personId: 'ruth-adeyemi', personName: 'Ruth Adeyemi', roles: ['risk-and-compliance' as const] };
  const accept: FindingAct = {
    kind: 'accept-risk',
    until: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10),
    reason: 'Replaced next month.',
  };
  expect(await does(finding, 'priya', accept)).toEqual({
    outcome: 'refused',
    code: 'role-missing',
    text: expect.any(String) as string,
  });
  expect(await does(finding, ruth, accept)).toMatchObject({ outcome: 'accepted' });
  expect((await lineOf(finding))?.view?.state).toBe('open');
  expect(await does(finding, 'jonas', accept)).toMatchObject({ outcome: 'accepted' });
  await untilIs(finding, ({ view }) => view?.state === 'accepted' && view.ticket?.isDone === true, 'accepted');
  // Met again meanwhile, it gets no other ticket.
  await order({ ...finding, runId: 'restore-test/jira-cloud/issues-db/2027Q1' });
  await until(async () => commentsOf((await ticketsOf(finding))[0]).includes('2027Q1'), 'told of the recurrence');
  expect(await ticketsOf(finding)).toHaveLength(1);
});

test('an acceptance that is over opens the finding and its ticket again; a chain that the store has not goes on beside', async () => {
  const finding = await raise();
  const key = await untilFiled(finding);
  const view = (await lineOf(finding))?.view;
  const by = [{ personId: 'a', personName: 'A' }];
  const accepted = { ...view, state: 'accepted', acceptance: { by, until: '2026-01-31', reason: 'so' } };
  await handleOf(finding).terminate();
  await jira(world, 'POST', 'act', { issue: key, as: await someone(), transitionTo: 'Done' });
  await world.temporal.workflow.start('remediation', {
    workflowId: handleOf(finding).workflowId,
    taskQueue: taskQueue(world.config.taskQueuePrefix, 'workflows'),
    args: [{ recorder: { chainId: 'lost', head: { number: 7, hash: 'ab'.repeat(32) }, view: accepted, waiting: [] } }],
  });
  await untilIs(finding, ({ view: now }) => now?.state === 'open', 'open again');
  await until(async () => (await ticketsOf(finding))[0]?.status === 'To Do', 'its ticket is open again');
  expect((await typesOf(finding))[0]).toBe('resumed');
  expect(commentsOf((await ticketsOf(finding))[0])).toContain('2026-01-31');
});

test('an owner whom Jira does not know is a finding of its own, which ends when Jira knows them', async () => {
  const email = 'new.owner@example.com';
  await world.changeCatalog((text) => text.replace('tomas.novak@example.com', email));
  const finding = await raise({ service: 'identity', resource: 'directory' }, { ownerEmail: email, tier: 0 });
  await untilFiled(finding);
  const aboutOwner = async (): Promise<FindingLine | undefined> =>
    (await listFindings(world.store, { service: 'identity' })).find(
      (line) => line.finding.check === 'people:service-owner',
    );
  await until(async () => (await aboutOwner())?.view?.ticket !== undefined, 'a finding about the owner');
  const own = (await aboutOwner())?.finding ?? finding;
  for (const one of [finding, own]) expect((await ticketsOf(one))[0]?.assignee).toBeNull();
  const { users } = (await jira(world, 'GET', 'site')) as { users: { accountId: string; emailAddress: string }[] };
  await jira(world, 'PUT', 'site', {
    users: [...users, { accountId: 'acc-new', displayName: 'New Owner', emailAddress: email }],
  });
  await jira(world, 'POST', 'act', {
    issue: (await ticketsOf(own))[0]?.key,
    as: 'acc-new',
    transitionTo: 'In Progress',
  });
  await untilOver(own);
  expect((await ticketsOf(own))[0]?.status).toBe('Done');
});

test('the same in Slack: a risk accepted by two people from the buttons under its news, the app killed between them', async () => {
  const finding = await raise({ proof: attested });
  await untilFiled(finding);
  const told = () => runMessages(world, `finding/${finding.fingerprint}`);
  const withButton = async (action: string): Promise<string | undefined> =>
    (await told())
      .map(({ message }) => message as { readonly ts: string; readonly blocks: unknown })
      .findLast(({ blocks }) => JSON.stringify(blocks).includes(action))?.ts;
  /** Presses a button of the newest news, fills in its form and sends it. */
  const fill = async (user: string, action: string, values: object): Promise<void> => {
    await until(async () => (await withButton(action)) !== undefined, `there is ${action}`);
    const channel = 'C0JIRACLOUD';
    const pressed = { user, channel, ts: await withButton(action), action_id: action };
    expect(await slack(world, 'POST', 'act/click', pressed)).toMatchObject({ status: 'ok' });
    const opened = async (): Promise<string | undefined> =>
      (
        (await slack(world, 'GET', 'views')) as { views: readonly { readonly id: string; readonly user: string }[] }
      ).views.find((view) => view.user === user)?.id;
    await until(async () => (await opened()) !== undefined, 'the form is open');
    const sent = { view_id: await opened(), user, values };
    expect(await slack(world, 'POST', 'act/submit', sent)).toMatchObject({ status: 'ok' });
  };
  const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  {
    await using _ = await startWorldProcess(world, 'slack');
    // Its first news: somebody closed the ticket by hand.
    await closeByHand((await lineOf(finding))?.view?.ticket?.key ?? '');
    await fill('U0JONAS', slackActions.findingAccept, { until: { day }, reason: { text: 'Replaced next month.' } });
    await untilIs(finding, ({ view }) => view?.acceptanceAsked !== undefined, 'asked for');
  }
  await until(async () => JSON.stringify(await told()).includes('<@U0RUTH>'), 'risk and compliance is asked');
  await using _ = await startWorldProcess(world, 'slack');
  await until(async () => JSON.stringify(await told()).includes(`until ${day}…`), 'the button has the day');
  await fill('U0RUTH', slackActions.findingAccept, { reason: { text: 'We looked at it.' } });
  await untilIs(finding, ({ view }) => view?.state === 'accepted' && view.ticket?.isDone === true, 'accepted');
  expect((await lineOf(finding))?.view?.acceptance).toMatchObject({
    until: day,
    by: [{ personId: 'jonas-weber' }, { personId: 'ruth-adeyemi' }],
  });
});

/** The command line of Jonas, who owns the service. */
const firedrill = (...args: readonly string[]) =>
  typed(world, { FIREDRILL_PERSON: 'jonas-weber', FIREDRILL_PERSON_KEY: jonasKey }, ...args);

test('the command line lists findings, shows what happened to one, and signs what a person does about it', async () => {
  const finding = await raise({ proof: attested, title: 'minutes are missing' });
  const key = await untilFiled(finding);
  const listed = JSON.parse((await firedrill('findings', '--service', 'jira-cloud', '--open', '--json')).out) as {
    findings: { id: string; state: string; ticket: { key: string } }[];
  };
  expect(listed.findings.find(({ id }) => id === finding.fingerprint)).toMatchObject({
    state: 'open',
    ticket: { key },
  });
  expect((await firedrill('findings')).out).toContain('minutes are missing');
  const attest = ['finding', 'attest', key, '--evidence', 'https://wiki.example.com/minutes'] as const;
  expect(await firedrill(...attest)).toMatchObject({ code: 0, out: expect.stringContaining('a second person') });
  expect(await firedrill(...attest)).toMatchObject({ code: 3, out: expect.stringContaining('already') });
  expect(await firedrill('finding', 'accept', key, '--until', 'soon', '--reason', 'x')).toMatchObject({ code: 2 });
  expect(await firedrill('finding', 'show', 'no-such')).toMatchObject({ code: 2 });
  await until(async () => (await typesOf(finding)).includes('act-refused'), 'recorded');
  expect(await firedrill('finding', 'retest', key)).toMatchObject({ code: 3, out: expect.stringContaining('No run') });
  const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const accepted = await firedrill('finding', 'accept', key, '--until', day, '--reason', 'Replaced next month');
  expect(accepted).toMatchObject({ code: 0, out: expect.stringContaining('risk-and-compliance') });
  await untilIs(finding, ({ view }) => view?.acceptanceAsked !== undefined, 'asked for');
  expect((await firedrill('finding', 'show', key)).out).toContain(`would accept the risk until ${day}`);
  const checked = await raise();
  const retest = await firedrill('finding', 'retest', await untilFiled(checked));
  expect(retest).toMatchObject({ code: 0, out: expect.stringContaining('re-test') });
  const shown = await firedrill('finding', 'show', finding.fingerprint.slice(0, 8));
  expect(shown).toMatchObject({ code: 0, out: expect.stringContaining('Jonas Weber attests') });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

test('Jira’s webhook tells a finding at once, while nobody polls', async () => {
  const { taskQueuePrefix, home, catalog } = world.config;
  const [port, secret] = [await freePort(), randomBytes(16).toString('hex')];
  const receiver = spawn(process.execPath, [join(import.meta.dirname, '..', '..', 'client', 'jira', 'main.ts')], {
    env: {
      FIREDRILL_HOME: home,
      FIREDRILL_CATALOG: catalog,
      FIREDRILL_TASK_QUEUE_PREFIX: taskQueuePrefix,
      TEMPORAL_ADDRESS: environment.address,
      JIRA_WEBHOOK_SECRET: secret,
      JIRA_WEBHOOK_PORT: String(port),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(receiver.stdout, 'data')) as [Buffer];
    expect(JSON.parse(line.toString())).toMatchObject({ ready: true, port });
    const finding = await raise({ proof: attested });
    const key = await untilFiled(finding);
    await world.temporal.workflow.getHandle(ticketWatchWorkflowId(taskQueuePrefix, 'DR')).terminate();
    await jira(world, 'PUT', 'site', { webhook: { url: `http://127.0.0.1:${port}/jira`, secret } });
    await closeByHand(key);
    await until(async () => (await ticketsOf(finding))[0]?.status === 'To Do', 'open again');
  } finally {
    receiver.kill();
    await jira(world, 'PUT', 'site', { webhook: null });
  }
});
