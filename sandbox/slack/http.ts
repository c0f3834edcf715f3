import type { IncomingMessage, ServerResponse } from 'node:http';
import { isObject, parseJson } from './json.ts';
import type { JsonObject } from './model.ts';

/** Slack refuses bodies beyond this; so do we, and it keeps a mistake from filling the memory. */
const BODY_LIMIT_BYTES = 2 * 1024 * 1024;

export interface Request {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The body as it came, for files. */
  readonly raw: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** Sent instead of `body`. */
  readonly content?: Buffer;
}

/** A refusal of the sandbox's own control interface or page: said in plain words, not Slack's. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function json(value: unknown, status = 200): Reply {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) };
}

export async function readRequest(incoming: IncomingMessage, uploadLimitBytes: number): Promise<Request> {
  const url = new URL(incoming.url ?? '/', 'http://sandbox.invalid');
  const limitBytes = url.pathname.startsWith('/upload/') ? uploadLimitBytes : BODY_LIMIT_BYTES;
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) throw new HttpError(413, `The body is larger than ${limitBytes / 1024 / 1024} MB.`);
    chunks.push(chunk);
  }
  const raw = Buffer.concat(chunks);
  return {
    method: incoming.method ?? 'GET',
    url,
    headers: incoming.headers,
    body: raw.toString('utf8'),
    raw,
  };
}

export function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, { 'cache-control': 'no-store', ...reply.headers });
  response.end(reply.content ?? reply.body);
}

/** Arguments from query, form or JSON body, whichever came; JSON wins, then the form. */
export function argumentsOf(request: Request): JsonObject {
  const query = Object.fromEntries(request.url.searchParams);
  if (isJson(request)) {
    const body = parseJson(request.body);
    return { ...query, ...(isObject(body) ? body : {}) };
  }
  return { ...query, ...Object.fromEntries(new URLSearchParams(request.body)) };
}

export function isJson(request: Request): boolean {
  return (request.headers['content-type'] ?? '').startsWith('application/json');
}

/** The token of a request: the Authorization header, or, as Slack still allows, the `token` argument of a form. */
export function tokenOf(request: Request): string | undefined {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return bearer;
  const form = isJson(request) ? null : new URLSearchParams(request.body).get('token');
  return form ?? undefined;
}

/** `xoxb-KEY` and `xapp-KEY`: which kind, and which workspace. */
export function parseToken(token: string): { kind: 'bot' | 'app'; key: string } | undefined {
  const match = /^(xoxb|xapp)-(.+)$/.exec(token);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { kind: match[1] === 'xoxb' ? 'bot' : 'app', key: match[2] };
}
