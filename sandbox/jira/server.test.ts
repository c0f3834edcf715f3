import { mkdtempSync, rmSync } from 'node:fs';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isApiError, isNetworkError, isRateLimitError, createCloudClient } from 'jira.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startJiraSandbox, type JiraSandbox } from './server.ts';

const EMAIL = 'drill.bot@example.com';
let dataDir: string;
let sandbox: JiraSandbox;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'jira-sandbox-'));
  sandbox = await startJiraSandbox({ port: 0, dataDir, instant: true });
});
afterEach(async () => {
  await sandbox.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const client = (email = EMAIL, apiToken = 'token') =>
  createCloudClient({ host: sandbox.url, auth: { type: 'basic', email, apiToken }, onSchemaMismatch: 'throw' });
const authorization = (email = EMAIL, token = 'token'): string =>
  `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`;

/** As much of any reply as these tests look at. */
interface Reply {
  readonly errors: Readonly<Record<string, string>>;
  readonly errorMessages: readonly string[];
  readonly issues: readonly { readonly fields: Readonly<Record<string, unknown>> }[];
  readonly calls: readonly object[];
  readonly id: number;
  readonly isLast: boolean;
  readonly nextPageToken?: string;
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  email = EMAIL,
): Promise<{ status: number; headers: Headers; json: Reply }> {
  const response = await fetch(sandbox.url + path, {
    method,
    headers: {
      authorization: authorization(email),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, json: JSON.parse(text === '' ? '{}' : text) as Reply };
}
const doc = (text: string) => ({
  type: 'doc' as const,
  version: 1,
  content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
});
const fields = (summary = 'RPO missed') => ({
  project: { key: 'DR' },
  issuetype: { name: 'Task' },
  summary,
  description: doc('The newest row was old.'),
});
const ticket = (summary?: string) =>
  client().issues.createIssue({
    fields: fields(summary),
    properties: [{ key: 'firedrill', value: { fingerprint: 'f1' } }],
  });
const site = (settings: object) => call('PUT', '/_sandbox/site', settings);
const byFingerprint = { jql: 'project = DR AND issue.property[firedrill].fingerprint = "f1"' };
async function failure(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('This was expected to fail, and did not.');
}

describe('tickets', () => {
  test('a ticket can be created with everything that a finding has, and reads back the same', async () => {
    await site({ users: [{ accountId: 'u-ana', displayName: 'Ana Lima', emailAddress: 'ana@example.com' }] });
    const created = await client().issues.createIssue({
      fields: {
        ...fields(),
        priority: { name: 'High' },
        labels: ['dr', 'tier-1'],
        duedate: '2026-12-01',
        assignee: { accountId: 'u-ana' },
      },
      properties: [{ key: 'firedrill', value: { fingerprint: 'f1' } }],
    });
    expect(created.key).toBe('DR-1');
    const issue = await client().issues.getIssue({ issueIdOrKey: 'DR-1', properties: ['firedrill'] });
    expect(issue.fields).toMatchObject({
      summary: 'RPO missed',
      priority: { name: 'High' },
      labels: ['dr', 'tier-1'],
      duedate: '2026-12-01',
      assignee: { displayName: 'Ana Lima' },
      status: { name: 'To Do', statusCategory: { key: 'new' } },
      resolution: null,
    });
    expect(issue.properties).toEqual({ firedrill: { fingerprint: 'f1' } });
    expect(issue.fields?.['description']).toEqual(doc('The newest row was old.'));
  });

  test('a refused create names every wrong field and creates nothing', async () => {
    const reply = await call('POST', '/rest/api/3/issue', {
      fields: {
        project: { key: 'DR' },
        issuetype: { name: 'Nonsense' },
        summary: '',
        labels: ['two words'],
        duedate: '2026-13-01',
        customfield_10999: 1,
      },
    });
    expect(reply.status).toBe(400);
    expect(Object.keys(reply.json.errors).sort()).toEqual([
      'customfield_10999',
      'duedate',
      'issuetype',
      'labels',
      'summary',
    ]);
    expect((await call('GET', '/_sandbox/issues')).json.issues).toEqual([]);
  });

  test('a required custom field is asked for by its id', async () => {
    await site({
      customFields: [
        { id: 'customfield_10050', name: 'Severity', type: 'select', options: ['S1', 'S2'], required: true },
      ],
    });
    expect((await call('POST', '/rest/api/3/issue', { fields: fields() })).json.errors).toEqual({
      customfield_10050: 'Severity is required.',
    });
    await client().issues.createIssue({ fields: { ...fields(), customfield_10050: { value: 'S2' } } });
    expect((await client().issues.getIssue({ issueIdOrKey: 'DR-1' })).fields?.['customfield_10050']).toMatchObject({
      value: 'S2',
    });
  });

  test('plain strings and broken documents are refused as descriptions and comments', async () => {
    await ticket();
    expect(
      (await call('POST', '/rest/api/3/issue', { fields: { ...fields(), description: 'plain' } })).json.errors[
        'description'
      ],
    ).toMatch(/^Operation value must be an Atlassian Document/);
    const broken = {
      type: 'doc',
      version: 1,
      content: [{ type: 'bulletList', content: [{ type: 'paragraph', content: [] }] }],
    };
    expect(
      (await call('POST', '/rest/api/3/issue', { fields: { ...fields(), description: broken } })).json.errorMessages,
    ).toEqual(['INVALID_INPUT']);
    expect(await call('POST', '/rest/api/3/issue/DR-1/comment', { body: 'plain' })).toMatchObject({
      status: 400,
      json: { errorMessages: ['Comment body is not valid!'] },
    });
  });

  test('the second of two racing transitions is answered 409, and a finished ticket has a resolution', async () => {
    await ticket();
    const { transitions = [] } = await client().issues.getTransitions({ issueIdOrKey: 'DR-1' });
    const id = transitions.find((transition) => transition.to?.name === 'Done')?.id ?? '';
    const outcomes = await Promise.allSettled(
      [1, 2].map(() => client().issues.doTransition({ issueIdOrKey: 'DR-1', transition: { id } })),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    const lost = outcomes.find((outcome) => outcome.status === 'rejected')?.reason as unknown;
    expect(isApiError(lost) && lost.status).toBe(409);
    const { fields: after } = await client().issues.getIssue({ issueIdOrKey: 'DR-1' });
    expect(after).toMatchObject({
      status: { name: 'Done', statusCategory: { key: 'done' } },
      resolution: { name: 'Done' },
    });
    expect(
      await failure(client().issues.doTransition({ issueIdOrKey: 'DR-1', transition: { id: '999' } })),
    ).toMatchObject({ status: 400 });
  });

  test('a remote link with a known globalId is updated, not doubled', async () => {
    await ticket();
    const link = { globalId: 'run=1', object: { url: 'https://example.com/run', title: 'Run' } };
    const first = await call('POST', '/rest/api/3/issue/DR-1/remotelink', link);
    const second = await call('POST', '/rest/api/3/issue/DR-1/remotelink', {
      ...link,
      object: { ...link.object, title: 'Run, re-tested' },
    });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.json.id).toBe(first.json.id);
    expect(await client().issueRemoteLinks.getRemoteIssueLinks({ issueIdOrKey: 'DR-1' })).toMatchObject([
      { object: { title: 'Run, re-tested' } },
    ]);
  });

  test('properties, comments, labels, assignee and bulk reads work through the real client', async () => {
    await ticket();
    const jira = client();
    await jira.issueProperties.setIssueProperty({
      issueIdOrKey: 'DR-1',
      propertyKey: 'firedrill.seen',
      body: { times: 2 },
    });
    expect(
      await jira.issueProperties.getIssueProperty({ issueIdOrKey: 'DR-1', propertyKey: 'firedrill.seen' }),
    ).toEqual({ key: 'firedrill.seen', value: { times: 2 } });
    await jira.issueComments.addComment({ issueIdOrKey: 'DR-1', body: doc('It recurred.') });
    expect((await jira.issueComments.getComments({ issueIdOrKey: 'DR-1' })).comments).toHaveLength(1);
    await jira.issues.editIssue({ issueIdOrKey: 'DR-1', update: { labels: [{ add: 'recurred' }] } });
    const me = await jira.myself.getCurrentUser();
    await jira.issues.assignIssue({ issueIdOrKey: 'DR-1', accountId: me.accountId ?? '' });
    const { issues } = await jira.issues.bulkFetchIssues({ issueIdsOrKeys: ['DR-1', 'DR-99'] });
    expect(issues).toMatchObject([{ fields: { labels: ['recurred'], assignee: { accountId: me.accountId } } }]);
    expect(await failure(jira.issues.getIssue({ issueIdOrKey: 'DR-99' }))).toMatchObject({ status: 404 });
  });

  test('what a doctor asks for is there: server, me, project, types, fields, priorities, statuses, people', async () => {
    const jira = client();
    expect((await jira.serverInfo.getServerInfo()).serverTitle).toContain('SIMULATED');
    expect((await jira.projects.getProject({ projectIdOrKey: 'DR' })).name).toBe('Disaster recovery');
    expect(await failure(jira.projects.getProject({ projectIdOrKey: 'XX' }))).toMatchObject({ status: 404 });
    const { issueTypes } = await jira.issues.getCreateIssueMetaIssueTypes({ projectIdOrKey: 'DR' });
    expect(issueTypes?.map((type) => type.name)).toEqual(['Task', 'Bug', 'Story']);
    expect(
      (await jira.issues.getCreateIssueMetaIssueTypeId({ projectIdOrKey: 'DR', issueTypeId: '10001' })).fields
        ?.filter((field) => field.required)
        .map((field) => field.key),
    ).toEqual(['summary', 'issuetype', 'project', 'reporter']);
    expect((await jira.issuePriorities.searchPriorities()).values).toHaveLength(5);
    expect((await jira.workflowStatuses.getStatuses()).map((status) => status.name)).toEqual([
      'To Do',
      'In Progress',
      'Done',
    ]);
    expect((await jira.userSearch.findUsers({ query: 'drill' })).map((user) => user.emailAddress)).toEqual([EMAIL]);
  });
});

describe('search', () => {
  test('a new ticket is missing from search until the index has it, unless it is reconciled', async () => {
    await site({ indexDelayMs: 60_000 });
    const { id } = await ticket();
    const jira = client();
    expect((await jira.issueSearch.searchAndReconsileIssuesUsingJqlPost(byFingerprint)).issues).toEqual([]);
    expect(
      await jira.issueSearch.searchAndReconsileIssuesUsingJqlPost({ ...byFingerprint, reconcileIssues: [Number(id)] }),
    ).toEqual({ issues: [{ id }], isLast: true });
    expect(
      (
        await jira.issueSearch.searchAndReconsileIssuesUsingJql({
          ...byFingerprint,
          reconcileIssues: [Number(id)],
          fields: ['summary'],
        })
      ).issues?.[0],
    ).toMatchObject({ key: 'DR-1', fields: { summary: 'RPO missed' } });
    expect(
      (
        await call('POST', '/rest/api/3/search/jql', {
          ...byFingerprint,
          reconcileIssues: Array.from({ length: 51 }, (_, index) => index),
        })
      ).status,
    ).toBe(400);
  });

  test('a ticket is found after the lag', async () => {
    const { id } = await ticket();
    await expect
      .poll(async () => (await client().issueSearch.searchAndReconsileIssuesUsingJqlPost(byFingerprint)).issues)
      .toEqual([{ id }]);
  });

  test('pages follow by token, and no total is told', async () => {
    await site({ indexDelayMs: 0 });
    for (const name of ['a', 'b', 'c']) await ticket(name);
    const query = { jql: 'project = DR ORDER BY key ASC', maxResults: 2, fields: ['summary'] };
    const first = (await call('POST', '/rest/api/3/search/jql', query)).json;
    expect([first.issues.length, first.isLast, 'total' in first]).toEqual([2, false, false]);
    const second = (await call('POST', '/rest/api/3/search/jql', { ...query, nextPageToken: first.nextPageToken }))
      .json;
    expect([second.issues[0]?.fields['summary'], second.isLast, second.nextPageToken]).toEqual(['c', true, undefined]);
  });

  test('the old search is gone, and an unbounded query is refused', async () => {
    for (const method of ['GET', 'POST']) {
      const reply = await call(method, '/rest/api/3/search', method === 'POST' ? { jql: 'project = DR' } : undefined);
      expect([reply.status, reply.json.errorMessages[0]]).toEqual([
        410,
        expect.stringContaining('Please migrate to the /rest/api/3/search/jql API'),
      ]);
    }
    expect(await call('GET', '/rest/api/3/search/jql?jql=order%20by%20created')).toMatchObject({
      status: 400,
      json: {
        errorMessages: ['Unbounded JQL queries are not allowed here. Please add a search restriction to your query.'],
      },
    });
  });

  test('a property that no app declared can be made unsearchable, as on a plain real site', async () => {
    await site({ indexedProperties: [] });
    expect((await call('POST', '/rest/api/3/search/jql', byFingerprint)).json.errorMessages[0]).toContain(
      'does not exist or you do not have permission to view it.',
    );
  });
});

describe('trouble', () => {
  test('without credentials, or with another token than required, nothing is told', async () => {
    await site({ requireToken: 'right' });
    for (const headers of [{}, { authorization: authorization(EMAIL, 'wrong') }]) {
      const reply = await fetch(`${sandbox.url}/rest/api/3/myself`, { headers });
      expect([reply.status, await reply.text()]).toEqual([
        401,
        'Client must be authenticated to access this resource.',
      ]);
    }
    expect((await client(EMAIL, 'right').myself.getCurrentUser()).emailAddress).toBe(EMAIL);
  });

  test('a lost reply leaves the ticket behind, so that a retry must look first', async () => {
    await call('POST', '/_sandbox/faults', { method: 'POST', path: '/rest/api/3/issue', kind: 'lose-reply' });
    expect(isNetworkError(await failure(ticket()))).toBe(true);
    const { json } = await call('GET', '/_sandbox/issues');
    expect(json.issues).toMatchObject([{ key: 'DR-1', properties: { firedrill: { fingerprint: 'f1' } } }]);
    expect((await call('GET', '/_sandbox/calls')).json.calls).toMatchObject([
      { method: 'POST', path: '/rest/api/3/issue', status: 201, reply: 'lost' },
    ]);
    await ticket('the fault is used up');
  });

  test('an error after the work was done leaves the ticket behind too', async () => {
    await call('POST', '/_sandbox/faults', { method: 'POST', path: '/rest/api/3/issue', kind: 'error-after' });
    expect(await failure(ticket())).toMatchObject({ status: 500 });
    expect((await call('GET', '/_sandbox/issues')).json.issues).toHaveLength(1);
  });

  test('errors, throttling, late replies and an unreachable Jira can be played, and end when told', async () => {
    await call('POST', '/_sandbox/faults', { path: '^/rest/api/3/my', kind: 'error', status: 503 });
    expect(await failure(client().myself.getCurrentUser())).toMatchObject({ status: 503 });
    await call('POST', '/_sandbox/faults', { path: '/rest', kind: 'throttle', delayMs: 4000 });
    expect(await failure(client().myself.getCurrentUser())).toMatchObject({ status: 429, retryAfterMs: 4000 });
    await call('POST', '/_sandbox/faults', { path: '/rest', kind: 'late-reply', delayMs: 20 });
    await client().myself.getCurrentUser();
    await call('POST', '/_sandbox/faults', { path: '/rest', kind: 'down' });
    for (const _ of [1, 2]) expect(isNetworkError(await failure(client().myself.getCurrentUser()))).toBe(true);
    await call('DELETE', '/_sandbox/faults');
    await client().myself.getCurrentUser();
    expect((await call('POST', '/_sandbox/faults', { path: '(', kind: 'down' })).status).toBe(400);
  });

  test('too many writes to one ticket are limited with the reason and a time to wait', async () => {
    await ticket();
    await site({ rateLimits: { issueWritesPer2s: 3 } });
    const replies = await Promise.all(
      [1, 2, 3, 4].map(() => call('POST', '/rest/api/3/issue/DR-1/comment', { body: doc('x') })),
    );
    const limited = replies.filter((reply) => reply.status === 429);
    expect(limited).toHaveLength(1);
    expect(limited[0]?.headers.get('ratelimit-reason')).toBe('jira-per-issue-on-write');
    expect(Number(limited[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(
      isRateLimitError(await failure(client().issueComments.addComment({ issueIdOrKey: 'DR-1', body: doc('x') }))),
    ).toBe(true);
  });

  test('a burst on one endpoint is limited and leaves the others alone', async () => {
    await site({ rateLimits: { getPostPerSecond: 0.01, burstSeconds: 200 } });
    const statuses = [];
    for (const _ of [1, 2, 3]) statuses.push(await call('GET', '/rest/api/3/myself'));
    expect(statuses.map((reply) => reply.status)).toEqual([200, 200, 429]);
    expect(statuses[2]?.headers.get('ratelimit-reason')).toBe('jira-burst-based');
    expect(statuses[1]?.headers.get('x-ratelimit-remaining')).toBe('0');
    expect((await call('GET', '/rest/api/3/priority')).status).toBe(200);
  });

  test('each e-mail has its own site, and a reset empties only that one', async () => {
    await ticket();
    await client('other@example.com').issues.createIssue({ fields: fields('theirs') });
    await call('POST', '/_sandbox/reset');
    expect((await call('GET', '/_sandbox/issues')).json.issues).toEqual([]);
    expect((await call('GET', '/_sandbox/issues', undefined, 'other@example.com')).json.issues).toMatchObject([
      { summary: 'theirs' },
    ]);
  });

  test('another sandbox on the same folder knows every ticket that was confirmed, and never reuses a key', async () => {
    await ticket();
    // Not closed first: like after kill -9, only what is on disk counts.
    const second = await startJiraSandbox({ port: 0, dataDir, instant: true });
    const reply = await fetch(`${second.url}/rest/api/3/issue`, {
      method: 'POST',
      headers: { authorization: authorization(), 'content-type': 'application/json' },
      body: JSON.stringify({ fields: fields('second') }),
    });
    expect(await reply.json()).toMatchObject({ key: 'DR-2' });
    const issues = (await (
      await fetch(`${second.url}/_sandbox/issues`, { headers: { authorization: authorization() } })
    ).json()) as { issues: { key: string }[] };
    expect(issues.issues.map((issue) => issue.key)).toEqual(['DR-1', 'DR-2']);
    await second.close();
  });

  test('a webhook carries a signature over the very bytes that were sent', async () => {
    const received = Promise.withResolvers<{ headers: Record<string, unknown>; body: string }>();
    const receiver = createServer((request, response) => {
      const parts: Buffer[] = [];
      request
        .on('data', (part: Buffer) => parts.push(part))
        .on('end', () => {
          response.end();
          received.resolve({ headers: request.headers, body: Buffer.concat(parts).toString('utf8') });
        });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    await site({
      webhook: { url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`, secret: 'shared' },
    });
    await ticket();
    const { headers, body } = await received.promise;
    expect(headers['x-hub-signature']).toBe(`sha256=${createHmac('sha256', 'shared').update(body).digest('hex')}`);
    expect(headers['x-atlassian-webhook-identifier']).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(body)).toMatchObject({ webhookEvent: 'jira:issue_created', issue: { key: 'DR-1' } });
    receiver.closeAllConnections();
    receiver.close();
  });
});
