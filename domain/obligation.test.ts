import { describe, expect, test } from 'vitest';
import { obligationState } from './obligation.ts';
import type { PastRun } from './obligation.ts';

const owed = { runbook: 'restore-test', service: 'jira-cloud', resource: 'issues-db' } as const;
const run = (atMs: number, more: Partial<PastRun> = {}): PastRun => ({
  ...owed,
  runId: `restore-test/jira-cloud/issues-db/manual-20261122T18150${atMs}Z-9f3a`,
  mode: 'drill',
  simulated: false,
  openedAtMs: atMs,
  verdict: 'passed',
  comparable: true,
  ...more,
});
const state = (runs: readonly PastRun[], simulatedCounts = false) => obligationState(owed, runs, simulatedCounts).state;

describe('what is owed in a quarter', () => {
  test('is decided by the first run that counts: no trying until it is green', () => {
    expect(obligationState(owed, [run(2), run(1, { verdict: 'failed' })], false)).toMatchObject({
      state: 'held-not-met',
      runId: run(1).runId,
      verdict: 'failed',
    });
    expect(state([run(2, { verdict: 'failed' }), run(1)])).toBe('done');
  });

  test.each([
    ['aborted', { verdict: 'aborted' }],
    ['inconclusive', { verdict: 'inconclusive' }],
    ['unproven', { verdict: 'unproven' }],
    ['paused', { comparable: false }],
    ['rehearsed', { mode: 'rehearse' }],
    ['simulated', { simulated: true }],
    ['of another resource', { resource: 'other-db' }],
    ['a re-test', { runId: 'restore-test/jira-cloud/issues-db/retest-20261122T181500Z-9f3a' }],
  ] as const)('is still due after a run that was %s', (_, more) => {
    expect(state([run(1, more)])).toBe('due');
    expect(state([run(1, more), run(2)])).toBe('done');
  });

  test('a simulated programme is fulfilled by simulated runs', () => {
    expect(state([run(1, { simulated: true })], true)).toBe('done');
  });

  test('is under way while a run that may decide it is', () => {
    const { verdict: _, ...open } = run(1);
    expect(obligationState(owed, [open], false)).toMatchObject({ state: 'under-way', runId: open.runId });
  });
});
