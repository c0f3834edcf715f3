import type { Button, ContextBlock, KnownBlock, PlainTextElement, SectionBlock } from '@slack/types';

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

/** A paragraph of mrkdwn; its parts must be escaped already. */
export const section = (mrkdwn: string): SectionBlock => ({
  type: 'section',
  text: { type: 'mrkdwn', text: clipMrkdwn(mrkdwn, slackLimits.sectionText) || '–' },
});

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

/**
 * A message within all limits. When everything together is too long, the longest paragraphs give way first: the
 * question and the buttons of a gate are short and stay whole.
 */
export function message(text: string, blocks: readonly KnownBlock[]): SlackContent {
  const kept = blocks.slice(0, slackLimits.messageBlocks);
  return { text: clipMrkdwn(text, slackLimits.messageText), blocks: withinTotal(kept) };
}

function withinTotal(blocks: readonly KnownBlock[]): KnownBlock[] {
  const excess = blocks.reduce((sum, block) => sum + textLength(block), 0) - slackLimits.messageTotal;
  if (excess <= 0) return [...blocks];
  const sections = blocks.filter((block) => block.type === 'section');
  const longest = sections.toSorted((one, other) => textLength(other) - textLength(one))[0];
  if (longest?.text === undefined || textLength(longest) < 100) return [...blocks];
  // At most half of a paragraph at a time, so that several long ones share the loss.
  const room = Math.max(Math.ceil(longest.text.text.length / 2), longest.text.text.length - excess);
  const shorter = { ...longest, text: { ...longest.text, text: clipMrkdwn(longest.text.text, room) } };
  return withinTotal(blocks.map((block) => (block === longest ? shorter : block)));
}

/** Characters of every `text` in a block, as Slack counts them. */
function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one: unknown) => sum + textLength(one), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, one]: [string, unknown]) =>
      sum + (key === 'text' && typeof one === 'string' ? one.length : textLength(one)),
    0,
  );
}
