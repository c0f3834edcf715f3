import { expect, test } from 'vitest';
import type { RemediationView } from './remediation.ts';
import { retestOf } from './retest.ts';

const nowMs = 1_000_000_000;
const view = (change: object = {}, finding: object = {}): RemediationView =>
  ({
    finding: {
      service: 'jira-cloud',
      check: 'rpo',
      runId: 'restore-test/jira-cloud/issues-db/2026Q4',
      proof: { kind: 'recheck', check: 'rpo', sentence: 's' },
      ...finding,
    },
    ...change,
  }) as unknown as RemediationView;

test('what touches only its own copies may start by itself', () => {
  expect(retestOf(view(), () => 'isolated', nowMs)).toEqual({
    starts: true,
    subject: { runbook: 'restore-test', service: 'jira-cloud', resource: 'issues-db' },
  });
});

const started = { runId: 'restore-test/jira-cloud/issues-db/retest-20261128T120000Z-0001', startedAtMs: nowMs - 1000 };
test.each([
  ['a live test', view(), 'live', 'live'],
  ['a runbook that nobody can start today', view(), undefined, 'asks-people'],
  ['a review', view({}, { runId: 'documentation-review/jira-cloud/-/2026Q4' }), 'nothing', 'asks-people'],
  ['what no run has found', view({}, { runId: 'by hand' }), 'isolated', 'no-such-run'],
  ['what needs a word', view({}, { proof: { kind: 'attested', sentence: 's' } }), 'isolated', 'attested-only'],
  ['one that is under way', view({ retest: started }), 'isolated', 'under-way'],
] as const)('never %s', (_what, seen, touches, code) => {
  expect(retestOf(seen, () => touches, nowMs)).toMatchObject({ starts: false, code });
});

test.each([
  ['whose last one is over', view({ retest: started, rechecked: { runId: started.runId, sentence: 's' } })],
  ['whose last one has been lost for a day', view({ retest: { ...started, startedAtMs: nowMs - 86_400_000 } })],
])('again for a finding %s', (_what, seen) => {
  expect(retestOf(seen, () => 'isolated', nowMs)).toMatchObject({ starts: true });
});
