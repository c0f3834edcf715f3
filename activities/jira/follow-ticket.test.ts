import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { exampleFinding } from '../../views/example-notices.ts';
import { createJiraActivities } from './index.ts';
import { jiraScene } from './sandbox-harness.ts';
import type { JiraScene } from './sandbox-harness.ts';

const runId = 'restore-test/jira-cloud/issues-db/2026Q4';
const { fingerprint } = exampleFinding;
const news = { id: 'abc-1', text: 'Something happened.' };
const untilIndexed = (): Promise<void> => sleep(120);

async function filed(): Promise<{ scene: JiraScene; jira: ReturnType<typeof createJiraActivities> }> {
  const scene = await jiraScene();
  await scene.file(runId);
  return { scene, jira: createJiraActivities({ ...scene.site, warn: () => undefined }) };
}
const statusOf = async (scene: JiraScene): Promise<unknown> =>
  ((await scene.control('GET', 'issues'))['issues'] as { status: string }[])[0]?.status;

describe('moving a ticket', () => {
  test('goes to the category, says why once, and may be repeated', async () => {
    const { scene, jira } = await filed();
    await using _scene = scene;
    await scene.closeTicket('DR-1');
    expect(await jira.moveTicket({ key: 'DR-1', to: 'open', news })).toEqual({
      outcome: 'moved',
      status: 'To Do',
      isDone: false,
    });
    expect(await jira.moveTicket({ key: 'DR-1', to: 'open', news })).toEqual({
      outcome: 'already',
      status: 'To Do',
      isDone: false,
    });
    expect((await scene.issues())[0]?.comments).toHaveLength(1);
    expect(await jira.moveTicket({ key: 'DR-1', to: 'done', news: { ...news, id: 'abc-10' } })).toMatchObject({
      status: 'Done',
    });
    expect((await scene.issues())[0]?.comments).toHaveLength(2);
  });

  test('goes to the status that the catalog names', async () => {
    const { scene, jira } = await filed();
    await using _scene = scene;
    await scene.closeTicket('DR-1');
    await jira.moveTicket({ key: 'DR-1', to: 'open', statusName: 'in progress', news });
    expect(await statusOf(scene)).toBe('In Progress');
  });

  test('a workflow that has no way there is said, and the ticket stays', async () => {
    const { scene, jira } = await filed();
    await using _scene = scene;
    const answer = await jira.moveTicket({ key: 'DR-1', to: 'done', statusName: 'Archived', news });
    expect(answer).toMatchObject({ outcome: 'impossible', why: expect.stringContaining('"Archived"') });
    expect(await statusOf(scene)).toBe('To Do');
  });

  test.each(['/comment$', '/transitions$'])('a lost reply to POST %s says and moves nothing twice', async (path) => {
    const { scene, jira } = await filed();
    await using _scene = scene;
    await scene.closeTicket('DR-1');
    await scene.control('POST', 'faults', { method: 'POST', path, kind: 'lose-reply' });
    await expect(jira.moveTicket({ key: 'DR-1', to: 'open', news })).rejects.toMatchObject({
      code: 'jira-unreachable',
    });
    const again = await jira.moveTicket({ key: 'DR-1', to: 'open', news });
    expect(again).toEqual({ outcome: path === '/comment$' ? 'moved' : 'already', status: 'To Do', isDone: false });
    expect((await scene.issues())[0]?.comments).toHaveLength(1);
  });

  const withRisk = {
    statuses: [
      { id: '1', name: 'To Do', category: 'new' },
      { id: '2', name: 'Risk accepted', category: 'indeterminate' },
      { id: '3', name: 'Done', category: 'done' },
      { id: '4', name: 'Verified', category: 'done' },
    ],
    transitions: [
      { id: '11', name: 'Reopen', to: 'To Do' },
      { id: '21', name: 'Accept', from: ['To Do', 'Done'], to: 'Risk accepted' },
      { id: '31', name: 'Close', from: ['To Do'], to: 'Done' },
      { id: '41', name: 'Verify', from: ['Risk accepted'], to: 'Verified' },
    ],
  };

  test('into a named status, and says of that one whether it is done', async () => {
    const { scene, jira } = await filed();
    await using _scene = scene;
    await scene.control('PUT', 'site', withRisk);
    const accept = { key: 'DR-1', to: 'done', statusName: 'Risk accepted', news } as const;
    const there = { status: 'Risk accepted', isDone: false };
    expect(await jira.moveTicket(accept)).toEqual({ outcome: 'moved', ...there });
    expect(await jira.moveTicket(accept)).toEqual({ outcome: 'already', ...there });
    const verify = { ...accept, statusName: 'Verified' };
    expect(await jira.moveTicket(verify)).toEqual({ outcome: 'moved', status: 'Verified', isDone: true });
  });

  test('one that people have closed under another name than the configured one is closed', async () => {
    const { scene, jira } = await filed();
    await using _scene = scene;
    await scene.control('PUT', 'site', withRisk);
    await scene.closeTicket('DR-1');
    expect(await jira.moveTicket({ key: 'DR-1', to: 'done', statusName: 'Verified', news })).toEqual({
      outcome: 'already',
      status: 'Done',
      isDone: true,
    });
  });

  test('is not opened into a status that is a closed one: the next look would find it closed, for ever', async () => {
    const { scene, jira } = await filed();
    await using _scene = scene;
    await scene.control('PUT', 'site', withRisk);
    await scene.closeTicket('DR-1');
    const answer = await jira.moveTicket({ key: 'DR-1', to: 'open', statusName: 'Done', news });
    expect(answer).toMatchObject({
      outcome: 'impossible',
      why: expect.stringContaining('no way to an open status "Done"'),
    });
  });

  const screen = (...ids: string[]) => ({
    transitions: [{ id: '31', name: 'Done', to: 'Done', screen: ids }],
  });

  test('fills in the resolution that a screen asks for', async () => {
    const { scene, jira } = await filed();
    await using _scene = scene;
    await scene.control('PUT', 'site', screen('resolution'));
    expect(await jira.moveTicket({ key: 'DR-1', to: 'done', news })).toMatchObject({ outcome: 'moved' });
    const [issue] = (await scene.control('GET', 'issues'))['issues'] as { status: string; resolution: string }[];
    expect(issue).toMatchObject({ status: 'Done', resolution: 'Done' });
  });

  test('a screen that asks for more is named, by its field', async () => {
    const { scene, jira } = await filed();
    await using _scene = scene;
    const customFields = [{ id: 'customfield_10070', name: 'Root cause', type: 'string' }];
    await scene.control('PUT', 'site', { customFields });
    await scene.control('PUT', 'site', screen('resolution', 'customfield_10070'));
    const answer = await jira.moveTicket({ key: 'DR-1', to: 'done', news });
    expect(answer).toMatchObject({ outcome: 'impossible', why: expect.stringContaining('Root cause is required') });
  });

  test('a ticket that was deleted is gone, and no error', async () => {
    const { scene, jira } = await filed();
    await using _scene = scene;
    await scene.control('POST', 'act', { issue: 'DR-1', as: 'acc-jonas', delete: true });
    expect(await jira.moveTicket({ key: 'DR-1', to: 'done', news })).toEqual({ outcome: 'gone' });
    expect(await jira.sayOnTicket({ key: 'DR-1', news })).toEqual({ said: false });
    expect(await jira.readTicket({ key: 'DR-1' })).toEqual({ there: false });
  });
});

describe('looking at many tickets', () => {
  /** How one looks now, from the first look at it. */
  const looksOf = async (jira: Awaited<ReturnType<typeof filed>>['jira']): Promise<string> =>
    (await jira.changedTickets({ watched: [{ fingerprint, key: 'DR-1' }] })).changed[0]?.looks ?? '';

  test('tells only what looks different from the last time', async () => {
    const { scene, jira } = await filed();
    await using _scene = scene;
    await untilIndexed();
    const looks = await looksOf(jira);
    expect(looks).toMatch(/^To Do \(new\) since /);
    const watched = [{ fingerprint, key: 'DR-1', looks }];
    expect((await jira.changedTickets({ watched })).changed).toEqual([]);
    await scene.closeTicket('DR-1');
    await untilIndexed();
    expect((await jira.changedTickets({ watched })).changed).toMatchObject([
      { fingerprint, looks: expect.stringMatching(/^Done \(done\)/) as string },
    ]);
  });

  test('one that was closed, opened again and closed between two looks is news', async () => {
    const { scene, jira } = await filed();
    await using _scene = scene;
    await scene.closeTicket('DR-1');
    await untilIndexed();
    const watched = [{ fingerprint, key: 'DR-1', looks: await looksOf(jira) }];
    await jira.moveTicket({ key: 'DR-1', to: 'open', news });
    await scene.closeTicket('DR-1');
    await untilIndexed();
    expect((await jira.changedTickets({ watched })).changed).toHaveLength(1);
  });

  test('finds one whose label somebody took away, and notices one that was deleted', async () => {
    const { scene, jira } = await filed();
    await using _scene = scene;
    await untilIndexed();
    const looks = await looksOf(jira);
    await fetch(`${scene.site.baseUrl}/rest/api/3/issue/DR-1`, {
      method: 'PUT',
      headers: {
        authorization: `Basic ${Buffer.from(`${scene.site.email}:${scene.site.apiToken}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ fields: { labels: [] } }),
    });
    await untilIndexed();
    const watched = [{ fingerprint, key: 'DR-1', looks }];
    expect((await jira.changedTickets({ watched })).changed).toEqual([]);
    await scene.control('POST', 'act', { issue: 'DR-1', as: 'acc-jonas', delete: true });
    expect((await jira.changedTickets({ watched })).changed).toEqual([{ fingerprint, looks: 'gone' }]);
  });

  test('a second open ticket of the same gap is news, and is closed with a word; a clone is neither', async () => {
    const { scene, jira } = await filed();
    await using _scene = scene;
    await scene.control('PUT', 'site', { indexDelayMs: 60_000 });
    expect(await scene.file(runId, 1, 'another worker')).toMatchObject({ key: 'DR-2' });
    await scene.control('PUT', 'site', { indexDelayMs: 0 });
    for (const key of ['DR-1', 'DR-2'])
      await scene.control('POST', 'act', { issue: key, as: 'acc-jonas', transitionTo: 'In Progress' });
    const both = await looksOf(jira);
    expect(both).toMatch(/, and DR-2$/);
    const watched = [{ fingerprint, key: 'DR-1', looks: both.replace(', and DR-2', '') }];
    expect((await jira.changedTickets({ watched })).changed).toEqual([{ fingerprint, looks: both }]);
    expect(await jira.closeDuplicates({ fingerprint, key: 'DR-1' })).toEqual({ closed: ['DR-2'] });
    expect(await jira.closeDuplicates({ fingerprint, key: 'DR-1' })).toEqual({ closed: [] });
    expect((await jira.changedTickets({ watched })).changed).toEqual([]);
    const [first, second] = await scene.issues();
    expect(first?.comments).toEqual([]);
    expect(JSON.stringify(second?.comments)).toContain('the same gap is followed in DR-1');
    expect(await jira.closeDuplicates({ fingerprint, key: 'DR-9' })).toEqual({ closed: [] });
  });

  test('asks once for a hundred of them', async () => {
    const { scene, jira } = await filed();
    await using _scene = scene;
    await untilIndexed();
    await scene.control('DELETE', 'calls');
    const others = Array.from({ length: 99 }, (_, index) => ({
      fingerprint: String(index).padStart(24, '0'),
      key: 'DR-1',
    }));
    await jira.changedTickets({ watched: [{ fingerprint, key: 'DR-1' }, ...others] });
    expect((await scene.control('GET', 'calls'))['calls']).toHaveLength(1);
  });
});
