import type { Connection } from './connect.ts';
import { quoted, quotedColumns, quotedTable } from './sql-text.ts';

/** Rows of a table, by reading it. */
export async function countRows(connection: Connection, table: string): Promise<number> {
  return Number(await scalar(connection, `SELECT count(*) FROM ${quotedTable(table)}`));
}

/** Rows of `table` whose `column` names nobody in the table it refers to. */
export async function countOrphans(
  connection: Connection,
  reference: { table: string; column: string; references: { table: string; column: string } },
): Promise<number> {
  const child = quoted(reference.column);
  const parent = quoted(reference.references.column);
  return Number(
    await scalar(
      connection,
      `SELECT count(*) FROM ${quotedTable(reference.table)} child WHERE child.${child} IS NOT NULL
        AND NOT EXISTS (SELECT FROM ${quotedTable(reference.references.table)} parent WHERE parent.${parent} = child.${child})`,
    ),
  );
}

/**
 * Number and MD5 of the rows of a range, computed inside the database: `4181:9a0364b9e99bb480dd25e1f0284c8555`.
 *
 * Rows are put in order by the declared columns, then by their text, so that ties cannot change the result. Takes 33
 * bytes of the server's memory per row; PostgreSQL's limit for one text (1 GB) is reached at about 30 million rows.
 */
export async function checksumRows(
  connection: Connection,
  range: { table: string; orderBy: string; where: string },
): Promise<string> {
  const order = [...quotedColumns(range.orderBy).map((column) => `t.${column}`), 't::text COLLATE "C"'].join(', ');
  return scalar(
    connection,
    `SELECT count(*) || ':' || coalesce(md5(string_agg(md5(t::text), '' ORDER BY ${order})), 'empty') FROM ${quotedTable(range.table)} t WHERE (${range.where}
    )`,
  );
}

/** The one value of a statement that is ours and always has one. */
async function scalar(connection: Connection, sql: string): Promise<string> {
  const [row] = await connection.ask(sql);
  return row?.[0] ?? '';
}
