import { html } from 'hono/html';
import { objectAt, stringAt, textAt } from '../json.ts';
import type { JsonObject } from '../model.ts';
import { mrkdwn, plainText } from './mrkdwn.ts';
import type { Html, Viewer } from './mrkdwn.ts';

type Part = Html | ReturnType<typeof html>;

export function button(element: JsonObject, viewer: Viewer, block: string): Part {
  const style = stringAt(element, 'style');
  const url = stringAt(element, 'url');
  return html`<button
      type="button"
      class="btn${style === 'primary' ? ' primary' : style === 'danger' ? ' danger' : ''}"
      data-action="${stringAt(element, 'action_id') ?? ''}"
      data-in="${block}"
      ${url === undefined || !/^https?:\/\//i.test(url) ? '' : html` data-url="${url}"`}${
        stringAt(element, 'accessibility_label') === undefined
          ? ''
          : html` aria-label="${stringAt(element, 'accessibility_label') ?? ''}"`
      }
    >
      ${plainText(textAt(element, 'text') ?? '')}${url === undefined ? '' : ' ↗'}</button
    >${question(objectAt(element, 'confirm'), viewer)}`;
}

/** What is asked before a press counts; the script shows it. */
function question(confirm: JsonObject | undefined, viewer: Viewer): Part | string {
  if (confirm === undefined) return '';
  const text = objectAt(confirm, 'text');
  const words = stringAt(text, 'text') ?? '';
  return html`<template
    ><h2>${plainText(textAt(confirm, 'title') ?? 'Are you sure?')}</h2>
    <p>${stringAt(text, 'type') === 'mrkdwn' ? mrkdwn(words, viewer) : plainText(words)}</p>
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
  >`;
}

/** The menu behind three dots: one press, of what is chosen. */
export function overflow(
  action: string,
  block: string,
  options: readonly { readonly value: string; readonly label: string }[],
): Part {
  return html`<select class="overflow" data-menu="${action}" data-in="${block}" aria-label="More">
    <option value="">⋯</option>
    ${options.map((one) => html`<option value="${one.value}">${plainText(one.label)}</option>`)}
  </select>`;
}
