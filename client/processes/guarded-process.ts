import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { GuardMessage, GuardOrder } from './guard-protocol.ts';
import { stopLeftover } from './leftover.ts';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not even be started. */
  readonly error?: string;
}

/** A child under its guard. */
export interface GuardedProcess {
  readonly pid: number;
  /** Resolves, never rejects, when the child has ended for whatever reason and its group with it. */
  readonly exited: Promise<Exit>;
  /** Asks it to stop, each way in its time; resolves when it is gone. */
  stop(): Promise<void>;
  /** At once. */
  kill(): Promise<void>;
}

/**
 * Starts a child in its own process group under a guard that stops it when this process is gone, also after kill -9.
 * Ctrl-C in the terminal reaches neither.
 *
 * @throws Error when the command cannot be started
 */
export async function startGuarded(order: GuardOrder): Promise<GuardedProcess> {
  mkdirSync(dirname(order.logFile), { recursive: true });
  mkdirSync(dirname(order.pidFile), { recursive: true });
  const guard = spawn(process.execPath, [guardScript], {
    cwd: '/',
    detached: true,
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  guard.stdin.on('error', () => undefined);
  let started: (pid: number) => void = () => undefined;
  let refused: (error: Error) => void = () => undefined;
  const pid = new Promise<number>((resolve, reject) => {
    [started, refused] = [resolve, reject];
  });
  let said: Exit | undefined;
  createInterface({ input: guard.stdout }).on('line', (line) => {
    const message = JSON.parse(line) as GuardMessage;
    if (message.type === 'started') started(message.pid);
    else said = message;
  });
  const exited = new Promise<Exit>((resolve) => {
    guard.on('error', refused);
    guard.on('close', () => {
      refused(new Error(said?.error ?? `${order.command} ended before it had begun`));
      // A guard that was killed could not say anything, and its child may still be there.
      if (said !== undefined) resolve(said);
      else
        stopLeftover(order.pidFile, 0).then(
          () => resolve({ code: null, signal: 'SIGKILL' }),
          () => resolve({ code: null, signal: null }),
        );
    });
  });
  guard.stdin.write(`${JSON.stringify(order)}\n`);
  const childPid = await pid;
  const tell = async (word: 'stop' | 'kill'): Promise<void> => {
    if (guard.stdin.writable) guard.stdin.write(`${word}\n`);
    await exited;
  };
  return { pid: childPid, exited, stop: () => tell('stop'), kill: () => tell('kill') };
}

/** In `dist` it has another ending. */
const guardScript = import.meta.filename.replace(/guarded-process\.(\w+)$/, 'guard.$1');
