import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { control } from './control.ts';
import type { Control } from './control.ts';
import { Events } from './events.ts';
import { FILE_LIMIT_BYTES, FileContents } from './files.ts';
import { receiveFile, sendFile } from './files-http.ts';
import { HttpError, isJson, json, readRequest, send } from './http.ts';
import type { Request } from './http.ts';
import { isObject, parseJson } from './json.ts';
import { OutgoingRecord } from './outgoing-record.ts';
import { pages } from './page/pages.ts';
import { respond } from './respond.ts';
import { SlackError } from './slack-error.ts';
import { SocketMode } from './socket-mode.ts';
import { WorkspaceStore } from './store.ts';
import { Suggestions } from './suggestions.ts';
import { Tickets } from './tickets.ts';
import { WebApi } from './web-api.ts';
import type { Outcome } from './web-api.ts';

/** Slack answers in some tens of milliseconds; `instant` answers at once. */
const LATENCY_MS = 30;

export interface SlackSandbox {
  /** Base address; Bolt's `slackApiUrl` is this plus `/api/`, the page for people is `/`. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Starts a stand-in for Slack on 127.0.0.1, for unmodified Slack SDKs and for people with a browser.
 *
 * @param options.port 0 takes any free port
 * @param options.dataDir workspaces and messages live here; a start on the same folder finds them again, also after kill -9
 * @param options.record everything that the apps show is written there, a line each, below what is there
 * @param options.instant answers without the tens of milliseconds that Slack takes; limits and expiries stay real
 * @throws when the port is taken, with Node's own EADDRINUSE
 */
export async function startSlackSandbox(options: {
  port: number;
  dataDir: string;
  instant: boolean;
  record?: string | undefined;
}): Promise<SlackSandbox> {
  let baseUrl = '';
  const outgoing = options.record === undefined ? undefined : new OutgoingRecord(options.record);
  const socketMode = new SocketMode();
  const events = new Events(socketMode);
  const store = new WorkspaceStore(options.dataDir, (workspace) => {
    workspace.baseUrl = baseUrl;
    workspace.outgoing = outgoing;
    events.watch(workspace);
  });
  const tickets = new Tickets();
  const files = new FileContents(options.dataDir);
  const webApi = new WebApi({
    store,
    tickets,
    files,
    latencyMs: options.instant ? 0 : LATENCY_MS,
    openConnection: (workspace) => socketMode.makeLink(workspace),
  });
  const suggestions = new Suggestions();
  const stage: Control = { store, tickets, socketMode, suggestions, events, files, webApi, baseUrl: () => baseUrl };

  const server = createServer((incoming, response) => void answer(stage, incoming, response));
  server.on('upgrade', (request, socket, head) => socketMode.upgrade(request, socket, head));
  const port = await listen(server, options.port);
  baseUrl = `http://127.0.0.1:${port}`;
  webApi.baseUrl = baseUrl;
  for (const workspace of store.all()) workspace.baseUrl = baseUrl;
  socketMode.baseUrl = `ws://127.0.0.1:${port}`;

  const stop = async (): Promise<void> => {
    events.close();
    await socketMode.close();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    await store.close();
  };
  let stopped: Promise<void> | undefined;
  return { url: baseUrl, port, close: () => (stopped ??= stop()) };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('The Slack sandbox listens on no port.'));
      else resolve(address.port);
    });
  });
}

async function answer(stage: Control, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const request = await readRequest(incoming, FILE_LIMIT_BYTES);
    const outcome = await route(stage, request, response);
    if (outcome === 'cut') incoming.socket.destroy();
    else if (outcome !== 'streaming') send(response, outcome);
  } catch (error) {
    if (response.headersSent || response.destroyed) return;
    const status = error instanceof HttpError ? error.status : 500;
    const message = error instanceof Error ? error.message : String(error);
    if (status === 500) process.stderr.write(`slack sandbox: ${error instanceof Error ? error.stack : message}\n`);
    send(response, json({ ok: false, error: message }, status));
  }
}

async function route(stage: Control, request: Request, response: ServerResponse): Promise<Outcome | 'streaming'> {
  const path = request.url.pathname;
  if (path.startsWith('/api/')) return stage.webApi.handle(request, path.slice('/api/'.length));
  if (path.startsWith('/_sandbox/')) return control(stage, request);
  if (path.startsWith('/actions/')) return responseUrl(stage, request);
  if (path.startsWith('/upload/v1/')) return receiveFile(stage, request);
  if (path.startsWith('/files-pri/')) return sendFile(stage, request);
  return pages(stage, request, response);
}

/** What an app posts to a response URL. */
async function responseUrl(stage: Control, request: Request): Promise<Outcome> {
  const [, , team = '', id = ''] = request.url.pathname.split('/');
  const workspace = stage.store.byTeam(team);
  if (workspace === undefined || request.method !== 'POST') return json({ ok: false, error: 'expired_url' }, 404);
  const body = isJson(request)
    ? parseJson(request.body)
    : parseJson(new URLSearchParams(request.body).get('payload') ?? '');
  const message = isObject(body) ? body : {};
  return stage.webApi.guarded(workspace, 'response_url', message, async () => {
    try {
      respond(workspace, stage.tickets.useResponseUrl(workspace, id), message);
      await stage.store.commit(workspace);
      return { status: 200, headers: { 'content-type': 'text/html' }, body: 'ok' };
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      return json(
        { ok: false, error: error.code, ...error.extra },
        ['expired_url', 'used_url'].includes(error.code) ? 404 : 400,
      );
    }
  });
}
