import { describe, expect, test } from 'vitest';
import { plain, scene } from './fixture.ts';
import { WorkspaceSetupSchema } from './model.ts';
import { Tickets } from './tickets.ts';
import { Workspace } from './workspace.ts';

const world = (): { workspace: Workspace; tickets: Tickets; pass: (ms: number) => void } => {
  let now = 1_700_000_000_000;
  return {
    workspace: Workspace.create('k', WorkspaceSetupSchema.parse({})),
    tickets: new Tickets(() => now),
    pass: (ms) => {
      now += ms;
    },
  };
};

describe('a trigger id', () => {
  test('works within three seconds, once, in its own workspace', () => {
    const { workspace, tickets, pass } = world();
    const stranger = Workspace.create('other', WorkspaceSetupSchema.parse({}));
    const id = tickets.makeTrigger(workspace, 'U0ANNA', 'C0DRILLS');
    expect(() => tickets.exchange(stranger, id)).toThrow('invalid_trigger_id');
    pass(3_000);
    expect(tickets.exchange(workspace, id)).toMatchObject({ user: 'U0ANNA', channel: 'C0DRILLS' });
    expect(() => tickets.exchange(workspace, id)).toThrow('exchanged_trigger_id');
  });

  test('expires after three seconds', () => {
    const { workspace, tickets, pass } = world();
    const id = tickets.makeTrigger(workspace, 'U0ANNA');
    pass(3_001);
    expect(() => tickets.exchange(workspace, id)).toThrow('expired_trigger_id');
  });
});

describe('a response URL', () => {
  test('works five times', () => {
    const { workspace, tickets } = world();
    const { id } = tickets.makeResponseUrl(workspace, { user: 'U0ANNA', channel: 'C0DRILLS' });
    for (let use = 0; use < 5; use += 1) tickets.useResponseUrl(workspace, id);
    expect(() => tickets.useResponseUrl(workspace, id)).toThrow('used_url');
  });

  test('works for thirty minutes', () => {
    const { workspace, tickets, pass } = world();
    const { id } = tickets.makeResponseUrl(workspace, { user: 'U0ANNA', channel: 'C0DRILLS' });
    pass(30 * 60_000);
    tickets.useResponseUrl(workspace, id);
    pass(1);
    expect(() => tickets.useResponseUrl(workspace, id)).toThrow('expired_url');
  });

  test('says something to one person, or in the channel, or takes the clicked message away', async () => {
    await using stage = await scene();
    const url = Promise.withResolvers<string>();
    await stage.boltApp((app) =>
      app.action('x', async ({ ack, body }) => {
        await ack();
        if (body.type === 'block_actions') url.resolve(body.response_url);
      }),
    );
    const { ts } = await stage.client.chat.postMessage({
      channel: 'C0DRILLS',
      text: 'press',
      blocks: [
        { type: 'actions', elements: [{ type: 'button', action_id: 'x', text: { type: 'plain_text', text: 'X' } }] },
      ],
    });
    await stage.control('POST', 'act/click', { user: 'U0BEN', channel: 'C0DRILLS', ts, action_id: 'x' });
    const responseUrl = await url.promise;
    const send = async (body: object): Promise<number> =>
      (
        await fetch(responseUrl, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      ).status;

    expect(await send({ text: 'only Ben', replace_original: false })).toBe(200);
    expect(await send({ text: 'all', response_type: 'in_channel' })).toBe(200);
    expect(await send({ blocks: [{ type: 'sparkle' }] })).toBe(400);
    expect(await send({ delete_original: true })).toBe(200);
    expect(await send({ delete_original: true })).toBe(400);
    expect(await send({ text: 'once more' })).toBe(404);
    const { messages } = await stage.control('GET', 'messages?channel=C0DRILLS');
    expect(messages.map((one) => [one['text'], one['visible_to'], 'deleted_at' in one])).toEqual([
      ['press', undefined, true],
      ['only Ben', 'U0BEN', false],
      ['all', undefined, false],
    ]);
  });

  test('comes with a submission for each channel chosen in a menu that asks for one', async () => {
    await using stage = await scene();
    const urls = Promise.withResolvers<unknown>();
    await stage.boltApp((app) =>
      app.view('where', async ({ ack, body }) => {
        await ack();
        urls.resolve('response_urls' in body && body.response_urls);
      }),
    );
    const { trigger_id } = await stage.control('POST', 'act/trigger', { user: 'U0ANNA' });
    const { view } = await stage.client.views.open({
      trigger_id,
      view: {
        type: 'modal',
        callback_id: 'where',
        title: plain('Where?'),
        submit: plain('Go'),
        blocks: [
          {
            type: 'input',
            block_id: 'where',
            label: plain('Where?'),
            element: { type: 'conversations_select', action_id: 'channel', response_url_enabled: true },
          },
        ],
      },
    });
    await stage.control('POST', 'act/submit', { user: 'U0ANNA', view_id: view?.id, values: { where: 'C0DRILLS' } });
    const [given] = (await urls.promise) as { channel_id: string; response_url: string }[];
    expect(given).toMatchObject({ block_id: 'where', action_id: 'channel', channel_id: 'C0DRILLS' });
    await fetch(given?.response_url ?? '', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: 'here', response_type: 'in_channel' }),
    });
    expect((await stage.control('GET', 'messages?channel=C0DRILLS')).messages[0]?.['text']).toBe('here');
  });
});
