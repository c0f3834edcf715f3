/** Of Slack's client, what says who is in a user group. */
export interface UserGroupsClient {
  readonly usergroups: {
    list(): Promise<{ readonly usergroups?: readonly { readonly id?: string; readonly handle?: string }[] }>;
    readonly users: {
      list(of: { readonly usergroup: string }): Promise<{ readonly users?: readonly string[] }>;
    };
  };
}

/**
 * Slack ids of the people in a user group that the catalog names, by its id (`S0…`) or its handle (`@commanders`), as
 * Slack says now; nobody when there is no such group.
 *
 * @throws what the client throws, when Slack cannot be asked
 */
export async function membersOfUserGroup(client: UserGroupsClient, group: string): Promise<readonly string[]> {
  const usergroup = /^S[A-Z0-9]+$/.test(group) ? group : await idOfHandle(client, group);
  return usergroup === undefined ? [] : ((await client.usergroups.users.list({ usergroup })).users ?? []);
}

async function idOfHandle(client: UserGroupsClient, handle: string): Promise<string | undefined> {
  const { usergroups } = await client.usergroups.list();
  return usergroups?.find((group) => group.handle === handle.replace(/^@/, ''))?.id;
}

/** Whether Slack said of an account that there is none: its own answer, and not that it could not be asked. */
export function isUnknownUser(error: unknown): boolean {
  const data = error instanceof Error && 'data' in error ? error.data : undefined;
  return typeof data === 'object' && data !== null && 'error' in data && data.error === 'user_not_found';
}
