import { expect, test } from 'vitest';
import type { BlastRadius } from './modes.ts';
import type { RemediationView } from './remediation.ts';
import { retestOf } from './retest.ts';

const nowMs = 1_000_000_000;
const startable = (touches: BlastRadius) => ({ touches, mayStart: ['sre', 'dr-champion'] as const });
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
  expect(retestOf(view(), () => startable('isolated'), nowMs)).toEqual({
    starts: true,
    subject: { runbook: 'restore-test', service: 'jira-cloud', resource: 'issues-db' },
    onlyInWindow: false,
  });
});

test('what is live starts in its window alone, whether it is wanted by itself or by somebody', () => {
  const live = () => startable('live');
  const planned = {
    starts: true,
    subject: { runbook: 'restore-test', service: 'jira-cloud', resource: 'issues-db' },
    onlyInWindow: true,
  };
  expect(retestOf(view(), live, nowMs)).toEqual(planned);
  expect(retestOf(view(), live, nowMs, { roles: ['sre'] })).toEqual(planned);
  const whole = view({}, { runId: 'restore-test/jira-cloud/-/2026Q4' });
  expect(retestOf(whole, live, nowMs)).toEqual({ ...planned, subject: { ...planned.subject, resource: '-' } });
});

test('whoever may not start what is live hears of it when they ask, and not when the window opens', () => {
  const by = { roles: ['risk-and-compliance'] as const };
  expect(retestOf(view(), () => startable('live'), nowMs, by)).toEqual({
    starts: false,
    code: 'may-not-start',
    text: 'It takes a live restore-test, which starts for one of these roles: sre, dr-champion.',
  });
});

const started = { runId: 'restore-test/jira-cloud/issues-db/retest-20261128T120000Z-0001', startedAtMs: nowMs - 1000 };
test.each([
  ['a runbook that nobody can start today', view(), undefined, 'asks-people'],
  ['a copy of nothing', view({}, { runId: 'restore-test/jira-cloud/-/2026Q4' }), 'isolated', 'asks-people'],
  ['a review', view({}, { runId: 'documentation-review/jira-cloud/-/2026Q4' }), 'nothing', 'asks-people'],
  ['what no run has found', view({}, { runId: 'by hand' }), 'isolated', 'no-such-run'],
  ['what needs a word', view({}, { proof: { kind: 'attested', sentence: 's' } }), 'isolated', 'attested-only'],
  ['one that is under way', view({ retest: started }), 'isolated', 'under-way'],
  ['a live one that is under way', view({ retest: started }), 'live', 'under-way'],
] as const)('never %s', (_what, seen, touches, code) => {
  expect(retestOf(seen, () => touches && startable(touches), nowMs)).toMatchObject({ starts: false, code });
});

test.each([
  ['whose last one is over', view({ retest: started, rechecked: { runId: started.runId, sentence: 's' } })],
  ['whose last one has been lost for a day', view({ retest: { ...started, startedAtMs: nowMs - 86_400_000 } })],
])('again for a finding %s', (_what, seen) => {
  expect(retestOf(seen, () => startable('isolated'), nowMs)).toMatchObject({ starts: true });
});
