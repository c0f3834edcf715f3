import { formatDurationMs } from './duration-text.ts';
import { FiredrillError } from './errors.ts';
import type { Ledger, LedgerKey, RecoveryClocks } from './ledger.ts';
import type { DurationRange, Measured, Moment } from './time.ts';
import type { VerdictFacts } from './verdict.ts';

/**
 * The ledger contradicts itself: what must come later may have come earlier. A mistake in how a time was taken; no
 * verdict is better than a false one, so the run is `inconclusive`.
 */
export class LedgerOrderError extends FiredrillError {
  override readonly name = 'LedgerOrderError';

  constructor(later: LedgerKey, earlier: LedgerKey, byMs: number) {
    super({
      code: 'ledger-order',
      kind: 'bug',
      what: `${later} was measured up to ${formatDurationMs(byMs)} before ${earlier}, which it has to follow.`,
      means: 'The times of this run contradict each other, so nothing is judged by them.',
      next: `Compare the clocks behind ${later} and ${earlier} (their sources stand in the ledger), then test again.`,
    });
  }
}

/**
 * How long it was between two moments: at least from the latest possible start to the earliest possible end, at most
 * the other way round, and never less than nothing. `not-measured` when one of them is missing or simulated.
 */
export function durationBetween(from?: Moment, to?: Moment): Measured {
  if (from === undefined || to === undefined || from.source === 'simulated' || to.source === 'simulated')
    return 'not-measured';
  return { lowMs: Math.max(0, to.lowMs - from.highMs), highMs: Math.max(0, to.highMs - from.lowMs) };
}

/**
 * The three clocks of a recovery. T6 − T0 binds, always; the others are shown beside it, and are `not-measured` when
 * their start is missing, simulated, or not surely before T6.
 *
 * @param waitingForPeopleMs - waiting at decision gates; it is part of T6 − T0, because users wait through it too
 * @throws LedgerOrderError when T6 may lie before T0
 */
export function recoveryClocks(ledger: Ledger, waitingForPeopleMs: number): RecoveryClocks {
  const { T0, T2, T3, T6 } = ledger;
  if (T0 !== undefined && T6 !== undefined && T6.lowMs < T0.highMs)
    throw new LedgerOrderError('T6', 'T0', T0.highMs - T6.lowMs);
  const shown = (from?: Moment): Measured =>
    from !== undefined && T6 !== undefined && T6.lowMs < from.highMs ? 'not-measured' : durationBetween(from, T6);
  return { fromDisaster: durationBetween(T0, T6), fromDeclaration: shown(T2), fromCall: shown(T3), waitingForPeopleMs };
}

/**
 * Achieved recovery point: T0 − T−1 for the latest point; |requested − T−1| for oldest, random and past moments, which
 * says how exactly the restore met the moment asked for. `not-measured` while a time is missing or not to be trusted.
 *
 * @throws LedgerOrderError when T−1 lies after T0: the copy holds what was not recoverable then
 */
export function achievedRpo(
  facts: Pick<VerdictFacts, 'ledger' | 'point' | 'requestedPointMs' | 'rpoNotMeasuredReason'>,
): Measured {
  const { 'T-1': newest, T0 } = facts.ledger;
  if (newest !== undefined && T0 !== undefined && newest.lowMs > T0.highMs) {
    throw new LedgerOrderError('T0', 'T-1', newest.lowMs - T0.highMs);
  }
  if (facts.rpoNotMeasuredReason !== undefined) return 'not-measured';
  if (facts.point === 'latest') return durationBetween(newest, T0);
  if (newest === undefined || newest.source === 'simulated' || facts.requestedPointMs === undefined)
    return 'not-measured';
  return distance(facts.requestedPointMs, newest);
}

/**
 * The moment as far as clocks can be trusted: a measured skew widens it by that skew to both sides, however small it is.
 *
 * @param skewMs - how far the clock that gave the moment differs from ours, either sign
 */
export function widenBySkew(moment: Moment, skewMs: number): Moment {
  const byMs = Math.abs(skewMs);
  return byMs === 0 ? moment : { ...moment, lowMs: moment.lowMs - byMs, highMs: moment.highMs + byMs };
}

/** How far a moment is from an instant, whichever comes first. */
function distance(instantMs: number, moment: Moment): DurationRange {
  const toLowMs = Math.abs(instantMs - moment.lowMs);
  const toHighMs = Math.abs(instantMs - moment.highMs);
  const within = moment.lowMs <= instantMs && instantMs <= moment.highMs;
  return { lowMs: within ? 0 : Math.min(toLowMs, toHighMs), highMs: Math.max(toLowMs, toHighMs) };
}
