import { expect, test } from 'vitest';
import { createRetestCalls } from './retest-calls.ts';

test('what no door leads to is said, and not started as something else', async () => {
  const { startRetest } = createRetestCalls({} as Parameters<typeof createRetestCalls>[0]);
  const runbook = 'az-failover' as 'restore-test';
  const runId = 'az-failover/jira-cloud/-/retest-20261128T120000Z-0001';
  await expect(startRetest({ runId, runbook, service: 'jira-cloud', resource: '-' })).rejects.toMatchObject({
    code: 'no-door',
    kind: 'programme',
    what: expect.stringContaining('"az-failover"'),
    next: expect.stringContaining('restore-test'),
  });
});
