import { html } from 'hono/html';
import { objectAt, objectsAt, stringAt, textAt } from '../json.ts';
import type { JsonObject } from '../model.ts';
import { mrkdwn, plainText } from './mrkdwn.ts';
import type { Html, Viewer } from './mrkdwn.ts';

type Part = Html | ReturnType<typeof html>;

/** Something to press, choose or fill in. The page's script reads the `data-` attributes. */
export function control(element: JsonObject, viewer: Viewer): Part {
  const type = stringAt(element, 'type') ?? '';
  const id = stringAt(element, 'action_id') ?? '';
  const placeholder = textAt(element, 'placeholder') ?? '';
  const people = viewer.workspace.users
    .filter((user) => user.deleted !== true && user.is_bot !== true)
    .map((user) => ({ value: user.id, label: user.real_name }));
  const channels = viewer.workspace.state.channels
    .filter((one) => one.kind === 'channel' && viewer.workspace.maySee(viewer.userId, one))
    .map((one) => ({ value: one.id, label: `#${one.name}` }));
  const initial = element['initial_value'] ?? element['initial_date'] ?? element['initial_time'];
  const value = typeof initial === 'string' || typeof initial === 'number' ? String(initial) : '';
  const field = (kind: string): Part =>
    html`<input type="${kind}" id="f-${id}" data-field="${id}" value="${value}" placeholder="${placeholder}" />`;
  switch (type) {
    case 'button':
      return button(element, viewer);
    case 'overflow':
      return menu(id, '⋯', optionsOf(element), undefined);
    case 'static_select':
      return menu(
        id,
        placeholder === '' ? 'Choose…' : placeholder,
        optionsOf(element),
        stringAt(objectAt(element, 'initial_option'), 'value'),
      );
    case 'multi_static_select':
      return choices(
        id,
        'checkbox',
        optionsOf(element),
        objectsAt(element, 'initial_options').map((one) => stringAt(one, 'value') ?? ''),
        true,
      );
    case 'users_select':
      return menu(id, placeholder === '' ? 'Choose a person…' : placeholder, people, stringAt(element, 'initial_user'));
    case 'multi_users_select':
      return choices(id, 'checkbox', people, [], true);
    case 'conversations_select':
      return menu(
        id,
        placeholder === '' ? 'Choose a channel…' : placeholder,
        channels,
        stringAt(element, 'initial_conversation'),
      );
    case 'channels_select':
      return menu(
        id,
        placeholder === '' ? 'Choose a channel…' : placeholder,
        channels,
        stringAt(element, 'initial_channel'),
      );
    case 'checkboxes':
      return choices(
        id,
        'checkbox',
        optionsOf(element),
        objectsAt(element, 'initial_options').map((one) => stringAt(one, 'value') ?? ''),
        true,
      );
    case 'radio_buttons':
      return choices(
        id,
        'radio',
        optionsOf(element),
        [stringAt(objectAt(element, 'initial_option'), 'value') ?? ''],
        false,
      );
    case 'datepicker':
      return field('date');
    case 'timepicker':
      return field('time');
    case 'number_input':
      return field('number');
    case 'email_text_input':
      return field('email');
    case 'url_text_input':
      return field('url');
    case 'plain_text_input':
      return element['multiline'] === true
        ? html`<textarea id="f-${id}" data-field="${id}" rows="4" placeholder="${placeholder}">${value}</textarea>`
        : field('text');
    default:
      return html`<span class="b-unknown">“${type}” is not drawn here</span>`;
  }
}

function button(element: JsonObject, viewer: Viewer): Part {
  const style = stringAt(element, 'style');
  const url = stringAt(element, 'url');
  const confirm = objectAt(element, 'confirm');
  const text = objectAt(confirm, 'text');
  return html`<button
      type="button"
      class="btn${style === 'primary' ? ' primary' : style === 'danger' ? ' danger' : ''}"
      data-action="${stringAt(element, 'action_id') ?? ''}"
      ${url === undefined || !/^https?:\/\//i.test(url) ? '' : html` data-url="${url}"`}${
        stringAt(element, 'accessibility_label') === undefined
          ? ''
          : html` aria-label="${stringAt(element, 'accessibility_label') ?? ''}"`
      }
    >
      ${plainText(textAt(element, 'text') ?? '')}${url === undefined ? '' : ' ↗'}</button
    >${
      confirm === undefined
        ? ''
        : html`<template
            ><h2>${plainText(textAt(confirm, 'title') ?? 'Are you sure?')}</h2>
            <p>
              ${
                stringAt(text, 'type') === 'mrkdwn'
                  ? mrkdwn(stringAt(text, 'text') ?? '', viewer)
                  : plainText(stringAt(text, 'text') ?? '')
              }
            </p>
            <div class="dialog-buttons">
              <button type="button" class="btn" value="deny">${plainText(textAt(confirm, 'deny') ?? 'Cancel')}</button>
              <button
                type="button"
                class="btn ${stringAt(confirm, 'style') === 'danger' ? 'danger' : 'primary'}"
                value="confirm"
              >
                ${plainText(textAt(confirm, 'confirm') ?? 'Yes')}
              </button>
            </div></template
          >`
    }`;
}

interface Choice {
  readonly value: string;
  readonly label: string;
}

function optionsOf(element: JsonObject): readonly Choice[] {
  const options = [
    ...objectsAt(element, 'options'),
    ...objectsAt(element, 'option_groups').flatMap((group) => objectsAt(group, 'options')),
  ];
  return options.map((option) => ({ value: stringAt(option, 'value') ?? '', label: textAt(option, 'text') ?? '' }));
}

function menu(id: string, label: string, options: readonly Choice[], chosen: string | undefined): Part {
  return html`<select id="f-${id}" data-field="${id}" data-menu="${id}" aria-label="${label}">
    <option value="">${label}</option>
    ${options.map(
      (one) =>
        html`<option value="${one.value}" ${one.value === chosen ? ' selected' : ''}>${plainText(one.label)}</option>`,
    )}
  </select>`;
}

function choices(
  id: string,
  kind: 'checkbox' | 'radio',
  options: readonly Choice[],
  chosen: readonly string[],
  many: boolean,
): Part {
  return html`<span class="choices" data-choices="${id}" data-many="${many ? '1' : ''}"
    >${options.map(
      (one) =>
        html`<label
          ><input type="${kind}" name="f-${id}" value="${one.value}" ${chosen.includes(one.value) ? ' checked' : ''} />
          ${plainText(one.label)}</label
        >`,
    )}</span
  >`;
}
