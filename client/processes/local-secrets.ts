import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/index.ts';

/** Secrets that an installation on one machine makes for itself when nobody gave them. */
export const localSecrets = [
  'drill-secret',
  'evidence-key',
  'slack-signer-key',
  'database-owner',
  'database-app',
  'source-login',
  'instance-master',
] as const;
export type LocalSecret = (typeof localSecrets)[number];

/**
 * A secret of this installation, 64 hex digits, made at the first use and kept below its home, readable by its owner only.
 * Two processes that ask at once get the same one.
 */
export function localSecret(home: string, name: LocalSecret): string {
  const folder = join(home, 'secrets');
  const file = join(folder, name);
  const known = readSecret(file);
  if (known !== undefined) return known;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    // Somebody else was first; theirs counts.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const made = readSecret(file);
  if (made === undefined) throw new Error(`${file} was written and cannot be read.`);
  return made;
}

/** The configuration with the keys of this installation where none were given. */
export const withLocalSecrets = (config: Config): Config => ({
  ...config,
  drillSecret: config.drillSecret ?? localSecret(config.home, 'drill-secret'),
  evidenceKey: config.evidenceKey ?? localSecret(config.home, 'evidence-key'),
  slackSignerKey: config.slackSignerKey ?? localSecret(config.home, 'slack-signer-key'),
});

function readSecret(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
