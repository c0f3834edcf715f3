import { acceptMessageBlocks } from './block-kit.ts';
import { isObject, stringAt } from './json.ts';
import type { JsonObject, ResponseUrl } from './model.ts';
import { SlackError } from './slack-error.ts';
import type { Workspace } from './workspace.ts';

/**
 * Does what an app asks for in the answer to a command or through a response URL: says something in the channel or to
 * one person, or replaces or deletes the message that was clicked.
 *
 * @throws SlackError as chat.postMessage would
 */
export function respond(
  workspace: Workspace,
  to: Omit<ResponseUrl, 'id' | 'madeAtMs' | 'uses'>,
  answer: JsonObject,
): void {
  const channel = workspace.channel(to.channel);
  if (channel === undefined) throw new SlackError('channel_not_found');
  const original = to.messageTs === undefined ? undefined : workspace.message(channel.id, to.messageTs);
  if (answer['delete_original'] === true) {
    if (original === undefined) throw new SlackError('message_not_found');
    workspace.remove(original);
    return;
  }
  const blocks = answer['blocks'] === undefined ? undefined : acceptMessageBlocks(answer['blocks']);
  const text = stringAt(answer, 'text');
  if (text === undefined && blocks === undefined) throw new SlackError('no_text');
  if (answer['replace_original'] === true) {
    if (original === undefined) throw new SlackError('message_not_found');
    workspace.edit(original, { text: text ?? '', blocks, markEdited: false });
    return;
  }
  workspace.post(channel, {
    user: workspace.botUserId,
    text: text ?? '',
    blocks,
    threadTs: stringAt(answer, 'thread_ts') ?? to.threadTs,
    attachments: Array.isArray(answer['attachments']) ? answer['attachments'].filter(isObject) : undefined,
    ephemeralFor: answer['response_type'] === 'in_channel' ? undefined : to.user,
  });
}

/** Whether an answer to a command says anything; an empty one only acknowledges. */
export function saysSomething(answer: unknown): answer is JsonObject {
  return (
    isObject(answer) &&
    (answer['text'] !== undefined || answer['blocks'] !== undefined || answer['attachments'] !== undefined)
  );
}
