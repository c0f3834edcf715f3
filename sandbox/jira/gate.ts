import { setTimeout as sleep } from 'node:timers/promises';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { MiddlewareHandler } from 'hono';
import { credentials } from '../kit/basic-auth.ts';
import type { Call } from '../kit/calls.ts';
import type { ActiveFault } from '../kit/http-faults.ts';
import type { Desk, JiraContext, JiraEnv } from './desk.ts';
import { isObject, type Json, type JsonObject } from './model.ts';
import type { LimitAnswer } from './rate-limits.ts';
import { badRequest, JiraRefusal } from './refusal.ts';
import { accountIdOf } from './site-book.ts';

const LATE_MS = 30_000;

/** Chooses the site by the e-mail address. Whoever cannot say who they are gets Jira's 401: plain text, not JSON. */
export function authenticated(desk: Desk): MiddlewareHandler<JiraEnv> {
  return async (c, next) => {
    const who = credentials(c.req.header('authorization'));
    const site = who === undefined ? undefined : desk.book.of(who.email);
    if (who === undefined || site === undefined || (site.requireToken !== null && site.requireToken !== who.token)) {
      if (site !== undefined)
        desk.calls.add(site.email, {
          at: new Date().toISOString(),
          method: c.req.method,
          path: pathOf(c),
          status: 401,
          reply: 'sent',
          body: null,
        });
      return c.text('Client must be authenticated to access this resource.', 401, {
        'WWW-Authenticate': `OAuth realm="${encodeURIComponent(desk.baseUrl)}"`,
        'X-Seraph-LoginReason': 'AUTHENTICATED_FAILED',
      });
    }
    c.set('site', site);
    c.set('actor', accountIdOf(who.email));
    return next();
  };
}

const pathOf = (c: JiraContext): string => new URL(c.req.url).pathname + new URL(c.req.url).search;

/** Plays faults, holds callers to the limits and notes every call; the work itself is `next`. */
export function guarded(desk: Desk): MiddlewareHandler<JiraEnv> {
  return async (c, next) => {
    const site = c.get('site');
    const { method } = c.req;
    const at = new Date().toISOString();
    const asked = method === 'GET' || method === 'DELETE' ? '' : await c.req.text();
    const note = (status: number, reply: Call['reply']): void =>
      desk.calls.add(site.email, { at, method, path: pathOf(c), status, reply, body: parsed(asked) });
    const fault = desk.faults.take(site.email, method, c.req.path);
    if (fault?.kind === 'down') {
      note(0, 'down');
      return dropConnection(c);
    }
    if (fault?.kind === 'error' || fault?.kind === 'throttle') {
      const response = faultResponse(c, fault);
      note(response.status, 'sent');
      return response;
    }
    const limits = desk.limiter.take(
      site,
      { method, endpoint: endpointOf(c.req.path), issue: writtenIssue(c, site) },
      Date.now(),
    );
    if (limits.limited !== undefined) {
      note(429, 'sent');
      return tooMany(c, limits.limited.reason, limits.limited.retryAfterMs, limits);
    }
    await next();
    limitHeaders(c, limits);
    if (fault?.kind === 'lose-reply') {
      note(c.res.status, 'lost');
      c.res = undefined;
      c.res = dropConnection(c);
      return undefined;
    }
    if (fault?.kind === 'error-after') {
      const response = faultResponse(c, fault);
      note(response.status, 'replaced');
      c.res = undefined;
      c.res = response;
      return undefined;
    }
    if (fault?.kind === 'late-reply') {
      note(c.res.status, 'late');
      await sleep(fault.delayMs ?? LATE_MS, undefined, { signal: c.req.raw.signal }).catch((error: unknown) => {
        if (!c.req.raw.signal.aborted) throw error; // the caller hung up first: nobody waits any more
      });
      return undefined;
    }
    note(c.res.status, 'sent');
    return undefined;
  };
}

function parsed(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return text.slice(0, 2000);
    throw error;
  }
}

function dropConnection(c: JiraContext): Response {
  c.env.incoming.socket.destroy();
  return RESPONSE_ALREADY_SENT;
}

function faultResponse(c: JiraContext, fault: ActiveFault): Response {
  if (fault.kind === 'throttle') return tooMany(c, 'jira-burst-based', fault.delayMs ?? 1000, undefined);
  const body = fault.body ?? { errorMessages: ['Internal server error'], errors: {} };
  return new Response(typeof body === 'string' ? body : JSON.stringify(body), {
    status: fault.status ?? 500,
    headers: { 'Content-Type': typeof body === 'string' ? 'text/html' : 'application/json;charset=UTF-8' },
  });
}

function limitHeaders(c: JiraContext, limits: LimitAnswer): void {
  c.header('X-RateLimit-Limit', String(limits.limit));
  c.header('X-RateLimit-Remaining', String(limits.remaining));
  c.header('X-RateLimit-Reset', new Date(limits.resetAtMs).toISOString());
  // Jira warns when less than a fifth is left.
  c.header('X-RateLimit-NearLimit', String(limits.remaining < limits.limit / 5));
}

function tooMany(c: JiraContext, reason: string, retryAfterMs: number, limits: LimitAnswer | undefined): Response {
  limitHeaders(c, limits ?? { limit: 100, remaining: 0, resetAtMs: Date.now() + retryAfterMs, limited: undefined });
  c.header('X-RateLimit-Remaining', '0');
  c.header('X-RateLimit-Reset', new Date(Date.now() + retryAfterMs).toISOString());
  c.header('X-RateLimit-NearLimit', 'true');
  c.header('Retry-After', String(Math.max(1, Math.ceil(retryAfterMs / 1000))));
  c.header('RateLimit-Reason', reason);
  return c.json({ errorMessages: ['Rate limit exceeded.'], errors: {} }, 429);
}

const ISSUE_PATH = /^\/rest\/api\/3\/issue\/(?!createmeta\b|bulk)([^/]+)/;

function endpointOf(path: string): string {
  return path
    .replace(ISSUE_PATH, '/rest/api/3/issue/*')
    .replace(/\/\d+(?=\/|$)/g, '/*')
    .replace(/(\/properties\/).+$/, '$1*');
}

function writtenIssue(
  c: JiraContext,
  site: { readonly issues: readonly { readonly live: { readonly id: string; readonly key: string } }[] },
): string | undefined {
  const idOrKey = c.req.method === 'GET' ? undefined : ISSUE_PATH.exec(c.req.path)?.[1];
  return site.issues.find(({ live }) => live.id === idOrKey || live.key === idOrKey?.toUpperCase())?.live.id;
}

/** The JSON value of a request. @throws JiraRefusal 415 or 400 */
export async function readJson(c: JiraContext): Promise<Json> {
  if (!/\bjson\b/i.test(c.req.header('content-type') ?? '')) throw new JiraRefusal(415, ['Unsupported Media Type']);
  try {
    return JSON.parse(await c.req.text()) as Json;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badRequest('There was an error parsing JSON. Check that your request body is valid.');
  }
}

export async function readObject(c: JiraContext): Promise<JsonObject> {
  const value = await readJson(c);
  if (!isObject(value)) throw badRequest('Invalid request payload. Refer to the REST API documentation and try again.');
  return value;
}
