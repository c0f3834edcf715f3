import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { environmentFor } from '../../client/processes/environment.ts';
import { sandboxCredentials } from '../../examples/set-up.ts';
import type { World } from './world.ts';

/** kill -9, and until it is gone. */
export async function killed({ child }: WorldProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

const root = dirname(dirname(import.meta.dirname));
const programs = { worker: 'worker/main.ts', source: 'worker/source.ts', slack: 'client/slack/main.ts' } as const;

/** One of production's processes, working for a world. */
export interface WorldProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly ready: Readonly<Record<string, unknown>>;
  /** Everything it said so far, on both channels. */
  readonly said: () => string;
}

/** Starts a process as `up` does, with the environment that `up` gives it and nothing else; ends with its scope. */
export async function startWorldProcess(
  world: World,
  name: keyof typeof programs,
  change: Readonly<Record<string, string | undefined>> = {},
  args: readonly string[] = [],
): Promise<WorldProcess> {
  const credentials = sandboxCredentials(world.place.accountId);
  const aws = {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const extra = { worker: aws, source: { ...aws, ...world.sourceLogins }, slack: {} }[name];
  const env = environmentFor(name, { config: world.config, env: { PATH: process.env['PATH'] }, extra });
  for (const [variable, value] of Object.entries(change)) {
    if (value === undefined) delete env[variable];
    else env[variable] = value;
  }
  await mkdir(world.config.home, { recursive: true });
  const child = spawn(process.execPath, [join(root, programs[name]), ...args], {
    cwd: world.config.home,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const hear = (data: Buffer): void => void (said += data.toString());
  child.stderr.on('data', hear);
  child.stdout.on('data', hear);
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([text]) => String(text)),
    once(child, 'exit').then(() => undefined),
  ]);
  if (line === undefined) throw new Error(`${name} ended before it was ready:\n${said}`);
  return {
    child,
    ready: JSON.parse(line) as Record<string, unknown>,
    said: () => said,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}
