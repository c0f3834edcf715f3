import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { OpenGate } from '../../domain/gate.ts';
import { exampleRunId } from '../../views/example-notices.ts';
import { openGateMessage } from '../../views/slack/gate-message.ts';
import type { SlackContent } from '../../views/slack/limits.ts';
import { channel } from './example-workspace.ts';

interface Told {
  readonly ts: string;
  readonly text: string;
  readonly ephemeral?: boolean;
  readonly visible_to?: string;
}

/** Asks the stand-in for Slack. */
export type Control = (method: string, path: string, body?: unknown) => Promise<Readonly<Record<string, unknown>>>;

/** What people do in the workspace, and what they see there. */
export interface Hands {
  /** Posts the open gate and answers its `ts`. */
  showGate(content?: SlackContent): Promise<string>;
  /** Posts a message and answers its `ts`. */
  post(content: SlackContent): Promise<string>;
  /** Types a command that opens a form; answers the form's id. */
  openForm(user: string, text: string): Promise<string>;
  /** Opens a menu of a form, types into it, and answers the values that are offered. */
  suggest(user: string, view: string, action: string, query: string): Promise<readonly string[]>;
  /** Until the form that is open has this in it. */
  formShows(text: string): Promise<void>;
  /** Fills in and sends the form that is open; values by block and action. */
  submit(user: string, values: object): Promise<unknown>;
  /** Opens the Home tab, and answers what is on it once it shows this. */
  openHome(user: string, shows: string): Promise<string>;
  /** What the app wrote to this person directly. */
  directMessages(user: string): Promise<readonly string[]>;
  /** Presses a button of the Home tab. */
  clickHome(user: string, action: string): Promise<unknown>;
  /** As `toldTo`, whole messages. */
  shownTo(user: string): Promise<readonly object[]>;
  click(user: string, ts: string, action: string): Promise<Readonly<Record<string, unknown>>>;
  /** Types a command and answers the first words that come back. */
  command(user: string, text: string, waitMs?: number): Promise<string>;
  /** Everything that only this person was told, oldest first. */
  toldTo(user: string): Promise<readonly string[]>;
  /** The first thing that this person is told from now on. */
  nextTold(user: string, count?: number): Promise<string>;
  /** Fills in the form that this person has open. */
  giveReason(user: string, reason: string): Promise<unknown>;
}

/** @param gate - which one is open; asked for when it is shown */
export function handsOf({
  control,
  client,
  command,
  gate,
}: {
  readonly control: Control;
  readonly client: WebClient;
  readonly command: string;
  readonly gate: () => OpenGate;
}): Hands {
  const openView = async (): Promise<string> => {
    for (let waitedMs = 0; waitedMs < 3000; waitedMs += 25) {
      const { views } = (await control('GET', 'views')) as { views: readonly { readonly id: string }[] };
      if (views[0] !== undefined) return views[0].id;
      await sleep(25);
    }
    throw new Error('no form opened');
  };
  const homeOf = async (user: string): Promise<{ readonly id: string } | undefined> => {
    const { homes } = (await control('GET', 'views')) as {
      homes: Readonly<Record<string, { readonly id: string; readonly user: string }>>;
    };
    return Object.values(homes).find((home) => home.user === user);
  };
  const toldTo = async (user: string): Promise<readonly string[]> => {
    const { messages } = (await control('GET', 'messages')) as { messages: readonly Told[] };
    return messages
      .filter((message) => message.ephemeral === true && message.visible_to === user)
      .map(({ text }) => text);
  };
  return {
    async showGate(
      content = openGateMessage({
        heading: { runId: exampleRunId, service: 'jira-cloud', resource: 'issues-db', simulated: true, mode: 'drill' },
        gate: gate(),
        mention: [],
      }),
    ) {
      return (await client.chat.postMessage({ channel, ...content })).ts ?? '';
    },
    post: async (content) => (await client.chat.postMessage({ channel, ...content })).ts ?? '',
    async shownTo(user) {
      const { messages } = (await control('GET', 'messages')) as { messages: readonly Told[] };
      return messages.filter((message) => message.ephemeral === true && message.visible_to === user);
    },
    async openHome(user, shows) {
      await control('POST', 'act/open-home', { user });
      for (let waitedMs = 0; waitedMs < 8000; waitedMs += 25) {
        const shown = JSON.stringify(await homeOf(user));
        if (shown?.includes(shows)) return shown;
        await sleep(25);
      }
      throw new Error(`the Home tab of ${user} does not show ${shows}: ${JSON.stringify(await homeOf(user))}`);
    },
    async directMessages(user) {
      const { channel: im } = (await control('POST', 'act/open-home', { user, tab: 'messages' })) as {
        channel: string;
      };
      const { messages } = (await control('GET', `messages?channel=${im}&as=${user}`)) as {
        messages: readonly Told[];
      };
      return messages.map(({ text }) => text);
    },
    async clickHome(user, action_id) {
      return await control('POST', 'act/click', { user, view_id: (await homeOf(user))?.id, action_id });
    },
    async openForm(user, text) {
      await control('POST', 'act/command', { user, channel, command, text, waitMs: 0 });
      return await openView();
    },
    async suggest(user, view_id, action_id, query) {
      const { suggestions } = (await control('POST', 'act/suggest', { user, view_id, action_id, query })) as {
        suggestions: { readonly options?: readonly { readonly value: string }[] };
      };
      return (suggestions.options ?? []).map(({ value }) => value);
    },
    async formShows(text) {
      for (let waitedMs = 0; waitedMs < 3000; waitedMs += 25) {
        if (JSON.stringify(await control('GET', 'views')).includes(text)) return;
        await sleep(25);
      }
      throw new Error(`the form does not show ${text}`);
    },
    async submit(user, values) {
      const view_id = await openView();
      return await control('POST', 'act/submit', { user, view_id, values });
    },
    click: (user, ts, action) => control('POST', 'act/click', { user, channel, ts, action_id: action }),
    async command(user, text, waitMs = 5000) {
      const { status, error, replies } = (await control('POST', 'act/command', {
        user,
        channel,
        command,
        text,
        waitMs,
      })) as { status: string; error?: string; replies: readonly Told[] };
      if (status !== 'ok') throw new Error(`the command failed: ${error ?? status}`);
      return replies[0]?.text ?? '';
    },
    toldTo,
    async nextTold(user, count = 1) {
      const before = (await toldTo(user)).length;
      for (let waitedMs = 0; waitedMs < 8000; waitedMs += 25) {
        const told = await toldTo(user);
        if (told.length >= Math.max(before, count)) return told[count - 1] ?? '';
        await sleep(25);
      }
      throw new Error(`${user} was told nothing`);
    },
    async giveReason(user, reason) {
      const view_id = await openView();
      return await control('POST', 'act/submit', { user, view_id, values: { reason: { text: reason } } });
    },
  };
}
