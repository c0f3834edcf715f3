import type { FileContents } from '../files.ts';
import { isObject, parseJson } from '../json.ts';
import type { Tier } from '../limits.ts';
import type { JsonObject } from '../model.ts';
import type { Tickets } from '../tickets.ts';
import { SlackError } from '../slack-error.ts';
import type { Workspace } from '../workspace.ts';

/** One call of a Web API method, with its arguments as they came: strings from a form, anything from JSON. */
export class Call {
  readonly workspace: Workspace;
  readonly tickets: Tickets;
  readonly files: FileContents;
  /** Base address of this sandbox, such as http://127.0.0.1:7101. */
  readonly baseUrl: string;
  readonly #historyLagMs: number;
  readonly #args: JsonObject;

  constructor(input: {
    workspace: Workspace;
    tickets: Tickets;
    files: FileContents;
    baseUrl: string;
    args: JsonObject;
    historyLagMs: number;
  }) {
    this.workspace = input.workspace;
    this.tickets = input.tickets;
    this.files = input.files;
    this.baseUrl = input.baseUrl;
    this.#historyLagMs = input.historyLagMs;
    this.#args = input.args;
  }

  /** Whether a message is old enough to be in the history already. */
  isInHistory({ ts }: { readonly ts: string }): boolean {
    return Number(ts) * 1000 <= Date.now() - this.#historyLagMs;
  }

  text(name: string): string | undefined {
    const value = this.#args[name];
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
  }

  required(name: string, code = 'invalid_arguments'): string {
    const value = this.text(name);
    if (value !== undefined && value !== '') return value;
    throw new SlackError(
      code,
      code === 'invalid_arguments'
        ? { response_metadata: { messages: [`[ERROR] missing required field: ${name}`] } }
        : {},
    );
  }

  flag(name: string): boolean {
    const value = this.#args[name];
    return value === true || value === 1 || value === 'true' || value === '1';
  }

  number(name: string, fallback: number, max: number): number {
    const value = Number(this.text(name) ?? fallback);
    return Number.isFinite(value) && value > 0 ? Math.min(Math.floor(value), max) : fallback;
  }

  /** A structured argument: JSON text in a form, a value in a JSON body. `undefined` only when it was not given. */
  json(name: string): unknown {
    const value = this.#args[name];
    return typeof value === 'string' ? (parseJson(value) ?? value) : value;
  }

  requireScope(...anyOf: readonly string[]): void {
    const provided = this.workspace.state.setup.app.scopes;
    if (!anyOf.some((scope) => provided.includes(scope))) {
      throw new SlackError('missing_scope', { needed: anyOf.join(','), provided: provided.join(',') });
    }
  }
}

export interface Method {
  readonly tier: Tier;
  /** `app` methods take the xapp- token, all others the bot's. */
  readonly token: 'bot' | 'app';
  /** Whether it changes what must survive a restart. */
  readonly writes: boolean;
  readonly run: (call: Call) => JsonObject;
}

/** One page of a list by Slack's cursor rules: an opaque cursor, empty when nothing follows. */
export function page<T>(
  call: Call,
  items: readonly T[],
  defaultLimit: number,
): { items: readonly T[]; next_cursor: string } {
  const cursor = call.text('cursor');
  const offset =
    cursor === undefined || cursor === ''
      ? 0
      : Number(Buffer.from(cursor, 'base64').toString('utf8').replace(/^at:/, ''));
  if (!Number.isInteger(offset) || offset < 0) throw new SlackError('invalid_cursor');
  const limit = call.number('limit', defaultLimit, 999);
  const more = offset + limit < items.length;
  return {
    items: items.slice(offset, offset + limit),
    next_cursor: more ? Buffer.from(`at:${offset + limit}`).toString('base64') : '',
  };
}

export function metadataOf(value: unknown): JsonObject | undefined {
  if (value === undefined || value === '') return undefined;
  if (!isObject(value) || typeof value['event_type'] !== 'string' || !isObject(value['event_payload']))
    throw new SlackError('invalid_metadata_format');
  return value;
}
