import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { FiredrillError } from '../../domain/errors.ts';
import type { PidFile } from './guard-protocol.ts';
import { isAlive } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';

/**
 * Stops what an earlier start left behind under this pid file: waits for a guard that is about to do it, then does it
 * itself. Leaves every process alone that is not beyond doubt the one that was started.
 *
 * @param patienceMs - how long a living guard may take before its child is stopped from here, default 15,000
 * @throws FiredrillError `leftover-process` when it does not go away
 */
export async function stopLeftover(pidFile: string, patienceMs = 15_000): Promise<'stopped' | 'none'> {
  const left = readPidFile(pidFile);
  if (left === undefined) return 'none';
  const wasAlive = isAlive(left.child);
  await goneWithin(left.guard, patienceMs);
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isAlive(left.child)) break;
    // The group: whatever the child started and did not take to another session.
    signalGroup(left.child.pid, signal);
    await goneWithin(left.child, 5000);
  }
  if (isAlive(left.child)) {
    throw new FiredrillError({
      code: 'leftover-process',
      kind: 'refused',
      what: `${left.name} (pid ${left.child.pid}) was left behind by an earlier start and does not stop.`,
      means: 'Nothing was started.',
      next: `Stop it by hand: kill -9 ${left.child.pid}`,
    });
  }
  rmSync(pidFile, { force: true });
  return wasAlive ? 'stopped' : 'none';
}

/** What a pid file says; nothing when it is missing or was cut off while it was written. */
export function readPidFile(pidFile: string): PidFile | undefined {
  try {
    return JSON.parse(readFileSync(pidFile, 'utf8')) as PidFile;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      return undefined;
    throw error;
  }
}

async function goneWithin(identity: ProcessIdentity, withinMs: number): Promise<void> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline && isAlive(identity);) await sleep(30);
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
