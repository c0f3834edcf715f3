import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import pg from 'pg';

import type { PostgresMajor, RunningServer } from '../../../../postgres/index.ts';
import { copyTree, locateBinaries, makeServerFolder, runAs, startServer } from '../../../../postgres/index.ts';
import { writeOwned } from './backup.ts';
import { ADMIN, withSession } from './session.ts';
import { fetchLogFrom } from './settings.ts';

const PAGE_BYTES = 8192;
/** PostgreSQL splits a table into files of 1 GB. */
const PAGES_PER_FILE = 131_072;
/** The header of a page stays, so that it is the checksum that finds the damage. */
const HEADER_BYTES = 64;

interface Target {
  readonly snapshot: string;
  readonly isCold: boolean;
  readonly major: PostgresMajor;
  readonly password: string;
  readonly database: string;
  /** `table` or `schema.table`. */
  readonly table: string;
}

export interface Damage {
  readonly rowsBefore: number;
  readonly rowsAfter?: number;
  readonly pagesDamaged?: number;
}

/**
 * Deletes a share of a table's rows from a backup: its copy is started apart from everything else, changed, stopped,
 * and takes the backup's place. It then is a copy of a stopped database, so a restore from it needs no log. A restore to a
 * point in time cannot begin there, since no log continues it: for that the original files stay beside it, unharmed.
 */
export async function deleteRows(target: Target, share: number): Promise<Damage> {
  const work = `${target.snapshot}.altered`;
  const name = quotedName(target.table);
  const result = await withCopy(target, work, async (ask) => {
    const rowsBefore = await countOf(ask, name);
    // Without triggers, as damage does not ask foreign keys for permission.
    await ask('SET session_replication_role = replica');
    await ask(
      `DELETE FROM ${name} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${name} ORDER BY random() LIMIT ${Math.ceil(rowsBefore * share)}))`,
    );
    const rowsAfter = await countOf(ask, name);
    await ask('CHECKPOINT');
    return { rowsBefore, rowsAfter };
  });
  await makeServerFolder(path.join(work, 'wal'));
  await keepOriginal(target.snapshot, work);
  await rename(work, target.snapshot);
  return result;
}

/** Where a restore to a point in time finds files that the log continues. */
export async function rollForwardBase(snapshot: string): Promise<string> {
  const original = path.join(snapshot, 'original');
  return (await stat(original).catch(() => undefined)) === undefined ? snapshot : original;
}

/** Moves the unharmed files into the altered backup; those of an earlier alteration are already set apart. */
async function keepOriginal(snapshot: string, altered: string): Promise<void> {
  const source = await rollForwardBase(snapshot);
  await rename(source, path.join(altered, 'original'));
  await rm(snapshot, { recursive: true, force: true });
}

/**
 * Overwrites the middle of some of a table's pages in the backup's own files, so that its checksums do not fit any more,
 * then proves on a copy that reading the table fails.
 *
 * @throws Error when the table still reads well afterwards, because the log rewrites all of its pages
 */
export async function damageTable(target: Target): Promise<Damage> {
  const work = `${target.snapshot}.probe`;
  const name = quotedName(target.table);
  const place = await withCopy(target, work, async (ask) => {
    const rowsBefore = await countOf(ask, name);
    const [row] = await ask(
      `SELECT pg_relation_filepath('${name}'::regclass) AS file, (pg_relation_size('${name}'::regclass) / ${PAGE_BYTES})::int AS pages`,
    );
    return { rowsBefore, file: String(row?.['file']), pages: Number(row?.['pages']) };
  });
  await rm(work, { recursive: true, force: true });
  if (place.pages === 0)
    throw new Error(`The table ${target.table} is empty in this snapshot: there is nothing to damage.`);
  // Spread over the older half, which a log written during the backup is least likely to contain.
  const pages = [...new Set([0.05, 0.15, 0.25, 0.35, 0.45].map((part) => Math.floor(place.pages * part)))];
  for (const base of new Set([target.snapshot, await rollForwardBase(target.snapshot)])) {
    for (const page of pages) await scribble(path.join(base, 'base', place.file), page);
  }
  const isNoticed = await withCopy(target, work, async (ask) => {
    await ask(`SET enable_indexonlyscan = off`);
    return ask(`SELECT count(t.*) FROM ${name} t`).then(
      () => false,
      (error: unknown) => error instanceof pg.DatabaseError && error.code === 'XX001',
    );
  });
  await rm(work, { recursive: true, force: true });
  if (!isNoticed)
    throw new Error(`The table ${target.table} still reads well: the backup's log rewrites the damaged pages.`);
  return { rowsBefore: place.rowsBefore, pagesDamaged: pages.length };
}

async function scribble(firstFile: string, page: number): Promise<void> {
  const part = Math.floor(page / PAGES_PER_FILE);
  const file = await open(part === 0 ? firstFile : `${firstFile}.${part}`, 'r+');
  try {
    const garbage = Buffer.alloc(PAGE_BYTES - HEADER_BYTES, 0xa5);
    await file.write(garbage, 0, garbage.length, (page % PAGES_PER_FILE) * PAGE_BYTES + HEADER_BYTES);
  } finally {
    await file.close();
  }
}

type Ask = (sql: string) => Promise<Record<string, unknown>[]>;

/** Recovers a copy of the backup in `work/base`, lets `use` question it, and stops it cleanly. */
async function withCopy<T>(target: Target, work: string, use: (ask: Ask) => Promise<T>): Promise<T> {
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true, mode: 0o755 });
  const dataDir = path.join(work, 'base');
  await copyTree(path.join(target.snapshot, 'base'), dataDir, { owner: runAs() });
  const log = path.join(work, 'log');
  let server: RunningServer | undefined;
  try {
    if (!target.isCold) await writeOwned(path.join(dataDir, 'recovery.signal'), '');
    server = await startServer({
      binaries: await locateBinaries(target.major),
      dataDir,
      logFile: log,
      until: 'writable',
      settings: {
        fsync: false,
        archive_mode: 'off',
        ...(target.isCold
          ? {}
          : {
              restore_command: fetchLogFrom([path.join(target.snapshot, 'wal')]),
              recovery_target: 'immediate',
              recovery_target_action: 'promote',
            }),
      },
    });
    const login = {
      host: server.host,
      port: server.port,
      user: ADMIN,
      password: target.password,
      database: target.database,
    };
    return await withSession(login, (session) =>
      use(async (sql) => (await session.query<Record<string, unknown>>(sql)).rows),
    );
  } finally {
    await server?.stop('fast');
    await rm(log, { force: true });
  }
}

const countOf = async (ask: Ask, name: string): Promise<number> =>
  Number((await ask(`SELECT count(*)::int AS n FROM ${name}`))[0]?.['n']);

/** Nothing of a control request gets into SQL unquoted. */
const quotedName = (table: string): string =>
  table
    .split('.')
    .map((part) => pg.escapeIdentifier(part))
    .join('.');
