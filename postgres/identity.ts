import { createHash } from 'node:crypto';
import { chown, lstat, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The user that the servers run as; `undefined` means: as whoever runs this process. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root. `nobody` exists on every Linux, so no user has to be created. */
const NOBODY: RunAs = { uid: 65_534, gid: 65_534 };

/** `nobody` when this process is root, otherwise `undefined`: no change of user is needed (or possible). */
export const runAs = (): RunAs | undefined => (process.getuid?.() === 0 ? NOBODY : undefined);

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/**
 * Makes (or finds) `/var/tmp/firedrill-<hash of key>`: a folder that other users can pass through, and only this user can
 * write to. `/var/tmp` and not `/tmp`, because a reboot empties the latter.
 *
 * @throws Error when somebody else owns a folder of that name; nothing is put there then
 */
export async function sharedFolder(key: string): Promise<string> {
  const folder = path.join('/var/tmp', `firedrill-${hashOf(key)}`);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new Error(
      `${folder} belongs to another user, so PostgreSQL cannot be kept there. Nothing was started. ` +
        `Remove that folder, or run as the user who owns it (uid ${found.uid}).`,
    );
  }
  return folder;
}

/**
 * Where data that logically belongs to `dir` may live. As root that is a folder under `/var/tmp` keyed by `dir`, since
 * the unprivileged user of the servers cannot pass through root's home; otherwise `dir` itself. The folder exists
 * afterwards.
 */
export async function dataRootFor(dir: string): Promise<string> {
  await mkdir(dir, { recursive: true });
  const home = await realpath(dir);
  if (runAs() === undefined) return home;
  const folder = await sharedFolder(`data:${home}`);
  await writeFile(
    path.join(folder, 'BELONGS-TO'),
    `PostgreSQL data of ${home}. Delete this folder when that one is gone.\n`,
  );
  return folder;
}

/** Deletes what `dataRootFor(dir)` made, wherever it lies, and `dir` itself. Stop the servers in it first. */
export async function removeDataRoot(dir: string): Promise<void> {
  await rm(await dataRootFor(dir), { recursive: true, force: true });
  await rm(dir, { recursive: true, force: true });
}

/** Makes a folder that the servers' user owns, closed to everybody else (PostgreSQL insists on that). */
export async function makeServerFolder(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const user = runAs();
  if (user !== undefined) await chown(dir, user.uid, user.gid);
}
