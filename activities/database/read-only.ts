import type { Connection } from './connect.ts';

/**
 * Runs `look` in a transaction that cannot write, with one snapshot of the data and settings that make texts the same on
 * every server (time zone, date style, float digits). Rolled back at the end.
 *
 * @param options.statementTimeoutMs - each statement ends after that, with SQLSTATE 57014
 * @param options.everyPage - reads tables from end to end: an index-only count would pass over damaged pages
 */
export async function inReadOnly<T>(
  connection: Connection,
  options: { statementTimeoutMs: number; everyPage?: boolean },
  look: () => Promise<T>,
): Promise<T> {
  await connection.ask('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    await connection.ask(
      `SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', '30000', true),
        set_config('idle_in_transaction_session_timeout', $1, true),
        set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, MDY', true), set_config('IntervalStyle', 'iso_8601', true),
        set_config('extra_float_digits', '1', true), set_config('bytea_output', 'hex', true), set_config('xmlbinary', 'base64', true)`,
      [String(Math.max(1, Math.ceil(options.statementTimeoutMs)))],
    );
    if (options.everyPage === true) {
      await connection.ask(
        `SELECT set_config('enable_indexscan', 'off', true), set_config('enable_indexonlyscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`,
      );
    }
    return await look();
  } finally {
    // A broken connection has no transaction left to roll back; the error that broke it is on its way.
    if (!connection.broken) await connection.ask('ROLLBACK').catch(() => undefined);
  }
}
