import { fstatSync } from 'node:fs';
import { resolve } from 'node:path';
import { claimFolder, FolderInUseError } from './kit/folder-claim.ts';
import type { SandboxOptions } from './options.ts';
import { readOptions, usage, UsageError } from './options.ts';
import type { Part } from './start.ts';
import { startSandbox } from './start.ts';

// A database that will not stop must not keep the sandbox: the next start stops what is left.
const stopLimitMs = 15_000;

const say = (message: string): void => {
  process.stderr.write(`sandbox: ${message}\n`);
};

/** The process from start to stop. */
class Main {
  readonly #options: SandboxOptions;
  readonly #parts = new Set<Part>();
  #release: (() => void) | undefined;
  #stopping: Promise<never> | undefined;

  constructor(options: SandboxOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    this.#listenForTheEnd();
    this.#release = claimFolder(this.#options.dataDir);
    const sandbox = await startSandbox(this.#options, (part) => this.#keep(part), say);
    const address = ({ url, port }: Part) => ({ url, port });
    const ready = {
      ready: true,
      pid: process.pid,
      aws: address(sandbox.aws),
      slack: address(sandbox.slack),
      jira: address(sandbox.jira),
      confluence: address(sandbox.confluence),
      webhook: address(sandbox.webhook),
    };
    process.stdout.write(`${JSON.stringify(ready)}\n`);
  }

  /** Stops everything, at once and only once, and ends the process. */
  stop(exitCode: number): Promise<never> {
    this.#stopping ??= this.#stopAll(exitCode);
    return this.#stopping;
  }

  #keep(part: Part): void {
    this.#parts.add(part);
    // It was still starting when the end came.
    if (this.#stopping) void closeAll([part]);
  }

  #listenForTheEnd(): void {
    const end = (exitCode: number) => void this.stop(exitCode);
    process.once('SIGTERM', () => end(0));
    process.once('SIGINT', () => end(0));
    const fail = (error: unknown) => {
      say(`stopping after a failure that nobody expected: ${error instanceof Error ? error.stack : String(error)}`);
      end(1);
    };
    process.on('uncaughtException', fail);
    process.on('unhandledRejection', fail);
    if (this.#options.dieWithParent && isPipe(process.stdin.fd)) {
      process.stdin.on('end', () => end(0)).on('error', () => end(0));
      process.stdin.resume();
    }
    // A parent that has gone takes its ends of the pipes with it; writing there is no reason to die untidily.
    process.stdout.on('error', () => end(0));
    process.stderr.on('error', () => end(0));
  }

  async #stopAll(exitCode: number): Promise<never> {
    setTimeout(() => {
      say(
        `something did not stop within ${stopLimitMs / 1000} s; ending anyway. The next start on the same folder cleans up.`,
      );
      process.exit(1);
    }, stopLimitMs);
    const clean = await closeAll([...this.#parts]);
    this.#release?.();
    process.exit(clean ? exitCode : 1);
  }
}

async function closeAll(parts: readonly Part[]): Promise<boolean> {
  const results = await Promise.allSettled(parts.map((part) => part.close()));
  for (const result of results) {
    if (result.status === 'rejected') say(`a part did not stop cleanly: ${String(result.reason)}`);
  }
  return results.every((result) => result.status === 'fulfilled');
}

function isPipe(fd: number): boolean {
  const stat = fstatSync(fd);
  return stat.isFIFO() || stat.isSocket();
}

function readCommandLine(): SandboxOptions {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options !== 'help') return { ...options, dataDir: resolve(options.dataDir) };
    process.stderr.write(`${usage}\n`);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${usage}\n`);
    process.exit(2);
  }
}

const main = new Main(readCommandLine());
try {
  await main.run();
} catch (error) {
  say(
    error instanceof FolderInUseError
      ? error.message
      : `could not start: ${error instanceof Error ? error.stack : String(error)}`,
  );
  await main.stop(1);
}
