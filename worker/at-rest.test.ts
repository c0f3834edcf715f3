import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

/** Main thread and six more, which are at rest at the same moment: each lets go of a lot, makes nothing new, and ends when what it let go of is gone. */
const program = `
import { Worker, isMainThread } from 'node:worker_threads';
const letGo = new WeakRef({ much: Array.from({ length: 200_000 }, (_, index) => ({ index })) });
const looking = setInterval(() => {
  if (letGo.deref() !== undefined) return;
  clearInterval(looking);
  console.log(isMainThread ? 'main' : 'thread', typeof globalThis.gc);
}, 500);
if (isMainThread) for (let count = 0; count < 6; count++) new Worker(new URL(import.meta.url));
`;

test('every thread of a process at rest gives back what it does not need, and has no collector to call', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'firedrill-at-rest-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'program.mjs');
  await writeFile(file, program);
  // V8's own way of tidying up, which the worker's V8 finds no time for.
  const child = spawn(process.execPath, [
    '--no-memory-reducer',
    '--import',
    join(import.meta.dirname, 'at-rest.ts'),
    file,
  ]);
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (data: Buffer) => (said += data.toString()));
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(said.trim().split('\n').toSorted()).toEqual([
    'main undefined',
    ...Array.from({ length: 6 }, () => 'thread undefined'),
  ]);
  expect(code).toBe(0);
});
