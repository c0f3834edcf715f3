import { setTimeout as sleep } from 'node:timers/promises';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { App, HTTPReceiver } from '@slack/bolt';
import { describe, expect, test } from 'vitest';
import { quiet, scene } from './fixture.ts';
import type { Scene } from './fixture.ts';

const subscribe = (stage: Scene, events: readonly string[], more: object = {}): Promise<unknown> =>
  stage.control('PUT', 'workspace', { app: { events, ...more } });
const say = (stage: Scene, text: string, more: object = {}): Promise<unknown> =>
  stage.control('POST', 'act/message', { user: 'U0ANNA', channel: 'C0DRILLS', text, ...more });

/** An address for events that answers the challenge, then whatever the test wants. */
async function listener(
  answer: (attempt: number) => { status: number; headers?: Record<string, string>; afterMs?: number },
) {
  const heard: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const body = JSON.parse(Buffer.concat((await request.toArray()) as Buffer[]).toString()) as {
        challenge?: string;
      };
      if (body.challenge !== undefined) return response.end(body.challenge);
      heard.push(request.headers);
      const { status, headers, afterMs = 0 } = answer(heard.length);
      await sleep(afterMs);
      return response.writeHead(status, headers).end();
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    heard,
    url: `http://127.0.0.1:${address.port}/`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

describe('events over Socket Mode', () => {
  test('an app hears of what it subscribed to, where it is a member, with the scope for it', async () => {
    await using stage = await scene();
    await subscribe(stage, ['app_mention', 'message.channels', 'reaction_added', 'user_change'], {
      scopes: ['app_mentions:read', 'channels:history', 'users:read', 'chat:write'],
    });
    const heard: unknown[] = [];
    await stage.boltApp((app) => {
      app.event('app_mention', async ({ event }) => void heard.push(['mention', event.user, event.text]));
      app.message(async ({ message }) => void heard.push(['message', message.subtype]));
      app.event('reaction_added', async () => void heard.push(['reaction']));
      app.event('user_change', async ({ event }) => void heard.push(['user', event.user.id, event.user.deleted]));
    });
    await say(stage, 'nothing for anybody');
    await say(stage, 'hello @firedrill, how is it?');
    const { messages } = await stage.control('GET', 'messages?channel=C0DRILLS');
    await stage.control('POST', 'act/react', {
      user: 'U0BEN',
      channel: 'C0DRILLS',
      ts: messages[0]?.['ts'],
      name: '+1',
    });
    await stage.control('PATCH', 'user', { id: 'U0BEN', deleted: true });
    await expect.poll(() => heard.length).toBe(4);
    const { user_id } = await stage.client.auth.test();
    expect(heard).toEqual(
      expect.arrayContaining([
        ['message', undefined],
        ['mention', 'U0ANNA', `hello <@${user_id}>, how is it?`],
        ['user', 'U0BEN', true],
      ]),
    );
    expect(await say(stage, 'gone', { user: 'U0BEN' })).toMatchObject({
      error: expect.stringContaining('deactivated'),
    });
    expect((await stage.client.users.info({ user: 'U0BEN' })).user).toMatchObject({
      deleted: true,
      tz: 'America/New_York',
    });
  });

  test('an event that is not acknowledged comes again, and says so', async () => {
    await using stage = await scene();
    await subscribe(stage, ['message.channels']);
    await stage.control('PUT', 'event-retries', { delaysMs: Array(8).fill(1000) });
    await say(stage, 'while nobody listens');
    const event = async (): Promise<unknown> => (await stage.control('GET', 'events')).events[0];
    await expect.poll(event).toMatchObject({ state: 'under way', attempts: [{ result: 'connection_failed' }] });
    const retries: unknown[] = [];
    await stage.boltApp((app) =>
      app.message(async ({ message, context }) => {
        retries.push(['text' in message && message.text, context.retryReason, (context.retryNum ?? 0) > 0]);
      }),
    );
    await expect.poll(event, { timeout: 8000 }).toMatchObject({ state: 'delivered' });
    expect(retries).toEqual([['while nobody listens', 'connection_failed', true]]);
  }, 20_000);
});

describe('events over signed HTTP', () => {
  test('reach a Bolt app that answered the challenge', async () => {
    await using stage = await scene();
    const receiver = new HTTPReceiver({ signingSecret: 'shared', logger: quiet });
    const app = new App({
      token: `xoxb-${stage.key}`,
      receiver,
      logger: quiet,
      clientOptions: { slackApiUrl: `${stage.sandbox.url}/api/` },
    });
    const heard: unknown[] = [];
    app.event('message', async ({ event }) => void heard.push('text' in event && event.text));
    const server = await app.start({ port: 0, host: '127.0.0.1' });
    const address = 'address' in server ? server.address() : null;
    if (address === null || typeof address === 'string') throw new Error('no port');
    const eventsUrl = `http://127.0.0.1:${address.port}/slack/events`;
    expect(await subscribe(stage, ['message.channels'], { eventsUrl, signingSecret: 'other' })).toMatchObject({
      error: expect.stringContaining('challenge'),
    });
    await subscribe(stage, ['message.channels'], { eventsUrl, signingSecret: 'shared' });
    await say(stage, 'hello');
    await expect.poll(() => heard).toEqual(['hello']);
    await app.stop();
  });

  test('three retries with number and reason, unless the app asks for none', async () => {
    await using stage = await scene();
    await using app = await listener((attempt) =>
      attempt <= 2
        ? { status: 503 }
        : attempt === 3
          ? { status: 200, afterMs: 3300 }
          : attempt === 5
            ? { status: 500, headers: { 'x-slack-no-retry': '1' } }
            : { status: 200 },
    );
    await subscribe(stage, ['message.channels'], { eventsUrl: app.url });
    await stage.control('PUT', 'event-retries', { delaysMs: [0, 50, 100] });
    await say(stage, 'hello');
    const newest = async (): Promise<unknown> => (await stage.control('GET', 'events')).events.at(-1);
    await expect.poll(newest, { timeout: 10_000 }).toMatchObject({
      state: 'delivered',
      attempts: [{ result: 'http_error' }, { result: 'http_error' }, { result: 'http_timeout' }, { result: 'ok' }],
    });
    expect(app.heard.map((one) => [one['x-slack-retry-num'], one['x-slack-retry-reason']])).toEqual([
      [undefined, undefined],
      ['1', 'http_error'],
      ['2', 'http_error'],
      ['3', 'http_timeout'],
    ]);
    await say(stage, 'once');
    await expect.poll(newest).toMatchObject({ state: 'given up', attempts: [{ result: 'http_error' }] });
  }, 20_000);
});
