import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

/**
 * Bundles on this machine, below one root. What is half written lies in `.incoming`, never inside a bundle: a file that
 * a killed process left there would make the bundle look tampered with.
 */
const incoming = '.incoming';

/** Puts a whole bundle in place; an older or altered one of the same run gives way. @returns its folder */
export async function putBundle(root: string, runId: string, files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const target = join(root, runId);
  await inIncoming(root, async (folder) => {
    for (const [path, bytes] of files) await writeDown(join(folder, 'new', path), bytes);
    await mkdir(dirname(target), { recursive: true });
    // A folder cannot be renamed onto one that holds files.
    await rename(target, join(folder, 'old')).catch(unlessMissing);
    await rename(join(folder, 'new'), target);
  });
  return target;
}

/** Puts one file of a bundle in place; readers see the old one or the new one. */
export async function putFile(root: string, runId: string, path: string, bytes: Uint8Array): Promise<void> {
  const target = join(root, runId, path);
  await inIncoming(root, async (folder) => {
    await writeDown(join(folder, 'new'), bytes);
    await mkdir(dirname(target), { recursive: true });
    await rename(join(folder, 'new'), target);
  });
}

/** Every file of a bundle, by path with forward slashes; empty when there is none. */
export async function readBundle(root: string, runId: string): Promise<Map<string, Uint8Array>> {
  const folder = join(root, runId);
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(unlessMissing);
  const paths = (entries ?? []).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      paths.map(async (path) => {
        const bytes = new Uint8Array(await readFile(path));
        return [relative(folder, path).split(sep).join('/'), bytes] as const;
      }),
    ),
  );
}

async function inIncoming(root: string, work: (folder: string) => Promise<void>): Promise<void> {
  const folder = join(root, incoming, randomUUID());
  await mkdir(folder, { recursive: true });
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** On the disk before it is moved to where it counts. */
async function writeDown(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes, { flush: true });
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
