import { dirname, extname, join, resolve } from 'node:path';

const here = import.meta.filename;

/** The folder that holds `worker/`, `sandbox/` and the rest. */
export const projectRoot = resolve(dirname(here), '..', '..');

/** A program of ours by its path without an ending: `.ts` from source, `.js` from a package. */
export const programOf = (path: string): string => join(projectRoot, `${path}${extname(here)}`);
