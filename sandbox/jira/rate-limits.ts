import type { SiteState } from './model.ts';

export interface Limited {
  readonly reason: 'jira-burst-based' | 'jira-per-issue-on-write';
  readonly retryAfterMs: number;
}
export interface LimitAnswer {
  readonly limit: number;
  readonly remaining: number;
  readonly resetAtMs: number;
  readonly limited: Limited | undefined;
}

/**
 * Two of Jira's independent limits: calls per endpoint and method (a bucket that refills), and writes per issue.
 * The hourly points do not apply to API tokens.
 */
export class RateLimiter {
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();
  readonly #writes = new Map<string, number[]>();

  forget(email: string): void {
    for (const map of [this.#buckets, this.#writes])
      for (const key of map.keys()) if (key.startsWith(`${email} `)) map.delete(key);
  }

  take(
    site: SiteState,
    call: { method: string; endpoint: string; issue: string | undefined },
    nowMs: number,
  ): LimitAnswer {
    const limits = site.rateLimits;
    const perSecond =
      call.method === 'PUT' || call.method === 'DELETE' ? limits.putDeletePerSecond : limits.getPostPerSecond;
    const capacity = Math.max(1, Math.floor(perSecond * limits.burstSeconds));
    const key = `${site.email} ${call.method} ${call.endpoint}`;
    const before = this.#buckets.get(key) ?? { tokens: capacity, atMs: nowMs };
    const tokens = Math.min(capacity, before.tokens + ((nowMs - before.atMs) / 1000) * perSecond);
    const answer = (limited: Limited | undefined, left: number): LimitAnswer => ({
      limit: capacity,
      remaining: Math.max(0, Math.floor(left)),
      resetAtMs: nowMs + ((capacity - left) / perSecond) * 1000,
      limited,
    });
    if (tokens < 1) {
      this.#buckets.set(key, { tokens, atMs: nowMs });
      return answer({ reason: 'jira-burst-based', retryAfterMs: ((1 - tokens) / perSecond) * 1000 }, tokens);
    }
    const wait = call.issue === undefined ? 0 : this.#issueWait(`${site.email} ${call.issue}`, site, nowMs);
    if (wait > 0) return answer({ reason: 'jira-per-issue-on-write', retryAfterMs: wait }, tokens);
    this.#buckets.set(key, { tokens: tokens - 1, atMs: nowMs });
    return answer(undefined, tokens - 1);
  }

  /** Milliseconds until this issue may be written again; 0 counts the write. */
  #issueWait(key: string, site: SiteState, nowMs: number): number {
    const recent = (this.#writes.get(key) ?? []).filter((at) => at > nowMs - 30_000);
    const waits = [
      { windowMs: 2000, allowed: site.rateLimits.issueWritesPer2s },
      { windowMs: 30_000, allowed: site.rateLimits.issueWritesPer30s },
    ].map(({ windowMs, allowed }) => {
      const inside = recent.filter((at) => at > nowMs - windowMs);
      const oldest = inside[inside.length - allowed];
      return oldest === undefined ? 0 : oldest + windowMs - nowMs;
    });
    const wait = Math.max(...waits);
    this.#writes.set(key, wait > 0 ? recent : [...recent, nowMs]);
    return wait;
  }
}
