import { html, raw } from 'hono/html';
import { isObject, type Json, type JsonObject, textOf } from './model.ts';

export type Html = ReturnType<typeof html>;

/** Only addresses that a click may follow safely. */
const safeHref = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && /^(?:https?:|mailto:)/i.test(value) ? value : undefined;

function marked(text: string, marks: readonly Json[]): Html {
  let out = html`${text}`;
  for (const mark of marks) {
    if (!isObject(mark)) continue;
    const attrs = isObject(mark['attrs']) ? mark['attrs'] : {};
    const href = safeHref(attrs['href']);
    switch (textOf(mark['type'])) {
      case 'strong':
        out = html`<strong>${out}</strong>`;
        break;
      case 'em':
        out = html`<em>${out}</em>`;
        break;
      case 'code':
        out = html`<code>${out}</code>`;
        break;
      case 'strike':
        out = html`<s>${out}</s>`;
        break;
      case 'underline':
        out = html`<u>${out}</u>`;
        break;
      case 'subsup':
        out = attrs['type'] === 'sub' ? html`<sub>${out}</sub>` : html`<sup>${out}</sup>`;
        break;
      case 'link':
        out = href === undefined ? out : html`<a href="${href}" rel="noopener noreferrer">${out}</a>`;
        break;
      default:
        break; // colours are left to the reader's own theme
    }
  }
  return out;
}

const children = (node: JsonObject): readonly Json[] =>
  Array.isArray(node['content']) ? (node['content'] as readonly Json[]) : [];
const inside = (node: JsonObject): Html[] => children(node).map((child) => adfToHtml(child));
const PANEL_WORDS: Readonly<Record<string, string>> = {
  info: 'ℹ Info',
  note: '✎ Note',
  tip: '✦ Tip',
  warning: '⚠ Warning',
  error: '✖ Error',
  success: '✔ Success',
  custom: '● Note',
};

function card(url: Json | undefined): Html {
  const href = safeHref(url);
  return href === undefined
    ? html`${textOf(url ?? '')}`
    : html`<a href="${href}" rel="noopener noreferrer">${href}</a>`;
}

/** A valid document of the Atlassian Document Format as HTML; every text in it is escaped. */
export function adfToHtml(node: Json): Html {
  if (!isObject(node)) return html``;
  const attrs = isObject(node['attrs']) ? node['attrs'] : {};
  switch (textOf(node['type'])) {
    case 'text':
      return marked(textOf(node['text']), Array.isArray(node['marks']) ? (node['marks'] as readonly Json[]) : []);
    case 'paragraph':
      return html`<p>${inside(node)}</p>`;
    case 'heading': {
      // The page's own headings stand above the ticket's.
      const level = Math.min(6, Number(attrs['level']) + 2);
      return html`${raw(`<h${level}>`)}${inside(node)}${raw(`</h${level}>`)}`;
    }
    case 'bulletList':
      return html`<ul>
        ${inside(node)}
      </ul>`;
    case 'orderedList':
      return html`<ol start="${Number(attrs['order'] ?? 1)}">
        ${inside(node)}
      </ol>`;
    case 'listItem':
      return html`<li>${inside(node)}</li>`;
    case 'taskList':
      return html`<ul class="tasks">
        ${inside(node)}
      </ul>`;
    case 'taskItem':
      return html`<li>${attrs['state'] === 'DONE' ? '☑' : '☐'} ${inside(node)}</li>`;
    case 'decisionList':
      return html`<ul class="tasks">
        ${inside(node)}
      </ul>`;
    case 'decisionItem':
      return html`<li>◆ ${inside(node)}</li>`;
    case 'panel':
      return html`<aside class="panel panel-${textOf(attrs['panelType'])}">
        <b class="kind">${PANEL_WORDS[textOf(attrs['panelType'])] ?? 'Note'}</b>${inside(node)}
      </aside>`;
    case 'blockquote':
      return html`<blockquote>${inside(node)}</blockquote>`;
    case 'codeBlock':
      return html`<pre><code>${inside(node)}</code></pre>`;
    case 'rule':
      return html`<hr />`;
    case 'table':
      return html`<div class="scroll">
        <table>
          ${inside(node)}
        </table>
      </div>`;
    case 'tableRow':
      return html`<tr>
        ${inside(node)}
      </tr>`;
    case 'tableHeader':
      return html`<th colspan="${Number(attrs['colspan'] ?? 1)}" rowspan="${Number(attrs['rowspan'] ?? 1)}">
        ${inside(node)}
      </th>`;
    case 'tableCell':
      return html`<td colspan="${Number(attrs['colspan'] ?? 1)}" rowspan="${Number(attrs['rowspan'] ?? 1)}">
        ${inside(node)}
      </td>`;
    case 'expand':
    case 'nestedExpand':
      return html`<details>
        <summary>${textOf(attrs['title'] ?? 'More')}</summary>
        ${inside(node)}
      </details>`;
    case 'hardBreak':
      return html`<br />`;
    case 'mention':
      return html`<span class="mention">${textOf(attrs['text'] ?? `@${textOf(attrs['id'])}`)}</span>`;
    case 'emoji':
      return html`${textOf(attrs['text'] ?? attrs['shortName'])}`;
    case 'date':
      return html`<time>${new Date(Number(attrs['timestamp'])).toUTCString().slice(5, 16)}</time>`;
    case 'status':
      return html`<span class="lozenge">${textOf(attrs['text'])}</span>`;
    case 'inlineCard':
    case 'blockCard':
    case 'embedCard':
      return card(attrs['url']);
    case 'media':
      return html`<span class="muted">[attachment ${textOf(attrs['url'] ?? attrs['id'] ?? '')}]</span>`;
    default:
      return html`${inside(node)}`;
  }
}
