import { FiredrillError } from '../../domain/errors.ts';
import type { Notice, NoticeAddress } from '../../domain/notice.ts';
import { secondChannelBody } from '../../views/second-channel.ts';
import { configurationRestMs } from './slack-errors.ts';

/** The second channel could not be told, for now: what it has to say waits. */
export class SecondChannelError extends FiredrillError {
  override readonly name = 'SecondChannelError';
  readonly retryAfterMs?: number;

  constructor(facts: { code: string; what: string; next: string; retryAfterMs?: number }, options?: ErrorOptions) {
    super(
      {
        code: facts.code,
        kind: 'busy',
        what: facts.what,
        means: 'The run goes on; what was to be said on the second channel waits and is said later.',
        next: facts.next,
      },
      options,
    );
    if (facts.retryAfterMs !== undefined) this.retryAfterMs = facts.retryAfterMs;
  }
}

/** Where the webhook is, and how long to wait for it. */
export interface SecondChannelOptions {
  /** Where the webhook is; a secret, because many webhooks carry their token in it: only its host is ever shown. */
  readonly url: string;
  /** Until the receiver must have answered, milliseconds; default 10,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Posts one notice as JSON; the receiver can tell repeats by the `Idempotency-Key` header. @throws SecondChannelError */
export async function tellSecondChannel(
  options: SecondChannelOptions,
  address: NoticeAddress,
  notice: Notice,
): Promise<void> {
  const body = secondChannelBody(address, notice);
  if (body === undefined) return;
  await post(options, JSON.stringify(body), `${address.runId}#${address.executionId}#${notice.number}`);
}

async function post(
  { url, timeoutMs = 10_000, signal }: SecondChannelOptions,
  body: string,
  idempotencyKey: string,
): Promise<void> {
  const { host } = new URL(url);
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body,
      redirect: 'error',
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    });
    await response.arrayBuffer(); // frees the connection
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    const why = timeout.aborted ? `no answer within ${timeoutMs / 1000} s` : reasonOf(cause);
    throw new SecondChannelError(
      {
        code: 'second-channel-unreachable',
        what: `Could not reach the second channel at ${host}: ${why}.`,
        next: 'It is tried again by itself; if it stays so: firedrill doctor',
      },
      { cause },
    );
  }
  if (!response.ok) throw refusalOf(response, host);
}

function refusalOf(response: Response, host: string): SecondChannelError {
  const asked = Number(response.headers.get('retry-after'));
  const ours = response.status >= 400 && response.status < 500 && response.status !== 429 && response.status !== 408;
  return new SecondChannelError({
    code: ours ? 'second-channel-refused' : 'second-channel-busy',
    what: `The second channel at ${host} answered HTTP ${response.status}.`,
    next: ours
      ? 'Check FIREDRILL_SECOND_CHANNEL_URL: the webhook may have been removed, or does not take this JSON. Then: firedrill doctor'
      : 'It is tried again by itself.',
    ...(asked > 0 ? { retryAfterMs: asked * 1000 } : ours ? { retryAfterMs: configurationRestMs } : {}),
  });
}

/** `fetch` hides why in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
