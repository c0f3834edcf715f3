import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { App, HTTPReceiver } from '@slack/bolt';
import type { KnownBlock } from '@slack/types';
import { describe, expect, test } from 'vitest';
import { signedHeaders } from './deliver.ts';
import { approval, quiet, scene } from './fixture.ts';
import type { Scene } from './fixture.ts';

/** A real Bolt app that listens for signed requests; the workspace is told its address. */
async function httpApp(
  stage: Scene,
  listeners: (app: App) => void,
  secrets: { slack: string; app: string } = { slack: 'shared', app: 'shared' },
): Promise<AsyncDisposable> {
  const receiver = new HTTPReceiver({ signingSecret: secrets.app, logger: quiet });
  const app = new App({
    token: `xoxb-${stage.key}`,
    receiver,
    logger: quiet,
    clientOptions: { slackApiUrl: `${stage.sandbox.url}/api/` },
  });
  listeners(app);
  const server = await app.start({ port: 0, host: '127.0.0.1' });
  const address = 'address' in server ? server.address() : null;
  if (address === null || typeof address === 'string') throw new Error('the app listens on no port');
  const url = `http://127.0.0.1:${address.port}/slack/events`;
  await stage.control('PUT', 'workspace', {
    app: { commandUrl: url, interactivityUrl: url, signingSecret: secrets.slack },
  });
  return { [Symbol.asyncDispose]: async () => void (await app.stop()) };
}

describe('a Bolt app over signed HTTP', () => {
  test('gets commands and clicks, and answers in its response', async () => {
    await using stage = await scene();
    const clicks: string[] = [];
    await using _app = await httpApp(stage, (app) => {
      app.command('/dr', async ({ ack, command }) => {
        await ack({ response_type: 'in_channel', text: `heard ${command.text}` });
      });
      app.action('approve', async ({ ack, body, respond }) => {
        await ack();
        clicks.push(body.user.id);
        await respond({ replace_original: true, text: 'recorded' });
      });
    });
    expect(
      await stage.control('POST', 'act/command', {
        user: 'U0ANNA',
        channel: 'C0DRILLS',
        command: '/dr',
        text: 'status',
      }),
    ).toMatchObject({ status: 'ok', replies: [{ text: 'heard status' }] });
    const { ts } = await stage.client.chat.postMessage({
      channel: 'C0DRILLS',
      text: 'May we?',
      blocks: approval('May we?') as KnownBlock[],
    });
    expect(
      await stage.control('POST', 'act/click', { user: 'U0BEN', channel: 'C0DRILLS', ts, action_id: 'approve' }),
    ).toMatchObject({ status: 'ok' });
    await expect
      .poll(async () =>
        (await stage.client.conversations.history({ channel: 'C0DRILLS' })).messages?.map((one) => one.text),
      )
      .toEqual(['recorded', 'heard status']);
    expect(clicks).toEqual(['U0BEN']);
  });

  test('refuses a request signed with another secret, and the person sees it fail', async () => {
    await using stage = await scene();
    let heard = 0;
    await using _app = await httpApp(
      stage,
      (app) =>
        app.command('/dr', async ({ ack }) => {
          heard += 1;
          await ack();
        }),
      { slack: 'one', app: 'another' },
    );
    expect(
      await stage.control('POST', 'act/command', { user: 'U0ANNA', channel: 'C0DRILLS', command: '/dr', waitMs: 0 }),
    ).toMatchObject({ status: 'error', error: 'http_client_error' });
    expect(heard).toBe(0);
  });

  test('that acknowledges too late shows operation_timeout', async () => {
    await using stage = await scene();
    await using _app = await httpApp(stage, (app) =>
      app.command('/dr', async ({ ack }) => {
        await sleep(3_200);
        await ack();
      }),
    );
    expect(
      await stage.control('POST', 'act/command', { user: 'U0ANNA', channel: 'C0DRILLS', command: '/dr', waitMs: 0 }),
    ).toMatchObject({ status: 'error', error: 'operation_timeout' });
    await sleep(400);
  });
});

test('the signature is the one that Slack documents', () => {
  const headers = signedHeaders('8f742231b10e8888abcd99yyyzzz85a5', 'token=x&team_id=T1', 1_531_420_618_000);
  const expected = createHmac('sha256', '8f742231b10e8888abcd99yyyzzz85a5')
    .update('v0:1531420618:token=x&team_id=T1')
    .digest('hex');
  expect(headers).toMatchObject({ 'x-slack-request-timestamp': '1531420618', 'x-slack-signature': `v0=${expected}` });
});
