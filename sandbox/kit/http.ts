import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A body larger than the sandbox takes into memory. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** @throws BodyTooLargeError past `limitBytes`; the rest of the body is read and dropped so that the client can hear the answer */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size <= limitBytes) chunks.push(bytes);
  }
  if (size > limitBytes)
    throw new BodyTooLargeError(`The body has ${size} bytes; the sandbox takes at most ${limitBytes}.`);
  return Buffer.concat(chunks, size);
}

/**
 * Listens on 127.0.0.1. A busy port is no reason to stop: another one is chosen, and the caller compares.
 *
 * @param port - 0 for any free port
 * @returns the port that it is
 */
export async function listen(server: Server, port: number): Promise<number> {
  try {
    return await listenOn(server, port);
  } catch (error) {
    if (port === 0 || !isBusy(error)) throw error;
    return listenOn(server, 0);
  }
}

function listenOn(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function isBusy(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'EADDRINUSE' || code === 'EACCES';
}

/** Stops listening and cuts what is still open: a stopping sandbox does not wait for idle keep-alive connections. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
  server.closeAllConnections();
  await closed;
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body, undefined, 2);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
