import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../config/index.ts';
import { lockHome } from './home-lock.ts';
import { localSecret, withLocalSecrets } from './local-secrets.ts';
import { databaseUrlOf, readRunning, removeRunning, writeRunning } from './running-file.ts';
import { everyPart, partsToPlay } from './sandbox-process.ts';
import { findTemporal, serverVersionOf } from './temporal-binary.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'firedrill-home-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));
const config = (env: Record<string, string> = {}) =>
  loadConfig({ env: { HOME: home, FIREDRILL_HOME: home, ...env }, cwd: home });

describe('a home', () => {
  test('takes one installation at a time, and is taken over from one that was killed', () => {
    const unlock = lockHome(home);
    expect(() => lockHome(home)).toThrow(/running already/);
    unlock();
    writeFileSync(
      join(home, 'run', 'firedrill.json'),
      JSON.stringify({ pid: process.pid, startedAt: 'before the last boot' }),
    );
    lockHome(home)();
  });

  test('keeps secrets that it made, for its owner only', () => {
    const secret = localSecret(home, 'drill-secret');
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(localSecret(home, 'drill-secret')).toBe(secret);
    expect(localSecret(home, 'evidence-key')).not.toBe(secret);
    expect(statSync(join(home, 'secrets', 'drill-secret')).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, 'secrets')).mode & 0o777).toBe(0o700);
  });

  test('makes no secret where one was given', () => {
    const given = 'cd'.repeat(32);
    expect(withLocalSecrets(config({ FIREDRILL_EVIDENCE_KEY: given })).evidenceKey).toBe(given);
  });

  test('tells other commands where everything is, without a secret in that file, until it is stopped', () => {
    const databaseUrl = 'postgres://app:very-secret@127.0.0.1:1/firedrill';
    mkdirSync(join(home, 'secrets'));
    writeRunning(config({ TEMPORAL_ADDRESS: '127.0.0.1:7233', DATABASE_URL: databaseUrl }), {
      slackPage: 'http://127.0.0.1:7101',
      sandbox: everyPart,
    });
    expect(readFileSync(join(home, 'running.json'), 'utf8')).not.toContain('very-secret');
    expect(statSync(join(home, 'running.json')).mode & 0o777).toBe(0o600);
    const running = readRunning(home);
    expect(running?.temporal.address).toBe('127.0.0.1:7233');
    expect(running && databaseUrlOf(running)).toBe(databaseUrl);
    removeRunning(home);
    expect(readRunning(home)).toBeUndefined();
  });

  test('does not believe the file of an installation that was killed', () => {
    mkdirSync(join(home, 'secrets'));
    writeRunning(config({ TEMPORAL_ADDRESS: '127.0.0.1:7233', DATABASE_URL: 'postgres://a/b' }), {});
    const file = join(home, 'running.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"startedAt": "[^"]*"/, '"startedAt": "before"'));
    expect(readRunning(home)).toBeUndefined();
  });
});

describe('the sandbox', () => {
  test('does not play Confluence where Jira is real: one account reads both', () => {
    expect(partsToPlay(config({ JIRA_BASE_URL: 'https://acme.atlassian.net' }), {})).toMatchObject({
      jira: false,
      confluence: false,
    });
    expect(partsToPlay(config({ CONFLUENCE_BASE_URL: 'https://acme.atlassian.net' }), {})).toMatchObject({
      jira: true,
      confluence: false,
    });
  });

  test('plays what is not configured, and nothing that is', () => {
    expect(partsToPlay(config(), {})).toEqual(everyPart);
    expect(
      partsToPlay(config({ SLACK_BOT_TOKEN: 'xoxb-1', JIRA_BASE_URL: 'https://acme.atlassian.net' }), {
        AWS_PROFILE: 'drills',
      }),
    ).toEqual({ aws: false, slack: false, jira: false, confluence: false, webhook: true });
  });
});

describe('the Temporal server', () => {
  const program = (folder: string, says: string): string => {
    mkdirSync(join(home, folder), { recursive: true });
    const file = join(home, folder, 'temporal');
    writeFileSync(file, `#!/bin/sh\necho "${says}"\n`);
    chmodSync(file, 0o755);
    return file;
  };
  const find = () =>
    findTemporal({ env: { PATH: join(home, 'path') }, cacheDir: join(home, 'cache'), onProgress: () => undefined });

  test('is known by its server part, whatever the CLI calls itself', async () => {
    expect(await serverVersionOf(program('a', 'temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)'))).toBe('1.29.1');
    await expect(serverVersionOf(program('b', 'temporal version 1.1.0 (Server 1.25.0, UI 2.1)'))).rejects.toThrow(
      /1\.28 or newer/,
    );
    await expect(serverVersionOf(program('c', 'something else'))).rejects.toThrow(/not a Temporal server/);
  });

  test('is taken from the PATH before the cache', async () => {
    program('cache/bin', 'temporal (Server 1.29.0, UI 1)');
    const path = program('path', 'temporal (Server 1.30.2, UI 1)');
    expect(await find()).toEqual({ path, from: 'PATH', serverVersion: '1.30.2' });
  });

  test('on the PATH that is too old is passed over', async () => {
    program('path', 'temporal (Server 1.20.0, UI 1)');
    const path = program('cache/bin', 'temporal (Server 1.29.1, UI 1)');
    expect(await find()).toEqual({ path, from: 'cache', serverVersion: '1.29.1' });
  });
});
