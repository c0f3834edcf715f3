import { closeSync, existsSync, openSync, readSync, renameSync, statSync } from 'node:fs';

/** Up to the last `lines` lines of a log, of what was written from byte `from` on; empty when there is no log. */
export function logTail(logFile: string, lines = 15, from = 0): string {
  const longestTailBytes = 64 * 1024;
  const size = logSize(logFile);
  return readFrom(logFile, Math.max(from, size - longestTailBytes))
    .trimEnd()
    .split('\n')
    .slice(-lines)
    .join('\n');
}

/** Size in bytes; 0 when there is no log yet. */
export const logSize = (logFile: string): number => (existsSync(logFile) ? statSync(logFile).size : 0);

/** Starts a new log when the old one has become long; the one before is kept. */
export function rotateLog(logFile: string, largestBytes = 10 * 1024 * 1024): void {
  if (logSize(logFile) > largestBytes) renameSync(logFile, `${logFile}.1`);
}

/**
 * The ready line of a process: the first line from byte `from` on that is a JSON object with `"ready": true`.
 *
 * @returns that object, or nothing while it has not been written
 */
export function readyLine(logFile: string, from: number): Readonly<Record<string, unknown>> | undefined {
  for (const line of readFrom(logFile, from).split('\n')) {
    if (!line.startsWith('{') || !line.includes('"ready"')) continue;
    try {
      const said: unknown = JSON.parse(line);
      if (typeof said === 'object' && said !== null && 'ready' in said && said.ready === true)
        return said as Record<string, unknown>;
    } catch {
      // Half a line: it is read again when the rest is there.
    }
  }
  return undefined;
}

function readFrom(logFile: string, from: number): string {
  const size = logSize(logFile);
  if (size <= from) return '';
  const file = openSync(logFile, 'r');
  try {
    const buffer = Buffer.alloc(size - from);
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, from));
  } finally {
    closeSync(file);
  }
}
