import { once } from 'node:events';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { connectPatiently } from './temporal-connection.ts';

/** A gRPC server that answers every call with one status. @returns its address */
async function answering(status: number): Promise<string> {
  const server = createServer();
  server.on('stream', (stream) =>
    stream.respond(
      {
        ':status': 200,
        'content-type': 'application/grpc',
        'grpc-status': String(status),
        'grpc-message': 'not with this key',
      },
      { endStream: true },
    ),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const never = new Promise<void>(() => undefined);
const notWaiting = (): void => {
  throw new Error('It does not wait.');
};

test.each([
  ['a key that is not valid', 16],
  ['a person who may not', 7],
])('a Temporal that refuses us is not waited for: %s', async (_, status) => {
  const address = await answering(status);
  await expect(connectPatiently({ address }, never, notWaiting)).rejects.toThrow(/not with this key/);
});

test.each([
  ['it is not there', () => Promise.resolve('127.0.0.1:1')],
  ['it has only begun to start', () => answering(14)],
])('a Temporal that does not answer is waited for, until told to stop: %s', async (_, address) => {
  let [stop, told] = [(): void => undefined, (): void => undefined];
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const waiting = new Promise<void>((resolve) => (told = resolve));
  const connecting = connectPatiently({ address: await address() }, stopped, () => told());
  await waiting;
  stop();
  expect(await connecting).toBeUndefined();
});
