import { acceptMessageBlocks } from '../block-kit.ts';
import { wireFile } from '../files.ts';
import { isObject } from '../json.ts';
import type { Channel, JsonObject, Message } from '../model.ts';
import { SlackError } from '../slack-error.ts';
import type { Workspace } from '../workspace.ts';
import { metadataOf } from './call.ts';
import type { Call, Method } from './call.ts';

/** Longer text is cut. [doc: docs.slack.dev/reference/methods/chat.postMessage, "Truncating content"] */
const TEXT_LIMIT = 40_000;

/** A message as the Web API and the payloads of interactions show it. */
export function wireMessage(workspace: Workspace, message: Message, options: { metadata: boolean }): JsonObject {
  const byApp = message.user === workspace.botUserId;
  const replies =
    message.thread_ts === undefined || message.thread_ts === message.ts ? workspace.repliesTo(message) : [];
  return {
    type: 'message',
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: workspace.teamId,
    ...(byApp && {
      bot_id: workspace.botId,
      app_id: workspace.appId,
      bot_profile: {
        id: workspace.botId,
        app_id: workspace.appId,
        name: workspace.state.setup.app.name,
        deleted: false,
        team_id: workspace.teamId,
      },
    }),
    ...(message.blocks !== undefined && { blocks: message.blocks }),
    ...(message.attachments !== undefined && { attachments: message.attachments }),
    ...(message.files !== undefined && { files: filesOf(workspace, message.files) }),
    ...(message.reactions !== undefined &&
      Object.keys(message.reactions).length > 0 && {
        reactions: Object.entries(message.reactions).map(([name, users]) => ({ name, users, count: users.length })),
      }),
    ...(message.broadcast === true && { subtype: 'thread_broadcast' }),
    ...(message.edited !== undefined && { edited: message.edited }),
    ...(options.metadata && message.metadata !== undefined && { metadata: message.metadata }),
    ...(message.thread_ts !== undefined && { thread_ts: message.thread_ts }),
    ...(message.thread_ts !== undefined &&
      message.thread_ts !== message.ts && {
        parent_user_id: workspace.message(message.channel, message.thread_ts)?.user ?? '',
      }),
    ...(replies.length > 0 && {
      thread_ts: message.ts,
      reply_count: replies.length,
      reply_users: [...new Set(replies.map((one) => one.user))],
      reply_users_count: new Set(replies.map((one) => one.user)).size,
      latest_reply: replies.at(-1)?.ts ?? '',
      is_locked: false,
      subscribed: false,
    }),
  };
}

const filesOf = (workspace: Workspace, ids: readonly string[]): readonly JsonObject[] =>
  ids.flatMap((id) => {
    const file = workspace.state.files[id];
    return file === undefined ? [{ id, mode: 'tombstone' }] : [wireFile(workspace, file)];
  });

interface Content {
  text: string | undefined;
  blocks: readonly JsonObject[] | undefined;
  attachments: readonly JsonObject[] | undefined;
}

function contentOf(call: Call): Content {
  const blocks = call.json('blocks');
  const attachments = call.json('attachments');
  if (attachments !== undefined && !Array.isArray(attachments)) throw new SlackError('invalid_attachments');
  return {
    text: call.text('text')?.slice(0, TEXT_LIMIT),
    blocks: blocks === undefined || blocks === '' ? undefined : acceptMessageBlocks(blocks),
    attachments: attachments?.filter(isObject),
  };
}

function requireContent(content: Content): void {
  if ((content.text ?? '') === '' && (content.blocks ?? []).length === 0 && (content.attachments ?? []).length === 0)
    throw new SlackError('no_text');
}

export function writableChannel(call: Call, argument = 'channel'): Channel {
  const channel = call.workspace.channelForApp(call.required(argument, 'channel_not_found'));
  if (channel.is_archived) throw new SlackError('is_archived');
  return channel;
}

export function threadOf(call: Call, channel: Channel): string | undefined {
  const threadTs = call.text('thread_ts');
  if (threadTs === undefined || threadTs === '') return undefined;
  const parent = call.workspace.message(channel.id, threadTs);
  if (parent === undefined) throw new SlackError('thread_not_found');
  return parent.thread_ts ?? parent.ts;
}

function postMessage(call: Call): JsonObject {
  call.requireScope('chat:write');
  const channel = writableChannel(call);
  const app = call.workspace.botUserId;
  if (!channel.members.includes(app) && !call.workspace.state.setup.app.scopes.includes('chat:write.public'))
    throw new SlackError('not_in_channel');
  const content = contentOf(call);
  requireContent(content);
  const threadTs = threadOf(call, channel);
  const message = call.workspace.post(channel, {
    user: app,
    ...content,
    text: content.text ?? '',
    threadTs,
    broadcast: threadTs !== undefined && call.flag('reply_broadcast'),
    metadata: metadataOf(call.json('metadata')),
  });
  return { channel: channel.id, ts: message.ts, message: wireMessage(call.workspace, message, { metadata: true }) };
}

function postEphemeral(call: Call): JsonObject {
  call.requireScope('chat:write');
  const channel = writableChannel(call);
  if (
    !channel.members.includes(call.workspace.botUserId) &&
    !call.workspace.state.setup.app.scopes.includes('chat:write.public')
  )
    throw new SlackError('not_in_channel');
  const user = call.required('user', 'user_not_found');
  if (call.workspace.user(user) === undefined) throw new SlackError('user_not_found');
  if (!channel.members.includes(user)) throw new SlackError('user_not_in_channel');
  const content = contentOf(call);
  requireContent(content);
  const message = call.workspace.post(channel, {
    user: call.workspace.botUserId,
    ...content,
    text: content.text ?? '',
    threadTs: threadOf(call, channel),
    ephemeralFor: user,
  });
  return { message_ts: message.ts };
}

function ownMessage(call: Call, refusal: string): { channel: Channel; message: Message } {
  call.requireScope('chat:write');
  const channel = writableChannel(call);
  const message = call.workspace.message(channel.id, call.required('ts', 'message_not_found'));
  if (message === undefined || message.ephemeralFor !== undefined) throw new SlackError('message_not_found');
  if (message.user !== call.workspace.botUserId) throw new SlackError(refusal);
  return { channel, message };
}

/**
 * Blocks that are not given stay only when no text is given either, and the "edited" mark appears only for a change
 * of text. [doc: docs.slack.dev/reference/methods/chat.update]
 */
function update(call: Call): JsonObject {
  const { channel, message } = ownMessage(call, 'cant_update_message');
  const content = contentOf(call);
  const metadata = metadataOf(call.json('metadata'));
  if (metadata === undefined && content.blocks === undefined) requireContent(content);
  const blocks = content.blocks ?? (content.text === undefined ? message.blocks : undefined);
  call.workspace.edit(message, {
    text: content.text ?? message.text,
    blocks,
    markEdited: content.blocks === undefined,
  });
  if (content.attachments !== undefined) message.attachments = content.attachments;
  if (metadata !== undefined) message.metadata = metadata;
  return {
    channel: channel.id,
    ts: message.ts,
    text: message.text,
    message: wireMessage(call.workspace, message, { metadata: true }),
  };
}

function remove(call: Call): JsonObject {
  const { channel, message } = ownMessage(call, 'cant_delete_message');
  call.workspace.remove(message);
  return { channel: channel.id, ts: message.ts };
}

function permalink(call: Call): JsonObject {
  const channel = call.workspace.channelForApp(call.required('channel', 'channel_not_found'));
  const message = call.workspace.message(channel.id, call.required('message_ts', 'message_not_found'));
  if (message === undefined) throw new SlackError('message_not_found');
  return {
    channel: channel.id,
    permalink: `${call.baseUrl}/?team=${call.workspace.teamId}&channel=${channel.id}#m${message.ts}`,
  };
}

export const chatMethods: Readonly<Record<string, Method>> = {
  'chat.postMessage': { tier: 'none', token: 'bot', writes: true, run: postMessage },
  'chat.postEphemeral': { tier: 'tier4', token: 'bot', writes: true, run: postEphemeral },
  'chat.update': { tier: 'tier3', token: 'bot', writes: true, run: update },
  'chat.delete': { tier: 'tier3', token: 'bot', writes: true, run: remove },
  'chat.getPermalink': { tier: 'none', token: 'bot', writes: false, run: permalink },
};
