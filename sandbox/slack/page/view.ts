import { html } from 'hono/html';
import { objectsAt, stringAt, textAt } from '../json.ts';
import { SLACKBOT } from '../model.ts';
import type { Channel, Message, OpenView } from '../model.ts';
import type { Workspace } from '../workspace.ts';
import { renderBlock } from './blocks.ts';
import { mrkdwn, plainText } from './mrkdwn.ts';
import type { Html, Viewer } from './mrkdwn.ts';

type Part = Html | ReturnType<typeof html>;

/** Where a person stands: who, in which channel, with which thread open. */
export interface Place {
  readonly viewer: Viewer;
  readonly channel: Channel;
  readonly thread: string | undefined;
  readonly connections: number;
}

/** More than this many messages are not drawn; a test of hours writes thousands. */
const SHOWN_LIMIT = 300;

export function address(place: Place, change: { as?: string; channel?: string; thread?: string | undefined }): string {
  const thread = 'thread' in change ? change.thread : undefined;
  return `/?${new URLSearchParams({
    team: place.viewer.workspace.teamId,
    as: change.as ?? place.viewer.userId,
    channel: change.channel ?? place.channel.id,
    ...(thread !== undefined && { thread }),
  }).toString()}`;
}

function channelLabel(workspace: Workspace, channel: Channel, userId: string): string {
  if (channel.kind !== 'im') return `${channel.is_private ? '🔒 ' : '# '}${channel.name}`;
  const other = channel.members.find((id) => id !== userId) ?? userId;
  return workspace.displayName(other);
}

/** What this person has not seen yet in a channel. */
function unread(viewer: Viewer, channel: Channel): number {
  const seen = viewer.workspace.state.reads[viewer.userId]?.[channel.id] ?? '0';
  return viewer.workspace
    .visibleTo(viewer.userId, channel.id)
    .filter((one) => one.ts > seen && one.user !== viewer.userId).length;
}

export function sidebar(place: Place): Part {
  const { viewer, channel: current } = place;
  const { workspace, userId } = viewer;
  const visible = workspace.state.channels.filter(
    (channel) => workspace.maySee(userId, channel) && (channel.kind === 'im' ? channel.members.includes(userId) : true),
  );
  const entry = (channel: Channel): Part => {
    const count = channel.id === current.id ? 0 : unread(viewer, channel);
    return html`<li>
      <a
        href="${address(place, { channel: channel.id })}"
        class="${channel.id === current.id ? 'current' : ''}${count > 0 ? ' unread' : ''}"
        ${channel.id === current.id ? html` aria-current="page"` : ''}
      >
        <span>${channelLabel(workspace, channel, userId)}</span
        >${count > 0 ? html`<b class="badge" title="${count} unread">${count}</b>` : ''}</a
      >
    </li>`;
  };
  const direct = visible.filter((channel) => channel.kind === 'im');
  return html`<h2>Channels</h2>
    <ul>
      ${visible.filter((channel) => channel.kind === 'channel').map(entry)}
    </ul>
    ${
      direct.length === 0
        ? ''
        : html`<h2>Direct messages</h2>
            <ul>
              ${direct.map(entry)}
            </ul>`
    }
    <p class="app-state">
      <span
        class="dot ${place.connections > 0 || workspace.state.setup.app.commandUrl !== undefined ? 'on' : 'off'}"
      ></span
      >${workspace.state.setup.app.name}:
      ${
        place.connections > 0
          ? 'connected'
          : workspace.state.setup.app.commandUrl !== undefined
            ? 'over HTTP'
            : 'not connected'
      }
    </p>`;
}

export function heading(place: Place): Part {
  const { channel, viewer } = place;
  return html`<h1>${channelLabel(viewer.workspace, channel, viewer.userId)}</h1>
    <p>
      ${channel.is_archived ? 'Archived. ' : ''}${channel.topic === '' ? `${channel.members.length} members` : channel.topic}
    </p>`;
}

export function messageList(place: Place): Part {
  const all = place.viewer.workspace
    .visibleTo(place.viewer.userId, place.channel.id)
    .filter((one) => one.thread_ts === undefined || one.thread_ts === one.ts);
  const shown = all.slice(-SHOWN_LIMIT);
  if (shown.length === 0)
    return html`<div class="empty">
      <p>Nothing was said here yet.</p>
      <p>Try a command below, such as <code>/dr status</code>.</p>
    </div>`;
  return html`${all.length > shown.length ? html`<p class="empty">${all.length - shown.length} older messages are not drawn.</p>` : ''}${shown.map(
    (one, index) => {
      const before = shown[index - 1];
      const day = dayOf(one, place.viewer.tz);
      const newDay = before === undefined || dayOf(before, place.viewer.tz) !== day;
      return html`${newDay ? html`<div class="day"><span>${day}</span></div>` : ''}${messageItem(one, place, newDay ? undefined : before)}`;
    },
  )}`;
}

export function threadPane(place: Place): Part | undefined {
  const { workspace, userId } = place.viewer;
  const parent = place.thread === undefined ? undefined : workspace.message(place.channel.id, place.thread);
  if (parent === undefined) return undefined;
  const replies = workspace
    .visibleTo(userId, place.channel.id)
    .filter((one) => one.thread_ts === parent.ts && one.ts !== parent.ts);
  return html`<header>
      <h2>Thread</h2>
      <a class="close" href="${address(place, { thread: undefined })}" aria-label="Close thread">✕</a>
    </header>
    <div class="scroll" role="log">
      ${messageItem(parent, place, undefined, true)}
      <div class="day"><span>${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}</span></div>
      ${replies.map((one, index) => messageItem(one, place, replies[index - 1], true))}
    </div>`;
}

function dayOf(message: Message, tz: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: tz, weekday: 'long', day: 'numeric', month: 'long' }).format(
    Number(message.ts) * 1000,
  );
}

function messageItem(message: Message, place: Place, before: Message | undefined, inThread = false): Part {
  const { viewer } = place;
  const { workspace } = viewer;
  const follows =
    before?.user === message.user &&
    Number(message.ts) - Number(before.ts) < 120 &&
    before.ephemeralFor === message.ephemeralFor &&
    message.blocks === undefined;
  const at = new Date(Number(message.ts) * 1000);
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: viewer.tz, hour: '2-digit', minute: '2-digit' }).format(at);
  const replies = inThread ? [] : workspace.repliesTo(message);
  const name = workspace.displayName(message.user);
  const isApp = message.user === workspace.botUserId || message.user === SLACKBOT;
  return html`<article
    class="msg${follows ? ' follows' : ''}${message.ephemeralFor === undefined ? '' : ' ephemeral'}"
    id="${inThread ? 't' : 'm'}${message.ts}"
    data-ts="${message.ts}"
  >
    <div class="avatar c${hue(message.user)}${isApp ? ' app' : ''}" aria-hidden="true">
      ${isApp ? '⛑' : initials(name)}
    </div>
    <div class="body">
      ${follows ? '' : html`<p class="who"><b>${name}</b>${isApp ? html`<span class="tag">APP</span>` : ''}<time datetime="${at.toISOString()}" title="${at.toISOString()}">${time}</time></p>`}
      ${message.ephemeralFor === undefined ? '' : html`<p class="only-you">👁 Only visible to you</p>`}
      ${message.blocks === undefined || message.blocks.length === 0 ? html`<div class="b-section">${mrkdwn(message.text, viewer)}</div>` : message.blocks.map((block) => renderBlock(block, viewer))}
      ${(message.attachments ?? []).map((one) => html`<div class="attachment">${mrkdwn(stringAt(one, 'text') ?? stringAt(one, 'fallback') ?? '', viewer)}${objectsAt(one, 'blocks').map((block) => renderBlock(block, viewer))}</div>`)}
      ${message.edited === undefined ? '' : html`<span class="edited">(edited)</span>`}
      <p class="trouble" role="alert"></p>
      ${inThread || message.ephemeralFor !== undefined ? '' : html`<p class="thread-link${replies.length === 0 ? ' none' : ''}"><a href="${address(place, { thread: message.ts })}">${replies.length === 0 ? 'Reply in thread' : `${replies.length} ${replies.length === 1 ? 'reply' : 'replies'} ›`}</a></p>`}
    </div>
  </article>`;
}

function initials(name: string): string {
  return name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word[0] ?? '')
    .join('')
    .toUpperCase();
}

function hue(id: string): number {
  return Array.from(id).reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 8, 0);
}

/** The modal on top for this person. */
export function modal(open: OpenView, viewer: Viewer): Part {
  const { view } = open;
  const submit = textAt(view, 'submit');
  return html`<div class="modal-back">
    <form
      class="modal"
      data-view="${open.id}"
      role="dialog"
      aria-modal="true"
      aria-label="${textAt(view, 'title') ?? ''}"
    >
      <header>
        <h2>${plainText(textAt(view, 'title') ?? '')}</h2>
        <button type="button" class="close" data-dismiss aria-label="Close">✕</button>
      </header>
      <div class="modal-body">
        ${objectsAt(view, 'blocks').map((block) => renderBlock(block, viewer))}
        <p class="trouble" role="alert"></p>
      </div>
      <footer>
        <button type="button" class="btn" data-dismiss>${plainText(textAt(view, 'close') ?? 'Cancel')}</button
        >${submit === undefined ? '' : html`<button type="submit" class="btn primary">${plainText(submit)}</button>`}
      </footer>
    </form>
  </div>`;
}
