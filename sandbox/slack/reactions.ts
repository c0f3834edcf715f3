import type { Message } from './model.ts';
import type { Workspace } from './workspace.ts';

/** Puts somebody's emoji on a message, or takes it away when it is there. */
export function toggleReaction(workspace: Workspace, message: Message, user: string, name: string): void {
  const before = message.reactions?.[name] ?? [];
  const had = before.includes(user);
  const now = had ? before.filter((one) => one !== user) : [...before, user];
  const { [name]: _, ...others } = message.reactions ?? {};
  message.reactions = now.length === 0 ? others : { ...message.reactions, [name]: now };
  workspace.happened({ kind: had ? 'unreacted' : 'reacted', message, user, name });
}
