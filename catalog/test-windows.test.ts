import { describe, expect, test } from 'vitest';
import { nextTestWindow } from './test-windows.ts';
import { loadWith } from './testing.ts';
import type { Draft } from './testing.ts';

const at = (text: string): number => Date.parse(text);
const nextOf = (windows: readonly Draft[], from: string, freezes: readonly Draft[] = [], after?: string) => {
  const { catalog } = loadWith((draft) => {
    draft['services'].shop.testWindows = windows;
    draft['organisation'].policies.freezes = freezes;
  });
  const opening = nextTestWindow(catalog, 'shop', at(from), after === undefined ? undefined : at(after));
  return opening && `${new Date(opening.opensMs).toISOString().slice(0, 16)} ${opening.words}`;
};
const nightly = { days: ['sun'], from: '02:30', to: '04:00' };

describe('the window of a service', () => {
  test('goes by the clock of its own zone, else by that of the organisation, summer time included', () => {
    expect(nextOf([nightly], '2026-01-03T12:00Z')).toBe('2026-01-04T01:30 sun 02:30–04:00 Europe/Berlin');
    expect(nextOf([nightly], '2026-07-04T12:00Z')).toBe('2026-07-05T00:30 sun 02:30–04:00 Europe/Berlin');
    expect(nextOf([{ ...nightly, timeZone: 'America/New_York' }], '2026-07-04T12:00Z')).toBe(
      '2026-07-05T06:30 sun 02:30–04:00 America/New_York',
    );
  });

  test.each([
    // The clock skips the hour, or half of one, in which it would open; or shows it twice.
    ['Europe/Berlin', '2026-03-28T12:00Z', '2026-03-29T01:00'],
    ['Europe/Berlin', '2026-10-24T12:00Z', '2026-10-25T00:30'],
    ['America/New_York', '2026-03-07T12:00Z', '2026-03-08T07:00'],
    ['Australia/Lord_Howe', '2026-10-03T12:00Z', '2026-10-03T15:30'],
    ['Asia/Kolkata', '2026-03-28T12:00Z', '2026-03-28T21:00'],
    ['UTC', '2026-03-28T12:00Z', '2026-03-29T02:30'],
  ])('opens once in the night in which the clock changes, in %s from %s', (timeZone, from, opens) => {
    expect(nextOf([{ ...nightly, timeZone }], from)).toBe(`${opens} sun 02:30–04:00 ${timeZone}`);
  });

  test('is closed in a freeze', () => {
    const freeze = { from: '2026-12-18T17:00:00+01:00', to: '2027-01-04T08:00:00+01:00', reason: 'Year-end' };
    expect(nextOf([nightly], '2026-12-19T12:00Z', [freeze])).toMatch(/^2027-01-10T01:30/);
  });

  test('is not the one that was open before, when only a later one counts', () => {
    const open = '2026-01-04T02:00Z';
    expect(nextOf([nightly], open)).toMatch(/^2026-01-04T01:30/);
    expect(nextOf([nightly], open, [], open)).toMatch(/^2026-01-11T01:30/);
    // It counts for as long as it is open when it is looked at again.
    expect(nextOf([nightly], '2026-01-11T02:59Z', [], open)).toMatch(/^2026-01-11T01:30/);
    expect(nextOf([nightly], '2026-01-11T03:00Z', [], open)).toMatch(/^2026-01-18T01:30/);
    const freeze = { from: '2026-01-11T00:00:00Z', to: '2026-01-11T02:15:00Z', reason: 'A release' };
    expect(nextOf([nightly], open, [freeze], open)).toMatch(/^2026-01-11T02:15/);
  });

  test('is nobody’s when the service has none, or is not there', () => {
    expect(nextOf([], '2026-01-03T12:00Z')).toBeUndefined();
    expect(nextTestWindow(loadWith().catalog, 'nowhere', 0)).toBeUndefined();
  });
});
