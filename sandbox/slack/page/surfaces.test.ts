import type { App } from '@slack/bolt';
import type { ModalView, View } from '@slack/types';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fitsItsWidth, launchBrowser, openPage, picture } from '../../../test/browser.ts';
import { plain, scene } from '../fixture.ts';
import type { Scene } from '../fixture.ts';

const phone = { width: 375, height: 720 };

const home = (text: string): View => ({
  type: 'home',
  blocks: [
    { type: 'header', text: plain('What I owe this quarter') },
    { type: 'section', text: { type: 'mrkdwn', text } },
    {
      type: 'actions',
      block_id: 'do',
      elements: [
        { type: 'button', action_id: 'report', style: 'primary', text: plain('Report a gap') },
        {
          type: 'static_select',
          action_id: 'show',
          placeholder: plain('Show…'),
          options: ['open', 'all'].map((one) => ({ text: plain(one), value: one })),
        },
      ],
    },
  ],
});

const gapForm = (title: string): ModalView => ({
  type: 'modal',
  callback_id: 'gap',
  title: plain(title),
  submit: plain('Report'),
  blocks: [
    {
      type: 'input',
      block_id: 'service',
      label: plain('Service'),
      element: { type: 'external_select', action_id: 'service', min_query_length: 2 },
    },
    {
      type: 'input',
      block_id: 'what',
      label: plain('What is missing?'),
      hint: plain('One or two sentences.'),
      element: { type: 'plain_text_input', action_id: 'text', multiline: true, min_length: 10 },
    },
    {
      type: 'input',
      block_id: 'due',
      label: plain('Due'),
      element: { type: 'datepicker', action_id: 'day', initial_date: '2026-12-01' },
    },
    {
      type: 'input',
      block_id: 'how',
      dispatch_action: true,
      label: plain('How bad?'),
      element: {
        type: 'radio_buttons',
        action_id: 'how',
        options: [
          { text: plain('Slows us'), value: 'slow', description: plain('We would miss the RTO') },
          { text: plain('Stops us'), value: 'stop' },
        ],
      },
    },
    { type: 'actions', elements: [{ type: 'button', action_id: 'help', text: plain('What is a gap?') }] },
  ],
});

/** An app with a Home tab and a form, as firedrill has them. */
function gapApp(app: App, heard: unknown[]): void {
  app.event('app_home_opened', async ({ event, client }) => {
    if (event.tab === 'home')
      await client.views.publish({ user_id: event.user, view: home(`Two reviews, <@${event.user}>.`) });
  });
  app.action('report', async ({ ack, body, client }) => {
    await ack();
    if (body.type === 'block_actions')
      await client.views.open({ trigger_id: body.trigger_id, view: gapForm('Report a gap') });
  });
  app.action('show', async ({ ack, action }) => {
    await ack();
    heard.push(Object(action).selected_option.value);
  });
  app.action('how', async ({ ack, body, client }) => {
    await ack();
    if (body.type === 'block_actions')
      await client.views.update({ view_id: body.view?.id ?? '', view: gapForm('Report a stopper') });
  });
  app.action('help', async ({ ack, body, client }) => {
    await ack();
    if (body.type !== 'block_actions') return;
    const blocks: ModalView['blocks'] = [{ type: 'section', text: plain('Whatever would keep us from recovering.') }];
    await client.views.push({
      trigger_id: body.trigger_id,
      view: { type: 'modal', title: plain('What is a gap?'), close: plain('Got it'), blocks },
    });
  });
  app.options('service', async ({ ack, payload }) => {
    const all = ['jira-cloud', 'jira-data-center', 'bitbucket'].filter((one) => one.startsWith(payload.value));
    await ack({ options: all.map((one) => ({ text: plain(one), value: one })) });
  });
  app.view('gap', async ({ ack, view }) => {
    heard.push(view.state.values);
    await ack();
  });
}

describe('the page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(() => browser.close());

  async function open(stage: Scene, query: string, viewport = { width: 1280, height: 800 }): Promise<Page> {
    const { team } = await stage.control('GET', 'workspace');
    return await openPage(browser, `${stage.sandbox.url}/?team=${team.id}&${query}`, viewport);
  }

  test('shows the Home tab when a person comes to the app, and a form over it that keeps what was typed', async () => {
    await using stage = await scene();
    await stage.control('PUT', 'workspace', { app: { events: ['app_home_opened'] } });
    const heard: unknown[] = [];
    await stage.boltApp((app) => gapApp(app, heard));
    const page = await open(stage, 'as=U0ANNA&channel=C0DRILLS');
    await page.getByRole('link', { name: 'firedrill' }).click();
    await page.getByText('Two reviews, @Anna Owner.').first().waitFor();
    await page.getByLabel('Show…').selectOption('all');
    await expect.poll(() => heard).toEqual(['all']);
    await picture(page, 'home');

    await page.getByRole('button', { name: 'Report a gap' }).click();
    const dialog = page.getByRole('dialog');
    await page.getByLabel('What is missing?').fill('No runbook');
    await page.getByRole('combobox', { name: 'Service' }).pressSequentially('jira');
    await page.getByRole('option', { name: 'jira-cloud' }).waitFor();
    await picture(page, 'modal');
    await page.getByRole('option', { name: 'jira-cloud' }).click();
    await page.getByLabel('What is missing?').fill('No run');
    await page.getByLabel('Stops us').check();
    await dialog.getByRole('heading', { name: 'Report a stopper' }).waitFor();
    expect(await page.getByLabel('What is missing?').inputValue()).toBe('No run');
    expect(await page.getByLabel('Stops us').isChecked()).toBe(true);
    expect(await dialog.getByRole('button', { name: 'jira-cloud' }).count()).toBe(1);

    await dialog.getByRole('button', { name: 'What is a gap?' }).click();
    await page.getByText('Whatever would keep us').first().waitFor();
    await picture(page, 'modal-stack');
    await dialog.getByRole('button', { name: 'Got it' }).click();
    await page.getByRole('button', { name: 'Report', exact: true }).click();
    await page.getByText('Write at least 10 characters.').first().waitFor();
    await picture(page, 'modal-error');
    await page.getByLabel('What is missing?').fill('No runbook for the search index');
    await page.getByRole('button', { name: 'Report', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(heard.at(-1)).toMatchObject({
      service: { service: { selected_option: { value: 'jira-cloud' } } },
      what: { text: { value: 'No runbook for the search index' } },
      due: { day: { selected_date: '2026-12-01' } },
      how: { how: { selected_option: { value: 'stop' } } },
    });
    await page.close();
  }, 60_000);

  test('shows threads, files, reactions and what only one person sees, also on a phone', async () => {
    await using stage = await scene();
    const { client } = stage;
    await stage.control('PUT', 'workspace', { app: { events: ['app_home_opened'] } });
    await stage.boltApp((app) => gapApp(app, []));
    const { ts = '' } = await client.chat.postMessage({
      channel: 'C0DRILLS',
      text: '*restore-test* jira-cloud / issues-db',
    });
    const inThread = { channel: 'C0DRILLS', thread_ts: ts };
    await client.chat.postMessage({ ...inThread, text: 'call restore: done' });
    await client.chat.postMessage({ ...inThread, text: 'Stuck since 12 minutes', reply_broadcast: true });
    await client.files.uploadV2({
      channel_id: 'C0DRILLS',
      thread_ts: ts,
      filename: 'differences.csv',
      title: 'All 200 differences',
      content: 'a,b',
    });
    await client.reactions.add({ channel: 'C0DRILLS', timestamp: ts, name: 'eyes' });
    await client.chat.postEphemeral({ channel: 'C0DRILLS', user: 'U0ANNA', text: 'Your approval does not count yet.' });
    const { user_id } = await client.auth.test();

    const page = await open(stage, `as=U0ANNA&channel=C0DRILLS&thread=${ts}`);
    const thread = page.locator('#thread');
    await thread.getByText('call restore: done').first().waitFor();
    expect(await page.locator('.ephemeral').innerText()).toContain('Only visible to you');
    expect(await page.locator('#messages').innerText()).toContain('replied to a thread');
    const link = thread.getByRole('link', { name: /All 200 differences/ });
    const file = await page.request.get(`${stage.sandbox.url}${await link.getAttribute('href')}`);
    expect(await file.text()).toBe('a,b');
    await page.locator('#messages').getByRole('button', { name: 'eyes, 1' }).first().click();
    await page.locator('#messages').getByRole('button', { name: 'eyes, 2' }).waitFor();
    await page.getByRole('textbox', { name: 'Message or command' }).fill('@firedrill how is it?');
    await page.getByRole('textbox', { name: 'Message or command' }).press('Enter');
    await page.locator('#messages .mention').getByText('@firedrill').first().waitFor();
    expect((await stage.control('GET', 'messages?channel=C0DRILLS')).messages.at(-1)?.['text']).toBe(
      `<@${user_id}> how is it?`,
    );
    await picture(page, 'thread');
    const other = await open(stage, 'as=U0BEN&channel=C0DRILLS');
    expect(await other.locator('.ephemeral').count()).toBe(0);

    const small = await open(stage, `as=U0ANNA&channel=C0DRILLS`, phone);
    await small.getByText('Only visible to you').first().waitFor();
    expect(await fitsItsWidth(small)).toBe(true);
    await picture(small, 'phone-channel');
    const smallThread = await open(stage, `as=U0ANNA&channel=C0DRILLS&thread=${ts}`, phone);
    await picture(smallThread, 'phone-thread');
    const smallHome = await open(stage, 'as=U0ANNA&channel=app&tab=home', phone);
    await smallHome.getByRole('button', { name: 'Report a gap' }).click();
    await smallHome.getByLabel('What is missing?').fill('x');
    await smallHome.getByRole('button', { name: 'Report', exact: true }).click();
    await smallHome.getByText('Please complete this required field.').first().waitFor();
    expect(await fitsItsWidth(smallHome)).toBe(true);
    await picture(smallHome, 'phone-modal');
    await smallHome.getByRole('button', { name: 'Close' }).click();
    await smallHome.getByRole('dialog').waitFor({ state: 'detached' });
    await picture(smallHome, 'phone-home');
    await Promise.all([page, other, small, smallThread, smallHome].map((one) => one.close()));
  }, 60_000);
});
