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

/** What a program of this text says, and its exit code. */
async function runProgram(
  text: string,
  ...options: readonly string[]
): Promise<{ lines: string[]; code: number | null }> {
  const folder = await mkdtemp(join(tmpdir(), 'firedrill-at-rest-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'program.mjs');
  await writeFile(file, text);
  const child = spawn(process.execPath, [...options, file]);
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (data: Buffer) => (said += data.toString()));
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const [code] = (await once(child, 'exit')) as [number | null];
  return { lines: said.trim().split('\n').toSorted(), code };
}

test('every thread of a process at rest gives back what it does not need, and has no collector to call', async () => {
  // V8's own way of tidying up, which the worker's V8 finds no time for.
  const { lines, code } = await runProgram(
    program,
    '--no-memory-reducer',
    '--import',
    join(import.meta.dirname, 'at-rest.ts'),
  );
  expect(lines).toEqual(['main undefined', ...Array.from({ length: 6 }, () => 'thread undefined')]);
  expect(code).toBe(0);
});

/** Threads that ask all the time, so that each stands in the others' way. */
const asking = `
import { Worker, isMainThread } from 'node:worker_threads';
import { garbageCollector } from '${new URL('at-rest.ts', import.meta.url).href}';
for (let count = 0; count < 300; count++) garbageCollector();
console.log('found it each time');
if (isMainThread) for (let count = 0; count < 3; count++) new Worker(new URL(import.meta.url));
`;

test('threads that ask for the collector at the same moment all find it', async () => {
  const { lines, code } = await runProgram(asking);
  expect(lines).toEqual(Array.from({ length: 4 }, () => 'found it each time'));
  expect(code).toBe(0);
});
