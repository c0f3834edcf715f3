import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WebClient } from '@slack/web-api';
// Tests meet the stand-in here and nowhere else; the product reaches it only through the network.
// oxlint-disable-next-line no-restricted-imports
import { startSlackSandbox } from '../../sandbox/slack/server.ts';
import type { OpenGate } from '../../domain/gate.ts';
import { exampleGate, exampleStatus } from '../../views/example-notices.ts';
import { runMessage } from '../../views/slack/run-message.ts';
import { createSlackApp } from './app.ts';
import type { SlackApp, SlackReach } from './app.ts';
import { workspace } from './example-workspace.ts';
import { exampleIncidentId, OneGate, signerKey } from './one-gate.ts';
import { handsOf } from './workspace-hands.ts';
import type { Control, Hands } from './workspace-hands.ts';

/** The app in its workspace, with what stands behind it. */
export interface AppScene extends Hands, AsyncDisposable {
  readonly engine: OneGate;
  readonly log: readonly string[];
  readonly url: string;
  /** Of the stand-in itself. */
  readonly sandboxUrl: string;
  readonly token: string;
  readonly control: Control;
}

/** A real Bolt app, started, against a sandbox workspace of the example catalog's people. */
export async function appScene(
  options: {
    readonly gate?: Partial<OpenGate>;
    readonly reach?: (signingSecret: string) => SlackReach;
    readonly command?: string;
  } = {},
): Promise<AppScene> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'firedrill-slack-app-'));
  const sandbox = await startSlackSandbox({ port: 0, dataDir, instant: true });
  const token = 'xoxb-app';
  const log: string[] = [];
  const control: Control = async (method, place, body) => {
    const response = await fetch(`${sandbox.url}/_sandbox/${place}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as Readonly<Record<string, unknown>>;
  };
  const command = options.command ?? '/dr';
  const setUp = (app: object = {}): Promise<unknown> =>
    control('PUT', 'workspace', { ...workspace, app: { commands: [command], events: ['app_home_opened'], ...app } });
  await setUp();
  const engine = new OneGate({ ...exampleGate, ...options.gate });
  const { app: setup } = (await control('GET', 'workspace')) as { app: { signingSecret: string } };
  const reach = options.reach?.(setup.signingSecret) ?? { kind: 'socket', appToken: 'xapp-app' };
  const app: SlackApp = createSlackApp({
    botToken: token,
    apiUrl: `${sandbox.url}/api`,
    reach,
    engine,
    signerKey,
    command,
    log: (level, message, facts) => log.push(`${level} ${message} ${JSON.stringify(facts ?? {})}`),
  });
  const { port } = await app.start();
  if (port !== undefined) {
    const address = `http://127.0.0.1:${port}/slack/events`;
    await setUp({ commandUrl: address, interactivityUrl: address });
  }
  const client = new WebClient(token, { slackApiUrl: `${sandbox.url}/api/`, retryConfig: { retries: 0 } });
  return {
    engine,
    log,
    url: port === undefined ? sandbox.url : `http://127.0.0.1:${port}/slack/events`,
    sandboxUrl: sandbox.url,
    token,
    control,
    ...handsOf({ control, client, command, gate: () => engine.state.gate }),
    async [Symbol.asyncDispose]() {
      await app.stop();
      await sandbox.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The message of an open incident. */
export const incidentIn = (scene: AppScene): Promise<string> =>
  scene.post(
    runMessage({
      heading: { runId: exampleIncidentId, service: 'jira-cloud', resource: '-', simulated: true, mode: 'real' },
      status: exampleStatus(1, 'running', {
        incident: {
          title: 'Issues cannot be read',
          commander: 'Hannah Lindqvist',
          beganMs: 1000,
          detectedMs: 2000,
          services: ['jira-cloud', 'identity'],
        },
      }),
      findings: [],
    }),
  );
