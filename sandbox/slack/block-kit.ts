import { randomBytes } from 'node:crypto';
import { checkObject, Problems } from './block-problems.ts';
import { BLOCK_RULES } from './block-rules.ts';
import { ELEMENT_RULES } from './element-rules.ts';
import { isObject, objectAt, objectsAt, stringAt, textAt } from './json.ts';
import type { JsonObject } from './model.ts';
import { SlackError } from './slack-error.ts';

/** Messages take 50 blocks, modals 100. [doc: docs.slack.dev/reference/block-kit/blocks] */
const LIMITS = { message: 50, view: 100 } as const;
/** Undocumented; met by people at about this many characters of text in all blocks together. [slackapi/bolt-js#2509] */
const TOTAL_TEXT_LIMIT = 13_200;
const BLOCKS_NOT_IN_VIEWS = ['file', 'markdown', 'table'];

function checkBlock(block: unknown, surface: 'message' | 'view', pointer: string, problems: Problems): void {
  if (!isObject(block)) return problems.add('must be an object', pointer);
  const type = stringAt(block, 'type');
  const rule = type === undefined ? undefined : BLOCK_RULES[type];
  const excluded = surface === 'view' ? BLOCKS_NOT_IN_VIEWS : [];
  if (type === undefined || rule === undefined || excluded.includes(type))
    return problems.add(`unsupported type: ${type ?? 'undefined'}`, `${pointer}/type`);
  checkObject(rule, block, pointer, problems);
}

/** Every interactive element of blocks, with the block it is in; sections' accessories and inputs included. */
export function elementsOf(blocks: readonly JsonObject[]): readonly { block: JsonObject; element: JsonObject }[] {
  return blocks.flatMap((block) => {
    const single = [objectAt(block, 'accessory'), objectAt(block, 'element')].filter((one) => one !== undefined);
    const many = ['actions', 'context_actions'].includes(stringAt(block, 'type') ?? '')
      ? objectsAt(block, 'elements')
      : [];
    return [...single, ...many]
      .filter((element) => stringAt(element, 'type') !== 'image')
      .map((element) => ({ block, element }));
  });
}

function checkDuplicates(blocks: readonly JsonObject[], pointer: string, problems: Problems): void {
  const ids = blocks.map((block) => stringAt(block, 'block_id')).filter((id) => id !== undefined);
  for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index))) {
    problems.add(
      `\`block_id\` ${id} already exists for this ${pointer.startsWith('/view') ? 'view' : 'message'}`,
      pointer,
    );
  }
  blocks.forEach((block, index) => {
    const actions = elementsOf([block])
      .map(({ element }) => stringAt(element, 'action_id'))
      .filter((id) => id !== undefined);
    for (const id of new Set(actions.filter((one, at) => actions.indexOf(one) !== at))) {
      problems.add(`\`action_id\` ${id} already exists for this block`, `${pointer}/${index}/elements`);
    }
  });
}

/** Adds every problem of a list of blocks, the way Slack lists them. */
function checkBlocks(blocks: readonly unknown[], surface: 'message' | 'view', pointer: string): Problems {
  const problems = new Problems();
  if (blocks.length > LIMITS[surface]) problems.add(`no more than ${LIMITS[surface]} items allowed`, pointer);
  blocks.forEach((block, index) => checkBlock(block, surface, `${pointer}/${index}`, problems));
  checkDuplicates(blocks.filter(isObject), pointer, problems);
  return problems;
}

function refuse(code: string, problems: Problems): void {
  if (problems.found.length === 0) return;
  throw new SlackError(code, {
    errors: problems.found,
    response_metadata: { messages: problems.found.map((text) => `[ERROR] ${text}`) },
  });
}

function totalText(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one: unknown) => sum + totalText(one), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, one]) => sum + (key === 'text' && typeof one === 'string' ? one.length : totalText(one)),
    0,
  );
}

/**
 * Accepts the `blocks` of a message and returns them as Slack stores them: ids filled in, defaults written out.
 * @throws SlackError `invalid_blocks` with all problems, `invalid_blocks_format`, or `msg_blocks_too_long`
 */
export function acceptMessageBlocks(blocks: unknown): readonly JsonObject[] {
  if (!Array.isArray(blocks)) throw new SlackError('invalid_blocks_format');
  refuse('invalid_blocks', checkBlocks(blocks, 'message', '/blocks'));
  if (totalText(blocks) > TOTAL_TEXT_LIMIT) throw new SlackError('msg_blocks_too_long');
  return blocks.filter(isObject).map(stored);
}

/** Fields of a view. A Home tab may carry a modal's too: Slack ignores them. */
const VIEW_FIELDS = [
  'type',
  'title',
  'blocks',
  'close',
  'submit',
  'private_metadata',
  'callback_id',
  'clear_on_close',
  'notify_on_close',
  'external_id',
  'submit_disabled',
];
/** Longest text of the fields that only the app reads. [doc: docs.slack.dev/reference/views/modal-views] */
const VIEW_TEXT_LIMITS = { private_metadata: 3000, callback_id: 255, external_id: 255 } as const;
/** [doc: docs.slack.dev/reference/methods/views.open, view_too_large] */
const VIEW_SIZE_LIMIT_BYTES = 250_000;

/**
 * Accepts a modal or a Home tab and returns it as Slack stores it.
 * @throws SlackError `invalid_arguments` with all problems (Slack's code for views), `view_too_large`
 */
export function acceptView(view: unknown, kind: 'modal' | 'home' = 'modal'): JsonObject {
  if (!isObject(view))
    throw new SlackError('invalid_arguments', {
      response_metadata: { messages: ['[ERROR] must provide an object [json-pointer:/view]'] },
    });
  const blocks = Array.isArray(view['blocks']) ? (view['blocks'] as unknown[]) : [];
  const problems = checkBlocks(blocks, 'view', '/view/blocks');
  if (view['type'] !== kind) problems.add(`unsupported type: ${String(view['type'])}`, '/view/type');
  if (!Array.isArray(view['blocks'])) problems.add('missing required field: blocks', '/view');
  for (const field of Object.keys(view).filter((one) => !VIEW_FIELDS.includes(one)))
    problems.add(`invalid additional property: ${field}`, '/view');
  if (kind === 'modal') checkModal(view, blocks, problems);
  for (const [field, limit] of Object.entries(VIEW_TEXT_LIMITS))
    if ((stringAt(view, field)?.length ?? 0) > limit)
      problems.add(`must be less than ${limit + 1} characters`, `/view/${field}`);
  refuse('invalid_arguments', problems);
  if (Buffer.byteLength(JSON.stringify(view)) > VIEW_SIZE_LIMIT_BYTES) throw new SlackError('view_too_large');
  return { ...view, blocks: blocks.filter(isObject).map(stored) };
}

function checkModal(view: JsonObject, blocks: readonly unknown[], problems: Problems): void {
  for (const field of ['title', 'submit', 'close']) {
    const text = textAt(view, field);
    if (view[field] === undefined ? field === 'title' : text === undefined)
      problems.add(`missing required field: ${field}`, '/view');
    else if (text !== undefined && objectAt(view, field)?.['type'] !== 'plain_text')
      problems.add(`unsupported type: ${String(objectAt(view, field)?.['type'])}`, `/view/${field}/type`);
    if (text !== undefined && text.length > 24) problems.add('must be less than 25 characters', `/view/${field}/text`);
  }
  if (view['submit'] === undefined && blocks.some((block) => stringAt(block, 'type') === 'input'))
    problems.add('missing required field: submit', '/view');
}

/** The ids and defaults that Slack writes into what it was given. */
function stored(block: JsonObject): JsonObject {
  const withDefaults = fillIn(block) as JsonObject;
  return { ...withDefaults, block_id: stringAt(block, 'block_id') ?? randomBytes(4).toString('base64url') };
}

function fillIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fillIn);
  if (!isObject(value)) return value;
  const filled: Record<string, unknown> = Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, fillIn(one)]),
  );
  const type = stringAt(value, 'type');
  if (type === 'plain_text') filled['emoji'] ??= true;
  if (type === 'mrkdwn') filled['verbatim'] ??= false;
  if (type !== undefined && ELEMENT_RULES[type]?.fields['action_id'] !== undefined)
    filled['action_id'] ??= randomBytes(4).toString('base64url');
  return filled;
}
