import { describe, expect, test } from 'vitest';
import { judge } from './judge.ts';
import { check, from, good, hour, ledger, minute, second, t0Ms, without } from './judge-testing.ts';

describe('RTO', () => {
  test('T6 − T0 binds, always: fast after the call is not fast enough', () => {
    const late = { ...ledger, T3: from(6 * hour - minute), T6: from(6 * hour + minute) };
    expect(judge({ ...good, ledger: late })).toMatchObject({
      verdict: 'failed',
      rto: { judgement: 'missed', clocks: { fromCall: { highMs: 2 * minute } } },
    });
  });

  test('T6 − T2 and T6 − T3 and the waiting for people are shown beside it', () => {
    const { rto } = judge({
      ...good,
      ledger: { ...ledger, T2: from(4 * second, 4 * second, 'slack') },
      waitingForPeopleMs: 14 * second,
    });
    expect(rto.clocks).toMatchObject({
      fromDeclaration: { lowMs: 55 * second },
      fromCall: { lowMs: 51 * second },
      waitingForPeopleMs: 14 * second,
    });
  });

  test('a clock that uses the simulated T2 is not-measured', () => {
    expect(judge(good).rto.clocks.fromDeclaration).toBe('not-measured');
  });

  test('waiting for people at a decision gate is not subtracted', () => {
    const slow = { ...ledger, T6: from(6 * hour + minute) };
    expect(judge({ ...good, ledger: slow, waitingForPeopleMs: 5 * hour }).rto.judgement).toBe('missed');
  });

  test('met means strictly less than the target', () => {
    expect(judge({ ...good, ledger: { ...ledger, T6: from(6 * hour - 1) } }).rto.judgement).toBe('met');
    expect(judge({ ...good, ledger: { ...ledger, T6: from(6 * hour) } }).rto.judgement).toBe('missed');
  });

  test('a time known only within an interval is judged at its worse end', () => {
    expect(judge({ ...good, ledger: { ...ledger, T6: from(minute, 6 * hour) } }).rto.judgement).toBe('missed');
  });

  test('missed is failed, with both numbers in the reason', () => {
    const { verdict, reason } = judge({ ...good, ledger: { ...ledger, T6: from(6 * hour + 12 * minute) } });
    expect(verdict).toBe('failed');
    expect(reason).toBe('RTO missed: usable after 6 h 12 min, and the target is less than 6 h.');
  });

  test('is not-measured when the copy never became usable', () => {
    expect(judge({ ...good, ledger: without('T6', 'T7') })).toMatchObject({
      verdict: 'unproven',
      rto: { judgement: 'not-measured' },
      reason: 'Not everything is proved: RTO is not measured.',
    });
  });

  test('is not-measured when a required check did not pass, whatever the ledger says: T6 needs them', () => {
    expect(
      judge({ ...good, checks: [check('rows of issues', 'failed'), check('smoke query', 'passed')] }).rto.judgement,
    ).toBe('not-measured');
    expect(judge({ ...good, checks: [check('smoke query', 'passed')] }).rto.judgement).toBe('not-measured');
  });
});

describe('RPO', () => {
  const threeHoursOld = { ...ledger, 'T-1': from(-3 * hour - 2 * minute, -3 * hour, 'database') };

  test('is T0 − T−1, judged at its worse end', () => {
    expect(judge({ ...good, ledger: { ...ledger, 'T-1': from(-hour, -second, 'database') } })).toMatchObject({
      verdict: 'failed',
      rpo: { judgement: 'missed' },
    });
    expect(judge({ ...good, ledger: { ...ledger, 'T-1': from(-hour + 1, -second, 'database') } })).toMatchObject({
      verdict: 'passed',
      rpo: { judgement: 'met' },
    });
  });

  test('missed is failed, with both numbers in the reason', () => {
    expect(judge({ ...good, ledger: threeHoursOld }).reason).toBe(
      'RPO missed: up to 3 h 02 min of data would be lost, and the target is less than 1 h.',
    );
  });

  test('of a silent writer is not-measured, and the run unproven with the reason', () => {
    const reason = 'the writer of the sentinels was silent at T0';
    expect(judge({ ...good, rpoNotMeasuredReason: reason })).toMatchObject({
      verdict: 'unproven',
      rpo: { achieved: 'not-measured', judgement: 'not-measured', reason },
      reason: `Not everything is proved: RPO is not measured: ${reason}.`,
    });
  });

  test('without T−1 is not-measured, never 0', () => {
    expect(judge({ ...good, ledger: without('T-1') })).toMatchObject({
      verdict: 'unproven',
      rpo: { achieved: 'not-measured', reason: 'T−1 is not known' },
    });
  });

  test('T−1 after T0 is an error of the run: inconclusive, nothing is judged by it', () => {
    expect(judge({ ...good, ledger: { ...ledger, 'T-1': from(second, second, 'database') } })).toMatchObject({
      verdict: 'inconclusive',
      rpo: { achieved: 'not-measured', judgement: 'not-measured' },
      reason: expect.stringContaining('contradict each other'),
    });
  });

  test('only the latest point is judged against the tier: oldest, random and past moments judge |requested − T−1| and say so', () => {
    for (const point of ['oldest', 'random', 'at'] as const) {
      const judged = judge({ ...good, ledger: threeHoursOld, point, requestedPointMs: t0Ms - 3 * hour });
      expect(judged).toMatchObject({
        verdict: 'passed',
        rpo: { judgedAgainst: 'requested-point', judgement: 'met', achieved: { lowMs: 0, highMs: 2 * minute } },
      });
      expect(judged.reason).toContain('within 2 min of the moment asked for');
    }
  });

  test('a restore too far from the moment asked for is missed', () => {
    const judged = judge({ ...good, point: 'at', requestedPointMs: t0Ms - 2 * hour });
    expect(judged).toMatchObject({ verdict: 'failed', rpo: { judgement: 'missed' } });
    expect(judged.reason).toContain('away from the moment asked for');
  });

  test('of a past moment that is not known is not-measured', () => {
    expect(judge({ ...good, point: 'at' }).rpo).toMatchObject({
      judgement: 'not-measured',
      reason: 'the moment asked for is not known',
    });
  });
});
