import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const authorization = `Basic ${Buffer.from('drill.bot@example.com:token').toString('base64')}`;
const server = new URL('./server.ts', import.meta.url).href;

async function start(dataDir: string): Promise<{ child: ChildProcess; url: string }> {
  const script = `const { startJiraSandbox } = await import(${JSON.stringify(server)}); console.log((await startJiraSandbox({ port: 0, dataDir: ${JSON.stringify(dataDir)}, instant: true })).url)`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, url: line.toString('utf8').trim() };
}
async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

test('every ticket that was confirmed is there after kill -9 in the middle of writing', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'jira-kill-'));
  const first = await start(dataDir);
  const confirmed: string[] = [];
  const create = async (number: number): Promise<void> => {
    const fields = { project: { key: 'DR' }, issuetype: { name: 'Task' }, summary: `finding ${number}` };
    const reply = await fetch(`${first.url}/rest/api/3/issue`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ fields }),
    });
    confirmed.push(((await reply.json()) as { key: string }).key);
    if (confirmed.length === 20) await kill(first.child);
  };
  await Promise.allSettled(Array.from({ length: 100 }, (_, number) => create(number)));
  expect(confirmed.length).toBeGreaterThanOrEqual(20);
  const second = await start(dataDir);
  try {
    const { issues } = (await (
      await fetch(`${second.url}/_sandbox/issues`, { headers: { authorization } })
    ).json()) as { issues: { key: string }[] };
    const keys = issues.map((issue) => issue.key);
    expect(keys).toEqual(expect.arrayContaining(confirmed));
    expect(new Set(keys).size).toBe(keys.length);
  } finally {
    await kill(second.child);
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 30_000);
