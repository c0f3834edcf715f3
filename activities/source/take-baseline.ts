import type { Baseline } from '../../domain/check.ts';
import type { Connection } from '../database/connect.ts';
import { checksumRows, countRows } from '../database/measures.ts';
import { inReadOnly } from '../database/read-only.ts';
import { readSchemaHash } from '../database/schema-hash.ts';
import { sqlProblem } from '../database/sql-problem.ts';
import type { SourceResource } from './source-loops.ts';

/**
 * What the source looks like now: everything from one snapshot of the data (one REPEATABLE READ transaction, read-only).
 *
 * `takenAtMs` is the database's time just after that snapshot was taken: data restored to a later moment holds all of it.
 * A table or range that cannot be read is left out and named in `problems`: no baseline, no claim.
 */
export async function takeBaseline(
  connection: Connection,
  resource: SourceResource,
  statementTimeoutMs: number,
): Promise<{ baseline: Baseline; problems: readonly string[] }> {
  return inReadOnly(connection, { statementTimeoutMs }, async () => {
    const [row] = await connection.ask(
      `SELECT ceil(extract(epoch FROM clock_timestamp()) * 1000), current_setting('server_version')`,
    );
    const problems: string[] = [];
    /** One that fails must not spoil the transaction for the others. */
    const guarded = async (what: string, measure: () => Promise<void>): Promise<void> => {
      await connection.ask('SAVEPOINT measure');
      try {
        await measure();
      } catch (error) {
        if (connection.broken) throw error;
        problems.push(`${what}: ${sqlProblem(error).words}`);
        await connection.ask('ROLLBACK TO SAVEPOINT measure');
      }
      await connection.ask('RELEASE SAVEPOINT measure');
    };

    const rowCounts: Record<string, number> = {};
    for (const table of resource.tables) {
      await guarded(table, async () => {
        rowCounts[table] = await countRows(connection, table);
      });
    }
    const checksums: Record<string, string> = {};
    for (const range of resource.checksums) {
      await guarded(range.name, async () => {
        checksums[range.name] = await checksumRows(connection, range);
      });
    }
    // Last, because it empties the search path for the rest of the transaction.
    const schema = await readSchemaHash(connection);
    return {
      baseline: {
        resource: `${resource.service}/${resource.resource}`,
        takenAtMs: Number(row?.[0]),
        engineVersion: row?.[1] ?? 'unknown',
        schemaHash: schema.hash,
        schemaObjects: schema.objects,
        rowCounts,
        checksums,
      },
      problems,
    };
  });
}
