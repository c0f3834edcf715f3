import { describe, expect, test } from 'vitest';
import { dutiesTakenOver, holdersOf, personByPublicKey, personBySlackId, rolesNow, rolesOf } from './people.ts';
import { loadWith } from './testing.ts';

const { catalog } = loadWith((draft) => {
  draft['people'].dora = { name: 'Dora', email: 'dora@acme.example', slackId: 'U0DORA' };
  draft['services'].login.owner = 'dora';
});

describe('who may decide', () => {
  test('an owner owns that service and no other', () => {
    expect(rolesOf(catalog, 'anna', 'shop').roles).toEqual(['service-owner']);
    expect(rolesOf(catalog, 'anna', 'login').roles).toEqual([]);
    expect(rolesOf(catalog, 'dora', 'login').roles).toEqual(['service-owner']);
  });

  test("a person has their own roles and the organisation's, each once", () => {
    expect(rolesOf(catalog, 'cara', 'shop')).toEqual({
      roles: ['incident-commander', 'leadership'],
      groupsToResolve: [],
    });
  });

  test('membership in a Slack user group is left to be asked at the click', () => {
    expect(rolesOf(catalog, 'ben', 'shop')).toEqual({
      roles: ['dr-champion'],
      groupsToResolve: [{ role: 'incident-commander', slackUserGroup: '@commanders' }],
    });
  });

  test('somebody unknown holds nothing, not even by way of a group', () => {
    expect(rolesOf(catalog, 'victor', 'shop')).toEqual({ roles: [], groupsToResolve: [] });
    expect(rolesOf(catalog, 'constructor', 'shop')).toEqual({ roles: [], groupsToResolve: [] });
  });

  test('a deputy stands in for that service and no other, and is among those to mention', () => {
    const { catalog: with_ } = loadWith((draft) => {
      draft['services'].shop.deputies = ['cara'];
    });
    expect(rolesOf(with_, 'cara', 'shop').roles).toEqual(['deputy', 'incident-commander', 'leadership']);
    expect(rolesOf(with_, 'cara', 'login').roles).toEqual(['incident-commander', 'leadership']);
    expect(holdersOf(with_, ['deputy'], 'shop').people.map(({ id }) => id)).toEqual(['cara']);
    expect(holdersOf(with_, ['deputy'], 'login').people).toEqual([]);
  });

  test('a Slack id or a key leads to its person, another to nobody', () => {
    expect(personBySlackId(catalog, 'U0BEN')?.id).toBe('ben');
    expect(personBySlackId(catalog, 'U0VICTOR')).toBeUndefined();
    expect(personByPublicKey(catalog, 'ab'.repeat(32))?.id).toBe('ben');
    expect(personByPublicKey(catalog, 'cd'.repeat(32))).toBeUndefined();
  });

  test('those to mention are the people and the groups that hold a role', () => {
    const { people, slackUserGroups } = holdersOf(catalog, ['incident-commander', 'service-owner'], 'shop');
    expect(people.map(({ id }) => id)).toEqual(['anna', 'cara']);
    expect(slackUserGroups).toEqual(['@commanders']);
  });

  test('one user group may give several roles, and is asked once', async () => {
    const { catalog: both } = loadWith((draft) => {
      draft['roles'] = {
        'incident-commander': { slackUserGroup: '@commanders' },
        leadership: { slackUserGroup: '@commanders' },
      };
    });
    const asked: string[] = [];
    const ben = { id: 'ben', slackId: 'U0BEN' };
    const membersOf = (members: readonly string[]) => ({
      membersOf: (group: string) => {
        asked.push(group);
        return Promise.resolve(members);
      },
      hasLeft: () => Promise.resolve(false),
    });
    expect(await rolesNow(both, ben, 'shop', membersOf(['U0BEN']))).toEqual([
      'dr-champion',
      'incident-commander',
      'leadership',
    ]);
    expect(asked).toEqual(['@commanders']);
    expect(await rolesNow(both, ben, undefined, membersOf([]))).toEqual(['dr-champion']);
  });

  test('a deputy has the duty of an owner or champion who has left, for that service and no other', async () => {
    const { catalog: with_ } = loadWith((draft) => {
      draft['services'].shop.deputies = ['dora'];
      draft['people'].dora = { name: 'Dora', email: 'dora@acme.example', slackId: 'U0DORA' };
    });
    const asked: string[] = [];
    const now = (...left: string[]) => ({
      membersOf: () => Promise.resolve([]),
      hasLeft: (slackId: string) => {
        asked.push(slackId);
        return Promise.resolve(left.includes(slackId));
      },
    });
    const dora = { id: 'dora', slackId: 'U0DORA' };
    const ben = { id: 'ben', slackId: 'U0BEN' };
    expect(await rolesNow(with_, dora, 'shop', now())).toEqual(['deputy']);
    expect(await rolesNow(with_, dora, 'shop', now('U0ANNA'))).toEqual(['service-owner', 'deputy']);
    expect(await rolesNow(with_, dora, 'shop', now('U0ANNA', 'U0BEN'))).toEqual([
      'service-owner',
      'dr-champion',
      'deputy',
    ]);
    expect(await rolesNow(with_, dora, 'login', now('U0ANNA', 'U0BEN'))).toEqual([]);
    // With a deputy there, the champion stands in for nobody; when all have left, or without one, for the owner.
    expect(await rolesNow(with_, ben, 'shop', now('U0ANNA'))).toEqual(['dr-champion']);
    expect(await rolesNow(with_, ben, 'shop', now('U0ANNA', 'U0DORA'))).toEqual(['service-owner', 'dr-champion']);
    expect(await rolesNow(with_, ben, 'shop', now('U0DORA'))).toEqual(['dr-champion']);
    asked.length = 0;
    expect(await rolesNow(with_, { id: 'victor', slackId: 'U0VICTOR' }, 'shop', now('U0ANNA'))).toEqual([]);
    expect(asked).toEqual([]);
    expect(await rolesNow(with_, ben, 'login', now('U0ANNA'))).toEqual(['service-owner', 'dr-champion']);
  });

  test('a duty of somebody who has left is one person’s: the first deputy who is there, else owner or champion', async () => {
    const { catalog: with_ } = loadWith((draft) => {
      draft['services'].shop.deputies = ['dora', 'emil'];
      draft['people'].dora = { name: 'Dora', email: 'dora@acme.example', slackId: 'U0DORA' };
      draft['people'].emil = { name: 'Emil', email: 'emil@acme.example', slackId: 'U0EMIL' };
    });
    const taken = async (personId: string, ...left: string[]): Promise<readonly string[]> => {
      const hasLeft = (slackId: string): Promise<boolean> => Promise.resolve(left.includes(slackId));
      const duties = await dutiesTakenOver(with_, personId, { hasLeft });
      return duties.map(({ service, role, left: { name } }) => `${role} of ${service} for ${name}`);
    };
    expect(await taken('dora')).toEqual([]);
    expect(await taken('dora', 'U0ANNA')).toEqual(['service-owner of shop for Anna']);
    expect(await taken('emil', 'U0ANNA')).toEqual([]);
    expect(await taken('emil', 'U0ANNA', 'U0DORA')).toEqual(['service-owner of shop for Anna']);
    expect(await taken('ben', 'U0ANNA', 'U0DORA')).toEqual(['service-owner of login for Anna']);
    expect(await taken('ben', 'U0ANNA', 'U0DORA', 'U0EMIL')).toEqual([
      'service-owner of login for Anna',
      'service-owner of shop for Anna',
    ]);
    expect(await taken('anna', 'U0ANNA', 'U0BEN', 'U0DORA', 'U0EMIL')).toEqual([
      'dr-champion of login for Ben',
      'dr-champion of shop for Ben',
    ]);
    expect(await taken('victor', 'U0ANNA')).toEqual([]);
  });
});
