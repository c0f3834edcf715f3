import { link, mkdir, readdir, writeFile, chown, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { copyTree, makeServerFolder, runAs } from '../../../../postgres/index.ts';
import type { Login } from './session.ts';
import { withSession } from './session.ts';

/** Folders whose content a backup must not contain; they have to exist, though. As in pg_basebackup. */
const EMPTIED = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);
const LEFT_OUT = new Set(['postmaster.pid', 'postmaster.opts', 'recovery.signal', 'standby.signal', 'backup_label']);

function isLeftOut(name: string): boolean {
  const [top = '', second] = name.split(path.sep);
  if (second !== undefined && EMPTIED.has(top)) return true;
  const base = path.basename(name);
  return LEFT_OUT.has(name) || base.startsWith('pgsql_tmp') || base.startsWith('pg_internal.init');
}

export interface BackupResult {
  /** On the database's clock: every commit before it is in the backup. */
  readonly completedAtMs: number;
  readonly sizeBytes: number;
}

/**
 * Takes a backup of a running server the way PostgreSQL documents it: backup mode, a copy of the files, and the log
 * written meanwhile. Nobody is locked out while it runs.
 *
 * @param target - folder that gets `base/` (the files) and `wal/` (the log that makes them consistent)
 */
export async function takeBackup(
  admin: Login,
  dataDir: string,
  archive: string,
  target: string,
): Promise<BackupResult> {
  await mkdir(target, { recursive: true, mode: 0o755 });
  const base = path.join(target, 'base');
  const wal = path.join(target, 'wal');
  const { start, stop, completedAtMs } = await withSession(admin, async (session) => {
    await session.query('SELECT pg_backup_start($1, true)', [path.basename(target)]);
    await copyTree(dataDir, base, { owner: runAs(), skip: isLeftOut, live: true });
    const ended = await session.query<{ lsn: string; labelfile: string; spcmapfile: string; at: string }>(
      `SELECT lsn::text, labelfile, spcmapfile, (extract(epoch FROM clock_timestamp()) * 1000)::text AS at FROM pg_backup_stop(false)`,
    );
    const row = ended.rows[0];
    if (row === undefined) throw new Error('pg_backup_stop answered nothing.');
    await writeOwned(path.join(base, 'backup_label'), row.labelfile);
    if (row.spcmapfile.trim() !== '') {
      throw new Error('This database uses tablespaces of its own, which RDS does not have either. No backup was made.');
    }
    const segment = await session.query<{ name: string }>('SELECT pg_walfile_name($1::pg_lsn - 1) AS name', [row.lsn]);
    return {
      start: /START WAL LOCATION: \S+ \(file ([0-9A-F]{24})\)/u.exec(row.labelfile)?.[1] ?? '',
      stop: segment.rows[0]?.name ?? '',
      completedAtMs: Math.ceil(Number(row.at)),
    };
  });
  // Not left to pg_backup_stop: it looks once a second.
  await archived(archive, stop);
  await keepLog(archive, wal, start, stop);
  return { completedAtMs, sizeBytes: await sizeOf(base) };
}

const ARCHIVE_TIMEOUT_MS = 60_000;

/**
 * Waits until a log file is in the archive; it gets there whole, by being renamed.
 *
 * @throws Error when it is not there within a minute
 */
export async function archived(archive: string, segment: string): Promise<void> {
  for (const deadline = Date.now() + ARCHIVE_TIMEOUT_MS; Date.now() < deadline; await sleep(5)) {
    if ((await stat(path.join(archive, segment)).catch(() => undefined)) !== undefined) return;
  }
  throw new Error(`The log file ${segment} did not reach the archive ${archive} within a minute.`);
}

/** Archived log files never change, so a second name for them is as good as a copy. */
async function keepLog(archive: string, wal: string, start: string, stop: string): Promise<void> {
  await makeServerFolder(wal);
  let kept = 0;
  for (const file of await readdir(archive)) {
    const isNeeded = /^[0-9A-F]{24}$/u.test(file) && file >= start && file <= stop;
    if (isNeeded) kept += 1;
    if (isNeeded || file.endsWith('.history')) await link(path.join(archive, file), path.join(wal, file));
  }
  if (start === '' || kept === 0) throw new Error(`The log from ${start} to ${stop} is not in the archive ${archive}.`);
}

export async function writeOwned(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 });
  const user = runAs();
  if (user !== undefined) await chown(file, user.uid, user.gid);
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += (await stat(path.join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}
