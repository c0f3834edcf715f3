import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { achievedRpo, durationBetween, LedgerOrderError, recoveryClocks, widenBySkew } from './clocks.ts';
import type { Moment } from './time.ts';

const moment = (lowMs: number, highMs = lowMs, source: Moment['source'] = 'probe'): Moment => ({
  lowMs,
  highMs,
  source,
});
const moments = fc.tuple(fc.nat(10_000), fc.nat(2_000)).map(([low, width]) => moment(low, low + width));

describe('the time between two moments', () => {
  test('is known within bounds when the moments are', () => {
    expect(durationBetween(moment(100, 150), moment(200, 300))).toEqual({ lowMs: 50, highMs: 200 });
  });

  test('holds every duration that the two moments allow, and is never negative', () => {
    fc.assert(
      fc.property(
        moments,
        moments,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (from, to, x, y) => {
          const measured = durationBetween(from, to);
          if (measured === 'not-measured') throw new Error('both are known');
          const real = to.lowMs + y * (to.highMs - to.lowMs) - (from.lowMs + x * (from.highMs - from.lowMs));
          expect(measured.lowMs).toBeGreaterThanOrEqual(0);
          if (real >= 0) {
            expect(measured.lowMs).toBeLessThanOrEqual(real + 0.001);
            expect(measured.highMs).toBeGreaterThanOrEqual(real - 0.001);
          }
        },
      ),
    );
  });

  test('is not-measured while one of them is missing: never 0 as a stand-in', () => {
    expect(durationBetween(undefined, moment(1))).toBe('not-measured');
    expect(durationBetween(moment(1), undefined)).toBe('not-measured');
  });

  test('is not-measured when one of them was only simulated', () => {
    expect(durationBetween(moment(1, 1, 'simulated'), moment(2))).toBe('not-measured');
    expect(durationBetween(moment(1), moment(2, 2, 'simulated'))).toBe('not-measured');
  });
});

describe('the three clocks of a recovery', () => {
  const ledger = { T0: moment(1_000), T2: moment(2_000), T3: moment(3_000), T6: moment(9_000, 9_500) };

  test('run from the disaster, from the declaration and from the call until the service is usable', () => {
    expect(recoveryClocks(ledger, 700)).toEqual({
      fromDisaster: { lowMs: 8_000, highMs: 8_500 },
      fromDeclaration: { lowMs: 7_000, highMs: 7_500 },
      fromCall: { lowMs: 6_000, highMs: 6_500 },
      waitingForPeopleMs: 700,
    });
  });

  test('a clock that uses a simulated declaration is not-measured; the binding one is not touched by it', () => {
    const clocks = recoveryClocks(
      { ...ledger, T1: moment(1_000, 1_000, 'simulated'), T2: moment(1_000, 1_000, 'simulated') },
      0,
    );
    expect(clocks.fromDeclaration).toBe('not-measured');
    expect(clocks.fromDisaster).toEqual({ lowMs: 8_000, highMs: 8_500 });
  });

  test('waiting for people stays inside the binding clock', () => {
    expect(recoveryClocks(ledger, 7_000).fromDisaster).toEqual(recoveryClocks(ledger, 0).fromDisaster);
  });

  test('are not-measured when the service never became usable', () => {
    expect(recoveryClocks({ T0: moment(1), T3: moment(2) }, 0)).toMatchObject({
      fromDisaster: 'not-measured',
      fromCall: 'not-measured',
    });
  });

  test('are an error when T6 may lie before T0: no verdict is better than a false one', () => {
    expect(() => recoveryClocks({ T0: moment(1_000, 2_000), T6: moment(1_500, 9_000) }, 0)).toThrow(LedgerOrderError);
    expect(() => recoveryClocks({ T0: moment(1_000), T6: moment(900) }, 0)).toThrow(
      expect.objectContaining({ kind: 'bug', code: 'ledger-order' }),
    );
  });

  test('a shown clock whose start may lie after T6 is not-measured', () => {
    expect(recoveryClocks({ ...ledger, T3: moment(3_000, 9_100) }, 0)).toMatchObject({
      fromCall: 'not-measured',
      fromDisaster: { lowMs: 8_000 },
    });
  });
});

describe('the achieved recovery point', () => {
  const T0 = moment(100_000);

  test('of the latest point is T0 − T−1', () => {
    expect(achievedRpo({ ledger: { 'T-1': moment(80_000, 90_000), T0 }, point: 'latest' })).toEqual({
      lowMs: 10_000,
      highMs: 20_000,
    });
  });

  test('of the oldest, a random or a past moment is the distance to the moment asked for, on either side', () => {
    for (const point of ['oldest', 'random', 'at'] as const) {
      const of = (low: number, high: number): unknown =>
        achievedRpo({ ledger: { 'T-1': moment(low, high), T0 }, point, requestedPointMs: 50_000 });
      expect(of(40_000, 45_000)).toEqual({ lowMs: 5_000, highMs: 10_000 });
      expect(of(45_000, 52_000)).toEqual({ lowMs: 0, highMs: 5_000 });
      expect(of(51_000, 57_000)).toEqual({ lowMs: 1_000, highMs: 7_000 });
    }
  });

  test('of a past moment is not-measured when that moment is not known', () => {
    expect(achievedRpo({ ledger: { 'T-1': moment(1), T0 }, point: 'at' })).toBe('not-measured');
  });

  test('is not-measured when T−1 is not to be trusted, even where one was noted', () => {
    expect(
      achievedRpo({ ledger: { 'T-1': moment(1), T0 }, point: 'latest', rpoNotMeasuredReason: 'writer silent' }),
    ).toBe('not-measured');
  });

  test('is not-measured without T−1 or T0', () => {
    expect(achievedRpo({ ledger: { T0 }, point: 'latest' })).toBe('not-measured');
    expect(achievedRpo({ ledger: { 'T-1': moment(1) }, point: 'latest' })).toBe('not-measured');
  });

  test('is an error of the run when T−1 lies after T0, whatever was asked for', () => {
    for (const point of ['latest', 'at'] as const) {
      expect(() => achievedRpo({ ledger: { 'T-1': moment(100_001), T0 }, point, requestedPointMs: 1 })).toThrow(
        LedgerOrderError,
      );
    }
  });
});

describe('the skew of a clock', () => {
  test('of nothing changes nothing', () => {
    expect(widenBySkew(moment(10_000, 11_000), 0)).toEqual(moment(10_000, 11_000));
  });

  test('widens the interval by it, to both sides', () => {
    expect(widenBySkew(moment(10_000, 11_000), 2_001)).toEqual(moment(7_999, 13_001));
    expect(widenBySkew(moment(10_000, 11_000), -3_000)).toEqual(moment(7_000, 14_000));
  });
});
