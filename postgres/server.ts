import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { PostgresBinaries } from './binaries.ts';
import { serverEnvironment } from './cluster.ts';
import { runAs } from './identity.ts';
import { livingPostmaster, readPostmaster, signalStop, stopOrphan } from './postmaster.ts';
import type { StopMode } from './postmaster.ts';

export interface StartServerOptions {
  readonly binaries: PostgresBinaries;
  readonly dataDir: string;
  /** TCP port on 127.0.0.1; without one a free port is chosen. */
  readonly port?: number | undefined;
  /** Settings that win over those in the data directory, and are not stored in it. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /**
   * `writable`: recovery is over, nobody sees a read-only moment before. `answering` (default): accepts connections,
   * perhaps read-only because it follows another server.
   */
  readonly until?: 'writable' | 'answering';
  /** Default 60,000. A long recovery needs more. */
  readonly timeoutMs?: number;
  /** Where the server writes its log; default `<dataDir>.log`. */
  readonly logFile?: string;
}

export interface RunningServer {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly pid: number;
  readonly dataDir: string;
  /** Resolves (never rejects) when the server has ended, for whatever reason. */
  readonly exited: Promise<ServerExit>;
  /** Ends the server and waits for it. A fast stop becomes an immediate one after 15 s. Repeating it is harmless. */
  stop(mode?: StopMode): Promise<void>;
}

export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The server did not start or did not become ready. The message ends with the last lines of its log. */
export class ServerStartError extends Error {
  override readonly name = 'ServerStartError';
}

const LOG_TAIL_LINES = 15;
const FAST_STOP_MS = 15_000;

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ port: 0, host: '127.0.0.1' }, () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('The system gave no port.'));
      });
    });
  });
}

/** Whether nobody listens on this port of 127.0.0.1 right now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1' }, () => probe.close(() => resolve(true)));
  });
}

/**
 * Starts PostgreSQL on a data directory and waits until it really answers. The server runs in its own session, so that
 * Ctrl-C in a terminal reaches its owner first; whoever starts it must stop it (after kill -9: `stopOrphan`).
 *
 * @throws ServerStartError when it ends early or is not ready in time; nothing is left running then
 */
export async function startServer(options: StartServerOptions): Promise<RunningServer> {
  const deadline = Date.now() + (options.timeoutMs ?? 60_000);
  if ((await livingPostmaster(options.dataDir)) !== undefined) {
    throw new ServerStartError(`A server already runs on ${options.dataDir}. Stop it first (stopOrphan).`);
  }
  for (;;) {
    // A pid file whose process is gone or is somebody else's would make PostgreSQL refuse to start.
    await stopOrphan(options.dataDir);
    const attempt = await startOnce(options, options.port ?? (await freePort()), deadline);
    if (!('said' in attempt)) return attempt;
    // The port was taken in between; or children of a killed server have not noticed yet that it is gone.
    const again =
      (options.port === undefined && attempt.said.includes('could not bind')) ||
      attempt.said.includes('pre-existing shared memory block');
    if (!again || Date.now() > deadline) {
      throw new ServerStartError(`PostgreSQL on ${options.dataDir} ${attempt.why}. Its log ends:\n${attempt.said}`);
    }
    await sleep(100);
  }
}

interface FailedStart {
  readonly why: string;
  readonly said: string;
}

async function startOnce(
  options: StartServerOptions,
  port: number,
  deadline: number,
): Promise<RunningServer | FailedStart> {
  const { dataDir } = options;
  const logFile = options.logFile ?? `${dataDir}.log`;
  const log = await open(logFile, 'a', 0o600);
  const logStart = (await log.stat()).size;
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: false,
    ...options.settings,
    // A hot standby says `ready` as soon as it answers read-only questions; a cold one only when recovery is over.
    ...(options.until === 'writable' ? { hot_standby: false } : {}),
  };
  const args = ['-D', dataDir, '-p', String(port)];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${String(value)}`);
  let child: ChildProcess;
  try {
    child = spawn(options.binaries.postgres, args, {
      ...runAs(),
      env: serverEnvironment(),
      cwd: dataDir,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
  } finally {
    await log.close();
  }
  let ended: ServerExit | undefined;
  let startError: Error | undefined;
  const exited = new Promise<ServerExit>((resolve) => {
    child.once('error', (error) => {
      startError = error;
      resolve((ended = { code: null, signal: null }));
    });
    child.once('exit', (code, signal) => resolve((ended = { code, signal })));
  });
  const said = async (): Promise<string> =>
    (await readFile(logFile)).subarray(logStart).toString('utf8').trim().split('\n').slice(-LOG_TAIL_LINES).join('\n');

  for (;;) {
    if (ended !== undefined) {
      const why =
        startError === undefined ? `ended while starting (code ${ended.code})` : `did not start: ${startError.message}`;
      return { why, said: await said() };
    }
    const now = await readPostmaster(dataDir);
    const isUp = now?.pid === child.pid && now?.status === 'ready';
    if (isUp && child.pid !== undefined) {
      const pid = child.pid;
      return { host: '127.0.0.1', port, pid, dataDir, exited, stop: (mode = 'fast') => stopAndWait(pid, mode) };
    }
    if (Date.now() > deadline) {
      if (child.pid !== undefined) await stopAndWait(child.pid, 'immediate');
      return { why: 'was not ready in time', said: await said() };
    }
    await Promise.race([sleep(10), exited]);
  }

  async function stopAndWait(pid: number, mode: StopMode): Promise<void> {
    if (ended !== undefined) return;
    signalStop(pid, mode);
    const timer = setTimeout(() => signalStop(pid, 'immediate'), FAST_STOP_MS);
    await exited;
    clearTimeout(timer);
  }
}
