import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseRecoveryPoint, NoUsableRecoveryPointError, type PointRequest } from './recovery-point.ts';

const at = (time: string): number => Date.parse(`2026-11-22T${time}Z`);
const snapshot = (id: string, time: string): PointRequest['recoverable']['snapshots'][number] => ({
  id,
  dataAtMs: at(time),
  automated: true,
  encrypted: true,
});
const t0 = { lowMs: at('18:00:00'), highMs: at('18:00:00'), source: 'drawn' } as const;
const request: PointRequest = {
  recoverable: {
    readAtMs: at('18:00:00'),
    readUntilMs: at('18:00:00'),
    pitr: { earliestMs: at('06:00:00'), latestMs: at('17:55:00') },
    snapshots: [snapshot('third', '15:00:00'), snapshot('second', '09:00:00'), snapshot('first', '03:00:00')],
  },
  choice: 'latest',
  t0,
  random: 0.5,
  resource: 'jira-cloud/issues-db',
};
const { pitr: _, ...snapshotsOnly } = request.recoverable;
const none: PointRequest['recoverable'] = { readAtMs: at('18:00:00'), readUntilMs: at('18:00:00'), snapshots: [] };

describe('choosing by point in time', () => {
  test('is the default where continuous backup is on', () => {
    expect(chooseRecoveryPoint(request).point.method).toBe('pitr');
  });

  test('the latest is the LatestRestorableTime read at T0, as an explicit time', () => {
    expect(chooseRecoveryPoint(request)).toEqual({
      point: { method: 'pitr', restoreTimeMs: at('17:55:00'), latestRestorableTimeMs: at('17:55:00') },
    });
  });

  test('is never later than T0', () => {
    const ahead = { ...request.recoverable, pitr: { earliestMs: at('06:00:00'), latestMs: at('18:00:05') } };
    expect(chooseRecoveryPoint({ ...request, recoverable: ahead }).point).toMatchObject({
      restoreTimeMs: at('18:00:00'),
    });
  });

  test('the oldest is the start of the window', () => {
    expect(chooseRecoveryPoint({ ...request, choice: 'oldest' })).toMatchObject({
      point: { restoreTimeMs: at('06:00:00') },
      requestedMs: at('06:00:00'),
    });
  });

  test('a past moment is that moment, and one outside of the window is refused with the window', () => {
    expect(chooseRecoveryPoint({ ...request, choice: 'at', atMs: at('14:03:00') })).toMatchObject({
      point: { restoreTimeMs: at('14:03:00') },
      requestedMs: at('14:03:00'),
    });
    const outside = { ...request, choice: 'at', atMs: at('17:56:00') } as const;
    expect(() => chooseRecoveryPoint(outside)).toThrow(
      '2026-11-22T17:56:00Z is outside of its window, 2026-11-22T06:00:00Z to 2026-11-22T17:55:00Z',
    );
  });

  test('a random moment is a whole second inside the window, and every part of it can be drawn', () => {
    const drawn = (random: number): number =>
      chooseRecoveryPoint({ ...request, choice: 'random', random }).requestedMs ?? Number.NaN;
    expect(drawn(0)).toBe(at('06:00:00'));
    expect(drawn(1 - Number.EPSILON / 2)).toBe(at('17:55:00'));
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.nat(10_000),
        fc.nat(10_000),
        (random, start, length) => {
          const recoverable = { ...request.recoverable, pitr: { earliestMs: start, latestMs: start + length } };
          const chosen = chooseRecoveryPoint({ ...request, choice: 'random', random, recoverable });
          expect(chosen.requestedMs).toBeGreaterThanOrEqual(start);
          expect(chosen.requestedMs).toBeLessThanOrEqual(start + length);
          expect(chosen.point).toMatchObject({ restoreTimeMs: chosen.requestedMs });
        },
      ),
    );
  });

  test('is refused when continuous backup is off, or began after T0', () => {
    expect(() => chooseRecoveryPoint({ ...request, method: 'pitr', recoverable: snapshotsOnly })).toThrow(
      'continuous backup is off',
    );
    const young = { ...request.recoverable, pitr: { earliestMs: at('19:00:00'), latestMs: at('19:30:00') } };
    expect(() => chooseRecoveryPoint({ ...request, recoverable: young })).toThrow(NoUsableRecoveryPointError);
  });
});

describe('choosing a snapshot', () => {
  const bySnapshot = { ...request, method: 'snapshot' } as const;

  test('is what is left without continuous backup', () => {
    expect(chooseRecoveryPoint({ ...request, recoverable: snapshotsOnly }).point).toMatchObject({
      method: 'snapshot',
      snapshotId: 'third',
    });
  });

  test('the latest and the oldest are found in whatever order they are listed', () => {
    const recoverable = { ...request.recoverable, snapshots: request.recoverable.snapshots.toReversed() };
    expect(chooseRecoveryPoint({ ...bySnapshot, recoverable })).toEqual({
      point: { method: 'snapshot', snapshotId: 'third', dataAtMs: at('15:00:00'), automated: true },
    });
    expect(chooseRecoveryPoint({ ...bySnapshot, recoverable, choice: 'oldest' })).toMatchObject({
      point: { snapshotId: 'first' },
      requestedMs: at('03:00:00'),
    });
  });

  test('must have been taken before T0', () => {
    const recoverable = { ...none, snapshots: [snapshot('late', '18:00:00'), snapshot('early', '17:00:00')] };
    expect(chooseRecoveryPoint({ ...bySnapshot, recoverable }).point).toMatchObject({ snapshotId: 'early' });
    expect(() =>
      chooseRecoveryPoint({ ...bySnapshot, recoverable: { ...none, snapshots: [snapshot('late', '18:00:00')] } }),
    ).toThrow('of 1 completed snapshots none is from before T0');
  });

  test('for a past moment it is the newest whose data is not younger', () => {
    const chosen = chooseRecoveryPoint({ ...bySnapshot, choice: 'at', atMs: at('14:59:59') });
    expect(chosen).toMatchObject({ point: { snapshotId: 'second' }, requestedMs: at('14:59:59') });
    expect(() => chooseRecoveryPoint({ ...bySnapshot, choice: 'at', atMs: at('02:00:00') })).toThrow(
      'none is from before 2026-11-22T02:00:00Z',
    );
  });

  test('by lot, each has the same chance', () => {
    const lots = Array.from(
      { length: 300 },
      (__, index) => chooseRecoveryPoint({ ...bySnapshot, choice: 'random', random: index / 300 }).point,
    );
    const drawn = Map.groupBy(lots, (point) => (point.method === 'snapshot' ? point.snapshotId : 'none'));
    expect([...drawn.values()].map((points) => points.length)).toEqual([100, 100, 100]);
  });
});

describe('no usable recovery point', () => {
  test('is what a drill is for: a finding, in three sentences', () => {
    expect(() => chooseRecoveryPoint({ ...request, recoverable: none })).toThrow(
      expect.objectContaining({
        code: 'no-usable-recovery-point',
        kind: 'finding',
        what: 'jira-cloud/issues-db had no usable recovery point at T0 (2026-11-22T18:00:00Z): of 0 completed snapshots none is from before T0.',
      }),
    );
  });

  test('a list that was read after T0 is not used: it may name what was not recoverable yet', () => {
    const recoverable = { ...request.recoverable, readAtMs: t0.highMs + 1 };
    expect(() => chooseRecoveryPoint({ ...request, recoverable })).toThrow(
      expect.objectContaining({ code: 'points-read-after-t0', kind: 'bug' }),
    );
  });

  test('a past moment without a time is a mistake in the request', () => {
    expect(() => chooseRecoveryPoint({ ...request, choice: 'at' })).toThrow(expect.objectContaining({ kind: 'input' }));
  });
});
