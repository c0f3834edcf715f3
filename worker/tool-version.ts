import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const packageFile = join(dirname(import.meta.dirname), 'package.json');

/** Version of this firedrill; in every run, bundle and `--version`. */
export const toolVersion = (JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }).version;
