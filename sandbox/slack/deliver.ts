import { createHmac, randomBytes } from 'node:crypto';
import { isObject, parseJson, stringAt } from './json.ts';
import type { JsonObject } from './model.ts';
import type { Ack, Envelope, SocketMode } from './socket-mode.ts';
import type { Workspace } from './workspace.ts';

/** Slack waits three seconds for the app's answer. [doc: docs.slack.dev/interactivity/handling-user-interaction] */
export const ACK_TIMEOUT_MS = 3_000;

/** Which attempt an event is on: 0 the first; for the next ones, why the one before failed. */
export interface Attempt {
  readonly number: number;
  readonly reason: string;
}

/** The headers with which Slack proves that a request is its own. [doc: docs.slack.dev/authentication/verifying-requests-from-slack] */
export function signedHeaders(
  secret: string,
  body: string,
  nowMs: number,
  contentType = 'application/x-www-form-urlencoded',
): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    'content-type': contentType,
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${signature}`,
  };
}

/** Hands a command, an interaction or an event to the app, over HTTP where it has an address for it, else over Socket Mode. */
export async function deliver(
  workspace: Workspace,
  socketMode: SocketMode,
  type: Envelope['type'],
  payload: JsonObject,
  attempt: Attempt = { number: 0, reason: '' },
): Promise<Ack> {
  const ack = await handOver(workspace, socketMode, type, payload, attempt);
  if (ack.kind === 'acked' && type !== 'events_api') workspace.outgoing?.ack(ack.payload);
  return ack;
}

function handOver(
  workspace: Workspace,
  socketMode: SocketMode,
  type: Envelope['type'],
  payload: JsonObject,
  attempt: Attempt,
): Promise<Ack> {
  const { commandUrl, interactivityUrl, eventsUrl } = workspace.state.setup.app;
  const url = { slash_commands: commandUrl, interactive: interactivityUrl, events_api: eventsUrl }[type];
  if (url !== undefined) return post(workspace, url, encoded(type, payload), attempt);
  const retries =
    type === 'events_api'
      ? { accepts_response_payload: false, retry_attempt: attempt.number, retry_reason: attempt.reason }
      : { accepts_response_payload: true };
  return socketMode.deliver(workspace, { type, payload, ...retries }, ACK_TIMEOUT_MS);
}

interface Encoded {
  readonly body: string;
  readonly contentType: string;
}

/** Events are JSON; commands are a form, and interactions JSON inside of one. */
function encoded(type: Envelope['type'], payload: JsonObject): Encoded {
  if (type === 'events_api') return { body: JSON.stringify(payload), contentType: 'application/json' };
  const fields =
    type === 'slash_commands'
      ? Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, String(value)]))
      : { payload: JSON.stringify(payload) };
  return { body: new URLSearchParams(fields).toString(), contentType: 'application/x-www-form-urlencoded' };
}

async function post(workspace: Workspace, url: string, { body, contentType }: Encoded, attempt: Attempt): Promise<Ack> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        ...signedHeaders(workspace.signingSecret, body, Date.now(), contentType),
        ...(attempt.number > 0 && {
          'x-slack-retry-num': String(attempt.number),
          'x-slack-retry-reason': attempt.reason,
        }),
      },
      body,
      signal: AbortSignal.timeout(ACK_TIMEOUT_MS),
    });
    const answer = await response.text();
    if (response.status !== 200)
      return {
        kind: 'failed',
        error: response.status < 500 ? 'http_client_error' : 'http_service_error',
        noRetry: response.headers.get('x-slack-no-retry') === '1',
      };
    const parsed = parseJson(answer);
    return { kind: 'acked', payload: answer === '' ? undefined : isObject(parsed) ? parsed : { text: answer } };
  } catch (error) {
    return {
      kind: 'failed',
      error: error instanceof Error && error.name === 'TimeoutError' ? 'operation_timeout' : 'dispatch_failed',
    };
  }
}

/** Whether an address for events answers Slack's challenge, as it must before Slack takes it. [doc: docs.slack.dev/reference/events/url_verification] */
export async function answersChallenge(workspace: Workspace, url: string): Promise<boolean> {
  const challenge = randomBytes(24).toString('base64url');
  const body = JSON.stringify({ token: workspace.verificationToken, challenge, type: 'url_verification' });
  const ack = await post(workspace, url, { body, contentType: 'application/json' }, { number: 0, reason: '' });
  if (ack.kind === 'failed') return false;
  return (stringAt(ack.payload, 'challenge') ?? stringAt(ack.payload, 'text')?.trim()) === challenge;
}
