import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { exerciseNotice } from '../../domain/exercise-notice.ts';
import { begunExercise } from '../../domain/exercise-testing.ts';
import type { Notice } from '../../domain/notice.ts';
import {
  exampleAddress,
  exampleFailed,
  exampleFinding,
  exampleGate,
  exampleStatus,
  exampleTicket,
  openedAtMs,
} from '../../views/example-notices.ts';
import { checkSlack, createSlackClient } from './index.ts';
import { slackScene } from './sandbox-harness.ts';
import type { SlackScene } from './sandbox-harness.ts';
import { slackScopes } from './scopes.ts';
import type { SlackDeliveryError } from './slack-errors.ts';

const gateOpened: Notice = {
  kind: 'gate-opened',
  number: 1,
  gate: exampleGate,
  askedRoles: ['service-owner'],
  mention: ['U0ANNA', 'U0BEN'],
};
const gateClosed: Notice = {
  kind: 'gate-closed',
  number: 3,
  gate: exampleGate,
  text: 'Approved by Anna Owner (service-owner)',
  outcome: 'approved',
  closedAtMs: openedAtMs + 3 * 60_000,
};
const running = (number: number, done: number): Notice => ({ kind: 'run-status', number, status: exampleStatus(done) });
const ended: Notice = {
  kind: 'run-status',
  number: 8,
  status: exampleStatus(12, 'running', { state: 'failed', judged: exampleFailed, findings: 1 }),
};
const finding: Notice = { kind: 'finding', number: 7, finding: exampleFinding, ticket: exampleTicket };
const filed: Notice = {
  kind: 'ticket-filed',
  number: 7,
  fingerprint: exampleFinding.fingerprint,
  title: exampleFinding.title,
  key: 'DR-7',
  url: 'https://example.atlassian.net/browse/DR-7',
  outcome: 'created',
};

const all = (text: object): string => JSON.stringify(text);
async function failure(work: Promise<unknown>): Promise<SlackDeliveryError> {
  return await work.then(
    () => Promise.reject(new Error('This was expected to fail, and did not.')),
    (error: unknown) => error as SlackDeliveryError,
  );
}
const fault = (scene: SlackScene, body: object): Promise<unknown> => scene.control('POST', 'faults', body);

describe('telling people in Slack', () => {
  test('a run has one message, edited in place, and its finding and verdict stand in its thread', async () => {
    await using scene = await slackScene();
    await scene.deliver(running(1, 0));
    await scene.deliver(running(2, 4));
    await scene.deliver(finding);
    await scene.deliver(ended);
    await scene.deliver({ kind: 'verdict', number: 9, judged: exampleFailed, secondChannel: true });

    const [run, ...thread] = await scene.messages();
    expect(thread).toHaveLength(2);
    expect(thread.every((message) => message.thread_ts === run?.ts)).toBe(true);
    expect(all(run ?? {})).toContain('FAILED');
    expect(all(run ?? {})).not.toContain('Abort');
  });

  test('a gate is one message with buttons, and one line without buttons when it is decided', async () => {
    await using scene = await slackScene();
    await scene.deliver(gateOpened);
    expect(all(await scene.messages())).toContain('gate_approve');
    await scene.deliver({
      kind: 'gate-progress',
      number: 2,
      gate: exampleGate,
      text: '1 of 2: waiting for leadership',
    });
    const [open] = await scene.messages();
    expect(all(open ?? {})).toContain('1 of 2: waiting for leadership');
    expect(all(open ?? {})).toContain('<@U0ANNA>');
    await scene.deliver(gateClosed);
    const messages = await scene.messages();
    expect(messages).toHaveLength(1);
    expect(all(messages)).toContain('Approved by Anna Owner');
    expect(all(messages)).not.toContain('gate_approve');
  });

  test('a new round of a gate is a new message; the old one stays as it ended', async () => {
    await using scene = await slackScene();
    await scene.deliver(gateOpened);
    await scene.deliver({ ...gateOpened, number: 4, gate: { ...exampleGate, round: 2 } });
    expect(await scene.messages()).toHaveLength(2);
  });

  test('news of a finding stand in one thread, and only the newest has buttons that do something', async () => {
    await using scene = await slackScene();
    const news = (number: number, offers: Extract<Notice, { kind: 'finding-news' }>['offers'] = []): Notice => ({
      kind: 'finding-news',
      number,
      finding: exampleFinding,
      text: `news ${number}`,
      broadcast: true,
      secondChannel: false,
      mention: [],
      offers,
    });
    await scene.deliver(news(1, [{ kind: 'retest' }]));
    await scene.deliver(news(2, [{ kind: 'retest' }, { kind: 'accept-risk' }]));
    const [first, second] = await scene.messages();
    expect(second?.thread_ts).toBe(first?.ts);
    expect(all(first ?? {})).not.toContain('finding_retest');
    expect(all(first ?? {})).toContain('news 1');
    expect(all(second ?? {})).toContain('finding_retest');
    // Closed: nothing can be done about it any more. Told again after a lost answer, it is one message.
    await scene.deliver(news(3));
    await scene.deliver(news(3), 2);
    expect(await scene.messages()).toHaveLength(3);
    expect(all(await scene.messages())).not.toContain('finding_retest');
    expect(all(await scene.messages())).toContain('show_finding');
  });

  test('a reported gap is told once for each report, and what becomes of it stands below the first one', async () => {
    await using scene = await slackScene();
    const report = { reportId: 'gap/jira-cloud/1', slackId: 'U0ANNA' };
    const reported: Notice = { kind: 'gap-reported', number: 1, finding: exampleFinding, report };
    await scene.deliver(reported);
    await scene.deliver(reported, 2);
    const again = { reportId: 'gap/jira-cloud/2', slackId: 'U0BEN' };
    await scene.deliver({ ...reported, number: 2, report: again });
    const text = 'Still open.';
    const how = { broadcast: true, secondChannel: false, mention: [] };
    await scene.deliver({ kind: 'finding-news', number: 3, finding: exampleFinding, text, ...how });
    const [first, ...others] = await scene.messages();
    expect(all(first ?? {})).toContain(`Gap reported: ${exampleFinding.title.replace('<', '&lt;')}`);
    expect(all(first ?? {})).toContain('<@U0ANNA>');
    expect(others).toHaveLength(2);
    expect(all(others)).toContain('<@U0BEN>');
    for (const { thread_ts: below } of others) expect(below).toBe(first?.ts);
  });

  test('a reminder goes below its gate and mentions the people asked', async () => {
    await using scene = await slackScene();
    await scene.deliver(gateOpened);
    await scene.deliver({
      kind: 'gate-reminder',
      number: 2,
      gate: exampleGate,
      text: '0 of 1: waiting for a service owner.',
      secondChannel: false,
      roles: [],
      mention: ['U0BEN'],
    });
    const [gate, reminder] = await scene.messages();
    expect(reminder?.thread_ts).toBe(gate?.ts);
    expect(all(reminder ?? {})).toContain('<@U0BEN>');
  });

  test('the events of an exercise keep their words and lose their buttons when it is over, also where Slack throttles that', async () => {
    await using scene = await slackScene();
    const told = [1, 2].map((number): Notice => {
      const story = { from: 'AWS', text: `Event ${number}`, questions: ['Wait, or go?'], options: [], incidentMs: 1 };
      return {
        kind: 'exercise-post',
        number,
        post: { what: 'inject', injectId: `event-${number}`, number, of: 2, title: 'Smoke', ...story },
      };
    });
    const status = (number: number, over: boolean): Notice => {
      const exercise = exerciseNotice(begunExercise, openedAtMs, over);
      if (exercise === undefined) throw new Error('it is planned');
      return { kind: 'exercise-status', number, exercise };
    };
    await scene.deliver(status(0, false));
    for (const notice of told) await scene.deliver(notice);
    const events = async () => (await scene.messages()).filter((one) => all(one).includes('EXERCISE'));
    expect((await events()).map((one) => all(one).includes('"actions"'))).toEqual([true, true]);

    await fault(scene, { method: 'chat.update', kind: 'ratelimit', times: 2 });
    await failure(scene.deliver(status(3, true)));
    await failure(scene.deliver(status(3, true)));
    await scene.deliver(status(3, true));
    const after = await events();
    expect(after.map((one) => all(one).includes('"actions"'))).toEqual([false, false]);
    expect(after.map((one) => all(one).includes('Wait, or go?'))).toEqual([true, true]);
  });

  test('a run that waits links to its question', async () => {
    await using scene = await slackScene();
    await scene.deliver(gateOpened);
    await scene.deliver({
      kind: 'run-status',
      number: 2,
      status: exampleStatus(3, 'running', { waitingFor: 'admission' }),
    });
    const [, run] = await scene.messages();
    expect(all(run ?? {})).toContain(`|answer the question>`);
  });

  test('the ticket appears at the finding and at the finished run, in the messages that are there', async () => {
    await using scene = await slackScene();
    await scene.deliver(running(1, 3));
    await scene.deliver(finding);
    await scene.deliver(ended);
    expect(all(await scene.messages())).toContain('ticket pending');
    await scene.deliver(filed);
    const messages = await scene.messages();
    expect(messages).toHaveLength(2);
    expect(messages.map((message) => all(message).includes('|DR-7>'))).toEqual([true, true]);
    expect(all(messages)).not.toContain('ticket pending');
  });
});

/** Two hundred things to create: five messages and more. */
const longGate = {
  ...exampleGate,
  preview: {
    ...exampleGate.preview,
    creates: Array.from({ length: 200 }, (_, index) => `copy no. ${index + 1} ${'of a database '.repeat(14)}`),
  },
};
const longGateOpened: Notice = { ...gateOpened, gate: longGate };
const copiesIn = (messages: readonly object[]): number => new Set(all(messages).match(/copy no\. \d+/g)).size;

describe('what does not fit into one message', () => {
  test('follows in its thread, is edited with it, and is taken away when there is less to say', async () => {
    await using scene = await slackScene();
    await scene.deliver(longGateOpened);
    const [open, ...pages] = await scene.messages();
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.every(({ thread_ts }) => thread_ts === open?.ts)).toBe(true);
    expect(copiesIn(await scene.messages())).toBe(200);
    // Whoever sees the first one alone can answer.
    expect(all(open ?? {})).toMatch(/goes on below.*gate_approve/);
    expect(all(pages)).not.toContain('gate_approve');

    await scene.deliver({ kind: 'gate-progress', number: 2, gate: longGate, text: '1 of 2' });
    expect((await scene.messages()).map(({ ts }) => ts)).toEqual([open?.ts, ...pages.map(({ ts }) => ts)]);
    await scene.deliver({ ...gateClosed, gate: longGate });
    expect(await scene.messages()).toHaveLength(1);
    expect(scene.warnings).toEqual([]);
  });

  test('is never said twice: not after a lost reply, and not after a page that Slack throttled', async () => {
    await using scene = await slackScene();
    await fault(scene, { method: 'chat.postMessage', kind: 'lose-reply' });
    await failure(scene.deliver(longGateOpened));
    await fault(scene, { method: 'chat.postMessage', kind: 'ratelimit', retryAfterS: 1 });
    await failure(scene.deliver(longGateOpened, 2));
    await fault(scene, { method: 'chat.postMessage', kind: 'lose-reply' });
    await failure(scene.deliver(longGateOpened, 3));
    await scene.deliver(longGateOpened, 4);
    const said = (await scene.messages()).map(({ metadata }) => String(metadata?.event_payload['key']));
    expect(said).toEqual([...new Set(said)]);
    expect(copiesIn(await scene.messages())).toBe(200);
  });
});

describe('what Slack and the network do to it', () => {
  test.each([gateOpened, running(1, 2)])('a lost reply never makes a second message ($kind)', async (notice) => {
    await using scene = await slackScene();
    await fault(scene, { method: 'chat.postMessage', kind: 'lose-reply' });
    expect((await failure(scene.deliver(notice))).kind).toBe('busy');
    await scene.deliver(notice, 2);
    expect(await scene.messages()).toHaveLength(1);
    // What was adopted is edited later like any other.
    await scene.deliver({ ...notice, number: 2 });
    expect(await scene.messages()).toHaveLength(1);
  });

  test('a lost reply in a thread never makes a second finding, reminder or verdict', async () => {
    await using scene = await slackScene();
    await scene.control('PUT', 'limits', { postMessage: { perMinute: 600, burst: 50 } });
    await scene.deliver(running(1, 3));
    await scene.deliver(gateOpened);
    const reminder: Notice = {
      kind: 'gate-reminder',
      number: 5,
      gate: exampleGate,
      text: 'Nobody yet.',
      secondChannel: false,
      roles: [],
      mention: [],
    };
    for (const notice of [
      reminder,
      finding,
      { kind: 'verdict', number: 9, judged: exampleFailed, secondChannel: true } as const,
    ]) {
      await fault(scene, { method: 'chat.postMessage', kind: 'lose-reply' });
      await failure(scene.deliver(notice));
      await scene.deliver(notice, 2);
    }
    // Two reminders are two: only the same one is adopted.
    await scene.deliver({ ...reminder, number: 6 }, 2);
    expect(await scene.messages()).toHaveLength(2 + 4);
  });

  test('a lost reply never makes a second message, also while the history does not show the first', async () => {
    await using scene = await slackScene();
    await scene.control('PUT', 'history-lag', { ms: 1500 });
    await fault(scene, { method: 'chat.postMessage', kind: 'http-after', status: 502 });
    await failure(scene.deliver(gateOpened));
    await scene.deliver(gateOpened, 2);
    expect(await scene.messages()).toHaveLength(1);
  });

  test('what stands in the channel because its thread is gone is found there after a lost reply', async () => {
    await using scene = await slackScene();
    await scene.deliver(running(1, 3));
    const { channel, ts } = scene.known['run'] ?? {};
    await scene.client.chat.delete({ channel: channel ?? '', ts: ts ?? '' });
    await fault(scene, { method: 'chat.postMessage', kind: 'error', error: 'thread_not_found' });
    await fault(scene, { method: 'chat.postMessage', kind: 'lose-reply' });
    await failure(scene.deliver(finding));
    await scene.deliver(finding, 2);
    expect(await scene.messages()).toHaveLength(1);
  });

  test('another run with the same gate is another message, also when looking for a lost one', async () => {
    await using scene = await slackScene();
    await scene.deliver(gateOpened);
    const other = { ...exampleAddress, runId: 'restore-test/jira-cloud/issues-db/2027Q1' };
    const { createSlackActivities } = await import('./index.ts');
    const activities = createSlackActivities({ client: scene.client, historyLagMs: 0 });
    await activities.deliverToSlack({ address: other, notice: gateOpened, known: {} });
    expect(await scene.messages()).toHaveLength(2);
  });

  test('a rate limit is waited out for as long as Slack asks', async () => {
    await using scene = await slackScene();
    await fault(scene, { method: 'chat.postMessage', kind: 'ratelimit', retryAfterS: 7 });
    const error = await failure(scene.deliver(gateOpened));
    expect([error.kind, error.code, error.retryAfterMs]).toEqual(['busy', 'slack-rate-limited', 7000]);
    await scene.deliver(gateOpened, 2);
    expect(await scene.messages()).toHaveLength(1);
  });

  test('a Slack that is down, slow or in trouble is tried again, without a word lost', async () => {
    await using scene = await slackScene();
    for (const body of [
      { kind: 'down' },
      { kind: 'http', status: 503 },
      { kind: 'error', error: 'internal_error' },
      { kind: 'late-reply', delayMs: 4000 },
    ]) {
      await fault(scene, { method: 'chat.postMessage', ...body });
      const error = await failure(scene.deliver(gateOpened, 2));
      expect([error.kind, error.retryAfterMs]).toEqual(['busy', undefined]);
    }
    await scene.deliver(gateOpened, 2);
    expect(await scene.messages()).toHaveLength(1);
  });

  test.each([
    ['not_in_channel', /invite/],
    ['channel_not_found', /channel id in the catalog/],
    ['missing_scope', /manifest/],
    ['invalid_auth', /SLACK_BOT_TOKEN/],
    ['is_archived', /restore it/],
  ])('%s waits for a person, says what to mend, and never ends the delivery', async (code, remedy) => {
    await using scene = await slackScene();
    await fault(scene, { method: 'chat.postMessage', kind: 'error', error: code });
    const error = await failure(scene.deliver(gateOpened));
    expect([error.kind, error.retryAfterMs]).toEqual(['busy', 60_000]);
    expect(error.what).toContain(code);
    expect(error.next).toMatch(remedy);
  });

  test('a message that somebody deleted is posted anew, and once only', async () => {
    await using scene = await slackScene();
    await scene.deliver(running(1, 2));
    await scene.client.chat.delete({ channel: 'C0DRILLS', ts: scene.known['run']?.ts ?? '' });
    await fault(scene, { method: 'chat.postMessage', kind: 'lose-reply' });
    await failure(scene.deliver(running(2, 3)));
    await scene.deliver(running(2, 3), 2);
    await scene.deliver(running(3, 4));
    expect(await scene.messages()).toHaveLength(1);
  });

  test('a finding whose run message was deleted stands by itself rather than nowhere', async () => {
    await using scene = await slackScene();
    await scene.deliver(running(1, 2));
    await scene.client.chat.delete({ channel: 'C0DRILLS', ts: scene.known['run']?.ts ?? '' });
    await scene.deliver(finding);
    const [only] = await scene.messages();
    expect(only?.thread_ts).toBeUndefined();
    expect(all(only ?? {})).toContain('3 h 02 min old');
  });

  test('a message that Slack refuses as badly built is said in plain text, with the command that decides', async () => {
    await using scene = await slackScene();
    await fault(scene, { method: 'chat.postMessage', kind: 'error', error: 'invalid_blocks' });
    await scene.deliver(gateOpened);
    const [only] = await scene.messages();
    expect(only?.blocks).toBeUndefined();
    expect(only?.text).toContain(`firedrill approve ${exampleAddress.runId}`);
    expect(scene.warnings).toHaveLength(1);
  });
});

describe('doctor', () => {
  test('finds a workspace that is set up well', async () => {
    await using scene = await slackScene();
    const examined = await checkSlack({ client: scene.client, channels: ['C0DRILLS'] });
    expect(examined.map(({ ok }) => ok)).toEqual([true, true, true]);
  });

  test('says which scopes are missing, and which channel the app is not in or cannot see', async () => {
    await using scene = await slackScene();
    await scene.control('PUT', 'workspace', {
      app: { scopes: slackScopes.filter((scope) => scope !== 'usergroups:read' && scope !== 'chat:write') },
      channels: [{ id: 'C0DRILLS', name: 'drills', app_is_member: false }],
    });
    const examined = await checkSlack({ client: scene.client, channels: ['C0DRILLS', 'C0NOWHERE'] });
    expect(examined.map(({ ok }) => ok)).toEqual([true, false, false, false]);
    expect(examined[1]?.detail).toBe('missing: chat:write, usergroups:read');
    expect(examined[2]?.fix).toContain('/invite');
    expect(examined[3]?.detail).toContain('channel_not_found');
  });

  test('a token that Slack does not know is the first and only thing said', async () => {
    await using scene = await slackScene();
    await scene.control('POST', 'faults', { method: 'auth.test', kind: 'error', error: 'invalid_auth' });
    expect(await checkSlack({ client: scene.client, channels: ['C0DRILLS'] })).toEqual([
      expect.objectContaining({
        name: 'Slack token',
        ok: false,
        fix: expect.stringContaining('SLACK_BOT_TOKEN') as string,
      }),
    ]);
  });

  test('nobody listening is said in words', async () => {
    const closed = await slackScene();
    await closed[Symbol.asyncDispose]();
    const client = createSlackClient({ token: 'xoxb-test', apiUrl: `${closed.url}/api` });
    const [first] = await checkSlack({ client, channels: [] });
    expect(first?.detail).toMatch(/Could not sign in to Slack: .*ECONNREFUSED/);
  });

  test('the manifest asks for exactly the scopes that are used', async () => {
    const manifest = await readFile(new URL('../../deploy/slack/manifest.yaml', import.meta.url), 'utf8');
    const shape = z.object({ oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }) });
    expect(shape.parse(parse(manifest)).oauth_config.scopes.bot).toEqual([...slackScopes]);
  });
});
