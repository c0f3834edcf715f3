import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataRootFor, freePort, initCluster, locateBinaries, removeDataRoot, startServer } from '../postgres/index.ts';
import type { PostgresBinaries, RunningServer } from '../postgres/index.ts';
import { passedJournal } from '../test/fixtures/journals.ts';
import { openStore, StoreUnreachableError, withStore } from './connect.ts';
import type { Store } from './connect.ts';
import { appendEntries, readJournal } from './journal.ts';
import { migrate } from './migrate.ts';

/** A server of its own, that can be stopped and started. */
let folder: string;
let binaries: PostgresBinaries;
let dataDir: string;
let port: number;
let server: RunningServer;

const start = async (): Promise<void> => {
  server = await startServer({ binaries, dataDir, port, settings: { fsync: false } });
};
const urlOf = (database: string): string => `postgres://owner:secret@127.0.0.1:${port}/${database}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firedrill-outage-'));
  binaries = await locateBinaries(18);
  dataDir = join(await dataRootFor(folder), 'data');
  port = await freePort();
  await initCluster({ binaries, dataDir, superuser: 'owner', password: 'secret' });
  await start();
});
afterAll(async () => {
  await server.stop('immediate');
  await removeDataRoot(folder);
});

/** An empty database, opened as its owner. */
async function emptyStore(name: string, maxConnections?: number): Promise<Store> {
  const admin = openStore(urlOf('postgres'), 1);
  await sql`create database ${sql.id(name)}`.execute(admin);
  await admin.destroy();
  return openStore(urlOf(name), maxConnections);
}

describe('migrating', () => {
  test('may be repeated, and leaves what is recorded alone', async () => {
    const store = await emptyStore('repeated', 1);
    const { entries, runId, executionId } = passedJournal();
    await migrate(store);
    await appendEntries(store, entries);
    await migrate(store);
    expect(await readJournal(store, runId, executionId)).toEqual(entries);
    await store.destroy();
  });

  test('may be done by several processes at once', async () => {
    const stores = [await emptyStore('at-once'), ...[1, 2, 3].map(() => openStore(urlOf('at-once'), 1))];
    await sql`create role firedrill_app`.execute(stores[0] ?? unreachable());
    await Promise.all(stores.map((store) => migrate(store)));
    await Promise.all(stores.map((store) => migrate(store)));
    const { entries } = passedJournal();
    expect(await appendEntries(stores[1] ?? unreachable(), entries)).toMatchObject({ count: entries.length });
    await Promise.all(stores.map((store) => store.destroy()));
  });

  test('says what is missing when the role may not create tables', async () => {
    const store = await emptyStore('no-rights', 1);
    await sql`create role reader login password 'secret'`.execute(store);
    const asReader = openStore(urlOf('no-rights').replace('owner', 'reader'), 1);
    await expect(migrate(asReader)).rejects.toMatchObject({
      code: 'migration-failed',
      next: expect.stringContaining('DATABASE_MIGRATION_URL'),
    });
    await asReader.destroy();
    await store.destroy();
  });
});

describe('a store that is down', () => {
  test.each(['fast', 'immediate'] as const)(
    '(%s) is said to be unreachable, and takes the same batch when it is back',
    async (mode) => {
      const store = await emptyStore(`down-${mode}`);
      await migrate(store);
      const { entries, runId, executionId } = passedJournal();
      await appendEntries(store, entries.slice(0, 5));
      await server.stop(mode);
      await expect(appendEntries(store, entries.slice(5))).rejects.toThrow(StoreUnreachableError);
      await expect(readJournal(store, runId, executionId)).rejects.toMatchObject({
        kind: 'busy',
        what: expect.stringContaining('does not answer'),
      });
      await start();
      await appendEntries(store, entries.slice(5));
      expect(await readJournal(store, runId, executionId)).toEqual(entries);
      await store.destroy();
    },
  );

  test('that stops in the middle of an append records all of the batch or nothing', async () => {
    const store = await emptyStore('middle');
    await migrate(store);
    const { entries, runId, executionId } = passedJournal();
    const appending = appendEntries(store, entries).then(
      () => entries.length,
      (error: unknown) => {
        expect(error).toBeInstanceOf(StoreUnreachableError);
        return undefined;
      },
    );
    await server.stop('immediate');
    const recorded = await appending;
    await start();
    const there = (await readJournal(store, runId, executionId)).length;
    expect([0, entries.length]).toContain(there);
    if (recorded !== undefined) expect(there).toBe(recorded);
    await store.destroy();
  });

  test('is not what a mistake of ours is called', async () => {
    const store = await emptyStore('mistake', 1);
    await expect(withStore(() => sql`select nothing from nowhere`.execute(store))).rejects.toMatchObject({
      code: '42P01',
    });
    await expect(
      withStore(() => Promise.reject(new Error('the timeout of something else was closed'))),
    ).rejects.toThrow('something else');
    await store.destroy();
  });
});

function unreachable(): never {
  throw new Error('there is a store');
}
