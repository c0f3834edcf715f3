import type { WebClient } from '@slack/web-api';
import { membersOfUserGroup } from '../../catalog/user-groups.ts';

/** How old what Slack said about a person or a group may be, milliseconds. */
const freshForMs = 30_000;

/** What Slack says about somebody at the moment of a click. */
export type Standing = 'member' | 'guest' | 'deactivated' | 'bot';

/** Asks Slack about people, at most once per half minute each. */
export class SlackPeople {
  readonly #client: Pick<WebClient, 'users' | 'usergroups'>;
  readonly #standings = new Map<string, { readonly value: Standing; readonly atMs: number }>();
  readonly #groups = new Map<string, { readonly value: readonly string[]; readonly atMs: number }>();

  constructor(client: Pick<WebClient, 'users' | 'usergroups'>) {
    this.#client = client;
  }

  /** @throws what the Slack client throws, when it cannot be asked */
  async standingOf(userId: string): Promise<Standing> {
    return await fresh(this.#standings, userId, async () => {
      const { user } = await this.#client.users.info({ user: userId });
      if (user?.deleted === true) return 'deactivated';
      if (user?.is_bot === true) return 'bot';
      return user?.is_restricted === true || user?.is_ultra_restricted === true ? 'guest' : 'member';
    });
  }

  /** Slack ids of the people in a user group, by its id or its handle. @throws what the Slack client throws, when it cannot be asked */
  async membersOf(group: string): Promise<readonly string[]> {
    return await fresh(this.#groups, group, () => membersOfUserGroup(this.#client, group));
  }
}

async function fresh<T>(
  known: Map<string, { readonly value: T; readonly atMs: number }>,
  key: string,
  ask: () => Promise<T>,
): Promise<T> {
  const there = known.get(key);
  if (there !== undefined && Date.now() - there.atMs < freshForMs) return there.value;
  const value = await ask();
  if (known.size > 5000) known.clear();
  known.set(key, { value, atMs: Date.now() });
  return value;
}
