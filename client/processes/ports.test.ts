import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { choosePort, isFree } from './ports.ts';

test('a busy port is replaced by a free one, and the choice says so', async () => {
  const busy = createServer();
  await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
  const { port } = busy.address() as AddressInfo;
  try {
    const chosen = await choosePort(port, new Set());
    expect(chosen.insteadOf).toBe(port);
    expect(chosen.port).not.toBe(port);
    expect(await isFree(chosen.port)).toBe(true);
  } finally {
    busy.close();
  }
});

test('a free port is taken as asked, but not twice', async () => {
  const { port } = await choosePort(undefined, new Set());
  const taken = new Set<number>();
  expect(await choosePort(port, taken)).toEqual({ port });
  expect((await choosePort(port, taken)).port).not.toBe(port);
});
