import { glob, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';

/** Where a source map of a bundle begins: the SDK reads it from there. */
const mapComment = '//# sourceMappingURL=data:application/json;charset=utf-8;base64,';

/** `node worker/make-bundle.ts FILE`: makes the workflow bundle. A process of its own, see `workflowBundle`. */
async function main(codePath: string): Promise<void> {
  const root = dirname(import.meta.dirname);
  const suffix = import.meta.filename.endsWith('.ts') ? '.ts' : '.js';
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'workflows', `index${suffix}`),
    preloadModules: [join(root, 'workflows', `preloaded${suffix}`), ...(await pureModules(root, suffix))],
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn: console.error, error: console.error },
  });
  // Renamed into place: another worker may be doing the same, or be killed half-way.
  const half = `${codePath}.${process.pid}`;
  await writeFile(half, withoutSources(code));
  await rename(half, codePath);
}

/**
 * The domain knows no run: one copy serves all runs of a worker. Not where it has schemas, nor what imports those: zod settles
 * parts of a schema at their first use, which a frozen one refuses. `preloaded.ts` uses those of signatures for once.
 */
async function pureModules(root: string, suffix: string): Promise<readonly string[]> {
  const imports = new Map<string, readonly string[]>();
  for await (const file of glob(`domain/*${suffix}`, { cwd: root })) {
    if (/(\.test|-testing)\.[jt]s$/.test(file)) continue;
    const text = await readFile(join(root, file), 'utf8');
    const found = [...text.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)';/gm)].map(
      ([, from = '']) => from,
    );
    imports.set(
      basename(file),
      found.map((from) => (from.startsWith('./') ? basename(from) : from)),
    );
  }
  const isShared = (file: string): boolean =>
    file === `signing${suffix}` ||
    (imports.get(file) ?? []).every((from) => from !== 'zod' && (!imports.has(from) || isShared(from)));
  return [...imports.keys()]
    .filter(isShared)
    .toSorted()
    .map((file) => join(root, 'domain', file));
}

/** Stack traces need the places, not the text that stands there: a fifth of what the worker would keep of a bundle. */
function withoutSources(code: string): string {
  const at = code.lastIndexOf(mapComment);
  if (at < 0) throw new Error('The bundle has no source map where it was expected; look at what the SDK writes now.');
  const map = JSON.parse(Buffer.from(code.slice(at + mapComment.length), 'base64').toString()) as object;
  const places = JSON.stringify({ ...map, sourcesContent: undefined });
  return `${code.slice(0, at)}${mapComment}${Buffer.from(places).toString('base64')}`;
}

const [codePath] = process.argv.slice(2);
if (codePath === undefined) throw new Error('usage: node worker/make-bundle.ts FILE');
await main(codePath);
