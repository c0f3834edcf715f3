import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDurationMs, formatMeasured } from './duration-text.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

describe('a duration for people', () => {
  test.each([
    [0, '0 s'],
    [40, '0 s'],
    [4_230, '4.2 s'],
    [5_000, '5 s'],
    [9_999, '9.9 s'],
    [59_999, '59 s'],
    [12 * minute + 4 * second, '12 min 04 s'],
    [minute, '1 min'],
    [3 * hour + 2 * minute + 59 * second, '3 h 02 min'],
    [6 * hour, '6 h'],
    [2 * 24 * hour + 5 * hour, '2 d 05 h'],
    [-1_500, '-1.5 s'],
  ])('%i ms is "%s"', (durationMs, text) => {
    expect(formatDurationMs(durationMs)).toBe(text);
  });

  test('never says more than it was', () => {
    const unitMs: Record<string, number> = { s: second, min: minute, h: hour, d: 24 * hour };
    fc.assert(
      fc.property(fc.nat(40 * 24 * hour), (durationMs) => {
        const words = formatDurationMs(durationMs).split(' ');
        const saidMs = words.reduce(
          (sum, word, index) =>
            sum + (index % 2 === 0 ? Number(word) * (unitMs[words[index + 1] ?? ''] ?? Number.NaN) : 0),
          0,
        );
        expect(saidMs).toBeLessThanOrEqual(durationMs + 0.001);
        expect(durationMs - saidMs).toBeLessThan(hour);
      }),
    );
  });
});

describe('a measured duration', () => {
  test.each([
    [{ lowMs: 59_000, highMs: 59_400 }, '59 s'],
    [{ lowMs: 11_000, highMs: 21_000 }, '11–21 s'],
    [{ lowMs: 4_000, highMs: 62_000 }, '4 s – 1 min 02 s'],
    [{ lowMs: 0, highMs: 3 * hour }, '0 s – 3 h'],
  ])('shows both bounds when they differ: %o is "%s"', (measured, text) => {
    expect(formatMeasured(measured)).toBe(text);
  });

  test('says that it is not measured, and never 0 instead', () => {
    expect(formatMeasured('not-measured')).toBe('not measured');
  });
});
