import type { JsonObject, Message } from '../model.ts';
import { toggleReaction } from '../reactions.ts';
import { SlackError } from '../slack-error.ts';
import type { Call, Method } from './call.ts';
import { wireMessage } from './chat.ts';

/** A message carries this many different emoji at most. [doc: docs.slack.dev/reference/methods/reactions.add, too_many_emoji] */
const EMOJI_LIMIT = 23;

function target(call: Call, scope: string): Message {
  call.requireScope(scope);
  const channel = call.workspace.channelForApp(call.required('channel', 'no_item_specified'));
  const message = call.workspace.message(channel.id, call.required('timestamp', 'no_item_specified'));
  if (message === undefined || message.ephemeralFor !== undefined) throw new SlackError('message_not_found');
  return message;
}

function nameOf(call: Call): string {
  const name = call.required('name', 'invalid_name').replaceAll(':', '');
  if (!/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/.test(name)) throw new SlackError('invalid_name');
  return name;
}

function add(call: Call): JsonObject {
  const name = nameOf(call);
  const message = target(call, 'reactions:write');
  const here = message.reactions?.[name];
  if (here?.includes(call.workspace.botUserId) === true) throw new SlackError('already_reacted');
  if (here === undefined && Object.keys(message.reactions ?? {}).length >= EMOJI_LIMIT)
    throw new SlackError('too_many_emoji');
  toggleReaction(call.workspace, message, call.workspace.botUserId, name);
  return {};
}

function remove(call: Call): JsonObject {
  const name = nameOf(call);
  const message = target(call, 'reactions:write');
  if (message.reactions?.[name]?.includes(call.workspace.botUserId) !== true) throw new SlackError('no_reaction');
  toggleReaction(call.workspace, message, call.workspace.botUserId, name);
  return {};
}

function get(call: Call): JsonObject {
  const message = target(call, 'reactions:read');
  return {
    type: 'message',
    channel: message.channel,
    message: wireMessage(call.workspace, message, { metadata: false }),
  };
}

export const reactionsMethods: Readonly<Record<string, Method>> = {
  'reactions.add': { tier: 'tier3', token: 'bot', writes: true, run: add },
  'reactions.remove': { tier: 'tier2', token: 'bot', writes: true, run: remove },
  'reactions.get': { tier: 'tier3', token: 'bot', writes: false, run: get },
};
