import { raw } from 'hono/html';
import type { Workspace } from '../workspace.ts';
import { withEmoji } from './emoji.ts';

/** Who looks: mentions are named, and times shown, for this person. */
export interface Viewer {
  readonly workspace: Workspace;
  readonly userId: string;
  /** IANA time zone. */
  readonly tz: string;
}

export type Html = ReturnType<typeof raw>;

export function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => names[character] ?? character);
}

/** Plain text: nothing but emoji and line breaks is interpreted. */
export function plainText(text: string): Html {
  return raw(escapeHtml(withEmoji(decode(text))).replaceAll('\n', '<br>'));
}

/**
 * Slack's own markup into HTML: bold, italics, strike, code, quotes, links, mentions, dates, emoji.
 *
 * Code and `<…>` are taken out first and put back last, so that nothing inside them is interpreted; whatever remains
 * is escaped before any tag is added. [doc: docs.slack.dev/messaging/formatting-message-text]
 */
export function mrkdwn(text: string, viewer: Viewer): Html {
  const kept: string[] = [];
  const keep = (html: string): string => `\uE000${kept.push(html) - 1}\uE001`;
  const protectedText = text
    .replace(/[\uE000\uE001]/g, '')
    .replace(/```\n?([\s\S]+?)\n?```\n?/g, (_whole, code: string) => keep(`<pre>${escapeHtml(decode(code))}</pre>`))
    .replace(/`([^`\n]+)`/g, (_whole, code: string) => keep(`<code>${escapeHtml(decode(code))}</code>`))
    .replace(/<([^<>\n]+)>/g, (_whole, inside: string) => keep(reference(inside, viewer)));
  const emphasised = emphasise(escapeHtml(withEmoji(decode(protectedText))));
  const quoted = emphasised.replace(/(?:^&gt; ?.*(?:\n|$))+/gm, (lines) =>
    keep(
      `<blockquote>${lines
        .trimEnd()
        .replace(/^&gt; ?/gm, '')
        .replaceAll('\n', '<br>')}</blockquote>`,
    ),
  );
  return raw(restore(quoted.replaceAll('\n', '<br>'), kept));
}

/** A kept piece may hold others (a link in a quote), never itself. */
function restore(html: string, kept: readonly string[]): string {
  return html.replace(/\uE000(\d+)\uE001/g, (_whole, index: string) => restore(kept[Number(index)] ?? '', kept));
}

function emphasise(html: string): string {
  const wrap =
    (mark: string, tag: string): ((before: string) => string) =>
    (before) =>
      before.replace(
        new RegExp(
          `(^|[\\s>(\\[{—–"'.,:;!?*_~\\u00b7])\\${mark}(?=\\S)([^\\n${mark === '*' ? '*' : mark}]*?\\S)\\${mark}(?=$|[\\s<)\\]}—–"'.,:;!?*_~&\\u00b7])`,
          'g',
        ),
        `$1<${tag}>$2</${tag}>`,
      );
  return [wrap('*', 'strong'), wrap('_', 'em'), wrap('~', 's')].reduce((result, step) => step(result), html);
}

/** Slack writes `&`, `<` and `>` as entities inside messages. */
function decode(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** What stands between `<` and `>`: a mention, a date or a link. */
function reference(inside: string, viewer: Viewer): string {
  const [target = '', label] = inside.split('|', 2);
  const { workspace } = viewer;
  if (target.startsWith('@')) {
    const id = target.slice(1);
    return `<span class="mention${id === viewer.userId ? ' me' : ''}">@${escapeHtml(workspace.displayName(id))}</span>`;
  }
  if (target.startsWith('#')) {
    const channel = workspace.channel(target.slice(1));
    return `<span class="mention">#${escapeHtml(channel?.name ?? label ?? target.slice(1))}</span>`;
  }
  if (target.startsWith('!subteam^')) {
    const group = workspace.usergroups.find((one) => one.id === target.slice('!subteam^'.length));
    const mine = group?.users.includes(viewer.userId) === true;
    return `<span class="mention${mine ? ' me' : ''}">@${escapeHtml(group?.handle ?? label?.replace(/^@/, '') ?? 'group')}</span>`;
  }
  if (target.startsWith('!date^')) return date(target, label ?? '', viewer.tz);
  if (target.startsWith('!')) return `<span class="mention me">@${escapeHtml(target.slice(1))}</span>`;
  return link(target, label ?? target);
}

/** A link that opens beside; anything but http, https and mailto stays text. */
export function link(target: string, label: string): string {
  const address = decode(target);
  const text = escapeHtml(withEmoji(decode(label)));
  return /^(https?:\/\/|mailto:)/i.test(address)
    ? `<a href="${escapeHtml(address)}" target="_blank" rel="noopener noreferrer">${text}</a>`
    : text;
}

/** `!date^1700000000^{date} at {time}^link`, in the viewer's own time zone. */
function date(target: string, fallback: string, tz: string): string {
  const [, seconds = '', format = '', url] = target.split('^');
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) return escapeHtml(fallback);
  const show = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat('en-GB', { timeZone: tz, ...options }).format(at);
  const parts: Readonly<Record<string, () => string>> = {
    date_num: () => show({ year: 'numeric', month: '2-digit', day: '2-digit' }).split('/').toReversed().join('-'),
    date: () => show({ day: 'numeric', month: 'long', year: 'numeric' }),
    date_pretty: () => show({ day: 'numeric', month: 'long', year: 'numeric' }),
    date_short: () => show({ day: 'numeric', month: 'short', year: 'numeric' }),
    date_short_pretty: () => show({ day: 'numeric', month: 'short', year: 'numeric' }),
    date_long: () => show({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
    date_long_pretty: () => show({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
    time: () => show({ hour: '2-digit', minute: '2-digit' }),
    time_secs: () => show({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
  };
  const text = format.replace(/\{([a-z_]+)\}/g, (whole, name: string) => parts[name]?.() ?? whole);
  return url === undefined
    ? `<time datetime="${at.toISOString()}" title="${at.toISOString()}">${escapeHtml(text)}</time>`
    : link(url, text);
}
