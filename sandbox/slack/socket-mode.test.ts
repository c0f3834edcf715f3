import { setTimeout as sleep } from 'node:timers/promises';
import type { KnownBlock } from '@slack/types';
import { describe, expect, test } from 'vitest';
import { approval, scene } from './fixture.ts';

const gate = (text: string): KnownBlock[] => approval(text) as KnownBlock[];

describe('a Bolt app in Socket Mode', () => {
  test('answers a slash command, and only the person who typed it sees the answer', async () => {
    await using stage = await scene();
    await stage.boltApp((app) =>
      app.command('/dr', async ({ command, ack, respond }) => {
        await ack();
        await respond(`status of ${command.text} for ${command.user_name} in ${command.channel_name}`);
      }),
    );

    const result = await stage.control('POST', 'act/command', {
      user: 'U0ANNA',
      channel: 'C0DRILLS',
      command: '/dr',
      text: 'status',
    });

    expect(result).toMatchObject({
      status: 'ok',
      replies: [{ text: 'status of status for anna in dr-drills', ephemeral: true, visible_to: 'U0ANNA' }],
    });
    expect((await stage.control('GET', 'messages?channel=C0DRILLS&as=U0BEN')).messages).toEqual([]);
    expect((await stage.client.conversations.history({ channel: 'C0DRILLS' })).messages).toEqual([]);
  });

  test('gets a click with the whole payload and edits the message with chat.update', async () => {
    await using stage = await scene();
    const seen: unknown[] = [];
    await stage.boltApp((app) =>
      app.action('approve', async ({ ack, body, action, client }) => {
        await ack();
        seen.push({ ...body }, action);
        if (body.type === 'block_actions' && body.channel !== undefined && body.message !== undefined) {
          await client.chat.update({
            channel: body.channel.id,
            ts: body.message.ts,
            text: 'Approved',
            blocks: [{ type: 'section', text: { type: 'mrkdwn', text: `✔ Approved by <@${body.user.id}>` } }],
          });
        }
      }),
    );
    const posted = await stage.client.chat.postMessage({
      channel: '#dr-drills',
      text: 'May we?',
      blocks: gate('May we?'),
    });

    const clicked = await stage.control('POST', 'act/click', {
      user: 'U0ANNA',
      channel: 'C0DRILLS',
      ts: posted.ts,
      text: 'Approve',
    });
    expect(clicked.status).toBe('ok');
    await expect
      .poll(async () => (await stage.control('GET', 'messages?channel=C0DRILLS')).messages[0]?.['text'])
      .toBe('Approved');

    expect(seen[0]).toMatchObject({
      type: 'block_actions',
      user: { id: 'U0ANNA', username: 'anna' },
      container: { type: 'message', message_ts: posted.ts, channel_id: 'C0DRILLS', is_ephemeral: false },
      channel: { id: 'C0DRILLS', name: 'dr-drills' },
      message: { ts: posted.ts, text: 'May we?' },
      team: { domain: 'example-company' },
      trigger_id: expect.any(String),
      response_url: expect.stringContaining('/actions/T'),
      api_app_id: expect.stringMatching(/^A/),
    });
    expect(seen[1]).toMatchObject({
      type: 'button',
      action_id: 'approve',
      block_id: 'gate',
      value: 'gate-1',
      action_ts: expect.stringMatching(/^\d+\.\d{6}$/),
      text: { text: 'Approve' },
    });
    expect((await stage.control('GET', 'messages?channel=C0DRILLS')).messages[0]?.['earlier']).toMatchObject([
      { text: 'May we?' },
    ]);
  });

  test('that acknowledges too late shows the person operation_timeout', async () => {
    await using stage = await scene();
    await stage.boltApp((app) =>
      app.command('/dr', async ({ ack }) => {
        await sleep(3_300);
        await ack('too late');
      }),
    );
    const result = await stage.control('POST', 'act/command', { user: 'U0ANNA', channel: 'C0DRILLS', command: '/dr' });
    expect(result).toMatchObject({
      status: 'error',
      error: 'operation_timeout',
      replies: [{ user_name: 'Slackbot', text: '/dr failed with the error "operation_timeout"' }],
    });
    await sleep(600);
    expect((await stage.control('GET', 'messages?channel=C0DRILLS')).messages).toHaveLength(1);
  });

  test('that is not running shows dispatch_failed', async () => {
    await using stage = await scene();
    const result = await stage.control('POST', 'act/command', {
      user: 'U0ANNA',
      channel: 'C0DRILLS',
      command: '/dr',
      waitMs: 0,
    });
    expect(result).toMatchObject({ status: 'error', error: 'dispatch_failed' });
  });

  test('opens a modal, refuses a reason that is too short, and takes a good one', async () => {
    await using stage = await scene();
    const reasons: unknown[] = [];
    await stage.boltApp((app) => {
      app.action('reject', async ({ ack, body, client }) => {
        await ack();
        if (body.type !== 'block_actions') return;
        await client.views.open({
          trigger_id: body.trigger_id,
          view: {
            type: 'modal',
            callback_id: 'reason',
            private_metadata: 'gate-1',
            title: { type: 'plain_text', text: 'Reject' },
            submit: { type: 'plain_text', text: 'Reject' },
            blocks: [
              {
                type: 'input',
                block_id: 'why',
                label: { type: 'plain_text', text: 'Why?' },
                element: { type: 'plain_text_input', action_id: 'text', multiline: true },
              },
            ],
          },
        });
      });
      app.view('reason', async ({ ack, view, body }) => {
        const text = view.state.values['why']?.['text']?.value ?? '';
        if (text.length < 5) return ack({ response_action: 'errors', errors: { why: 'Please say a little more.' } });
        reasons.push([body.user.id, view.private_metadata, text]);
        await ack();
      });
    });
    const posted = await stage.client.chat.postMessage({
      channel: 'C0DRILLS',
      text: 'May we?',
      blocks: gate('May we?'),
    });
    await stage.control('POST', 'act/click', {
      user: 'U0BEN',
      channel: 'C0DRILLS',
      ts: posted.ts,
      action_id: 'reject',
    });
    await expect.poll(async () => (await stage.control('GET', 'views')).views.length).toBe(1);
    const viewId = (await stage.control('GET', 'views')).views[0]?.id;

    const submit = (text: string): Promise<unknown> =>
      stage.control('POST', 'act/submit', { view_id: viewId, user: 'U0BEN', values: { why: { text } } });
    expect(await submit('')).toEqual({ status: 'errors', errors: { why: 'Please complete this required field.' } });
    expect(await submit('no')).toEqual({ status: 'errors', errors: { why: 'Please say a little more.' } });
    expect(await submit('no freeze window')).toMatchObject({ status: 'ok' });
    expect(reasons).toEqual([['U0BEN', 'gate-1', 'no freeze window']]);
    expect((await stage.control('GET', 'views')).views).toEqual([]);
  });

  test('comes back after a refresh and after a cut, and gets each envelope once although it holds two connections', async () => {
    await using stage = await scene();
    let commands = 0;
    for (const _ of [1, 2])
      await stage.boltApp((app) =>
        app.command('/dr', async ({ ack }) => {
          commands += 1;
          await ack();
        }),
      );
    const connections = async (): Promise<number> => (await stage.control('GET', 'workspace')).connections;
    await expect.poll(connections).toBe(2);
    for (const _ of [1, 2, 3])
      await stage.control('POST', 'act/command', { user: 'U0ANNA', channel: 'C0DRILLS', command: '/dr', waitMs: 0 });
    expect(commands).toBe(3);

    expect(await stage.control('POST', 'socket/disconnect', { how: 'refresh' })).toEqual({ disconnected: 2 });
    await expect.poll(connections).toBe(0);
    // Bolt's Socket Mode client waits five seconds before it comes back.
    await expect.poll(connections, { timeout: 12_000 }).toBe(2);
    expect(await stage.control('POST', 'socket/disconnect', { how: 'cut' })).toEqual({ disconnected: 2 });
    await expect.poll(connections, { timeout: 12_000 }).toBe(2);
  }, 30_000);
});
