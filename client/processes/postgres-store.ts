import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import {
  dataRootFor,
  initCluster,
  livingPostmaster,
  locateBinaries,
  readPostmaster,
  runAs,
  stopOrphan,
} from '../../postgres/index.ts';
import { applicationRole, migrate } from '../../store/migrate.ts';
import { openStore } from '../../store/connect.ts';
import { localSecret } from './local-secrets.ts';
import { startProcess } from './supervised-process.ts';
import type { ProcessSpec, SupervisedProcess } from './supervised-process.ts';

const owner = 'firedrill';
const database = 'firedrill';

export interface StoreServerOptions {
  readonly home: string;
  readonly port: number;
  readonly process: Pick<ProcessSpec<unknown>, 'logFile' | 'pidFile' | 'onEvent' | 'signal'>;
}

export interface StoreServer {
  readonly process: SupervisedProcess<true>;
  /** The application's login: it may append and project, and never change or remove what was recorded. */
  readonly databaseUrl: string;
}

/**
 * Starts the store's own PostgreSQL (from npm) on its data below home, made at the first start with generated passwords,
 * and brings its schema up to date.
 *
 * @throws ProcessFailedError
 * @throws FiredrillError `migration-failed`
 */
export async function startStoreServer(options: StoreServerOptions): Promise<StoreServer> {
  const { home, port } = options;
  const dataDir = join(await dataRootFor(home), 'store');
  const binaries = await locateBinaries(18);
  if (!existsSync(join(dataDir, 'PG_VERSION'))) {
    // A first start that was killed half-way left something that initdb refuses.
    rmSync(dataDir, { recursive: true, force: true });
    await initCluster({ binaries, dataDir, superuser: owner, password: localSecret(home, 'database-owner') });
  }
  await stopOrphan(dataDir);
  const process = await startProcess<true>({
    ...options.process,
    name: 'postgres',
    command: binaries.postgres,
    args: ['-D', dataDir, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    // It proves by its working directory that it is the server of this data.
    cwd: dataDir,
    runAs: runAs(),
    // "Fast" ends sessions and writes everything out, "immediate" recovers at the next start.
    stop: [
      { signal: 'SIGINT', withinMs: 8000 },
      { signal: 'SIGQUIT', withinMs: 3000 },
    ],
    isReady: async () =>
      (await livingPostmaster(dataDir)) !== undefined && (await readPostmaster(dataDir))?.status === 'ready'
        ? true
        : undefined,
  });
  try {
    const ownerUrl = urlOf(owner, localSecret(home, 'database-owner'), port, 'postgres');
    await prepare(ownerUrl, localSecret(home, 'database-app'));
    await migrateStore(urlOf(owner, localSecret(home, 'database-owner'), port, database));
    return { process, databaseUrl: urlOf(applicationRole, localSecret(home, 'database-app'), port, database) };
  } catch (error) {
    await process.stop();
    throw error;
  }
}

/** Brings the schema of a store up to date. @param ownerUrl - a login that may create tables */
export async function migrateStore(ownerUrl: string): Promise<void> {
  const store = openStore(ownerUrl, 1);
  try {
    await migrate(store);
  } finally {
    await store.destroy();
  }
}

const settings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'timezone=UTC',
  'log_timezone=UTC',
  'logging_collector=off',
];

const urlOf = (user: string, password: string, port: number, name: string): string =>
  `postgres://${user}:${password}@127.0.0.1:${port}/${name}`;

/** Database and application role, once; safe to repeat. */
async function prepare(ownerUrl: string, appPassword: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const role = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [applicationRole]);
    if (role.rowCount === 0)
      await client.query(`CREATE ROLE ${applicationRole} LOGIN PASSWORD ${client.escapeLiteral(appPassword)}`);
    const existing = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (existing.rowCount === 0) await client.query(`CREATE DATABASE ${database}`);
  } finally {
    await client.end();
  }
}
