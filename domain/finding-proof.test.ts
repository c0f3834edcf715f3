import { expect, test } from 'vitest';
import { proofIn } from './finding-proof.ts';
import { makeFinding } from './fingerprint.ts';
import type { Finding } from './finding.ts';
import type { RunProjection } from './run-view.ts';

const findingAbout = (check: string): Finding =>
  makeFinding({
    service: 'jira-cloud',
    resource: 'issues-db',
    check,
    cause: 'missed',
    severity: 'high',
    title: 't',
    found: 'f',
    matters: 'm',
    lookFirst: 'l',
    proof: { kind: 'recheck', check, sentence: 's' },
    runId: 'restore-test/jira-cloud/issues-db/2026Q3',
  });
const clock = (judgement: string, more: object = {}) => ({ judgement, targetMs: 1, ...more });
const run = (verdict: string, change: object = {}, judged: object = {}): RunProjection =>
  ({
    runId: 'restore-test/jira-cloud/issues-db/2026Q4',
    mode: 'drill',
    findings: [],
    checks: [
      { name: 'row count issues', outcome: 'passed' },
      { name: 'schema hash', outcome: 'no-baseline' },
    ],
    judged: {
      verdict,
      reason: 'because',
      comparable: true,
      rto: clock('met'),
      rpo: clock('met', { judgedAgainst: 'tier' }),
      ...judged,
    },
    ...change,
  }) as unknown as RunProjection;

test.each([
  ['a run that passed', 'restore', run('passed'), true],
  ['a run that met the same gap', 'rpo', run('failed', { findings: [findingAbout('rpo')] }), false],
  ['a clock that is met in a run that failed otherwise', 'rpo', run('failed'), true],
  ['a clock that is missed', 'rto', run('failed', {}, { rto: clock('missed') }), false],
  ['a clock that was not measured', 'rto', run('failed', {}, { rto: clock('not-measured') }), undefined],
  [
    'an RPO from an older point',
    'rpo',
    run('passed', {}, { rpo: clock('met', { judgedAgainst: 'requested-point' }) }),
    undefined,
  ],
  ['a check that is green in a run that failed otherwise', 'row count issues', run('failed'), true],
  ['a check without a baseline', 'schema hash', run('failed'), undefined],
  ['a check that did not run', 'another check', run('failed'), undefined],
  ['a run that was aborted', 'restore', run('aborted', { checks: [] }), undefined],
  ['a rehearsal', 'restore', run('passed', { mode: 'rehearse' }), undefined],
  ['a run without a verdict', 'restore', run('passed', { judged: undefined }), undefined],
])('%s: %s', (_what, check, seen, proves) => {
  expect(proofIn(findingAbout(check), seen)?.proves).toBe(proves);
});

test('no run proves what needs a person’s word', () => {
  const finding = { ...findingAbout('rpo'), proof: { kind: 'attested', sentence: 's' } as const };
  expect(proofIn(finding, run('passed'))).toBeUndefined();
});
