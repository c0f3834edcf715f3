import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportGap } from '../../client/runs/report-gap.ts';
import { jiraIssues, runMessages, until } from '../engine/outside.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld({ source: false });
});
afterAll(() => world.close());

const report = {
  service: 'jira-cloud',
  resource: 'issues-db',
  title: 'No runbook for the search index',
  more: 'Nobody knew where to begin.',
  severity: 'medium',
  by: { personId: 'priya-raman', name: 'Priya Raman' },
} as const;

test('a gap that somebody reports becomes one ticket for the owner of the service, also when two report it', async () => {
  const finding = await reportGap(world.runs, report);
  await until(async () => (await jiraIssues(world)).length === 1, 'the ticket is filed');
  const [first] = await jiraIssues(world);
  expect(JSON.stringify(first)).toContain('No runbook for the search index');
  const again = await reportGap(world.runs, {
    ...report,
    by: { personId: 'daniel-kim', name: 'Daniel Kim' },
    more: '',
  });
  expect(again.fingerprint).toBe(finding.fingerprint);
  await until(async () => JSON.stringify(await jiraIssues(world)).includes('Daniel Kim'), 'the second report is noted');
  expect(await jiraIssues(world)).toHaveLength(1);
});

test('the channel of the service hears of it once for each report, however often that is sent', async () => {
  const gap = { ...report, title: 'The contact left in May' };
  const first = { ...gap, reportId: 'gap/jira-cloud/first' };
  const { fingerprint } = await reportGap(world.runs, first);
  const told = async (): Promise<readonly string[]> =>
    (await runMessages(world, `finding/${fingerprint}`)).map(({ key, message }) => `${key} ${JSON.stringify(message)}`);
  await until(async () => (await told()).length > 0, 'the channel hears of it');
  await reportGap(world.runs, first);
  await reportGap(world.runs, { ...gap, by: { personId: 'daniel-kim', name: 'Daniel Kim' } });
  await until(async () => (await told()).length > 1, 'the channel hears of the second report');
  expect(await told()).toEqual([
    expect.stringMatching(/^gap:gap\/jira-cloud\/first .*The contact left in May.*<@U0PRIYA>/),
    expect.stringMatching(/Reported by Daniel Kim.*<@U0DANIEL>/),
  ]);
});

test('of something that the catalog does not have records nothing', async () => {
  await expect(reportGap(world.runs, { ...report, resource: 'nonsense' })).rejects.toMatchObject({ kind: 'input' });
  await expect(reportGap(world.runs, { ...report, service: 'nonsense' })).rejects.toMatchObject({ kind: 'input' });
});
