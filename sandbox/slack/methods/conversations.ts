import type { Channel, JsonObject } from '../model.ts';
import { SlackError } from '../slack-error.ts';
import type { Workspace } from '../workspace.ts';
import { page } from './call.ts';
import type { Call, Method } from './call.ts';
import { wireMessage } from './chat.ts';

function scopePrefix(channel: Channel): 'im' | 'groups' | 'channels' {
  return channel.kind === 'im' ? 'im' : channel.is_private ? 'groups' : 'channels';
}

function wireChannel(workspace: Workspace, channel: Channel): JsonObject {
  if (channel.kind === 'im') {
    return {
      id: channel.id,
      created: channel.created,
      is_im: true,
      is_org_shared: false,
      user: channel.members.find((id) => id !== workspace.botUserId) ?? '',
      is_archived: false,
    };
  }
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    created: channel.created,
    is_channel: !channel.is_private,
    is_group: channel.is_private,
    is_im: false,
    is_mpim: false,
    is_private: channel.is_private,
    is_archived: channel.is_archived,
    is_general: channel.name === 'general',
    is_member: channel.members.includes(workspace.botUserId),
    num_members: channel.members.length,
    context_team_id: workspace.teamId,
    topic: { value: channel.topic, creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  };
}

function channelOf(call: Call, action: 'read' | 'history'): Channel {
  const id = call.required('channel', 'channel_not_found');
  const channel = call.workspace.channelForApp(/^[CGD]/.test(id) ? id : 'none');
  call.requireScope(`${scopePrefix(channel)}:${action}`);
  if (action === 'history' && !channel.members.includes(call.workspace.botUserId))
    throw new SlackError('not_in_channel');
  return channel;
}

function list(call: Call): JsonObject {
  const kinds: Readonly<Record<string, { scope: string; matches: (channel: Channel) => boolean }>> = {
    public_channel: { scope: 'channels:read', matches: (channel) => channel.kind === 'channel' && !channel.is_private },
    private_channel: { scope: 'groups:read', matches: (channel) => channel.kind === 'channel' && channel.is_private },
    im: { scope: 'im:read', matches: (channel) => channel.kind === 'im' },
    mpim: { scope: 'im:read', matches: () => false },
  };
  const wanted = (call.text('types') ?? 'public_channel').split(',').map((type) => {
    const kind = kinds[type.trim()];
    if (kind === undefined) throw new SlackError('invalid_types');
    call.requireScope(kind.scope);
    return kind;
  });
  const visible = call.workspace.state.channels.filter(
    (channel) =>
      wanted.some((kind) => kind.matches(channel)) &&
      (!channel.is_private || channel.members.includes(call.workspace.botUserId)) &&
      !(call.flag('exclude_archived') && channel.is_archived),
  );
  const { items, next_cursor } = page(call, visible, 100);
  return { channels: items.map((channel) => wireChannel(call.workspace, channel)), response_metadata: { next_cursor } };
}

function history(call: Call): JsonObject {
  const channel = channelOf(call, 'history');
  const [oldest, latest] = [call.text('oldest') ?? '0', call.text('latest') ?? '9999999999.999999'];
  const within = (ts: string): boolean =>
    (Number(ts) > Number(oldest) && Number(ts) < Number(latest)) ||
    (call.flag('inclusive') && (ts === oldest || ts === latest));
  const found = call.workspace
    .messagesIn(channel.id)
    .filter(
      (one) =>
        call.isInHistory(one) &&
        one.ephemeralFor === undefined &&
        (one.thread_ts === undefined || one.thread_ts === one.ts || one.broadcast === true) &&
        within(one.ts),
    )
    .toReversed();
  const { items, next_cursor } = page(call, found, 100);
  const metadata = call.flag('include_all_metadata');
  return {
    messages: items.map((one) => wireMessage(call.workspace, one, { metadata })),
    has_more: next_cursor !== '',
    pin_count: 0,
    ...(next_cursor !== '' && { response_metadata: { next_cursor } }),
  };
}

function replies(call: Call): JsonObject {
  const channel = channelOf(call, 'history');
  const asked = call.workspace.message(channel.id, call.required('ts', 'thread_not_found'));
  const parent = asked?.thread_ts === undefined ? asked : call.workspace.message(channel.id, asked.thread_ts);
  if (parent === undefined || parent.ephemeralFor !== undefined) throw new SlackError('thread_not_found');
  const { items, next_cursor } = page(
    call,
    [parent, ...call.workspace.repliesTo(parent).filter((one) => call.isInHistory(one))],
    1000,
  );
  const metadata = call.flag('include_all_metadata');
  return {
    messages: items.map((one) => wireMessage(call.workspace, one, { metadata })),
    has_more: next_cursor !== '',
    response_metadata: { next_cursor },
  };
}

function members(call: Call): JsonObject {
  const { items, next_cursor } = page(call, channelOf(call, 'read').members, 100);
  return { members: items, response_metadata: { next_cursor } };
}

function open(call: Call): JsonObject {
  call.requireScope('im:write');
  const asked = (call.text('users') ?? '').split(',').filter((id) => id !== '');
  if (asked.length !== 1) throw new SlackError(asked.length === 0 ? 'users_list_not_supplied' : 'too_many_users');
  const user = asked[0] === undefined ? undefined : call.workspace.user(asked[0]);
  if (user === undefined) throw new SlackError('user_not_found');
  if (user.deleted === true) throw new SlackError('user_disabled');
  const channel = call.workspace.openDirectMessage(user.id);
  return { channel: call.flag('return_im') ? wireChannel(call.workspace, channel) : { id: channel.id } };
}

function join(call: Call): JsonObject {
  call.requireScope('channels:join');
  const channel = call.workspace.channel(call.required('channel', 'channel_not_found'));
  if (channel === undefined || channel.is_private)
    throw new SlackError(channel?.kind === 'im' ? 'method_not_supported_for_channel_type' : 'channel_not_found');
  if (channel.is_archived) throw new SlackError('is_archived');
  const already = channel.members.includes(call.workspace.botUserId);
  if (!already) {
    channel.members.push(call.workspace.botUserId);
    call.workspace.happened({ kind: 'member-joined', user: call.workspace.botUserId, channel });
  }
  return {
    channel: wireChannel(call.workspace, channel),
    ...(already && { warning: 'already_in_channel', response_metadata: { warnings: ['already_in_channel'] } }),
  };
}

export const conversationsMethods: Readonly<Record<string, Method>> = {
  'conversations.list': { tier: 'tier2', token: 'bot', writes: false, run: list },
  'conversations.info': {
    tier: 'tier3',
    token: 'bot',
    writes: false,
    run: (call) => ({ channel: wireChannel(call.workspace, channelOf(call, 'read')) }),
  },
  'conversations.history': { tier: 'tier3', token: 'bot', writes: false, run: history },
  'conversations.replies': { tier: 'tier3', token: 'bot', writes: false, run: replies },
  'conversations.members': { tier: 'tier4', token: 'bot', writes: false, run: members },
  'conversations.open': { tier: 'tier3', token: 'bot', writes: true, run: open },
  'conversations.join': { tier: 'tier3', token: 'bot', writes: true, run: join },
};
