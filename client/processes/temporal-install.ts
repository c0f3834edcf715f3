import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatDurationMs } from '../../domain/duration-text.ts';

/** The CLI that this project was tried with; later tags cannot be installed with `go install`. */
const cliVersion = 'v1.5.1';

interface InstallOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the binary goes; moved there whole, as the last act. */
  readonly target: string;
  readonly onProgress: (text: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Lets the Temporal SDK download the CLI, as it does for tests. One that has
 * brought nothing after six seconds, or stands still for half a minute, is given up.
 *
 * @throws Error when there is no network, or no build for this machine
 */
export async function downloadWithSdk(options: InstallOptions): Promise<string> {
  return await inDraftFolder(options.target, async (folder) => {
    const script = import.meta.filename.replace(/temporal-install\.(\w+)$/, 'temporal-download.$1');
    let size = 0;
    let grewAt = Date.now();
    await run(process.execPath, [script, folder, cliVersion], {
      ...options,
      onTick: (sinceMs, child) => {
        const now = sizeOf(folder);
        if (now > size) [size, grewAt] = [now, Date.now()];
        options.onProgress(
          size === 0
            ? `looking whether Temporal can be downloaded (${formatDurationMs(sinceMs)})`
            : `downloading Temporal (${Math.round(size / 1e6)} MB, ${formatDurationMs(sinceMs)})`,
        );
        if (Date.now() - grewAt > (size === 0 ? 6000 : 30_000)) child.kill('SIGKILL');
      },
    });
    const file = readdirSync(folder).find((name) => name.startsWith('temporal'));
    if (file === undefined) throw new Error('the download left no file');
    return join(folder, file);
  });
}

/**
 * Builds the CLI with Go, in a folder of the cache that is removed afterwards: about three minutes and 2 GB on a small
 * machine, once.
 *
 * @returns nothing when there is no Go
 * @throws Error with the last line that Go said
 */
export async function installWithGo(
  options: InstallOptions & { readonly go: string | undefined },
): Promise<string | undefined> {
  const { go, env, target } = options;
  if (go === undefined) return undefined;
  return await inDraftFolder(target, async (folder) => {
    let packages = 0;
    await run(go, ['install', '-v', '-ldflags=-s -w', `github.com/temporalio/cli/cmd/temporal@${cliVersion}`], {
      ...options,
      env: {
        ...env,
        GOBIN: join(folder, 'bin'),
        GOPATH: join(folder, 'path'),
        GOMODCACHE: join(folder, 'path', 'mod'),
        GOCACHE: join(folder, 'build'),
        // Otherwise the module cache is read-only and could not be removed.
        GOFLAGS: `${env['GOFLAGS'] ?? ''} -modcacherw`.trim(),
        CGO_ENABLED: env['CGO_ENABLED'] ?? '0',
      },
      onLine: (line) => {
        if (!line.startsWith('go: ')) packages += 1;
      },
      onTick: (sinceMs) =>
        options.onProgress(
          packages === 0
            ? `building Temporal with Go: fetching its sources (${formatDurationMs(sinceMs)})`
            : `building Temporal with Go, once: ${packages} packages (${formatDurationMs(sinceMs)}; about 3 min on two idle cores)`,
        ),
    });
    return join(folder, 'bin', 'temporal');
  });
}

/** Works beside the target; what is half done is never seen, also by a second start at the same time. */
async function inDraftFolder(target: string, make: (folder: string) => Promise<string>): Promise<string> {
  mkdirSync(dirname(target), { recursive: true });
  const folder = mkdtempSync(join(dirname(target), '.getting-temporal-'));
  try {
    renameSync(await make(folder), target);
    return target;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

interface RunOptions extends InstallOptions {
  readonly onLine?: (line: string) => void;
  readonly onTick: (sinceMs: number, child: { kill(signal: NodeJS.Signals): boolean }) => void;
}

function run(command: string, args: readonly string[], options: RunOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const since = Date.now();
    const child = spawn(command, args, {
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.signal === undefined ? {} : { signal: options.signal, killSignal: 'SIGKILL' as const }),
    });
    let last = '';
    const listen = (chunk: Buffer): void => {
      for (const line of chunk.toString('utf8').split('\n')) {
        if (line.trim() === '') continue;
        options.onLine?.(line);
        if (/error|fail|cannot|unable|refused|timed? ?out|dial|lookup/i.test(line) || last === '') last = line.trim();
      }
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    const ticking = setInterval(() => options.onTick(Date.now() - since, child), 1000);
    child.on('error', (error) => {
      clearInterval(ticking);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearInterval(ticking);
      if (code === 0) resolve();
      else
        reject(
          new Error(signal === null ? last.slice(0, 200) || `exit code ${code}` : 'it stood still and was given up'),
        );
    });
  });
}

function sizeOf(folder: string): number {
  let sum = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    // A file may be renamed while it is looked at.
    sum += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return sum;
}
