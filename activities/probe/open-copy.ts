import { derivePassword } from '../copy-password.ts';
import { connect } from '../database/connect.ts';
import type { Connection } from '../database/connect.ts';
import type { CopyAddress } from './interface.ts';

/** What the probe needs; all of it from configuration. */
export interface ProbeDeps {
  /** At least 32 characters, shared with the `aws-isolated` worker. */
  readonly drillSecret: string;
  /** For one connection; 10 s by default. */
  readonly connectTimeoutMs?: number;
  /** Limit of one statement where the activity's own deadline does not bound it; 10 minutes by default. */
  readonly statementTimeoutMs?: number;
  /** Certificates (PEM) to trust for `tls: verify-full`, such as the RDS bundle. */
  readonly tlsCa?: string;
  /** How long checks wait in all for a server that shuts down or starts; 120 s by default, never past their deadline. */
  readonly restartPatienceMs?: number;
  /** How long a refused password counts as "not yet": RDS applies a new one with a delay. 30 s by default. */
  readonly passwordGraceMs?: number;
}

/** A short-lived connection to a restored copy, with the password that only this run's workers can derive. */
export function openCopy(
  deps: ProbeDeps,
  copy: CopyAddress,
  limits: { signal?: AbortSignal; queryTimeoutMs?: number },
): Promise<Connection> {
  return connect(
    {
      host: copy.host,
      port: copy.port,
      user: copy.user,
      password: derivePassword(deps.drillSecret, copy.runId),
      database: copy.database.databaseName,
      tls: copy.database.tls,
    },
    {
      applicationName: 'firedrill probe',
      connectTimeoutMs: deps.connectTimeoutMs ?? 10_000,
      ...(deps.tlsCa === undefined ? {} : { tlsCa: deps.tlsCa }),
      ...limits,
    },
  );
}

/** Opens, uses and always closes. */
export async function withCopy<T>(
  deps: ProbeDeps,
  copy: CopyAddress,
  signal: AbortSignal,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await openCopy(deps, copy, { signal });
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}
