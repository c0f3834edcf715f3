import { z } from 'zod';

export const RateSchema = z.strictObject({ perMinute: z.number().positive(), burst: z.int().positive() });
export type Rate = z.infer<typeof RateSchema>;

/** What `PUT /_sandbox/limits` takes: only what is named changes. */
export const LimitsSchema = z.strictObject({
  /** chat.postMessage, per channel. */
  postMessage: RateSchema.optional(),
  /** chat.postMessage, all channels of the workspace together. */
  postMessageWorkspace: RateSchema.optional(),
  tier1: RateSchema.optional(),
  tier2: RateSchema.optional(),
  tier3: RateSchema.optional(),
  tier4: RateSchema.optional(),
  /** One method's own rate, by its name; it wins over the tier. */
  methods: z.record(z.string(), RateSchema).optional(),
});
export type Limits = z.infer<typeof LimitsSchema>;

export type Tier = 'tier1' | 'tier2' | 'tier3' | 'tier4' | 'none';

/**
 * Slack's published rates; how large a burst it tolerates is not published ("short bursts"), so ours is a guess on the
 * mild side. [doc: docs.slack.dev/apis/web-api/rate-limits]
 */
export const DEFAULT_LIMITS = {
  postMessage: { perMinute: 60, burst: 5 },
  postMessageWorkspace: { perMinute: 300, burst: 300 },
  tier1: { perMinute: 1, burst: 20 },
  tier2: { perMinute: 20, burst: 20 },
  tier3: { perMinute: 50, burst: 50 },
  tier4: { perMinute: 100, burst: 100 },
} as const satisfies Limits;

/** Token buckets of one workspace, per method and, for chat.postMessage, per channel. */
export class RateLimiter {
  #limits: Limits = { ...DEFAULT_LIMITS };
  readonly #buckets = new Map<string, { tokens: number; atMs: number; rate: Rate }>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  get limits(): Limits {
    return this.#limits;
  }

  set(limits: Limits): void {
    this.#limits = { ...this.#limits, ...limits };
    this.#buckets.clear();
  }

  reset(): void {
    this.#limits = { ...DEFAULT_LIMITS };
    this.#buckets.clear();
  }

  /** Takes one call off the buckets. Answers the seconds to wait when there is none left; nothing is taken then. */
  take(method: string, tier: Tier, channel: string | undefined): { ok: true } | { ok: false; retryAfterS: number } {
    const buckets = this.#rates(method, tier, channel).map(([key, rate]) => this.#bucket(key, rate));
    const waitS = Math.max(0, ...buckets.map((one) => ((1 - one.tokens) * 60) / one.rate.perMinute));
    if (waitS > 0) return { ok: false, retryAfterS: Math.max(1, Math.ceil(waitS)) };
    for (const one of buckets) one.tokens -= 1;
    return { ok: true };
  }

  #rates(method: string, tier: Tier, channel: string | undefined): [string, Rate][] {
    const own = this.#limits.methods?.[method];
    if (own !== undefined) return [[method, own]];
    if (method === 'chat.postMessage') {
      const perChannel = this.#limits.postMessage ?? DEFAULT_LIMITS.postMessage;
      return [
        [`${method}/${channel ?? ''}`, perChannel],
        [method, this.#limits.postMessageWorkspace ?? DEFAULT_LIMITS.postMessageWorkspace],
      ];
    }
    return tier === 'none' ? [] : [[method, this.#limits[tier] ?? DEFAULT_LIMITS[tier]]];
  }

  #bucket(key: string, rate: Rate): { tokens: number; atMs: number; rate: Rate } {
    const now = this.#now();
    const bucket = this.#buckets.get(key) ?? { tokens: rate.burst, atMs: now, rate };
    bucket.tokens = Math.min(rate.burst, bucket.tokens + ((now - bucket.atMs) * rate.perMinute) / 60_000);
    bucket.atMs = now;
    this.#buckets.set(key, bucket);
    return bucket;
  }
}
