import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { InstallationPorts } from './installation-ports.ts';
import type { BusyPortEvent } from './installation-ports.ts';
import { isFree } from './ports.ts';
import { ProcessFailedError } from './supervised-process.ts';

let cacheDir: string;
beforeEach(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'firedrill-ports-'));
});
const squatters: Server[] = [];
afterEach(() => {
  rmSync(cacheDir, { recursive: true, force: true });
  for (const squatter of squatters.splice(0)) squatter.close();
});

async function takePort(port: number): Promise<void> {
  const squatter = createServer();
  squatters.push(squatter);
  await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
}

const failure = (): ProcessFailedError => new ProcessFailedError('temporal', 'ended while it was starting', 'log', '');

test('a port that somebody takes between choice and start is replaced, and that is said', async () => {
  const told: BusyPortEvent[] = [];
  const ports = await InstallationPorts.choose({ cacheDir, anyPorts: true, tell: (event) => told.push(event) });
  const [lost, kept] = [ports.of('temporal'), ports.of('temporalUi')];

  const used = await ports.startOn(['temporal', 'temporalUi'], async () => {
    if (squatters.length === 0) {
      await takePort(lost);
      throw failure();
    }
    return ports.of('temporal');
  });

  expect(used).not.toBe(lost);
  expect(await isFree(used)).toBe(true);
  expect(ports.of('temporalUi')).toBe(kept);
  expect(told).toEqual([{ kind: 'busy-port', part: 'temporal', port: used, insteadOf: lost }]);
});

test('a server that fails for another reason is not started again', async () => {
  const ports = await InstallationPorts.choose({ cacheDir, anyPorts: true, tell: () => undefined });
  let starts = 0;
  const starting = ports.startOn(['temporal'], () => {
    starts += 1;
    return Promise.reject(failure());
  });
  await expect(starting).rejects.toThrow(ProcessFailedError);
  expect(starts).toBe(1);
});

test('a server that loses its port again and again is given up with its own words', async () => {
  const ports = await InstallationPorts.choose({ cacheDir, anyPorts: true, tell: () => undefined });
  let starts = 0;
  const starting = ports.startOn(['postgres'], async () => {
    starts += 1;
    await takePort(ports.of('postgres'));
    throw failure();
  });
  await expect(starting).rejects.toThrow('ended while it was starting');
  expect(starts).toBe(4);
});
