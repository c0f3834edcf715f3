import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, LogLevel } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { expect, test } from 'vitest';
import { quiet } from './fixture.ts';
import { startSlackSandbox } from './server.ts';

interface Line {
  readonly method: string;
  readonly body: Readonly<Record<string, unknown>>;
}

test('what apps show is written down as Slack took it: messages, edits, views, answers; no refusals, no tokens', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'slack-record-'));
  const record = join(dataDir, 'record.jsonl');
  const start = async (port: number) =>
    await startSlackSandbox({ port, dataDir: join(dataDir, 'slack'), instant: true, record });
  let sandbox = await start(0);
  const lines = async (): Promise<readonly Line[]> =>
    (await readFile(record, 'utf8'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);
  const act = async (what: string, body: object): Promise<void> => {
    await fetch(`${sandbox.url}/_sandbox/${what}`, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-test' },
      body: JSON.stringify(body),
    });
  };
  const clientOptions = {
    slackApiUrl: `${sandbox.url}/api/`,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: quiet,
  };
  const app = new App({
    token: 'xoxb-test',
    appToken: 'xapp-test',
    socketMode: true,
    clientOptions,
    logLevel: LogLevel.ERROR,
    logger: quiet,
  });
  app.command('/dr', async ({ ack, client, body, respond }) => {
    await ack({ text: 'at once' });
    await respond({ text: 'a little later' });
    const view = {
      type: 'modal' as const,
      title: { type: 'plain_text' as const, text: 'A form' },
      blocks: [{ type: 'divider' as const }],
    };
    await client.views.open({ trigger_id: body.trigger_id, view });
  });
  try {
    await app.start();
    const client = new WebClient('xoxb-test', clientOptions);
    const { channels } = await client.conversations.list();
    const channel = channels?.[0]?.id ?? '';
    const { members } = await client.users.list({});
    const user = members?.find((one) => !one.is_bot && !one.deleted)?.id ?? '';

    const { ts = '' } = await client.chat.postMessage({ channel, text: 'one', blocks: [{ type: 'divider' }] });
    await client.chat.update({ channel, ts, text: 'two' });
    await expect(
      client.chat.postMessage({ channel, text: 'refused', blocks: [{ type: 'nonsense' } as never] }),
    ).rejects.toThrow(/invalid_blocks/);
    await act('act/command', { user, channel, command: '/dr', text: 'x', waitMs: 5000 });

    await expect
      .poll(async () => (await lines()).map(({ method }) => method))
      .toEqual(['chat.postMessage', 'chat.update', 'ack', 'response_url', 'views.open']);
    expect((await lines())[0]?.body).toMatchObject({ channel, text: 'one', blocks: [{ type: 'divider' }] });
    expect((await lines())[2]?.body).toEqual({ text: 'at once' });
    expect((await lines())[4]?.body).toMatchObject({ view: { type: 'modal', blocks: [{ type: 'divider' }] } });
    expect(await readFile(record, 'utf8')).not.toMatch(/xox|xapp|refused/);

    const { port } = sandbox;
    await sandbox.close();
    sandbox = await start(port);
    await client.chat.postMessage({ channel, text: 'three' });
    expect((await lines()).map(({ method }) => method)).toHaveLength(6);
  } finally {
    await app.stop();
    await sandbox.close();
    await rm(dataDir, { recursive: true });
  }
});
