import { createHmac } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { WebClient } from '@slack/web-api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { PortClaims } from '../../client/processes/port-claims.ts';
import { choosePort } from '../../client/processes/ports.ts';
import { slackWorkspace } from '../../examples/world.ts';
import type { StoredRun } from '../../store/read.ts';
import { reasonInput, slackActions } from '../../views/slack/actions.ts';
import { startTest, untilAsked } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';
import { refusedByAws, refuseRestores, runMessages, slack, until } from '../engine/outside.ts';
import { startWorldProcess } from '../engine/processes.ts';
import type { WorldProcess } from '../engine/processes.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

/** What people press in Slack, through the real app as a process of its own: socket or signed HTTP, people, signature, run. */

const channel = 'C0JIRACLOUD';
const aliases = ['who', 'hundred', 'away', 'forged', 'tampered', 'duty'];
let world: World;
beforeAll(async () => {
  world = await createWorld({ source: false, aliases });
  await setWorkspace({});
  await refuseRestores(world);
});
afterAll(() => world.close());

/** The example workspace with a stranger, Hannah as a guest, and whoever is on duty now. */
async function setWorkspace(change: {
  readonly onDuty?: readonly string[];
  readonly app?: object;
  readonly gone?: string;
}): Promise<void> {
  const { users, usergroups, app } = slackWorkspace;
  await slack(world, 'PUT', 'workspace', {
    ...slackWorkspace,
    users: [
      ...users.map((user) => ({
        ...user,
        ...(user.id === 'U0HANNAH' ? { is_restricted: true } : {}),
        ...(user.id === change.gone ? { deleted: true } : {}),
      })),
      { id: 'U0STRANGER', name: 'stranger', real_name: 'Sam Stranger' },
    ],
    usergroups: usergroups.map((group) => ({ ...group, users: change.onDuty ?? group.users })),
    app: { ...app, ...change.app },
  });
}

interface Said {
  readonly ts: string;
  readonly text: string;
  readonly ephemeral?: boolean;
  readonly visible_to?: string;
}

/** Everything that only this person was told so far, oldest first. */
async function toldTo(user: string): Promise<readonly string[]> {
  const { messages } = (await slack(world, 'GET', `messages?channel=${channel}&as=${user}`)) as {
    messages: readonly Said[];
  };
  return messages.filter((one) => one.ephemeral === true && one.visible_to === user).map(({ text }) => text);
}

async function asked(
  resource: string,
  initiator = { personId: 'daniel-kim', name: 'Daniel Kim' },
): Promise<{ readonly runId: string; readonly ts: string }> {
  const runId = await startTest(world, { resource, initiator });
  await untilAsked(world, runId);
  await until(async () => (await gateMessage(runId)) !== undefined, 'the question is in Slack');
  return { runId, ts: (await gateMessage(runId))?.ts ?? '' };
}

async function gateMessage(runId: string): Promise<{ readonly ts: string; readonly blocks: unknown } | undefined> {
  return (await runMessages(world, runId)).find(({ key }) => key === 'gate:admission:1')?.message as
    | { readonly ts: string; readonly blocks: unknown }
    | undefined;
}

const press = (user: string, ts: string, action: string = slackActions.approve): Promise<unknown> =>
  slack(world, 'POST', 'act/click', { user, channel, ts, action_id: action });

/** Presses, and answers what this person is told then. */
async function told(user: string, ts: string, action?: string): Promise<string> {
  const before = (await toldTo(user)).length;
  await press(user, ts, action);
  await until(async () => (await toldTo(user)).length > before, `${user} is told something`, 15_000);
  return (await toldTo(user))[before] ?? '';
}

/** Holds gates by other rules for a while. */
async function withGate(policy: object, work: () => Promise<void>): Promise<void> {
  let usual = '';
  await world.changeCatalog((text) => {
    usual = text;
    const catalog = parse(text) as { organisation: { policies: { gate: object } } };
    Object.assign(catalog.organisation.policies.gate, policy);
    return stringify(catalog, { aliasDuplicateObjects: false });
  });
  try {
    await work();
  } finally {
    await world.changeCatalog(() => usual);
  }
}

/** Every word about a run in its channel. */
const said = async (runId: string): Promise<string> =>
  JSON.stringify((await runMessages(world, runId)).map(({ message }) => message));

/** The form that somebody has open now. */
const formOf = async (): Promise<string | undefined> =>
  ((await slack(world, 'GET', 'views')) as { views: readonly { readonly id: string }[] }).views[0]?.id;

/** A message with a button that says whatever we like, as whoever holds the bot's token could post it. */
async function buttonOf(value: string): Promise<string> {
  const client = new WebClient(world.place.slackBotToken, { slackApiUrl: `${world.place.slackUrl}/api/` });
  const element = {
    type: 'button' as const,
    action_id: slackActions.approve,
    text: { type: 'plain_text' as const, text: 'Approve' },
    value,
  };
  const posted = await client.chat.postMessage({
    channel,
    text: 'forged',
    blocks: [{ type: 'actions', elements: [element] }],
  });
  return posted.ts ?? '';
}

const decisionsOf = (run: StoredRun) => run.projection.gates.flatMap((gate) => gate.decisions);
const refusedIn = (run: StoredRun) =>
  decisionsOf(run).flatMap(({ answer }) => (answer.outcome === 'refused' ? [answer.code] : []));
const acceptedIn = (run: StoredRun) => decisionsOf(run).filter(({ answer }) => answer.outcome === 'accepted');
const keptOf = (runId: string) =>
  world.store.selectFrom('refused_attempt').selectAll().where('run_id', '=', runId).orderBy('at').execute();

describe('over the socket', () => {
  let app: WorldProcess;
  beforeAll(async () => {
    app = await startWorldProcess(world, 'slack');
  });
  afterAll(() => app[Symbol.asyncDispose]());

  test('who may not approve is told why, each in its own words, and stands on record; then one who may approves', async () => {
    const { runId, ts } = await asked('who');
    expect(await told('U0STRANGER', ts)).toMatch(/The catalog does not know you/);
    expect(await told('U0HANNAH', ts)).toMatch(/Guests of this workspace cannot decide/);
    expect(await told('U0SOFIA', ts)).toMatch(/does not count\. You hold no role/);
    expect(await told('U0DANIEL', ts)).toMatch(/You started this run, so another person has to approve it/);
    // A role that is taken away between the message and the click.
    await world.changeCatalog((text) => text.replaceAll('owner: jonas-weber', 'owner: tomas-novak'));
    expect(await told('U0JONAS', ts)).toMatch(/does not count\. You hold no role/);
    await world.changeCatalog((text) => text.replaceAll('owner: tomas-novak', 'owner: jonas-weber'));
    expect(await told('U0PRIYA', ts)).toBe('✔ Approved by Priya Raman.');
    const run = await expectEnding(world, runId, refusedByAws);
    expect(refusedIn(run)).toEqual(['role-missing', 'initiator-excluded', 'role-missing']);
    expect(acceptedIn(run)).toMatchObject([{ decision: { personId: 'priya-raman', via: 'slack-app' } }]);
    expect(await keptOf(runId)).toMatchObject([
      { who: 'U0STRANGER', code: 'unknown-person', choice: 'approve' },
      { who: 'U0HANNAH', code: 'guest', choice: 'approve' },
    ]);

    // The buttons are gone, and one that somebody kept decides nothing any more.
    expect(JSON.stringify((await gateMessage(runId))?.blocks)).not.toContain(slackActions.approve);
    const kept = await buttonOf(JSON.stringify({ run: runId, gate: 'admission', round: 1 }));
    expect(await told('U0JONAS', kept)).toMatch(/does not count\. This run is over/);
    expect((await keptOf(runId)).at(-1)).toMatchObject({ who: 'U0JONAS', code: 'run-over' });
    expect((await world.runWhen(runId, () => true, 'there')).projection).toEqual(run.projection);
  });

  test('duty that ended a moment ago is no duty: the group is asked at the click', async () => {
    await setWorkspace({ onDuty: ['U0TOMAS'] });
    const first = await asked('duty');
    expect(await told('U0TOMAS', first.ts)).toBe('✔ Approved by Tomas Novak.');
    await expectEnding(world, first.runId, refusedByAws);
    await setWorkspace({ onDuty: [] });
    const second = await asked('duty');
    expect(await told('U0TOMAS', second.ts)).toMatch(/does not count\. You hold no role/);
    expect(await told('U0JONAS', second.ts)).toMatch(/✔/);
    await expectEnding(world, second.runId, refusedByAws);
  });

  test('who last changed the plan of a scheduled run does not approve it', async () => {
    const runId = await startTest(world, {
      resource: 'who',
      initiator: { personId: 'system', name: 'Schedule' },
      via: 'schedule',
      planChangedBy: 'jonas-weber',
    });
    await untilAsked(world, runId);
    await until(async () => (await gateMessage(runId)) !== undefined, 'the question is in Slack');
    const ts = (await gateMessage(runId))?.ts ?? '';
    expect(await told('U0JONAS', ts)).toMatch(/You last changed the plan of this run, so another person/);
    expect(await told('U0PRIYA', ts)).toMatch(/✔ Approved by Priya Raman/);
    await expectEnding(world, runId, refusedByAws);
  });

  test('an approval is withdrawn with one press, and confirmed by typing where policy asks for it', async () => {
    await withGate({ seats: [['service-owner'], ['dr-champion']], reconfirm: 'always' }, async () => {
      const { runId, ts } = await asked('who');
      const shows = (so: (blocks: string) => boolean, what: string) =>
        until(async () => so(JSON.stringify((await gateMessage(runId))?.blocks)), what);
      const confirm = async (user: string): Promise<void> => {
        await press(user, ts, slackActions.confirm);
        await until(async () => (await formOf()) !== undefined, 'the form is open', 15_000);
        const values = { [reasonInput.block]: { [reasonInput.action]: 'jira-cloud' } };
        await slack(world, 'POST', 'act/submit', { view_id: await formOf(), user, values });
      };
      await confirm('U0JONAS');
      await shows((blocks) => blocks.includes(slackActions.withdraw), 'the button to withdraw');
      expect(await told('U0PRIYA', ts, slackActions.withdraw)).toMatch(/does not count\. You have not approved/);
      expect(await told('U0JONAS', ts, slackActions.withdraw)).toMatch(/^✔ You have taken your approval back/);
      await shows((blocks) => !blocks.includes(slackActions.withdraw), 'that button is gone');
      await confirm('U0JONAS');
      await confirm('U0PRIYA');
      const run = await expectEnding(world, runId, refusedByAws);
      expect(acceptedIn(run).map(({ decision }) => decision.choice)).toEqual([
        'approve',
        'withdraw',
        'approve',
        'approve',
      ]);
      expect(JSON.stringify((await gateMessage(runId))?.blocks)).not.toMatch(/gate_(approve|confirm|withdraw)/);
    });
  });

  test('a deputy of the service is asked when its gate escalates, and not before', async () => {
    const early = await asked('who');
    expect(await told('U0LIN', early.ts)).toMatch(/does not count\. You are a deputy\. 0 of 1/);
    expect(await told('U0JONAS', early.ts)).toMatch(/^✔ Approved by Jonas Weber/);
    await expectEnding(world, early.runId, refusedByAws);
    await withGate({ escalateAfter: [{ after: '1s', roles: ['deputy'] }] }, async () => {
      const { runId, ts } = await asked('duty');
      await world.runWhen(runId, (run) => run.projection.gates[0]?.escalations.length === 1, 'escalated');
      await until(async () => (await said(runId)).includes('<@U0LIN>'), 'Lin is mentioned');
      expect(await told('U0LIN', ts)).toBe('✔ Approved by Lin Zhao.');
      await expectEnding(world, runId, refusedByAws);
    });
  });

  test('a deputy has the duty of an owner who has left, from that moment on', async () => {
    const { runId, ts } = await asked('away');
    expect(await told('U0LIN', ts)).toMatch(/does not count\. You are a deputy/);
    await setWorkspace({ gone: 'U0JONAS' });
    try {
      // Clicks within a second share what Slack said about a person, so the next look at Jonas may be a second away.
      await until(
        async () => (await told('U0LIN', ts)) === '✔ Approved by Lin Zhao.',
        'Lin stands in for Jonas',
        15_000,
      );
      const run = await expectEnding(world, runId, refusedByAws);
      expect(acceptedIn(run)).toMatchObject([
        { decision: { personId: 'lin-zhao', roles: ['service-owner', 'deputy'] } },
      ]);
    } finally {
      await setWorkspace({});
    }
  });

  test('a hundred clicks at once are one decision, a hundred answers, and a short history', async () => {
    const users = ['U0JONAS', 'U0PRIYA', 'U0SOFIA', 'U0DANIEL', 'U0STRANGER'];
    const before = new Map(await Promise.all(users.map(async (user) => [user, (await toldTo(user)).length] as const)));
    const { runId, ts } = await asked('hundred');
    await Promise.all(Array.from({ length: 100 }, (_, index) => press(users[index % users.length] ?? '', ts)));
    const answersTo = async (user: string): Promise<readonly string[]> =>
      (await toldTo(user)).slice(before.get(user)).filter((text) => !text.includes('is not confirmed yet'));
    await until(
      async () => (await Promise.all(users.map(answersTo))).every((answers) => answers.length >= 20),
      'everybody has twenty answers',
    );
    const answers = (await Promise.all(users.map(answersTo))).flat();
    expect(answers).toHaveLength(100);
    expect(answers.filter((text) => !/^(✔ Approved by|✖|⏳ Recorded)/.test(text))).toEqual([]);
    expect(answers.filter((text) => text.startsWith('✔')).length).toBeLessThanOrEqual(1);
    const run = await expectEnding(world, runId, refusedByAws);
    expect(acceptedIn(run)).toHaveLength(1);
    expect(run.projection.gates).toMatchObject([{ status: 'approved' }]);
    const { events = [] } = await world.temporal.workflow.getHandle(runId).fetchHistory();
    const count = (of: (event: object) => unknown): number => (events ?? []).filter((event) => of(event)).length;
    const updates = count(
      (event) => (event as Record<string, unknown>)['workflowExecutionUpdateAcceptedEventAttributes'],
    );
    const signals = count((event) => (event as Record<string, unknown>)['workflowExecutionSignaledEventAttributes']);
    console.error(
      `a hundred clicks: ${updates} updates, ${signals} signals, ${events?.length} events; ${answers.filter((text) => text.startsWith('⏳')).length} answered "recorded"`,
    );
    // The stranger's twenty never reach the run.
    expect(updates + signals).toBeLessThanOrEqual(160);
    expect(JSON.stringify((await gateMessage(runId))?.blocks)).not.toContain(slackActions.approve);
  });

  test('a click while no worker runs is recorded, never called approved, and counts once afterwards', async () => {
    const { runId, ts } = await asked('away');
    await world.stopWorkers();
    const answer = await told('U0JONAS', ts);
    await world.startWorkers();
    expect(answer).toMatch(/^⏳ (Recorded; it will count when the engine is back|The engine is slow)/);
    const run = await expectEnding(world, runId, refusedByAws);
    expect(decisionsOf(run)).toMatchObject([{ answer: { outcome: 'accepted', gate: 'approved' } }]);
  });

  test('a button that names something else is judged by what it names, and never by what it says', async () => {
    const { runId } = await asked('tampered');
    const ref = { run: runId, gate: 'admission', round: 1 };
    const forged: readonly (readonly [unknown, RegExp])[] = [
      [{ ...ref, round: 2 }, /You answered round 2/],
      [{ ...ref, round: 0 }, /You answered round 0/],
      [{ ...ref, gate: 'another' }, /no gate "another" open/],
      [{ ...ref, gate: '*' }, /no gate "\*" open/],
      [{ ...ref, run: 'control' }, /is not the id of a run|does not count/],
      [{ ...ref, run: 'restore-test/jira-cloud/issues-db/2020Q1' }, /there is no such run/],
      [{ ...ref, run: `delivery/${runId}` }, /is not the id of a run/],
      [{ ...ref, gate: 'ad\0mission' }, /It does not count|unexpected|another version/],
      [{ ...ref, choice: 'abort' }, /another version of firedrill/],
      [42, /another version of firedrill/],
    ];
    for (const [value, text] of forged)
      expect(await told('U0JONAS', await buttonOf(JSON.stringify(value))), JSON.stringify(value)).toMatch(text);
    expect((await world.runWhen(runId, () => true, 'there')).projection.gates).toMatchObject([{ status: 'open' }]);
    expect(await told('U0JONAS', await buttonOf(JSON.stringify(ref)))).toBe('✔ Approved by Jonas Weber.');
    await expectEnding(world, runId, refusedByAws);
  });
});

describe('while Temporal', () => {
  let silent: ReturnType<typeof createServer>;
  beforeEach(async () => {
    silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => silent.close());

  test.each(['is not there', 'is there and says nothing'])(
    '%s a person hears within three seconds that nothing is confirmed, and what to do',
    async (how) => {
      const port = how === 'is not there' ? 9 : (silent.address() as AddressInfo).port;
      await using app = await startWorldProcess(world, 'slack', { TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
      const ts = await buttonOf(
        JSON.stringify({ run: 'restore-test/jira-cloud/issues-db/2020Q1', gate: 'admission', round: 1 }),
      );
      const before = (await toldTo('U0JONAS')).length;
      const pressedAtMs = Date.now();
      await press('U0JONAS', ts);
      const isFinal = (text: string): boolean => !text.includes('is not confirmed yet');
      await until(async () => (await toldTo('U0JONAS')).slice(before).some(isFinal), 'an answer', 20_000);
      console.error(`Temporal ${how}: the last word after ${Date.now() - pressedAtMs} ms`);
      const answers = (await toldTo('U0JONAS')).slice(before);
      expect(answers.at(-1)).toMatch(
        /The workflow engine \(Temporal\) does not answer[\s\S]*was not confirmed[\s\S]*Try again in a minute; if it stays so: firedrill doctor/,
      );
      expect(answers.join()).not.toMatch(/✔|[Aa]pproved by/);
      expect(app.said()).not.toMatch(/TypeError/);
    },
  );
});

describe('over signed HTTP', () => {
  test('a forged, stale, future or repeated request decides nothing; what Slack signs now does', async () => {
    const { app: setup } = (await slack(world, 'GET', 'workspace')) as { app: { signingSecret: string } };
    await using app = await startWorldProcess(world, 'slack', {
      SLACK_APP_TOKEN: undefined,
      SLACK_SIGNING_SECRET: setup.signingSecret,
      SLACK_PORT: String((await choosePort(undefined, new PortClaims(join(world.config.cacheDir, 'ports')))).port),
    });
    const { runId } = await asked('forged');
    const payload = (value: object, user = 'U0JONAS', actionTs = `${Date.now() / 1000}`): string =>
      new URLSearchParams({
        payload: JSON.stringify({
          type: 'block_actions',
          user: { id: user, team_id: 'T1' },
          team: { id: 'T1' },
          channel: { id: channel },
          response_url: 'http://127.0.0.1:9/none',
          trigger_id: '1.2',
          actions: [
            {
              type: 'button',
              action_id: slackActions.approve,
              block_id: 'b',
              action_ts: actionTs,
              value: JSON.stringify(value),
            },
          ],
        }),
      }).toString();
    const good = payload({ run: runId, gate: 'admission', round: 1 });
    const post = async (
      body: string,
      so: {
        readonly secret?: string;
        readonly offsetS?: number;
        readonly signed?: string;
        readonly timestamp?: string;
      },
    ): Promise<number> => {
      const timestamp = so.timestamp ?? String(Math.floor(Date.now() / 1000) + (so.offsetS ?? 0));
      const hash = createHmac('sha256', so.secret ?? setup.signingSecret)
        .update(`v0:${timestamp}:${so.signed ?? body}`)
        .digest('hex');
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${hash}`,
      };
      const url = `http://127.0.0.1:${String(app.ready['port'])}/slack/events`;
      const response = await fetch(url, { method: 'POST', headers, body });
      await response.arrayBuffer();
      return response.status;
    };
    expect(await post(good, { secret: 'guessed' })).toBe(401);
    expect(await post(good, { offsetS: -301 })).toBe(401);
    expect(await post(good, { offsetS: 330 })).toBe(401);
    expect(await post(good, { timestamp: 'soon' })).toBe(401);
    // Signed for somebody else, sent for Jonas.
    expect(await post(good, { signed: payload({ run: runId, gate: 'admission', round: 1 }, 'U0SOFIA') })).toBe(401);
    const untouched = await world.runWhen(runId, () => true, 'there');
    expect(untouched.projection.gates).toMatchObject([{ status: 'open', decisions: [] }]);
    expect(untouched.projection.unauthenticDecisions).toEqual([]);

    const timestamp = String(Math.floor(Date.now() / 1000));
    expect(await Promise.all([post(good, { timestamp }), post(good, { timestamp })])).toEqual([200, 200]);
    const run = await expectEnding(world, runId, refusedByAws);
    expect(decisionsOf(run)).toMatchObject([
      { decision: { personId: 'jonas-weber' }, answer: { outcome: 'accepted', gate: 'approved' } },
    ]);
  });
});
