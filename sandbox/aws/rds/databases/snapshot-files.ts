import { link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import { copyTree, makeServerFolder, runAs } from '../../../../postgres/index.ts';

/** A base without a label was stopped cleanly: it needs no recovery. */
export async function isCold(base: string): Promise<boolean> {
  return (await stat(path.join(base, 'backup_label')).catch(() => undefined)) === undefined;
}

/** Makes the folder `to` appear whole, or not at all. Log files never change, so they get a second name. */
export async function copySnapshotFiles(from: string, to: string): Promise<void> {
  const draft = `${to}.draft`;
  await rm(to, { recursive: true, force: true });
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o755 });
  await copyTree(path.join(from, 'base'), path.join(draft, 'base'), { owner: runAs() });
  await makeServerFolder(path.join(draft, 'wal'));
  for (const file of await readdir(path.join(from, 'wal'))) {
    await link(path.join(from, 'wal', file), path.join(draft, 'wal', file));
  }
  await rename(draft, to);
}
