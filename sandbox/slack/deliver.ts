import { createHmac } from 'node:crypto';
import { isObject, parseJson } from './json.ts';
import type { JsonObject } from './model.ts';
import type { Ack, SocketMode } from './socket-mode.ts';
import type { Workspace } from './workspace.ts';

/** Slack waits three seconds for the app's answer. [doc: docs.slack.dev/interactivity/handling-user-interaction] */
export const ACK_TIMEOUT_MS = 3_000;

/** The headers with which Slack proves that a request is its own. [doc: docs.slack.dev/authentication/verifying-requests-from-slack] */
export function signedHeaders(secret: string, body: string, nowMs: number): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${signature}`,
  };
}

/** Hands one command or interaction to the app, over HTTP where it has an address for it, else over Socket Mode. */
export function deliver(
  workspace: Workspace,
  socketMode: SocketMode,
  type: 'slash_commands' | 'interactive',
  payload: JsonObject,
): Promise<Ack> {
  const { commandUrl, interactivityUrl } = workspace.state.setup.app;
  const url = type === 'slash_commands' ? commandUrl : interactivityUrl;
  return url === undefined
    ? socketMode.deliver(workspace, type, payload, ACK_TIMEOUT_MS)
    : post(workspace, url, type, payload);
}

async function post(
  workspace: Workspace,
  url: string,
  type: 'slash_commands' | 'interactive',
  payload: JsonObject,
): Promise<Ack> {
  const fields =
    type === 'slash_commands'
      ? Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, String(value)]))
      : { payload: JSON.stringify(payload) };
  const body = new URLSearchParams(fields).toString();
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: signedHeaders(workspace.signingSecret, body, Date.now()),
      body,
      signal: AbortSignal.timeout(ACK_TIMEOUT_MS),
    });
    const answer = await response.text();
    if (response.status !== 200)
      return { kind: 'failed', error: response.status < 500 ? 'http_client_error' : 'http_service_error' };
    const parsed = parseJson(answer);
    return { kind: 'acked', payload: answer === '' ? undefined : isObject(parsed) ? parsed : { text: answer } };
  } catch (error) {
    return {
      kind: 'failed',
      error: error instanceof Error && error.name === 'TimeoutError' ? 'operation_timeout' : 'dispatch_failed',
    };
  }
}
