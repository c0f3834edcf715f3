import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigError, isSimulated, loadConfig } from './index.ts';
import type { ConfigSources } from './index.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'firedrill-config-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const load = (sources: Partial<ConfigSources> = {}) => loadConfig({ env: { HOME: '/home/ada' }, cwd, ...sources });
const problemsOf = (sources: Partial<ConfigSources>) => {
  try {
    load(sources);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};
const yaml = (text: string) => writeFileSync(join(cwd, 'firedrill.yaml'), text);
const key = 'ab'.repeat(32);

describe('where a value comes from', () => {
  test('nothing given means state in the working folder and the vendors own endpoints', () => {
    expect(load()).toEqual({
      home: join(cwd, '.firedrill'),
      catalog: join(cwd, 'catalog.yaml'),
      cacheDir: '/home/ada/.cache/firedrill',
      taskQueuePrefix: 'firedrill-',
      logLevel: 'info',
      temporal: { namespace: 'default' },
      aws: { region: 'us-east-1' },
      slack: { apiUrl: 'https://slack.com/api/', command: '/dr' },
      jira: {},
    });
  });

  test('a flag wins over the environment, the environment over the file, the file over the default', () => {
    yaml('temporal:\n  namespace: from-file\n  address: file:7233\naws: { region: eu-west-1 }\n');
    const env = { TEMPORAL_NAMESPACE: 'from-env', TEMPORAL_ADDRESS: 'env:7233' };
    const config = load({ flags: { 'temporal.address': 'flag:7233' }, env });
    expect(config.temporal).toEqual({ address: 'flag:7233', namespace: 'from-env' });
    expect(config.aws.region).toBe('eu-west-1');
  });

  test('an empty variable counts as not set', () => {
    expect(load({ env: { AWS_REGION: '' } }).aws.region).toBe('us-east-1');
  });

  test('a path in the file is meant from where the file is', () => {
    yaml('home: state\n');
    expect(load({ file: join(cwd, 'firedrill.yaml'), cwd: tmpdir() }).home).toBe(join(cwd, 'state'));
  });

  test('a secret may be in a file that only its owner can read', () => {
    writeFileSync(join(cwd, 'key'), `${key}\n`);
    expect(load({ env: { FIREDRILL_EVIDENCE_KEY_FILE: 'key' } }).evidenceKey).toBe(key);
  });
});

describe('what stops the start', () => {
  test('every problem is told at once, with name, source, what was expected and what was given', () => {
    yaml('logLevel: loud\n\ncolour: red\n');
    expect(problemsOf({ env: { TEMPORAL_ADDRESS: 'nowhere' }, flags: { 'aws.region': 'Frankfurt' } })).toEqual([
      expect.objectContaining({ name: 'colour', from: 'firedrill.yaml line 3', given: 'an unknown key' }),
      {
        name: 'logLevel',
        from: 'firedrill.yaml line 1',
        expected: 'trace, debug, info, warn, error or silent',
        given: '"loud"',
      },
      { name: 'temporal.address', from: 'environment TEMPORAL_ADDRESS', expected: 'host:port', given: '"nowhere"' },
      { name: 'aws.region', from: 'flag', expected: 'a Region such as eu-central-1', given: '"Frankfurt"' },
    ]);
  });

  test('a secret in the file is refused, and no error shows a secret', () => {
    yaml('drillSecret: hunter2hunter2\nslack:\n  botToken: xoxb-very-secret\n');
    const problems = problemsOf({ env: { FIREDRILL_EVIDENCE_KEY: 'not-a-key-but-secret' } });
    expect(problems.map(({ name }) => name)).toEqual(['drillSecret', 'slack.botToken', 'evidenceKey']);
    expect(JSON.stringify(problems)).not.toMatch(/hunter2|very-secret|not-a-key/);
  });

  test('a misspelt FIREDRILL_ variable is told, not ignored', () => {
    expect(problemsOf({ env: { FIREDRILL_DRILL_SECERT: 'x' } })).toEqual([
      expect.objectContaining({ name: 'FIREDRILL_DRILL_SECERT', given: 'an unknown variable' }),
    ]);
  });

  test('a secret given twice, or in a file that is not there', () => {
    const problems = problemsOf({
      env: { DATABASE_URL: 'postgres://a/b', DATABASE_URL_FILE: 'x', SLACK_BOT_TOKEN_FILE: 'nowhere' },
    });
    expect(problems.map(({ name, given }) => [name, given])).toEqual([
      ['slack.botToken', expect.stringContaining('nowhere')],
      ['databaseUrl', 'both'],
    ]);
  });

  test('broken YAML names its line', () => {
    yaml('home: [\n');
    expect(problemsOf({})[0]?.from).toMatch(/^firedrill.yaml line/);
  });

  test('a named file that is not there', () => {
    expect(problemsOf({ file: 'other.yaml' })[0]?.from).toBe('flag --config');
  });
});

describe('real and simulated', () => {
  const sandbox = { AWS_ENDPOINT_URL: 'http://127.0.0.1:7100', SLACK_API_URL: 'http://127.0.0.1:7101/api/' };

  test('any endpoint that is not the vendors makes it a simulation', () => {
    expect(isSimulated(load())).toBe(false);
    expect(isSimulated(load({ env: { AWS_ENDPOINT_URL_S3: 'http://localhost:9000' } }))).toBe(true);
    expect(isSimulated(load({ env: { JIRA_BASE_URL: 'http://127.0.0.1:7102' } }))).toBe(true);
    expect(isSimulated(load({ env: { JIRA_BASE_URL: 'https://acme.atlassian.net' } }))).toBe(false);
    expect(isSimulated(load({ env: { AWS_ENDPOINT_URL: 'https://amazonaws.com.example.org' } }))).toBe(true);
  });

  test('real AWS with a stand-in Slack refuses to start', () => {
    expect(() => load({ env: { SLACK_API_URL: sandbox.SLACK_API_URL } })).toThrow(/anyone can approve as anyone/);
    const halfReal = { ...sandbox, AWS_ENDPOINT_URL_RDS: 'https://rds.eu-central-1.amazonaws.com' };
    expect(() => load({ env: halfReal })).toThrow(/AWS is the real one/);
  });

  test('all stand-ins, or real Slack with a stand-in AWS, are allowed', () => {
    expect(load({ env: sandbox }).slack.apiUrl).toBe(sandbox.SLACK_API_URL);
    expect(load({ env: { AWS_ENDPOINT_URL: sandbox.AWS_ENDPOINT_URL } }).slack.apiUrl).toBe('https://slack.com/api/');
  });
});
