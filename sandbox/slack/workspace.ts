import { EventEmitter } from 'node:events';
import { derivedId, SLACKBOT } from './model.ts';
import type { Channel, JsonObject, Message, User, Usergroup, WorkspaceSetup } from './model.ts';
import type { OutgoingRecord } from './outgoing-record.ts';
import { SlackError } from './slack-error.ts';
import { nothingHappened } from './state.ts';
import type { Happening, NewMessage, WorkspaceState } from './state.ts';

/** One Slack workspace with its people, channels and messages: all that belongs to the tokens `xoxb-KEY` and `xapp-KEY`. */
export class Workspace {
  readonly state: WorkspaceState;
  /** Address of the sandbox, such as http://127.0.0.1:7101; in what links to files. */
  baseUrl = '';
  /** Where what the app shows is written down, if anywhere. */
  outgoing: OutgoingRecord | undefined;
  /** Emits `changed` after every visible change, so that open pages refresh, and `happened` with what apps may hear of. */
  readonly events = new EventEmitter().setMaxListeners(0);

  constructor(state: WorkspaceState) {
    // A file of an earlier version lacks what was added since.
    this.state = { ...nothingHappened(), ...state };
  }

  static create(key: string, setup: WorkspaceSetup): Workspace {
    const workspace = new Workspace({ key, setup, ...nothingHappened(), lastTs: '0.000000' });
    workspace.setUp(setup);
    return workspace;
  }

  get teamId(): string {
    return derivedId('T', this.state.key);
  }
  get appId(): string {
    return derivedId('A', this.state.key);
  }
  get botId(): string {
    return derivedId('B', this.state.key);
  }
  get botUserId(): string {
    return derivedId('U', this.state.key);
  }
  /** The old verification token, still in every payload. */
  get verificationToken(): string {
    return derivedId('verification-', this.state.key);
  }
  get signingSecret(): string {
    return this.state.setup.app.signingSecret ?? derivedId('secret-', this.state.key).toLowerCase();
  }

  /** Takes people, channels, groups and app from a setup; messages stay, so a second start of the demo loses nothing. */
  setUp(setup: WorkspaceSetup): void {
    this.state.setup = setup;
    const directMessages = this.state.channels.filter((channel) => channel.kind === 'im');
    const created = Math.floor(Date.now() / 1000);
    const channels = setup.channels.map((channel): Channel => ({
      id: channel.id,
      name: channel.name,
      kind: 'channel',
      is_private: channel.is_private,
      is_archived: channel.is_archived,
      topic: channel.topic,
      created,
      members: [
        ...(channel.members ?? setup.users.map((user) => user.id)),
        ...(channel.app_is_member ? [this.botUserId] : []),
      ],
    }));
    this.state.channels = [...channels, ...directMessages];
    this.changed();
  }

  /** Forgets what happened since the setup: messages, direct messages, modals, Home tabs, files, response URLs, read marks. */
  reset(): void {
    Object.assign(this.state, nothingHappened());
    this.setUp(this.state.setup);
  }

  get users(): readonly User[] {
    const name = this.state.setup.app.name;
    return [...this.state.setup.users, { id: this.botUserId, name, real_name: name, tz: 'Etc/UTC', is_bot: true }];
  }

  get usergroups(): readonly Usergroup[] {
    return this.state.setup.usergroups;
  }

  user(id: string): User | undefined {
    return this.users.find((user) => user.id === id);
  }

  displayName(id: string): string {
    return id === SLACKBOT ? 'Slackbot' : (this.user(id)?.real_name ?? id);
  }

  channel(id: string): Channel | undefined {
    return this.state.channels.find((channel) => channel.id === id);
  }

  /** Finds a channel by id, by `#name`, or, for a user id, the app's direct messages with that person. */
  findChannel(reference: string): Channel | undefined {
    const name = reference.replace(/^#/, '');
    const found =
      this.channel(reference) ??
      this.state.channels.find((channel) => channel.kind === 'channel' && channel.name === name);
    return found ?? (this.user(reference) === undefined ? undefined : this.openDirectMessage(reference));
  }

  openDirectMessage(userId: string): Channel {
    const id = derivedId('D', `${this.state.key}/${userId}`);
    const existing = this.channel(id);
    if (existing !== undefined) return existing;
    const channel: Channel = {
      id,
      name: 'directmessage',
      kind: 'im',
      is_private: true,
      is_archived: false,
      topic: '',
      created: Math.floor(Date.now() / 1000),
      members: [userId, this.botUserId],
    };
    this.state.channels.push(channel);
    this.changed();
    return channel;
  }

  /** A channel as the app sees it: a private one that it was not invited to does not exist for it. */
  channelForApp(reference: string): Channel {
    const channel = this.findChannel(reference);
    if (channel === undefined || (channel.is_private && !channel.members.includes(this.botUserId))) {
      throw new SlackError('channel_not_found');
    }
    return channel;
  }

  /** Public channels are open to everybody; private ones and direct messages to their members. */
  maySee(userId: string, channel: Channel): boolean {
    return channel.is_private ? channel.members.includes(userId) : this.user(userId) !== undefined;
  }

  /** Seconds and microseconds, never twice the same: Slack's id of a message within its channel. */
  nextTs(): string {
    const now = Date.now();
    const candidate = `${Math.floor(now / 1000)}.${String((now % 1000) * 1000 + 1).padStart(6, '0')}`;
    if (candidate > this.state.lastTs) this.state.lastTs = candidate;
    else {
      const [seconds = '0', micros = '0'] = this.state.lastTs.split('.');
      const next = Number(micros) + 1;
      this.state.lastTs =
        next < 1_000_000 ? `${seconds}.${String(next).padStart(6, '0')}` : `${Number(seconds) + 1}.000000`;
    }
    return this.state.lastTs;
  }

  post(channel: Channel, input: NewMessage): Message {
    const message: Message = {
      ts: this.nextTs(),
      channel: channel.id,
      user: input.user,
      text: input.text,
      earlier: [],
      ...(input.blocks !== undefined && { blocks: input.blocks }),
      ...(input.attachments !== undefined && { attachments: input.attachments }),
      ...(input.files !== undefined && { files: input.files }),
      ...(input.broadcast === true && { broadcast: true }),
      ...(input.threadTs !== undefined && { thread_ts: input.threadTs }),
      ...(input.metadata !== undefined && { metadata: input.metadata }),
      ...(input.ephemeralFor !== undefined && { ephemeralFor: input.ephemeralFor }),
    };
    this.state.messages.push(message);
    this.happened({ kind: 'posted', message });
    return message;
  }

  /** Replaces what a message says and keeps what it said before. */
  edit(
    message: Message,
    change: { text: string; blocks: readonly JsonObject[] | undefined; markEdited: boolean },
  ): void {
    const before = { ...message };
    message.earlier.push({
      replacedAt: new Date().toISOString(),
      text: message.text,
      ...(message.blocks !== undefined && { blocks: message.blocks }),
    });
    message.text = change.text;
    if (change.blocks === undefined) delete message.blocks;
    else message.blocks = change.blocks;
    if (change.markEdited) message.edited = { user: message.user, ts: this.nextTs() };
    this.happened({ kind: 'edited', message, before });
  }

  remove(message: Message): void {
    message.deletedAt = new Date().toISOString();
    this.happened({ kind: 'removed', message });
  }

  message(channelId: string, ts: string): Message | undefined {
    return this.state.messages.find((one) => one.channel === channelId && one.ts === ts && one.deletedAt === undefined);
  }

  /** What is in a channel, oldest first, without what was deleted. */
  messagesIn(channelId: string): readonly Message[] {
    return this.state.messages.filter((message) => message.channel === channelId && message.deletedAt === undefined);
  }

  /** What one person sees in a channel, oldest first. */
  visibleTo(userId: string, channelId: string): readonly Message[] {
    return this.messagesIn(channelId).filter((one) => one.ephemeralFor === undefined || one.ephemeralFor === userId);
  }

  repliesTo(message: Message): readonly Message[] {
    return this.messagesIn(message.channel).filter(
      (one) => one.thread_ts === message.ts && one.ts !== message.ts && one.ephemeralFor === undefined,
    );
  }

  changed(): void {
    this.events.emit('changed');
  }

  happened(happening: Happening): void {
    this.events.emit('happened', happening);
    this.changed();
  }
}
