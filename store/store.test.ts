import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeEntry } from '../domain/hash-chain.ts';
import type { JournalBody, JournalEntry } from '../domain/journal-entry.ts';
import { projectRun } from '../domain/run-projection.ts';
import { freshStore, openFreshStore, startStoreServer } from '../test/engine/store.ts';
import type { FreshStore, StoreServer } from '../test/engine/store.ts';
import { runOpened } from '../test/fixtures/journal-chapters/opening.ts';
import { journalOf } from '../test/fixtures/journal-writer.ts';
import { abortedJournal, failedJournal, passedJournal } from '../test/fixtures/journals.ts';
import { openStore } from './connect.ts';
import type { Store } from './connect.ts';
import { appendEntries, journalHead, readJournal, runNewsChannel } from './journal.ts';
import { JournalConflictError, JournalGapError, JournalHashError } from './journal-errors.ts';
import { listRuns, readRun, recentDurationsMs, recentSteps } from './read.ts';
import { readRefusedAttempts, recordRefusedAttempt } from './refused-attempts.ts';

let server: StoreServer;
let place: FreshStore;
/** As the application: the role firedrill_app. */
let store: Store;
let owner: Store;

beforeAll(async () => {
  server = await startStoreServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  const opened = await openFreshStore(server);
  ({ place, store, owner } = opened);
  return opened.close;
});

const runId = 'restore-test/jira-cloud/issues-db/2026Q4';
const started = (step: string) => ({ type: 'step-started', step }) as const;
const ended = (step: string) => ({ type: 'step-ended', step, outcome: 'done', attempts: 1, awsCalls: [] }) as const;
const small = journalOf(runId, [
  runOpened(),
  started('call restore'),
  ended('call restore'),
  { type: 'cleanup-started' },
]);
const at = (entries: readonly JournalEntry[], index: number): JournalEntry => {
  const entry = entries.at(index);
  if (!entry) throw new Error(`no entry ${index}`);
  return entry;
};
/** An entry as it would be inserted by somebody who goes past appendEntries. */
const rowOf = (entry: JournalEntry) => ({
  run_id: entry.runId,
  execution_id: entry.executionId,
  number: entry.number,
  prev: Buffer.from(entry.prev, 'hex'),
  hash: Buffer.from(entry.hash, 'hex'),
  body: entry.body,
});
const insert = (entry: JournalEntry): Promise<unknown> => owner.insertInto('journal').values(rowOf(entry)).execute();
const bodiesOf = (entries: readonly JournalEntry[]): JournalBody[] =>
  entries.map((entry) => JSON.parse(entry.body) as JournalBody);

describe('appending to a journal', () => {
  test('gives every entry back exactly as it came, in order', async () => {
    const { entries } = passedJournal();
    await appendEntries(store, entries.slice(0, 20));
    await appendEntries(store, entries.slice(20));
    expect(await readJournal(store, at(entries, 0).runId, at(entries, 0).executionId)).toEqual(entries);
  });

  test('answers with the chain’s head', async () => {
    expect(await appendEntries(store, small.slice(0, 2))).toEqual({ head: at(small, 1).hash, count: 2 });
    expect(await journalHead(store, runId, 'execution-1')).toEqual({ head: at(small, 1).hash, count: 2 });
    expect(await journalHead(store, runId, 'another')).toEqual({ head: '0'.repeat(64), count: 0 });
  });

  test('takes the same batch again, as after a lost reply', async () => {
    await appendEntries(store, small);
    expect(await appendEntries(store, small)).toEqual({ head: at(small, -1).hash, count: 4 });
    expect(await readJournal(store, runId, 'execution-1')).toEqual(small);
  });

  test('takes a batch of which half is there already', async () => {
    await appendEntries(store, small.slice(0, 3));
    expect(await appendEntries(store, small.slice(1))).toEqual({ head: at(small, -1).hash, count: 4 });
    expect(await readJournal(store, runId, 'execution-1')).toEqual(small);
    expect((await readRun(store, runId))?.projection).toEqual(projectRun(bodiesOf(small)));
  });

  test('takes two attempts of the same batch at once', async () => {
    const { entries } = failedJournal();
    await Promise.all([1, 2, 3, 4].map(() => appendEntries(store, entries)));
    expect(await readJournal(store, at(entries, 0).runId, at(entries, 0).executionId)).toEqual(entries);
  });

  test('refuses other content under a number that is taken, and changes nothing', async () => {
    await appendEntries(store, small.slice(0, 2));
    const other = journalOf(runId, [runOpened(), started('another step'), { type: 'cleanup-started' }]);
    await expect(appendEntries(store, other)).rejects.toThrow(JournalConflictError);
    expect(await readJournal(store, runId, 'execution-1')).toEqual(small.slice(0, 2));
  });

  test('refuses entries that do not continue what it has', async () => {
    await appendEntries(store, small.slice(0, 1));
    await expect(appendEntries(store, small.slice(2))).rejects.toThrow(JournalGapError);
    expect(await journalHead(store, runId, 'execution-1')).toMatchObject({ count: 1 });
  });

  test('refuses an entry whose hash is not its own', async () => {
    const forged = { ...at(small, 0), hash: at(small, 1).hash };
    await expect(appendEntries(store, [forged])).rejects.toThrow(JournalHashError);
  });

  test('refuses a batch of two runs', async () => {
    const other = journalOf('restore-test/jira-cloud/issues-db/2027Q1', [runOpened()]);
    await expect(appendEntries(store, [...small, ...other])).rejects.toMatchObject({ code: 'mixed-journal-batch' });
  });

  test('says so to those who listen, once it can be read', async () => {
    const listener = new pg.Client({ connectionString: place.url });
    await listener.connect();
    try {
      const heard = new Promise<string | undefined>((resolve) =>
        listener.once('notification', ({ payload }) => resolve(payload)),
      );
      await listener.query(`LISTEN ${runNewsChannel}`);
      await appendEntries(store, small);
      expect(await heard).toBe(runId);
    } finally {
      await listener.end();
    }
  });
});

describe('the database itself', () => {
  test('refuses a hash that is not that of prev and body', async () => {
    await expect(
      insert({ ...at(small, 0), body: at(small, 0).body.replace('jira-cloud', 'jira-clouds') }),
    ).rejects.toThrow(/journal_hash_is_right/);
  });

  test('refuses a gap', async () => {
    await insert(at(small, 0));
    await expect(insert(at(small, 2))).rejects.toThrow(/journal_continues_the_entry_before/);
  });

  test('refuses a first entry that is chained to something', async () => {
    const first = makeEntry(
      { number: 0, hash: 'a'.repeat(64) },
      { runId, executionId: 'e', atMs: 1, event: runOpened() },
    );
    await expect(insert(first)).rejects.toThrow(/journal_starts_at_zero/);
  });

  test('refuses an entry that is chained to another one than the one before', async () => {
    await insert(at(small, 0));
    const elsewhere = makeEntry(
      { number: 1, hash: 'b'.repeat(64) },
      { runId, executionId: 'execution-1', atMs: 1, event: started('x') },
    );
    await expect(insert(elsewhere)).rejects.toThrow(/journal_continues_the_entry_before/);
  });

  test.each([
    'update journal set body = body',
    'delete from journal',
    'truncate journal',
    'truncate journal cascade',
    'update addendum set body = body',
    'delete from addendum',
    'truncate addendum',
  ])('refuses "%s", also to the owner of the tables', async (statement) => {
    await appendEntries(store, passedJournal().entries);
    const { runId: run, executionId } = passedJournal();
    await owner
      .insertInto('addendum')
      .values({
        run_id: run,
        execution_id: executionId,
        number: 1,
        prev: Buffer.alloc(32),
        hash: sql`sha256(decode(repeat('00', 32), 'hex') || convert_to('{}', 'UTF8'))`,
        body: '{}',
        signature: '',
      })
      .execute();
    await expect(sql.raw(statement).execute(owner)).rejects.toThrow(/append-only/);
  });

  test.each([
    'update journal set body = body',
    'delete from journal',
    'truncate journal',
    'update addendum set body = body',
    'delete from refused_attempt',
    'update refused_attempt set who = who',
    'drop table journal',
    'alter table journal disable trigger all',
    'delete from kysely_migration',
    'insert into kysely_migration values ($$x$$, $$y$$)',
  ])('gives the application no right to "%s"', async (statement) => {
    await expect(sql.raw(statement).execute(store)).rejects.toThrow(/permission denied|must be owner/);
  });
});

describe('what is projected', () => {
  test.each([
    ['passed', passedJournal],
    ['failed', failedJournal],
    ['aborted', abortedJournal],
  ])('of a run that %s is a fold of its whole journal, however it was cut into batches', async (verdict, make) => {
    const { entries } = make();
    for (const size of [1, 7, 200]) {
      const other = openStore((await fresh()).url, 2);
      for (let from = 0; from < entries.length; from += size)
        await appendEntries(other, entries.slice(from, from + size));
      const run = await readRun(other, at(entries, 0).runId);
      expect(run?.projection).toEqual(projectRun(bodiesOf(entries)));
      const [line] = await listRuns(other);
      expect(line).toMatchObject({
        verdict,
        state: 'done',
        endedAtMs: run?.projection.endedAtMs,
        openedAtMs: run?.projection.openedAtMs,
      });
      await other.destroy();
    }
  });

  test('tells steps, gates, decisions and findings in tables of their own', async () => {
    const { entries } = failedJournal();
    const run = projectRun(bodiesOf(entries));
    await appendEntries(store, entries);
    const steps = await store.selectFrom('step').select(['name', 'outcome', 'attempts']).orderBy('number').execute();
    expect(steps).toEqual(
      run.steps
        .filter((step) => step.status === 'done')
        .map(({ name, attempts }) => ({ name, outcome: 'done', attempts })),
    );
    expect(await store.selectFrom('gate').select(['gate_id', 'outcome', 'waited_ms']).execute()).toEqual([
      { gate_id: 'admission', outcome: 'approved', waited_ms: 184_000 },
    ]);
    expect(await store.selectFrom('decision').select(['person_id', 'outcome']).execute()).toEqual([
      { person_id: 'jonas-weber', outcome: 'accepted' },
    ]);
    expect(
      (await store.selectFrom('finding').select('check_name').execute()).map((row) => row.check_name).toSorted(),
    ).toEqual(['check:row count issues', 'rpo']);
  });

  test('survives a projection that was lost or written by another version', async () => {
    await appendEntries(store, small.slice(0, 2));
    await sql`update run set projection = '{}'`.execute(owner);
    await appendEntries(store, small.slice(2));
    expect((await readRun(store, runId))?.projection).toEqual(projectRun(bodiesOf(small)));
  });

  test('shows the newest execution after a Temporal reset, whatever still arrives of the old one', async () => {
    await appendEntries(store, small.slice(0, 3));
    const again = journalOf(runId, [runOpened(), started('another way')], 'execution-2');
    await appendEntries(store, again);
    await appendEntries(store, small.slice(3));
    expect((await readRun(store, runId))?.projection).toEqual(projectRun(bodiesOf(again)));
    expect(await readJournal(store, runId, 'execution-1')).toEqual(small);
  });

  test('shows text that PostgreSQL cannot hold, and the journal keeps it', async () => {
    const entries = journalOf(runId, [
      runOpened(),
      { type: 'abort-requested', by: 'ann', reason: 'nul \0 and 🧯', via: 'cli' },
    ]);
    await appendEntries(store, entries);
    expect((await readRun(store, runId))?.projection.aborts[0]?.reason).toBe('nul \uFFFD and 🧯');
    expect(await readJournal(store, runId, 'execution-1')).toEqual(entries);
  });

  test('knows how long the last drills took, and leaves out those that were never usable', async () => {
    await appendEntries(store, passedJournal().entries);
    await appendEntries(store, failedJournal().entries);
    const { T0, T8 } = projectRun(passedJournal().bodies).ledger;
    const fromDisasterToCleanupMs = (T8?.highMs ?? 0) - (T0?.lowMs ?? 0);
    expect(fromDisasterToCleanupMs).toBeGreaterThan(0);
    expect(
      await recentDurationsMs(store, { service: 'jira-cloud', resource: 'issues-db', runbook: 'restore-test' }),
    ).toEqual([fromDisasterToCleanupMs]);
    expect(await recentSteps(store, { service: 'jira-cloud', resource: 'issues-db', runbook: 'restore-test' })).toEqual(
      [projectRun(passedJournal().bodies).steps],
    );
    expect(
      await recentDurationsMs(store, { service: 'identity', resource: 'directory', runbook: 'restore-test' }),
    ).toEqual([]);
  });

  async function fresh(): Promise<FreshStore> {
    return await freshStore(server);
  }
});

test('a refused attempt is kept once, and told up to a moment', async () => {
  const attempt = {
    runId,
    gateId: 'admission',
    who: 'eve',
    via: 'slack-app',
    choice: 'approve',
    code: 'run-over',
    atMs: 5000,
    decisionId: 'click-1',
  };
  await recordRefusedAttempt(store, attempt);
  await recordRefusedAttempt(store, { ...attempt, atMs: 6000 });
  await recordRefusedAttempt(store, { ...attempt, decisionId: 'click-2', atMs: 9000 });
  expect(await readRefusedAttempts(store, runId, 8000)).toEqual([attempt]);
  expect(await readRefusedAttempts(store, runId, 9000)).toHaveLength(2);
  expect(await readRefusedAttempts(store, 'another', 9000)).toEqual([]);
});
