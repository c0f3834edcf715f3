import { spawn } from 'node:child_process';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { PostgresBinaries } from './binaries.ts';
import { makeServerFolder, runAs } from './identity.ts';

/** Only what a server needs: PG* variables of the caller must not leak into it, and messages stay in English. */
export function serverEnvironment(): Record<string, string> {
  const path = process.env['PATH'];
  return { PATH: path === undefined || path === '' ? '/usr/local/bin:/usr/bin:/bin' : path, LC_ALL: 'C', TZ: 'UTC' };
}

export interface InitClusterOptions {
  readonly binaries: PostgresBinaries;
  /** Created if missing; must be empty. Its parent must be reachable for the servers' user, see `dataRootFor`. */
  readonly dataDir: string;
  readonly superuser: string;
  readonly password: string;
  /** Size of a log file, 1–1024 and a power of two. PostgreSQL's default is 16. */
  readonly walSegmentMb?: number;
}

/**
 * Makes a new database cluster: UTF-8, data checksums, SCRAM passwords on every connection.
 *
 * @throws Error with initdb's own words
 */
export async function initCluster(options: InitClusterOptions): Promise<void> {
  const { binaries, dataDir } = options;
  await makeServerFolder(dataDir);
  const user = runAs();
  const secret = await mkdtemp(path.join(path.dirname(dataDir), '.initdb-'));
  try {
    const passwordFile = path.join(secret, 'password');
    await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600 });
    if (user !== undefined) for (const name of [secret, passwordFile]) await chown(name, user.uid, user.gid);
    const locale =
      binaries.major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'] : ['--locale=C'];
    await run(binaries.initdb, [
      `--pgdata=${dataDir}`,
      `--username=${options.superuser}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--data-checksums',
      '--no-sync',
      '--no-instructions',
      `--wal-segsize=${options.walSegmentMb ?? 16}`,
      ...locale,
    ]);
  } finally {
    await rm(secret, { recursive: true, force: true });
  }
}

function run(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...runAs(),
      env: serverEnvironment(),
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    const listen = (chunk: Buffer): void => {
      said += chunk.toString('utf8');
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${path.basename(program)} ended with code ${code}. It said:\n${said.trim()}`));
    });
  });
}
