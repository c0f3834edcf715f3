import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { FiredrillError } from '../../domain/errors.ts';

/** How long a delivery rests when somebody has to mend the configuration first, milliseconds. */
export const configurationRestMs = 60_000;

/**
 * Slack could not be told, for now. Always of kind `busy`, wrong configuration too: what people have to know stays in
 * the queue until somebody has mended it, and is never dropped.
 */
export class SlackDeliveryError extends FiredrillError {
  override readonly name = 'SlackDeliveryError';
  /** How long to wait before the next attempt; the engine's own back-off when Slack did not say. */
  readonly retryAfterMs?: number;

  constructor(facts: { code: string; what: string; next: string; retryAfterMs?: number }, options?: ErrorOptions) {
    super(
      {
        code: facts.code,
        kind: 'busy',
        what: facts.what,
        means: 'The run goes on. What was to be said in Slack waits and is said later, once.',
        next: facts.next,
      },
      options,
    );
    if (facts.retryAfterMs !== undefined) this.retryAfterMs = facts.retryAfterMs;
  }
}

/** What to do about an error code of Slack's that a person has to mend. [docs.slack.dev/reference/methods/chat.postMessage] */
const remedies: Readonly<Record<string, string>> = {
  invalid_auth: 'Check SLACK_BOT_TOKEN: Slack does not know it.',
  not_authed: 'Set SLACK_BOT_TOKEN.',
  account_inactive:
    'The bot token belongs to a deleted app or workspace: install the app again and set SLACK_BOT_TOKEN.',
  token_revoked: 'The bot token was revoked: install the app again and set SLACK_BOT_TOKEN.',
  token_expired: 'The bot token has expired: install the app again and set SLACK_BOT_TOKEN.',
  missing_scope: 'Install the app again with the scopes of deploy/slack/manifest.yaml.',
  channel_not_found: 'Check the channel id in the catalog; for a private channel, invite the app: /invite @firedrill',
  not_in_channel: 'Invite the app to the channel: /invite @firedrill',
  is_archived: 'The channel is archived: restore it, or name another one in the catalog.',
  restricted_action: 'A workspace rule forbids the app to post there: ask an admin of Slack.',
  ekm_access_denied: 'An admin of Slack has suspended posting in this workspace.',
};

/** True for codes that say "this message cannot be edited any more": it is posted anew then. */
export const isGone = (error: unknown): boolean =>
  isPlatform(error, 'message_not_found', 'cant_update_message', 'edit_window_closed', 'is_inactive');

/** True when the thread's first message is not there any more. */
export const isThreadGone = (error: unknown): boolean =>
  isPlatform(error, 'thread_not_found', 'cannot_reply_to_message', 'message_not_found');

/** True when Slack refuses how the message is built: a mistake of ours, and no retry mends it. */
export const isBadlyBuilt = (error: unknown): boolean =>
  isPlatform(
    error,
    'invalid_blocks',
    'invalid_blocks_format',
    'msg_blocks_too_long',
    'msg_too_long',
    'markdown_text_conflict',
  );

const isPlatform = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof WebAPIPlatformError && codes.includes(error.data.error);

/**
 * One error of the Slack client in our words; what is not from Slack comes back as it is.
 *
 * @param doing - `post the message of gate "admission" to C0JIRACLOUD`
 */
export function slackError(error: unknown, doing: string): unknown {
  if (error instanceof WebAPIRateLimitedError) {
    return new SlackDeliveryError(
      {
        code: 'slack-rate-limited',
        what: `Slack asks to wait ${error.retryAfter} s before it lets us ${doing}.`,
        next: 'It is tried again by itself.',
        retryAfterMs: error.retryAfter * 1000,
      },
      { cause: error },
    );
  }
  if (error instanceof WebAPIPlatformError) return platformError(error, doing);
  if (error instanceof WebAPIRequestError || error instanceof WebAPIHTTPError) {
    const why = error instanceof WebAPIHTTPError ? `it answered HTTP ${error.statusCode}` : reasonOf(error.original);
    return new SlackDeliveryError(
      {
        code: 'slack-unreachable',
        what: `Could not ${doing}: ${why}.`,
        next: 'It is tried again by itself; if it stays so, look at status.slack.com and at the network: firedrill doctor',
      },
      { cause: error },
    );
  }
  return error;
}

function platformError(error: WebAPIPlatformError, doing: string): SlackDeliveryError {
  const code = error.data.error;
  const remedy = remedies[code];
  const needed = 'needed' in error.data && typeof error.data['needed'] === 'string' ? ` (${error.data['needed']})` : '';
  // Slack's own trouble passes by itself; everything else needs a person, and asking every second would not help.
  const passing = [
    'internal_error',
    'fatal_error',
    'service_unavailable',
    'request_timeout',
    'ratelimited',
    'message_limit_exceeded',
  ];
  return new SlackDeliveryError(
    {
      code: `slack-${code.replaceAll('_', '-')}`,
      what: `Could not ${doing}: Slack says ${code}${needed}.`,
      next: remedy ?? 'Look the code up in Slack’s documentation of chat.postMessage, and run: firedrill doctor',
      ...(passing.includes(code) ? {} : { retryAfterMs: configurationRestMs }),
    },
    { cause: error },
  );
}

/** `fetch` only says that it failed; why is in its cause. */
const reasonOf = (error: Error): string => (error.cause instanceof Error ? error.cause.message : error.message);
