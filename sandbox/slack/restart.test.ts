import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebClient } from '@slack/web-api';
import { expect, test } from 'vitest';
import { quiet, scene } from './fixture.ts';
import { WorkspaceStore } from './store.ts';

async function startInOwnProcess(dataDir: string): Promise<{ child: ChildProcess; url: string }> {
  const server = new URL('server.ts', import.meta.url).href;
  const script = `const { startSlackSandbox } = await import(${JSON.stringify(server)}); console.log((await startSlackSandbox({ port: 0, dataDir: ${JSON.stringify(dataDir)}, instant: true })).url)`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(child.stdout)) return { child, url: line };
  throw new Error('the sandbox ended before it said where it listens');
}

test('every message that was answered is still there after kill -9, with its metadata, and can be updated', async () => {
  await using folder = {
    path: await mkdtemp(join(tmpdir(), 'slack-kill-')),
    [Symbol.asyncDispose]: () => rm(folder.path, { recursive: true }),
  };
  const dataDir = folder.path;
  const first = await startInOwnProcess(dataDir);
  const client = new WebClient('xoxb-kill', {
    slackApiUrl: `${first.url}/api/`,
    retryConfig: { retries: 0 },
    logger: quiet,
  });
  const posting = Array.from({ length: 4 }, (_, number) =>
    client.chat.postMessage({
      channel: 'C0DRILLS',
      text: `m${number}`,
      metadata: { event_type: 'gate', event_payload: { number } },
    }),
  );
  const answered = await Promise.all(posting);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');

  await using again = await scene({ dataDir, key: 'kill' });
  const { messages = [] } = await again.client.conversations.history({
    channel: 'C0DRILLS',
    include_all_metadata: true,
  });
  expect(new Set(messages.map((one) => one.ts))).toEqual(new Set(answered.map((one) => one.ts)));
  expect(messages.map((one) => one.metadata?.event_payload)).toEqual(
    expect.arrayContaining([{ number: 0 }, { number: 3 }]),
  );
  await again.client.chat.update({ channel: 'C0DRILLS', ts: answered[0]?.ts ?? '', text: 'edited after the restart' });
  const newest = await again.client.chat.postMessage({ channel: 'C0DRILLS', text: 'new' });
  expect(Number(newest.ts)).toBeGreaterThan(Number(answered.at(-1)?.ts));
}, 20_000);

test('commits that come in any rhythm all end with their state in the file', async () => {
  await using folder = {
    path: await mkdtemp(join(tmpdir(), 'slack-commit-')),
    [Symbol.asyncDispose]: () => rm(folder.path, { recursive: true }),
  };
  const store = new WorkspaceStore(folder.path);
  const workspace = store.byKey('busy');
  const channel = workspace.channelForApp('C0DRILLS');
  const commits: Promise<void>[] = [];
  const commitOnce = (text: string): Promise<void> => {
    workspace.post(channel, { user: 'U0ANNA', text });
    const commit = store.commit(workspace);
    commits.push(commit);
    return commit;
  };
  // A commit in the very moment in which another one ended.
  for (let round = 0; round < 20; round += 1) {
    void commitOnce('first').then(() => commitOnce('at its end'));
    void commitOnce('waiting').then(() => commitOnce('at its end too'));
    await commitOnce('third');
  }
  while (commits.length > 0) await commits.shift();
  const read = new WorkspaceStore(folder.path).byKey('busy');
  expect(read.state.messages).toHaveLength(100);
});

test('edits, removals and a reset are there again; a line that was cut short is not, and spoils nothing', async () => {
  await using folder = {
    path: await mkdtemp(join(tmpdir(), 'slack-log-')),
    [Symbol.asyncDispose]: () => rm(folder.path, { recursive: true }),
  };
  const opened = () => {
    const store = new WorkspaceStore(folder.path);
    const workspace = store.byKey('log');
    const channel = workspace.channelForApp('C0DRILLS');
    const say = (text: string) => workspace.post(channel, { user: 'U0ANNA', text });
    return { workspace, say, commit: () => store.commit(workspace) };
  };
  const log = (teamId: string): string => join(folder.path, 'workspaces', `${teamId}.messages.jsonl`);
  const texts = ({ workspace }: ReturnType<typeof opened>): string[] =>
    workspace.state.messages.map(({ text }) => text);

  const first = opened();
  const { teamId } = first.workspace;
  const [said, gone] = [first.say('said'), first.say('gone')];
  await first.commit();
  first.workspace.edit(said, { text: 'edited', blocks: undefined, markEdited: true });
  first.workspace.remove(gone);
  await first.commit();
  expect((await readFile(log(teamId), 'utf8')).trim().split('\n')).toHaveLength(4);
  await appendFile(log(teamId), '{"ts":"1.0","channel":"C0DR');

  const second = opened();
  expect(texts(second)).toEqual(['edited', 'gone']);
  expect(second.workspace.messagesIn('C0DRILLS').map(({ text, earlier }) => [text, earlier[0]?.text])).toEqual([
    ['edited', 'said'],
  ]);
  // What is outdated or cut short went when it was read.
  expect((await readFile(log(teamId), 'utf8')).trim().split('\n')).toHaveLength(2);
  second.say('more');
  await second.commit();
  const third = opened();
  expect(texts(third)).toEqual(['edited', 'gone', 'more']);
  third.workspace.reset();
  third.say('anew');
  await third.commit();
  expect(texts(opened())).toEqual(['anew']);
});

test('what could not be written is written with what comes next', async () => {
  await using folder = {
    path: await mkdtemp(join(tmpdir(), 'slack-full-')),
    [Symbol.asyncDispose]: () => rm(folder.path, { recursive: true }),
  };
  const store = new WorkspaceStore(folder.path);
  const workspace = store.byKey('full');
  const channel = workspace.channelForApp('C0DRILLS');
  const say = (text: string) => workspace.post(channel, { user: 'U0ANNA', text });
  const log = join(folder.path, 'workspaces', `${workspace.teamId}.messages.jsonl`);
  say('before');
  await store.commit(workspace);
  await rename(log, `${log}.kept`);
  await mkdir(log);
  say('unwritten');
  await expect(store.commit(workspace)).rejects.toThrow('EISDIR');
  await rmdir(log);
  // Half of a line got in before the disk was full.
  await rename(`${log}.kept`, log);
  await appendFile(log, '{"ts":"1.0","chan');
  say('after');
  await store.commit(workspace);
  const read = new WorkspaceStore(folder.path).byKey('full');
  expect(read.state.messages.map(({ text }) => text)).toEqual(['before', 'unwritten', 'after']);
});
