import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportGap } from '../../client/runs/report-gap.ts';
import { gapFinding } from '../../domain/gap.ts';
import { taskQueue } from '../../domain/queues.ts';
import { exampleTicket } from '../../views/example-notices.ts';
import { remediationWorkflowId } from '../../workflows/messages.ts';
import { brokenTasksOf } from '../engine/broken-tasks.ts';
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

test.each([
  ['null', null],
  ['a word', 'gap/jira-cloud/1'],
  ['an empty object', {}],
  ['nobody', { reportId: 'gap/jira-cloud/1', slackId: null }],
  ['no id', { reportId: { id: 1 }, slackId: 'U0PRIYA' }],
])('an order whose report is %s does not hold the finding up: its ticket is filed', async (what, reported) => {
  const finding = gapFinding({ ...report, title: `Reported by ${what}`, reportId: 'gap/jira-cloud/1' });
  const workflowId = remediationWorkflowId(world.config.taskQueuePrefix, finding.fingerprint);
  await world.temporal.workflow.signalWithStart('remediation', {
    workflowId,
    taskQueue: taskQueue(world.config.taskQueuePrefix, 'workflows'),
    args: [{}],
    signal: 'ticket-ordered',
    signalArgs: [{ finding, ticket: exampleTicket, simulated: true, replyTo: '', filedBefore: false, reported }],
  });
  await until(
    async () => JSON.stringify(await jiraIssues(world)).includes(`Reported by ${what}`),
    'the ticket is filed',
    30_000,
  );
  expect(await brokenTasksOf(world.temporal, workflowId)).toEqual([]);
  expect(await runMessages(world, `finding/${finding.fingerprint}`)).toEqual([]);
});

test('of something that the catalog does not have records nothing', async () => {
  await expect(reportGap(world.runs, { ...report, resource: 'nonsense' })).rejects.toMatchObject({ kind: 'input' });
  await expect(reportGap(world.runs, { ...report, service: 'nonsense' })).rejects.toMatchObject({ kind: 'input' });
});
