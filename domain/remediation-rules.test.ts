import { describe, expect, test } from 'vitest';
import { acceptanceEndMs, isEscalation, nextCall } from './remediation-rules.ts';
import type { RemediationView } from './remediation.ts';

const dayMs = 86_400_000;
const pace = { remindEveryMs: 3 * dayMs, ownerAfterMs: 10 * dayMs, leadershipAfterMs: 14 * dayMs };
const open = (called?: RemediationView['called']) =>
  ({ state: 'open', openSinceMs: 0, ...(called === undefined ? {} : { called }) }) as const;

describe('who is called next', () => {
  test('the champion first, after the interval', () => {
    expect(nextCall(open(), pace, 0)).toEqual({ atMs: 3 * dayMs, level: 'champion' });
  });
  test.each([
    ['again after the interval', { level: 'champion', atMs: 3 * dayMs }, 6 * dayMs, 'champion'],
    [
      'the owner as soon as it is old enough, not only at the next interval',
      { level: 'champion', atMs: 9 * dayMs },
      10 * dayMs,
      'owner',
    ],
    ['leadership likewise', { level: 'owner', atMs: 12 * dayMs }, 14 * dayMs, 'leadership'],
    ['leadership again at every interval', { level: 'leadership', atMs: 14 * dayMs }, 17 * dayMs, 'leadership'],
  ] as const)('%s', (_what, called, atMs, level) => {
    expect(nextCall(open(called), pace, called.atMs)).toEqual({ atMs, level });
  });
  test('after a time in which nobody could be called there is one call, at the level of today', () => {
    expect(nextCall(open(), pace, 20 * dayMs)).toEqual({ atMs: 3 * dayMs, level: 'leadership' });
  });
  test('nobody for an accepted risk or a closed finding', () => {
    expect(nextCall({ state: 'accepted', openSinceMs: 0 }, pace, 99 * dayMs)).toBeUndefined();
    expect(nextCall({ state: 'closed', openSinceMs: 0 }, pace, 99 * dayMs)).toBeUndefined();
  });
});

test('only a call that asks somebody new is an escalation', () => {
  expect(isEscalation(open(), 'champion')).toBe(false);
  expect(isEscalation(open({ level: 'champion', atMs: 0 }), 'owner')).toBe(true);
  expect(isEscalation(open({ level: 'owner', atMs: 0 }), 'owner')).toBe(false);
  expect(isEscalation(open(), 'leadership')).toBe(true);
});

test('a risk is accepted to the end of its last day', () => {
  const acceptance = { by: [], until: '2027-01-31', reason: 'so' };
  expect(acceptanceEndMs({ state: 'accepted', acceptance })).toBe(Date.parse('2027-02-01T00:00:00Z'));
  expect(acceptanceEndMs({ state: 'open', acceptance })).toBeUndefined();
});
