import { WebAPIPlatformError, WebClient } from '@slack/web-api';
import type { ConversationsHistoryResponse } from '@slack/web-api';
import type { KnownBlock } from '@slack/types';
import { describe, expect, test } from 'vitest';
import { codeOf, quiet, scene } from './fixture.ts';
import type { Scene } from './fixture.ts';

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
