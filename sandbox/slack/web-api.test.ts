import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api';
import type { ConversationsHistoryResponse } from '@slack/web-api';
import type { KnownBlock } from '@slack/types';
import { describe, expect, test } from 'vitest';
import { codeOf, plain, quiet, scene } from './fixture.ts';
import type { Scene } from './fixture.ts';

const problemsOf = async (stage: Scene, blocks: unknown): Promise<unknown> => {
  const error: unknown = await stage.client.chat
    .postMessage({ channel: 'C0DRILLS', text: 'x', blocks: blocks as KnownBlock[] })
    .catch((reason: unknown) => reason);
  return error instanceof WebAPIPlatformError ? [error.data.error, error.data.response_metadata?.messages] : error;
};
const botWith = (stage: Scene, token: string | undefined): WebClient =>
  new WebClient(token, { slackApiUrl: `${stage.sandbox.url}/api/`, retryConfig: { retries: 0 }, logger: quiet });

describe('who calls', () => {
  test('auth.test names the workspace and lists the scopes', async () => {
    await using stage = await scene();
    await stage.control('PUT', 'workspace', {
      name: 'Acme',
      domain: 'acme',
      app: { scopes: ['chat:write', 'commands'] },
    });
    const answer = await stage.client.auth.test();
    expect(answer).toMatchObject({
      ok: true,
      team: 'Acme',
      url: 'https://acme.slack.com/',
      user: 'firedrill',
      response_metadata: { scopes: ['chat:write', 'commands'] },
    });
  });

  test('a missing, malformed or wrong kind of token is told apart', async () => {
    await using stage = await scene();
    expect(await codeOf(botWith(stage, undefined).auth.test())).toBe('not_authed');
    expect(await codeOf(botWith(stage, 'nonsense').auth.test())).toBe('invalid_auth');
    expect(await codeOf(botWith(stage, 'xapp-test').auth.test())).toBe('not_allowed_token_type');
    expect(await codeOf(stage.client.apiCall('chat.invented'))).toBe('unknown_method');
  });

  test('a missing scope is named, with what was granted', async () => {
    await using stage = await scene();
    await stage.control('PUT', 'workspace', { app: { scopes: ['commands'] } });
    const error: unknown = await stage.client.chat
      .postMessage({ channel: 'C0DRILLS', text: 'x' })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(WebAPIPlatformError);
    expect(error).toMatchObject({ data: { error: 'missing_scope', needed: 'chat:write', provided: 'commands' } });
  });

  test('two tokens see two workspaces', async () => {
    await using stage = await scene();
    await stage.client.chat.postMessage({ channel: 'C0DRILLS', text: 'for one' });
    const other = botWith(stage, 'xoxb-other');
    expect((await other.conversations.history({ channel: 'C0DRILLS' })).messages).toEqual([]);
  });
});

describe('messages', () => {
  test('metadata comes back only when history is asked for it, and finds a message again', async () => {
    await using stage = await scene();
    const metadata = { event_type: 'gate', event_payload: { run: 'r1', gate: 'approve restore', number: 7 } };
    const posted = await stage.client.chat.postMessage({ channel: 'C0DRILLS', text: 'May we?', metadata });
    const plain = await stage.client.conversations.history({ channel: 'C0DRILLS' });
    expect(plain.messages?.[0]).not.toHaveProperty('metadata');
    const full = await stage.client.conversations.history({ channel: 'C0DRILLS', include_all_metadata: true });
    expect(full.messages?.[0]).toMatchObject({ ts: posted.ts, metadata });
    expect(
      await codeOf(
        stage.client.apiCall('chat.postMessage', {
          channel: 'C0DRILLS',
          text: 'x',
          metadata: { event_type: 'no payload' },
        }),
      ),
    ).toBe('invalid_metadata_format');
  });

  test('a thread has its parent first, and history shows only the parent with its count', async () => {
    await using stage = await scene();
    const parent = await stage.client.chat.postMessage({ channel: 'C0DRILLS', text: 'run' });
    for (const text of ['one', 'two'])
      await stage.client.chat.postMessage({ channel: 'C0DRILLS', text, thread_ts: parent.ts ?? '' });
    expect((await stage.client.conversations.history({ channel: 'C0DRILLS' })).messages).toMatchObject([
      { text: 'run', reply_count: 2 },
    ]);
    expect(
      (await stage.client.conversations.replies({ channel: 'C0DRILLS', ts: parent.ts ?? '' })).messages?.map(
        (one) => one.text,
      ),
    ).toEqual(['run', 'one', 'two']);
    expect(await codeOf(stage.client.chat.postMessage({ channel: 'C0DRILLS', text: 'x', thread_ts: '1.000000' }))).toBe(
      'thread_not_found',
    );
  });

  test('history is paged by cursor, newest first', async () => {
    await using stage = await scene();
    await stage.control('PUT', 'limits', { postMessage: { perMinute: 6000, burst: 100 } });
    for (let number = 1; number <= 7; number += 1)
      await stage.client.chat.postMessage({ channel: 'C0DRILLS', text: String(number) });
    const seen: unknown[] = [];
    for await (const page of stage.client.paginate('conversations.history', { channel: 'C0DRILLS', limit: 3 }))
      seen.push((page as ConversationsHistoryResponse).messages?.map((one) => one.text));
    expect(seen).toEqual([['7', '6', '5'], ['4', '3', '2'], ['1']]);
  });

  test('an update without blocks drops them and marks the message edited; one with blocks does not mark it', async () => {
    await using stage = await scene();
    const blocks: KnownBlock[] = [{ type: 'divider' }];
    const { ts = '' } = await stage.client.chat.postMessage({ channel: 'C0DRILLS', text: 'a', blocks });
    await stage.client.chat.update({ channel: 'C0DRILLS', ts, text: 'b', blocks });
    expect((await stage.client.conversations.history({ channel: 'C0DRILLS' })).messages?.[0]).not.toHaveProperty(
      'edited',
    );
    await stage.client.chat.update({ channel: 'C0DRILLS', ts, text: 'c' });
    const [message] = (await stage.client.conversations.history({ channel: 'C0DRILLS' })).messages ?? [];
    expect(message).toMatchObject({ text: 'c', edited: { user: expect.any(String) } });
    expect(message).not.toHaveProperty('blocks');
  });

  test('each refusal has its own code', async () => {
    await using stage = await scene();
    await stage.control('PUT', 'workspace', {
      channels: [
        { id: 'C0IN', name: 'in' },
        { id: 'C0OUT', name: 'out', app_is_member: false },
        { id: 'C0OLD', name: 'old', is_archived: true },
        { id: 'G0SECRET', name: 'secret', is_private: true, app_is_member: false },
      ],
      app: { scopes: ['chat:write', 'channels:history', 'users:read', 'im:write'] },
    });
    const { chat, conversations, users } = stage.client;
    expect(await codeOf(chat.postMessage({ channel: 'C0NOWHERE', text: 'x' }))).toBe('channel_not_found');
    expect(await codeOf(chat.postMessage({ channel: 'G0SECRET', text: 'x' }))).toBe('channel_not_found');
    expect(await codeOf(chat.postMessage({ channel: 'C0OUT', text: 'x' }))).toBe('not_in_channel');
    expect(await codeOf(conversations.history({ channel: 'C0OUT' }))).toBe('not_in_channel');
    expect(await codeOf(chat.postMessage({ channel: 'C0OLD', text: 'x' }))).toBe('is_archived');
    expect(await codeOf(chat.postMessage({ channel: 'C0IN', text: '' }))).toBe('no_text');
    expect(await codeOf(chat.update({ channel: 'C0IN', ts: '1.000000', text: 'x' }))).toBe('message_not_found');
    expect(await codeOf(chat.postEphemeral({ channel: 'C0IN', user: 'U0NOBODY', text: 'x' }))).toBe('user_not_found');
    expect(await codeOf(users.info({ user: 'U0NOBODY' }))).toBe('user_not_found');
    const written = await fetch(`${stage.sandbox.url}/_sandbox/act/message`, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-test' },
      body: JSON.stringify({ user: 'U0ANNA', channel: 'C0IN', text: 'mine' }),
    });
    const { ts } = (await written.json()) as { ts: string };
    expect(await codeOf(chat.update({ channel: 'C0IN', ts, text: 'x' }))).toBe('cant_update_message');
    expect(await codeOf(chat.delete({ channel: 'C0IN', ts }))).toBe('cant_delete_message');
  });
});

describe('people', () => {
  test('users and groups are found as the catalog names them; the e-mail address needs its own scope', async () => {
    await using stage = await scene();
    await stage.control('PUT', 'workspace', {
      usergroups: [{ id: 'S0COMMANDERS', handle: 'commanders', name: 'Commanders', users: ['U0ANNA', 'U0BEN'] }],
    });
    expect((await stage.client.users.lookupByEmail({ email: 'Ben@Example.com' })).user).toMatchObject({
      id: 'U0BEN',
      tz: 'America/New_York',
    });
    expect((await stage.client.usergroups.list({ include_users: true })).usergroups).toMatchObject([
      { handle: 'commanders', users: ['U0ANNA', 'U0BEN'] },
    ]);
    expect((await stage.client.usergroups.users.list({ usergroup: 'S0COMMANDERS' })).users).toEqual([
      'U0ANNA',
      'U0BEN',
    ]);
    expect((await stage.client.users.list({})).members?.map((one) => one.id)).toContain('U0CARA');
    await stage.control('PUT', 'workspace', { app: { scopes: ['users:read'] } });
    expect((await stage.client.users.info({ user: 'U0BEN' })).user?.profile).not.toHaveProperty('email');
    expect(await codeOf(stage.client.usergroups.list())).toBe('missing_scope');
  });

  test('a message to a person opens a direct conversation that only the two see', async () => {
    await using stage = await scene();
    const posted = await stage.client.chat.postMessage({ channel: 'U0BEN', text: 'You are asked' });
    expect(posted.channel).toMatch(/^D/);
    expect((await stage.client.conversations.open({ users: 'U0BEN' })).channel?.id).toBe(posted.channel);
    const click = await stage.control('POST', 'act/message', {
      user: 'U0ANNA',
      channel: posted.channel,
      text: 'hello?',
    });
    expect(click).toMatchObject({ ok: false, error: expect.stringContaining('sees no channel') });
  });
});

describe('Block Kit', () => {
  test('every problem is listed with the place it is in', async () => {
    await using stage = await scene();
    const button = (number: number): object => ({ type: 'button', action_id: `a${number}`, text: plain('x') });
    expect(
      await problemsOf(stage, [
        { type: 'header', text: plain('x'.repeat(151)) },
        { type: 'section', text: { type: 'mrkdwn', text: '' } },
        { type: 'actions', elements: [...Array(26).keys()].map(button) },
        { type: 'image', imageUrl: 'https://example.com/a.png', alt_text: 'a' },
        { type: 'sparkle' },
      ]),
    ).toEqual([
      'invalid_blocks',
      [
        '[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]',
        '[ERROR] must be more than 0 characters [json-pointer:/blocks/1/text/text]',
        '[ERROR] no more than 25 items allowed [json-pointer:/blocks/2/elements]',
        '[ERROR] invalid additional property: imageUrl [json-pointer:/blocks/3]',
        '[ERROR] unsupported type: sparkle [json-pointer:/blocks/4/type]',
      ],
    ]);
  });

  test.each([
    ['51 blocks', Array(51).fill({ type: 'divider' })],
    ['11 fields', [{ type: 'section', fields: Array(11).fill(plain('x')) }]],
    ['a field of 2,001 characters', [{ type: 'section', fields: [plain('x'.repeat(2001))] }]],
    ['11 context elements', [{ type: 'context', elements: Array(11).fill(plain('x')) }]],
    [
      'a button label of 76 characters',
      [{ type: 'actions', elements: [{ type: 'button', text: plain('x'.repeat(76)) }] }],
    ],
    [
      'a button value of 2,001 characters',
      [{ type: 'actions', elements: [{ type: 'button', text: plain('x'), value: 'x'.repeat(2001) }] }],
    ],
    [
      'markup in a button label',
      [{ type: 'actions', elements: [{ type: 'button', text: { type: 'mrkdwn', text: '*x*' } }] }],
    ],
    ['an invented style', [{ type: 'actions', elements: [{ type: 'button', text: plain('x'), style: 'green' }] }]],
    [
      'the same action_id twice',
      [
        {
          type: 'actions',
          elements: [
            { type: 'button', action_id: 'a', text: plain('x') },
            { type: 'button', action_id: 'a', text: plain('y') },
          ],
        },
      ],
    ],
    ['a button in a context block', [{ type: 'context', elements: [{ type: 'button', text: plain('x') }] }]],
    ['a section without text', [{ type: 'section' }]],
  ])('%s is refused', async (_name, blocks) => {
    await using stage = await scene();
    expect(await problemsOf(stage, blocks)).toMatchObject(['invalid_blocks', expect.any(Array)]);
  });

  test('too much text in all blocks together is msg_blocks_too_long', async () => {
    await using stage = await scene();
    expect(
      await problemsOf(stage, Array(5).fill({ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(2900) } })),
    ).toMatchObject(['msg_blocks_too_long', undefined]);
  });

  test('a modal opens once per trigger, and its limits hold', async () => {
    await using stage = await scene();
    expect(
      await codeOf(
        stage.client.views.open({ trigger_id: '1.2.3', view: { type: 'modal', title: plain('x'), blocks: [] } }),
      ),
    ).toBe('invalid_trigger_id');
    const codes: string[] = [];
    const trigger = Promise.withResolvers<string>();
    await stage.boltApp((app) =>
      app.command('/dr', async ({ ack, body }) => {
        await ack();
        trigger.resolve(body.trigger_id);
      }),
    );
    await stage.control('POST', 'act/command', { user: 'U0ANNA', channel: 'C0DRILLS', command: '/dr', waitMs: 0 });
    const trigger_id = await trigger.promise;
    const opened = await stage.client.views.open({
      trigger_id,
      view: { type: 'modal', title: plain('Why?'), blocks: [{ type: 'divider' }] },
    });
    expect(opened.view).toMatchObject({ type: 'modal', id: expect.stringMatching(/^V/), hash: expect.any(String) });
    codes.push(
      await codeOf(stage.client.views.open({ trigger_id, view: { type: 'modal', title: plain('Why?'), blocks: [] } })),
    );
    codes.push(
      await codeOf(
        stage.client.views.update({
          view_id: opened.view?.id ?? '',
          view: { type: 'modal', title: plain('x'.repeat(25)), blocks: [] },
        }),
      ),
    );
    codes.push(
      await codeOf(
        stage.client.views.update({
          view_id: opened.view?.id ?? '',
          hash: 'old',
          view: { type: 'modal', title: plain('x'), blocks: [] },
        }),
      ),
    );
    expect(codes).toEqual(['exchanged_trigger_id', 'invalid_arguments', 'hash_conflict']);
  });
});

describe('rate limits', () => {
  test('a burst of five messages in a channel passes, the sixth is told how long to wait; other channels go on', async () => {
    await using stage = await scene();
    for (let number = 0; number < 5; number += 1)
      await stage.client.chat.postMessage({ channel: 'C0DRILLS', text: 'x' });
    const error: unknown = await stage.client.chat
      .postMessage({ channel: 'C0DRILLS', text: 'x' })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(WebAPIRateLimitedError);
    expect(error).toMatchObject({ retryAfter: 1 });
    await expect(stage.client.chat.postMessage({ channel: 'C0GENERAL', text: 'x' })).resolves.toMatchObject({
      ok: true,
    });
  });

  test('can be tuned, per method too', async () => {
    await using stage = await scene();
    await stage.control('PUT', 'limits', { methods: { 'auth.test': { perMinute: 2, burst: 1 } } });
    await stage.client.auth.test();
    await expect(stage.client.auth.test()).rejects.toMatchObject({ retryAfter: 30 });
  });
});

describe('faults', () => {
  test('each arrives at the client as its own class of error', async () => {
    await using stage = await scene();
    const post = (): Promise<unknown> => stage.client.chat.postMessage({ channel: 'C0DRILLS', text: 'x' });
    const fault = (body: object): Promise<unknown> =>
      stage.control('POST', 'faults', { method: 'chat.postMessage', ...body });
    await fault({ kind: 'error', error: 'fatal_error' });
    expect(await codeOf(post())).toBe('fatal_error');
    await fault({ kind: 'http', status: 502 });
    await expect(post()).rejects.toThrow(WebAPIHTTPError);
    await fault({ kind: 'ratelimit', retryAfterS: 7 });
    await expect(post()).rejects.toMatchObject({ name: WebAPIRateLimitedError.name, retryAfter: 7 });
    await fault({ kind: 'down' });
    await expect(post()).rejects.toThrow(WebAPIRequestError);
    expect((await stage.control('GET', 'messages')).messages).toEqual([]);
    await expect(post()).resolves.toMatchObject({ ok: true });
  });

  test('a lost reply: the message is there although the client saw an error', async () => {
    await using stage = await scene();
    await stage.control('POST', 'faults', { method: 'chat.postMessage', kind: 'lose-reply' });
    await expect(stage.client.chat.postMessage({ channel: 'C0DRILLS', text: 'twice?' })).rejects.toThrow(
      WebAPIRequestError,
    );
    expect((await stage.control('GET', 'messages')).messages).toMatchObject([{ text: 'twice?' }]);
    expect((await stage.control('GET', 'calls')).calls).toMatchObject([
      { method: 'chat.postMessage', fault: 'lose-reply', result: { ok: true } },
    ]);
  });

  test('an error after the effect, and a history that learns of it late', async () => {
    await using stage = await scene();
    await stage.control('PUT', 'history-lag', { ms: 700 });
    await stage.control('POST', 'faults', { method: 'chat.postMessage', kind: 'http-after', status: 502 });
    await expect(stage.client.chat.postMessage({ channel: 'C0DRILLS', text: 'said' })).rejects.toThrow(WebAPIHTTPError);
    const history = async () => (await stage.client.conversations.history({ channel: 'C0DRILLS' })).messages;
    expect(await history()).toEqual([]);
    await expect.poll(history).toMatchObject([{ text: 'said' }]);
  });

  test('a late reply: the client gives up, the message is there', async () => {
    await using stage = await scene();
    await stage.control('POST', 'faults', { kind: 'late-reply', delayMs: 1000 });
    const impatient = new WebClient('xoxb-test', {
      slackApiUrl: `${stage.sandbox.url}/api/`,
      retryConfig: { retries: 0 },
      timeout: 200,
      logger: quiet,
    });
    await expect(impatient.chat.postMessage({ channel: 'C0DRILLS', text: 'late' })).rejects.toThrow(WebAPIRequestError);
    expect((await stage.control('GET', 'messages')).messages).toMatchObject([{ text: 'late' }]);
  });

  test('"always" lasts until it is deleted, and reset forgets faults, limits, messages and calls', async () => {
    await using stage = await scene();
    await stage.control('POST', 'faults', { kind: 'error', error: 'service_unavailable', times: 'always' });
    for (let number = 0; number < 3; number += 1)
      expect(await codeOf(stage.client.auth.test())).toBe('service_unavailable');
    await stage.control('DELETE', 'faults');
    await stage.client.chat.postMessage({ channel: 'C0DRILLS', text: 'x' });
    await stage.control('POST', 'reset');
    expect((await stage.control('GET', 'messages')).messages).toEqual([]);
    expect((await stage.control('GET', 'calls')).calls).toEqual([]);
  });
});
