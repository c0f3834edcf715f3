import { WebAPIPlatformError } from '@slack/web-api';
import type { KnownBlock } from '@slack/types';
import { describe, expect, test } from 'vitest';
import { codeOf, plain, scene } from './fixture.ts';
import type { Scene } from './fixture.ts';

const problemsOf = async (stage: Scene, blocks: unknown): Promise<unknown> => {
  const error: unknown = await stage.client.chat
    .postMessage({ channel: 'C0DRILLS', text: 'x', blocks: blocks as KnownBlock[] })
    .catch((reason: unknown) => reason);
  return error instanceof WebAPIPlatformError ? [error.data.error, error.data.response_metadata?.messages] : error;
};

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
