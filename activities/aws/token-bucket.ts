/** Lets calls through at a bounded rate, slower after AWS asked for it. One per account and Region. */
export interface TokenBucket {
  /** Resolves when a call may be made. First come, first served. */
  take(): Promise<void>;
  /** AWS throttled: halves the rate and pauses, growing with each throttling in a row. */
  slowDown(): void;
  /** A call went through: the rate recovers step by step. */
  speedUp(): void;
}

/** How fast calls may follow each other. */
export interface TokenBucketOptions {
  /**
   * Calls per second when nothing is wrong; default 10. RDS describes are throttled somewhere above 20/s per account; half of
   * that is left to others.
   */
  readonly perSecond?: number;
  /** Calls that may go at once after a quiet time; default 10. */
  readonly burst?: number;
  /** For tests: another clock and another way to wait. */
  readonly nowMs?: () => number;
  readonly sleepMs?: (ms: number) => Promise<void>;
}

const longestPauseMs = 30_000;

/** Full at first. In memory: one for each account and Region of a process. */
export function createTokenBucket(options: TokenBucketOptions = {}): TokenBucket {
  const full = options.perSecond ?? 10;
  const burst = options.burst ?? 10;
  const now = options.nowMs ?? Date.now;
  const sleep = options.sleepMs ?? ((ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)));
  let perSecond = full;
  let tokens = burst;
  let filledAtMs = now();
  let pausedUntilMs = 0;
  let throttledInARow = 0;
  let queue: Promise<void> = Promise.resolve();

  const refill = (): void => {
    const atMs = now();
    tokens = Math.min(burst, tokens + ((atMs - filledAtMs) / 1000) * perSecond);
    filledAtMs = atMs;
  };

  const waitForToken = async (): Promise<void> => {
    for (;;) {
      const pauseMs = pausedUntilMs - now();
      if (pauseMs > 0) {
        await sleep(pauseMs);
        continue;
      }
      refill();
      if (tokens >= 1) break;
      await sleep(Math.ceil(((1 - tokens) / perSecond) * 1000));
    }
    tokens -= 1;
  };

  return {
    take: () => {
      queue = queue.then(waitForToken);
      return queue;
    },
    slowDown: () => {
      throttledInARow += 1;
      perSecond = Math.max(full / 16, perSecond / 2);
      // A second at first, doubling; up to a quarter more at random, so that many workers do not come back together.
      const pauseMs = Math.min(longestPauseMs, 1_000 * 2 ** (throttledInARow - 1));
      pausedUntilMs = now() + pauseMs * (1 + Math.random() / 4);
    },
    speedUp: () => {
      throttledInARow = 0;
      perSecond = Math.min(full, perSecond + full / 16);
    },
  };
}
