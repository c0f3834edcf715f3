import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { FiredrillError } from '../../domain/errors.ts';
import { allSettings } from '../../config/index.ts';
import { valueOf } from '../processes/environment.ts';
import { programOf } from '../processes/project-root.ts';
import { exitCodes } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Settings } from './settings-of.ts';

/** Our environment with every setting as this command understood it: flags and files are said by name. */
export function environmentOf({ config, env }: Pick<Settings, 'config' | 'env'>): Record<string, string> {
  const known = new Set(
    allSettings.flatMap((setting) => (setting.secret ? [setting.env, `${setting.env}_FILE`] : [setting.env])),
  );
  const others = Object.entries(env).flatMap(([name, value]) =>
    value === undefined || known.has(name) || name === 'FIREDRILL_CONFIG' ? [] : [[name, value]],
  );
  const settings = allSettings.flatMap((setting) => {
    const value = valueOf(config, setting.key);
    return value === undefined ? [] : [[setting.env, value]];
  });
  return Object.fromEntries([...others, ...settings]) as Record<string, string>;
}

/**
 * Runs a program of ours to its end and reads the one line of JSON that it prints.
 *
 * @throws FiredrillError with the program's own words when it prints none
 */
export async function askTool(program: string, args: readonly string[], settings: Settings): Promise<unknown> {
  const { stdout, stderr, code } = await new Promise<{ stdout: string; stderr: string; code: unknown }>((resolve) => {
    const options = { env: environmentOf(settings), maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [programOf(program), ...args], options, (error, out, err) =>
      resolve({ stdout: out, stderr: err, code: error?.code ?? 0 }),
    );
  });
  const line = stdout.split('\n').find((text) => text.startsWith('{'));
  if (line !== undefined) return JSON.parse(line);
  const said = stderr.trim().replace(/^firedrill: /, '');
  throw new FiredrillError({
    code: 'tool-failed',
    kind: code === exitCodes.wrongUse ? 'input' : 'programme',
    what: said === '' ? `${program} ended without an answer.` : said,
    means: '',
    next: 'See what is set up and reachable: firedrill doctor',
  });
}

/**
 * Runs a program of ours in the foreground, with this terminal; signals go to it, and its end is ours.
 *
 * @param onLine - gets its lines instead of our stdout
 */
export async function runInForeground(
  program: string,
  args: readonly string[],
  settings: Pick<Settings, 'config' | 'env'>,
  onLine?: (line: string) => void,
): Promise<ExitCode> {
  const child = spawn(process.execPath, [programOf(program), ...args], {
    env: environmentOf(settings),
    stdio: ['inherit', onLine === undefined ? 'inherit' : 'pipe', 'inherit'],
  });
  if (child.stdout !== null && onLine !== undefined) createInterface({ input: child.stdout }).on('line', onLine);
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  // A terminal sends Ctrl-C to both; this one waits for the other to clean up.
  const wait = (): void => undefined;
  process.on('SIGINT', wait).on('SIGTERM', pass).on('SIGHUP', pass);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (exit) => resolve(exit));
    });
    return Object.values(exitCodes).find((known) => known === code) ?? exitCodes.unreachable;
  } finally {
    process.off('SIGINT', wait).off('SIGTERM', pass).off('SIGHUP', pass);
  }
}
