import type { Channel } from '../model.ts';
import type { Suggestions } from '../suggestions.ts';
import type { Workspace } from '../workspace.ts';
import type { Viewer } from './mrkdwn.ts';

/** Where a person stands: who, in which channel, with which thread open. */
export interface Place {
  readonly viewer: Viewer;
  readonly channel: Channel;
  readonly thread: string | undefined;
  /** Which side of the app is shown; only in the direct messages with it. */
  readonly tab: 'home' | 'messages';
  readonly connections: number;
  readonly suggestions: Suggestions;
}

export function address(
  place: Place,
  change: { as?: string; channel?: string; thread?: string | undefined; tab?: Place['tab'] },
): string {
  const { thread, tab = change.channel === undefined ? place.tab : 'messages' } = change;
  return `/?${new URLSearchParams({
    team: place.viewer.workspace.teamId,
    as: change.as ?? place.viewer.userId,
    channel: change.channel ?? place.channel.id,
    ...(thread !== undefined && { thread }),
    ...(tab === 'home' && { tab }),
  }).toString()}`;
}

/** As the sidebar names it: `# name`, or whom one writes with. */
export function channelLabel(workspace: Workspace, channel: Channel, userId: string): string {
  if (channel.kind !== 'im') return `${channel.is_private ? '🔒 ' : '# '}${channel.name}`;
  const other = channel.members.find((id) => id !== userId) ?? userId;
  return workspace.displayName(other);
}

/** What this person has not seen yet in a channel. */
export function unread(viewer: Viewer, channel: Channel): number {
  const seen = viewer.workspace.state.reads[viewer.userId]?.[channel.id] ?? '0';
  return viewer.workspace
    .visibleTo(viewer.userId, channel.id)
    .filter((one) => one.ts > seen && one.user !== viewer.userId).length;
}

/** The direct messages with the app itself. */
export const isWithApp = (workspace: Workspace, channel: Channel): boolean =>
  channel.kind === 'im' && channel.members.includes(workspace.botUserId);
