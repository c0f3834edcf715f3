import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeDBSnapshotsCommand, RDSClient } from '@aws-sdk/client-rds';
import pg from 'pg';
import { z } from 'zod';
import type { Config } from '../../config/index.ts';
import { accountId, region } from '../../examples/network.ts';
import { awsControl, sandboxCredentials } from '../../examples/set-up.ts';
import { issuesInstance, kmsKeys } from '../../examples/world.ts';
import { sourceFolder, subject } from './company.ts';
import type { Company } from './company.ts';
import type { DemoLimits } from './demo-config.ts';

export const faults = [
  'missing-rows',
  'corrupt-table',
  'stale-backup',
  'wrong-key',
  'stuck-restore',
  'leaky-cleanup',
] as const;
export type Fault = (typeof faults)[number];

/** What a fault needs to be shown. */
export interface Break {
  /** One line: what will be found. */
  readonly shows: string;
  /** A snapshot can be damaged; the log behind a point in time cannot. */
  readonly method?: 'snapshot';
  readonly limits?: DemoLimits;
  /** Does the damage, right before the run starts. */
  readonly damage: (scene: Scene) => Promise<void>;
}

export interface Scene {
  readonly config: Config;
  readonly company: Company;
  /** Process id of `firedrill source`. */
  readonly sourcePid: () => number | undefined;
  readonly signal: AbortSignal;
}

const everyCopy = 'drdrill-*';
const hourMs = 3_600_000;

export const breaks: Readonly<Record<Fault, Break>> = {
  'missing-rows': {
    shows: 'a tenth of the worklogs is missing in the newest snapshot',
    method: 'snapshot',
    damage: async (scene) => {
      await control(scene, 'corrupt', {
        kind: 'missing-rows',
        snapshot: await takeSnapshot(scene),
        table: 'worklogs',
        share: 0.1,
      });
    },
  },
  'corrupt-table': {
    shows: 'a table of the newest snapshot cannot be read to its end',
    method: 'snapshot',
    damage: async (scene) => {
      await control(scene, 'corrupt', {
        kind: 'corrupt-table',
        snapshot: await takeSnapshot(scene),
        table: 'comments',
      });
    },
  },
  'stale-backup': {
    shows: 'the newest snapshot is three hours old',
    method: 'snapshot',
    damage: (scene) => makeItOld(scene, 3 * hourMs),
  },
  'wrong-key': {
    shows: 'the key that the database and its backups are encrypted with is disabled',
    damage: async ({ company }) => {
      const disabled = (alias: string): object => (alias === issuesInstance.KmsKeyId ? { state: 'Disabled' } : {});
      await awsControl(
        company.place,
        'PUT',
        'kms/keys',
        kmsKeys.map((key) => ({ ...key, ...disabled(key.alias) })),
      );
    },
  },
  'stuck-restore': {
    shows: 'the copy stays in "creating"; the deadline is 30 s here instead of hours',
    limits: { restoreDeadline: '30s' },
    damage: (scene) => control(scene, 'stuck', { match: everyCopy, status: 'creating' }),
  },
  'leaky-cleanup': {
    shows: 'the data is proved, but the copy does not go away',
    limits: { deleteDeadline: '20s' },
    damage: (scene) => control(scene, 'refuse-delete', { match: everyCopy, how: 'stays' }),
  },
};

async function control({ company }: Pick<Scene, 'company'>, call: string, body: object): Promise<void> {
  await awsControl(company.place, 'POST', `rds/${call}`, body);
}

/** A new automated snapshot of the database, complete. @returns its name */
async function takeSnapshot({ company, signal }: Pick<Scene, 'company' | 'signal'>): Promise<string> {
  const answer = await awsControl(company.place, 'POST', 'rds/automated-snapshot', {
    instance: issuesInstance.DBInstanceIdentifier,
  });
  const { snapshot } = z.object({ snapshot: z.string() }).parse(answer);
  for (;;) {
    signal.throwIfAborted();
    if ((await snapshots(company)).some(({ name, status }) => name === snapshot && status === 'available'))
      return snapshot;
    await sleep(100);
  }
}

async function snapshots({ place }: Company): Promise<readonly { readonly name: string; readonly status: string }[]> {
  const rds = new RDSClient({
    endpoint: place.awsUrl,
    region,
    credentials: sandboxCredentials(place.accountId ?? accountId),
  });
  try {
    const { DBSnapshots = [] } = await rds.send(
      new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: issuesInstance.DBInstanceIdentifier }),
    );
    return DBSnapshots.map(({ DBSnapshotIdentifier = '', Status = '' }) => ({
      name: DBSnapshotIdentifier,
      status: Status,
    }));
  } finally {
    rds.destroy();
  }
}

/**
 * Makes it so that the newest snapshot, its rows and its sentinels are from a while ago, and the writer has gone on ever
 * since: what is in the snapshot and in the writer's log is moved back in time, then the gap is filled with the sentinels
 * that the writer would have had acknowledged.
 */
async function makeItOld(scene: Scene, byMs: number): Promise<void> {
  const { company, config } = scene;
  const pid = scene.sourcePid();
  if (pid === undefined) throw new Error('The source process does not run, so its log cannot be moved back in time.');
  const client = new pg.Client({ connectionString: company.databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  // Frozen, not stopped: it must not write a sentinel between the log's old and new form.
  process.kill(pid, 'SIGSTOP');
  try {
    const key = `${subject.service}/${subject.resource}`;
    const back = `interval '1 millisecond' * ${byMs}`;
    await client.query(
      `UPDATE firedrill.firedrill_sentinel SET writer_time = writer_time - ${back}, database_time = database_time - ${back} WHERE resource = $1`,
      [key],
    );
    await moveNewRows(client, back);
    for (const { name } of await snapshots(company))
      await control(scene, 'backdate-snapshot', { snapshot: name, byMs: byMs + 24 * hourMs });
    await control(scene, 'backdate-snapshot', { snapshot: await takeSnapshot(scene), byMs });
    moveLog(join(sourceFolder(config), 'baselines.jsonl'), byMs);
    const last = moveLog(join(sourceFolder(config), 'sentinels.jsonl'), byMs);
    await fillSentinels(client, key, last, join(sourceFolder(config), 'sentinels.jsonl'));
  } finally {
    process.kill(pid, 'SIGCONT');
    await client.end();
  }
}

/** What the application wrote since the seed; the seed's own rows are older than that anyway. */
async function moveNewRows(client: pg.Client, back: string): Promise<void> {
  for (const table of ['issues', 'comments'])
    await client.query(
      `UPDATE ${table} SET created_at = created_at - ${back} WHERE created_at > now() - interval '1 hour'`,
    );
}

const LogEntrySchema = z.looseObject({
  counter: z.int().optional(),
  databaseTimeMs: z.number().optional(),
  acknowledgedMs: z.number().optional(),
  takenAtMs: z.number().optional(),
  everyMs: z.number().optional(),
});
type LogEntry = z.infer<typeof LogEntrySchema>;

/** Rewrites a log in place, which the process that appends to it does not notice. @returns its last entry */
function moveLog(file: string, byMs: number): LogEntry {
  const entries = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => LogEntrySchema.parse(JSON.parse(line)))
    .map((entry) => {
      const moved = { ...entry };
      for (const name of ['databaseTimeMs', 'acknowledgedMs', 'takenAtMs'] as const) {
        const value = entry[name];
        if (value !== undefined) moved[name] = value - byMs;
      }
      return moved;
    });
  // The same file with new content, never a new file in its place: the process that appends has it open.
  writeFileSync(file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  const last = entries.at(-1);
  if (last === undefined) throw new Error(`${file} is empty: there is nothing to move back in time.`);
  return last;
}

/** The sentinels from then until now, in the database as it is now (not in the old snapshot) and in the writer's log. */
async function fillSentinels(client: pg.Client, key: string, last: LogEntry, file: string): Promise<void> {
  const { counter = 0, databaseTimeMs = 0, everyMs = 10_000 } = last;
  const missing: LogEntry[] = [];
  for (let atMs = databaseTimeMs + everyMs; atMs < Date.now(); atMs += everyMs) {
    missing.push({ ...last, counter: counter + missing.length + 1, databaseTimeMs: atMs, acknowledgedMs: atMs + 2 });
  }
  await client.query(
    `INSERT INTO firedrill.firedrill_sentinel (resource, counter, writer_time, database_time)
     SELECT $1, counter, to_timestamp(at / 1000), to_timestamp(at / 1000) FROM unnest($2::bigint[], $3::float8[]) AS missing (counter, at)`,
    [key, missing.map((entry) => entry.counter), missing.map((entry) => entry.databaseTimeMs)],
  );
  writeFileSync(file, missing.map((entry) => `${JSON.stringify(entry)}\n`).join(''), { flag: 'a' });
}
