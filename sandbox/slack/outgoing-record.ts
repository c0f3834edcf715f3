import { appendFileSync } from 'node:fs';
import { isObject, parseJson } from './json.ts';
import type { JsonObject } from './model.ts';

/** Arguments that the SDK sends as JSON inside a form. */
const jsonArguments = new Set(['blocks', 'view', 'attachments', 'metadata']);

/** The Web API's methods that show something to people, and `response_url`, where messages go, too. */
const showing = /^(chat\.(postMessage|update|postEphemeral|meMessage)|views\.(open|push|update|publish)|response_url)$/;

/**
 * A file of all that an app has shown to people, one line `{ method, body }` each, in order: messages, views, and what it
 * said in acknowledging (`ack`). Only what Slack took; no token is in it. For whoever wants to see or check what firedrill
 * says without opening Slack.
 */
export class OutgoingRecord {
  readonly #path: string;

  /** @param path - what is in the file stays: a sandbox that is started again goes on in it */
  constructor(path: string) {
    this.#path = path;
  }

  /** A call that Slack took. */
  call(method: string, body: JsonObject): void {
    if (showing.test(method)) this.#line(method, body);
  }

  /** What the app answered to a command, a click or a form; nothing when it only acknowledged. */
  ack(payload: unknown): void {
    if (!isObject(payload) || Object.keys(payload).length === 0) return;
    this.#line('ack', payload);
  }

  #line(method: string, body: JsonObject): void {
    const readable = Object.fromEntries(
      Object.entries(body).map(([name, value]) => [
        name,
        jsonArguments.has(name) && typeof value === 'string' ? (parseJson(value) ?? value) : value,
      ]),
    );
    appendFileSync(this.#path, `${JSON.stringify({ method, body: readable })}\n`);
  }
}
