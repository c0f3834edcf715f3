import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FiredrillError } from '../../domain/errors.ts';
import { identify, isAlive } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';

/**
 * One installation per home: two on the same databases would spoil each other. A lock of a process that is gone is taken over.
 *
 * @returns gives it back
 * @throws FiredrillError `already-running`
 */
export function lockHome(home: string): () => void {
  const folder = join(home, 'run');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'firedrill.json');
  const self = identify(process.pid);
  for (;;) {
    try {
      writeFileSync(file, JSON.stringify(self), { flag: 'wx', mode: 0o600 });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = holderOf(file);
    if (holder !== undefined && isAlive(holder)) {
      throw new FiredrillError({
        code: 'already-running',
        kind: 'refused',
        what: `firedrill is running already on ${home} (pid ${holder.pid}).`,
        means: 'Nothing was started: two on the same databases would spoil each other.',
        next: `Use the one that runs (firedrill status), stop it (kill ${holder.pid}), or choose another place: FIREDRILL_HOME=…`,
      });
    }
    rmSync(file, { force: true });
  }
}

function holderOf(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch {
    // Gone in this moment, or cut off by a kill: then its writer is not alive either.
    return undefined;
  }
}
