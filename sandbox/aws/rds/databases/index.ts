import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';

import type { PostgresMajor, RunningServer } from '../../../../postgres/index.ts';
import {
  copyTree,
  isPortFree,
  locateBinaries,
  makeServerFolder,
  runAs,
  startServer,
  stopOrphan,
} from '../../../../postgres/index.ts';
import type { BackupResult } from './backup.ts';
import { archived, takeBackup, writeOwned } from './backup.ts';
import { rollForwardBase } from './corrupt.ts';
import type { Places, Scope } from './places.ts';
import type { Login } from './session.ts';
import { ADMIN, withSession } from './session.ts';
import { serverSettings, untilEndOfBackup, untilTime } from './settings.ts';
import { isCold } from './snapshot-files.ts';
import { adminPassword, templateCluster } from './template.ts';

type Settings = Record<string, string | number | boolean>;

export interface StartOptions {
  /** Settings of the parameter group. */
  readonly settings: Settings;
  /** The port it had before; taken again when it is still free. */
  readonly port?: number | undefined;
}

/** Called when a server ends that nobody stopped; the owner decides whether to start it again. */
export type OnServerLost = (scope: Scope, dbiResourceId: string) => void;

/** Recovery reads the whole log since the base; an hour of it is a lot for a sandbox, and stuck for ever is no answer. */
const RECOVERY_TIMEOUT_MS = 3_600_000;

/** Commits near in time may reach the log in another order than their clock times; the horizon lies this much back. */
const COMMIT_ORDER_MARGIN_MS = 20;

export type Databases = Awaited<ReturnType<typeof openDatabases>>;

/**
 * The real PostgreSQL servers behind the instances. Knows files and processes, and nothing of RDS's words.
 */
export async function openDatabases(places: Places, onLost: OnServerLost) {
  const running = new Map<string, RunningServer>();
  const password = await adminPassword(places.root);

  const adminOf = (dbi: string, database = 'postgres'): Login => {
    const server = running.get(dbi);
    if (server === undefined) throw new Error(`No server runs behind ${dbi}.`);
    return { host: server.host, port: server.port, user: ADMIN, password, database };
  };

  async function launch(scope: Scope, dbi: string, options: StartOptions, recovery: Settings = {}): Promise<number> {
    const dataDir = places.data(scope, dbi);
    const archive = places.archive(scope, dbi);
    await makeServerFolder(archive);
    await stopOrphan(dataDir);
    const isStandby = (await stat(path.join(dataDir, 'standby.signal')).catch(() => undefined)) !== undefined;
    const server = await startServer({
      binaries: await locateBinaries(await majorOf(dataDir)),
      dataDir,
      port: options.port !== undefined && (await isPortFree(options.port)) ? options.port : undefined,
      settings: { ...options.settings, ...serverSettings(archive), ...recovery },
      until: isStandby ? 'answering' : 'writable',
      timeoutMs: RECOVERY_TIMEOUT_MS,
    });
    running.set(dbi, server);
    void server.exited.then(() => {
      if (running.get(dbi) !== server) return;
      running.delete(dbi);
      onLost(scope, dbi);
    });
    return server.port;
  }

  async function stop(dbi: string, mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
    const server = running.get(dbi);
    running.delete(dbi);
    await server?.stop(mode);
  }

  /** An earlier, killed attempt may have left something; a restore always begins with nothing. */
  async function startOver(scope: Scope, dbi: string): Promise<string> {
    await stop(dbi, 'immediate');
    const dataDir = places.data(scope, dbi);
    await stopOrphan(dataDir);
    await rm(places.instance(scope, dbi), { recursive: true, force: true });
    await mkdir(places.instance(scope, dbi), { recursive: true, mode: 0o755 });
    return dataDir;
  }

  async function copyBase(base: string, dataDir: string): Promise<void> {
    await copyTree(base, dataDir, { owner: runAs() });
  }

  return {
    isRunning: (dbi: string) => running.has(dbi),
    portOf: (dbi: string) => running.get(dbi)?.port,
    pidOf: (dbi: string) => running.get(dbi)?.pid,
    admin: adminOf,
    start: launch,
    stop,

    /** A new, empty database with its master user, who is no superuser. Returns the port. */
    async create(
      scope: Scope,
      dbi: string,
      wanted: { major: PostgresMajor; masterUsername: string; masterPassword: string; dbName?: string | undefined },
      options: StartOptions,
    ): Promise<number> {
      const dataDir = await startOver(scope, dbi);
      await copyTree(await templateCluster(places, wanted.major), dataDir, { owner: runAs() });
      const port = await launch(scope, dbi, options);
      const master = pg.escapeIdentifier(wanted.masterUsername);
      await withSession(adminOf(dbi), async (session) => {
        await session.query(
          `CREATE ROLE ${master} LOGIN CREATEROLE CREATEDB PASSWORD ${pg.escapeLiteral(wanted.masterPassword)}`,
        );
        await session.query(`GRANT rds_superuser TO ${master} WITH ADMIN OPTION`);
        const database = wanted.dbName ?? 'postgres';
        if (database === 'postgres') await session.query(`ALTER DATABASE postgres OWNER TO ${master}`);
        else await session.query(`CREATE DATABASE ${pg.escapeIdentifier(database)} OWNER ${master}`);
      });
      return port;
    },

    /** The state at the end of the backup, not a commit more. Returns the port. */
    async restoreSnapshot(scope: Scope, dbi: string, snapshot: string, options: StartOptions): Promise<number> {
      const dataDir = await startOver(scope, dbi);
      await copyBase(path.join(snapshot, 'base'), dataDir);
      if (!(await isCold(dataDir))) {
        await writeOwned(path.join(dataDir, 'recovery.signal'), '');
        return launch(scope, dbi, options, untilEndOfBackup([path.join(snapshot, 'wal')]));
      }
      return launch(scope, dbi, options);
    },

    /** Every commit up to and including `timeMs`, and none after. Returns the port. */
    async restoreToTime(
      scope: Scope,
      dbi: string,
      from: { snapshot: string; archive: string; timeMs: number },
      options: StartOptions,
    ): Promise<number> {
      const dataDir = await startOver(scope, dbi);
      const base = await rollForwardBase(from.snapshot);
      await copyBase(path.join(base, 'base'), dataDir);
      await writeOwned(path.join(dataDir, 'recovery.signal'), '');
      return launch(scope, dbi, options, untilTime([from.archive, path.join(base, 'wal')], from.timeMs));
    },

    /** A standby that follows `source`. Returns the port. */
    async replicate(
      scope: Scope,
      dbi: string,
      source: { scope: Scope; dbi: string },
      options: StartOptions,
    ): Promise<number> {
      const dataDir = await startOver(scope, dbi);
      const snapshot = path.join(places.instance(scope, dbi), `seed-${randomUUID()}`);
      await takeBackup(
        adminOf(source.dbi),
        places.data(source.scope, source.dbi),
        places.archive(source.scope, source.dbi),
        snapshot,
      );
      await rename(path.join(snapshot, 'base'), dataDir);
      await writeOwned(path.join(dataDir, 'standby.signal'), '');
      await rm(snapshot, { recursive: true, force: true });
      return launch(scope, dbi, options, this.followingSettings(source));
    },

    /** What a standby needs to know at every start. */
    followingSettings(source: { scope: Scope; dbi: string }): Settings {
      const login = adminOf(source.dbi);
      return {
        primary_conninfo: `host=${login.host} port=${login.port} user=${login.user} password=${login.password} application_name=replica`,
        recovery_target_timeline: 'latest',
      };
    },

    async promote(dbi: string): Promise<void> {
      await withSession(adminOf(dbi), async (session) => {
        const answer = await session.query<{ promoted: boolean }>('SELECT pg_promote(true, 60) AS promoted');
        if (answer.rows[0]?.promoted !== true) throw new Error('The replica was not promoted within a minute.');
      });
    },

    /** Makes the snapshot folder appear whole, or not at all. */
    async backup(scope: Scope, dbi: string, snapshot: string): Promise<BackupResult> {
      const draft = `${snapshot}.draft`;
      await rm(draft, { recursive: true, force: true });
      await rm(snapshot, { recursive: true, force: true });
      const result = await takeBackup(adminOf(dbi), places.data(scope, dbi), places.archive(scope, dbi), draft);
      await rename(draft, snapshot);
      return result;
    },

    /**
     * Ships the log now.
     *
     * @returns the horizon on the database's clock, in milliseconds: a restore to it, or to any moment between the end of
     *   a base backup and it, finds exactly what was committed by then
     */
    async shipLog(scope: Scope, dbi: string): Promise<number> {
      return withSession(adminOf(dbi), async (session) => {
        const clock = await session.query<{ at: string }>(
          'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::text AS at',
        );
        await sleep(COMMIT_ORDER_MARGIN_MS);
        // Recovery ends at the first commit after its target, and fails if it finds none. Hence a commit of our own.
        await session.query('SELECT pg_current_xact_id()');
        const segment = await session.query<{ name: string }>('SELECT pg_walfile_name(pg_switch_wal() - 1) AS name');
        const name = segment.rows[0]?.name;
        if (name === undefined) throw new Error('pg_switch_wal answered nothing.');
        await archived(places.archive(scope, dbi), name);
        return Math.floor(Number(clock.rows[0]?.at));
      });
    },

    async setPassword(dbi: string, user: string, secret: string): Promise<void> {
      await withSession(adminOf(dbi), (session) =>
        session.query(`ALTER ROLE ${pg.escapeIdentifier(user)} PASSWORD ${pg.escapeLiteral(secret)}`),
      );
    },

    /** Stops the server and deletes its files; the shipped log stays when its automated backups are kept. */
    async remove(scope: Scope, dbi: string, keep: { archive: boolean }): Promise<void> {
      await stop(dbi, 'immediate');
      const dataDir = places.data(scope, dbi);
      await stopOrphan(dataDir);
      await rm(keep.archive ? dataDir : places.instance(scope, dbi), { recursive: true, force: true });
    },

    /** Stops every server that a killed sandbox left behind, wherever its files lie. */
    async stopOrphans(): Promise<number> {
      let stopped = 0;
      const entries = await readdir(places.root, { recursive: true, withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        if (entry.name !== 'postmaster.pid' || !entry.isFile()) continue;
        if ((await stopOrphan(entry.parentPath)) === 'stopped') stopped += 1;
      }
      return stopped;
    },

    async close(): Promise<void> {
      await Promise.all([...running.keys()].map((dbi) => stop(dbi, 'fast')));
    },
  };
}

async function majorOf(dataDir: string): Promise<PostgresMajor> {
  const text = (await readFile(path.join(dataDir, 'PG_VERSION'), 'utf8')).trim();
  if (text === '16') return 16;
  if (text === '18') return 18;
  throw new Error(`${dataDir} was made by PostgreSQL ${text}, which is not available here.`);
}
