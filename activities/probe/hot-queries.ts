import { FiredrillError } from '../../domain/errors.ts';
import type { HotQuery } from '../../domain/restore-plan.ts';
import { inReadOnly } from '../database/read-only.ts';
import type { Connection } from '../database/connect.ts';
import { sqlProblem } from '../database/sql-problem.ts';
import { attemptLimitMs, stoppable } from '../activity-context.ts';
import type { ProbeActivities } from './interface.ts';
import type { ProbeDeps } from './open-copy.ts';
import { withCopy } from './open-copy.ts';
import { copyUnusable, notConnectableYet, queryNotUsable } from './probe-errors.ts';

/** p95 is taken over this many of the latest answers. */
const windowSize = 10;
/** Kept back from the attempt's limit, so that "not fast in time" is still answered. */
const answerReserveMs = 5_000;
/** The curve has at most this many points per query, spread over the deadline: it goes into the journal. */
const mostPoints = 40;

type Curve = Awaited<ReturnType<ProbeActivities['measureHotQueries']>>['curve'];

/** From "usable" to "as fast as usual": a restored volume loads its blocks on first use. */
export function createHotQueryActivities(deps: ProbeDeps): Pick<ProbeActivities, 'measureHotQueries'> {
  return {
    measureHotQueries: ({ copy, queries, deadlineMs }) =>
      stoppable(async (signal) => {
        const withinMs = Math.max(1_000, Math.min(deadlineMs, (attemptLimitMs() ?? Infinity) - answerReserveMs));
        const untilMs = Date.now() + withinMs;
        try {
          return await withCopy(deps, copy, signal, (connection) =>
            repeatUntilFast(connection, queries, untilMs, deadlineMs / mostPoints, signal),
          );
        } catch (error) {
          signal.throwIfAborted();
          if (error instanceof FiredrillError) throw error;
          const problem = sqlProblem(error);
          if (problem.kind === 'damaged') throw copyUnusable(copy.name, 'copy-damaged', problem.words);
          throw notConnectableYet(copy.name, problem.words);
        }
      }),
  };
}

async function repeatUntilFast(
  connection: Connection,
  queries: readonly HotQuery[],
  untilMs: number,
  pointEveryMs: number,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<ProbeActivities['measureHotQueries']>>> {
  const curve: Curve[number][] = [];
  const latest = new Map<string, number[]>(queries.map((query) => [query.name, []]));
  let lastPointMs = 0;
  for (;;) {
    for (const query of queries) {
      const tookMs = await timed(connection, query, untilMs);
      if (tookMs === 'out-of-time')
        return { usable: false, at: now('deadline reached'), curve: [...curve, ...points(queries, latest)] };
      latest.set(query.name, [...(latest.get(query.name) ?? []), tookMs].slice(-windowSize));
      signal.throwIfAborted();
    }
    const usable = queries.every((query) => isFast(query, latest.get(query.name) ?? []));
    const nowMs = Date.now();
    if (usable || nowMs >= untilMs)
      return {
        usable,
        at: now(usable ? 'p95 of the last ten under every limit' : 'deadline reached'),
        curve: [...curve, ...points(queries, latest)],
      };
    if (nowMs - lastPointMs >= pointEveryMs) {
      curve.push(...points(queries, latest));
      lastPointMs = nowMs;
    }
  }
}

/** One answer through the ordinary client path, in milliseconds; `out-of-time` when the deadline stopped it. */
async function timed(connection: Connection, query: HotQuery, untilMs: number): Promise<number | 'out-of-time'> {
  const statementTimeoutMs = untilMs - Date.now();
  if (statementTimeoutMs <= 0) return 'out-of-time';
  try {
    return await inReadOnly(connection, { statementTimeoutMs }, async () => {
      const startedMs = performance.now();
      await connection.ask(query.sql);
      return performance.now() - startedMs;
    });
  } catch (error) {
    const problem = sqlProblem(error);
    if (problem.kind === 'timeout') return 'out-of-time';
    if (problem.kind === 'question' || problem.kind === 'missing') throw queryNotUsable(query.name, problem.words);
    throw error;
  }
}

const isFast = (query: HotQuery, times: readonly number[]): boolean =>
  times.length === windowSize && p95(times) < query.usableP95Ms;

/** Nearest rank: of ten answers the slowest. */
function p95(times: readonly number[]): number {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * 0.95) - 1)] ?? Number.NaN;
}

function points(queries: readonly HotQuery[], latest: ReadonlyMap<string, readonly number[]>): Curve[number][] {
  return queries.flatMap((query) => {
    const times = latest.get(query.name) ?? [];
    return times.length === 0
      ? []
      : [
          {
            query: query.name,
            p95Ms: Math.round(p95(times) * 100) / 100,
            usableP95Ms: query.usableP95Ms,
            atMs: Date.now(),
          },
        ];
  });
}

const now = (note: string) => {
  const nowMs = Date.now();
  return { lowMs: nowMs, highMs: nowMs, source: 'probe' as const, note };
};
