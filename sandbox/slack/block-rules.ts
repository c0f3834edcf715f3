import { text, flag, anything, list, webAddress, plain, anyText } from './block-fields.ts';
import { checkObject } from './block-problems.ts';
import type { FieldRule, ObjectRule } from './block-problems.ts';
import { ELEMENT_RULES } from './element-rules.ts';
import { isObject, stringAt } from './json.ts';

/**
 * What Slack accepts in blocks and elements, with the limits of docs.slack.dev/reference/block-kit (read 2026-11).
 * Kinds that firedrill cannot need (cards, carousels, containers, video…) are left out: they are `unsupported type` here.
 */

const SINGLE = [
  'static_select',
  'external_select',
  'users_select',
  'conversations_select',
  'channels_select',
  'checkboxes',
  'radio_buttons',
  'datepicker',
  'timepicker',
];
const SEVERAL = [
  'multi_static_select',
  'multi_external_select',
  'multi_users_select',
  'multi_conversations_select',
  'multi_channels_select',
];

/** Which elements may stand in which place. [doc: docs.slack.dev/reference/block-kit/block-elements] */
export const CONTAINERS: Readonly<Record<string, readonly string[]>> = {
  actions: ['button', 'overflow', 'datetimepicker', 'rich_text_input', ...SINGLE],
  accessory: ['button', 'overflow', 'image', ...SINGLE, ...SEVERAL],
  input: [
    'plain_text_input',
    'number_input',
    'email_text_input',
    'url_text_input',
    'rich_text_input',
    'datetimepicker',
    ...SINGLE,
    ...SEVERAL,
  ],
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
