import { adfDoc, code, paragraph } from './adf.ts';
import { findingCommands } from '../text.ts';
import type { AdfDoc, AdfNode } from './adf.ts';

/** News for a ticket, one paragraph. The id at its end is how a repeated attempt knows that it was said. */
export const newsComment = (news: { readonly id: string; readonly text: string }): AdfDoc =>
  adfDoc(paragraph(...withCommands(clip(news.text)), ' ', code(newsMark(news.id))));

/** The text, with the commands that it names set apart. */
function withCommands(text: string): readonly (AdfNode | string)[] {
  const commands = [...text.matchAll(findingCommands)].map(([command]) => code(command));
  return text.split(findingCommands).flatMap((words, index) => [words, ...commands.slice(index, index + 1)]);
}

/** Ends in something, so that the first is not found in the tenth. */
export const newsMark = (id: string): string => `firedrill news ${id}.`;

/** Jira refuses a comment of more than 32,767 characters; one paragraph is far from it. */
const clip = (text: string): string => (text.length <= 4000 ? text : `${text.slice(0, 3999).toWellFormed()}…`);
