import type { CheckDefinition, CheckResult } from '../../domain/check.ts';
import type { Connection } from '../database/connect.ts';
import { sqlProblem } from '../database/sql-problem.ts';
import { attemptLimitMs, stoppable } from '../activity-context.ts';
import type { CopyAddress, ProbeActivities } from './interface.ts';
import type { ProbeDeps } from './open-copy.ts';
import { openCopy, withCopy } from './open-copy.ts';
import { runCheck } from './run-check.ts';
import type { CheckContext, Found } from './run-check.ts';

/** A connection that breaks is opened again this often per check; a server that damaged data crashes may need it. */
const connectTries = 3;
const pauseMs = 1_000;
/** Kept back from the activity's deadline, so that a check that runs out of time is still answered. */
const answerReserveMs = 5_000;

/** The declared checks, and the one query that means "usable". */
export function createCheckActivities(deps: ProbeDeps): Pick<ProbeActivities, 'runChecks' | 'runSmoke'> {
  return {
    runChecks: ({ copy, checks, baseline, expectedEngineVersion }) =>
      stoppable(async (signal) => {
        const deadlineMs = deadlineOf(deps);
        const results: CheckResult[] = [];
        let connection: Connection | undefined;
        try {
          for (const check of checks) {
            const startedAtMs = Date.now();
            const context: CheckContext = {
              baseline,
              expectedEngineVersion,
              statementTimeoutMs: Math.max(1, deadlineMs - Date.now()),
            };
            const opened = await openAgain(deps, copy, signal, connection);
            connection = opened.connection;
            const found =
              connection === undefined
                ? couldNotConnect(check, opened.reason)
                : await runCheck(connection, check, context);
            signal.throwIfAborted(); // a cut connection is not an answer about the data
            results.push({
              name: check.name,
              kind: check.kind,
              required: check.required,
              ...found,
              startedAtMs,
              finishedAtMs: Date.now(),
            });
          }
        } finally {
          await connection?.close();
        }
        const nowMs = Date.now();
        return { results, at: { lowMs: nowMs, highMs: nowMs, source: 'probe', note: `${results.length} checks run` } };
      }),

    runSmoke: ({ copy, sql, expect }) =>
      stoppable(async (signal) => {
        const startedAtMs = Date.now();
        const check: CheckDefinition = { kind: 'query', name: 'smoke query', required: true, sql, expect };
        const context: CheckContext = {
          baseline: undefined,
          expectedEngineVersion: '',
          statementTimeoutMs: Math.max(1, deadlineOf(deps) - Date.now()),
        };
        let found: Found;
        try {
          found = await withCopy(deps, copy, signal, (connection) => runCheck(connection, check, context));
        } catch (error) {
          found = couldNotConnect(check, sqlProblem(error).words);
        }
        signal.throwIfAborted();
        const finishedAtMs = Date.now();
        return {
          result: { name: check.name, kind: 'smoke', required: true, ...found, startedAtMs, finishedAtMs },
          at: { lowMs: finishedAtMs, highMs: finishedAtMs, source: 'probe', note: 'smoke query answered' },
        };
      }),
  };
}

/** When the work has to be done, by the activity's own time-outs; without any, by the configured limit. */
function deadlineOf(deps: ProbeDeps): number {
  const limitMs = attemptLimitMs();
  if (limitMs === undefined) return Date.now() + (deps.statementTimeoutMs ?? 10 * 60_000);
  return Date.now() + Math.max(1_000, limitMs - answerReserveMs);
}

/** The same connection while it lives, else a new one. */
async function openAgain(
  deps: ProbeDeps,
  copy: CopyAddress,
  signal: AbortSignal,
  current: Connection | undefined,
): Promise<{ connection: Connection | undefined; reason: string }> {
  if (current !== undefined && !current.broken) return { connection: current, reason: '' };
  await current?.close();
  let reason = '';
  for (let attempt = 1; attempt <= connectTries; attempt += 1) {
    try {
      return { connection: await openCopy(deps, copy, { signal }), reason: '' };
    } catch (error) {
      signal.throwIfAborted();
      reason = sqlProblem(error).words;
      if (attempt < connectTries) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
  return { connection: undefined, reason };
}

const couldNotConnect = (check: CheckDefinition, reason: string): Found => ({
  // For the check that asks for a connection, none is the answer.
  outcome: check.kind === 'connect' ? 'failed' : 'could-not-run',
  found: `no connection to the copy: ${reason}`,
  cause: 'no-connection',
  expected: check.kind === 'connect' ? 'a connection that answers' : 'a connection to ask on',
});
