import { expect, test } from 'vitest';
import { lookAgainInMs } from './look-again.ts';

const at = (waitedMs: number, nowMs: number, everyMs = 5000): number =>
  nowMs + lookAgainInMs({ everyMs, waitedMs, nowMs });

test('a wait that has just begun is looked at every second, on the second', () => {
  expect(at(0, 10_100)).toBe(11_000);
  expect(at(40_000, 50_400)).toBe(51_000);
});

test('the longer the wait, the longer the pauses, and never longer than the policy says', () => {
  expect(at(120_000, 120_100)).toBe(122_000);
  expect(at(230_000, 230_100)).toBe(232_000);
  expect(at(3_600_000, 3_600_100)).toBe(3_605_000);
  for (let waitedMs = 0; waitedMs < 900_000; waitedMs += 777)
    expect(lookAgainInMs({ everyMs: 5000, waitedMs, nowMs: waitedMs + 333 })).toBeLessThan(5000 * 1.2);
});

test('an interval below a second is kept', () => {
  expect(at(0, 10_010, 200)).toBe(10_200);
  expect(at(60_000, 70_010, 200)).toBe(70_200);
});

test('a look that was a moment early is not made twice', () => {
  expect(at(10_000, 10_990)).toBe(12_000);
});

test('runs that wait beside each other meet on the same ticks', () => {
  const ticks = [at(3000, 500_123), at(120_000, 500_456), at(7_200_000, 500_789, 4000)];
  expect(new Set(ticks.map((tick) => tick % 1000))).toEqual(new Set([0]));
});
