import type { UsersInfoResponse } from '@slack/web-api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SlackPeople } from './slack-people.ts';

/** Answers when the test says so. */
class HeldSlack {
  readonly asked: string[] = [];
  onDuty: readonly string[] = ['U0HANNAH'];
  readonly #answers: ((response: UsersInfoResponse) => void)[] = [];
  readonly client = {
    users: {
      info: ({ user }: { readonly user: string }) => {
        this.asked.push(user);
        return new Promise<UsersInfoResponse>((resolve) => this.#answers.push(resolve));
      },
    },
    usergroups: {
      users: {
        list: ({ usergroup }: { readonly usergroup: string }) => {
          this.asked.push(usergroup);
          return Promise.resolve({ ok: true, users: this.onDuty });
        },
      },
    },
  } as unknown as ConstructorParameters<typeof SlackPeople>[0];

  async answer(user: UsersInfoResponse['user'] = {}): Promise<void> {
    this.#answers.shift()?.({ ok: true, user });
    await vi.advanceTimersByTimeAsync(0);
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what is shown is up to ten minutes old; a click that decides asks anew, and what it hears is shown, too', async () => {
  const slack = new HeldSlack();
  const people = new SlackPeople(slack.client);
  const asks = async (ask: 'standingOf' | 'standingToShow', user = {}): Promise<string> => {
    const said = people[ask]('U0JONAS');
    await slack.answer(user);
    return await said;
  };
  expect(await asks('standingToShow')).toBe('member');
  await vi.advanceTimersByTimeAsync(9 * 60_000);
  expect(await people.standingToShow('U0JONAS')).toBe('member');
  expect(slack.asked).toHaveLength(1);
  expect(await asks('standingOf', { deleted: true })).toBe('deactivated');
  expect(await people.standingToShow('U0JONAS')).toBe('deactivated');
  expect(slack.asked).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  expect(await asks('standingToShow')).toBe('member');
  expect(slack.asked).toHaveLength(3);
});

test('what is shown asks a few questions at once; a click that decides does not wait for them', async () => {
  const slack = new HeldSlack();
  const people = new SlackPeople(slack.client);
  const shown = Promise.all(Array.from({ length: 9 }, (_, index) => people.standingToShow(`U0OWNER${index}`)));
  await vi.advanceTimersByTimeAsync(0);
  expect(slack.asked).toHaveLength(4);
  void people.standingOf('U0PRIYA');
  expect(slack.asked.at(-1)).toBe('U0PRIYA');
  await slack.answer();
  expect(slack.asked).toHaveLength(6);
  while (slack.asked.length < 10) await slack.answer();
  for (let left = 0; left < 10; left += 1) await slack.answer();
  expect(await shown).toHaveLength(9);
});

test('who is on duty is asked at a click that decides, and for what is shown only after ten minutes', async () => {
  const slack = new HeldSlack();
  const people = new SlackPeople(slack.client);
  expect(await people.membersToShow('S0COMMANDERS')).toEqual(['U0HANNAH']);
  slack.onDuty = ['U0DANIEL'];
  await vi.advanceTimersByTimeAsync(9 * 60_000);
  expect(await people.membersToShow('S0COMMANDERS')).toEqual(['U0HANNAH']);
  expect(slack.asked).toHaveLength(1);
  expect(await people.membersOf('S0COMMANDERS')).toEqual(['U0DANIEL']);
  // What the click heard is shown, too.
  expect(await people.membersToShow('S0COMMANDERS')).toEqual(['U0DANIEL']);
  expect(slack.asked).toHaveLength(2);
});
