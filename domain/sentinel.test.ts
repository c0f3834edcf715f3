import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { achievedRpo } from './clocks.ts';
import { formatMeasured } from './duration-text.ts';
import type { WriterKnowledge } from './recovery.ts';
import { lastRecoverableChange, type NewestFacts } from './sentinel.ts';
import type { Moment } from './time.ts';

const at = (time: string): number => Date.parse(`2026-11-22T${time}Z`);
const t0: Moment = { lowMs: at('18:04:10'), highMs: at('18:04:10'), source: 'drawn' };
const writer: WriterKnowledge = {
  nextAcknowledgedMs: at('18:04:09'),
  lastAcknowledgedBeforeT0Ms: at('18:04:09'),
  silentAtT0: false,
  everyMs: 10_000,
  databaseSkewMs: 0,
};
const facts: NewestFacts = {
  newest: 'sentinel',
  reading: { source: 'sentinel', counter: 4181, databaseTimeMs: at('18:03:59') },
  writer,
  t0,
};

const momentOf = (given: NewestFacts): Moment => {
  const change = lastRecoverableChange(given);
  if (change.kind !== 'measured') throw new Error(change.reason);
  return change.moment;
};
const rpoOf = (given: NewestFacts): string =>
  formatMeasured(achievedRpo({ ledger: { 'T-1': momentOf(given), T0: given.t0 }, point: 'latest' }));

describe('T−1, the last recoverable change', () => {
  test('lies between the newest sentinel found and just before the next one that was acknowledged', () => {
    expect(momentOf(facts)).toEqual({
      lowMs: at('18:03:59'),
      highMs: at('18:04:09') - 1,
      source: 'database',
      note: 'sentinel no. 4181',
    });
  });

  test('newest sentinel 18:03:59, next acknowledged 18:04:09, T0 18:04:10: an RPO of 1–11 s, judged as 11 s', () => {
    expect(rpoOf(facts)).toBe('1–11 s');
  });

  test('cannot lie after T0, when the writer had acknowledged nothing after the sentinel found', () => {
    const { nextAcknowledgedMs: _, ...nothingAfter } = writer;
    expect(momentOf({ ...facts, writer: nothingAfter }).highMs).toBe(t0.highMs);
  });

  test('cannot lie after the time of a point-in-time restore', () => {
    const point = { method: 'pitr', restoreTimeMs: at('18:04:05'), latestRestorableTimeMs: at('18:04:05') } as const;
    expect(momentOf({ ...facts, point }).highMs).toBe(at('18:04:05'));
  });

  test('is not bounded by a snapshot, whose time is only about when its data is from', () => {
    const point = { method: 'snapshot', snapshotId: 's', dataAtMs: at('18:04:00'), automated: true } as const;
    expect(momentOf({ ...facts, point }).highMs).toBe(at('18:04:09') - 1);
  });

  test('is on the database clock: a skew widens it, and the worse end grows', () => {
    expect(momentOf({ ...facts, writer: { ...writer, databaseSkewMs: 5_000 } })).toMatchObject({
      lowMs: at('18:03:54'),
      highMs: t0.highMs,
    });
    expect(rpoOf({ ...facts, writer: { ...writer, databaseSkewMs: -5_000 } })).toBe('0–16 s');
    expect(rpoOf({ ...facts, writer: { ...writer, databaseSkewMs: 1_999 } })).toBe('0–12 s');
  });

  test('is not-measured when the writer was silent at T0', () => {
    const change = lastRecoverableChange({ ...facts, writer: { ...writer, silentAtT0: true } });
    expect(change).toEqual({ kind: 'not-measured', reason: expect.stringContaining('silent at T0') });
  });

  test('is not-measured when no sentinel was found in the copy', () => {
    const { reading: _, ...nothing } = facts;
    expect(lastRecoverableChange(nothing)).toEqual({
      kind: 'not-measured',
      reason: 'no sentinel was found in the restored copy',
    });
  });

  test('is not-measured when nothing is declared to tell it', () => {
    expect(lastRecoverableChange({ ...facts, newest: 'none' })).toEqual({
      kind: 'not-measured',
      reason: expect.stringContaining('no sentinel and no newestRow'),
    });
  });

  test("is not-measured when the writer's log could not be read", () => {
    const { writer: _, ...unasked } = facts;
    expect(lastRecoverableChange(unasked)).toMatchObject({
      kind: 'not-measured',
      reason: expect.stringContaining('could not be read'),
    });
  });

  test("by the owner's newestRow lies between that row and the restore point, with no writer of ours to ask", () => {
    const point = { method: 'pitr', restoreTimeMs: at('18:04:05'), latestRestorableTimeMs: at('18:04:05') } as const;
    const reading = { source: 'newestRow', databaseTimeMs: at('18:04:01') } as const;
    expect(momentOf({ newest: 'newestRow', reading, t0, point })).toEqual({
      lowMs: at('18:04:01'),
      highMs: at('18:04:05'),
      source: 'database',
      note: 'newest row',
    });
    expect(lastRecoverableChange({ newest: 'newestRow', t0, point })).toMatchObject({
      kind: 'not-measured',
      reason: expect.stringContaining('found no row'),
    });
  });

  test('that is later than T0 is not cut back to it, so that the error of the run shows', () => {
    const late = { ...facts, reading: { source: 'sentinel', counter: 1, databaseTimeMs: at('18:04:11') } } as const;
    expect(momentOf(late).lowMs).toBe(at('18:04:11'));
    expect(() => rpoOf(late)).toThrow('before T-1');
  });

  test('always begins at what was found or, with a skewed clock, before it, and its end is not before its start', () => {
    fc.assert(
      fc.property(
        fc.nat(100_000),
        fc.option(fc.nat(100_000), { nil: undefined }),
        fc.integer({ min: -60_000, max: 60_000 }),
        (found, next, skew) => {
          const { nextAcknowledgedMs: _, ...rest } = writer;
          const result = momentOf({
            ...facts,
            t0: { lowMs: 100_000, highMs: 100_000, source: 'drawn' },
            reading: { source: 'sentinel', counter: 1, databaseTimeMs: found },
            writer: { ...rest, databaseSkewMs: skew, ...(next === undefined ? {} : { nextAcknowledgedMs: next }) },
          });
          expect(result.lowMs).toBeLessThanOrEqual(found);
          expect(result.highMs).toBeGreaterThanOrEqual(result.lowMs);
          expect(result.highMs).toBeLessThanOrEqual(100_000);
        },
      ),
    );
  });
});
