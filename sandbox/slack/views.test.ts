import type { ModalView, View } from '@slack/types';
import { describe, expect, test } from 'vitest';
import { codeOf, plain, scene } from './fixture.ts';
import type { Answer, Scene } from './fixture.ts';

const modal = (name: string, more: Partial<ModalView> = {}): ModalView => ({
  type: 'modal',
  callback_id: name,
  title: plain(name),
  blocks: [{ type: 'section', text: plain(name) }],
  ...more,
});
const trigger = async (stage: Scene, user: string, view_id?: string): Promise<string> =>
  (await stage.control('POST', 'act/trigger', { user, view_id })).trigger_id;
const topView = async (stage: Scene): Promise<string> => (await stage.control('GET', 'views')).views.at(-1)?.id ?? '';

describe('a stack of modals', () => {
  test('holds three; closing goes back one, the cross takes all away, and the app hears of those that asked', async () => {
    await using stage = await scene();
    const closed: unknown[] = [];
    await stage.boltApp((app) =>
      app.view({ type: 'view_closed' }, async ({ ack, body, view }) => {
        closed.push([view.callback_id, 'is_cleared' in body && body.is_cleared]);
        await ack();
      }),
    );
    const { client } = stage;
    const first = await client.views.open({
      trigger_id: await trigger(stage, 'U0ANNA'),
      view: modal('one', { notify_on_close: true }),
    });
    const onTop = async (): Promise<string> => await trigger(stage, 'U0ANNA', await topView(stage));
    const second = await client.views.push({
      trigger_id: await onTop(),
      view: modal('two', { notify_on_close: true }),
    });
    await client.views.push({ trigger_id: await onTop(), view: modal('three') });
    expect(second.view).toMatchObject({ root_view_id: first.view?.id, previous_view_id: first.view?.id });
    expect(await codeOf(client.views.push({ trigger_id: await onTop(), view: modal('four') }))).toBe(
      'push_limit_reached',
    );

    await stage.control('POST', 'act/dismiss', { user: 'U0ANNA', view_id: await topView(stage) });
    expect(await topView(stage)).toBe(second.view?.id);
    expect(await stage.control('POST', 'act/submit', { user: 'U0ANNA', view_id: first.view?.id })).toMatchObject({
      ok: false,
      error: expect.stringContaining('is not on top'),
    });
    await stage.control('POST', 'act/dismiss', { user: 'U0ANNA', view_id: await topView(stage), all: true });
    expect((await stage.control('GET', 'views')).views).toEqual([]);
    expect(closed).toEqual([
      ['two', true],
      ['one', true],
    ]);
  });

  test('a submission may push, update and clear', async () => {
    await using stage = await scene();
    await stage.boltApp((app) => {
      app.view('one', ({ ack }) => ack({ response_action: 'push', view: modal('two', { submit: plain('Go') }) }));
      app.view('two', ({ ack }) => ack({ response_action: 'update', view: modal('three', { submit: plain('Go') }) }));
      app.view('three', ({ ack }) => ack({ response_action: 'clear' }));
    });
    await stage.client.views.open({
      trigger_id: await trigger(stage, 'U0ANNA'),
      view: modal('one', { submit: plain('Go') }),
    });
    const submit = async (): Promise<Answer> =>
      await stage.control('POST', 'act/submit', { user: 'U0ANNA', view_id: await topView(stage) });
    const shown = async (): Promise<unknown> =>
      (await stage.control('GET', 'views')).views.map((one) => Object(one).view.callback_id);
    await submit();
    expect(await shown()).toEqual(['one', 'two']);
    await submit();
    expect(await shown()).toEqual(['one', 'three']);
    await submit();
    expect(await shown()).toEqual([]);
  });

  test('what Slack refuses of a view has its own code', async () => {
    await using stage = await scene();
    const open = async (view: object): Promise<string> =>
      await codeOf(stage.client.views.open({ trigger_id: await trigger(stage, 'U0ANNA'), view: view as View }));
    const section = { type: 'section', text: plain('x') } as const;
    expect(await open(modal('x', { blocks: Array(101).fill(section) as ModalView['blocks'] }))).toBe(
      'invalid_arguments',
    );
    expect(await open(modal('x', { private_metadata: 'x'.repeat(3001) }))).toBe('invalid_arguments');
    expect(await open({ ...modal('x'), surprise: true })).toBe('invalid_arguments');
    expect(await open({ type: 'home', blocks: [] })).toBe('invalid_arguments');
    const big = { type: 'section', text: plain('x'.repeat(2900)) } as const;
    expect(await open(modal('x', { blocks: Array(95).fill(big) as ModalView['blocks'] }))).toBe('view_too_large');
    await stage.client.views.open({
      trigger_id: await trigger(stage, 'U0ANNA'),
      view: modal('x', { external_id: 'only-one' }),
    });
    expect(
      await codeOf(
        stage.client.views.open({
          trigger_id: await trigger(stage, 'U0BEN'),
          view: modal('y', { external_id: 'only-one' }),
        }),
      ),
    ).toBe('duplicate_external_id');
  });
});

describe('what a person fills in', () => {
  test('reaches the app as Slack sends it, and stays when the view is updated', async () => {
    await using stage = await scene();
    const states: unknown[] = [];
    const actions: unknown[] = [];
    await stage.boltApp((app) => {
      app.action(/.*/, async ({ ack, action, body }) => {
        await ack();
        actions.push(action);
        if (body.type === 'block_actions' && body.view !== undefined) states.push(body.view.state.values);
      });
      app.options('service', async ({ ack, payload }) =>
        ack({
          options: ['jira-cloud', 'bitbucket']
            .filter((one) => one.startsWith(payload.value))
            .map((one) => ({ text: plain(one), value: one })),
        }),
      );
      app.view('form', async ({ ack, view }) => {
        states.push(view.state.values);
        await ack();
      });
    });
    const blocks: ModalView['blocks'] = [
      {
        type: 'input',
        block_id: 'why',
        label: plain('Why?'),
        element: { type: 'plain_text_input', action_id: 'text', min_length: 5 },
      },
      { type: 'input', block_id: 'who', label: plain('Who?'), element: { type: 'users_select', action_id: 'who' } },
      {
        type: 'input',
        block_id: 'when',
        label: plain('When?'),
        element: { type: 'datepicker', action_id: 'day', initial_date: '2026-11-22' },
      },
      {
        type: 'input',
        block_id: 'ok',
        optional: true,
        label: plain('Sure?'),
        element: { type: 'checkboxes', action_id: 'sure', options: [{ text: plain('Yes'), value: 'yes' }] },
      },
      {
        type: 'input',
        block_id: 'service',
        dispatch_action: true,
        label: plain('Service'),
        element: { type: 'external_select', action_id: 'service', min_query_length: 2 },
      },
    ];
    const form = modal('form', { submit: plain('Go'), blocks });
    const { view } = await stage.client.views.open({ trigger_id: await trigger(stage, 'U0ANNA'), view: form });
    const to = { user: 'U0ANNA', view_id: view?.id };
    const act = (name: string, more: object): Promise<Answer> =>
      stage.control('POST', `act/${name}`, { ...to, ...more });

    expect(await act('suggest', { action_id: 'service', query: 'j' })).toMatchObject({ ok: false });
    expect(await act('fill', { values: { service: 'jira-cloud' } })).toMatchObject({ ok: false });
    expect((await act('suggest', { action_id: 'service', query: 'ji' })).suggestions).toMatchObject({
      options: [{ value: 'jira-cloud' }],
    });
    expect((await act('fill', { values: { service: 'jira-cloud', why: 'no' } })).dispatched).toEqual(['service']);
    expect(actions).toMatchObject([
      { type: 'external_select', block_id: 'service', selected_option: { value: 'jira-cloud' } },
    ]);
    await stage.client.views.update({ view_id: view?.id ?? '', view: { ...form, title: plain('again') } });
    expect((await act('submit', {})).errors).toEqual({
      why: 'Write at least 5 characters.',
      who: 'Please complete this required field.',
    });
    expect(await act('submit', { values: { why: 'freeze', who: 'U0BEN' } })).toMatchObject({ status: 'ok' });
    expect(states.at(-1)).toEqual({
      why: { text: { type: 'plain_text_input', value: 'freeze' } },
      who: { who: { type: 'users_select', selected_user: 'U0BEN' } },
      when: { day: { type: 'datepicker', selected_date: '2026-11-22' } },
      ok: { sure: { type: 'checkboxes', selected_options: [] } },
      service: {
        service: { type: 'external_select', selected_option: { text: plain('jira-cloud'), value: 'jira-cloud' } },
      },
    });
  });
});

describe('the Home tab', () => {
  test('is published when a person opens the app, pressed there, and published anew with its hash', async () => {
    await using stage = await scene();
    await stage.control('PUT', 'workspace', { app: { events: ['app_home_opened'] } });
    const opened: unknown[] = [];
    const home = (text: string): View => ({
      type: 'home',
      blocks: [
        { type: 'section', text: plain(text) },
        { type: 'actions', elements: [{ type: 'button', action_id: 'mine', text: plain('Mine'), value: 'v' }] },
      ],
    });
    await stage.boltApp((app) => {
      app.event('app_home_opened', async ({ event, client }) => {
        opened.push([event.user, event.tab, event.view?.type]);
        await client.views.publish({ user_id: event.user, view: home('hello') });
      });
      app.action('mine', async ({ ack, body, client }) => {
        await ack();
        if (body.type !== 'block_actions') return;
        opened.push([body.container['type'], body.view?.type]);
        await client.views.open({ trigger_id: body.trigger_id, view: modal('mine') });
      });
    });
    await stage.control('POST', 'act/open-home', { user: 'U0ANNA' });
    const published = async (): Promise<{ id: string; hash: string } | undefined> =>
      (await stage.control('GET', 'views')).homes['U0ANNA'];
    await expect.poll(published).toBeDefined();
    const before = await published();
    await stage.control('POST', 'act/open-home', { user: 'U0ANNA' });
    await expect.poll(async () => (await published())?.hash).not.toBe(before?.hash);
    expect((await published())?.id).toBe(before?.id);
    expect(
      await codeOf(stage.client.views.publish({ user_id: 'U0ANNA', hash: before?.hash ?? '', view: home('late') })),
    ).toBe('hash_conflict');
    await stage.control('POST', 'act/click', { user: 'U0ANNA', view_id: before?.id, action_id: 'mine' });
    await expect.poll(async () => (await stage.control('GET', 'views')).views.length).toBe(1);
    expect(opened).toEqual([
      ['U0ANNA', 'home', undefined],
      ['U0ANNA', 'home', 'home'],
      ['view', 'home'],
    ]);
    await stage.control('PUT', 'workspace', { app: { homeTab: false } });
    expect(await codeOf(stage.client.views.publish({ user_id: 'U0ANNA', view: home('off') }))).toBe('not_enabled');
  });
});
