import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Another process works in this folder; both would stop each other's databases. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
}

interface Claim {
  readonly pid: number;
  /** What Linux says about when that process started; tells a reused pid from the old process. */
  readonly startedAt: string;
}

/**
 * Takes a data folder for this process. A claim left by a process that is gone (kill -9) is taken over.
 *
 * @returns gives the folder back
 * @throws FolderInUseError while the claiming process lives
 */
export function claimFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'sandbox.pid');
  const other = readClaim(path);
  if (other && other.pid !== process.pid && startOf(other.pid) === other.startedAt) {
    throw new FolderInUseError(
      `The sandbox with process id ${other.pid} already works in ${folder}. Stop that one first, or give this one another --data folder.`,
    );
  }
  writeFileSync(path, JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) ?? '' } satisfies Claim));
  return () => rmSync(path, { force: true });
}

function readClaim(path: string): Claim | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Claim;
  } catch {
    // Missing, or cut off while it was written by a process that died: nobody's claim.
    return undefined;
  }
}

/** @returns undefined when there is no such process; on systems without /proc, whether it lives is all that is known */
function startOf(pid: number): string | undefined {
  try {
    // Field 22; the command in parentheses before it may hold blanks.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    if (process.platform === 'linux') return undefined;
  }
  try {
    process.kill(pid, 0);
    return '';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? '' : undefined;
  }
}
