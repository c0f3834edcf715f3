import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
// Tests meet the stand-in here and nowhere else; the product reaches it only through the network.
// oxlint-disable-next-line no-restricted-imports
import { startSlackSandbox } from '../../sandbox/slack/server.ts';
import type { Notice } from '../../domain/notice.ts';
import { exampleAddress } from '../../views/example-notices.ts';
import { createSlackClient } from './client.ts';
import { createSlackActivities } from './index.ts';
import type { SlackActivities, SlackMessageRef } from './interface.ts';

/** A message as the sandbox's control interface tells it. */
export interface ToldMessage {
  readonly ts: string;
  readonly text: string;
  readonly thread_ts?: string;
  readonly deleted_at?: string;
  readonly blocks?: readonly { readonly type: string; readonly block_id?: string }[];
  readonly metadata?: { readonly event_payload: Readonly<Record<string, unknown>> };
}

type Delivered = Awaited<ReturnType<SlackActivities['deliverToSlack']>>;

/** A sandbox Slack and the activities that talk to it, as the delivery workflow would call them. */
export interface SlackScene extends AsyncDisposable {
  readonly url: string;
  readonly client: ReturnType<typeof createSlackClient>;
  readonly warnings: readonly string[];
  /** What the delivery workflow would remember by now. */
  readonly known: Readonly<Record<string, SlackMessageRef>>;
  /** One attempt at one notice; what it answers is remembered. */
  deliver(notice: Notice, attempt?: number): Promise<void>;
  control(method: string, path: string, body?: unknown): Promise<Readonly<Record<string, unknown>>>;
  messages(): Promise<readonly ToldMessage[]>;
}

export async function slackScene(token = 'xoxb-test'): Promise<SlackScene> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'firedrill-slack-'));
  const sandbox = await startSlackSandbox({ port: 0, dataDir, instant: true });
  const client = createSlackClient({ token, apiUrl: `${sandbox.url}/api/`, timeoutMs: 2000 });
  const warnings: string[] = [];
  const activities = createSlackActivities({ client, warn: (text) => warnings.push(text) });
  let known: Record<string, SlackMessageRef> = {};
  const control: SlackScene['control'] = async (method, place, body) => {
    const response = await fetch(`${sandbox.url}/_sandbox/${place}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as Readonly<Record<string, unknown>>;
  };
  return {
    url: sandbox.url,
    client,
    warnings,
    get known() {
      return known;
    },
    async deliver(notice, attempt = 1) {
      const engine = new MockActivityEnvironment(
        { attempt, scheduledTimestampMs: Date.now() },
        { logger: new DefaultLogger('ERROR') },
      );
      const request = { address: exampleAddress, notice, known };
      const answer = (await engine.run(() => activities.deliverToSlack(request))) as Delivered;
      known = { ...known, ...answer.messages };
    },
    control,
    async messages() {
      const told = await control('GET', `messages?channel=${exampleAddress.slackChannel}`);
      const messages = told['messages'] as readonly (ToldMessage & { readonly earlier?: unknown })[];
      // What a message said before it was edited is kept by the sandbox, and nobody sees it.
      return messages
        .filter(({ deleted_at }) => deleted_at === undefined)
        .map((message) => ({ ...message, earlier: undefined }));
    },
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
