import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { checkControl, ControlError, parseControlBody } from '../kit/control.ts';
import type { InjectedFault } from '../kit/faults.ts';
import { FaultRegistry, FaultRequestSchema } from '../kit/faults.ts';
import { BodyTooLargeError, closeServer, listen, readBody, sendJson } from '../kit/http.ts';
import type { WebhookMessage } from './message-log.ts';
import { MessageLog } from './message-log.ts';
import { renderPage } from './page.ts';

export interface WebhookSandbox {
  /** Post to any path below it. The page for people is `/`. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** What `POST /_sandbox/faults` takes: `down` answers 503 and keeps nothing. The rest is as for AWS. */
export const WebhookFaultSchema = z.strictObject({
  kind: z.enum(['down', 'hang-up', 'lose-reply', 'late-reply']),
  status: z.int().min(400).max(599).default(503),
  delayMs: z.int().nonnegative().max(600_000).default(1000),
  times: z.int().positive().nullable().default(1),
  /** Only what is posted to this path. */
  path: z.string().startsWith('/').optional(),
});

const bodyLimitBytes = 1024 * 1024;
// The sink has no accounts: one scope for all.
const scope = 'all';

/** A sink for the second channel: takes whatever is posted and shows it. */
export async function startWebhookSandbox(options: { port: number; dataDir: string }): Promise<WebhookSandbox> {
  const sink = new Sink(new MessageLog(join(options.dataDir, 'messages.jsonl')));
  const server = createServer((request, response) => {
    sink.serve(request, response).catch((error: unknown) => {
      if (!response.destroyed)
        process.stderr.write(`sandbox webhook: ${error instanceof Error ? error.stack : String(error)}\n`);
      response.destroy();
    });
  });
  const port = await listen(server, options.port);
  return { url: `http://127.0.0.1:${port}`, port, close: () => closeServer(server) };
}

class Sink {
  readonly #log: MessageLog;
  readonly #faults = new FaultRegistry();

  constructor(log: MessageLog) {
    this.#log = log;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://sandbox');
    try {
      const body = await readBody(request, bodyLimitBytes);
      if (pathname.startsWith('/_sandbox/'))
        sendJson(response, 200, this.#control(request.method ?? 'GET', pathname, body));
      else if (request.method === 'POST') await this.#receive(request, pathname, body, response);
      else if (request.method === 'GET' && pathname === '/') this.#showPage(response);
      else
        throw new ControlError(
          `This sink takes POST to any path; its page is GET /. There is no ${request.method} ${pathname}.`,
          404,
        );
    } catch (error) {
      if (error instanceof ControlError) sendJson(response, error.status, { error: error.message });
      else if (error instanceof BodyTooLargeError) sendJson(response, 413, { error: error.message });
      else throw error;
    }
  }

  async #receive(request: IncomingMessage, path: string, body: Buffer, response: ServerResponse): Promise<void> {
    const fault = this.#faults.take(scope, 'webhook', 'POST', { path });
    if (fault?.kind === 'hang-up') {
      request.socket.destroy();
      return;
    }
    if (fault?.kind === 'error') {
      sendJson(response, fault.status ?? 503, { error: 'The second channel is down (injected).' });
      return;
    }
    this.#log.add(messageOf(request, path, body));
    await this.#reply(fault, request, response);
  }

  async #reply(fault: InjectedFault | undefined, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (fault?.kind === 'lose-reply') {
      request.socket.destroy();
      return;
    }
    if (fault?.kind === 'late-reply') await sleep(fault.delayMs);
    sendJson(response, 200, { ok: true, simulated: true });
  }

  #control(method: string, path: string, body: Buffer): object {
    const call = `${method} ${path.slice('/_sandbox/'.length)}`;
    if (call === 'GET messages') return { messages: this.#log.list() };
    if (call === 'POST reset') {
      this.#log.reset();
      this.#faults.remove(scope);
      return { reset: true };
    }
    if (call === 'GET faults') return { faults: this.#faults.list(scope) };
    if (call === 'POST faults') {
      const { kind, path: only, ...rest } = checkControl(WebhookFaultSchema, parseControlBody(body));
      const match = only === undefined ? {} : { path: only };
      const request = { service: 'webhook', operation: 'POST', kind: kind === 'down' ? 'error' : kind, match, ...rest };
      return this.#faults.add(scope, FaultRequestSchema.parse(request));
    }
    const id = /^DELETE faults(?:\/(.+))?$/.exec(call);
    if (id) return { removed: this.#faults.remove(scope, id[1]) };
    throw new ControlError(`There is no control call ${call}. See sandbox/README.md for the list.`, 404);
  }

  #showPage(response: ServerResponse): void {
    const page = Buffer.from(renderPage(this.#log.list()));
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-length': page.length,
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    });
    response.end(page);
  }
}

function messageOf(request: IncomingMessage, path: string, body: Buffer): WebhookMessage {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const seen = { time: new Date().toISOString(), path, headers };
  const text = body.toString('utf8');
  try {
    return { ...seen, json: JSON.parse(text) as unknown };
  } catch {
    // Kept as it is: a person will want to see what came instead of JSON.
    return { ...seen, text };
  }
}
