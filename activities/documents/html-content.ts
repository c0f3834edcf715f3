import { parseDocument } from 'htmlparser2';
import { linksOf } from './links.ts';
import { wordsIn } from './content.ts';
import type { ContentPart, DocumentContent, TableRow } from './content.ts';

/** A node of the tree, as far as it is looked at here. */
interface Node {
  readonly type: string;
  readonly name?: string;
  readonly data?: string;
  readonly attribs?: Readonly<Record<string, string>>;
  readonly children?: readonly Node[];
}

/** Nothing of these is read by people. */
const unread: readonly string[] = ['script', 'style', 'template', 'noscript', 'head'];

/**
 * Reads a page, or the body of a Confluence page (its storage format is XHTML with macros of its own). Facts stand in a
 * code block of the language `firedrill`, or in tables.
 *
 * @param options.storageFormat - of Confluence: macros close themselves and hold CDATA. Not read as XML, which knows
 *   nothing of the `&nbsp;` that Confluence's editor writes everywhere
 */
export function htmlContent(
  html: string,
  options: { readonly fallbackTitle: string; readonly storageFormat: boolean },
): DocumentContent {
  const root: Node = parseDocument(html, {
    recognizeCDATA: options.storageFormat,
    recognizeSelfClosing: options.storageFormat,
    decodeEntities: true,
  });
  const parts: ContentPart[] = [];
  const addresses: string[] = [];
  const headings: string[] = [];
  let title: string | undefined;
  let heading: string | undefined;

  const visit = (node: Node): void => {
    const name = node.name?.toLowerCase();
    if (name === 'title') title = textOf(node).trim();
    if (name !== undefined && unread.includes(name) && name !== 'head') return;
    const depth = name === undefined ? undefined : /^h([1-6])$/.exec(name)?.[1];
    if (depth !== undefined) {
      const text = textOf(node).trim();
      if (depth === '1') heading ??= text;
      headings.length = Number(depth) - 1;
      headings[Number(depth) - 1] = text;
    }
    const facts = factsIn(node);
    if (facts !== undefined) parts.push({ kind: 'facts', text: facts });
    if (name === 'table') parts.push({ kind: 'table', headings: under(), ...tableOf(node) });
    if (name === 'ol') parts.push({ kind: 'steps', headings: under(), count: childrenNamed(node, 'li').length });
    const address = name === 'a' ? node.attribs?.['href'] : undefined;
    if (address !== undefined) addresses.push(address);
    for (const child of node.children ?? []) visit(child);
  };
  const under = (): readonly string[] => headings.filter((one) => one !== undefined);
  visit(root);
  const text = textOf(root);
  return {
    title: heading ?? title ?? options.fallbackTitle,
    words: wordsIn(text),
    parts,
    links: linksOf(text, addresses),
  };
}

/** The YAML in a code block for firedrill: `<pre><code class="language-firedrill">`, or Confluence's code macro. */
function factsIn(node: Node): string | undefined {
  const name = node.name?.toLowerCase();
  if (name === 'code' || name === 'pre') {
    const classes = (node.attribs?.['class'] ?? '').split(/\s+/);
    return classes.some((one) => /^(?:lang(?:uage)?-)?firedrill$/i.test(one)) ? textOf(node) : undefined;
  }
  if (name !== 'ac:structured-macro' || !['code', 'noformat'].includes(node.attribs?.['ac:name'] ?? ''))
    return undefined;
  const parameters = childrenNamed(node, 'ac:parameter');
  const named = parameters.some(
    (one) => ['language', 'title'].includes(one.attribs?.['ac:name'] ?? '') && /^firedrill$/i.test(textOf(one).trim()),
  );
  const body = childrenNamed(node, 'ac:plain-text-body')[0];
  return named && body !== undefined ? textOf(body) : undefined;
}

function tableOf(table: Node): { readonly rows: readonly TableRow[]; readonly hasHeader: boolean } {
  const rows = rowsOf(table);
  const cellsOf = (row: Node): readonly Node[] =>
    (row.children ?? []).filter(({ name }) => ['td', 'th'].includes(name?.toLowerCase() ?? ''));
  const [first] = rows;
  // A first row of headings only; a table of key and value has them down its first column.
  const hasHeader = first !== undefined && cellsOf(first).every(({ name }) => name?.toLowerCase() === 'th');
  return { hasHeader, rows: rows.map((row) => ({ cells: cellsOf(row).map((cell) => textOf(cell).trim()) })) };
}

/** Rows of this table, and not of one inside it. */
const rowsOf = (node: Node): readonly Node[] =>
  (node.children ?? []).flatMap((child) => {
    const name = child.name?.toLowerCase();
    if (name === 'tr') return [child];
    return name !== undefined && ['thead', 'tbody', 'tfoot'].includes(name) ? rowsOf(child) : [];
  });

const childrenNamed = (node: Node, name: string): readonly Node[] =>
  (node.children ?? []).filter((child) => child.name?.toLowerCase() === name);

const inline: readonly string[] = ['a', 'b', 'i', 'em', 'strong', 'code', 'span', 'u', 'small', 'sub', 'sup'];

/** Text with a break where a reader sees one. */
function textOf(node: Node): string {
  if (node.data !== undefined && node.type === 'text') return node.data;
  const name = node.name?.toLowerCase();
  if (name !== undefined && unread.includes(name)) return '';
  const text = (node.children ?? []).map(textOf).join('');
  if (name === 'br') return '\n';
  return name === undefined || inline.includes(name) || node.type === 'cdata' ? text : `${text}\n`;
}
