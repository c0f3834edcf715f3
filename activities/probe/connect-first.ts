import { codeOf, sqlProblem } from '../database/sql-problem.ts';
import type { Connection } from '../database/connect.ts';
import { activityContext } from '../activity-context.ts';
import type { CopyAddress, ProbeActivities } from './interface.ts';
import type { ProbeDeps } from './open-copy.ts';
import { openCopy } from './open-copy.ts';
import { copyUnusable, notConnectableYet, tlsNotTrusted } from './probe-errors.ts';

const skewSamples = 3;
const certificateErrors = /^(SELF_SIGNED_CERT|UNABLE_TO_|CERT_|DEPTH_ZERO|ERR_TLS_CERT|HOSTNAME_MISMATCH)/;

/** The first connection: "available" is AWS's word, this is the proof. */
export function createConnectActivities(deps: ProbeDeps): Pick<ProbeActivities, 'connectFirst'> {
  return {
    async connectFirst(copy) {
      let connection: Connection | undefined;
      try {
        connection = await openCopy(deps, copy, { queryTimeoutMs: deps.connectTimeoutMs ?? 10_000 });
        const [row] = await connection.ask(`SELECT current_setting('server_version')`);
        const connectedMs = Date.now();
        return {
          at: { lowMs: connectedMs, highMs: connectedMs, source: 'probe', note: 'first answer to a query' },
          serverVersion: row?.[0] ?? 'unknown',
          databaseClockSkewMs: await clockSkewMs(connection),
        };
      } catch (error) {
        throw whyNotConnected(error, copy, deps.passwordGraceMs ?? 30_000);
      } finally {
        await connection?.close();
      }
    },
  };
}

/**
 * How far the database's clock is ahead of ours, by the midpoint of the quickest of three round trips; good to half of
 * that trip.
 */
async function clockSkewMs(connection: Connection): Promise<number> {
  let best = { tripMs: Number.POSITIVE_INFINITY, skewMs: 0 };
  for (let sample = 0; sample < skewSamples; sample += 1) {
    const askedMs = performance.timeOrigin + performance.now();
    const [row] = await connection.ask('SELECT extract(epoch FROM clock_timestamp()) * 1000');
    const answeredMs = performance.timeOrigin + performance.now();
    const tripMs = answeredMs - askedMs;
    if (tripMs < best.tripMs) best = { tripMs, skewMs: Number(row?.[0]) - (askedMs + answeredMs) / 2 };
  }
  return Math.round(best.skewMs);
}

/** Not yet, or never? */
function whyNotConnected(error: unknown, copy: CopyAddress, passwordGraceMs: number): Error {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : '';
  const { name } = copy;
  if (certificateErrors.test(code)) return tlsNotTrusted(name, code);
  if (/does not support SSL/i.test(message))
    return copyUnusable(name, 'copy-unreachable', 'it does not offer TLS, which the catalog asks for');
  switch (code) {
    case '28P01':
    case '28000': {
      const scheduledMs = activityContext()?.info.scheduledTimestampMs;
      if (scheduledMs !== undefined && Date.now() - scheduledMs < passwordGraceMs)
        return notConnectableYet(name, 'it still refuses the password that was set');
      return copyUnusable(name, 'copy-login-refused', `it refuses the login of ${copy.user} (SQLSTATE ${code})`);
    }
    case '3D000':
      return copyUnusable(
        name,
        'copy-database-missing',
        `there is no database "${copy.database.databaseName}" in it (SQLSTATE 3D000)`,
      );
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EPIPE':
      return notConnectableYet(name, `${copy.host}:${copy.port} answers ${code}`);
  }
  const problem = sqlProblem(error);
  if (problem.kind === 'damaged') return copyUnusable(name, 'copy-damaged', problem.words);
  if (problem.kind === 'connection' || problem.kind === 'timeout') return notConnectableYet(name, problem.words);
  return copyUnusable(name, 'copy-login-refused', problem.words);
}
