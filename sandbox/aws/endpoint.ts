import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FaultRegistry } from '../kit/faults.ts';
import { BodyTooLargeError, closeServer, listen, readBody, sendJson } from '../kit/http.ts';
import { CallLog } from './calls.ts';
import { control, controlPrefix } from './control.ts';
import type { AwsServices, DispatchParts } from './dispatch.ts';
import { dispatch } from './dispatch.ts';
import { RoleRegistry } from './roles.ts';
import type { WireReply, WireRequest } from './wire/message.ts';

export interface AwsEndpointOptions {
  /** 0 for any free port; a busy one is replaced by a free one. */
  readonly port: number;
  readonly services: AwsServices;
  /** Shared with the STS service, which checks external ids against it. Empty when left out: every role may do everything. */
  readonly roles?: RoleRegistry;
  /** Where the sandbox's own failures are told. Default: stderr. */
  readonly log?: (message: string) => void;
}

export interface AwsEndpoint {
  readonly url: string;
  readonly port: number;
  /** Stops listening, cuts open connections, then closes every service. */
  close(): Promise<void>;
}

// S3 takes 5 GB in one put; the sandbox holds a request in memory and says so instead of dying.
const bodyLimitBytes = 512 * 1024 * 1024;

/** One HTTP endpoint that unmodified AWS SDK clients talk to, with `/_sandbox/` beside it. */
export async function startAwsEndpoint(options: AwsEndpointOptions): Promise<AwsEndpoint> {
  const parts: DispatchParts = {
    services: options.services,
    roles: options.roles ?? new RoleRegistry(),
    faults: new FaultRegistry(),
    calls: new CallLog(),
    log: options.log ?? ((message) => process.stderr.write(`sandbox aws: ${message}\n`)),
  };
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, (request, response) => {
    serve(request, response, parts).catch((error: unknown) => {
      // A client that went away while it was being answered is its own affair.
      if (!response.destroyed)
        parts.log(`${request.method} ${request.url}: ${error instanceof Error ? error.stack : String(error)}`);
      response.destroy();
    });
  });
  const port = await listen(server, options.port);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: async () => {
      await closeServer(server);
      await Promise.all(Object.values(options.services).map(async (service) => service.close?.()));
    },
  };
}

async function serve(incoming: IncomingMessage, response: ServerResponse, parts: DispatchParts): Promise<void> {
  let request: WireRequest;
  try {
    request = await readRequest(incoming);
  } catch (error) {
    if (!(error instanceof BodyTooLargeError)) throw error;
    sendJson(response, 413, { error: error.message });
    return;
  }
  if (request.path.startsWith(controlPrefix)) {
    const answer = await control(request, parts);
    sendJson(response, answer.status, answer.body);
    return;
  }
  const reply = await dispatch(request, parts);
  if (reply === 'cut') {
    incoming.socket.destroy();
    return;
  }
  await send(response, reply);
}

async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const [path = '/', query = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  const body = await readBody(incoming, bodyLimitBytes);
  return { method: incoming.method ?? 'GET', path, query: new URLSearchParams(query), headers, body };
}

async function send(response: ServerResponse, reply: WireReply): Promise<void> {
  const { body } = reply;
  if (body instanceof Readable) {
    response.writeHead(reply.status, reply.headers);
    await pipeline(body, response);
    return;
  }
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  // 204 and 304 have no body, and must not claim one of length 0 either.
  if (reply.status === 204 || reply.status === 304) {
    response.writeHead(reply.status, reply.headers);
    response.end();
    return;
  }
  // A HEAD reply tells the length of what a GET would send.
  const length = reply.headers['content-length'] ?? String(bytes.length);
  response.writeHead(reply.status, { ...reply.headers, 'content-length': length });
  response.end(bytes);
}
