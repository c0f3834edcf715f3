import type { Button, ContextBlock, KnownBlock, PlainTextElement, SectionBlock } from '@slack/types';
import { breakText } from './break-text.ts';

/**
 * Slack refuses a whole message when one text in it is a character too long, and then nobody is asked. Everything that
 * goes to Slack is made here and cut to fit. Limits: docs.slack.dev/reference/block-kit/blocks.
 */
export const slackLimits = {
  sectionText: 3000,
  contextElements: 10,
  buttonText: 75,
  buttonValue: 2000,
  headerText: 150,
  modalTitle: 24,
  privateMetadata: 3000,
  messageBlocks: 50,
  /** Fallback text of a message; Slack cuts at 40,000 itself, a phone shows far less. */
  messageText: 3000,
  /** All text of a message together. Undocumented: refused from about 13,200 on (slackapi/bolt-js#2509). */
  messageTotal: 12_000,
  inputLabel: 2000,
  inputPlaceholder: 150,
  optionText: 75,
  optionValue: 150,
  options: 100,
} as const;

/** A message as `chat.postMessage` takes it; `text` is what notifications and screen readers say. */
export interface SlackContent {
  readonly text: string;
  readonly blocks: KnownBlock[];
  /** What did not fit: follows below it, in order. Not for the wire. */
  readonly more?: readonly Omit<SlackContent, 'more'>[];
}

/** `&`, `<` and `>` mean something to Slack; what comes from people and systems must not. */
export const escapeMrkdwn = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Plain text cut to `max` characters, the last one an ellipsis when something is missing. Never half an emoji. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** As `clip`, for mrkdwn: never half an entity (`&am`), mention, date or link, whose rest would show as characters. */
export function clipMrkdwn(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '');
  return `${cut.replace(/<[^<>]*$/, '').replace(/&[a-z]{0,4}$/, '')}…`;
}

/** Text without a link or other markup that a person's words could carry. */
export const plain = (text: string, max: number): PlainTextElement => ({
  type: 'plain_text',
  text: clip(text, max) || '–',
  emoji: true,
});

/** A paragraph of mrkdwn that is short by nature, or a summary: cut when it is not. Its parts must be escaped already. */
export const section = (mrkdwn: string): SectionBlock => ({
  type: 'section',
  text: { type: 'mrkdwn', text: clipMrkdwn(mrkdwn, slackLimits.sectionText) || '–' },
});

/** As many paragraphs as the text needs. */
export const paragraphs = (mrkdwn: string): SectionBlock[] => breakText(mrkdwn, slackLimits.sectionText).map(section);

/** Small grey lines. */
export const context = (...lines: readonly string[]): ContextBlock => ({
  type: 'context',
  elements: lines
    .slice(0, slackLimits.contextElements)
    .map((line) => ({ type: 'mrkdwn', text: clipMrkdwn(line, slackLimits.sectionText) || '–' })),
});

export function button(of: {
  readonly action: string;
  readonly label: string;
  readonly value: string;
  readonly style?: 'primary' | 'danger';
}): Button {
  return {
    type: 'button',
    action_id: of.action,
    text: plain(of.label, slackLimits.buttonText),
    value: of.value,
    ...(of.style === undefined ? {} : { style: of.style }),
  };
}

/** Messages for one thing to say; whoever needs more reads the report. Ten are 120,000 characters. */
const pagesAtMost = 10;
/** Room for the line that says which page it is. */
const noteRoom = 100;

/**
 * A message of any length, within all limits: what does not fit follows in `more`. Its buttons, when they are the only
 * ones, stay on the first page with the small print before them: a question that nobody can answer is none.
 */
export function message(text: string, blocks: readonly KnownBlock[]): SlackContent {
  const foot = footOf(blocks);
  const body = blocks.slice(0, blocks.length - foot.length);
  const pages = pagesOf(body, foot);
  const [first = [], ...others] = pages.slice(0, pagesAtMost);
  const left = pages.length - pagesAtMost;
  if (others.length === 0) return { text: clipMrkdwn(text, slackLimits.messageText), blocks: [...first, ...foot] };
  const count = others.length + 1;
  const textOf = (page: number): string => `${clipMrkdwn(text, slackLimits.messageText - 20)} (${page} of ${count})`;
  return {
    text: textOf(1),
    blocks: [...first, context(`1 of ${count}, goes on below`), ...foot],
    more: others.map((page, index) => ({
      text: textOf(index + 2),
      blocks: [
        ...page,
        context(
          index === others.length - 1 && left > 0
            ? `${count} of ${count}; there is more than is said here: \`firedrill report RUN\` has all of it`
            : `${index + 2} of ${count}`,
        ),
      ],
    })),
  };
}

/** Small print and buttons at the end; buttons that are not the only ones belong to what stands before them. */
function footOf(blocks: readonly KnownBlock[]): readonly KnownBlock[] {
  const rows = blocks.filter(({ type }) => type === 'actions').length;
  const isFoot = ({ type }: KnownBlock): boolean => type === 'context' || (type === 'actions' && rows === 1);
  const from = blocks.findLastIndex((block) => !isFoot(block)) + 1;
  return blocks.slice(from);
}

function pagesOf(body: readonly KnownBlock[], foot: readonly KnownBlock[]): readonly (readonly KnownBlock[])[] {
  const pages: KnownBlock[][] = [[]];
  const fits = (page: readonly KnownBlock[], isFirst: boolean): boolean => {
    const all = isFirst ? [...page, ...foot] : page;
    return all.length < slackLimits.messageBlocks && textLength(all) + noteRoom <= slackLimits.messageTotal;
  };
  for (const block of body) {
    const page = pages.at(-1) ?? [];
    if (page.length === 0 || fits([...page, block], pages.length === 1)) page.push(block);
    // A row of buttons without what it is about would be pressed for something else.
    else pages.push([...(block.type === 'actions' && page.length > 1 ? page.splice(-1) : []), block]);
  }
  // A single block can be too long only when everything about it is small print.
  return pages.map((page) => glance('', page).blocks);
}

/**
 * A message at a glance, within all limits: what is too long gives way, the longest paragraphs first. For what is said in
 * full elsewhere, and for the Home tab, below which nothing can follow. All else is a `message`.
 */
export function glance(text: string, blocks: readonly KnownBlock[]): SlackContent {
  const kept = blocks.slice(0, slackLimits.messageBlocks);
  return { text: clipMrkdwn(text, slackLimits.messageText), blocks: withinTotal(kept) };
}

function withinTotal(blocks: readonly KnownBlock[]): KnownBlock[] {
  const excess = textLength(blocks) - slackLimits.messageTotal;
  if (excess <= 0) return [...blocks];
  const sections = blocks.filter((block) => block.type === 'section');
  const longest = sections.toSorted((one, other) => textLength(other) - textLength(one))[0];
  if (longest?.text === undefined || textLength(longest) < 100) return [...blocks];
  // At most half of a paragraph at a time, so that several long ones share the loss.
  const room = Math.max(Math.ceil(longest.text.text.length / 2), longest.text.text.length - excess);
  const shorter = { ...longest, text: { ...longest.text, text: clipMrkdwn(longest.text.text, room) } };
  return withinTotal(blocks.map((block) => (block === longest ? shorter : block)));
}

/** Characters of every `text` in blocks, as Slack counts them. */
function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one: unknown) => sum + textLength(one), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, one]: [string, unknown]) =>
      sum + (key === 'text' && typeof one === 'string' ? one.length : textLength(one)),
    0,
  );
}
