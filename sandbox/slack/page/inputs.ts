import { html } from 'hono/html';
import { elementState, optionsIn } from '../element-state.ts';
import { objectAt, objectsAt, stringAt, textAt } from '../json.ts';
import type { JsonObject } from '../model.ts';
import { button, overflow } from './buttons.ts';
import { dispatchOf } from './dispatch.ts';
import { plainText } from './mrkdwn.ts';
import type { Html, Viewer } from './mrkdwn.ts';

type Part = Html | ReturnType<typeof html>;

/** What elements hold, by block id and action id; what is missing shows what it starts with. */
export type FieldState = Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;

interface Field {
  readonly id: string;
  readonly block: string;
  readonly action: string;
  readonly placeholder: string;
  /** What its block calls it; none outside a form. */
  readonly label: string | undefined;
  /** When the app hears of a change: at once, while typing, at Enter, or with the submission. */
  readonly dispatch: ReturnType<typeof dispatchOf>;
  readonly state: JsonObject;
}

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly description?: string | undefined;
}

/** The id of a field on the page, for its label. */
export const fieldId = (block: JsonObject, element: JsonObject): string =>
  `f-${stringAt(block, 'block_id') ?? ''}-${stringAt(element, 'action_id') ?? ''}`;

/** Something to press, choose or fill in. The page's script reads the `data-` attributes. */
export function control(element: JsonObject, viewer: Viewer, block: JsonObject, values: FieldState): Part {
  const type = stringAt(element, 'type') ?? '';
  const [blockId, actionId] = [stringAt(block, 'block_id') ?? '', stringAt(element, 'action_id') ?? ''];
  const field: Field = {
    id: fieldId(block, element),
    block: blockId,
    action: actionId,
    placeholder: textAt(element, 'placeholder') ?? '',
    label: textAt(block, 'label'),
    dispatch: dispatchOf(block, element),
    state: values[blockId]?.[actionId] ?? elementState(element, undefined),
  };
  const people = (): readonly Choice[] =>
    viewer.workspace.users
      .filter((user) => user.deleted !== true && user.is_bot !== true)
      .map((user) => ({ value: user.id, label: user.real_name }));
  const channels = (): readonly Choice[] =>
    viewer.workspace.state.channels
      .filter((one) => one.kind === 'channel' && viewer.workspace.maySee(viewer.userId, one))
      .map((one) => ({ value: one.id, label: `#${one.name}` }));
  switch (type) {
    case 'button':
      return button(element, viewer, blockId);
    case 'overflow':
      return overflow(actionId, blockId, choicesOf(element));
    case 'static_select':
      return menu(field, 'Choose…', groupsOf(element), chosenOption(field.state));
    case 'users_select':
      return menu(field, 'Choose a person…', [{ options: people() }], stringAt(field.state, 'selected_user'));
    case 'conversations_select':
      return menu(
        field,
        'Choose a channel…',
        [{ options: channels() }],
        stringAt(field.state, 'selected_conversation'),
      );
    case 'channels_select':
      return menu(field, 'Choose a channel…', [{ options: channels() }], stringAt(field.state, 'selected_channel'));
    case 'external_select':
      return externalMenu(field, Number(element['min_query_length'] ?? 3), false);
    case 'multi_external_select':
      return externalMenu(field, Number(element['min_query_length'] ?? 3), true);
    case 'radio_buttons':
      return choices(field, 'radio', choicesOf(element), [chosenOption(field.state) ?? '']);
    case 'checkboxes':
    case 'multi_static_select':
      return choices(field, 'checkbox', choicesOf(element), chosenMany(field.state));
    case 'multi_users_select':
      return choices(field, 'checkbox', people(), chosenMany(field.state));
    case 'multi_conversations_select':
    case 'multi_channels_select':
      return choices(field, 'checkbox', channels(), chosenMany(field.state));
    case 'datepicker':
      return input(field, 'date', stringAt(field.state, 'selected_date'));
    case 'timepicker':
      return input(field, 'time', stringAt(field.state, 'selected_time'));
    case 'datetimepicker':
      return html`${input(field, 'datetime-local', inUtc(field.state['selected_date_time']))}<span class="hint"
          >UTC</span
        >`;
    case 'number_input':
      return input(field, 'text', stringAt(field.state, 'value'), 'decimal');
    case 'email_text_input':
      return input(field, 'email', stringAt(field.state, 'value'));
    case 'url_text_input':
      return input(field, 'url', stringAt(field.state, 'value'));
    case 'rich_text_input':
      return area(field, '');
    case 'plain_text_input':
      return element['multiline'] === true
        ? area(field, stringAt(field.state, 'value') ?? '')
        : input(field, 'text', stringAt(field.state, 'value'));
    default:
      return html`<span class="b-unknown">“${type}” is not drawn here</span>`;
  }
}

const chosenOption = (state: JsonObject): string | undefined => stringAt(objectAt(state, 'selected_option'), 'value');

/** Values of whatever list the state holds: options, people, channels. */
const chosenMany = (state: JsonObject): readonly string[] =>
  Object.values(state)
    .filter((one) => Array.isArray(one))
    .flat()
    .map((one: unknown) => (typeof one === 'string' ? one : (stringAt(one, 'value') ?? '')));

const inUtc = (seconds: unknown): string | undefined =>
  typeof seconds === 'number' ? new Date(seconds * 1000).toISOString().slice(0, 16) : undefined;

const asChoice = (option: JsonObject): Choice => ({
  value: stringAt(option, 'value') ?? '',
  label: textAt(option, 'text') ?? '',
  description: textAt(option, 'description'),
});
const choicesOf = (element: JsonObject): readonly Choice[] => optionsIn(element).map(asChoice);

interface Group {
  readonly label?: string;
  readonly options: readonly Choice[];
}

const groupsOf = (element: JsonObject): readonly Group[] => {
  const groups = objectsAt(element, 'option_groups').map((group) => ({
    label: textAt(group, 'label') ?? '',
    options: objectsAt(group, 'options').map(asChoice),
  }));
  return groups.length > 0 ? groups : [{ options: choicesOf(element) }];
};

/** The attributes by which the script knows a field. */
const known = ({ block, action, dispatch }: Field): Part =>
  html`data-block="${block}" data-field="${action}" data-dispatch="${dispatch}"`;

function input(field: Field, kind: string, value = '', inputMode = ''): Part {
  return html`<input
    type="${kind}"
    id="${field.id}"
    ${known(field)}
    value="${value}"
    placeholder="${field.placeholder}"
    ${inputMode === '' ? '' : html`inputmode="${inputMode}"`}
  />`;
}

function area(field: Field, value: string): Part {
  return html`<textarea id="${field.id}" ${known(field)} rows="4" placeholder="${field.placeholder}">
${value}</textarea>`;
}

function menu(field: Field, label: string, groups: readonly Group[], chosen: string | undefined): Part {
  const shown = field.placeholder === '' ? label : field.placeholder;
  const options = (group: Group): readonly Part[] =>
    group.options.map(
      (one) =>
        html`<option value="${one.value}" ${one.value === chosen ? ' selected' : ''}>${plainText(one.label)}</option>`,
    );
  return html`<select id="${field.id}" ${known(field)} aria-label="${field.label ?? shown}">
    <option value="">${shown}</option>
    ${groups.map((group) =>
      group.label === undefined ? options(group) : html`<optgroup label="${group.label}">${options(group)}</optgroup>`,
    )}
  </select>`;
}

function choices(field: Field, kind: 'checkbox' | 'radio', all: readonly Choice[], chosen: readonly string[]): Part {
  const many = kind === 'checkbox';
  return html`<span
    class="choices"
    id="${field.id}"
    role="${many ? 'group' : 'radiogroup'}"
    aria-label="${field.label ?? ''}"
    ${known(field)}
    data-many="${many ? '1' : ''}"
    >${all.map(
      (one) =>
        html`<label
          ><input
            type="${kind}"
            name="${field.id}"
            value="${one.value}"
            ${chosen.includes(one.value) ? ' checked' : ''}
          />
          <span
            >${plainText(one.label)}${one.description === undefined ? '' : html`<small>${plainText(one.description)}</small>`}</span
          ></label
        >`,
    )}</span
  >`;
}

/** A menu whose options come from the app while a person types; what is chosen stands as chips before the field. */
function externalMenu(field: Field, least: number, many: boolean): Part {
  const one = objectAt(field.state, 'selected_option');
  const chosen = many ? objectsAt(field.state, 'selected_options') : one === undefined ? [] : [one];
  return html`<span class="external" ${known(field)} data-many="${many ? '1' : ''}" data-least="${least}"
    >${chosen.map(
      (option) =>
        html`<button type="button" class="chip" data-value="${stringAt(option, 'value') ?? ''}">
          ${plainText(textAt(option, 'text') ?? '')} ✕
        </button>`,
    )}<input
      type="text"
      id="${field.id}"
      autocomplete="off"
      role="combobox"
      aria-expanded="false"
      placeholder="${field.placeholder === '' ? 'Type to search…' : field.placeholder}" /><span
      class="offers"
      role="listbox"
      hidden
    ></span
  ></span>`;
}
