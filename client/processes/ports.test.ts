import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PortClaims } from './port-claims.ts';
import { choosePort, isFree } from './ports.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firedrill-ports-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a busy port is replaced by a free one, and the choice says so', async () => {
  const busy = createServer();
  await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
  const { port } = busy.address() as AddressInfo;
  try {
    const chosen = await choosePort(port, new PortClaims(folder));
    expect(chosen.insteadOf).toBe(port);
    expect(chosen.port).not.toBe(port);
    expect(await isFree(chosen.port)).toBe(true);
    expect(readdirSync(folder)).toHaveLength(1);
  } finally {
    busy.close();
  }
});

test('a free port is taken as asked, but not twice', async () => {
  const claims = new PortClaims(folder);
  const { port } = await choosePort(undefined, claims);
  claims.giveBackAll();
  expect(await choosePort(port, claims)).toEqual({ port });
  expect((await choosePort(port, claims)).port).not.toBe(port);
});

test("another installation's port is not taken while nobody listens there for a moment", async () => {
  const [one, other] = [new PortClaims(folder), new PortClaims(folder)];
  const { port } = await choosePort(undefined, one);
  expect(await isFree(port)).toBe(true);
  expect(await choosePort(port, other)).toMatchObject({ insteadOf: port });
  one.giveBackAll();
  expect(await choosePort(port, other)).toEqual({ port });
});

test('a claim of a process that is gone, or that was cut off by a kill, does not count', async () => {
  const { port } = await choosePort(undefined, new PortClaims(mkdtempSync(join(folder, 'elsewhere-'))));
  writeFileSync(join(folder, `${port}-0011`), JSON.stringify({ pid: process.pid, startedAt: 'before the last boot' }));
  writeFileSync(join(folder, `${port}-0022`), '{"pid":');
  expect(await choosePort(port, new PortClaims(folder))).toEqual({ port });
});
