import { parseDocument } from 'htmlparser2';
import { escapeHtml } from '../kit/html.ts';

/** A node of the tree, as far as it is looked at here. */
interface Node {
  readonly type: string;
  readonly name?: string;
  readonly data?: string;
  readonly attribs?: Readonly<Record<string, string>>;
  readonly children?: readonly Node[];
}

/** Elements that come through as they are, without their attributes. */
const plain: readonly string[] =
  'p h1 h2 h3 h4 h5 h6 ul ol li table thead tbody tr th td strong em b i u s del sub sup code pre blockquote span div br hr'.split(
    ' ',
  );
const empty: readonly string[] = ['br', 'hr'];
/** Nothing of these is shown. */
const hidden: readonly string[] = ['script', 'style', 'iframe', 'object', 'ac:parameter', 'ri:page'];
const panels: readonly string[] = ['info', 'note', 'warning', 'tip', 'panel'];

const parse = (storage: string): Node =>
  parseDocument(storage, { recognizeCDATA: true, recognizeSelfClosing: true, decodeEntities: true });

/** Storage format as HTML that may be shown: no script, no attribute but addresses, macros as what they look like. */
export function storageToHtml(storage: string): string {
  return (parse(storage).children ?? []).map(rendered).join('');
}

/** What Confluence would not save, in words; undefined for what it would. */
export function problemOfStorage(storage: string): string | undefined {
  if (storage.length > 1_000_000) return 'The page is larger than a megabyte.';
  const open: string[] = [];
  // Storage format is XML: every element that opens is closed, in order.
  for (const [, close, name = '', selfClosed] of storage
    .replaceAll(/<!\[CDATA\[[^]*?\]\]>|<!--[^]*?-->/g, '')
    .matchAll(/<(\/?)([a-zA-Z][\w:-]*)(?:[^>"']|"[^"]*"|'[^']*')*?(\/?)>/g)) {
    if (selfClosed === '/') continue;
    if (close !== '/') open.push(name);
    else if (open.pop() !== name) return `Error parsing xhtml: Unexpected close tag </${name}>.`;
  }
  return open.length === 0 ? undefined : `Error parsing xhtml: <${open.at(-1) ?? ''}> is not closed.`;
}

function rendered(node: Node): string {
  if (node.type === 'text') return escapeHtml(node.data ?? '');
  const inside = (): string => (node.children ?? []).map(rendered).join('');
  const { name } = node;
  // What is no element: CDATA, and comments, which have no children.
  if (name === undefined) return inside();
  if (hidden.includes(name)) return '';
  if (name === 'ac:structured-macro') return macro(node, inside);
  if (name === 'a') {
    const href = node.attribs?.['href'] ?? '';
    return /^(?:https?:|mailto:|\/)/i.test(href)
      ? `<a href="${escapeHtml(href)}" rel="noopener noreferrer">${inside()}</a>`
      : inside();
  }
  if (!plain.includes(name)) return inside();
  return empty.includes(name) ? `<${name}>` : `<${name}>${inside()}</${name}>`;
}

function macro(node: Node, inside: () => string): string {
  const name = node.attribs?.['ac:name'] ?? '';
  const parameter = (wanted: string): string | undefined => {
    const found = (node.children ?? []).find(
      (child) => child.name === 'ac:parameter' && child.attribs?.['ac:name'] === wanted,
    );
    return found === undefined ? undefined : textOf(found);
  };
  if (name === 'code' || name === 'noformat') {
    const title = parameter('title');
    const head = title === undefined ? '' : `<div class="code-title">${escapeHtml(title)}</div>`;
    const body = (node.children ?? []).find((child) => child.name === 'ac:plain-text-body');
    return `${head}<pre><code>${escapeHtml(body === undefined ? '' : textOf(body))}</code></pre>`;
  }
  if (panels.includes(name)) return `<div class="panel panel-${name}">${inside()}</div>`;
  return `<p class="macro">[${escapeHtml(name)}]</p>`;
}

const textOf = (node: Node): string => node.data ?? (node.children ?? []).map(textOf).join('');
