import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { removeDataRoot } from '../../postgres/index.ts';

export const root = dirname(dirname(import.meta.dirname));

/** A folder for one demo's state, removed with everything that lies elsewhere because of it. */
export async function newHome(): Promise<{ readonly home: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'firedrill-demo-'));
  const home = join(folder, 'home');
  return {
    home,
    async remove() {
      // As root, databases live where their own user can reach them.
      for (const place of [join(home, 'postgres'), join(home, 'sandbox', 'aws', 'rds')]) await removeDataRoot(place);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A command as it runs: what it said so far, and how it ended. */
export interface Running {
  readonly child: ChildProcess;
  readonly said: () => string;
  /** Waits for words in what it says; throws with all of it when it ends first or takes too long. */
  until(words: RegExp, withinMs?: number): Promise<RegExpExecArray>;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

const started = new Set<ChildProcess>();

/** Ends what a failed test left running; to be called after each. */
export function endWhatRuns(): void {
  for (const child of started) child.kill('SIGTERM');
  started.clear();
}

/** Starts `firedrill …` as a script would, without a terminal; `inTerminal` gives it one. */
export function firedrill(
  home: string,
  args: readonly string[],
  options: {
    readonly inTerminal?: boolean;
    readonly env?: Record<string, string>;
    /** Another copy of the project than this one. */
    readonly root?: string;
  } = {},
): Running {
  const bin = join(options.root ?? root, 'bin', 'firedrill.mjs');
  const command = options.inTerminal ? 'script' : process.execPath;
  const line = `stty cols 160 rows 60; exec ${[process.execPath, bin, ...args].map((word) => `'${word}'`).join(' ')}`;
  const child = spawn(command, options.inTerminal ? ['-qefc', line, '/dev/null'] : [bin, ...args], {
    cwd: root,
    // A person's terminal: continuous integration has none, and firedrill takes it at its word.
    env: {
      ...process.env,
      FIREDRILL_HOME: home,
      NO_COLOR: '1',
      ...(options.inTerminal ? { CI: '', TERM: 'xterm' } : {}),
      ...options.env,
      // Ours, and not a setting: firedrill refuses what looks like one and is none.
      FIREDRILL_KILL_SEED: undefined,
    },
    stdio: [options.inTerminal ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  started.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (stderr += data.toString()));
  const said = (): string => stdout + stderr;
  let over = false;
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.once('close', (code) => {
      over = true;
      started.delete(child);
      resolve({ code, stdout, stderr });
    });
  });
  return {
    child,
    said,
    ended,
    async until(words, withinMs = 180_000) {
      const giveUpAtMs = Date.now() + withinMs;
      for (;;) {
        const found = words.exec(said());
        if (found) return found;
        if (over || Date.now() > giveUpAtMs) throw new Error(`"${words.source}" was never said:\n${said()}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
  };
}

/** Processes that still work for a home: their command line or environment names it. */
export function processesOf(home: string): string[] {
  if (!existsSync('/proc/self')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      const read = (file: string): string => {
        try {
          return readFileSync(`/proc/${pid}/${file}`, 'utf8');
        } catch {
          // It ended meanwhile, or is somebody else's.
          return '';
        }
      };
      const commandLine = read('cmdline').replaceAll('\0', ' ').trim();
      return commandLine !== '' && (commandLine.includes(home) || read('environ').includes(home))
        ? [`${pid} ${commandLine}`]
        : [];
    });
}

/** Waits until nothing works for a home any more. */
export async function untilNothingRuns(home: string, withinMs = 20_000): Promise<string[]> {
  const giveUpAtMs = Date.now() + withinMs;
  for (;;) {
    const left = processesOf(home);
    if (left.length === 0 || Date.now() > giveUpAtMs) return left;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
