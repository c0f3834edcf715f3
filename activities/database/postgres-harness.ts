import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { dataRootFor, initCluster, locateBinaries, startServer } from '../../postgres/index.ts';
import type { RunningServer } from '../../postgres/index.ts';
import type { DatabaseAddress } from './connect.ts';

/** A real PostgreSQL for the tests of probe and source, with its own folder and port. */
export interface TestPostgres {
  readonly user: string;
  readonly password: string;
  readonly dataDir: string;
  readonly port: number;
  /** A folder that goes away with the server. */
  readonly home: string;
  address(database?: string): DatabaseAddress;
  /** Runs statements as the superuser. */
  run(sql: string, database?: string): Promise<readonly Record<string, unknown>[]>;
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
  /** Starts it again on the same data and port. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function startTestPostgres(password: string, major: 16 | 18 = 18): Promise<TestPostgres> {
  const home = await mkdtemp(path.join(tmpdir(), 'firedrill-pg-test-'));
  const root = await dataRootFor(home);
  const binaries = await locateBinaries(major);
  const dataDir = path.join(root, 'data');
  const user = 'boss';
  await initCluster({ binaries, dataDir, superuser: user, password });
  let server: RunningServer = await startServer({ binaries, dataDir, settings: { fsync: false } });
  const { port } = server;
  const address = (database = 'postgres'): DatabaseAddress => ({
    host: '127.0.0.1',
    port,
    user,
    password,
    database,
    tls: 'disable',
  });
  return {
    user,
    password,
    dataDir,
    port,
    home,
    address,
    run: async (sql, database = 'postgres') => {
      const client = new Client({ host: '127.0.0.1', port, user, password, database });
      await client.connect();
      try {
        const result: unknown = await client.query(sql);
        const last: unknown = Array.isArray(result) ? result.at(-1) : result;
        return (last as { rows: Record<string, unknown>[] }).rows;
      } finally {
        await client.end();
      }
    },
    stop: (mode = 'fast') => server.stop(mode),
    start: async () => {
      server = await startServer({ binaries, dataDir, port, settings: { fsync: false } });
    },
    close: async () => {
      await server.stop('immediate');
      await rm(root, { recursive: true, force: true });
      await rm(home, { recursive: true, force: true });
    },
  };
}
