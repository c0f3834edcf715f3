import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyBundle } from '../../../domain/evidence.ts';
import type { StoredRun } from '../../../store/read.ts';
import type { Witness } from './witness.ts';

/** There is evidence, and it verifies. */
export async function evidenceProblems({ evidencePublicKey }: Witness, run: StoredRun): Promise<string[]> {
  if (run.evidence === undefined) return ['there is no evidence'];
  if (evidencePublicKey === undefined) return [];
  const { path } = run.evidence;
  const names = await readdir(path);
  const files = await Promise.all(
    names.map(async (name) => [name, new Uint8Array(await readFile(join(path, name)))] as const),
  );
  const { ok, problems } = verifyBundle(new Map(files), evidencePublicKey);
  return ok ? [] : problems.map((problem) => `the evidence does not verify: ${problem}`);
}
