import { execFile } from 'node:child_process';
import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** What `postmaster.pid` says. `ready` accepts connections (perhaps read-only ones), `standby` runs and refuses them. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number | undefined;
  readonly status: 'starting' | 'stopping' | 'ready' | 'standby' | 'unknown';
}

/** Reads `postmaster.pid`; `undefined` when there is none. Says nothing about whether that process still lives. */
export async function readPostmaster(dataDir: string): Promise<Postmaster | undefined> {
  const text = await readFile(path.join(dataDir, 'postmaster.pid'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  const status = lines[7]?.trim();
  return {
    pid,
    port: lines[3] === undefined || lines[3] === '' ? undefined : Number(lines[3]),
    status:
      status === 'starting' || status === 'stopping' || status === 'ready' || status === 'standby' ? status : 'unknown',
  };
}

/**
 * The process that serves exactly this data directory, if it lives. A pid alone proves nothing: after a reboot it may be
 * anyone's, so its working directory (Linux) or command line must name the data directory.
 */
export async function livingPostmaster(dataDir: string): Promise<Postmaster | undefined> {
  const found = await readPostmaster(dataDir);
  return found !== undefined && (await serves(found.pid, dataDir)) ? found : undefined;
}

async function serves(pid: number, dataDir: string): Promise<boolean> {
  const wanted = await realpath(dataDir);
  if (process.platform === 'linux') {
    const [cwd, program] = await Promise.all(
      ['cwd', 'exe'].map((name) => readlink(`/proc/${pid}/${name}`).catch(() => undefined)),
    );
    return cwd === wanted && program !== undefined && path.basename(program).startsWith('postgres');
  }
  const listing = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => undefined);
  return listing !== undefined && listing.stdout.includes(wanted);
}

const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

/** `fast` ends sessions and writes everything out; `immediate` stops at once, and the next start recovers. */
export type StopMode = keyof typeof SIGNALS;

/** Sends the signal for `mode`; a process that is already gone is what was wanted. */
export function signalStop(pid: number, mode: StopMode): void {
  try {
    process.kill(pid, SIGNALS[mode]);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/**
 * Stops a server that an earlier, killed process left behind on this data directory, and removes its pid file. Leaves
 * every other process alone.
 *
 * @param timeoutMs how long a fast stop may take before it becomes an immediate one, default 10,000
 * @returns whether there was one
 * @throws Error when it does not go away
 */
export async function stopOrphan(dataDir: string, timeoutMs = 10_000): Promise<'stopped' | 'none'> {
  const orphan = await livingPostmaster(dataDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (orphan !== undefined) {
    for (const mode of ['fast', 'immediate'] as const) {
      signalStop(orphan.pid, mode);
      if (await goneWithin(orphan.pid, dataDir, timeoutMs)) break;
    }
    if (await serves(orphan.pid, dataDir)) {
      throw new Error(
        `PostgreSQL (pid ${orphan.pid}) on ${dataDir} was left behind and does not stop. Stop it by hand.`,
      );
    }
  }
  await rm(path.join(dataDir, 'postmaster.pid'), { force: true });
  return orphan === undefined ? 'none' : 'stopped';
}

async function goneWithin(pid: number, dataDir: string, timeoutMs: number): Promise<boolean> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline;) {
    if (!(await serves(pid, dataDir))) return true;
    await sleep(20);
  }
  return false;
}
