import { html, raw } from 'hono/html';
import { isObject, objectAt, objectsAt, stringAt, textAt } from '../json.ts';
import type { JsonObject } from '../model.ts';
import { control, fieldId } from './inputs.ts';
import type { FieldState } from './inputs.ts';
import { escapeHtml, link, mrkdwn, plainText } from './mrkdwn.ts';
import type { Html, Viewer } from './mrkdwn.ts';

type Part = Html | ReturnType<typeof html>;

/** A text object: plain or with Slack's markup. */
export function textObject(value: JsonObject | undefined, viewer: Viewer): Html {
  const text = stringAt(value, 'text') ?? '';
  return stringAt(value, 'type') === 'mrkdwn' ? mrkdwn(text, viewer) : plainText(text);
}

/** One block of a message, a modal or a Home tab, with what its fields hold. */
export function renderBlock(block: JsonObject, viewer: Viewer, values: FieldState = {}): Part {
  switch (stringAt(block, 'type') ?? '') {
    case 'header':
      return html`<h3 class="b-header">${textObject(objectAt(block, 'text'), viewer)}</h3>`;
    case 'section':
      return section(block, viewer, values);
    case 'divider':
      return html`<hr class="b-divider" />`;
    case 'context':
      return html`<div class="b-context">
        ${objectsAt(block, 'elements').map((one) => (one['type'] === 'image' ? picture(one) : html`<span>${textObject(one, viewer)}</span>`))}
      </div>`;
    case 'actions':
      return html`<div class="b-actions">
        ${objectsAt(block, 'elements').map((one) => control(one, viewer, block, values))}
      </div>`;
    case 'image':
      return html`<figure class="b-image">
        ${textAt(block, 'title') === undefined ? '' : html`<figcaption>${plainText(textAt(block, 'title') ?? '')}</figcaption>`}${picture(block)}
      </figure>`;
    case 'input':
      return input(block, viewer, values);
    case 'markdown':
      return html`<div class="b-section">${mrkdwn(fromMarkdown(stringAt(block, 'text') ?? ''), viewer)}</div>`;
    case 'rich_text':
      return html`<div class="b-section">${objectsAt(block, 'elements').map((one) => richText(one, viewer))}</div>`;
    default:
      return html`<div class="b-unknown">
        This page does not draw “${stringAt(block, 'type') ?? 'unknown'}” blocks; Slack does.
      </div>`;
  }
}

function section(block: JsonObject, viewer: Viewer, values: FieldState): Part {
  const text = objectAt(block, 'text');
  const fields = objectsAt(block, 'fields');
  const accessory = objectAt(block, 'accessory');
  return html`<div class="b-section${accessory === undefined ? '' : ' has-accessory'}">
    <div class="b-text">
      ${text === undefined ? '' : html`<div>${textObject(text, viewer)}</div>`}${
        fields.length === 0
          ? ''
          : html`<div class="b-fields">${fields.map((field) => html`<div>${textObject(field, viewer)}</div>`)}</div>`
      }
    </div>
    ${accessory === undefined ? '' : html`<div class="b-accessory">${accessory['type'] === 'image' ? picture(accessory) : control(accessory, viewer, block, values)}</div>`}
  </div>`;
}

/** Pictures are named, not fetched: nothing on this page leaves the machine. */
function picture(image: JsonObject): Part {
  const label = `🖼 ${stringAt(image, 'alt_text') ?? 'image'}`;
  const url = stringAt(image, 'image_url');
  return html`<span class="picture" role="img" aria-label="${stringAt(image, 'alt_text') ?? ''}"
    >${url === undefined ? label : raw(link(url, label))}</span
  >`;
}

/** A labelled field; the script puts beside it what Slack or the app refuses. */
function input(block: JsonObject, viewer: Viewer, values: FieldState): Part {
  const element = objectAt(block, 'element') ?? {};
  const hint = textAt(block, 'hint');
  return html`<div class="b-input" data-input="${stringAt(block, 'block_id') ?? ''}">
    <label for="${fieldId(block, element)}"
      >${plainText(textAt(block, 'label') ?? '')}${block['optional'] === true ? html` <span class="optional">(optional)</span>` : ''}</label
    >
    ${control(element, viewer, block, values)}
    <p class="error" role="alert"></p>
    ${hint === undefined ? '' : html`<p class="hint">${plainText(hint)}</p>`}
  </div>`;
}

/** The little of Markdown that differs from Slack's own markup. */
function fromMarkdown(text: string): string {
  return text
    .replace(/\*\*(.+?)\*\*/g, '*$1*')
    .replace(/^#{1,6} (.+)$/gm, '*$1*')
    .replace(/\[([^\]]+)\]\((https?:[^)\s]+)\)/g, '<$2|$1>')
    .replace(/^[-*] /gm, '• ');
}

function richText(element: JsonObject, viewer: Viewer): Part {
  const inside = objectsAt(element, 'elements');
  switch (stringAt(element, 'type') ?? '') {
    case 'rich_text_list': {
      const items = inside.map((one) => html`<li>${richText(one, viewer)}</li>`);
      return stringAt(element, 'style') === 'ordered'
        ? html`<ol>
            ${items}
          </ol>`
        : html`<ul>
            ${items}
          </ul>`;
    }
    case 'rich_text_quote':
      return html`<blockquote>${inside.map((one) => inline(one, viewer))}</blockquote>`;
    case 'rich_text_preformatted':
      return html`<pre>${inside.map((one) => stringAt(one, 'text') ?? stringAt(one, 'url') ?? '')}</pre>`;
    default:
      return html`<div>${inside.map((one) => inline(one, viewer))}</div>`;
  }
}

function inline(element: JsonObject, viewer: Viewer): Part {
  const style = isObject(element['style']) ? element['style'] : {};
  const marks = [
    ['bold', 'strong'],
    ['italic', 'em'],
    ['strike', 's'],
    ['code', 'code'],
  ]
    .filter(([name = '']) => style[name] === true)
    .map(([, tag = 'span']) => tag);
  const reference: Readonly<Record<string, string>> = {
    user: `<@${stringAt(element, 'user_id') ?? ''}>`,
    channel: `<#${stringAt(element, 'channel_id') ?? ''}>`,
    usergroup: `<!subteam^${stringAt(element, 'usergroup_id') ?? ''}>`,
    broadcast: `<!${stringAt(element, 'range') ?? ''}>`,
    emoji: `:${stringAt(element, 'name') ?? ''}:`,
  };
  const type = stringAt(element, 'type') ?? '';
  const own = reference[type];
  const text = stringAt(element, 'text') ?? stringAt(element, 'url') ?? stringAt(element, 'fallback') ?? '';
  const body =
    own !== undefined
      ? mrkdwn(own, viewer).toString()
      : type === 'link'
        ? link(stringAt(element, 'url') ?? '', text)
        : escapeHtml(text).replaceAll('\n', '<br>');
  return raw(marks.reduce((result, tag) => `<${tag}>${result}</${tag}>`, body));
}
