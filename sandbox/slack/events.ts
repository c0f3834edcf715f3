import { deliver } from './deliver.ts';
import { EVENT_SCOPES, randomId } from './model.ts';
import type { Channel, EventName, JsonObject, Message } from './model.ts';
import { wireMessage } from './methods/chat.ts';
import { wireUser } from './methods/people.ts';
import { wireView } from './methods/views.ts';
import type { SocketMode } from './socket-mode.ts';
import type { Happening } from './state.ts';
import type { Workspace } from './workspace.ts';

/** Slack tries again at once, after a minute and after five. [doc: docs.slack.dev/apis/events-api, "Retries"] */
export const EVENT_RETRIES_MS: readonly number[] = [0, 60_000, 300_000];
const DELIVERIES_KEPT = 1_000;

/** One event on its way to the app, as `GET /_sandbox/events` tells it. */
export interface Delivery {
  readonly event_id: string;
  readonly type: string;
  readonly event: JsonObject;
  readonly attempts: { readonly at: string; readonly result: string }[];
  state: 'under way' | 'delivered' | 'given up';
}

interface Due {
  readonly name: EventName;
  readonly event: JsonObject;
}

/** The Events API: tells the app what it subscribed to and may hear of, and tries again when it does not answer. */
export class Events {
  readonly #socketMode: SocketMode;
  readonly #deliveries = new Map<string, Delivery[]>();
  readonly #retriesMs = new Map<string, readonly number[]>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(socketMode: SocketMode) {
    this.#socketMode = socketMode;
  }

  watch(workspace: Workspace): void {
    workspace.events.on('happened', (happening: Happening) => {
      if (workspace.state.setup.app.events.length === 0) return;
      for (const due of eventsOf(workspace, happening)) this.#tell(workspace, due);
    });
  }

  deliveries(workspace: Workspace): readonly Delivery[] {
    return this.#deliveries.get(workspace.state.key) ?? [];
  }

  /** How long after a failed attempt each of the next ones comes. */
  setRetries(workspace: Workspace, delaysMs: readonly number[]): void {
    this.#retriesMs.set(workspace.state.key, delaysMs);
  }

  reset(workspace: Workspace): void {
    this.#deliveries.delete(workspace.state.key);
    this.#retriesMs.delete(workspace.state.key);
  }

  close(): void {
    this.#timers.forEach((timer) => clearTimeout(timer));
    this.#timers.clear();
  }

  #tell(workspace: Workspace, { name, event }: Due): void {
    const { events, scopes } = workspace.state.setup.app;
    const needed: readonly string[] = EVENT_SCOPES[name];
    if (!events.includes(name) || (needed.length > 0 && !needed.some((scope) => scopes.includes(scope)))) return;
    const delivery: Delivery = { event_id: randomId('Ev'), type: name, event, attempts: [], state: 'under way' };
    const key = workspace.state.key;
    this.#deliveries.set(key, [...(this.#deliveries.get(key) ?? []).slice(1 - DELIVERIES_KEPT), delivery]);
    void this.#attempt(workspace, delivery, 0, '');
  }

  async #attempt(workspace: Workspace, delivery: Delivery, number: number, reason: string): Promise<void> {
    const at = new Date().toISOString();
    const payload = {
      token: workspace.verificationToken,
      team_id: workspace.teamId,
      context_team_id: workspace.teamId,
      context_enterprise_id: null,
      api_app_id: workspace.appId,
      event: delivery.event,
      type: 'event_callback',
      event_id: delivery.event_id,
      event_time: Math.floor(Number(delivery.event['event_ts'])),
      authorizations: [
        {
          enterprise_id: null,
          team_id: workspace.teamId,
          user_id: workspace.botUserId,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: false,
    };
    const ack = await deliver(workspace, this.#socketMode, 'events_api', payload, { number, reason });
    const failure = ack.kind === 'failed' ? (REASONS[ack.error] ?? 'unknown_error') : undefined;
    delivery.attempts.push({ at, result: failure ?? 'ok' });
    if (failure === undefined) {
      delivery.state = 'delivered';
      return;
    }
    const delayMs = (this.#retriesMs.get(workspace.state.key) ?? EVENT_RETRIES_MS)[number];
    if (delayMs === undefined || (ack.kind === 'failed' && ack.noRetry === true)) {
      delivery.state = 'given up';
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#attempt(workspace, delivery, number + 1, failure);
    }, delayMs);
    timer.unref();
    this.#timers.add(timer);
  }
}

/** Slack's names for why an attempt failed. [doc: docs.slack.dev/apis/events-api, x-slack-retry-reason] */
const REASONS: Readonly<Record<string, string>> = {
  operation_timeout: 'http_timeout',
  dispatch_failed: 'connection_failed',
  http_client_error: 'http_error',
  http_service_error: 'http_error',
};

/** What an app could hear of a happening; whether it does depends on its subscriptions and scopes. */
function eventsOf(workspace: Workspace, happening: Happening): readonly Due[] {
  const event_ts = workspace.nextTs();
  switch (happening.kind) {
    case 'posted':
      return postedEvents(workspace, happening.message);
    case 'edited':
      return messageEvent(workspace, happening.message, {
        subtype: 'message_changed',
        hidden: true,
        message: wireMessage(workspace, happening.message, { metadata: true }),
        previous_message: wireMessage(workspace, happening.before, { metadata: true }),
        ts: event_ts,
        event_ts,
      });
    case 'removed':
      return messageEvent(workspace, happening.message, {
        subtype: 'message_deleted',
        hidden: true,
        deleted_ts: happening.message.ts,
        previous_message: wireMessage(workspace, happening.message, { metadata: true }),
        ts: event_ts,
        event_ts,
      });
    case 'reacted':
    case 'unreacted': {
      const { message, user, name } = happening;
      if (!appIsIn(workspace, message)) return [];
      const type = happening.kind === 'reacted' ? 'reaction_added' : 'reaction_removed';
      const item = { type: 'message', channel: message.channel, ts: message.ts };
      return [{ name: type, event: { type, user, reaction: name, item_user: message.user, item, event_ts } }];
    }
    case 'home-opened': {
      const { user, channel, tab } = happening;
      const home = tab === 'home' ? workspace.state.homes[user] : undefined;
      const view = home === undefined ? {} : { view: wireView(workspace, home) };
      const type = 'app_home_opened';
      return [{ name: type, event: { type, user, channel: channel.id, tab, ...view, event_ts } }];
    }
    case 'user-changed': {
      const user = workspace.user(happening.user);
      if (user === undefined) return [];
      const event = { type: 'user_change', user: wireUser(workspace, user), cache_ts: Number(event_ts), event_ts };
      return [{ name: 'user_change', event }];
    }
    case 'member-joined':
    case 'member-left': {
      const type = happening.kind === 'member-joined' ? 'member_joined_channel' : 'member_left_channel';
      const { user, channel } = happening;
      const event = { type, user, channel: channel.id, channel_type: 'C', team: workspace.teamId, event_ts };
      return [{ name: type, event }];
    }
  }
}

function appIsIn(workspace: Workspace, message: Message): boolean {
  return workspace.channel(message.channel)?.members.includes(workspace.botUserId) === true;
}

function postedEvents(workspace: Workspace, message: Message): readonly Due[] {
  const wire = { ...wireMessage(workspace, message, { metadata: true }), event_ts: message.ts };
  const heard = messageEvent(workspace, message, wire);
  const channel = workspace.channel(message.channel);
  const mentioned =
    heard.length > 0 &&
    channel?.kind === 'channel' &&
    message.user !== workspace.botUserId &&
    message.text.includes(`<@${workspace.botUserId}>`);
  return mentioned
    ? [...heard, { name: 'app_mention', event: { ...wire, type: 'app_mention', channel: message.channel } }]
    : heard;
}

/** Nobody hears of what only one person sees, nor of channels that the app is not in. */
function messageEvent(workspace: Workspace, message: Message, body: JsonObject): readonly Due[] {
  const channel = workspace.channel(message.channel);
  if (channel === undefined || message.ephemeralFor !== undefined || !appIsIn(workspace, message)) return [];
  const { name, channelType } = kindOf(channel);
  return [{ name, event: { ...body, type: 'message', channel: channel.id, channel_type: channelType } }];
}

const kindOf = (channel: Channel): { name: EventName; channelType: string } =>
  channel.kind === 'im'
    ? { name: 'message.im', channelType: 'im' }
    : channel.is_private
      ? { name: 'message.groups', channelType: 'group' }
      : { name: 'message.channels', channelType: 'channel' };
