import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { FiredrillError } from '../../domain/errors.ts';
import { downloadWithSdk, installWithGo } from './temporal-install.ts';

/** Where a Temporal server was found. */
export interface TemporalBinary {
  readonly path: string;
  readonly from: 'PATH' | 'cache' | 'download' | 'go';
  /** `1.29.1`, of the server part. */
  readonly serverVersion: string;
}

export interface FindTemporalOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cacheDir: string;
  /** Told about everything that takes long, in half a sentence. */
  readonly onProgress: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** Older servers lack what the runs rely on (Update with start, and its retries). */
const oldestServer = { major: 1, minor: 28 };

/**
 * The Temporal server for this machine: on the PATH, in the cache, by the SDK's own download, or built with Go. A way that
 * does not work is followed by the next; what was tried is in the error.
 *
 * @throws FiredrillError `no-temporal` with one sentence on what to install
 */
export async function findTemporal(options: FindTemporalOptions): Promise<TemporalBinary> {
  const { env, cacheDir } = options;
  const binDir = join(cacheDir, 'bin');
  const cached = join(binDir, 'temporal');
  const tried: string[] = [];
  const causes: unknown[] = [];
  const ways: readonly { readonly from: TemporalBinary['from']; readonly find: () => Promise<string | undefined> }[] = [
    { from: 'PATH', find: () => Promise.resolve(onPath('temporal', env)) },
    { from: 'cache', find: () => Promise.resolve(executable(cached) ? cached : undefined) },
    { from: 'download', find: () => downloadWithSdk({ ...options, target: cached }) },
    { from: 'go', find: () => installWithGo({ ...options, target: cached, go: onPath('go', env) }) },
  ];
  for (const { from, find } of ways) {
    try {
      const path = await find();
      if (path === undefined) continue;
      return { path, from, serverVersion: await serverVersionOf(path) };
    } catch (error) {
      if (options.signal?.aborted) throw error;
      causes.push(error);
      // What the SDK says about its own download helps nobody here; it is in the cause.
      tried.push(from === 'download' ? 'it cannot be downloaded from here' : `${from}: ${shortly(error)}`);
    }
  }
  throw new FiredrillError(
    {
      code: 'no-temporal',
      kind: 'programme',
      what: `There is no Temporal server on this machine and no way to get one${tried.length === 0 ? '' : ` (${tried.join('; ')})`}.`,
      means: 'Nothing was started.',
      next: 'Install the Temporal CLI (https://docs.temporal.io/cli) or Go, or set TEMPORAL_ADDRESS to a server that runs already.',
    },
    { cause: causes[0] },
  );
}

/**
 * Version of the server inside a Temporal CLI. A CLI built from source calls itself 0.0.0-DEV: only its server part says
 * what it is.
 *
 * @throws Error when it is none, or too old
 */
export async function serverVersionOf(path: string): Promise<string> {
  const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 15_000 });
  const match = /Server (\d+)\.(\d+)\.(\d+)/.exec(stdout);
  if (match === null) throw new Error(`${path} is not a Temporal server (it says "${stdout.trim().slice(0, 80)}")`);
  const [major, minor] = [Number(match[1]), Number(match[2])];
  if (major < oldestServer.major || (major === oldestServer.major && minor < oldestServer.minor)) {
    throw new Error(
      `${path} has Temporal server ${match[1]}.${match[2]}.${match[3]}; ${oldestServer.major}.${oldestServer.minor} or newer is needed`,
    );
  }
  return `${match[1]}.${match[2]}.${match[3]}`;
}

/** The last and most telling part of what a tool said, without its brackets and addresses. */
const shortly = (error: unknown): string => {
  const text = (error instanceof Error ? error.message : String(error))
    .replace(/^\[?(Error: )+/, '')
    .replaceAll(/\s*\(?https?:\S+/g, '');
  return text.length <= 140 ? text.replace(/[:\s]+$/, '') : `${text.slice(0, 139)}…`;
};

function onPath(program: string, env: FindTemporalOptions['env']): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, program)).find(executable);
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not to be run: either way not this one.
    return false;
  }
}
