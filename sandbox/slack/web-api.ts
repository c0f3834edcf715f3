import { setTimeout as sleep } from 'node:timers/promises';
import { Faults } from './faults.ts';
import type { Fault } from './faults.ts';
import type { FileContents } from './files.ts';
import { argumentsOf, json, parseToken, tokenOf } from './http.ts';
import type { Reply, Request } from './http.ts';
import { isObject, parseJson } from './json.ts';
import { RateLimiter } from './limits.ts';
import type { JsonObject } from './model.ts';
import { Call } from './methods/call.ts';
import type { Method } from './methods/call.ts';
import { chatMethods } from './methods/chat.ts';
import { conversationsMethods } from './methods/conversations.ts';
import { filesMethods } from './methods/files.ts';
import { peopleMethods } from './methods/people.ts';
import { reactionsMethods } from './methods/reactions.ts';
import { viewsMethods } from './methods/views.ts';
import { SlackError } from './slack-error.ts';
import type { WorkspaceStore } from './store.ts';
import type { Tickets } from './tickets.ts';
import type { Workspace } from './workspace.ts';

const CALLS_KEPT = 5_000;

/** One Web API call as `GET /_sandbox/calls` tells it; tokens are left out. */
export interface RecordedCall {
  readonly at: string;
  readonly method: string;
  readonly body: JsonObject;
  readonly status: number;
  readonly result: unknown;
  /** The injected fault that hit it. */
  readonly fault?: Fault['kind'];
}

/** What of a workspace lives only as long as the process: faults, rates, the record of calls. */
export interface Session {
  readonly faults: Faults;
  readonly limiter: RateLimiter;
  calls: RecordedCall[];
  /** How long a new message is missing from `conversations.history` and `.replies`. */
  historyLagMs: number;
}

/** The answer, or the order to cut the connection without one. */
export type Outcome = Reply | 'cut';

export class WebApi {
  readonly #store: WorkspaceStore;
  readonly #tickets: Tickets;
  readonly #files: FileContents;
  readonly #latencyMs: number;
  readonly #methods: Readonly<Record<string, Method>>;
  readonly #sessions = new Map<string, Session>();
  /** Known only once the server listens. */
  baseUrl = '';

  constructor(input: {
    store: WorkspaceStore;
    tickets: Tickets;
    files: FileContents;
    latencyMs: number;
    openConnection: (workspace: Workspace) => string;
  }) {
    this.#store = input.store;
    this.#tickets = input.tickets;
    this.#files = input.files;
    this.#latencyMs = input.latencyMs;
    this.#methods = {
      ...chatMethods,
      ...conversationsMethods,
      ...peopleMethods,
      ...viewsMethods,
      ...reactionsMethods,
      ...filesMethods,
      'apps.connections.open': {
        tier: 'tier1',
        token: 'app',
        writes: false,
        run: (call) => ({ url: input.openConnection(call.workspace) }),
      },
    };
  }

  session(workspace: Workspace): Session {
    const key = workspace.state.key;
    const session = this.#sessions.get(key) ?? {
      faults: new Faults(),
      limiter: new RateLimiter(),
      calls: [],
      historyLagMs: 0,
    };
    this.#sessions.set(key, session);
    return session;
  }

  async handle(request: Request, name: string): Promise<Outcome> {
    const method = this.#methods[name];
    if (method === undefined) return json({ ok: false, error: 'unknown_method', req_method: name });
    const token = tokenOf(request);
    if (token === undefined) return json({ ok: false, error: 'not_authed' });
    const parsed = parseToken(token);
    if (parsed === undefined) return json({ ok: false, error: 'invalid_auth' });
    if (parsed.kind !== method.token) return json({ ok: false, error: 'not_allowed_token_type' });

    const workspace = this.#store.byKey(parsed.key);
    const { token: _token, ...args } = argumentsOf(request);
    return this.guarded(workspace, name, args, async () => {
      const { limiter, historyLagMs } = this.session(workspace);
      const taken = limiter.take(name, method.tier, channelKey(workspace, args));
      if (!taken.ok) return rateLimited(taken.retryAfterS);
      const result = run(
        method,
        new Call({
          workspace,
          tickets: this.#tickets,
          files: this.#files,
          baseUrl: this.baseUrl,
          args,
          historyLagMs,
        }),
      );
      if (method.writes && result['ok'] === true) await this.#store.commit(workspace);
      return {
        ...json(result),
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'x-oauth-scopes': workspace.state.setup.app.scopes.join(','),
        },
      };
    });
  }

  /** Runs one call under the injected faults of its workspace, and records it with what came of it. */
  async guarded(workspace: Workspace, name: string, body: JsonObject, effect: () => Promise<Reply>): Promise<Outcome> {
    const session = this.session(workspace);
    const fault = session.faults.take(name);
    const at = new Date().toISOString();
    const reply = refusalOf(fault) ?? (fault?.kind === 'down' ? undefined : await effect());
    const result = reply === undefined ? null : (parseJson(reply.body) ?? reply.body);
    if (reply?.status === 200 && (!isObject(result) || result['ok'] !== false)) workspace.outgoing?.call(name, body);
    session.calls = [
      ...session.calls.slice(1 - CALLS_KEPT),
      {
        at,
        method: name,
        body,
        status: reply?.status ?? 0,
        result,
        ...(fault !== undefined && { fault: fault.kind }),
      },
    ];
    if (this.#latencyMs > 0) await sleep(this.#latencyMs);
    if (fault?.kind === 'late-reply') await sleep(fault.delayMs);
    if (fault?.kind === 'http-after') return brokenReply(fault.status);
    return reply === undefined || fault?.kind === 'lose-reply' ? 'cut' : reply;
  }
}

function run(method: Method, call: Call): JsonObject {
  try {
    return { ok: true, ...method.run(call) };
  } catch (error) {
    if (error instanceof SlackError) return { ok: false, error: error.code, ...error.extra };
    throw error;
  }
}

function rateLimited(retryAfterS: number): Reply {
  return {
    status: 429,
    headers: { 'content-type': 'application/json; charset=utf-8', 'retry-after': String(retryAfterS) },
    body: JSON.stringify({ ok: false, error: 'ratelimited' }),
  };
}

const brokenReply = (status: number): Reply => ({
  status,
  headers: { 'content-type': 'text/plain' },
  body: 'simulated failure',
});

/** The answer of a fault that keeps the call from happening. */
function refusalOf(fault: Fault | undefined): Reply | undefined {
  switch (fault?.kind) {
    case 'error':
      return json({ ok: false, error: fault.error });
    case 'http':
      return brokenReply(fault.status);
    case 'ratelimit':
      return rateLimited(fault.retryAfterS);
    case 'down':
    case 'lose-reply':
    case 'late-reply':
    case 'http-after':
    case undefined:
      return undefined;
  }
}

/** The channel that a call goes to, the same whether it was named by id or by name. */
function channelKey(workspace: Workspace, args: JsonObject): string | undefined {
  const asked = args['channel'];
  if (typeof asked !== 'string') return undefined;
  return (
    workspace.state.channels.find((one) => one.id === asked || (one.kind === 'channel' && `#${one.name}` === asked))
      ?.id ?? asked
  );
}
