import { LogLevel, WebClient } from '@slack/web-api';
import type { Logger } from '@slack/web-api';

/** The methods of `@slack/web-api` that telling people needs. */
export type SlackWebClient = Pick<WebClient, 'chat' | 'conversations' | 'auth'>;

/** The SDK would print what Slack refuses; here every refusal becomes an error that names the run. */
const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

/**
 * A Slack client for activities: no retries and no queue of its own, because the engine retries, and a client that holds
 * back its calls for a rate limit would hide from the engine that it waits.
 *
 * @param options.apiUrl - default https://slack.com/api/
 * @param options.timeoutMs - one call; default 10,000. Must stay below the activity's start-to-close time-out.
 */
export function createSlackClient(options: {
  readonly token: string;
  readonly apiUrl?: string;
  readonly timeoutMs?: number;
}): WebClient {
  return new WebClient(options.token, {
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    timeout: options.timeoutMs ?? 10_000,
    logger: silent,
    ...(options.apiUrl === undefined ? {} : { slackApiUrl: withSlash(options.apiUrl) }),
  });
}

/** The SDK resolves method names against the address, which swallows a last segment without a slash. */
const withSlash = (url: string): string => (url.endsWith('/') ? url : `${url}/`);
