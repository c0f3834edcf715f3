import type { JsonObject } from './model.ts';

/** What Slack answers with `{ ok: false, error }` and HTTP 200. `extra` goes beside it (needed, provided, response_metadata). */
export class SlackError extends Error {
  override readonly name = 'SlackError';
  readonly code: string;
  readonly extra: JsonObject;
  constructor(code: string, extra: JsonObject = {}) {
    super(code);
    this.code = code;
    this.extra = extra;
  }
}
