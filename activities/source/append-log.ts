import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { FiredrillError } from '../../domain/errors.ts';

/**
 * An append-only file of JSON lines that survives kill -9: a line is on disk when `append` has answered, and a torn last
 * line is dropped, never guessed.
 */
export interface AppendLog<T> {
  append(entry: T): Promise<void>;
  /** Rewrites the file without the entries that `keep` refuses. */
  prune(keep: (entry: T) => boolean): Promise<void>;
  close(): Promise<void>;
}

/** The disk did not take a line: full, read-only, gone. What was to be remembered does not count as acknowledged. */
class LogNotWrittenError extends FiredrillError {
  override readonly name = 'LogNotWrittenError';

  constructor(file: string, cause: unknown) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
    super(
      {
        code: 'source-log-not-written',
        kind: 'programme',
        what: `The log ${file} cannot be written (${why}).`,
        means: 'Without it nobody can say which sentinels were acknowledged, so the RPO would be not-measured.',
        next: 'Make room on the disk, or give the source process another data folder.',
      },
      { cause },
    );
  }
}

/** Opens a log to append to; cuts off a line that a killed writer left half written. Appending throws LogNotWrittenError. */
export async function openAppendLog<T>(file: string, schema: z.ZodType<T>): Promise<AppendLog<T>> {
  await mkdir(path.dirname(file), { recursive: true });
  let handle = await openAtLineEnd(file);
  return {
    append: async (entry) => {
      try {
        await handle.appendFile(`${JSON.stringify(entry)}\n`);
        await handle.datasync();
      } catch (error) {
        throw new LogNotWrittenError(file, error);
      }
    },
    prune: async (keep) => {
      const all = await readLog(file, schema);
      const kept = all.filter(keep);
      if (kept.length === all.length) return;
      const next = `${file}.new`;
      await writeFile(next, kept.map((entry) => `${JSON.stringify(entry)}\n`).join(''), { flush: true });
      await handle.close();
      await rename(next, file);
      handle = await openAtLineEnd(file);
    },
    close: () => handle.close(),
  };
}

/** All whole entries of a log, oldest first; none when there is no file. A line that is not one of ours is passed over. */
export async function readLog<T>(file: string, schema: z.ZodType<T>): Promise<readonly T[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  // Only what ends in a line break was written completely.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole.split('\n').flatMap((line) => {
    if (line === '') return [];
    const parsed = schema.safeParse(parseLine(line));
    return parsed.success ? [parsed.data] : [];
  });
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // a line damaged on disk; the schema refuses undefined
  }
}

async function openAtLineEnd(file: string): Promise<FileHandle> {
  const handle = await open(file, 'a+');
  const { size } = await handle.stat();
  const tail = Buffer.alloc(Math.min(size, 1024 * 1024));
  await handle.read(tail, 0, tail.length, size - tail.length);
  const lineEnd = tail.lastIndexOf('\n');
  if (size > 0 && lineEnd !== tail.length - 1) await handle.truncate(size - (tail.length - 1 - lineEnd));
  return handle;
}

/** Replaces a small file in one step, so that a reader sees the old or the new one. */
export async function replaceFile(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const next = `${file}.${process.pid}.new`;
  try {
    await writeFile(next, text);
    await rename(next, file);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
}
