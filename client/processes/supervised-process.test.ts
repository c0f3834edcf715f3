import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readPidFile, stopLeftover } from './leftover.ts';
import { identify, isAlive } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { startProcess } from './supervised-process.ts';
import type { ProcessEvent, ProcessSpec, SupervisedProcess } from './supervised-process.ts';

let folder: string;
const running: SupervisedProcess<unknown>[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firedrill-processes-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((process) => process.kill()));
  rmSync(folder, { recursive: true, force: true });
});

/** A child with a child of its own; says that it is ready, then stays. */
const obedient = `
  const helper = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  console.log(JSON.stringify({ ready: true, helper: helper.pid }));
  process.on('SIGTERM', () => { console.log('stopping'); process.exit(0); });
  setInterval(() => {}, 1000);`;
const stubborn = `process.on('SIGTERM', () => {}); console.log('{"ready":true}'); setInterval(() => {}, 1000);`;

function specOf(
  script: string,
  more: Partial<ProcessSpec<Readonly<Record<string, unknown>>>> = {},
): ProcessSpec<Readonly<Record<string, unknown>>> {
  return {
    name: 'example',
    command: process.execPath,
    args: ['-e', script],
    env: { PATH: process.env['PATH'] ?? '' },
    cwd: folder,
    logFile: join(folder, 'example.log'),
    pidFile: join(folder, 'example.json'),
    restartAfterMs: [10, 10],
    ...more,
  };
}

async function start(script: string, more: Partial<ProcessSpec<Readonly<Record<string, unknown>>>> = {}) {
  const process = await startProcess(specOf(script, more));
  running.push(process);
  return process;
}

function identityOf(pid: unknown): ProcessIdentity {
  const identity = identify(Number(pid));
  if (identity === undefined) throw new Error(`There is no process ${String(pid)}.`);
  return identity;
}

async function gone(identity: ProcessIdentity): Promise<boolean> {
  for (let patience = 0; patience < 400 && isAlive(identity); patience += 1) await sleep(25);
  return !isAlive(identity);
}

/** What \`firedrill up\` is to these processes: a parent that is killed in the middle of it. */
async function parentThatStarts(
  script: string,
): Promise<{ kill(): void; child: ProcessIdentity; helper: ProcessIdentity | undefined }> {
  const file = join(folder, 'parent.ts');
  const module = join(import.meta.dirname, 'supervised-process.ts');
  writeFileSync(
    file,
    `import { startProcess } from ${JSON.stringify(module)};
     const process = await startProcess(${JSON.stringify(specOf(script))});
     console.log(JSON.stringify({ pid: process.pid(), ...process.ready }));`,
  );
  const parent = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = await new Promise<string>((resolve, reject) => {
    parent.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString('utf8')));
    parent.once('exit', () => reject(new Error('The parent ended early.')));
  });
  const { pid, helper } = JSON.parse(said) as { pid: number; helper?: number };
  return {
    kill: () => void parent.kill('SIGKILL'),
    child: identityOf(pid),
    helper: helper === undefined ? undefined : identityOf(helper),
  };
}

describe('a process that firedrill starts', () => {
  test('is ready when it says so, and hands over what it said', async () => {
    const process = await start(
      `console.log('warming up'); console.log(JSON.stringify({ ready: true, url: 'http://here' })); setInterval(() => {}, 1000);`,
    );
    expect(process.ready).toEqual({ ready: true, url: 'http://here' });
  });

  test('stops its own way, and what it had started goes with it', async () => {
    const process = await start(obedient);
    const helper = identityOf(process.ready['helper']);
    await process.stop();
    expect(readFileSync(join(folder, 'example.log'), 'utf8')).toContain('stopping');
    expect(await gone(helper)).toBe(true);
    expect(existsSync(join(folder, 'example.json'))).toBe(false);
  });

  test('is killed when it does not stop in its time', async () => {
    const process = await start(stubborn, { stop: [{ signal: 'SIGTERM', withinMs: 50 }] });
    const child = identityOf(process.pid());
    await process.stop();
    expect(isAlive(child)).toBe(false);
  });

  test('sees only the environment that it was given', async () => {
    process.env['SECRET_OF_SOMEBODY'] = 'x';
    const child = await start(
      `console.log(JSON.stringify({ ready: true, names: Object.keys(process.env) })); setInterval(() => {}, 1000);`,
    );
    delete process.env['SECRET_OF_SOMEBODY'];
    expect(child.ready['names']).toEqual(['PATH']);
  });

  test('that never comes up is told with the last lines of its log', async () => {
    await expect(start(`console.error('no such database'); process.exit(3)`)).rejects.toThrow(
      /exit code 3[^]*no such database/,
    );
    await expect(start('setInterval(() => {}, 1000)', { readyWithinMs: 100 })).rejects.toThrow(/not ready within/);
    await expect(start('', { command: join(folder, 'nothing-here') })).rejects.toThrow(
      /could not be started[^]*ENOENT/,
    );
  });

  test('is started again when it falls over', async () => {
    const events: ProcessEvent[] = [];
    const child = await start(obedient, { onEvent: (event) => void events.push(event) });
    const before = child.pid();
    process.kill(before, 'SIGKILL');
    while (!events.some(({ kind }) => kind === 'restarted')) await sleep(10);
    expect(child.pid()).not.toBe(before);
    expect(identify(child.pid())).toBeDefined();
  });

  test('is given up after its restarts, and the last lines of its log say why', async () => {
    writeFileSync(join(folder, 'starts'), '');
    const failing = `
      const fs = require('node:fs'); fs.appendFileSync('starts', 'x');
      console.log('{"ready":true}'); setTimeout(() => { console.error('out of luck'); process.exit(1); }, 30);`;
    const child = await start(failing);
    const error = await child.failed;
    expect(error.message).toContain('out of luck');
    expect(readFileSync(join(folder, 'starts'), 'utf8')).toBe('xxx');
  });
});

describe('when firedrill itself is killed', () => {
  test('nothing of what it started is left', async () => {
    const parent = await parentThatStarts(obedient);
    parent.kill();
    expect(await gone(parent.child)).toBe(true);
    expect(parent.helper === undefined || (await gone(parent.helper))).toBe(true);
    // The guard's last act.
    for (let patience = 0; patience < 200 && existsSync(join(folder, 'example.json')); patience += 1) await sleep(25);
    expect(existsSync(join(folder, 'example.json'))).toBe(false);
  });

  test('and the guard with it, the next start stops what was left behind', async () => {
    const parent = await parentThatStarts(`process.stdin.on('error', () => {}); ${obedient}`);
    const file = readPidFile(join(folder, 'example.json'));
    if (file === undefined) throw new Error('There is no pid file.');
    parent.kill();
    process.kill(file.guard.pid, 'SIGKILL');
    expect(isAlive(parent.child)).toBe(true);
    const next = await start(obedient);
    expect(isAlive(parent.child)).toBe(false);
    expect(identify(next.pid())).toBeDefined();
  });

  test('a stranger who has the old number by now is left alone', async () => {
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true });
    const identity = identityOf(stranger.pid);
    const old = { pid: identity.pid, startedAt: 'long ago' };
    writeFileSync(join(folder, 'example.json'), JSON.stringify({ name: 'example', child: old, guard: old }));
    expect(await stopLeftover(join(folder, 'example.json'))).toBe('none');
    expect(isAlive(identity)).toBe(true);
    stranger.kill('SIGKILL');
  });
});
