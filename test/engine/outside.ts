import { RDSClient } from '@aws-sdk/client-rds';
import { sandboxCredentials } from '../../examples/set-up.ts';
import type { CompanyPlace } from '../../examples/set-up.ts';
import { slackWorkspace } from '../../examples/world.ts';
import type { World } from './world.ts';

/** What the stand-ins saw, asked through their control interfaces; nothing here goes through the product. */

/** A world, or anything else that knows where the stand-ins are. */
type Place = { readonly place: CompanyPlace };

async function call(method: string, url: string, headers: Record<string, string>, body?: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text.slice(0, 300)}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** An RDS client with the account's own credentials: a person at the console, not firedrill. */
export const rdsOf = ({ place }: Place): RDSClient =>
  new RDSClient({
    endpoint: place.awsUrl,
    region: 'eu-central-1',
    credentials: sandboxCredentials(place.accountId),
  });

export const jira = (world: Place, method: string, path: string, body?: unknown): Promise<unknown> =>
  call(
    method,
    `${world.place.jiraUrl}/_sandbox/${path}`,
    {
      authorization: `Basic ${Buffer.from(`${world.place.jiraEmail}:${world.place.jiraApiToken}`).toString('base64')}`,
    },
    body,
  );

export const slack = (world: Place, method: string, path: string, body?: unknown): Promise<unknown> =>
  call(
    method,
    `${world.place.slackUrl}/_sandbox/${path}`,
    { authorization: `Bearer ${world.place.slackBotToken}` },
    body,
  );

/** From now on these people are gone from Slack, and everybody else of the example company is there. */
export const nowGoneFromSlack = (world: Place, ...slackIds: string[]): Promise<unknown> =>
  slack(world, 'PUT', 'workspace', {
    ...slackWorkspace,
    users: slackWorkspace.users.map((user) => (slackIds.includes(user.id) ? { ...user, deleted: true } : user)),
  });

/** Calls the Confluence stand-in's control interface for this world's site. */
export const confluence = (world: Place, method: string, path: string, body?: unknown): Promise<unknown> =>
  call(
    method,
    `${world.place.confluenceUrl ?? ''}/_sandbox/${path}`,
    {
      authorization: `Basic ${Buffer.from(`${world.place.jiraEmail}:${world.place.jiraApiToken}`).toString('base64')}`,
    },
    body,
  );

/**
 * Has Jira do the next such call and hold its answer back. A stand-in that is killed has forgotten it.
 *
 * @param call.path - a regular expression
 * @returns asks whether the call has been made
 */
export async function holdJiraAnswer(
  world: Place,
  call: { readonly method: string; readonly path: string },
  forMs: number,
): Promise<() => Promise<boolean>> {
  const fromMs = Date.now();
  await jira(world, 'POST', 'faults', { ...call, kind: 'late-reply', delayMs: forMs });
  return async () => {
    const { calls } = (await jira(world, 'GET', 'calls')) as {
      calls: { at: string; method: string; path: string; reply: string }[];
    };
    return calls.some(
      ({ at, method, path, reply }) =>
        reply === 'late' && method === call.method && new RegExp(call.path).test(path) && Date.parse(at) >= fromMs,
    );
  };
}

/** AWS refuses every restore, or that of one copy: for what is about the time before, a run that is over in seconds. */
export const refuseRestores = (world: World, copyName?: string): Promise<unknown> =>
  world.control('POST', 'faults', {
    service: 'rds',
    operation: 'RestoreDBInstanceToPointInTime',
    kind: 'error',
    code: 'InvalidRestoreFault',
    times: null,
    ...(copyName === undefined ? {} : { match: { TargetDBInstanceIdentifier: copyName } }),
  });

/** How such a run ends. */
export const refusedByAws = { verdict: 'failed', findings: ['restore/restore-refused'], copy: 'gone' } as const;

export interface JiraIssue {
  readonly key: string;
  readonly summary: string;
  readonly fingerprint: string;
  /** Not closed: by a person, or by firedrill when a later run proved it remedied. */
  readonly isOpen: boolean;
  /** Runs that the ticket counts. */
  readonly runs: readonly string[];
  readonly comments: readonly unknown[];
  readonly text: string;
}

/** Every ticket of the world's Jira site. */
export async function jiraIssues(world: Place): Promise<readonly JiraIssue[]> {
  const { issues } = (await jira(world, 'GET', 'issues')) as {
    issues: {
      key: string;
      summary: string;
      status: string;
      properties: Record<string, { fingerprint?: string; runs?: string[] } | undefined>;
      comments: unknown[];
    }[];
  };
  return issues.map((issue) => ({
    key: issue.key,
    summary: issue.summary,
    isOpen: issue.status !== 'Done',
    fingerprint: issue.properties['firedrill']?.fingerprint ?? '',
    runs: issue.properties['firedrill']?.runs ?? [],
    comments: issue.comments,
    text: JSON.stringify(issue),
  }));
}

export interface SlackMessage {
  /** The run, or the finding, that it is about. */
  readonly runId: string;
  /** The key under which firedrill knows its message: `run`, `verdict`, `gate:admission:1`, … */
  readonly key: string;
  readonly channel: string;
  readonly message: object;
}

type WireMessage = {
  ts: string;
  channel?: string;
  deleted_at?: unknown;
  metadata?: { event_payload?: { run?: string; key?: string } };
};

/** Every message about a run, in its service's channel; those that were deleted only if asked for. */
export const runMessages = async (
  world: Place,
  runId: string,
  channel?: string,
  options?: { readonly deletedToo?: boolean },
): Promise<readonly SlackMessage[]> =>
  (await ownMessages(world, channel, options)).filter((message) => message.runId === runId);

/** Every message about any run or finding, in a channel; those that were deleted only if asked for. */
export async function ownMessages(
  world: Place,
  channel = 'C0JIRACLOUD',
  { deletedToo = false } = {},
): Promise<readonly SlackMessage[]> {
  const { messages } = (await slack(world, 'GET', `messages?channel=${channel}`)) as { messages: WireMessage[] };
  return messages
    .filter(({ deleted_at }) => deletedToo || deleted_at === undefined)
    .flatMap((message) => {
      const { run: runId, key = '' } = message.metadata?.event_payload ?? {};
      return runId === undefined ? [] : [{ runId, key, channel, message }];
    });
}

export interface WebhookMessage {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly json?: unknown;
}

/** Takes the second channel of this world down; the answer brings it back. */
export async function takeSecondChannelDown(world: World): Promise<() => Promise<void>> {
  const { origin, pathname } = new URL(world.config.secondChannelUrl ?? '');
  const faults = `${origin}/_sandbox/faults`;
  const { id } = (await call('POST', faults, {}, { kind: 'down', times: null, path: pathname })) as { id: string };
  return async () => void (await call('DELETE', `${faults}/${id}`, {}));
}

/** What the second channel got from this world. */
export async function webhookMessages(world: World): Promise<readonly WebhookMessage[]> {
  const url = new URL(world.config.secondChannelUrl ?? '');
  const { messages } = (await call('GET', `${url.origin}/_sandbox/messages`, {})) as { messages: WebhookMessage[] };
  return messages.filter(({ path }) => path === url.pathname);
}

/** Waits until something is so. */
export async function until(so: () => Promise<boolean> | boolean, what: string, withinMs = 90_000): Promise<void> {
  const giveUpAtMs = Date.now() + withinMs;
  while (!(await so())) {
    if (Date.now() > giveUpAtMs) throw new Error(`not within ${withinMs / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
