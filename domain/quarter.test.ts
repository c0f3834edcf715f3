import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isQuarter,
  nextQuarter,
  parseQuarter,
  previousQuarter,
  quarterEndMs,
  quarterOf,
  quarterStartMs,
} from './quarter.ts';

const at = (text: string): number => Date.parse(text);
const instants = fc.integer({ min: at('0001-01-01T00:00:00Z'), max: at('9998-12-31T23:59:59Z') });
const offsets = fc.integer({ min: -12 * 60, max: 14 * 60 });

describe('the quarter of an instant', () => {
  test.each([
    ['2026-01-01T00:00:00.000Z', '2026Q1'],
    ['2026-03-31T23:59:59.999Z', '2026Q1'],
    ['2026-04-01T00:00:00.000Z', '2026Q2'],
    ['2026-11-22T18:15:00.000Z', '2026Q4'],
    ['2024-02-29T12:00:00.000Z', '2024Q1'],
  ])('%s is %s in UTC', (instant, quarter) => {
    expect(quarterOf(at(instant))).toBe(quarter);
  });

  test('is that of the organisation, whose offset at that instant the caller gives', () => {
    const lastHour = at('2026-12-31T23:30:00Z');
    expect(quarterOf(lastHour)).toBe('2026Q4');
    expect(quarterOf(lastHour, 60)).toBe('2027Q1');
    expect(quarterOf(at('2027-01-01T07:59:00Z'), -480)).toBe('2026Q4');
  });

  test('holds the instant between its start and its end, wherever and whenever', () => {
    fc.assert(
      fc.property(instants, offsets, (atMs, offset) => {
        const quarter = quarterOf(atMs, offset);
        expect(quarterStartMs(quarter, offset)).toBeLessThanOrEqual(atMs);
        expect(quarterEndMs(quarter, offset)).toBeGreaterThan(atMs);
      }),
    );
  });
});

describe('quarters', () => {
  test('follow one another without a gap, over the turn of the year too', () => {
    expect(nextQuarter(parseQuarter('2026Q4'))).toBe('2027Q1');
    expect(previousQuarter(parseQuarter('2027Q1'))).toBe('2026Q4');
    fc.assert(
      fc.property(instants, (atMs) => {
        const quarter = quarterOf(atMs);
        expect(previousQuarter(nextQuarter(quarter))).toBe(quarter);
        expect(quarterStartMs(nextQuarter(quarter))).toBe(quarterEndMs(quarter));
        expect(quarterOf(quarterEndMs(quarter))).toBe(nextQuarter(quarter));
        expect(quarterOf(quarterEndMs(quarter) - 1)).toBe(quarter);
      }),
    );
  });

  test('begin on the first day of January, April, July and October', () => {
    const starts = ['2026Q1', '2026Q2', '2026Q3', '2026Q4'].map((text) =>
      new Date(quarterStartMs(parseQuarter(text))).toISOString(),
    );
    expect(starts.map((text) => text.slice(0, 10))).toEqual(['2026-01-01', '2026-04-01', '2026-07-01', '2026-10-01']);
  });

  test('of the first century are not taken for those of the twentieth', () => {
    expect(new Date(quarterStartMs(parseQuarter('0026Q1'))).getUTCFullYear()).toBe(26);
  });

  test.each(['', '2026', '2026Q0', '2026Q5', '2026q4', '26Q4', ' 2026Q4', '2026Q4\n', '2026-Q4'])(
    '"%s" is none',
    (text) => {
      expect(isQuarter(text)).toBe(false);
      expect(() => parseQuarter(text)).toThrow('is not a quarter');
    },
  );
});
