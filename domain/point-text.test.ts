import { describe, expect, test } from 'vitest';
import { choiceText, pointText, utcSecond } from './point-text.ts';

const todayMs = Date.parse('2026-11-22T20:00:00.123Z');
const inTime = {
  method: 'pitr',
  restoreTimeMs: Date.parse('2026-11-22T19:53:30.500Z'),
  latestRestorableTimeMs: todayMs,
} as const;
const snapshot = {
  method: 'snapshot',
  snapshotId: 'rds:issues',
  dataAtMs: Date.parse('2026-11-21T16:53:14Z'),
  automated: true,
} as const;

describe('a recovery point in words', () => {
  test('a time of today is a time, one of another day has its date, none has milliseconds', () => {
    expect(utcSecond(inTime.restoreTimeMs, todayMs)).toBe('19:53:30 UTC');
    expect(pointText(inTime, todayMs)).toBe('point in time 19:53:30 UTC');
    expect(pointText(snapshot, todayMs)).toBe('snapshot rds:issues of 2026-11-21 16:53:14 UTC');
  });

  test('says how it was chosen, and that a person asked for the method', () => {
    expect(choiceText({ choice: 'latest' }, inTime, todayMs)).toBe('point in time 19:53:30 UTC, the latest');
    expect(choiceText({ choice: 'oldest', method: 'snapshot' }, snapshot, todayMs)).toBe(
      'snapshot rds:issues of 2026-11-21 16:53:14 UTC, the oldest, by snapshot as asked',
    );
  });
});
