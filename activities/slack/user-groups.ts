import type { WebClient } from '@slack/web-api';
import { isUnknownUser, membersOfUserGroup } from '../../catalog/user-groups.ts';
import type { UserGroupsClient } from '../../catalog/user-groups.ts';

/** How long an answer of Slack is used again, milliseconds: members change rarely, clicks come in bursts. */
const freshForMs = 30_000;

/**
 * Members (Slack ids) of a user group, by its id or handle, as Slack says now.
 *
 * When Slack does not answer, as it last said: approvals must work on the command line with Slack down. A group never
 * seen before has nobody then.
 */
export function membersOfGroup(
  client: UserGroupsClient,
  onProblem: (error: unknown) => void = () => {},
): (group: string) => Promise<readonly string[]> {
  const known = new Map<string, { readonly members: readonly string[]; readonly readAtMs: number }>();
  return async (group) => {
    const before = known.get(group);
    if (before && Date.now() - before.readAtMs < freshForMs) return before.members;
    try {
      const members = await membersOfUserGroup(client, group);
      known.set(group, { members, readAtMs: Date.now() });
      return members;
    } catch (error) {
      onProblem(error);
      return before?.members ?? [];
    }
  };
}

/**
 * Whether an account was deactivated or is not there any more, as Slack says now. When Slack does not answer, nobody is known to have left: then
 * nobody stands in.
 */
export const hasLeft =
  (client: Pick<WebClient, 'users'>, onProblem: (error: unknown) => void = () => {}) =>
  async (slackId: string): Promise<boolean> => {
    try {
      return (await client.users.info({ user: slackId })).user?.deleted === true;
    } catch (error) {
      if (isUnknownUser(error)) return true;
      onProblem(error);
      return false;
    }
  };
