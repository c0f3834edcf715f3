import { describe, expect, test } from 'vitest';
import {
  absenceOf,
  dutyOf,
  holderGoneText,
  holdersGone,
  ownerUnknownFinding,
  reviewerGone,
  vacanciesOf,
  vacancyFinding,
  vacancyText,
  vacancyTicket,
} from './people-check.ts';
import type { OpenReview, PersonStanding, ServiceDuties } from './people-check.ts';

const person = (personId: string, more: Partial<PersonStanding> = {}): PersonStanding => ({
  personId,
  name: personId.toUpperCase(),
  email: `${personId}@example.com`,
  slackId: `U0${personId}`,
  slack: 'active',
  jira: 'active',
  ...more,
});
const gone = { slack: 'deactivated' } as const;
const shop = (more: Partial<ServiceDuties> = {}): ServiceDuties => ({
  service: 'shop',
  tier: 2,
  owner: 'ann',
  champion: 'ben',
  deputies: ['dora', 'eve'],
  slackChannel: 'C0SHOP',
  ticket: { project: 'DR', issueType: 'Task', labels: [], dueDate: '2026-12-31', tier: 2 },
  ...more,
});
const everybody = ['ann', 'ben', 'dora', 'eve'].map((id) => person(id));
const without = (...ids: string[]) => everybody.map((one) => (ids.includes(one.personId) ? { ...one, ...gone } : one));
const told = (people: readonly PersonStanding[], service = shop()) =>
  vacanciesOf([service], people).map(({ role, standIn }) => [role, standIn?.personId]);

describe('who is gone', () => {
  test.each([
    ['active', 'active', undefined],
    ['active', 'unknown', undefined],
    ['deactivated', 'active', 'left'],
    ['active', 'deactivated', 'left'],
    ['deactivated', 'unknown', 'left'],
    ['unknown', 'deactivated', 'left'],
    ['unknown', 'active', 'not-in-slack'],
    ['unknown', 'unknown', 'not-in-slack'],
  ] as const)('Slack says %s, Jira says %s: %s', (slack, jira, why) => {
    expect(absenceOf({ slack, jira })).toBe(why);
  });
});

describe('who stands in', () => {
  test('nobody has to while owner and champion are there, whoever else has left', () => {
    expect(told(everybody)).toEqual([]);
    expect(told(without('dora', 'eve'))).toEqual([]);
  });

  test('is the first deputy who is there, else the other of the two, else nobody', () => {
    expect(told(without('ann'))).toEqual([['service-owner', 'dora']]);
    expect(told(without('ben'))).toEqual([['dr-champion', 'dora']]);
    expect(told(without('ann', 'dora'))).toEqual([['service-owner', 'eve']]);
    expect(told(without('ann', 'dora', 'eve'))).toEqual([['service-owner', 'ben']]);
    expect(told(without('ann', 'ben', 'dora', 'eve'))).toEqual([
      ['service-owner', undefined],
      ['dr-champion', undefined],
    ]);
  });

  test('of two duties in one hand both are vacant', () => {
    expect(told(without('ann'), shop({ champion: 'ann', deputies: [] }))).toEqual([
      ['service-owner', undefined],
      ['dr-champion', undefined],
    ]);
  });

  test('concludes nothing about somebody who was not looked at', () => {
    expect(told(everybody.filter(({ personId }) => personId !== 'ann'))).toEqual([]);
  });
});

describe('whom a review asks', () => {
  const sofia = person('sofia');
  const review = (asks: string, ...handedOnBy: string[]): OpenReview => ({
    runId: 'documentation-review/shop/-/2026Q4',
    service: 'shop',
    asks: { personId: asks, name: asks },
    handedOnBy: handedOnBy.map((personId) => ({ personId, name: personId })),
  });
  const instead = (people: readonly PersonStanding[], of: OpenReview) =>
    reviewerGone(of, shop(), people)?.standIn.personId;

  test('goes back to who handed it on, then to the champion and those behind them', () => {
    const gone_ = { ...sofia, ...gone };
    expect(instead([...everybody, sofia], review('sofia', 'ann'))).toBeUndefined();
    expect(instead([...everybody, gone_], review('sofia', 'ann'))).toBe('ann');
    expect(instead([...without('ann'), gone_], review('sofia', 'ann'))).toBe('ben');
    expect(instead([...without('ann', 'ben'), gone_], review('sofia', 'ann'))).toBe('dora');
    expect(instead([...without('ann', 'ben', 'dora', 'eve'), gone_], review('sofia', 'ann'))).toBeUndefined();
  });

  test('is gone when the catalog does not know them any more, and not when only Jira does not', () => {
    expect(instead(everybody, review('sofia', 'ben'))).toBe('ben');
    expect(instead([...everybody, { ...sofia, jira: 'deactivated' }], review('sofia', 'ben'))).toBeUndefined();
  });

  test('is a matter of their vacancy when they are owner or champion', () => {
    expect(instead(without('ben'), review('ben'))).toBeUndefined();
    expect(instead(without('ann'), review('ann', 'ben'))).toBeUndefined();
  });
});

describe('a vacancy', () => {
  const [vacancy] = vacanciesOf([shop()], without('ann'));
  if (vacancy === undefined) throw new Error('there is one');

  test('is told with who is gone, from what, and who stands in', () => {
    expect(vacancyText(vacancy)).toBe('ANN, service owner of shop, has left; DORA stands in.');
  });

  test('is the same finding whoever holds the duty and on whatever day, and another for another duty', () => {
    const { fingerprint } = vacancyFinding(vacancy, 'people-check/1');
    const { owner: _, ...rest } = shop();
    const [later] = vacanciesOf([{ ...rest, owner: 'eve' }], without('eve'));
    expect(later && vacancyFinding(later, 'people-check/2').fingerprint).toBe(fingerprint);
    const [champion] = vacanciesOf([shop()], without('ben'));
    expect(champion && vacancyFinding(champion, 'people-check/1').fingerprint).not.toBe(fingerprint);
  });

  test('of an owner is one gap with an owner whom Jira does not know, with one proof that a machine looks for', () => {
    const found = { service: 'shop', runId: 'restore-test/shop/db/2026Q4', title: 'newest data was 3 h old' };
    const unknown = ownerUnknownFinding(found, 'ann@example.com');
    const vacant = vacancyFinding(vacancy, 'people-check/1');
    expect(unknown.fingerprint).toBe(vacant.fingerprint);
    expect(unknown.proof).toEqual(vacant.proof);
    expect(vacant.proof).toMatchObject({ kind: 'recheck', check: 'people:service-owner' });
    expect(dutyOf(unknown)).toBe('service-owner');
    expect(dutyOf({ check: 'rpo' })).toBeUndefined();
  });

  test('is worse where nobody stands in, and for the tiers that matter most', () => {
    expect(vacancyFinding(vacancy, 'r').severity).toBe('medium');
    expect(vacancyFinding({ ...vacancy, service: shop({ tier: 1 }) }, 'r').severity).toBe('high');
    const { standIn: _, ...alone } = vacancy;
    expect(vacancyFinding(alone, 'r').severity).toBe('high');
  });

  test('has a ticket for whoever stands in', () => {
    expect(vacancyTicket(vacancy, without('ann'))).toMatchObject({
      ownerEmail: 'dora@example.com',
      championEmail: 'ben@example.com',
    });
  });
});

test('who holds a role of an exercise is gone when Slack or the catalog does not know them any more', () => {
  const holders = ['ann', 'ben', 'cleo', 'dora'].map((personId) => ({ personId, name: personId, roles: ['scribe'] }));
  const known = [person('ann'), person('ben', gone), person('dora', { slack: 'unknown' }), person('eve')];
  expect(holdersGone({ runId: 'r', holders }, known).map(({ name }) => name)).toEqual(['ben', 'cleo', 'dora']);
  // Who is gone from Jira alone still plays.
  expect(holdersGone({ runId: 'r', holders: holders.slice(0, 1) }, [person('ann', { jira: 'deactivated' })])).toEqual(
    [],
  );
  expect(holderGoneText('r', { personId: 'ben', name: 'Ben', roles: ['facilitator', 'scribe'] })).toBe(
    'Ben, facilitator and scribe of r, has left; who takes part was told to take it over.',
  );
});
