import { html } from '../html.ts';
import type { Html, HtmlPart } from '../html.ts';
import { tookText } from '../took.ts';
import type { Tag } from './words.ts';

/** Building blocks of the evidence page. */

export const tag = ({ text, tone }: Tag): Html => html`<span class="tag ${tone}">${text}</span>`;

/** A section with its heading; the id is where others may point to. */
export const section = (id: string, title: string, ...content: readonly HtmlPart[]): Html =>
  html`<section id="${id}">
    <h2>${title}</h2>
    ${content}
  </section>`;

/** Names and what they stand for; what is absent has no line. */
export const facts = (lines: readonly (readonly [string, HtmlPart])[]): Html =>
  html`<dl>
    ${lines
      .filter(([, value]) => value !== undefined && value !== false && value !== '')
      .map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
  </dl>`;

/** A table whose cells carry their column's name, so that a phone can show a row as a card. */
export const table = (columns: readonly string[], rows: readonly (readonly HtmlPart[])[]): Html =>
  html`<table>
    <thead>
      <tr>
        ${columns.map((column) => html`<th scope="col">${column}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${row.map((cell, index) => html`<td data-label="${columns[index] ?? ''}">${cell}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;

/** An honest absence, said in words. */
export const none = (text: string): Html => html`<p class="none">${text}</p>`;

/** A duration that stays on one line. */
export const took = (durationMs: number): Html => html`<span class="took">${tookText(durationMs)}</span>`;

/** Long machine text that may break anywhere. */
export const code = (text: string): Html => html`<code>${text}</code>`;
