import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = dirname(import.meta.dirname);
const suffix = import.meta.filename.endsWith('.ts') ? '.ts' : '.js';
const bundledFolders = ['workflows', 'domain', 'runbooks', 'catalog'];

/** Hash of everything that decides what is in the bundle: sources, how it is made and the packages' exact versions. Also the build id. */
export async function bundleHash(): Promise<string> {
  const hash = createHash('sha256');
  const files: string[] = ['package.json', `worker/workflow-bundle${suffix}`, `worker/make-bundle${suffix}`];
  for (const folder of bundledFolders) {
    for await (const file of glob(`${folder}/**/*${suffix}`, { cwd: root }))
      if (!file.includes('.test.')) files.push(file);
  }
  for (const file of files.toSorted())
    hash
      .update(file)
      .update('\0')
      .update(await readFile(join(root, file)));
  return hash.digest('hex').slice(0, 16);
}

/**
 * The workflow bundle as a file, made once per content of the sources, by a process of its own: bundling costs two seconds and
 * 130 MB that a worker would never give back, loading a ready one 0.2 s.
 *
 * @param cacheDir - where bundles are kept
 * @returns path of the bundle, to be given to workers as `codePath`, and its build id
 * @throws what the process said, when it could not make one
 */
export async function workflowBundle(cacheDir: string): Promise<{ codePath: string; buildId: string }> {
  const buildId = await bundleHash();
  const codePath = join(cacheDir, `workflows-${buildId}.js`);
  if (!existsSync(codePath)) {
    await mkdir(cacheDir, { recursive: true });
    await run(process.execPath, [join(import.meta.dirname, `make-bundle${suffix}`), codePath], { cwd: root });
  }
  return { codePath, buildId };
}
