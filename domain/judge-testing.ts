import type { CheckOutcome, CheckResult } from './check.ts';
import type { Ledger } from './ledger.ts';
import type { Moment } from './time.ts';
import { type RunEnding, type VerdictFacts } from './verdict.ts';

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const t0Ms = Date.parse('2026-11-22T18:04:10Z');

/** A moment between two distances from T0, milliseconds. */
export const from = (low: number, high = low, source: Moment['source'] = 'probe'): Moment => ({
  lowMs: t0Ms + low,
  highMs: t0Ms + high,
  source,
});
export const check = (name: string, outcome: CheckOutcome, required = true): CheckResult => ({
  name,
  kind: 'row-count',
  required,
  outcome,
  found: '997,000 rows',
  expected: '1,000,000 rows',
  startedAtMs: t0Ms,
  finishedAtMs: t0Ms,
});

export const ledger: Ledger = {
  'T-1': from(-11 * second, -second, 'database'),
  T0: from(0, 0, 'drawn'),
  T1: from(0, 0, 'simulated'),
  T2: from(0, 0, 'simulated'),
  T3: from(8 * second, 8 * second, 'aws-api'),
  T4: from(49 * second, 49 * second, 'aws-event'),
  T5: from(57 * second),
  T6: from(59 * second, 59 * second + 400),
  T7: from(62 * second),
  T8: from(81 * second, 81 * second, 'aws-api'),
};

/** A restore test in which everything went right; each test spoils one thing. */
export const good: VerdictFacts = {
  ending: { kind: 'completed' },
  ledger,
  target: { rtoMs: 6 * hour, rpoMs: hour, inForceFrom: '2026-01-01', origin: 'tier' },
  point: 'latest',
  waitingForPeopleMs: 0,
  checks: [check('rows of issues', 'passed'), check('smoke query', 'passed')],
  requiredChecks: ['rows of issues', 'smoke query'],
  cleanup: 'proved',
  comparable: true,
};

export const without = (...keys: (keyof Ledger)[]): Ledger =>
  Object.fromEntries(Object.entries(ledger).filter(([key]) => !(keys as string[]).includes(key)));

export const aborted: RunEnding = { kind: 'aborted', reason: 'The network is being changed.', by: 'Ann' };
export const failed: RunEnding = {
  kind: 'failed',
  code: 'stuck',
  reason: 'The restore was still "creating" after 2 h.',
};
export const programme: RunEnding = {
  kind: 'programme',
  code: 'quota',
  reason: 'Our quota of 40 instances is used up.',
};
