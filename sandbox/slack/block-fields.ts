import { checkObject } from './block-problems.ts';
import type { FieldRule, ObjectRule } from './block-problems.ts';
import { isObject } from './json.ts';

/** Rules of single fields, which the rules of blocks and elements are made of. */

export const text =
  (max: number, min = 1): FieldRule =>
  (value, pointer, problems) => {
    if (typeof value !== 'string') return problems.add('must be a string', pointer);
    if (value.length > max) problems.add(`must be less than ${max + 1} characters`, pointer);
    if (value.length < min) problems.add(`must be more than ${min - 1} characters`, pointer);
  };
export const oneOf =
  (...allowed: readonly string[]): FieldRule =>
  (value, pointer, problems) => {
    if (typeof value !== 'string' || !allowed.includes(value)) problems.add('must be a valid enum value', pointer);
  };
export const flag: FieldRule = (value, pointer, problems) => {
  if (typeof value !== 'boolean') problems.add('must be a boolean', pointer);
};
export const whole: FieldRule = (value, pointer, problems) => {
  if (!Number.isInteger(value)) problems.add('must be an integer', pointer);
};
export const between =
  (least: number, most: number): FieldRule =>
  (value, pointer, problems) => {
    whole(value, pointer, problems);
    if (typeof value === 'number' && value < least) problems.add(`must be greater than ${least - 1}`, pointer);
    if (typeof value === 'number' && value > most) problems.add(`must be less than ${most + 1}`, pointer);
  };
export const matching =
  (pattern: RegExp, what: string): FieldRule =>
  (value, pointer, problems) => {
    if (typeof value !== 'string' || !pattern.test(value)) problems.add(`must be a valid ${what}`, pointer);
  };
export const anything: FieldRule = () => undefined;
export const object =
  (rule: ObjectRule): FieldRule =>
  (value, pointer, problems) => {
    if (!isObject(value)) return problems.add('must be an object', pointer);
    checkObject(rule, value, pointer, problems);
  };
export const list =
  (item: FieldRule, max: number, min = 1): FieldRule =>
  (value, pointer, problems) => {
    if (!Array.isArray(value)) return problems.add('must be an array', pointer);
    if (value.length > max) problems.add(`no more than ${max} items allowed`, pointer);
    if (value.length < min) problems.add(`must have at least ${min} item${min === 1 ? '' : 's'}`, pointer);
    value.forEach((one, index) => item(one, `${pointer}/${index}`, problems));
  };
export const webAddress: FieldRule = (value, pointer, problems) => {
  text(3000)(value, pointer, problems);
  if (typeof value === 'string' && !URL.canParse(value)) problems.add('must be a valid URL', pointer);
};

/** A text object of one or both types; Slack refuses `mrkdwn` where only plain text may stand. */
export const textObject =
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
export const plain = (max: number): FieldRule => textObject(max, ['plain_text']);
export const anyText = (max: number): FieldRule => textObject(max, ['plain_text', 'mrkdwn']);

export const confirm = object({
  required: ['text'],
  fields: {
    title: plain(100),
    text: anyText(300),
    confirm: plain(30),
    deny: plain(30),
    style: oneOf('primary', 'danger'),
  },
});
export const option = object({
  required: ['text', 'value'],
  fields: { text: anyText(75), value: text(150), description: anyText(75), url: webAddress },
});
export const optionGroup = object({
  required: ['label', 'options'],
  fields: { label: plain(75), options: list(option, 100) },
});
export const actionable = { action_id: text(255) };
export const chooser = { ...actionable, confirm, focus_on_load: flag, placeholder: plain(150) };
export const typed = {
  ...actionable,
  placeholder: plain(150),
  focus_on_load: flag,
  dispatch_action_config: anything,
  initial_value: anything,
};
export const needOptions: NonNullable<ObjectRule['whole']> = (value, pointer, problems) => {
  if (value['options'] === undefined && value['option_groups'] === undefined)
    problems.add('must define either `options` or `option_groups`', pointer);
};
