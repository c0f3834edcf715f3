import { appendFileSync, mkdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

/** One POST as it arrived. */
export interface WebhookMessage {
  readonly time: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body; absent when it was not JSON. */
  readonly json?: unknown;
  /** The body as text when it was not JSON. */
  readonly text?: string;
}

const keptMessages = 2000;

/** The newest messages, oldest first; one JSON line each on disk, so that a restart knows what was delivered. */
export class MessageLog {
  readonly #path: string;
  #messages: WebhookMessage[];

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    this.#messages = readLines(path).slice(-keptMessages);
  }

  add(message: WebhookMessage): void {
    appendFileSync(this.#path, `${JSON.stringify(message)}\n`);
    this.#messages.push(message);
    if (this.#messages.length > keptMessages) this.#messages.shift();
  }

  list(): readonly WebhookMessage[] {
    return this.#messages;
  }

  reset(): void {
    rmSync(this.#path, { force: true });
    this.#messages = [];
  }
}

function readLines(path: string): WebhookMessage[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  // A line cut off by kill -9 was never answered, so its sender will repeat it; the next line must not be glued to it.
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as WebhookMessage);
}
