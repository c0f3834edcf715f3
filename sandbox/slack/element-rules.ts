import {
  text,
  oneOf,
  flag,
  whole,
  between,
  matching,
  anything,
  list,
  webAddress,
  plain,
  confirm,
  option,
  optionGroup,
  actionable,
  chooser,
  typed,
  needOptions,
} from './block-fields.ts';
import type { ObjectRule } from './block-problems.ts';

/** What Slack accepts in elements: what is pressed, chosen and typed into. [doc: docs.slack.dev/reference/block-kit/block-elements] */
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
  external_select: { required: [], fields: { ...chooser, initial_option: option, min_query_length: whole } },
  multi_external_select: {
    required: [],
    fields: { ...chooser, initial_options: list(option, 100), min_query_length: whole, max_selected_items: whole },
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
  multi_conversations_select: {
    required: [],
    fields: {
      ...chooser,
      initial_conversations: list(text(255), 100),
      default_to_current_conversation: flag,
      max_selected_items: whole,
      filter: anything,
    },
  },
  multi_channels_select: {
    required: [],
    fields: { ...chooser, initial_channels: list(text(255), 100), max_selected_items: whole },
  },
  channels_select: { required: [], fields: { ...chooser, initial_channel: text(255), response_url_enabled: flag } },
  checkboxes: {
    required: ['options'],
    fields: { ...chooser, options: list(option, 10), initial_options: list(option, 10) },
  },
  radio_buttons: { required: ['options'], fields: { ...chooser, options: list(option, 10), initial_option: option } },
  datepicker: { required: [], fields: { ...chooser, initial_date: matching(/^\d{4}-\d{2}-\d{2}$/, 'date') } },
  timepicker: {
    required: [],
    fields: { ...chooser, initial_time: matching(/^([01]\d|2[0-3]):[0-5]\d$/, 'time'), timezone: text(255) },
  },
  datetimepicker: {
    required: [],
    fields: { ...actionable, confirm, focus_on_load: flag, initial_date_time: whole },
  },
  plain_text_input: {
    required: [],
    fields: {
      ...typed,
      initial_value: text(3000, 0),
      multiline: flag,
      min_length: between(0, 3000),
      max_length: between(1, 3000),
    },
  },
  rich_text_input: { required: [], fields: typed },
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
