import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { dataRootFor, initCluster, locateBinaries, startServer } from '../../postgres/index.ts';
import { openStore } from '../../store/connect.ts';
import { applicationRole, migrate } from '../../store/migrate.ts';

const template = 'firedrill_template';

/** A PostgreSQL server for stores, with a migrated template: a fresh store costs milliseconds. */
export interface StoreServer {
  /** URL of the owner, without a database at its end. */
  readonly ownerUrl: string;
  /** URL of the role that the application logs in as, without a database at its end. */
  readonly applicationUrl: string;
  stop(): Promise<void>;
}

/** Starts one; to be called once per test run or per file. */
export async function startStoreServer(): Promise<StoreServer> {
  const folder = await mkdtemp(join(tmpdir(), 'firedrill-store-'));
  const dataRoot = await dataRootFor(folder);
  const binaries = await locateBinaries(18);
  const password = randomBytes(12).toString('hex');
  const dataDir = join(dataRoot, 'data');
  await initCluster({ binaries, dataDir, superuser: 'owner', password });
  const server = await startServer({
    binaries,
    dataDir,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: 200 },
  });
  const urlOf = (user: string): string => `postgres://${user}:${password}@${server.host}:${server.port}`;
  await query(`${urlOf('owner')}/postgres`, `create role ${applicationRole} login password '${password}'`);
  await query(`${urlOf('owner')}/postgres`, `create database ${template}`);
  const store = openStore(`${urlOf('owner')}/${template}`, 1);
  await migrate(store);
  await store.destroy();
  return {
    ownerUrl: urlOf('owner'),
    applicationUrl: urlOf(applicationRole),
    async stop() {
      await server.stop('immediate');
      await rm(dataRoot, { recursive: true, force: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A store of its own, as the application sees it and as its owner does. */
export interface FreshStore {
  readonly url: string;
  readonly ownerUrl: string;
  /** Takes a backup. The answer puts it in place of what there is then; both cut every connection, as in life. */
  backup(): Promise<() => Promise<void>>;
  drop(): Promise<void>;
}

export async function freshStore(server: Pick<StoreServer, 'ownerUrl' | 'applicationUrl'>): Promise<FreshStore> {
  const name = `store_${randomBytes(6).toString('hex')}`;
  await query(`${server.ownerUrl}/postgres`, `create database ${name} template ${template}`);
  return {
    url: `${server.applicationUrl}/${name}`,
    ownerUrl: `${server.ownerUrl}/${name}`,
    async backup() {
      const copy = `${name}_backup`;
      const postgres = `${server.ownerUrl}/postgres`;
      await query(postgres, `alter database ${name} allow_connections false`);
      await query(postgres, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
      for (;;) {
        try {
          await query(postgres, `create database ${copy} template ${name}`);
          break;
        } catch (error) {
          // A connection that was told to end may still be ending.
          if (!(error instanceof Error) || !error.message.includes('being accessed')) throw error;
        }
      }
      await query(postgres, `alter database ${name} allow_connections true`);
      return async () => {
        await query(postgres, `drop database ${name} with (force)`);
        await query(postgres, `alter database ${copy} rename to ${name}`);
      };
    },
    drop: () => query(`${server.ownerUrl}/postgres`, `drop database if exists ${name} with (force)`),
  };
}

/** A fresh store, opened as the application (the role firedrill_app) and as its owner; `close` drops it. */
export async function openFreshStore(server: StoreServer) {
  const place = await freshStore(server);
  const store = openStore(place.url);
  const owner = openStore(place.ownerUrl, 1);
  const close = async (): Promise<void> => {
    await Promise.all([store.destroy(), owner.destroy()]);
    await place.drop();
  };
  return { place, store, owner, close };
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
