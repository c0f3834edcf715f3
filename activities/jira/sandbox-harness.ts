import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
// Tests meet the stand-in here and nowhere else; the product reaches it only through the network.
// oxlint-disable-next-line no-restricted-imports
import { startJiraSandbox } from '../../sandbox/jira/server.ts';
import { exampleFinding, exampleTicket } from '../../views/example-notices.ts';
import { createJiraActivities } from './index.ts';
import type { JiraActivities, JiraActivitiesOptions, JiraSite } from './index.ts';

type Request = Parameters<JiraActivities['fileTicket']>[0];
type Filed = Awaited<ReturnType<JiraActivities['fileTicket']>>;

/** An issue as the sandbox's control interface tells it, as far as tests look. */
export interface ToldIssue {
  readonly key: string;
  readonly summary: string;
  readonly description: unknown;
  readonly labels: readonly string[];
  readonly priority: string;
  readonly duedate: string | null;
  readonly assignee: string | null;
  readonly watchers: readonly string[];
  readonly comments: readonly { readonly body: unknown }[];
  readonly remoteLinks: readonly { readonly globalId: string; readonly object: { readonly url: string } }[];
  readonly properties: Readonly<Record<string, unknown>>;
  readonly custom: Readonly<Record<string, unknown>>;
}

export interface JiraScene extends AsyncDisposable {
  readonly site: JiraSite;
  readonly warnings: readonly string[];
  /** One attempt at filing the example finding as seen by a run. `worker` tells worker processes apart; `knownKeys` is what the gap's workflow knows. */
  file(runId: string, attempt?: number, worker?: string, knownKeys?: readonly string[]): Promise<Filed>;
  control(method: string, path: string, body?: unknown): Promise<Readonly<Record<string, unknown>>>;
  issues(): Promise<readonly ToldIssue[]>;
  /** A person closes a ticket. */
  closeTicket(key: string): Promise<void>;
}

export const people = [
  { accountId: 'acc-jonas', displayName: 'Jonas Weber', emailAddress: exampleTicket.ownerEmail },
  { accountId: 'acc-priya', displayName: 'Priya Raman', emailAddress: exampleTicket.championEmail },
];

export async function jiraScene(
  options: {
    readonly indexDelayMs?: number;
    readonly request?: Partial<Request>;
    readonly catalog?: NonNullable<JiraActivitiesOptions['catalog']>;
  } = {},
): Promise<JiraScene> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'firedrill-jira-'));
  const sandbox = await startJiraSandbox({ port: 0, dataDir, instant: true });
  const site: JiraSite = { baseUrl: sandbox.url, email: 'firedrill@example.com', apiToken: 'token', timeoutMs: 1000 };
  const warnings: string[] = [];
  const workers = new Map<string, JiraActivities>();
  const workerCalled = (name: string): JiraActivities => {
    const known = workers.get(name);
    if (known !== undefined) return known;
    const made = createJiraActivities({
      ...site,
      searchLagMs: 2000,
      runUrl: (runId) => `https://firedrill.example.com/runs/${runId}`,
      warn: (text) => warnings.push(text),
      ...(options.catalog === undefined ? {} : { catalog: options.catalog }),
    });
    workers.set(name, made);
    return made;
  };
  const control: JiraScene['control'] = async (method, place, body) => {
    const response = await fetch(`${sandbox.url}/_sandbox/${place}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${site.email}:any`).toString('base64')}`,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status >= 400) throw new Error(text);
    return JSON.parse(text === '' ? '{}' : text) as Readonly<Record<string, unknown>>;
  };
  await control('PUT', 'site', { users: people, indexDelayMs: options.indexDelayMs ?? 50 });
  return {
    site,
    warnings,
    control,
    async file(runId, attempt = 1, worker = 'first', knownKeys = []) {
      const engine = new MockActivityEnvironment({ attempt }, { logger: new DefaultLogger('ERROR') });
      const request: Request = {
        finding: { ...exampleFinding, runId },
        ticket: exampleTicket,
        simulated: true,
        knownKeys,
        ...options.request,
      };
      return (await engine.run(() => workerCalled(worker).fileTicket(request))) as Filed;
    },
    async issues() {
      return (await control('GET', 'issues'))['issues'] as readonly ToldIssue[];
    },
    async closeTicket(key) {
      await control('POST', 'act', { issue: key, as: 'acc-jonas', transitionTo: 'Done' });
      await new Promise((resolve) => setTimeout(resolve, 100));
    },
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
