import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { FiredrillError } from '../domain/errors.ts';
import type { StoreTables } from './tables.ts';

export type Store = Kysely<StoreTables>;

/**
 * Opens the store. Connects lazily, so that a worker starts while the store is down.
 *
 * @param databaseUrl - `postgres://…`
 * @param maxConnections - default 5
 */
export function openStore(databaseUrl: string, maxConnections = 5): Store {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: maxConnections, connectionTimeoutMillis: 5000, idleTimeoutMillis: 30_000, statement_timeout: 30_000, application_name: 'firedrill' });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  return new Kysely<StoreTables>({ dialect: new PostgresDialect({ pool }) });
}

/** The store did not answer. Retryable: what was to be recorded is kept by the run and sent again. */
export class StoreUnreachableError extends FiredrillError {
  override readonly name = 'StoreUnreachableError';
  constructor(cause: unknown) {
    super(
      {
        code: 'store-unreachable',
        kind: 'busy',
        what: `The store (PostgreSQL) does not answer: ${cause instanceof Error ? cause.message || cause.name : String(cause)}.`,
        means: 'Runs go on; what they record is kept and written when the store is back.',
        next: 'Start the store, or check DATABASE_URL and the network to it.',
      },
      { cause },
    );
  }
}

/** SQLSTATE classes that mean "not now": connection trouble, too many connections, restarts, deadlocks. */
const passing = /^(08|53|57P|40)/;

/** Runs one piece of store work; trouble that passes becomes a `StoreUnreachableError`, everything else is as it was. */
export async function withStore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FiredrillError) throw error;
    const code = typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
    const connectionLost = error instanceof Error && /terminated|timeout|ECONN|EPIPE|closed/i.test(`${error.message} ${code}`);
    if (passing.test(code) || connectionLost) throw new StoreUnreachableError(error);
    throw error;
  }
}
