import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextOpening, weekdays } from './test-window.ts';
import type { TestWindow, Weekday } from './test-window.ts';

const at = (text: string): number => Date.parse(text);

/** Europe/Berlin in 2026: an hour ahead of UTC, two from 29 March, 01:00 UTC, to 25 October, 01:00 UTC. */
const berlin = (_zone: string, atMs: number): number =>
  atMs >= at('2026-03-29T01:00:00Z') && atMs < at('2026-10-25T01:00:00Z') ? 120 : 60;

const minutes = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
const window = (days: readonly Weekday[], from: string, to: string): TestWindow => ({
  days,
  fromMinute: minutes(from),
  toMinute: minutes(to),
  timeZone: 'Europe/Berlin',
});
/** `opens closes`, both UTC to the minute. */
const next = (windows: readonly TestWindow[], from: string, freezes: Parameters<typeof nextOpening>[3] = []) => {
  const opening = nextOpening(windows, at(from), berlin, freezes);
  return opening && [opening.opensMs, opening.closesMs].map((ms) => new Date(ms).toISOString().slice(0, 16)).join(' ');
};

describe('the next opening', () => {
  const nights = [window(['tue', 'thu'], '02:00', '05:00')];

  test('is nothing without windows', () => {
    expect(next([], '2026-11-28T12:00Z')).toBeUndefined();
  });

  test('is on the next of its days, by the local clock', () => {
    // A Saturday.
    expect(next(nights, '2026-11-28T12:00Z')).toBe('2026-12-01T01:00 2026-12-01T04:00');
    expect(next(nights, '2026-12-01T04:00Z')).toBe('2026-12-03T01:00 2026-12-03T04:00');
    expect(next(nights, '2026-07-06T12:00Z')).toBe('2026-07-07T00:00 2026-07-07T03:00');
  });

  test('is the one that is open, until just before it closes', () => {
    expect(next(nights, '2026-12-01T01:00Z')).toBe('2026-12-01T01:00 2026-12-01T04:00');
    expect(next(nights, '2026-12-01T03:59:59.999Z')).toBe('2026-12-01T01:00 2026-12-01T04:00');
  });

  test('may end on the day after, and is open then', () => {
    const late = [window(['mon'], '22:00', '02:00')];
    expect(next(late, '2026-11-30T12:00Z')).toBe('2026-11-30T21:00 2026-12-01T01:00');
    expect(next(late, '2026-12-01T00:30Z')).toBe('2026-11-30T21:00 2026-12-01T01:00');
    expect(next(late, '2026-12-01T01:00Z')).toBe('2026-12-07T21:00 2026-12-08T01:00');
  });

  test('is the earliest of several windows', () => {
    expect(next([...nights, window(['sun'], '10:00', '11:00')], '2026-11-28T12:00Z')).toBe(
      '2026-11-29T09:00 2026-11-29T10:00',
    );
  });

  test('says which window it is, as it was declared', () => {
    expect(nextOpening(nights, at('2026-11-28T12:00Z'), berlin)?.words).toBe('tue, thu 02:00–05:00 Europe/Berlin');
    expect(nextOpening([window(weekdays, '00:00', '00:00')], 0, berlin)?.words).toBe('daily 00:00–00:00 Europe/Berlin');
  });
});

describe('a freeze', () => {
  const nights = [window(['tue'], '02:00', '05:00')];
  const freeze = (fromText: string, toText: string) => [{ fromMs: at(fromText), toMs: at(toText) }];

  test('closes what it covers, however long it lasts', () => {
    const winter = freeze('2026-11-30T00:00Z', '2027-01-04T07:00Z');
    expect(next(nights, '2026-11-28T12:00Z', winter)).toBe('2027-01-05T01:00 2027-01-05T04:00');
  });

  test('that ends within an opening leaves the rest of it', () => {
    const early = freeze('2026-11-30T00:00Z', '2026-12-01T02:00Z');
    expect(next(nights, '2026-11-28T12:00Z', early)).toBe('2026-12-01T02:00 2026-12-01T04:00');
    expect(next(nights, '2026-12-01T01:30Z', early)).toBe('2026-12-01T02:00 2026-12-01T04:00');
  });

  test('that begins later changes nothing yet', () => {
    expect(next(nights, '2026-12-01T01:30Z', freeze('2026-12-01T02:00Z', '2026-12-02T00:00Z'))).toBe(
      '2026-12-01T01:00 2026-12-01T04:00',
    );
  });
});

describe('in the night in which the clock is put forward', () => {
  // Sunday, 29 March: 02:00 is 03:00, at 01:00 UTC.
  const from = '2026-03-28T12:00Z';
  test.each([
    ['lasts an hour less', '22:00', '06:00', 'sat', '2026-03-28T21:00 2026-03-29T04:00'],
    [
      'ends with the skipped hour when it would end in it',
      '01:00',
      '02:30',
      'sun',
      '2026-03-29T00:00 2026-03-29T01:00',
    ],
    [
      'opens after the skipped hour when it would open in it',
      '02:30',
      '04:00',
      'sun',
      '2026-03-29T01:00 2026-03-29T02:00',
    ],
    ['opens on the hour that follows', '03:00', '04:00', 'sun', '2026-03-29T01:00 2026-03-29T02:00'],
    [
      'falls out for this week when it is the skipped hour',
      '02:00',
      '03:00',
      'sun',
      '2026-04-05T00:00 2026-04-05T01:00',
    ],
  ] as const)('a window %s', (_what, opens, closes, day, expected) => {
    expect(next([window([day], opens, closes)], from)).toBe(expected);
  });
});

describe('in the night in which the clock is put back', () => {
  // Sunday, 25 October: 03:00 is 02:00 again, at 01:00 UTC.
  const from = '2026-10-24T12:00Z';
  test.each([
    ['lasts an hour more', '22:00', '06:00', 'sat', '2026-10-24T20:00 2026-10-25T05:00'],
    ['ends when its end comes first', '01:00', '02:30', 'sun', '2026-10-24T23:00 2026-10-25T00:30'],
    ['opens when its beginning comes first', '02:30', '04:00', 'sun', '2026-10-25T00:30 2026-10-25T03:00'],
    ['opens once when all of it comes twice', '02:10', '02:40', 'sun', '2026-10-25T00:10 2026-10-25T00:40'],
  ] as const)('a window %s', (_what, opens, closes, day, expected) => {
    expect(next([window([day], opens, closes)], from)).toBe(expected);
  });
});

test('whenever one looks: it is not over, follows within two weeks, and opens on its day at its time unless the clock skips it', () => {
  const minute = fc.integer({ min: 0, max: 24 * 60 - 1 });
  fc.assert(
    fc.property(
      fc.integer({ min: at('2026-01-01T00:00Z'), max: at('2026-12-31T00:00Z') }),
      fc.subarray([...weekdays], { minLength: 1 }),
      minute,
      minute,
      (fromMs, days, fromMinute, toMinute) => {
        const opening = nextOpening([{ days, fromMinute, toMinute, timeZone: 'Europe/Berlin' }], fromMs, berlin);
        if (opening === undefined) throw new Error('there is always one');
        expect(opening.closesMs).toBeGreaterThan(fromMs);
        expect(opening.opensMs).toBeLessThan(fromMs + 15 * 86_400_000);
        const local = new Date(opening.opensMs + berlin('', opening.opensMs) * 60_000);
        expect(days).toContain(weekdays[local.getUTCDay()]);
        const shown = local.getUTCHours() * 60 + local.getUTCMinutes();
        const isSkipped = opening.opensMs === at('2026-03-29T01:00Z');
        expect(isSkipped || shown === fromMinute).toBe(true);
      },
    ),
  );
});
