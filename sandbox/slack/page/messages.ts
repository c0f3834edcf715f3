import { html } from 'hono/html';
import { kindOf, pathOfFile } from '../files.ts';
import { objectsAt, stringAt } from '../json.ts';
import { SLACKBOT } from '../model.ts';
import type { Message } from '../model.ts';
import { renderBlock } from './blocks.ts';
import { withEmoji } from './emoji.ts';
import { mrkdwn, plainText } from './mrkdwn.ts';
import type { Html } from './mrkdwn.ts';
import { address } from './place.ts';
import type { Place } from './place.ts';

type Part = Html | ReturnType<typeof html>;

/** More than this many messages are not drawn; a test of hours writes thousands. */
const SHOWN_LIMIT = 300;
/** What a person can react with in one click; other emoji come from the app or by `act/react`. */
const QUICK_REACTIONS = ['white_check_mark', 'eyes', '+1'];

export function messageList(place: Place): Part {
  const all = place.viewer.workspace
    .visibleTo(place.viewer.userId, place.channel.id)
    .filter((one) => one.thread_ts === undefined || one.thread_ts === one.ts || one.broadcast === true);
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
      ${follows ? '' : html`<p class="who"><b>${name}</b>${workspace.user(message.user)?.deleted === true ? html` <span class="optional">(deactivated)</span>` : ''}${isApp ? html`<span class="tag">APP</span>` : ''}<time datetime="${at.toISOString()}" title="${at.toISOString()}">${time}</time></p>`}
      ${message.broadcast === true && !inThread ? broadcastLine(message, place) : ''}
      ${message.ephemeralFor === undefined ? '' : html`<p class="only-you">👁 Only visible to you</p>`}
      ${message.blocks === undefined || message.blocks.length === 0 ? (message.text === '' ? '' : html`<div class="b-section">${mrkdwn(message.text, viewer)}</div>`) : message.blocks.map((block) => renderBlock(block, viewer))}
      ${(message.attachments ?? []).map((one) => html`<div class="attachment">${mrkdwn(stringAt(one, 'text') ?? stringAt(one, 'fallback') ?? '', viewer)}${objectsAt(one, 'blocks').map((block) => renderBlock(block, viewer))}</div>`)}
      ${message.edited === undefined ? '' : html`<span class="edited">(edited)</span>`}
      ${(message.files ?? []).map((id) => fileCard(id, place))} ${reactions(message, viewer)}
      <p class="trouble" role="alert"></p>
      ${inThread || message.ephemeralFor !== undefined ? '' : html`<p class="thread-link${replies.length === 0 ? ' none' : ''}"><a href="${address(place, { thread: message.thread_ts ?? message.ts })}">${replies.length === 0 ? 'Reply in thread' : `${replies.length} ${replies.length === 1 ? 'reply' : 'replies'} ›`}</a></p>`}
    </div>
  </article>`;
}

/** A reply that was sent to the channel too, with what it replies to. */
function broadcastLine(message: Message, place: Place): Part {
  const { workspace } = place.viewer;
  const parent = message.thread_ts === undefined ? undefined : workspace.message(place.channel.id, message.thread_ts);
  return html`<p class="only-you">
    replied to a thread:
    <a href="${address(place, { thread: message.thread_ts })}"
      >${plainText(shortened((parent?.text ?? 'a deleted message').replaceAll(/[*_~`]/g, '')))}</a
    >
  </p>`;
}

const shortened = (text: string): string => (text.length <= 80 ? text : `${text.slice(0, 79)}…`);

function fileCard(id: string, { viewer: { workspace } }: Place): Part {
  const file = workspace.state.files[id];
  if (file === undefined) return html`<p class="file gone">📄 This file was deleted.</p>`;
  const size = file.sizeBytes < 1024 ? `${file.sizeBytes} bytes` : `${(file.sizeBytes / 1024).toFixed(1)} kB`;
  return html`<a class="file" href="${pathOfFile(workspace, file)}" target="_blank" rel="noopener">
    <span class="file-icon" aria-hidden="true">📄</span>
    <span><b>${file.title}</b><small>${kindOf(file.name).pretty} · ${size}</small></span>
  </a>`;
}

/** Who reacted with what; and, for what everybody sees, a few to choose from. */
function reactions(message: Message, viewer: Place['viewer']): Part | string {
  if (message.ephemeralFor !== undefined) return '';
  const given = message.reactions ?? {};
  const names = [...Object.keys(given), ...QUICK_REACTIONS.filter((name) => given[name] === undefined)];
  return html`<p class="reactions">
    ${names.map((name) => {
      const people = given[name] ?? [];
      const mine = people.includes(viewer.userId);
      const who = people.map((id) => viewer.workspace.displayName(id)).join(', ');
      return html`<button
        type="button"
        class="reaction${people.length === 0 ? ' offer' : ''}${mine ? ' mine' : ''}"
        data-react="${name}"
        data-remove="${mine ? '1' : ''}"
        title="${people.length === 0 ? `React with :${name}:` : `${who} reacted with :${name}:`}"
        aria-label="${name}${people.length === 0 ? '' : `, ${people.length}`}"
      >
        ${withEmoji(`:${name}:`)}${people.length === 0 ? '' : html` <b>${people.length}</b>`}
      </button>`;
    })}
  </p>`;
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
