import type { SentinelReading } from '../../domain/recovery.ts';
import type { Connection } from '../database/connect.ts';
import { inReadOnly } from '../database/read-only.ts';
import { sentinelKey, sentinelTable } from '../database/sentinel-table.ts';
import { sqlProblem } from '../database/sql-problem.ts';
import { FiredrillError } from '../../domain/errors.ts';
import { stoppable } from '../activity-context.ts';
import type { ProbeActivities } from './interface.ts';
import type { ProbeDeps } from './open-copy.ts';
import { withCopy } from './open-copy.ts';
import { copyUnusable, notConnectableYet, queryNotUsable } from './probe-errors.ts';

/** How recent the restored data is, by what stands in it. */
export function createNewestActivities(deps: ProbeDeps): Pick<ProbeActivities, 'readNewest'> {
  return {
    readNewest: ({ copy, newest }) =>
      stoppable(async (signal) => {
        try {
          const reading = await withCopy(deps, copy, signal, (connection) =>
            inReadOnly(connection, { statementTimeoutMs: deps.statementTimeoutMs ?? 10 * 60_000 }, () =>
              newest.kind === 'sentinel'
                ? newestSentinel(connection, sentinelKey(copy.database.service, copy.database.resource))
                : newestRow(connection, newest.sql),
            ),
          );
          return reading === undefined ? {} : { reading };
        } catch (error) {
          signal.throwIfAborted();
          if (error instanceof FiredrillError) throw error;
          const problem = sqlProblem(error);
          // A copy without our table has no sentinel: an answer, which makes the RPO "not-measured".
          if (newest.kind === 'sentinel' && problem.kind === 'missing') return {};
          if (problem.kind === 'damaged') throw copyUnusable(copy.name, 'copy-damaged', problem.words);
          if (problem.kind === 'connection') throw notConnectableYet(copy.name, problem.words);
          throw queryNotUsable(newest.kind, problem.words);
        }
      }),
  };
}

async function newestSentinel(connection: Connection, key: string): Promise<SentinelReading | undefined> {
  const [row] = await connection.ask(
    `SELECT counter, floor(extract(epoch FROM database_time) * 1000) FROM ${sentinelTable} WHERE resource = $1 ORDER BY counter DESC LIMIT 1`,
    [key],
  );
  return row === undefined
    ? undefined
    : { source: 'sentinel', counter: Number(row[0]), databaseTimeMs: Number(row[1]) };
}

/** The owner's own query: one row, one column, a moment. Without a zone it is taken as UTC. */
async function newestRow(connection: Connection, sql: string): Promise<SentinelReading | undefined> {
  const rows = await connection.ask(
    `SELECT floor(extract(epoch FROM answer.moment::timestamptz) * 1000) FROM (\n${sql}\n) AS answer(moment) LIMIT 2`,
  );
  if (rows.length > 1) throw queryNotUsable('newestRow', 'it answers more than one row, and must answer one moment');
  const ms = rows[0]?.[0];
  return ms === undefined || ms === null ? undefined : { source: 'newestRow', databaseTimeMs: Number(ms) };
}
