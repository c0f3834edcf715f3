/** Atlassian Document Format, as far as tickets need it. Empty text is not allowed in it, so nothing here makes any. */
export type AdfNode = {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly content?: readonly AdfNode[];
  readonly text?: string;
  readonly marks?: readonly { readonly type: string; readonly attrs?: Readonly<Record<string, unknown>> }[];
};

export type AdfDoc = {
  readonly type: 'doc';
  readonly version: 1;
  readonly content: AdfNode[];
};

export const adfDoc = (...content: readonly AdfNode[]): AdfDoc => ({ type: 'doc', version: 1, content: [...content] });

export const heading = (words: string): AdfNode => ({
  type: 'heading',
  attrs: { level: 3 },
  content: textNodes(words),
});

export const paragraph = (...inline: readonly (AdfNode | string)[]): AdfNode => ({
  type: 'paragraph',
  content: inline.flatMap((part) => (typeof part === 'string' ? textNodes(part) : [part])),
});

export const bulletList = (...items: readonly AdfNode[]): AdfNode => ({
  type: 'bulletList',
  content: items.map((item) => ({ type: 'listItem', content: [item] })),
});

export const warningPanel = (words: string): AdfNode => ({
  type: 'panel',
  attrs: { panelType: 'warning' },
  content: [paragraph(words)],
});

export const code = (words: string): AdfNode => ({
  type: 'text',
  text: plain(words) || '–',
  marks: [{ type: 'code' }],
});

export const strong = (words: string): AdfNode => ({
  type: 'text',
  text: plain(words) || '–',
  marks: [{ type: 'strong' }],
});

/** What only machines read: there, and out of the way. */
export const faint = (words: string): AdfNode => ({
  type: 'text',
  text: plain(words) || '–',
  marks: [{ type: 'textColor', attrs: { color: '#626f86' } }],
});

export const linkTo = (url: string, words: string): AdfNode => ({
  type: 'text',
  text: plain(words) || url,
  marks: [{ type: 'link', attrs: { href: url } }],
});

// oxlint-disable-next-line no-control-regex -- those are what Jira refuses
const unprintable = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uFFFE\uFFFF]/g;

/**
 * Text as Jira takes it. What a database or a page has said may hold anything; a document with a control character or half a
 * character in it would be refused each time, and the finding stay without its ticket.
 */
export const plain = (words: string): string =>
  words.toWellFormed().replaceAll(/\r\n?/g, '\n').replaceAll(unprintable, '\uFFFD');

/** Line breaks are nodes of their own; an address can be pressed. */
function textNodes(words: string): AdfNode[] {
  return plain(words)
    .split('\n')
    .flatMap((line, index) => [...(index === 0 ? [] : [{ type: 'hardBreak' }]), ...withLinks(line)]);
}

/** An address in a sentence: what ends the sentence or the bracket around it is none of it. */
const addresses = /(https?:\/\/[^\s<>"”]*[^\s<>"”.,;:!?)\]])/;

/** Jira makes links of addresses only where a person types them. */
const withLinks = (line: string): AdfNode[] =>
  line
    .split(addresses)
    .filter((part) => part !== '')
    .map((part) => (addresses.test(part) ? linkTo(part, part) : { type: 'text', text: part }));
