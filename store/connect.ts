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
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: maxConnections,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 30_000,
    // The server's own limit is not heard where a network swallows packets: a connection that says nothing is given up.
    query_timeout: 35_000,
    keepAlive: true,
    application_name: 'firedrill',
  });
  // A connection that breaks while idle, or in a transaction between two queries, says so as an event; unheard, it would
  // end the process. The pool replaces it, and the next query on it fails: that is where it is told.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
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
        what: `The store (PostgreSQL) does not answer: ${wordsOf(cause)}.`,
        means: 'Runs go on; what they record is kept and written when the store is back.',
        next: 'Start the store, or check DATABASE_URL and the network to it.',
      },
      { cause },
    );
  }
}

/** Runs one piece of store work; trouble that passes becomes a `StoreUnreachableError`, everything else is as it was. */
export async function withStore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isPassing(error)) throw new StoreUnreachableError(error);
    throw error;
  }
}

/**
 * SQLSTATEs that mean "not now": lost connections (08), rollbacks such as deadlocks (40), no resources (53), time-outs
 * and shutdowns (57), trouble of its disks (58), a lock not to be had (55P03), a standby before it takes over (25006).
 */
const passingStates = /^(08|40|53|57|58|55P03|25006)/;

/** What the network says when nobody is there, and what `pg` says when a connection broke under it. */
const networkCodes = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/;
const brokenConnection =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout)/;

function isPassing(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof FiredrillError) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return (
    networkCodes.test(code) ||
    (/^[0-9A-Z]{5}$/.test(code) ? passingStates.test(code) : brokenConnection.test(error.message))
  );
}

/** Several addresses that all refused come as an error without a message. */
function wordsOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.message !== '') return cause.message;
  return cause instanceof AggregateError ? cause.errors.map(wordsOf).join('; ') : cause.name;
}
