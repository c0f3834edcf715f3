import type { Client } from 'jira.js/core';
import { activityContext } from '../activity-context.ts';
import { errorOfReply, JiraError } from './jira-error.ts';

/** A Jira Cloud site, and as whom we are there. */
export interface JiraSite {
  /** `https://example.atlassian.net`. */
  readonly baseUrl: string;
  readonly email: string;
  readonly apiToken: string;
  /** One call, milliseconds; default 8000, so that an activity's 60 s hold several. */
  readonly timeoutMs?: number;
}

type SendRequest = Client['sendRequest'];

/**
 * What jira.js' endpoint functions need of a client. Its own transport has no time-out, cannot be cancelled and hides
 * `Retry-After` (6.2.0), so this one is ours; it never retries, because the engine does. Its calls throw JiraError.
 */
export function createJiraTransport(site: JiraSite): Client {
  const authorization = `Basic ${Buffer.from(`${site.email}:${site.apiToken}`).toString('base64')}`;
  const timeoutMs = site.timeoutMs ?? 8000;
  const base = site.baseUrl.replace(/\/+$/, '');

  const sendRequest: SendRequest = async <T>({
    url,
    method = 'GET',
    headers,
    body,
    searchParams,
    schema,
  }: Parameters<SendRequest>[0]) => {
    const request = `${method} ${url}`;
    const timeout = AbortSignal.timeout(timeoutMs);
    const cancelled = activityContext()?.cancellationSignal;
    let reply: Response;
    let text: string;
    try {
      reply = await fetch(`${base}${url.startsWith('/') ? url : `/${url}`}${queryOf(searchParams)}`, {
        method,
        headers: {
          accept: 'application/json',
          authorization,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: cancelled === undefined ? timeout : AbortSignal.any([timeout, cancelled]),
      });
      text = await reply.text();
    } catch (cause) {
      if (cancelled?.aborted === true) throw cause;
      throw unreachable(request, timeout.aborted ? `no answer within ${timeoutMs / 1000} s` : reasonOf(cause), cause);
    }
    if (!reply.ok) throw errorOfReply(reply, text, request);
    if (text === '') return undefined as T;
    const answer = parsed(text, request);
    // Jira adds fields all the time: what does not fit the schema is still the answer, and callers look before they use.
    const checked = schema?.safeParse(answer);
    return (checked?.success === true ? checked.data : answer) as T;
  };
  return { sendRequest };
}

function unreachable(request: string, why: string, cause: unknown): JiraError {
  return new JiraError(
    {
      code: 'jira-unreachable',
      what: `Jira could not be reached for ${request}: ${why}.`,
      next: 'It is tried again by itself; if it stays so, check JIRA_BASE_URL and the network: firedrill doctor',
    },
    { cause },
  );
}

function parsed(text: string, request: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreachable(request, 'the answer was not JSON (a proxy or a sign-in page?)', cause);
  }
}

function queryOf(params: Readonly<Record<string, unknown>> | undefined): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params ?? {})) {
    for (const one of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
      if (typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean')
        query.append(name, String(one));
    }
  }
  return query.size === 0 ? '' : `?${query.toString()}`;
}

/** `fetch` only says that it failed; why is in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
