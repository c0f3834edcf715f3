import { widenBySkew } from './clocks.ts';
import type { RecoveryPoint, SentinelReading, WriterKnowledge } from './recovery.ts';
import type { Moment } from './time.ts';

/** What is known about the newest data of a restored copy. */
export interface NewestFacts {
  /** How the resource tells its age: our sentinel table, the owner's `newestRow` query, or not at all. */
  readonly newest: 'sentinel' | 'newestRow' | 'none';
  /** Absent when the copy held nothing to read. */
  readonly reading?: SentinelReading;
  /** Absent when the writer's log could not be asked. */
  readonly writer?: WriterKnowledge;
  readonly t0: Moment;
  /** The point the copy was restored to. */
  readonly point?: RecoveryPoint;
}

/** T−1, or why it is not known, as half a sentence for people. */
export type LastRecoverableChange =
  | { readonly kind: 'measured'; readonly moment: Moment }
  | { readonly kind: 'not-measured'; readonly reason: string };

/**
 * T−1, the last change that could be recovered (design, section 7). It lies between the newest sentinel found in the
 * copy and just before the next one that the writer had acknowledged: the copy may hold changes up to there, and holds
 * none after it. It cannot lie after T0, nor after the time of a point-in-time restore. All of it on the database's
 * clock, widened by the skew of that clock.
 *
 * A sentinel proves nothing while its writer was silent: the data may have been newer, so `not-measured`. The owner's
 * `newestRow` has no writer of ours; T−1 lies between that row and the restore point.
 */
export function lastRecoverableChange(facts: NewestFacts): LastRecoverableChange {
  const { reading, writer } = facts;
  if (facts.newest === 'none') return notMeasured('no sentinel and no newestRow query is declared for this resource');
  if (reading === undefined) {
    return notMeasured(
      facts.newest === 'sentinel'
        ? 'no sentinel was found in the restored copy'
        : 'the newestRow query found no row in the restored copy',
    );
  }
  if (facts.newest === 'sentinel') {
    if (writer === undefined) return notMeasured("the writer's log of acknowledged sentinels could not be read");
    if (writer.silentAtT0)
      return notMeasured('the writer of the sentinels was silent at T0, so their age says nothing about the data');
  }
  const lowMs = reading.databaseTimeMs;
  const nextMs = facts.newest === 'sentinel' ? writer?.nextAcknowledgedMs : undefined;
  const found: Moment = {
    lowMs,
    highMs: nextMs === undefined ? Number.POSITIVE_INFINITY : Math.max(lowMs, nextMs - 1),
    source: 'database',
    note: noteOf(reading),
  };
  const trusted = widenBySkew(found, writer?.databaseSkewMs ?? 0);
  const latestMs = latestPossibleMs(facts);
  return {
    kind: 'measured',
    moment: { ...trusted, highMs: Math.max(trusted.lowMs, Math.min(trusted.highMs, latestMs)) },
  };
}

/** Nothing recoverable is newer than T0, nor than the time that was restored to. A snapshot's own time is too vague to bound it. */
const latestPossibleMs = ({ t0, point }: NewestFacts): number =>
  point?.method === 'pitr' ? Math.min(t0.highMs, point.restoreTimeMs) : t0.highMs;

const noteOf = ({ source, counter }: SentinelReading): string => {
  if (source === 'newestRow') return 'newest row';
  return counter === undefined ? 'newest sentinel' : `sentinel no. ${counter}`;
};

const notMeasured = (reason: string): LastRecoverableChange => ({ kind: 'not-measured', reason });
