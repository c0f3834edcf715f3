import { badFields, JiraRefusal } from './refusal.ts';
import { isObject, type Json, type JsonObject, textOf } from './model.ts';

const BLOCKS = [
  'paragraph',
  'heading',
  'bulletList',
  'orderedList',
  'taskList',
  'decisionList',
  'panel',
  'blockquote',
  'codeBlock',
  'rule',
  'table',
  'expand',
  'mediaSingle',
  'mediaGroup',
  'blockCard',
  'embedCard',
];
const INLINE = ['text', 'hardBreak', 'mention', 'emoji', 'date', 'status', 'inlineCard'];
const IN_LIST_ITEM = ['paragraph', 'bulletList', 'orderedList', 'taskList', 'codeBlock', 'mediaSingle'];
const IN_CELL = [
  'paragraph',
  'heading',
  'bulletList',
  'orderedList',
  'taskList',
  'decisionList',
  'panel',
  'blockquote',
  'codeBlock',
  'rule',
  'mediaSingle',
  'mediaGroup',
  'blockCard',
  'embedCard',
  'nestedExpand',
];
const IN_PANEL = [
  'paragraph',
  'heading',
  'bulletList',
  'orderedList',
  'taskList',
  'decisionList',
  'codeBlock',
  'rule',
  'mediaSingle',
  'mediaGroup',
  'blockCard',
];

interface NodeRule {
  /** What may stand inside; absent: no `content` at all. */
  readonly inside?: readonly string[];
  readonly atLeastOne?: boolean;
  readonly attrs?: Readonly<Record<string, (value: Json | undefined) => boolean>>;
}
const text = (value: Json | undefined): boolean => typeof value === 'string';
const filled = (value: Json | undefined): boolean => typeof value === 'string' && value !== '';
const oneOf =
  (...values: readonly Json[]) =>
  (value: Json | undefined): boolean =>
    value !== undefined && values.includes(value);
const optional =
  (check: (value: Json | undefined) => boolean) =>
  (value: Json | undefined): boolean =>
    value === undefined || check(value);

/** Nodes of the Atlassian Document Format, as in the public schema (json-schema/v1/full.json). */
const NODES: Readonly<Record<string, NodeRule>> = {
  doc: { inside: BLOCKS },
  paragraph: { inside: INLINE },
  heading: { inside: INLINE, attrs: { level: oneOf(1, 2, 3, 4, 5, 6) } },
  bulletList: { inside: ['listItem'], atLeastOne: true },
  orderedList: {
    inside: ['listItem'],
    atLeastOne: true,
    attrs: { order: optional((value) => typeof value === 'number' && value >= 0) },
  },
  listItem: { inside: IN_LIST_ITEM, atLeastOne: true },
  taskList: { inside: ['taskItem', 'taskList'], atLeastOne: true, attrs: { localId: text } },
  taskItem: { inside: INLINE, attrs: { localId: text, state: oneOf('TODO', 'DONE') } },
  decisionList: { inside: ['decisionItem'], atLeastOne: true, attrs: { localId: text } },
  decisionItem: { inside: INLINE, attrs: { localId: text, state: text } },
  panel: {
    inside: IN_PANEL,
    atLeastOne: true,
    attrs: { panelType: oneOf('info', 'note', 'tip', 'warning', 'error', 'success', 'custom') },
  },
  blockquote: {
    inside: ['paragraph', 'bulletList', 'orderedList', 'codeBlock', 'mediaSingle', 'mediaGroup'],
    atLeastOne: true,
  },
  codeBlock: { inside: ['text'], attrs: { language: optional(text) } },
  rule: {},
  table: { inside: ['tableRow'], atLeastOne: true },
  tableRow: { inside: ['tableHeader', 'tableCell'], atLeastOne: true },
  tableHeader: { inside: IN_CELL, atLeastOne: true },
  tableCell: { inside: IN_CELL, atLeastOne: true },
  expand: {
    inside: IN_CELL.filter((type) => type !== 'nestedExpand').concat('table'),
    atLeastOne: true,
    attrs: { title: optional(text) },
  },
  nestedExpand: { inside: IN_PANEL, atLeastOne: true, attrs: { title: optional(text) } },
  mediaSingle: { inside: ['media'], atLeastOne: true },
  mediaGroup: { inside: ['media'], atLeastOne: true },
  media: { attrs: { type: oneOf('file', 'link', 'external'), id: optional(filled), url: optional(filled) } },
  blockCard: { attrs: { url: optional(filled) } },
  embedCard: { attrs: { url: filled, layout: text } },
  text: {},
  hardBreak: {},
  mention: { attrs: { id: text } },
  emoji: { attrs: { shortName: filled } },
  date: { attrs: { timestamp: filled } },
  status: { attrs: { text: filled, color: oneOf('neutral', 'purple', 'blue', 'red', 'yellow', 'green') } },
  inlineCard: { attrs: { url: optional(filled) } },
};

const MARKS: Readonly<Record<string, NodeRule['attrs'] | undefined>> = {
  strong: {},
  em: {},
  code: {},
  strike: {},
  underline: {},
  subsup: { type: oneOf('sub', 'sup') },
  textColor: { color: (value) => typeof value === 'string' && /^#[0-9a-fA-F]{6}$/.test(value) },
  backgroundColor: { color: (value) => typeof value === 'string' && /^#[0-9a-fA-F]{6}$/.test(value) },
  link: { href: filled },
};
const WITH_CODE = new Set(['code', 'link']);

const MAX_TEXT_CHARACTERS = 32_767;

// oxlint-disable-next-line no-control-regex -- those are the ones
const UNPRINTABLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;
/** What neither XML nor PostgreSQL can hold, which is what Jira keeps its texts in; half a character is none, too. */
export const hasUnprintable = (words: string): boolean => UNPRINTABLE.test(words) || !words.isWellFormed();

function markProblem(marks: Json, where: string): string | undefined {
  if (!Array.isArray(marks)) return `${where}.marks is not a list`;
  const list = marks as readonly Json[];
  for (const mark of list) {
    if (!isObject(mark)) return `${where}.marks holds something that is no mark`;
    const type = mark['type'];
    const rule = typeof type === 'string' && Object.hasOwn(MARKS, type) ? MARKS[type] : undefined;
    if (rule === undefined) return `${where}: unknown mark '${textOf(type)}'`;
    const attrs = isObject(mark['attrs']) ? mark['attrs'] : {};
    const wrong = Object.entries(rule).find(([name, check]) => !check(attrs[name]));
    if (wrong !== undefined) return `${where}: mark '${textOf(type)}' has no valid '${wrong[0]}'`;
  }
  const types = list.map((mark) => (isObject(mark) ? textOf(mark['type']) : ''));
  if (types.includes('code') && types.some((type) => !WITH_CODE.has(type)))
    return `${where}: 'code' goes only with 'link'`;
  return undefined;
}

function nodeProblem(node: Json, where: string, inCodeBlock: boolean): string | undefined {
  if (!isObject(node)) return `${where} is not a node`;
  const type = node['type'];
  const rule = typeof type === 'string' && Object.hasOwn(NODES, type) ? NODES[type] : undefined;
  if (rule === undefined) return `${where}: unknown node type '${textOf(type)}'`;
  if (type === 'text') {
    if (typeof node['text'] !== 'string' || node['text'] === '')
      return `${where}: a text node needs text of at least one character`;
    if (hasUnprintable(node['text'])) return `${where}: text with control characters`;
    if (node['marks'] !== undefined && inCodeBlock && (!Array.isArray(node['marks']) || node['marks'].length > 0))
      return `${where}: no marks inside a code block`;
    if (node['marks'] !== undefined) return markProblem(node['marks'], where);
  }
  if (node['attrs'] !== undefined && !isObject(node['attrs'])) return `${where}.attrs is not an object`;
  const attrs = isObject(node['attrs']) ? node['attrs'] : {};
  const wrong = Object.entries(rule.attrs ?? {}).find(([name, check]) => !check(attrs[name]));
  if (wrong !== undefined) return `${where}: '${textOf(type)}' has no valid '${wrong[0]}'`;
  const content = node['content'];
  if (rule.inside === undefined)
    return content === undefined ? undefined : `${where}: '${textOf(type)}' holds no content`;
  if (content === undefined) return rule.atLeastOne === true ? `${where}: '${textOf(type)}' needs content` : undefined;
  if (!Array.isArray(content)) return `${where}.content is not a list`;
  const children = content as readonly Json[];
  if (rule.atLeastOne === true && children.length === 0) return `${where}: '${textOf(type)}' needs content`;
  for (const [index, child] of children.entries()) {
    const childType = isObject(child) ? child['type'] : undefined;
    const here = `${where}.content[${index}]`;
    const problem = nodeProblem(child, here, type === 'codeBlock');
    if (problem !== undefined) return problem;
    if (typeof childType !== 'string' || !rule.inside.includes(childType))
      return `${here}: '${textOf(childType)}' may not stand in '${textOf(type)}'`;
  }
  return undefined;
}

/** What is wrong with this document, for the log and for tests; real Jira keeps it to itself. */
export function adfProblem(value: Json | undefined): string | undefined {
  if (!isObject(value) || value['type'] !== 'doc') return 'not a document';
  if (value['version'] !== 1) return "the document's version is not 1";
  if (!Array.isArray(value['content'])) return 'the document has no content list';
  return nodeProblem(value, 'doc', false);
}

/** A valid document for a rich-text field. @throws JiraRefusal 400, in the words real Jira uses for this field */
export function requireFieldDocument(value: Json | undefined, fieldId: string): JsonObject {
  if (!isObject(value) || value['type'] !== 'doc') {
    throw badFields({ [fieldId]: 'Operation value must be an Atlassian Document (see the Atlassian Document Format)' });
  }
  if (adfProblem(value) !== undefined) throw new JiraRefusal(400, ['INVALID_INPUT']);
  if (plainText(value).length > MAX_TEXT_CHARACTERS) {
    throw badFields({
      [fieldId]: `The entered text is too long. It exceeds the allowed limit of ${MAX_TEXT_CHARACTERS.toLocaleString('en')} characters.`,
    });
  }
  return value;
}

/** A valid document for a comment. @throws JiraRefusal 400 */
export function requireCommentDocument(value: Json | undefined): JsonObject {
  if (value === undefined || value === null || !isObject(value) || value['type'] !== 'doc') {
    throw new JiraRefusal(400, ['Comment body is not valid!']);
  }
  if (adfProblem(value) !== undefined) throw new JiraRefusal(400, ['INVALID_INPUT']);
  const length = plainText(value).length;
  if (length === 0) throw badFields({ comment: 'Comment body can not be empty!' });
  if (length > MAX_TEXT_CHARACTERS)
    throw badFields({
      comment: `The entered text is too long. It exceeds the allowed limit of ${MAX_TEXT_CHARACTERS.toLocaleString('en')} characters.`,
    });
  return value;
}

/** The words of a document, blocks separated by newlines: what full-text search sees. */
export function plainText(node: Json | undefined): string {
  if (!isObject(node)) return '';
  if (node['type'] === 'text') return textOf(node['text']);
  if (node['type'] === 'hardBreak') return '\n';
  const attrs = isObject(node['attrs']) ? node['attrs'] : {};
  if (node['type'] === 'inlineCard' || node['type'] === 'blockCard') return textOf(attrs['url'] ?? '');
  if (node['type'] === 'mention' || node['type'] === 'status') return textOf(attrs['text'] ?? '');
  const children = Array.isArray(node['content']) ? (node['content'] as readonly Json[]) : [];
  const inline =
    node['type'] === 'paragraph' ||
    node['type'] === 'heading' ||
    node['type'] === 'codeBlock' ||
    node['type'] === 'taskItem';
  return children.map(plainText).join(inline ? '' : '\n');
}
