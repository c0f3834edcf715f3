import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, LogLevel } from '@slack/bolt';
import { WebAPIPlatformError, WebClient } from '@slack/web-api';
import { startSlackSandbox } from './server.ts';
import type { Logger } from '@slack/bolt';
import type { SlackSandbox } from './server.ts';

/** One sandbox in a temporary folder, with a workspace, for the tests of this folder. */
export interface Scene extends AsyncDisposable {
  readonly sandbox: SlackSandbox;
  readonly dataDir: string;
  readonly key: string;
  readonly client: WebClient;
  /** A call of the control interface; answers the parsed JSON, whatever the status. */
  control(method: string, path: string, body?: unknown): Promise<Answer>;
  /** A started Bolt app in Socket Mode; stopped with the scene. */
  boltApp(listeners: (app: App) => void): Promise<App>;
}

/** The SDK prints what Slack refuses; the tests that provoke it read the error instead. */
export const quiet: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

/** What the control interface answers, as far as tests look at it. */
export interface Answer {
  readonly status?: string;
  readonly error?: string;
  readonly connections: number;
  readonly messages: readonly Readonly<Record<string, unknown>>[];
  readonly views: readonly { readonly id: string }[];
  readonly homes: Readonly<Record<string, { readonly id: string; readonly hash: string }>>;
  readonly events: readonly {
    readonly type: string;
    readonly state: string;
    readonly attempts: readonly { readonly result: string }[];
  }[];
  readonly trigger_id: string;
  readonly suggestions?: unknown;
  readonly dispatched?: readonly string[];
  readonly errors?: unknown;
  readonly calls: readonly Readonly<Record<string, unknown>>[];
  readonly app: { readonly signingSecret: string };
  readonly team: { readonly id: string; readonly url: string };
}

export async function scene(options: { dataDir?: string; key?: string } = {}): Promise<Scene> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'slack-sandbox-')));
  const key = options.key ?? 'test';
  const sandbox = await startSlackSandbox({ port: 0, dataDir, instant: true });
  const apps: App[] = [];
  const clientOptions = {
    slackApiUrl: `${sandbox.url}/api/`,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  };
  return {
    sandbox,
    dataDir,
    key,
    client: new WebClient(`xoxb-${key}`, { ...clientOptions, logger: quiet }),
    async control(method, path, body) {
      const response = await fetch(`${sandbox.url}/_sandbox/${path}`, {
        method,
        headers: { authorization: `Bearer xoxb-${key}` },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return (await response.json()) as Answer;
    },
    async boltApp(listeners) {
      const app = new App({
        token: `xoxb-${key}`,
        appToken: `xapp-${key}`,
        socketMode: true,
        clientOptions,
        logLevel: LogLevel.ERROR,
      });
      listeners(app);
      await app.start();
      apps.push(app);
      return app;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(apps.map((app) => app.stop()));
      await sandbox.close();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true });
    },
  };
}

export const plain = (text: string): { type: 'plain_text'; text: string } => ({ type: 'plain_text', text });

/** The code with which a Web API call is refused. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  if (!(error instanceof WebAPIPlatformError)) throw new Error(`expected a platform error, got ${String(error)}`);
  return error.data.error;
}

export const approval = (text: string): object[] => [
  { type: 'section', text: { type: 'mrkdwn', text } },
  {
    type: 'actions',
    block_id: 'gate',
    elements: [
      {
        type: 'button',
        action_id: 'approve',
        style: 'primary',
        value: 'gate-1',
        text: { type: 'plain_text', text: 'Approve' },
      },
      {
        type: 'button',
        action_id: 'reject',
        style: 'danger',
        value: 'gate-1',
        text: { type: 'plain_text', text: 'Reject…' },
      },
    ],
  },
];
