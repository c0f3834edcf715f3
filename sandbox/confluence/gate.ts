import { setTimeout as sleep } from 'node:timers/promises';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { MiddlewareHandler } from 'hono';
import { credentials } from '../kit/basic-auth.ts';
import type { Call } from '../kit/calls.ts';
import type { ActiveFault } from '../kit/http-faults.ts';
import type { ConfluenceContext, ConfluenceEnv, Desk } from './desk.ts';

const lateMs = 30_000;

const pathOf = (c: ConfluenceContext): string => new URL(c.req.url).pathname + new URL(c.req.url).search;

/** Chooses the site by the e-mail address. */
export function authenticated(desk: Desk): MiddlewareHandler<ConfluenceEnv> {
  return async (c, next) => {
    const who = credentials(c.req.header('authorization'));
    const site = who === undefined ? undefined : desk.book.of(who.email);
    if (who !== undefined && site !== undefined && [null, who.token].includes(site.requireToken)) {
      c.set('email', site.email);
      return next();
    }
    if (site !== undefined) note(desk, site.email, c, 401, 'sent');
    return c.json({ code: 401, message: 'Unauthorized' }, 401, { 'WWW-Authenticate': 'Basic realm="Atlassian"' });
  };
}

function note(desk: Desk, email: string, c: ConfluenceContext, status: number, reply: Call['reply']): void {
  desk.calls.add(email, {
    at: new Date().toISOString(),
    method: c.req.method,
    path: pathOf(c),
    status,
    reply,
    body: null,
  });
}

/** Plays faults, holds callers to the limit and notes every call; the work itself is `next`. */
export function guarded(desk: Desk): MiddlewareHandler<ConfluenceEnv> {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  /** Milliseconds until the next call is welcome; 0 takes one. */
  const waitMs = (email: string, perSecond: number, nowMs: number): number => {
    const before = buckets.get(email) ?? { tokens: perSecond, atMs: nowMs };
    const tokens = Math.min(perSecond, before.tokens + ((nowMs - before.atMs) / 1000) * perSecond);
    buckets.set(email, { tokens: tokens < 1 ? tokens : tokens - 1, atMs: nowMs });
    return tokens < 1 ? ((1 - tokens) / perSecond) * 1000 : 0;
  };
  return async (c, next) => {
    const site = desk.site(c);
    const told = (status: number, reply: Call['reply']): void => note(desk, site.email, c, status, reply);
    const fault = desk.faults.take(site.email, c.req.method, c.req.path);
    if (fault?.kind === 'down') {
      told(0, 'down');
      return dropConnection(c);
    }
    if (fault?.kind === 'error' || fault?.kind === 'throttle') {
      const response = faultResponse(c, fault);
      told(response.status, 'sent');
      return response;
    }
    const wait = waitMs(site.email, site.callsPerSecond, Date.now());
    if (wait > 0) {
      told(429, 'sent');
      return tooMany(c, wait);
    }
    await next();
    switch (fault?.kind) {
      case 'lose-reply':
        told(c.res.status, 'lost');
        c.res = undefined;
        c.res = dropConnection(c);
        return undefined;
      case 'error-after': {
        const response = faultResponse(c, fault);
        told(response.status, 'replaced');
        c.res = undefined;
        c.res = response;
        return undefined;
      }
      case 'late-reply':
        told(c.res.status, 'late');
        await sleep(fault.delayMs ?? lateMs, undefined, { signal: c.req.raw.signal }).catch((error: unknown) => {
          if (!c.req.raw.signal.aborted) throw error; // the caller hung up first: nobody waits any more
        });
        return undefined;
      case undefined:
        told(c.res.status, 'sent');
        return undefined;
    }
  };
}

function dropConnection(c: ConfluenceContext): Response {
  c.env.incoming.socket.destroy();
  return RESPONSE_ALREADY_SENT;
}

function faultResponse(c: ConfluenceContext, fault: ActiveFault): Response {
  if (fault.kind === 'throttle') return tooMany(c, fault.delayMs ?? 1000);
  const body = fault.body ?? {
    errors: [
      { status: fault.status ?? 500, code: 'INTERNAL_SERVER_ERROR', title: 'Internal Server Error', detail: null },
    ],
  };
  return new Response(typeof body === 'string' ? body : JSON.stringify(body), {
    status: fault.status ?? 500,
    headers: { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json' },
  });
}

function tooMany(c: ConfluenceContext, waitMs: number): Response {
  c.header('Retry-After', String(Math.max(1, Math.ceil(waitMs / 1000))));
  return c.json({ code: 429, message: 'Rate limit exceeded' }, 429);
}
