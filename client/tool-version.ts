import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './processes/project-root.ts';

/** Version of this firedrill, for `--version`. */
export const toolVersion = (JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string })
  .version;
