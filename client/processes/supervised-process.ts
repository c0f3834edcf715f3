import { setTimeout as sleep } from 'node:timers/promises';
import { FiredrillError } from '../../domain/errors.ts';
import type { GuardOrder, StopStep } from './guard-protocol.ts';
import { startGuarded } from './guarded-process.ts';
import type { Exit, GuardedProcess } from './guarded-process.ts';
import { stopLeftover } from './leftover.ts';
import { logSize, logTail, readyLine, rotateLog } from './log-file.ts';

export interface ProcessSpec<T> {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly runAs?: { readonly uid: number; readonly gid: number } | undefined;
  readonly logFile: string;
  readonly pidFile: string;
  /** Default: SIGTERM, and 10 s for it. */
  readonly stop?: readonly StopStep[];
  /**
   * Asked until it answers something. Default: waits for a line on stdout that is a JSON object with `"ready": true`, and
   * answers that object.
   */
  readonly isReady?: (seen: { readonly line: Readonly<Record<string, unknown>> | undefined }) => Promise<T | undefined>;
  /** Default 60,000. */
  readonly readyWithinMs?: number;
  /** Ends a start that is under way; what runs already is ended with `stop`. */
  readonly signal?: AbortSignal | undefined;
  /** Told about restarts and about giving up. */
  readonly onEvent?: (event: ProcessEvent) => void;
  /** Pauses before the restarts, milliseconds; after the last one it gives up. Default 0.5, 1, 2, 4, 8 s. */
  readonly restartAfterMs?: readonly number[];
}

export type ProcessEvent =
  | {
      readonly kind: 'restarting';
      readonly name: string;
      readonly attempt: number;
      readonly inMs: number;
      readonly exit: Exit;
    }
  | { readonly kind: 'restarted'; readonly name: string }
  | { readonly kind: 'gave-up'; readonly name: string; readonly error: ProcessFailedError };

/** A process of ours does not start, or does not stay. Its text ends with the log's last lines. */
export class ProcessFailedError extends FiredrillError {
  override readonly name = 'ProcessFailedError';

  constructor(name: string, why: string, logFile: string, tail: string, options?: ErrorOptions) {
    super(
      {
        code: 'process-failed',
        kind: 'programme',
        what: `${name} ${why}.${tail === '' ? '' : ` Its log ends:\n${tail}\n`}`,
        means:
          'firedrill cannot work without it, so what had been started was stopped. Runs under way go on at the next start.',
        next: `Look into ${logFile}, then start again.`,
      },
      options,
    );
  }
}

/** A child that is started again when it falls over. */
export interface SupervisedProcess<T> {
  readonly name: string;
  readonly ready: T;
  /** Of the newest start. */
  pid(): number;
  /** Resolves with what went wrong when it was given up; never when it was stopped. */
  readonly failed: Promise<ProcessFailedError>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** One that stayed up this long has recovered: its restarts are counted anew. */
const recoveredAfterMs = 10 * 60_000;

/**
 * Starts a process of ours and waits until it is ready; after that keeps it running: five restarts with back-off, then it
 * gives up. A process that an earlier, killed firedrill left behind under the same pid file is stopped first.
 *
 * @throws ProcessFailedError when it ends before it is ready, or is not ready in time; nothing is left running then
 */
export async function startProcess<T = Readonly<Record<string, unknown>>>(
  spec: ProcessSpec<T>,
): Promise<SupervisedProcess<T>> {
  await stopLeftover(spec.pidFile);
  rotateLog(spec.logFile);
  let stopped = false;
  const first = await startOnce(spec);
  let current = first.process;
  let fail: (error: ProcessFailedError) => void = () => undefined;
  const failed = new Promise<ProcessFailedError>((resolve) => {
    fail = resolve;
  });
  const kept = keepRunning();

  return {
    name: spec.name,
    ready: first.ready,
    pid: () => current.pid,
    failed,
    stop: () => end((process) => process.stop()),
    kill: () => end((process) => process.kill()),
  };

  async function end(how: (process: GuardedProcess) => Promise<void>): Promise<void> {
    stopped = true;
    await how(current);
    await kept;
  }

  async function keepRunning(): Promise<void> {
    const pauses = spec.restartAfterMs ?? [500, 1000, 2000, 4000, 8000];
    let attempt = 0;
    for (;;) {
      const since = Date.now();
      const exit = await current.exited;
      if (stopped) return;
      if (Date.now() - since > recoveredAfterMs) attempt = 0;
      const restarted = await restart(exit, pauses, attempt);
      if (restarted === undefined) return;
      [current, attempt] = [restarted.process, restarted.attempt];
      if (stopped) return await current.stop();
      spec.onEvent?.({ kind: 'restarted', name: spec.name });
    }
  }

  async function restart(
    exit: Exit,
    pauses: readonly number[],
    from: number,
  ): Promise<{ process: GuardedProcess; attempt: number } | undefined> {
    let last = new ProcessFailedError(
      spec.name,
      `ended again and again (last ${wordsOf(exit)})`,
      spec.logFile,
      logTail(spec.logFile),
    );
    for (let attempt = from; ; attempt += 1) {
      const inMs = pauses[attempt];
      if (inMs === undefined) break;
      spec.onEvent?.({ kind: 'restarting', name: spec.name, attempt: attempt + 1, inMs, exit });
      await sleep(inMs);
      if (stopped) return undefined;
      try {
        return { process: (await startOnce(spec)).process, attempt: attempt + 1 };
      } catch (error) {
        if (!(error instanceof ProcessFailedError)) throw error;
        last = error;
      }
    }
    spec.onEvent?.({ kind: 'gave-up', name: spec.name, error: last });
    fail(last);
    return undefined;
  }
}

async function startOnce<T>(spec: ProcessSpec<T>): Promise<{ process: GuardedProcess; ready: T }> {
  const from = logSize(spec.logFile);
  const { name, command, args, env, cwd, runAs, logFile, pidFile } = spec;
  const order: GuardOrder = {
    name,
    command,
    args,
    env,
    cwd,
    logFile,
    pidFile,
    stop: spec.stop ?? [{ signal: 'SIGTERM', withinMs: 10_000 }],
    ...(runAs === undefined ? {} : { runAs }),
  };
  const failure = (why: string, cause?: unknown): ProcessFailedError =>
    new ProcessFailedError(name, why, logFile, logTail(logFile, 15, from), { cause });
  const process = await startGuarded(order).catch((error: unknown) => {
    throw failure(`could not be started (${error instanceof Error ? error.message : String(error)})`, error);
  });
  let exit: Exit | undefined;
  const watched = process.exited.then((seen) => {
    exit = seen;
  });
  const isReady = spec.isReady ?? (({ line }) => Promise.resolve(line as T | undefined));
  const readyWithinMs = spec.readyWithinMs ?? 60_000;
  for (const deadline = Date.now() + readyWithinMs; ;) {
    const ready = await isReady({ line: readyLine(logFile, from) });
    if (exit !== undefined) throw failure(`ended while it was starting (${wordsOf(exit)})`);
    if (ready !== undefined) return { process, ready };
    if (spec.signal?.aborted) {
      await process.stop();
      throw spec.signal.reason;
    }
    if (Date.now() > deadline) {
      await process.kill();
      throw failure(`was not ready within ${Math.round(readyWithinMs / 1000)} s`);
    }
    await Promise.race([sleep(25), watched]);
  }
}

const wordsOf = ({ code, signal, error }: Exit): string =>
  error ?? (signal === null ? `exit code ${code}` : `by ${signal}`);
