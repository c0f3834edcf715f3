import { checkObject } from './block-problems.ts';
import type { FieldRule, ObjectRule } from './block-problems.ts';
import { isObject, stringAt } from './json.ts';

/**
 * What Slack accepts in blocks and elements, with the limits of docs.slack.dev/reference/block-kit (read 2026-11).
 * Kinds that firedrill cannot need (cards, carousels, containers, video…) are left out: they are `unsupported type` here.
 */

const text =
  (max: number, min = 1): FieldRule =>
  (value, pointer, problems) => {
    if (typeof value !== 'string') return problems.add('must be a string', pointer);
    if (value.length > max) problems.add(`must be less than ${max + 1} characters`, pointer);
    if (value.length < min) problems.add(`must be more than ${min - 1} characters`, pointer);
  };
const oneOf =
  (...allowed: readonly string[]): FieldRule =>
  (value, pointer, problems) => {
    if (typeof value !== 'string' || !allowed.includes(value)) problems.add('must be a valid enum value', pointer);
  };
const flag: FieldRule = (value, pointer, problems) => {
  if (typeof value !== 'boolean') problems.add('must be a boolean', pointer);
};
const whole: FieldRule = (value, pointer, problems) => {
  if (!Number.isInteger(value)) problems.add('must be an integer', pointer);
};
const anything: FieldRule = () => undefined;
const object =
  (rule: ObjectRule): FieldRule =>
  (value, pointer, problems) => {
    if (!isObject(value)) return problems.add('must be an object', pointer);
    checkObject(rule, value, pointer, problems);
  };
const list =
  (item: FieldRule, max: number, min = 1): FieldRule =>
  (value, pointer, problems) => {
    if (!Array.isArray(value)) return problems.add('must be an array', pointer);
    if (value.length > max) problems.add(`no more than ${max} items allowed`, pointer);
    if (value.length < min) problems.add(`must have at least ${min} item${min === 1 ? '' : 's'}`, pointer);
    value.forEach((one, index) => item(one, `${pointer}/${index}`, problems));
  };
const webAddress: FieldRule = (value, pointer, problems) => {
  text(3000)(value, pointer, problems);
  if (typeof value === 'string' && !URL.canParse(value)) problems.add('must be a valid URL', pointer);
};

/** A text object of one or both types; Slack refuses `mrkdwn` where only plain text may stand. */
const textObject =
  (max: number, kinds: readonly string[]): FieldRule =>
  (value, pointer, problems) => {
    if (!isObject(value)) return problems.add('must be an object', pointer);
    if (typeof value['type'] !== 'string' || !kinds.includes(value['type']))
      problems.add(`unsupported type: ${String(value['type'])}`, `${pointer}/type`);
    checkObject(
      { required: ['text'], fields: { text: text(max), emoji: flag, verbatim: flag } },
      value,
      pointer,
      problems,
    );
  };
const plain = (max: number): FieldRule => textObject(max, ['plain_text']);
const anyText = (max: number): FieldRule => textObject(max, ['plain_text', 'mrkdwn']);

const confirm = object({
  required: ['text'],
  fields: {
    title: plain(100),
    text: anyText(300),
    confirm: plain(30),
    deny: plain(30),
    style: oneOf('primary', 'danger'),
  },
});
const option = object({
  required: ['text', 'value'],
  fields: { text: anyText(75), value: text(150), description: anyText(75), url: webAddress },
});
const optionGroup = object({
  required: ['label', 'options'],
  fields: { label: plain(75), options: list(option, 100) },
});
const actionable = { action_id: text(255) };
const chooser = { ...actionable, confirm, focus_on_load: flag, placeholder: plain(150) };
const typed = {
  ...actionable,
  placeholder: plain(150),
  focus_on_load: flag,
  dispatch_action_config: anything,
  initial_value: anything,
};
const needOptions: NonNullable<ObjectRule['whole']> = (value, pointer, problems) => {
  if (value['options'] === undefined && value['option_groups'] === undefined)
    problems.add('must define either `options` or `option_groups`', pointer);
};

export const ELEMENT_RULES: Readonly<Record<string, ObjectRule>> = {
  button: {
    required: ['text'],
    fields: {
      ...actionable,
      text: plain(75),
      value: text(2000, 0),
      url: webAddress,
      style: oneOf('primary', 'danger'),
      confirm,
      accessibility_label: text(75),
    },
  },
  overflow: { required: ['options'], fields: { ...actionable, options: list(option, 5), confirm } },
  static_select: {
    required: [],
    fields: { ...chooser, options: list(option, 100), option_groups: list(optionGroup, 100), initial_option: option },
    whole: needOptions,
  },
  multi_static_select: {
    required: [],
    fields: {
      ...chooser,
      options: list(option, 100),
      option_groups: list(optionGroup, 100),
      initial_options: list(option, 100),
      max_selected_items: whole,
    },
    whole: needOptions,
  },
  users_select: { required: [], fields: { ...chooser, initial_user: text(255) } },
  multi_users_select: {
    required: [],
    fields: { ...chooser, initial_users: list(text(255), 100), max_selected_items: whole },
  },
  conversations_select: {
    required: [],
    fields: {
      ...chooser,
      initial_conversation: text(255),
      default_to_current_conversation: flag,
      response_url_enabled: flag,
      filter: anything,
    },
  },
  channels_select: { required: [], fields: { ...chooser, initial_channel: text(255), response_url_enabled: flag } },
  checkboxes: {
    required: ['options'],
    fields: { ...chooser, options: list(option, 10), initial_options: list(option, 10) },
  },
  radio_buttons: { required: ['options'], fields: { ...chooser, options: list(option, 10), initial_option: option } },
  datepicker: { required: [], fields: { ...chooser, initial_date: text(10) } },
  timepicker: { required: [], fields: { ...chooser, initial_time: text(5), timezone: text(255) } },
  plain_text_input: { required: [], fields: { ...typed, multiline: flag, min_length: whole, max_length: whole } },
  number_input: {
    required: ['is_decimal_allowed'],
    fields: { ...typed, is_decimal_allowed: flag, min_value: anything, max_value: anything },
  },
  email_text_input: { required: [], fields: typed },
  url_text_input: { required: [], fields: typed },
  image: { required: ['alt_text'], fields: { image_url: webAddress, slack_file: anything, alt_text: text(2000) } },
  plain_text: { required: ['text'], fields: { text: text(3000), emoji: flag } },
  mrkdwn: { required: ['text'], fields: { text: text(3000), verbatim: flag } },
};

const SELECTS = [
  'static_select',
  'multi_static_select',
  'users_select',
  'multi_users_select',
  'conversations_select',
  'channels_select',
  'checkboxes',
  'radio_buttons',
  'datepicker',
  'timepicker',
];

/** Which elements may stand in which place. */
export const CONTAINERS: Readonly<Record<string, readonly string[]>> = {
  actions: ['button', 'overflow', ...SELECTS],
  accessory: ['button', 'overflow', 'image', ...SELECTS],
  input: ['plain_text_input', 'number_input', 'email_text_input', 'url_text_input', ...SELECTS],
  context: ['image', 'plain_text', 'mrkdwn'],
};

/** An element inside `actions`, `section.accessory`, `input.element` or `context`. */
function checkElement(parent: string): FieldRule {
  return (element, pointer, problems) => {
    if (!isObject(element)) return problems.add('must be an object', pointer);
    const type = stringAt(element, 'type') ?? 'undefined';
    const rule = ELEMENT_RULES[type];
    if (rule === undefined || CONTAINERS[parent]?.includes(type) !== true)
      return problems.add(`unsupported type: ${type}`, `${pointer}/type`);
    checkObject(rule, element, pointer, problems);
  };
}

const block = { block_id: text(255) };

export const BLOCK_RULES: Readonly<Record<string, ObjectRule>> = {
  section: {
    required: [],
    fields: {
      ...block,
      text: anyText(3000),
      fields: list(anyText(2000), 10),
      accessory: checkElement('accessory'),
      expand: flag,
    },
    whole: (value, pointer, problems) => {
      if (value['text'] === undefined && value['fields'] === undefined)
        problems.add('must define either `text` or `fields`', pointer);
    },
  },
  header: { required: ['text'], fields: { ...block, text: plain(150) } },
  divider: { required: [], fields: block },
  context: { required: ['elements'], fields: { ...block, elements: list(checkElement('context'), 10) } },
  actions: { required: ['elements'], fields: { ...block, elements: list(checkElement('actions'), 25) } },
  image: {
    required: ['alt_text'],
    fields: { ...block, image_url: webAddress, slack_file: anything, alt_text: text(2000), title: plain(2000) },
  },
  input: {
    required: ['label', 'element'],
    fields: {
      ...block,
      label: plain(2000),
      hint: plain(2000),
      optional: flag,
      dispatch_action: flag,
      element: checkElement('input'),
    },
  },
  markdown: { required: ['text'], fields: { ...block, text: text(12_000) } },
  rich_text: { required: ['elements'], fields: { ...block, elements: list(anything, 1000) } },
};
