import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { appScene } from './sandbox-harness.ts';
import type { AppScene } from './sandbox-harness.ts';

const root = path.resolve(import.meta.dirname, '../..');
let child: ChildProcess | undefined;
let home: string | undefined;

afterEach(async () => {
  if (child?.exitCode === null) child.kill('SIGKILL');
  if (home !== undefined) await rm(home, { recursive: true, force: true });
});

/** The Slack app as `up` starts it, with Temporal and store at addresses where nobody listens. */
async function startMain(
  env: Record<string, string>,
): Promise<{ readonly child: ChildProcess; readonly errors: () => string }> {
  home = await mkdtemp(path.join(tmpdir(), 'firedrill-slack-main-'));
  const started = spawn(process.execPath, [path.join(root, 'client/slack/main.ts')], {
    cwd: home,
    env: {
      PATH: process.env['PATH'] ?? '',
      FIREDRILL_HOME: home,
      FIREDRILL_CATALOG: path.join(root, 'examples/catalog.yaml'),
      FIREDRILL_SLACK_SIGNER_KEY: '11'.repeat(32),
      TEMPORAL_ADDRESS: '127.0.0.1:9',
      DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:9/none',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  started.stderr.on('data', (part: Buffer) => (errors += part.toString()));
  child = started;
  return { child: started, errors: () => errors };
}

const sceneOverHttp = () =>
  appScene({ reach: (signingSecret) => ({ kind: 'http', signingSecret, port: 0, host: '127.0.0.1' }) });

/** The workspace speaks over the socket again: with the process, and not with the app of this test. */
async function startMainIn(scene: AppScene, env: Record<string, string> = {}): ReturnType<typeof startMain> {
  await scene.control('PUT', 'workspace', {
    users: [{ id: 'U0DANIEL', name: 'daniel', real_name: 'Daniel Kim' }],
    channels: [{ id: 'C0JIRACLOUD', name: 'jira-cloud-dr' }],
  });
  return await startMain({
    SLACK_API_URL: `${scene.sandboxUrl}/api/`,
    SLACK_BOT_TOKEN: scene.token,
    SLACK_APP_TOKEN: 'xapp-app',
    ...env,
  });
}

describe('the process', () => {
  test('is ready, and answers people, while Temporal and the store are away; SIGTERM ends it', async () => {
    await using scene = await sceneOverHttp();
    const { child: main, errors } = await startMainIn(scene);
    const lines = createInterface({ input: main.stdout ?? process.stdin });
    const [ready] = (await Promise.race([once(lines, 'line'), once(main, 'exit').then(() => [errors()])])) as [string];
    expect(JSON.parse(ready)).toEqual({ ready: true, pid: main.pid, reach: 'socket' });

    expect(await scene.command('U0DANIEL', 'status', 9000)).toMatch(/does not answer|Still at it/);
    expect(await scene.command('U0DANIEL', 'help')).toContain('/dr start restore-test');

    main.kill('SIGTERM');
    const [code] = (await once(main, 'exit')) as [number];
    expect(code).toBe(0);
  });

  test('answers people while Temporal and the store are there and say nothing: first that it takes longer, then that', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    await using scene = await sceneOverHttp();
    const { child: main } = await startMainIn(scene, {
      TEMPORAL_ADDRESS: `127.0.0.1:${port}`,
      DATABASE_URL: `postgres://nobody:nothing@127.0.0.1:${port}/none`,
    });
    await once(createInterface({ input: main.stdout ?? process.stdin }), 'line');
    expect(await scene.command('U0DANIEL', 'status', 9000)).toMatch(/^⏳ Still at it: something behind me is slow/);
    await expect
      .poll(async () => (await scene.toldTo('U0DANIEL')).join('\n'), { timeout: 30_000 })
      .toMatch(/The workflow engine \(Temporal\) does not answer/);
  }, 60_000);

  test('outlives a Slack that is away for longer than its socket is tried, and hears people again', async () => {
    await using scene = await sceneOverHttp();
    const { child: main, errors } = await startMainIn(scene);
    await once(createInterface({ input: main.stdout ?? process.stdin }), 'line');
    await scene.control('POST', 'faults', { method: 'apps.connections.open', kind: 'down', times: 3 });
    await scene.control('POST', 'socket/disconnect', { how: 'cut' });
    const faults = async () => ((await scene.control('GET', 'faults')) as { faults: unknown[] }).faults;
    await expect.poll(faults, { timeout: 45_000 }).toEqual([]);
    await expect.poll(() => scene.command('U0DANIEL', 'help'), { timeout: 45_000 }).toContain('/dr start restore-test');
    expect(main.exitCode, errors()).toBeNull();
  }, 120_000);

  test('says in one sentence what is missing, with exit code 2', async () => {
    const { child: main, errors } = await startMain({
      SLACK_API_URL: 'http://127.0.0.1:9/api/',
      SLACK_BOT_TOKEN: 'xoxb-app',
    });
    const [code] = (await once(main, 'exit')) as [number];
    expect(code).toBe(2);
    expect(errors()).toMatch(
      /^firedrill: SLACK_APP_TOKEN \(Socket Mode\) or SLACK_SIGNING_SECRET \(HTTP\) is not set\./,
    );
    expect(errors()).not.toContain(' at ');
  });

  test('a Slack that is not there yet is waited for', async () => {
    const { child: main, errors } = await startMain({
      SLACK_API_URL: 'http://127.0.0.1:9/api/',
      SLACK_BOT_TOKEN: 'xoxb-app',
      SLACK_APP_TOKEN: 'xapp-app',
    });
    const lines = createInterface({ input: main.stdout ?? process.stdin });
    const [ready] = (await Promise.race([once(lines, 'line'), once(main, 'exit').then(() => [errors()])])) as [string];
    // Whoever started it need not wait for Slack.
    expect(JSON.parse(ready)).toEqual({ ready: true, pid: main.pid, reach: 'socket', waiting: true });
    expect(errors()).toContain('Slack cannot be reached yet');
    expect(main.exitCode).toBeNull();
    main.kill('SIGTERM');
    const [code] = (await once(main, 'exit')) as [number];
    expect(code).toBe(0);
  });
});
