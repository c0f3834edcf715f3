import type { Connection } from '../database/connect.ts';
import { createSentinelTable, sentinelKey, sentinelTable } from '../database/sentinel-table.ts';
import { codeOf } from '../database/sql-problem.ts';
import type { AppendLog } from './append-log.ts';
import type { SourceResource } from './source-loops.ts';
import type { Acknowledged } from './source-files.ts';

/** Writes one sentinel at a time and remembers which were acknowledged. */
export interface SentinelWriter {
  /** @throws pg's errors; the counter that was tried is never used again, since the row may be there after all */
  write(connection: Connection): Promise<Acknowledged>;
  /** Removes rows older than `olderThanMs`, if the login may; restored copies keep theirs. */
  prune(connection: Connection, olderThanMs: number): Promise<void>;
  /** To be called for every new connection; creates our table when it is missing and the login may. */
  prepare(connection: Connection): Promise<void>;
}

/** Counts on from `lastCounter`, or from the newest row in the database when that is further on; a row every `everyMs`, milliseconds. */
export function createSentinelWriter(options: {
  resource: SourceResource;
  everyMs: number;
  log: AppendLog<Acknowledged>;
  lastCounter: number;
}): SentinelWriter {
  const key = sentinelKey(options.resource.service, options.resource.resource);
  let lastCounter = options.lastCounter;

  const newestInDatabase = async (connection: Connection): Promise<number> => {
    const [row] = await connection.ask(`SELECT coalesce(max(counter), 0) FROM ${sentinelTable} WHERE resource = $1`, [
      key,
    ]);
    return Number(row?.[0] ?? 0);
  };

  return {
    prepare: async (connection) => {
      // An acknowledgement must mean durable, whatever the database's default is.
      await connection.ask(
        `SELECT set_config('synchronous_commit', 'on', false), set_config('statement_timeout', '10000', false), set_config('lock_timeout', '5000', false)`,
      );
      const [row] = await connection.ask('SELECT to_regclass($1) IS NOT NULL', [sentinelTable]);
      if (row?.[0] !== 't') {
        for (const statement of createSentinelTable) await connection.ask(statement);
      }
      lastCounter = Math.max(lastCounter, await newestInDatabase(connection));
    },

    write: async (connection) => {
      lastCounter += 1;
      const counter = lastCounter;
      const sentMs = Date.now();
      try {
        const [row] = await connection.ask(
          `INSERT INTO ${sentinelTable} (resource, counter, writer_time) VALUES ($1, $2, to_timestamp($3::float8 / 1000)) RETURNING floor(extract(epoch FROM database_time) * 1000)`,
          [key, counter, sentMs],
        );
        const acknowledgedMs = Date.now();
        const databaseTimeMs = Number(row?.[0]);
        const entry: Acknowledged = {
          counter,
          databaseTimeMs,
          acknowledgedMs,
          skewMs: Math.round(databaseTimeMs - (sentMs + acknowledgedMs) / 2),
          everyMs: options.everyMs,
        };
        await options.log.append(entry);
        return entry;
      } catch (error) {
        // Another writer, or an acknowledgement that was lost: go on above whatever is there.
        if (codeOf(error) === '23505') lastCounter = Math.max(lastCounter, await newestInDatabase(connection));
        throw error;
      }
    },

    prune: async (connection, olderThanMs) => {
      try {
        await connection.ask(
          `DELETE FROM ${sentinelTable} WHERE resource = $1 AND database_time < to_timestamp($2::float8 / 1000)`,
          [key, olderThanMs],
        );
      } catch (error) {
        // The owner let us insert and no more: then the rows stay, half a million a year, and clearing them is the owner's.
        if (codeOf(error) !== insufficientPrivilege) throw error;
      }
    },
  };
}

const insufficientPrivilege = '42501';
