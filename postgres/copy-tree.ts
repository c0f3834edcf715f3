import { chown, copyFile, constants, lchown, mkdir, open, readdir, readlink, symlink } from 'node:fs/promises';
import path from 'node:path';

import type { RunAs } from './identity.ts';

export interface CopyTreeOptions {
  /** Owner of everything that is created; by default the copying user. */
  readonly owner?: RunAs | undefined;
  /** Leaves out files and folders by their path relative to `from`; a folder that is left out is not created either. */
  readonly skip?: (relativePath: string) => boolean;
  /**
   * The tree is being written to while it is copied: files may grow, shrink or vanish. What vanished is left out, as
   * PostgreSQL's own base backup does; its log brings the copy to a consistent state.
   */
  readonly live?: boolean;
}

/** Enough to keep the disk busy, few enough not to starve the rest of the process of I/O threads. */
const CONCURRENT_FILES = 4;
const BLOCK_BYTES = 1 << 20;

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/**
 * Copies the folder `from` to `to` (which must not exist yet), keeping permissions 0700/0600.
 */
export async function copyTree(from: string, to: string, options: CopyTreeOptions = {}): Promise<void> {
  const queue: { source: string; target: string }[] = [];
  await mkdir(to, { mode: 0o700 });
  if (options.owner !== undefined) await chown(to, options.owner.uid, options.owner.gid);
  await walk('');
  const worker = async (): Promise<void> => {
    const buffer = options.live === true ? Buffer.allocUnsafe(BLOCK_BYTES) : undefined;
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      await copyOne(next.source, next.target, buffer, options);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_FILES }, worker));

  async function walk(relative: string): Promise<void> {
    const entries = await readdir(path.join(from, relative), { withFileTypes: true }).catch((error: unknown) => {
      if (options.live === true && isMissing(error)) return [];
      throw error;
    });
    for (const entry of entries) {
      const name = path.join(relative, entry.name);
      if (options.skip?.(name) === true) continue;
      const target = path.join(to, name);
      if (entry.isDirectory()) {
        await mkdir(target, { mode: 0o700 });
        if (options.owner !== undefined) await chown(target, options.owner.uid, options.owner.gid);
        await walk(name);
      } else if (entry.isSymbolicLink()) {
        await symlink(await readlink(path.join(from, name)), target);
        if (options.owner !== undefined) await lchown(target, options.owner.uid, options.owner.gid);
      } else if (entry.isFile()) queue.push({ source: path.join(from, name), target });
    }
  }
}

async function copyOne(
  source: string,
  target: string,
  buffer: Buffer | undefined,
  { owner }: CopyTreeOptions,
): Promise<void> {
  if (buffer === undefined) {
    await copyFile(source, target, constants.COPYFILE_FICLONE);
    if (owner !== undefined) await chown(target, owner.uid, owner.gid);
    return;
  }
  // Not copyFile: it trusts the size it saw first, and spins for ever on a file that was truncated meanwhile.
  const input = await open(source, 'r').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (input === undefined) return;
  try {
    const output = await open(target, 'wx', 0o600);
    try {
      for (;;) {
        const { bytesRead } = await input.read(buffer, 0, buffer.length, null);
        if (bytesRead === 0) break;
        await output.write(buffer, 0, bytesRead);
      }
      if (owner !== undefined) await output.chown(owner.uid, owner.gid);
    } finally {
      await output.close();
    }
  } finally {
    await input.close();
  }
}
