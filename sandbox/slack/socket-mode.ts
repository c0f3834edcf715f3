import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import { isObject, parseJson, stringAt } from './json.ts';
import type { JsonObject } from './model.ts';
import { SlackError } from './slack-error.ts';
import type { Workspace } from './workspace.ts';

/** An app may hold ten connections. [doc: docs.slack.dev/apis/events-api/using-socket-mode] */
const CONNECTION_LIMIT = 10;
const LINK_LIFE_MS = 30_000;
/** Slack pings; a client that has seen one ping gives up when no other follows within 30 s. [@slack/socket-mode] */
const PING_EVERY_MS = 10_000;
/** [doc: docs.slack.dev/apis/events-api/using-socket-mode, "Disconnecting"] */
const DISCONNECT_REASONS = {
  warning: 'warning',
  refresh: 'refresh_requested',
  'link-disabled': 'link_disabled',
} as const;
export type Disconnect = keyof typeof DISCONNECT_REASONS | 'cut';
/** How long clients may take to say goodbye when the sandbox stops. */
const CLOSE_PATIENCE_MS = 500;

/** What became of an envelope: the app's answer, or why there was none. */
export type Ack =
  | { readonly kind: 'acked'; readonly payload: unknown }
  | {
      readonly kind: 'failed';
      readonly error: 'operation_timeout' | 'dispatch_failed' | 'http_client_error' | 'http_service_error';
      /** The app asked not to be told again. */
      readonly noRetry?: boolean;
    };

/** What goes to the app in one message; its id is added here. */
export interface Envelope {
  readonly type: 'slash_commands' | 'interactive' | 'events_api';
  readonly payload: JsonObject;
  readonly accepts_response_payload: boolean;
  /** Of events only. */
  readonly retry_attempt?: number;
  readonly retry_reason?: string;
}

interface Connection {
  readonly workspaceKey: string;
  readonly socket: WebSocket;
}

/** The WebSocket side of Socket Mode: links from `apps.connections.open`, `hello`, envelopes, acks, `disconnect`. */
export class SocketMode {
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #links = new Map<string, { workspace: Workspace; madeAtMs: number }>();
  readonly #acks = new Map<string, (ack: Ack) => void>();
  readonly #pings: NodeJS.Timeout;
  #connections: Connection[] = [];
  #turn = 0;
  /** Known only once the server listens, such as ws://127.0.0.1:7101. */
  baseUrl = '';

  constructor() {
    this.#pings = setInterval(() => this.#connections.forEach(({ socket }) => socket.ping()), PING_EVERY_MS);
    this.#pings.unref();
  }

  connectionsOf(workspace: Workspace): number {
    return this.#of(workspace).length;
  }

  /** Makes the address that `apps.connections.open` answers with; it works once, for thirty seconds. */
  makeLink(workspace: Workspace): string {
    if (this.connectionsOf(workspace) >= CONNECTION_LIMIT) throw new SlackError('too_many_websockets');
    const ticket = randomBytes(16).toString('hex');
    this.#links.set(ticket, { workspace, madeAtMs: Date.now() });
    return `${this.baseUrl}/link/?ticket=${ticket}&app_id=${workspace.appId}`;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://sandbox.invalid');
    const ticket = url.searchParams.get('ticket') ?? '';
    const link = this.#links.get(ticket);
    this.#links.delete(ticket);
    if (url.pathname !== '/link/' || link === undefined || Date.now() - link.madeAtMs > LINK_LIFE_MS) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#connected(link.workspace, webSocket));
  }

  /** Sends one envelope over one of the workspace's connections, in turn, and waits for its ack. */
  deliver(workspace: Workspace, envelope: Envelope, timeoutMs: number): Promise<Ack> {
    const connections = this.#of(workspace);
    const connection = connections[this.#turn++ % Math.max(1, connections.length)];
    if (connection === undefined) return Promise.resolve({ kind: 'failed', error: 'dispatch_failed' });
    const envelopeId = randomUUID();
    return new Promise((resolve) => {
      const done = (ack: Ack): void => {
        clearTimeout(timer);
        this.#acks.delete(envelopeId);
        resolve(ack);
      };
      const timer = setTimeout(() => done({ kind: 'failed', error: 'operation_timeout' }), timeoutMs);
      this.#acks.set(envelopeId, done);
      connection.socket.send(JSON.stringify({ envelope_id: envelopeId, ...envelope }));
    });
  }

  /**
   * `warning` announces a refresh ten seconds ahead; `refresh` asks every client politely to come back on a new
   * connection, as Slack does every few hours; `link-disabled` says that Socket Mode was turned off; `cut` drops them as
   * a broken network would.
   */
  disconnect(workspace: Workspace, how: Disconnect): number {
    const connections = this.#of(workspace);
    for (const { socket } of connections) {
      if (how === 'cut') socket.terminate();
      else
        socket.send(
          JSON.stringify({ type: 'disconnect', reason: DISCONNECT_REASONS[how], debug_info: { host: 'sandbox' } }),
        );
    }
    return connections.length;
  }

  async close(): Promise<void> {
    clearInterval(this.#pings);
    const open = this.#connections;
    open.forEach(({ socket }) => socket.close(1001));
    for (let waitedMs = 0; waitedMs < CLOSE_PATIENCE_MS && this.#connections.length > 0; waitedMs += 10)
      await sleep(10);
    open.forEach(({ socket }) => socket.terminate());
    this.#acks.forEach((done) => done({ kind: 'failed', error: 'dispatch_failed' }));
    this.#server.close();
  }

  #of(workspace: Workspace): readonly Connection[] {
    return this.#connections.filter(
      (one) => one.workspaceKey === workspace.state.key && one.socket.readyState === WebSocket.OPEN,
    );
  }

  #connected(workspace: Workspace, socket: WebSocket): void {
    const connection = { workspaceKey: workspace.state.key, socket };
    this.#connections.push(connection);
    socket.on('close', () => {
      this.#connections = this.#connections.filter((one) => one !== connection);
      workspace.changed();
    });
    // A reset connection is an ordinary end; 'close' follows and takes it off the list.
    socket.on('error', () => socket.terminate());
    socket.on('message', (data) => {
      const message = parseJson(Buffer.isBuffer(data) ? data.toString('utf8') : '');
      const envelopeId = stringAt(message, 'envelope_id');
      if (envelopeId !== undefined && isObject(message))
        this.#acks.get(envelopeId)?.({ kind: 'acked', payload: message['payload'] });
    });
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: this.connectionsOf(workspace),
        connection_info: { app_id: workspace.appId },
        debug_info: { host: 'sandbox', build_number: 1, approximate_connection_time: 18_060 },
      }),
    );
    workspace.changed();
  }
}
