import { describe, expect, test } from 'vitest';
import { gapFinding } from './gap.ts';
import type { GapReport } from './gap.ts';

const report: GapReport = {
  service: 'jira-cloud',
  title: 'No runbook for the search index',
  more: '',
  severity: 'medium',
  by: { personId: 'daniel-kim', name: 'Daniel Kim' },
  reportId: 'gap/jira-cloud/1',
};

describe('a gap that somebody reports', () => {
  test('is a finding that names them, and that only a second person closes', () => {
    expect(gapFinding(report)).toMatchObject({
      service: 'jira-cloud',
      resource: '-',
      check: 'gap',
      title: 'No runbook for the search index',
      found: 'Reported by Daniel Kim: No runbook for the search index',
      proof: { kind: 'attested' },
      runId: 'gap/jira-cloud/1',
    });
  });

  test('seen in a run says so', () => {
    const runId = 'restore-test/jira-cloud/issues-db/2026Q4';
    expect(gapFinding({ ...report, runId, more: 'It took us an hour.' })).toMatchObject({
      runId,
      found: `Reported by Daniel Kim in ${runId}: It took us an hour.`,
    });
  });

  test('is the same gap in the same words, whoever says them, and another one in others', () => {
    const { fingerprint } = gapFinding(report);
    const again = { ...report, title: 'no runbook for the  search index!', by: { personId: 'ann', name: 'Ann' } };
    expect(gapFinding({ ...again, reportId: 'gap/jira-cloud/2' }).fingerprint).toBe(fingerprint);
    expect(gapFinding({ ...report, title: 'No runbook for attachments' }).fingerprint).not.toBe(fingerprint);
    expect(gapFinding({ ...report, service: 'identity' }).fingerprint).not.toBe(fingerprint);
  });
});
