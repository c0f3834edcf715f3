import type { Browser, Page } from 'playwright-core';
import type { KnownBlock } from '@slack/types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, openPage } from '../../../test/browser.ts';
import { approval, scene } from '../fixture.ts';
import type { Scene } from '../fixture.ts';

describe('the page where a person acts', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 30_000);
  afterAll(() => browser.close());

  async function open(stage: Scene, as: string, channel = 'C0DRILLS'): Promise<Page> {
    const { team } = await stage.control('GET', 'workspace');
    const address = `${stage.sandbox.url}/?team=${team.id}&as=${as}&channel=${channel}`;
    return await openPage(browser, address, { width: 1280, height: 720 });
  }

  test('a person presses Approve and sees the message edited, without a reload', async () => {
    await using stage = await scene();
    await stage.boltApp((app) =>
      app.action('approve', async ({ ack, body, client }) => {
        await ack();
        if (body.type !== 'block_actions' || body.channel === undefined || body.message === undefined) return;
        await client.chat.update({
          channel: body.channel.id,
          ts: body.message.ts,
          text: 'Approved',
          blocks: [{ type: 'section', text: { type: 'mrkdwn', text: `✔ *Approved* by <@${body.user.id}>` } }],
        });
      }),
    );
    const page = await open(stage, 'U0ANNA');
    await stage.client.chat.postMessage({
      channel: 'C0DRILLS',
      text: 'May we?',
      blocks: approval('*May we* hold this restore test?') as KnownBlock[],
    });

    await page.getByRole('button', { name: 'Approve' }).click();

    await page.getByText('Approved by @Anna Owner').first().waitFor();
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    expect(await page.locator('.simulated').innerText()).toContain('SIMULATED');
    await page.close();
  }, 30_000);

  test('a button with a confirm dialog asks first, and "no" sends nothing', async () => {
    await using stage = await scene();
    let presses = 0;
    await stage.boltApp((app) =>
      app.action('abort', async ({ ack }) => {
        presses += 1;
        await ack();
      }),
    );
    await stage.client.chat.postMessage({
      channel: 'C0DRILLS',
      text: 'run',
      blocks: [
        {
          type: 'actions',
          elements: [
            {
              type: 'button',
              action_id: 'abort',
              text: { type: 'plain_text', text: 'Abort…' },
              confirm: {
                title: { type: 'plain_text', text: 'Abort this run?' },
                text: { type: 'mrkdwn', text: 'Cleanup *still* runs.' },
                confirm: { type: 'plain_text', text: 'Abort it' },
                deny: { type: 'plain_text', text: 'Let it run' },
              },
            },
          ],
        },
      ],
    });
    const page = await open(stage, 'U0ANNA');

    await page.getByRole('button', { name: 'Abort…' }).click();
    await page.getByText('Abort this run?').first().waitFor();
    await page.getByRole('button', { name: 'Let it run' }).click();
    expect(presses).toBe(0);
    await page.getByRole('button', { name: 'Abort…' }).click();
    await page.getByRole('button', { name: 'Abort it' }).click();
    await expect.poll(() => presses).toBe(1);
    await page.close();
  }, 30_000);

  test('a command typed at the bottom is answered, for that person only', async () => {
    await using stage = await scene();
    await stage.boltApp((app) =>
      app.command('/dr', async ({ command, ack }) => {
        await ack(`You said ${command.text}`);
      }),
    );
    const page = await open(stage, 'U0BEN');
    await page.getByRole('textbox', { name: 'Message or command' }).fill('/dr status');
    await page.getByRole('textbox', { name: 'Message or command' }).press('Enter');
    await page.getByText('You said status').first().waitFor();
    await page.getByText('Only visible to you').first().waitFor();

    const other = await open(stage, 'U0ANNA');
    expect(await other.getByText('You said status').count()).toBe(0);
    await page.close();
    await other.close();
  }, 30_000);

  test('a modal shows the errors of the app beside the field and keeps what was typed', async () => {
    await using stage = await scene();
    await stage.boltApp((app) => {
      app.command('/dr', async ({ ack, body, client }) => {
        await ack();
        await client.views.open({
          trigger_id: body.trigger_id,
          view: {
            type: 'modal',
            callback_id: 'why',
            title: { type: 'plain_text', text: 'Reject' },
            submit: { type: 'plain_text', text: 'Reject' },
            blocks: [
              {
                type: 'input',
                block_id: 'why',
                label: { type: 'plain_text', text: 'Why?' },
                element: { type: 'plain_text_input', action_id: 'text' },
              },
            ],
          },
        });
      });
      app.view('why', async ({ ack, view }) =>
        (view.state.values['why']?.['text']?.value ?? '').length < 5
          ? ack({ response_action: 'errors', errors: { why: 'Say a little more.' } })
          : ack(),
      );
    });
    const page = await open(stage, 'U0ANNA');
    await stage.control('POST', 'act/command', { user: 'U0ANNA', channel: 'C0DRILLS', command: '/dr', waitMs: 0 });
    await page.getByLabel('Why?').fill('no');
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByText('Say a little more.').first().waitFor();
    expect(await page.getByLabel('Why?').inputValue()).toBe('no');
    await page.getByLabel('Why?').fill('the freeze has begun');
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.close();
  }, 30_000);

  test('when the app does not answer, the person reads that beside the message', async () => {
    await using stage = await scene();
    await stage.client.chat.postMessage({
      channel: 'C0DRILLS',
      text: 'May we?',
      blocks: approval('May we?') as KnownBlock[],
    });
    const page = await open(stage, 'U0ANNA');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('This did not reach firedrill (dispatch_failed)').first().waitFor();
    await page.close();
  }, 30_000);

  test('nothing in a message becomes markup or script', async () => {
    await using stage = await scene();
    const evil =
      '<img src=x onerror="window.evil=1"> *<script>window.evil=1</script>* `<b>` <javascript:window.evil=1|press> <https://example.com/"onmouseover="x|ok>';
    await stage.client.chat.postMessage({ channel: 'C0DRILLS', text: evil });
    const page = await open(stage, 'U0ANNA');
    await page.getByText('press').first().waitFor();
    expect(await page.evaluate('window.evil')).toBeUndefined();
    expect(await page.locator('#messages :is(img, script, b:not(.who b))').count()).toBe(0);
    expect(
      await page.locator('#messages a[href^="javascript:"], #messages [onmouseover], #messages [onerror]').count(),
    ).toBe(0);
    await page.close();
  }, 30_000);
});
