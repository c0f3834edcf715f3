import { constants, createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import { expect, onTestFinished, test } from 'vitest';
import { reachTemporal, TemporalUnreachableError } from './reach-temporal.ts';

/** A server that resets every call, with a code of HTTP/2. */
async function resetting(code: number): Promise<Client> {
  const server = createServer();
  server.on('stream', (stream) => {
    stream.on('error', () => undefined);
    stream.close(code);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const connection = Connection.lazy({ address: `127.0.0.1:${port}` });
  onTestFinished(async () => {
    await connection.close();
    server.close();
  });
  return new Client({ connection });
}

const describing = (temporal: Client): Promise<unknown> =>
  reachTemporal({ temporal }, ({ workflow }) => workflow.getHandle('some-run').describe());

test('a call that a busy server resets, since its deadline is over there first, was not answered', async () => {
  await expect(describing(await resetting(constants.NGHTTP2_CANCEL))).rejects.toThrow(TemporalUnreachableError);
});

test('a server that refuses what it is asked is not taken for one that is away', async () => {
  const error: unknown = await describing(await resetting(constants.NGHTTP2_INADEQUATE_SECURITY)).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(TemporalUnreachableError);
});
