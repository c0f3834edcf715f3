/**
 * What Slack refuses, by its documentation alone (docs.slack.dev/reference/block-kit, /reference/surfaces,
 * /reference/methods/chat.postMessage; read 2026-11), for tests: written without a look at the stand-in's rules, so that
 * `block-kit.test.ts` can hold the two against each other.
 */

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Longest texts, by type and field: a text object or a string. */
const longest: Readonly<Record<string, number>> = {
  'header.text': 150,
  'section.text': 3000,
  'section.fields': 2000,
  'context.elements': 3000,
  'image.alt_text': 2000,
  'image.title': 2000,
  'image.image_url': 3000,
  'input.label': 2000,
  'input.hint': 2000,
  'markdown.text': 12_000,
  'button.text': 75,
  'button.value': 2000,
  'button.url': 3000,
  'button.accessibility_label': 75,
  'option.text': 75,
  'option.value': 150,
  'option.description': 75,
  'option group.label': 75,
  'confirm.title': 100,
  'confirm.text': 300,
  'confirm.confirm': 30,
  'confirm.deny': 30,
  'any.placeholder': 150,
  'any.action_id': 255,
  'any.block_id': 255,
  'plain_text_input.initial_value': 3000,
  'modal.title': 24,
  'modal.submit': 24,
  'modal.close': 24,
  'modal.private_metadata': 3000,
  'modal.callback_id': 255,
  'modal.external_id': 255,
  'home.private_metadata': 3000,
  'home.callback_id': 255,
  'home.external_id': 255,
};

/** Longest lists, by type and field. */
const most: Readonly<Record<string, number>> = {
  'section.fields': 10,
  'context.elements': 10,
  'actions.elements': 25,
  'overflow.options': 5,
  'checkboxes.options': 10,
  'radio_buttons.options': 10,
  'any.options': 100,
  'any.option_groups': 100,
  'option group.options': 100,
};

/** Where only text without markup may stand. */
const plainOnly: readonly string[] = [
  'header.text',
  'button.text',
  'input.label',
  'input.hint',
  'any.placeholder',
  'modal.title',
  'modal.submit',
  'modal.close',
  'confirm.title',
  'confirm.confirm',
  'confirm.deny',
  'option group.label',
];

const blockTypes = ['header', 'section', 'context', 'actions', 'divider', 'image', 'input', 'markdown', 'rich_text'];

/** What Slack would refuse in a message; empty when it takes it. */
export function messageProblems(body: unknown): readonly string[] {
  if (!isFields(body)) return ['it is no message'];
  const text = typeof body['text'] === 'string' ? body['text'] : '';
  const blocks = listIn(body['blocks']);
  return [
    // Without it, notifications and screen readers say nothing.
    ...(text.trim() === '' ? ['text: it has none'] : []),
    ...(text.length > 40_000 ? [`text: ${text.length} of 40000 characters`] : []),
    ...(blocks.length > 50 ? [`blocks: ${blocks.length} of 50`] : []),
    // Undocumented, found by many: slackapi/bolt-js#2509.
    ...(textIn(blocks) > 13_200 ? [`blocks: ${textIn(blocks)} characters of text together, of about 13200`] : []),
    ...blocks.flatMap((block, index) => [
      ...blockProblems(block, `blocks[${index}]`),
      ...(isFields(block) && block['type'] === 'input' ? [`blocks[${index}]: inputs stand in views only`] : []),
    ]),
    ...doubled(blocks, 'block_id', 'blocks'),
  ];
}

/** What Slack would refuse of a line that `--record` has written. */
export function recordedProblems(line: { readonly method: string; readonly body: unknown }): readonly string[] {
  const { method, body } = line;
  if (method.startsWith('views.')) return viewProblems(isFields(body) ? body['view'] : undefined);
  // What an app says in acknowledging is a message, an error at a field, or a view in the place of the last.
  if (method !== 'ack') return messageProblems(body);
  if (!isFields(body) || body['response_action'] === undefined) return messageProblems(body);
  return body['view'] === undefined ? [] : viewProblems(body['view']);
}

/** What Slack would refuse in a modal or an App Home; empty when it takes it. */
export function viewProblems(view: unknown): readonly string[] {
  if (!isFields(view)) return ['it is no view'];
  const type = String(view['type']);
  if (type !== 'modal' && type !== 'home') return [`type: ${type}`];
  const blocks = listIn(view['blocks']);
  const hasInput = blocks.some((block) => isFields(block) && block['type'] === 'input');
  return [
    ...(type === 'modal' && view['title'] === undefined ? ['title: a modal needs one'] : []),
    ...(type === 'modal' && hasInput && view['submit'] === undefined ? ['submit: a modal with inputs needs one'] : []),
    ...(blocks.length > 100 ? [`blocks: ${blocks.length} of 100`] : []),
    ...(JSON.stringify(view).length > 250_000 ? ['view_too_large: more than 250 kB'] : []),
    ...lengthProblems(view, type, 'view'),
    ...blocks.flatMap((block, index) => blockProblems(block, `blocks[${index}]`)),
    ...doubled(blocks, 'block_id', 'blocks'),
  ];
}

function blockProblems(block: unknown, place: string): readonly string[] {
  if (!isFields(block)) return [`${place}: no block`];
  const type = String(block['type']);
  if (!blockTypes.includes(type)) return [`${place}: unknown type ${type}`];
  const elements = type === 'actions' ? listIn(block['elements']) : [];
  const empty = ['actions', 'context'].includes(type) && listIn(block['elements']).length === 0;
  return [
    ...(empty ? [`${place}.elements: none`] : []),
    ...(type === 'section' && block['text'] === undefined && block['fields'] === undefined
      ? [`${place}: neither text nor fields`]
      : []),
    ...thingProblems(block, type, place),
    ...doubled(elements, 'action_id', `${place}.elements`),
  ];
}

/** A block, an element, an option, a confirmation: lengths, lists, then everything inside it. */
function thingProblems(thing: Fields, type: string, place: string): readonly string[] {
  return [...lengthProblems(thing, type, place), ...choiceProblems(thing, place), ...insideProblems(thing, place)];
}

function lengthProblems(thing: Fields, type: string, place: string): readonly string[] {
  return Object.entries(thing).flatMap(([field, value]) => {
    const rule = `${type}.${field}` in longest || `${type}.${field}` in most ? `${type}.${field}` : `any.${field}`;
    const at = `${place}.${field}`;
    const max = longest[rule];
    const tooMany = most[rule];
    const texts = Array.isArray(value) ? value : [value];
    return [
      ...(Array.isArray(value) && tooMany !== undefined && value.length > tooMany
        ? [`${at}: ${value.length} of ${tooMany}`]
        : []),
      ...(max === undefined ? [] : texts.flatMap((text) => textProblems(text, max, rule, at))),
    ];
  });
}

function textProblems(value: unknown, max: number, rule: string, at: string): readonly string[] {
  const isObject = isFields(value) && ['plain_text', 'mrkdwn'].includes(String(value['type']));
  const text = isObject ? value['text'] : value;
  if (typeof text !== 'string') return [];
  const mayBeEmpty = ['button.value', 'plain_text_input.initial_value', 'modal.private_metadata'].includes(rule);
  return [
    ...(text.length > max ? [`${at}: ${text.length} of ${max} characters`] : []),
    ...(text.length === 0 && !mayBeEmpty ? [`${at}: empty`] : []),
    ...(plainOnly.includes(rule) && (!isObject || value['type'] !== 'plain_text') ? [`${at}: must be plain_text`] : []),
  ];
}

/** What was chosen beforehand must be one of the choices. */
function choiceProblems(thing: Fields, place: string): readonly string[] {
  const options = listIn(thing['options']).map((option) => JSON.stringify(option));
  const initial = [thing['initial_option'], ...listIn(thing['initial_options'])].filter((one) => one !== undefined);
  return options.length === 0
    ? []
    : initial.filter((one) => !options.includes(JSON.stringify(one))).map(() => `${place}: chosen is no option`);
}

/** Fields that hold more things, and of which kind those are. */
function insideProblems(thing: Fields, place: string): readonly string[] {
  const kinds: Readonly<Record<string, string>> = {
    options: 'option',
    option_groups: 'option group',
    confirm: 'confirm',
    initial_option: 'option',
  };
  return Object.entries(thing).flatMap(([field, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((one: unknown, index) => {
      if (!isFields(one) || ['plain_text', 'mrkdwn'].includes(String(one['type']))) return [];
      const at = Array.isArray(value) ? `${place}.${field}[${index}]` : `${place}.${field}`;
      return thingProblems(one, kinds[field] ?? String(one['type']), at);
    }),
  );
}

function doubled(things: readonly unknown[], id: string, place: string): readonly string[] {
  const ids = things.flatMap((thing) => (isFields(thing) && typeof thing[id] === 'string' ? [thing[id]] : []));
  const twice = new Set(ids.filter((one, index) => ids.indexOf(one) !== index));
  return [...twice].map((one) => `${place}: two with the ${id} ${one}`);
}

/** Characters of all text in blocks. */
function textIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one: unknown) => sum + textIn(one), 0);
  if (!isFields(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, one]) => sum + (key === 'text' && typeof one === 'string' ? one.length : textIn(one)),
    0,
  );
}
