import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FiredrillError } from '../../domain/errors.ts';
import type { ErrorKind } from '../../domain/errors.ts';
import { projectRoot } from '../processes/project-root.ts';
import { InterruptedError, runCommand } from './run-command.ts';
import { bufferTerminal, runIn } from './testing.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'firedrill-cli-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const firedrill = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => runIn(cwd, args, env);

const example = join(projectRoot, 'examples', 'catalog.yaml');

describe('a runbook with a command of its own', () => {
  test('gets the options behind its name: which catalog, and that the error is to be JSON', async () => {
    const { code, out } = await firedrill([
      'start',
      'tabletop-exercise',
      '--scenario',
      'data-centre-fire',
      '--services',
      'jira-cloud,billing',
      '--catalog',
      example,
      '--json',
    ]);
    // Without an installation nothing can be asked; with the wrong catalog it would not even come so far.
    expect(code).toBe(4);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'nothing-runs' } });
  });

  test('says which of its options is missing, and which scenario there is not', async () => {
    expect((await firedrill(['start', 'tabletop-exercise', '--services', 'jira-cloud'])).err).toMatch(
      /Required option '--scenario <name>' not specified/,
    );
    const unknown = await firedrill([
      'start',
      'tabletop-exercise',
      '--scenario',
      'data-center-fire',
      '--services',
      'jira-cloud',
      '--catalog',
      example,
    ]);
    expect(unknown.code).toBe(2);
    expect(unknown.err).toMatch(/There is no scenario "data-center-fire"/);
  });
});

describe('wrong use', () => {
  test.each([
    [['nonsense'], /Unknown command 'nonsense'/],
    [['start', 'restore-test'], /Missing required argument 'service'/],
    [['start', 'failover', 'jira-cloud'], /Allowed choices are restore-test/],
    [['start', 'restore-test', 'jira-cloud', '--point', 'at'], /--point at needs --at TIME/],
    [
      ['start', 'restore-test', 'jira-cloud', '--point', 'latest', '--at', '2026-01-22T14:03:00Z'],
      /together with --point latest/,
    ],
    [['start', 'restore-test', 'jira-cloud', '--at', 'yesterday'], /"yesterday" is not a time/],
    [['status', '--colour'], /Unknown option '--colour'/],
    [['evidence', 'verify', '.', '--key', 'nothing'], /no public key/],
  ])('%j is told in words, with exit code 2 and no stack', async (args, words) => {
    const { code, out, err } = await firedrill(args);
    expect(code).toBe(2);
    expect(err).toMatch(words);
    expect(err).toMatch(/^firedrill: /);
    expect(`${out}${err}`).not.toMatch(/\n\s+at /);
  });

  test('with --json it is one object on stdout, and nothing else anywhere', async () => {
    const { code, out, err } = await firedrill(['status', '--colour', '--json']);
    expect(code).toBe(2);
    expect(err).toBe('');
    expect(JSON.parse(out)).toEqual({
      error: {
        code: 'wrong-use',
        kind: 'input',
        what: expect.any(String),
        means: expect.any(String),
        next: expect.any(String),
      },
    });
  });

  test('a bad setting is told with where it came from', async () => {
    const { code, err } = await firedrill(['status'], { TEMPORAL_ADDRESS: 'nowhere' });
    expect(code).toBe(2);
    expect(err).toContain('temporal.address (environment TEMPORAL_ADDRESS): expected host:port; given "nowhere"');
  });
});

describe('exit codes', () => {
  test.each<[ErrorKind, number]>([
    ['input', 2],
    ['refused', 3],
    ['busy', 4],
    ['programme', 4],
    ['finding', 1],
  ])('an error of kind %s ends with %i', async (kind, code) => {
    const { terminal, err } = bufferTerminal(cwd);
    const error = new FiredrillError({ code: 'example', kind, what: 'What.', means: 'Means.', next: 'Next.' });
    expect(await runCommand(terminal, false, () => Promise.reject(error))).toBe(code);
    expect(err.join('\n')).toBe('firedrill: What.\n  Means.\n  Next.');
  });

  test('a mistake of ours says so, without a stack unless it is asked for', async () => {
    const quiet = bufferTerminal(cwd);
    await runCommand(quiet.terminal, false, () => Promise.reject(new TypeError('x is undefined')));
    expect(quiet.err.join('\n')).toMatch(/a mistake in firedrill/);
    expect(quiet.err.join('\n')).not.toMatch(/\n\s+at /);
    const loud = bufferTerminal(cwd, { FIREDRILL_LOG_LEVEL: 'debug' });
    await runCommand(loud.terminal, false, () => Promise.reject(new TypeError('x is undefined')));
    expect(loud.err.join('\n')).toMatch(/\n\s+at /);
  });

  test('asking where nothing runs ends with 4 and says how to start something', async () => {
    const { code, err } = await firedrill(['status']);
    expect(code).toBe(4);
    expect(err).toContain('firedrill up');
  });

  test('an interrupted command ends with 130 and one line, whatever was broken off by it', async () => {
    const aborted = Object.assign(new Error('The operation was aborted'), { name: 'AbortError' });
    for (const error of [new InterruptedError('interrupted'), aborted]) {
      const { terminal, err } = bufferTerminal(cwd);
      expect(await runCommand(terminal, false, () => Promise.reject(error))).toBe(130);
      expect(err).toHaveLength(1);
      expect(err.join('\n')).not.toMatch(/mistake|\n/);
    }
  });

  test.each([[['up']], [['doctor']], [['sweep']], [['start', 'restore-test', 'jira-cloud']]])(
    '%j without a catalog says where one is looked for',
    async (args) => {
      const { code, err } = await firedrill(args);
      expect(code).toBe(2);
      expect(err).toContain(`There is no catalog at ${join(cwd, 'catalog.yaml')}`);
      expect(err).toContain('examples/catalog.yaml');
    },
  );

  test('sweep shows every problem of a broken catalog with its place', async () => {
    writeFileSync(join(cwd, 'catalog.yaml'), 'organisation: 3\n');
    const { code, err } = await firedrill(['sweep']);
    expect(code).toBe(2);
    expect(err).toMatch(/catalog\.yaml:1:15 {2}organisation is not right/);
    expect(err).toMatch(/services is missing/);
  });

  test('an engine that does not answer ends with 4', async () => {
    const { code, err } = await firedrill(['abort', 'restore-test/a/b/2026Q4'], { TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect(code).toBe(4);
    expect(err).toContain('Temporal');
  });

  test('real AWS with a stand-in Slack ends with 3', async () => {
    const { code, err } = await firedrill(['status'], { SLACK_API_URL: 'http://127.0.0.1:7101/api/' });
    expect(code).toBe(3);
    expect(err).toContain('anyone can approve as anyone');
  });
});

describe('commands that need nothing running', () => {
  test('help shows where to begin, every command and the exit codes', async () => {
    const { code, out } = await firedrill(['--help']);
    expect(code).toBe(0);
    for (const command of [
      'demo',
      'up',
      'doctor',
      'start',
      'status',
      'report',
      'approve',
      'reject',
      'abort',
      'stop-all-drills',
      'release',
      'sweep',
      'catalog',
      'evidence',
      'keys',
      'worker',
      'source',
      'sandbox',
    ])
      expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(out).toContain('Exit codes: 0');
  });

  test('every command has a help of its own with an example', async () => {
    const { out } = await firedrill(['start', '--help']);
    expect(out).toContain('$ npx firedrill start restore-test jira-cloud');
  });

  test('catalog check accepts the example and shows what it says about itself', async () => {
    const { code, out } = await firedrill(['catalog', 'check', example, '--json']);
    expect(code).toBe(0);
    const { ok, hash, findings } = JSON.parse(out) as { ok: boolean; hash: string; findings: unknown[] };
    expect([ok, hash.length, Array.isArray(findings)]).toEqual([true, 64, true]);
    expect((await firedrill(['catalog', 'check', example])).out).toContain(
      'jira-cloud/search-cluster  untested: not supported yet',
    );
    expect((await firedrill(['catalog', 'check', example])).out).toMatch(
      /identity {2}a re-test that starts by itself waits for its window \(mon, tue, wed, thu 09:00–15:00 Europe\/Berlin\), (?:open now|next [^\n]*UTC)/,
    );
  });

  test('catalog check names file, line and value of every problem', async () => {
    const broken = join(cwd, 'broken.yaml');
    writeFileSync(
      broken,
      readFileSync(example, 'utf8').replace('tier: 1\n    owner: jonas-weber', 'tier: 9\n    owner: nobody-here'),
    );
    const { code, err } = await firedrill(['catalog', 'check', broken]);
    expect(code).toBe(2);
    expect(err).toMatch(/broken\.yaml:\d+:\d+/);
    expect(err).toMatch(/9/);
  });

  test('keys new writes a key that only its owner can read, and never over another', async () => {
    const first = await firedrill(['keys', 'new', '--out', 'mine']);
    expect(first.code).toBe(0);
    expect(statSync(join(cwd, 'mine')).mode & 0o777).toBe(0o600);
    const key = readFileSync(join(cwd, 'mine'), 'utf8');
    expect(first.out).not.toContain(key.trim());
    expect((await firedrill(['keys', 'new', '--out', 'mine'])).code).toBe(3);
    expect(readFileSync(join(cwd, 'mine'), 'utf8')).toBe(key);
  });
});

test('bin/firedrill.mjs hands over to the command line, from any folder', () => {
  const { stdout, status } = spawnSync(process.execPath, [join(projectRoot, 'bin', 'firedrill.mjs'), '--version'], {
    cwd,
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
