import type { SentinelReading, WriterKnowledge } from '../../domain/recovery.ts';
import { utcSecond } from '../../domain/point-text.ts';
import type { SourceActivities } from './interface.ts';
import type { Acknowledged } from './source-files.ts';
import { sourceFiles } from './source-files.ts';

/** No acknowledgement for this many intervals: the writer was silent (design, section 7). */
const silentAfterIntervals = 3;

/** Activities of the queue `source`: they answer from the logs of the loops, and never ask the database. */
export function createSourceActivities(deps: { dataDir: string; nowMs?: () => number }): SourceActivities {
  const filesOf = (of: { service: string; resource: string }) => sourceFiles(deps.dataDir, of.service, of.resource);
  const now = deps.nowMs ?? Date.now;
  return {
    async baselineBefore(request) {
      const baselines = await filesOf(request).readBaselines();
      const baseline = baselines
        .filter((one) => one.takenAtMs <= request.beforeMs)
        .reduce<(typeof baselines)[number] | undefined>(
          (newest, one) => (newest === undefined || one.takenAtMs >= newest.takenAtMs ? one : newest),
          undefined,
        );
      return baseline === undefined ? {} : { baseline };
    },

    async writerKnowledge(request) {
      const files = filesOf(request);
      const everyMs = (await files.readStatus())?.sentinelEveryMs ?? 60_000;
      return knowledgeOf(await files.readSentinels(), everyMs, request.t0Ms, request.found);
    },

    async sourceStatus(request) {
      const files = filesOf(request);
      const status = await files.readStatus();
      const last = (await files.readSentinels()).at(-1);
      const lastBaselineMs = (await files.readBaselines()).at(-1)?.takenAtMs;
      const known = {
        ...(last === undefined ? {} : { lastAcknowledgedMs: last.acknowledgedMs }),
        ...(lastBaselineMs === undefined ? {} : { lastBaselineMs }),
      };
      if (status === undefined && last === undefined) {
        return { writing: false, ...known, detail: 'firedrill source has never run for this resource' };
      }
      const baselineText = `${lastBaselineMs === undefined ? 'no baseline yet' : `last baseline ${utcSecond(lastBaselineMs, now())}`}${status?.baselineProblem === undefined ? '' : ` (${status.baselineProblem})`}`;
      if (status?.sentinelDeclared === false)
        return { writing: false, ...known, detail: `no sentinel is declared; ${baselineText}` };
      const everyMs = Math.max(last?.everyMs ?? 0, status?.sentinelEveryMs ?? 0);
      const writing = last !== undefined && now() - last.acknowledgedMs <= silentAfterIntervals * everyMs;
      const sentinelText =
        last === undefined ? 'no sentinel acknowledged yet' : `last sentinel ${utcSecond(last.acknowledgedMs, now())}`;
      const problem = !writing && status?.sentinelProblem !== undefined ? ` (${status.sentinelProblem})` : '';
      return { writing, ...known, detail: `${sentinelText}${problem}, every ${everyMs / 1000} s; ${baselineText}` };
    },
  };
}

/** What the log says around T0 and after the sentinel that was found. Entries are in the order of their acknowledgement. */
function knowledgeOf(
  log: readonly Acknowledged[],
  everyMsNow: number,
  t0Ms: number,
  found: SentinelReading | undefined,
): WriterKnowledge {
  const before = log.filter((entry) => entry.acknowledgedMs <= t0Ms);
  const last = before.at(-1);
  const next = found === undefined ? undefined : log.find((entry) => isAfter(entry, found));
  const everyMs = last?.everyMs ?? everyMsNow;
  return {
    ...(next === undefined ? {} : { nextAcknowledgedMs: committedByMs(next) }),
    ...(last === undefined ? {} : { lastAcknowledgedBeforeT0Ms: last.acknowledgedMs }),
    silentAtT0: last === undefined || t0Ms - last.acknowledgedMs > silentAfterIntervals * everyMs,
    everyMs,
    databaseSkewMs: middleOf((before.length > 0 ? before.slice(-11) : log.slice(0, 11)).map((entry) => entry.skewMs)),
  };
}

/**
 * When a sentinel was committed at the latest, on the database's clock. Its own time is that of its INSERT: the commit
 * came later, by the whole way to the acknowledgement at most.
 */
const committedByMs = ({ databaseTimeMs, acknowledgedMs, skewMs }: Acknowledged): number =>
  databaseTimeMs + Math.max(0, 2 * (acknowledgedMs - databaseTimeMs + skewMs));

/** The middle one of the measurements nearest to T0: a write that waited for a lock says little about clocks. */
const middleOf = (skews: readonly number[]): number =>
  skews.toSorted((one, other) => one - other)[Math.floor(skews.length / 2)] ?? 0;

const isAfter = (entry: Acknowledged, found: SentinelReading): boolean =>
  found.counter === undefined
    ? entry.databaseTimeMs > found.databaseTimeMs
    : entry.counter > found.counter && entry.databaseTimeMs > found.databaseTimeMs;
