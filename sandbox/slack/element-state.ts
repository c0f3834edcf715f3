import { elementsOf } from './block-kit.ts';
import { isObject, objectAt, objectsAt, stringAt } from './json.ts';
import type { JsonObject, TypedValues } from './model.ts';

/** Finds an option that the app answered for a menu with external data. */
export type OfferedOption = (blockId: string, actionId: string, value: string) => JsonObject | undefined;

const noneOffered: OfferedOption = () => undefined;

/** Elements that hold a value; the others are only pressed. */
const holdsValue = (element: JsonObject): boolean =>
  !['button', 'overflow', 'workflow_button'].includes(stringAt(element, 'type') ?? '');

/** What was given for one element: by block and action, or by either alone. */
function givenFor(values: TypedValues, blockId: string, actionId: string): unknown {
  const forBlock = values[blockId];
  if (isObject(forBlock)) return forBlock[actionId];
  return forBlock === undefined ? values[actionId] : forBlock;
}

/** Lays what was given last over what was given before, by block and action. */
export function typedValues(blocks: readonly JsonObject[], before: TypedValues, given: TypedValues): TypedValues {
  const merged: Record<string, Record<string, unknown>> = {};
  for (const { block, element } of elementsOf(blocks).filter((one) => holdsValue(one.element))) {
    const [blockId, actionId] = idsOf(block, element);
    const last = givenFor(given, blockId, actionId);
    const value = last === undefined ? givenFor(before, blockId, actionId) : last;
    if (value !== undefined) merged[blockId] = { ...merged[blockId], [actionId]: value };
  }
  return merged;
}

const idsOf = (block: JsonObject, element: JsonObject): readonly [string, string] => [
  stringAt(block, 'block_id') ?? '',
  stringAt(element, 'action_id') ?? '',
];

/** The `state.values` of blocks: what was given, else what each element starts with. */
export function stateOf(
  blocks: readonly JsonObject[],
  given: TypedValues,
  offered: OfferedOption = noneOffered,
): Record<string, Record<string, JsonObject>> {
  const values: Record<string, Record<string, JsonObject>> = {};
  for (const { block, element } of elementsOf(blocks).filter((one) => holdsValue(one.element))) {
    const [blockId, actionId] = idsOf(block, element);
    const find = (value: string): JsonObject | undefined => offered(blockId, actionId, value);
    const state = elementState(element, givenFor(given, blockId, actionId), find);
    values[blockId] = { ...values[blockId], [actionId]: state };
  }
  return values;
}

/** What Slack itself refuses before the app hears of a submission: message by block id. */
export function inputProblems(
  blocks: readonly JsonObject[],
  values: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>,
): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const block of blocks.filter((one) => stringAt(one, 'type') === 'input')) {
    const element = objectAt(block, 'element') ?? {};
    const [blockId, actionId] = idsOf(block, element);
    const state = values[blockId]?.[actionId] ?? {};
    const problem = isEmpty(state)
      ? block['optional'] === true
        ? undefined
        : 'Please complete this required field.'
      : valueProblem(element, state);
    if (problem !== undefined) problems[blockId] = problem;
  }
  return problems;
}

const isEmpty = (state: JsonObject): boolean =>
  Object.entries(state).every(
    ([key, one]) => key === 'type' || one === null || (Array.isArray(one) && one.length === 0),
  );

/** In our own words: Slack's clients check these while a person types, each a little differently. */
function valueProblem(element: JsonObject, state: JsonObject): string | undefined {
  const value = stringAt(state, 'value') ?? '';
  const limit = (name: string): number | undefined => {
    const one = Number(element[name] ?? Number.NaN);
    return Number.isNaN(one) ? undefined : one;
  };
  const chosen = Object.values(state).find((one) => Array.isArray(one));
  const mostChosen = limit('max_selected_items');
  if (chosen !== undefined && mostChosen !== undefined && chosen.length > mostChosen)
    return `Choose at most ${mostChosen}.`;
  switch (stringAt(element, 'type') ?? '') {
    case 'plain_text_input': {
      const [least, most] = [limit('min_length'), limit('max_length')];
      if (least !== undefined && value.length < least) return `Write at least ${least} characters.`;
      return value.length > (most ?? 3000) ? `Write at most ${most ?? 3000} characters.` : undefined;
    }
    case 'number_input': {
      const [least, most] = [limit('min_value'), limit('max_value')];
      const pattern = element['is_decimal_allowed'] === true ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/;
      if (!pattern.test(value))
        return element['is_decimal_allowed'] === true ? 'Please enter a number.' : 'Please enter a whole number.';
      if (least !== undefined && Number(value) < least) return `Please enter a number that is at least ${least}.`;
      return most !== undefined && Number(value) > most ? `Please enter a number that is at most ${most}.` : undefined;
    }
    case 'email_text_input':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? undefined : 'Please enter a valid e-mail address.';
    case 'url_text_input':
      return URL.canParse(value) && /^https?:/i.test(value) ? undefined : 'Please enter a valid URL.';
    default:
      return undefined;
  }
}

/** Every option that an element has of its own. */
export function optionsIn(element: JsonObject): readonly JsonObject[] {
  return [
    ...objectsAt(element, 'options'),
    ...objectsAt(element, 'option_groups').flatMap((group) => objectsAt(group, 'options')),
  ];
}

/**
 * One element's entry in `state.values`, and, the same, what an action on it carries.
 *
 * @param given - `undefined` leaves what it starts with; `null`, `''` and `[]` empty it
 */
export function elementState(
  element: JsonObject,
  given: unknown,
  offered: (value: string) => JsonObject | undefined = () => undefined,
): JsonObject {
  const type = stringAt(element, 'type') ?? '';
  const untouched = given === undefined;
  const text = typeof given === 'number' ? String(given) : typeof given === 'string' && given !== '' ? given : null;
  const many = (Array.isArray(given) ? given : [given]).filter((one) => typeof one === 'string' && one !== '');
  const option = (value: unknown): JsonObject | undefined =>
    optionsIn(element).find((one) => one['value'] === value) ??
    (typeof value === 'string' ? (offered(value) ?? initial(element, value)) : undefined);
  const single = (key: string, initially: string): JsonObject => ({
    type,
    [key]: untouched ? (element[initially] ?? null) : text,
  });
  const several = (key: string, initially: string): JsonObject => ({
    type,
    [key]: untouched ? (element[initially] ?? []) : many,
  });
  switch (type) {
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
      return {
        type,
        selected_option: untouched ? (element['initial_option'] ?? null) : (option(given) ?? null),
      };
    case 'checkboxes':
    case 'multi_static_select':
    case 'multi_external_select':
      return {
        type,
        selected_options: untouched
          ? (element['initial_options'] ?? [])
          : many.map(option).filter((one) => one !== undefined),
      };
    case 'users_select':
      return single('selected_user', 'initial_user');
    case 'multi_users_select':
      return several('selected_users', 'initial_users');
    case 'conversations_select':
      return single('selected_conversation', 'initial_conversation');
    case 'multi_conversations_select':
      return several('selected_conversations', 'initial_conversations');
    case 'channels_select':
      return single('selected_channel', 'initial_channel');
    case 'multi_channels_select':
      return several('selected_channels', 'initial_channels');
    case 'datepicker':
      return single('selected_date', 'initial_date');
    case 'timepicker':
      return single('selected_time', 'initial_time');
    case 'datetimepicker':
      return {
        type,
        selected_date_time: untouched ? (element['initial_date_time'] ?? null) : text === null ? null : Number(text),
      };
    case 'rich_text_input':
      return { type, rich_text_value: untouched ? (element['initial_value'] ?? null) : richText(text) };
    default:
      return single('value', 'initial_value');
  }
}

/** A menu with external data keeps what it started with as long as nothing else is chosen. */
const initial = (element: JsonObject, value: string): JsonObject | undefined =>
  [element['initial_option'], ...objectsAt(element, 'initial_options')]
    .filter(isObject)
    .find((one) => one['value'] === value);

const richText = (text: string | null): JsonObject | null =>
  text === null
    ? null
    : {
        type: 'rich_text',
        elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
      };
