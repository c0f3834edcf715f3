/** A wait that has just begun is looked at this often, milliseconds; less often where the policy says so. */
const oftenMs = 1000;
/** A look comes late by at most this share of what was waited for: a minute by a second or two, an hour by the policy's interval. */
const lateShare = 0.02;
/** Shorter pauses than this share of an interval look twice at the same thing. */
const shortest = 0.2;

/**
 * When to look again at something AWS works on, in milliseconds from now. The policy's interval is the longest pause; what
 * may be over any second is looked at sooner. All looks fall on common ticks of the clock (seconds, even seconds, …), so
 * that runs that wait beside each other share their calls.
 *
 * @param wait.everyMs - the policy's interval
 * @param wait.waitedMs - since the wait began
 */
export function lookAgainInMs({
  everyMs,
  waitedMs,
  nowMs,
}: {
  everyMs: number;
  waitedMs: number;
  nowMs: number;
}): number {
  const wantedMs = Math.min(everyMs, Math.max(oftenMs, waitedMs * lateShare));
  const tickMs = wantedMs < everyMs ? oftenMs * 2 ** Math.floor(Math.log2(wantedMs / oftenMs)) : everyMs;
  const pauseMs = tickMs - (nowMs % tickMs);
  return Math.ceil(pauseMs < tickMs * shortest ? pauseMs + tickMs : pauseMs);
}
