import { adfDoc, code, faint, paragraph, strong } from './adf.ts';
import { findingCommands } from '../text.ts';
import type { AdfDoc, AdfNode } from './adf.ts';

/**
 * News for a ticket: what it comes to first, set apart, so that somebody who has forty comments before them finds it. The id at
 * its end is how a repeated attempt knows that it was said.
 */
export function newsComment(news: { readonly id: string; readonly text: string }): AdfDoc {
  const [lead, rest] = leadOf(clip(news.text));
  return adfDoc(
    paragraph(...(lead === '' ? [] : [strong(lead)]), ...withCommands(rest)),
    paragraph(faint(newsMark(news.id))),
  );
}

/** The first sentence, or what stands before its colon; nothing when that is long or names a command. */
function leadOf(text: string): readonly [lead: string, rest: string] {
  const [lead = ''] = /^[^\n]{1,200}?[.:](?=\s|$)/.exec(text) ?? [];
  return lead.search(findingCommands) === -1 ? [lead, text.slice(lead.length)] : ['', text];
}

/** The text, with the commands that it names set apart. */
function withCommands(text: string): readonly (AdfNode | string)[] {
  const commands = [...text.matchAll(findingCommands)].map(([command]) => code(command));
  return text.split(findingCommands).flatMap((words, index) => [words, ...commands.slice(index, index + 1)]);
}

const newsMark = (id: string): string => `Note ${id}.`;

/** Whether a comment is that news. The full stop keeps the first from being found in the tenth; earlier ones began otherwise. */
export const saysNews = (comment: unknown, id: string): boolean => JSON.stringify(comment ?? '').includes(` ${id}.`);

/** Jira refuses a comment of more than 32,767 characters; one paragraph is far from it. */
const clip = (text: string): string => (text.length <= 4000 ? text : `${text.slice(0, 3999).toWellFormed()}…`);
