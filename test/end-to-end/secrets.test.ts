import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { derivePassword } from '../../activities/copy-password.ts';
import { environmentFor } from '../../client/processes/environment.ts';
import { sandboxCredentials } from '../../examples/set-up.ts';
import { publicKeyOf } from '../../domain/signing.ts';
import type { StoredRun } from '../../store/read.ts';
import { workerQueues } from '../../worker/workers.ts';
import { copyNameOf, startTest, untilAsked } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';
import { jiraIssues, slack, until, webhookMessages } from '../engine/outside.ts';
import { startWorldProcess } from '../engine/processes.ts';
import type { WorldProcess } from '../engine/processes.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

/**
 * The password test of design section 5, and the same for the data of the database: no password, key or token, and no value
 * of any row, is to be found outside, whatever went wrong. With production's processes, so that their logs are there.
 */

const root = dirname(dirname(import.meta.dirname));
const jonasKey = randomBytes(32).toString('hex');
/** Values of rows. A number is a value, too. */
const canaries = {
  words: `canary${randomBytes(6).toString('hex')}`,
  number: `49151${randomBytes(4).readUInt32BE()}7`,
};
const castToInteger = `SELECT CAST(display_name AS integer) FROM users WHERE id = 1`;
const query = (name: string, text: string, expected: object = { equals: 1 }) => ({
  check: 'query',
  name,
  sql: text,
  expect: expected,
});

interface Resource {
  name: string;
  checks: object[];
  smoke: { sql: string };
  hotQueries: { sql: string }[];
  sentinel?: unknown;
  newestRow?: { sql: string };
}

/** How each resource of the catalog makes PostgreSQL say what is in its rows. */
const broken: Readonly<Record<string, (resource: Resource) => void>> = {
  checks: (resource) => {
    resource.checks.push(
      query('a text that is no number', castToInteger),
      query('a text that was not expected', 'SELECT email FROM users WHERE id = 1', { equals: 'nobody@example.com' }),
      query('a number that was not expected', 'SELECT handle FROM users WHERE id = 1', { equals: 'nobody' }),
      query('many rows', 'SELECT body FROM comments'),
      query('an error with a message, a detail and a hint', 'SELECT loud(1)'),
      query('a column that is not there', 'SELECT nothing FROM users'),
      query('an error from the name of a cast', `SELECT (display_name::regclass)::text FROM users WHERE id = 1`),
      {
        check: 'immutable-checksum',
        name: 'an error in the baseline',
        table: 'users',
        orderBy: 'id',
        where: `id > (${castToInteger})`,
      },
    );
  },
  smoke: (resource) => {
    resource.smoke.sql = castToInteger;
  },
  hot: (resource) => {
    resource.hotQueries = [{ ...(resource.hotQueries[0] as object), sql: 'SELECT loud(1)' }];
  },
};

let world: World;
const processes: WorldProcess[] = [];
const withoutProbe = workerQueues.filter((queue) => queue !== 'probe').join(',');

beforeAll(async () => {
  world = await createWorld({
    source: false,
    aliases: [...Object.keys(broken), 'newest', 'locked-out'],
    catalog: (text) =>
      text
        .replace('slackId: U0JONAS', `slackId: U0JONAS, publicKey: '${publicKeyOf(jonasKey)}'`)
        .replace('connectDeadline: 20s', 'connectDeadline: 6s'),
  });
  await world.stopWorkers();
  await world.changeCatalog((text) => {
    const catalog = parse(text) as { services: { 'jira-cloud': { resources: Resource[] } } };
    for (const resource of catalog.services['jira-cloud'].resources) broken[resource.name]?.(resource);
    return stringify(catalog, { aliasDuplicateObjects: false });
  });
  const client = new pg.Client(world.database);
  await client.connect();
  try {
    await client.query(
      `UPDATE users SET display_name = '${canaries.words}', email = '${canaries.words}@example.com', handle = '${canaries.number}' WHERE id = 1`,
    );
    await client.query(`UPDATE comments SET body = '${canaries.words} ${canaries.number}' WHERE id <= 50`);
    await client.query(
      `CREATE FUNCTION loud(bigint) RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE who text; BEGIN
         SELECT display_name INTO who FROM users WHERE id = $1;
         RAISE EXCEPTION 'duplicate key value (%)', who USING DETAIL = 'Key (name)=(' || who || ') already exists.', HINT = who, ERRCODE = '23505';
       END $$`,
    );
  } finally {
    await client.end();
  }
  for (const [name, args] of [
    ['worker', ['--queues', withoutProbe]],
    ['worker', ['--queues', 'probe']],
    ['source', []],
    ['slack', []],
  ] as const)
    processes.push(await startWorldProcess(world, name, {}, args));
  const log = join(world.config.home, 'source', 'jira-cloud', 'issues-db', 'baselines.jsonl');
  await until(async () => (await readFile(log, 'utf8').catch(() => '')) !== '', 'the first baseline');
});
afterAll(async () => {
  await Promise.all(processes.map((one) => one[Symbol.asyncDispose]()));
  await world.close();
});

const said: string[] = [];

/** The command line as a person uses it; what it says is kept. @returns its exit code */
async function firedrill(...args: readonly string[]): Promise<number | null> {
  const sources = { config: world.config, env: { PATH: process.env['PATH'] } };
  const child = spawn(process.execPath, [join(root, 'bin', 'firedrill.mjs'), ...args], {
    cwd: world.config.home,
    env: {
      ...environmentFor('worker', sources),
      ...environmentFor('slack', sources),
      FIREDRILL_PERSON: 'jonas-weber',
      FIREDRILL_PERSON_KEY: jonasKey,
      NO_COLOR: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const channel of [child.stdout, child.stderr])
    channel.on('data', (data: Buffer) => void said.push(data.toString()));
  return await new Promise((resolve) => child.once('close', resolve));
}

async function approvedByCommand(resource: string): Promise<string> {
  const runId = await startTest(world, { resource });
  await untilAsked(world, runId);
  expect(await firedrill('approve', runId), said.at(-1)).toBe(0);
  return runId;
}

const runs: StoredRun[] = [];
const ended = async (resource: string): Promise<StoredRun> => {
  const runId = await approvedByCommand(resource);
  const run = await world.runWhen(
    runId,
    (it) => it.projection.sealed !== undefined && it.evidence !== undefined,
    'sealed',
  );
  runs.push(run);
  return run;
};

describe('runs in which PostgreSQL says what is in its rows', () => {
  test('a run that passes', async () => {
    const runId = await approvedByCommand('issues-db');
    runs.push(await expectEnding(world, runId, { verdict: 'passed', findings: [], copy: 'gone' }));
  });

  test('checks that meet the data: their errors are told in our words', async () => {
    const run = await ended('checks');
    const found = Object.fromEntries(run.projection.checks.map((check) => [check.name, check.found]));
    expect(found).toMatchObject({
      'a text that is no number': expect.stringContaining('22P02') as string,
      'a text that was not expected': expect.stringContaining('not shown') as string,
      'a number that was not expected': expect.stringContaining('not shown') as string,
      'many rows': expect.stringContaining('more than one row') as string,
      'an error with a message, a detail and a hint': expect.stringContaining('23505') as string,
      'an error in the baseline': expect.stringContaining('22P02') as string,
    });
  });

  test.each(['smoke', 'hot'])('a %s query that fails on the data', async (resource) => {
    const run = await ended(resource);
    expect(run.projection.judged?.verdict).not.toBe('passed');
  });

  test('a newest row that is no moment', async () => {
    await world.changeCatalog((text) => {
      const catalog = parse(text) as { services: { 'jira-cloud': { resources: Resource[] } } };
      const resource = catalog.services['jira-cloud'].resources.find(({ name }) => name === 'newest');
      delete resource?.sentinel;
      if (resource) resource.newestRow = { sql: 'SELECT display_name FROM users WHERE id = 1' };
      return stringify(catalog, { aliasDuplicateObjects: false });
    });
    const run = await ended('newest');
    expect(run.projection.judged?.verdict).not.toBe('passed');
  });

  test('a wrong password: the probe holds another secret than who set it', async () => {
    await processes[1]?.[Symbol.asyncDispose]();
    const otherSecret = randomBytes(24).toString('hex');
    processes[1] = await startWorldProcess(world, 'worker', { FIREDRILL_DRILL_SECRET: otherSecret }, [
      '--queues',
      'probe',
    ]);
    otherSecrets.push(otherSecret);
    const run = await ended('locked-out');
    expect(run.projection.judged?.reason).toMatch(/password|connect/i);
    otherSecrets.push(derivePassword(otherSecret, run.runId));
  });
});

const otherSecrets: string[] = [];

describe('outside', () => {
  let everywhere: Readonly<Record<string, string>>;
  beforeAll(async () => {
    for (const { runId, evidence } of runs) {
      for (const command of [['report'], ['report', '--json'], ['status'], ['status', '--json']])
        await firedrill(command[0] ?? '', runId, ...command.slice(1));
      if (evidence)
        await firedrill('evidence', 'verify', evidence.path, '--key', publicKeyOf(world.config.evidenceKey ?? ''));
    }
    await firedrill('status');
    await firedrill('doctor');
    await firedrill('approve', runs[0]?.runId ?? '');
    // The processes say good-bye, too.
    await Promise.all(processes.map((one) => one[Symbol.asyncDispose]()));
    everywhere = {
      'histories of all workflows': await histories(),
      'tables of the store': await tables(),
      'logs of worker, source and Slack app': processes.map((one) => one.said()).join('\n'),
      'messages in Slack': JSON.stringify([await slack(world, 'GET', 'messages'), await slack(world, 'GET', 'views')]),
      'tickets in Jira': JSON.stringify(await jiraIssues(world)),
      'second channel': JSON.stringify(await webhookMessages(world)),
      'home: evidence, its pages, what the source wrote': await allTextBelow(world.config.home),
      'command line': said.join('\n'),
    };
  });

  test('everything was looked at: what is no secret is found there', () => {
    expect(runs).toHaveLength(6);
    const [first] = runs;
    for (const place of ['histories', 'tables', 'home', 'command'])
      expect(textOf(place), place).toContain(copyNameOf(first?.runId ?? ''));
    for (const place of ['messages', 'tickets', 'second']) expect(textOf(place), place).toContain('restore-test/');
    expect(textOf('tickets')).toContain('a text that is no number');
    expect(textOf('home')).toContain('<html');
    expect(textOf('logs')).toContain('"ready":true');
  });

  test('no password, no key and no token is anywhere', () => {
    const { config, place } = world;
    const secrets = [
      ...runs.map(({ runId }) => derivePassword(config.drillSecret ?? '', runId)),
      ...otherSecrets,
      ...world.secrets,
      ...Object.values(world.sourceLogins).filter((value) => value.length > 20),
      jonasKey,
      place.slackBotToken,
      config.slack.appToken ?? '',
      place.jiraApiToken,
      config.secondChannelUrl ?? '',
      sandboxCredentials(place.accountId).secretAccessKey,
    ];
    expect(secrets.filter((secret) => secret.length < 12)).toEqual([]);
    for (const [index, secret] of secrets.entries()) expect(placesOf(secret), `secret ${index}`).toEqual([]);
  });

  test('no value of any row is anywhere', () => {
    for (const value of Object.values(canaries)) expect(placesOf(value)).toEqual([]);
  });

  const textOf = (start: string): string =>
    Object.entries(everywhere).find(([place]) => place.startsWith(start))?.[1] ?? '';

  /** Where a text stands, in any spelling; with what stands before it. */
  const placesOf = (secret: string): string[] =>
    Object.entries(everywhere).flatMap(([place, text]) =>
      spellings(secret)
        .filter((spelling) => text.includes(spelling))
        .map(
          (spelling) => `${place}: …${text.slice(Math.max(0, text.indexOf(spelling) - 200), text.indexOf(spelling))}`,
        ),
    );
});

/** As it is, in hexadecimal, in a URL, and in base64 wherever in a longer text it may lie. */
function spellings(secret: string): string[] {
  const inBase64 = [0, 1, 2].map((before) =>
    Buffer.from(`${'x'.repeat(before)}${secret}`)
      .toString('base64')
      .slice(before === 0 ? 0 : 4, -4),
  );
  return [secret, Buffer.from(secret).toString('hex'), encodeURIComponent(secret), ...inBase64];
}

/** Every history of this installation, payloads decoded, also what is encoded within them. */
async function histories(): Promise<string> {
  const taskQueue = `${world.config.taskQueuePrefix}workflows`;
  const texts: string[] = [];
  for await (const { workflowId, runId } of world.temporal.workflow.list({ query: `TaskQueue = '${taskQueue}'` })) {
    const history = await world.temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    const json: unknown = historyToJSON(history);
    const text = typeof json === 'string' ? json : JSON.stringify(json);
    const decoded = decodedIn(text);
    texts.push(text, ...decoded, ...decoded.flatMap(decodedIn));
  }
  return texts.join('\n');
}

const decodedIn = (text: string): string[] =>
  [...text.matchAll(/[A-Za-z0-9+/]{16,}={0,2}/g)].map(([found]) => Buffer.from(found, 'base64').toString());

async function tables(): Promise<string> {
  const names = await sql<{ name: string }>`
    SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
    WHERE table_schema NOT IN ('pg_catalog', 'information_schema')`.execute(world.store);
  expect(names.rows.length).toBeGreaterThan(10);
  const texts = await Promise.all(
    names.rows.map(
      async ({ name }) =>
        (await sql<{ row: string }>`SELECT one::text AS row FROM ${sql.raw(name)} AS one`.execute(world.store)).rows,
    ),
  );
  return texts.flatMap((rows) => rows.map(({ row }) => row)).join('\n');
}

async function allTextBelow(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
  return (await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'utf8')))).join('\n');
}
