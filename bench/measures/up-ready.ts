import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../../client/processes/project-root.ts';
import { removeDataRoot } from '../../postgres/index.ts';
import { median } from '../measure.ts';
import type { Measure, MeasureContext } from '../measure.ts';

const starts = 3;

/** The command as typed, from its start until it says that everything is ready. */
export const upReady: Measure = {
  name: 'up-ready',
  what: '`firedrill up` until it is ready: in an empty folder, and in one that it knows; and `firedrill --help`',
  async run(context) {
    const folder = mkdtempSync(join(tmpdir(), 'firedrill-bench-up-'));
    const home = join(folder, 'home');
    try {
      // Of another organisation than the example's: its database and its million rows are no part of a start.
      const example = readFileSync(join(projectRoot, 'examples', 'catalog.yaml'), 'utf8');
      writeFileSync(join(folder, 'catalog.yaml'), example.replace('name: Example Cloud Ltd', 'name: Bench Ltd'));
      context.tell('in an empty folder');
      const empty = await secondsUntilReady(context, folder);
      const known: number[] = [];
      for (let start = 1; start <= starts; start += 1) {
        context.tell(`again, ${start} of ${starts}`);
        known.push(await secondsUntilReady(context, folder));
      }
      const help: number[] = [];
      for (let start = 1; start <= starts; start += 1) help.push(await millisecondsOfHelp(folder));
      return [
        { name: 'up, warm, p50', value: median(known), unit: 's', note: `${starts} starts in a folder it knows` },
        { name: 'up, empty folder', value: empty, unit: 's', note: 'with the Temporal binary there' },
        { name: '--help, p50', value: median(help), unit: 'ms', goal: { atMost: 200 } },
      ];
    } finally {
      await removeDataRoot(join(home, 'sandbox', 'aws', 'rds'));
      await removeDataRoot(home);
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const startCli = (folder: string, args: readonly string[]) =>
  spawn(process.execPath, [join(projectRoot, 'bin', 'firedrill.mjs'), ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], FIREDRILL_HOME: join(folder, 'home') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Starts it, waits for its ready line, and stops it as Ctrl-C does. */
async function secondsUntilReady({ signal }: MeasureContext, folder: string): Promise<number> {
  const begunMs = performance.now();
  const child = startCli(folder, ['up', '--sandbox', '--instant', '--json']);
  const ended = once(child, 'exit');
  const stop = (): void => void child.kill('SIGINT');
  signal.addEventListener('abort', stop, { once: true });
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said += data.toString('utf8')));
  try {
    for await (const line of createInterface({ input: child.stdout }))
      if (line.startsWith('{"ready":true')) return (performance.now() - begunMs) / 1000;
    throw new Error(`up ended before it was ready: ${said.trim().split('\n').slice(-3).join(' ')}`);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
    await ended;
  }
}

async function millisecondsOfHelp(folder: string): Promise<number> {
  const begunMs = performance.now();
  const child = startCli(folder, ['--help']);
  child.stdout.resume();
  child.stderr.resume();
  await once(child, 'exit');
  return performance.now() - begunMs;
}
