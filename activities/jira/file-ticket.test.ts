import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { exampleFinding, exampleTicket } from '../../views/example-notices.ts';
import type { JiraError } from './jira-error.ts';
import { labelOf } from './known-tickets.ts';
import { jiraScene, people } from './sandbox-harness.ts';

const [first, second, third] = [
  'restore-test/jira-cloud/issues-db/2026Q3',
  'restore-test/jira-cloud/issues-db/2026Q4',
  'restore-test/jira-cloud/issues-db/2027Q1',
] as const;

const failure = async (work: Promise<unknown>): Promise<JiraError> =>
  await work.then(
    () => Promise.reject(new Error('This was expected to fail, and did not.')),
    (error: unknown) => error as JiraError,
  );
/** Longer than the search lags. */
const untilIndexed = (): Promise<void> => sleep(120);

describe('filing a ticket', () => {
  test('carries everything a person needs, and where it came from', async () => {
    await using scene = await jiraScene();
    const filed = await scene.file(first);
    expect(filed).toEqual({ key: 'DR-1', url: `${scene.site.baseUrl}/browse/DR-1`, outcome: 'created' });
    const [issue] = await scene.issues();
    expect(issue).toMatchObject({
      summary: '[DR] jira-cloud: newest data in the restored copy was 3 h 02 min old (RPO < 1 h) (SIMULATED)',
      labels: ['firedrill', 'disaster-recovery', 'simulated', labelOf(exampleFinding.fingerprint)],
      priority: 'High',
      duedate: '2026-12-06',
      assignee: 'acc-jonas',
      properties: { firedrill: { fingerprint: exampleFinding.fingerprint, runs: [first] } },
    });
    expect(issue?.watchers).toContain('acc-priya');
    expect(issue?.remoteLinks.map(({ globalId }) => globalId)).toEqual([first]);
    const text = JSON.stringify(issue?.description);
    for (const words of [
      'What was found',
      'Why it matters',
      'Evidence',
      'What closes this ticket',
      'What we would look at first',
      first,
    ]) {
      expect(text).toContain(words);
    }
    expect(scene.warnings).toEqual([]);
  });

  test('the same gap in a later run is one comment on the open ticket, however often it is said', async () => {
    await using scene = await jiraScene();
    await scene.file(first);
    await untilIndexed();
    expect(await scene.file(second)).toMatchObject({ key: 'DR-1', outcome: 'commented' });
    expect(await scene.file(second, 2)).toMatchObject({ key: 'DR-1', outcome: 'commented' });
    const issues = await scene.issues();
    expect(issues.map((issue) => issue.comments.length)).toEqual([1]);
    expect(JSON.stringify(issues[0]?.comments)).toContain(second);
    expect(issues[0]?.properties).toEqual({
      firedrill: { fingerprint: exampleFinding.fingerprint, runs: [first, second] },
    });
  });

  test('a gap that comes back after its ticket was closed gets a new one that links the old', async () => {
    await using scene = await jiraScene();
    await scene.file(first);
    await scene.closeTicket('DR-1');
    await untilIndexed();
    expect(await scene.file(second, 1, 'another worker')).toMatchObject({ key: 'DR-2', outcome: 'created' });
    expect(JSON.stringify((await scene.issues())[1]?.description)).toMatch(/closed before as .*\/browse\/DR-1/);
    await untilIndexed();
    expect(await scene.file(third)).toMatchObject({ key: 'DR-2', outcome: 'commented' });
  });

  test('a cloned issue has the label but is not ours', async () => {
    await using scene = await jiraScene();
    const { email, apiToken, baseUrl } = scene.site;
    await fetch(`${baseUrl}/rest/api/3/issue`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${email}:${apiToken}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        fields: {
          project: { key: 'DR' },
          issuetype: { name: 'Task' },
          summary: 'CLONE - of ours',
          labels: [labelOf(exampleFinding.fingerprint)],
        },
      }),
    });
    await untilIndexed();
    expect(await scene.file(first)).toMatchObject({ key: 'DR-2', outcome: 'created' });
  });

  test('an owner whom Jira does not know is named in the ticket, and it goes to nobody else', async () => {
    await using scene = await jiraScene();
    await scene.control('PUT', 'site', {
      users: [{ accountId: 'acc-x', displayName: 'Somebody Else', emailAddress: 'else@example.com' }],
    });
    await scene.file(first);
    const [issue] = await scene.issues();
    expect(issue?.assignee).toBeNull();
    expect(JSON.stringify(issue?.description)).toContain(`owner ${exampleTicket.ownerEmail} has no Jira account`);
    expect(scene.warnings).toHaveLength(2);
  });

  test('an owner whom Jira does not know is told to whoever filed it, also when the reply was lost', async () => {
    await using scene = await jiraScene();
    await scene.control('PUT', 'site', { users: people.slice(1) });
    expect(await scene.file(first)).toMatchObject({ key: 'DR-1', ownerUnknown: exampleTicket.ownerEmail });
    expect(await scene.file(first, 2)).toMatchObject({ key: 'DR-1', ownerUnknown: exampleTicket.ownerEmail });
  });

  test('an owner whose account is closed gets no ticket, a champion whose account is closed watches none', async () => {
    await using scene = await jiraScene();
    await scene.control('PUT', 'site', { users: people.map((person) => ({ ...person, active: false })) });
    expect(await scene.file(first)).toMatchObject({ key: 'DR-1', ownerUnknown: exampleTicket.ownerEmail });
    const [issue] = await scene.issues();
    expect(issue?.assignee).toBeNull();
    expect(issue?.watchers).not.toContain('acc-priya');
    for (const who of [`owner ${exampleTicket.ownerEmail}`, `champion ${exampleTicket.championEmail}`])
      expect(JSON.stringify(issue?.description)).toContain(who);
  });

  test('carries the fields that the catalog wants, in the form of their types', async () => {
    const fields = { 'DR service': '{service}/{resource}', customfield_10061: '{tier}', Teams: ['dr', '{severity}'] };
    await using scene = await jiraScene({ request: { ticket: { ...exampleTicket, fields } } });
    await scene.control('PUT', 'site', {
      customFields: [
        { id: 'customfield_10060', name: 'DR Service', type: 'textarea', required: true },
        { id: 'customfield_10061', name: 'Tier', type: 'select', options: ['0', '1', '2'] },
        { id: 'customfield_10062', name: 'Teams', type: 'labels' },
      ],
    });
    await scene.file(first);
    const [issue] = await scene.issues();
    expect(issue?.custom).toMatchObject({ customfield_10061: '1', customfield_10062: ['dr', 'high'] });
    expect(JSON.stringify(issue?.custom['customfield_10060'])).toContain('jira-cloud/issues-db');
    expect(scene.warnings).toEqual([]);
  });

  test.each([
    ['that the site does not have', { 'No such field': 'x' }, 'No such field'],
    ['that cannot hold its value', { Tier: 'seven' }, 'it has no value "seven"'],
  ])('a field %s is left out, and the log names it', async (_what, fields, words) => {
    await using scene = await jiraScene({ request: { ticket: { ...exampleTicket, fields } } });
    await scene.control('PUT', 'site', {
      customFields: [{ id: 'customfield_10061', name: 'Tier', type: 'select', options: ['0', '1'] }],
    });
    expect(await scene.file(first)).toMatchObject({ key: 'DR-1' });
    expect(scene.warnings.join()).toContain(words);
  });

  test('a priority that the site does not have is left out, and the log says so', async () => {
    await using scene = await jiraScene({ request: { ticket: { ...exampleTicket, priority: 'Catastrophic' } } });
    expect(await scene.file(first)).toMatchObject({ key: 'DR-1' });
    expect(scene.warnings.join()).toMatch(/refuses the priority/);
    expect(await scene.issues()).toHaveLength(1);
  });
});

describe('what Jira and the network do to it', () => {
  test.each([50, 1500])(
    'a lost reply to the create makes no second ticket, also when the search is %i ms late',
    async (indexDelayMs) => {
      await using scene = await jiraScene({ indexDelayMs });
      await scene.control('POST', 'faults', { method: 'POST', path: '/rest/api/3/issue$', kind: 'lose-reply' });
      expect((await failure(scene.file(first))).code).toBe('jira-unreachable');
      // The worker died with the reply: another one goes on, and knows nothing.
      expect(await scene.file(first, 2, 'another worker')).toMatchObject({ key: 'DR-1', outcome: 'created' });
      const issues = await scene.issues();
      expect(issues).toHaveLength(1);
      expect(issues[0]?.watchers).toContain('acc-priya');
      expect(issues[0]?.remoteLinks).toHaveLength(1);
    },
  );

  test('a reply that comes too late is a lost one', async () => {
    await using scene = await jiraScene();
    await scene.control('POST', 'faults', {
      method: 'POST',
      path: '/rest/api/3/issue$',
      kind: 'late-reply',
      delayMs: 3000,
    });
    expect((await failure(scene.file(first))).what).toContain('no answer within 1 s');
    await scene.file(first, 2, 'another worker');
    expect(await scene.issues()).toHaveLength(1);
  });

  test.each(['/comment$', '/properties/'])('a lost reply to %s makes no second comment', async (path) => {
    await using scene = await jiraScene();
    await scene.file(first);
    await untilIndexed();
    await scene.control('POST', 'faults', { method: path === '/comment$' ? 'POST' : 'PUT', path, kind: 'lose-reply' });
    await failure(scene.file(second));
    expect(await scene.file(second, 2, 'another worker')).toMatchObject({ key: 'DR-1', outcome: 'commented' });
    expect((await scene.issues()).map((issue) => issue.comments.length)).toEqual([1]);
  });

  test('two runs within seconds share a ticket that its workflow knows, although the search shows none yet', async () => {
    await using scene = await jiraScene({ indexDelayMs: 5000 });
    const { key } = await scene.file(first);
    expect(await scene.file(second, 1, 'another worker', [key])).toMatchObject({ key, outcome: 'commented' });
    expect(await scene.issues()).toHaveLength(1);
  });

  test('what was closed or opened again just now counts as it is, and not as the search still shows it', async () => {
    await using scene = await jiraScene();
    await scene.file(first);
    await untilIndexed();
    await scene.control('PUT', 'site', { indexDelayMs: 60_000 });
    await scene.closeTicket('DR-1');
    expect(await scene.file(second, 1, 'another worker')).toMatchObject({ key: 'DR-2', outcome: 'created' });

    await using other = await jiraScene();
    await other.file(first);
    await other.closeTicket('DR-1');
    await untilIndexed();
    await other.control('PUT', 'site', { indexDelayMs: 60_000 });
    await other.control('POST', 'act', { issue: 'DR-1', as: 'acc-jonas', transitionTo: 'In Progress' });
    expect(await other.file(second, 1, 'another worker')).toMatchObject({ key: 'DR-1', outcome: 'commented' });
  });

  test('that a person mentions the run on the ticket is not the news of it', async () => {
    await using scene = await jiraScene();
    await scene.file(first);
    await untilIndexed();
    const words = { type: 'text', text: `Looking at ${second} now.` };
    const comment = { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [words] }] };
    await scene.control('POST', 'act', { issue: 'DR-1', as: 'acc-jonas', comment });
    await scene.file(second);
    expect((await scene.issues())[0]?.comments).toHaveLength(2);
  });

  test('a rate limit is waited out for as long as Jira asks', async () => {
    await using scene = await jiraScene();
    await scene.control('POST', 'faults', {
      method: 'POST',
      path: '/rest/api/3/issue$',
      kind: 'throttle',
      delayMs: 7000,
    });
    const error = await failure(scene.file(first));
    expect([error.kind, error.code, error.retryAfterMs]).toEqual(['busy', 'jira-rate-limited', 7000]);
    expect(await scene.file(first, 2)).toMatchObject({ key: 'DR-1' });
    expect(await scene.issues()).toHaveLength(1);
  });

  test.each([
    [500, 'jira-unavailable', undefined],
    [401, 'jira-sign-in', 60_000],
    [403, 'jira-forbidden', 60_000],
    [400, 'jira-refused', 60_000],
  ])('HTTP %i never loses the ticket: it is asked for again', async (status, code, retryAfterMs) => {
    await using scene = await jiraScene();
    await scene.control('POST', 'faults', { method: 'POST', path: '/rest/api/3/issue$', kind: 'error', status });
    const error = await failure(scene.file(first));
    expect([error.kind, error.code, error.retryAfterMs]).toEqual(['busy', code, retryAfterMs]);
    expect(await scene.file(first, 2)).toMatchObject({ key: 'DR-1', outcome: 'created' });
  });

  test('a site that lets nobody be made a watcher still has its ticket', async () => {
    await using scene = await jiraScene();
    await scene.control('POST', 'faults', { method: 'POST', path: '/watchers$', kind: 'error', status: 403 });
    expect(await scene.file(first)).toMatchObject({ key: 'DR-1', outcome: 'created' });
    expect(scene.warnings.join()).toMatch(/without its champion as a watcher/);
  });

  test('a required field that we do not know is named', async () => {
    await using scene = await jiraScene();
    await scene.control('PUT', 'site', {
      customFields: [{ id: 'customfield_10050', name: 'Severity', type: 'string', required: true }],
    });
    const error = await failure(scene.file(first));
    expect(error.what).toContain('customfield_10050');
    expect(error.next).toContain('firedrill doctor');
  });
});
