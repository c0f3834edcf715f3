import type { UsersInfoResponse, WebClient } from '@slack/web-api';
import { isUnknownUser, membersOfUserGroup } from '../../catalog/user-groups.ts';

/** Clicks at the same moment share one question to Slack, milliseconds. */
const freshForMs = 1000;
/** What Slack said last counts for so long while it does not answer, or asks us to slow down, milliseconds. */
const goodForMs = 30_000;
/** What is only shown need not be newer, milliseconds. */
const shownForMs = 10 * 60_000;
/** Questions under way for what is only shown: Slack counts ours together, and clicks that decide need theirs. */
const showingAtMost = 4;

/** What Slack says about somebody at the moment of a click. */
export type Standing = 'member' | 'guest' | 'deactivated' | 'bot';

/**
 * Asks Slack about people at the moment of the click: a role that was taken away a moment ago is gone. What is only shown is content
 * with what was said in the last minutes.
 */
export class SlackPeople {
  readonly #client: Pick<WebClient, 'users' | 'usergroups'>;
  readonly #standings = new Map<string, Said<Standing>>();
  readonly #groups = new Map<string, Said<readonly string[]>>();
  /** Those who wait to ask for what is only shown. */
  readonly #waiting: (() => void)[] = [];
  #showing = 0;

  constructor(client: Pick<WebClient, 'users' | 'usergroups'>) {
    this.#client = client;
  }

  /** @throws what the Slack client throws, when it cannot be asked */
  async standingOf(userId: string): Promise<Standing> {
    return await this.#standing(userId, freshForMs);
  }

  /** For what is shown and decides nothing: ten minutes old at most. @throws what the Slack client throws, when it cannot be asked */
  async standingToShow(userId: string): Promise<Standing> {
    return await this.#inTurn(() => this.#standing(userId, shownForMs));
  }

  async #inTurn<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#showing < showingAtMost) this.#showing += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await ask();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#showing -= 1;
      // The place goes on to the next.
      else next();
    }
  }

  async #standing(userId: string, newerThanMs: number): Promise<Standing> {
    return await fresh(this.#standings, userId, newerThanMs, async () => {
      const user = await this.#userOf(userId);
      if (user === 'gone' || user?.deleted === true) return 'deactivated';
      if (user?.is_bot === true) return 'bot';
      return user?.is_restricted === true || user?.is_ultra_restricted === true ? 'guest' : 'member';
    });
  }

  /** An account that Slack does not know any more is as good as deactivated. */
  async #userOf(userId: string): Promise<UsersInfoResponse['user'] | 'gone'> {
    try {
      return (await this.#client.users.info({ user: userId })).user;
    } catch (error) {
      if (isUnknownUser(error)) return 'gone';
      throw error;
    }
  }

  /** Slack ids of the people in a user group, by its id or its handle. @throws what the Slack client throws, when it cannot be asked */
  async membersOf(group: string): Promise<readonly string[]> {
    return await this.#members(group, freshForMs);
  }

  /** The same for what is shown and decides nothing, as `standingToShow`. @throws what the Slack client throws, when it cannot be asked */
  async membersToShow(group: string): Promise<readonly string[]> {
    return await this.#inTurn(() => this.#members(group, shownForMs));
  }

  async #members(group: string, newerThanMs: number): Promise<readonly string[]> {
    return await fresh(this.#groups, group, newerThanMs, () => membersOfUserGroup(this.#client, group));
  }
}

interface Said<T> {
  readonly value: Promise<T>;
  readonly atMs: number;
}

async function fresh<T>(
  known: Map<string, Said<T>>,
  key: string,
  newerThanMs: number,
  ask: () => Promise<T>,
): Promise<T> {
  const before = known.get(key);
  const nowMs = Date.now();
  if (before !== undefined && nowMs - before.atMs < newerThanMs) return await before.value;
  const value = ask().catch((error: unknown) => {
    known.delete(key);
    if (before === undefined || nowMs - before.atMs >= goodForMs) throw error;
    known.set(key, before);
    return before.value;
  });
  if (known.size > 5000) known.clear();
  known.set(key, { value, atMs: nowMs });
  return await value;
}
