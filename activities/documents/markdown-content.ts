import { toString as textOf } from 'mdast-util-to-string';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { linksOf } from './links.ts';
import { wordsIn } from './content.ts';
import type { ContentPart, DocumentContent } from './content.ts';

/** A node of the tree, as far as it is looked at here. */
interface Node {
  readonly type: string;
  readonly value?: string | undefined;
  readonly lang?: string | null | undefined;
  readonly url?: string | undefined;
  readonly ordered?: boolean | null | undefined;
  readonly depth?: number | undefined;
  readonly children?: readonly Node[] | undefined;
  readonly position?: { readonly start: { readonly line: number } } | undefined;
}

const parser = unified().use(remarkParse).use(remarkGfm).use(remarkFrontmatter, ['yaml']);

/** Reads GitHub's Markdown with front matter. Never throws: every text is some Markdown. */
export function markdownContent(markdown: string, fallbackTitle: string): DocumentContent {
  const tree: Node = parser.parse(markdown);
  const parts: ContentPart[] = [];
  const addresses: string[] = [];
  const headings: string[] = [];
  let title: string | undefined;

  const visit = (node: Node): void => {
    const line = node.position?.start.line;
    const at = line === undefined ? {} : { line };
    switch (node.type) {
      case 'heading': {
        const text = textOf(node);
        const depth = node.depth ?? 1;
        if (depth === 1) title ??= text;
        headings.length = depth - 1;
        headings[depth - 1] = text;
        break;
      }
      case 'yaml':
        parts.push({ kind: 'facts', text: node.value ?? '', ...at });
        break;
      case 'code':
        if (/^firedrill\b/i.test(node.lang ?? ''))
          // The fence is a line of its own.
          parts.push({ kind: 'facts', text: node.value ?? '', ...(line === undefined ? {} : { line: line + 1 }) });
        break;
      case 'table':
        parts.push({
          kind: 'table',
          hasHeader: true,
          headings: under(),
          rows: (node.children ?? []).map((row) => ({
            cells: (row.children ?? []).map((cell) => textOf(cell).trim()),
            ...(row.position === undefined ? {} : { line: row.position.start.line }),
          })),
        });
        break;
      case 'list':
        if (node.ordered === true)
          parts.push({ kind: 'steps', count: node.children?.length ?? 0, headings: under(), ...at });
        break;
      case 'link':
      case 'definition':
        addresses.push(node.url ?? '');
        break;
    }
    for (const child of node.children ?? []) visit(child);
  };
  const under = (): readonly string[] => headings.filter((heading) => heading !== undefined);
  visit(tree);
  const text = textOf(tree, { includeImageAlt: false });
  return {
    title: title ?? fallbackTitle,
    words: wordsIn(proseOf(tree)),
    parts,
    links: linksOf(`${text}\n${markdown}`, addresses),
  };
}

/** Text of all leaves with spaces between: the library's own joins words of neighbouring cells. */
function proseOf(node: Node): string {
  if (node.type === 'yaml') return '';
  return node.children === undefined ? (node.value ?? '') : node.children.map(proseOf).join(' ');
}
