import { FiredrillError } from '../../domain/errors.ts';

/** An identifier in quotes, for SQL. */
export const quoted = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;

/** `schema.table` (or `table`, in `public`) in quotes. @throws FiredrillError `bad-table-name` */
export function quotedTable(table: string): string {
  const parts = table.split('.');
  if (parts.length > 2 || parts.some((part) => part === '')) {
    throw new FiredrillError({
      code: 'bad-table-name',
      kind: 'input',
      what: `"${table}" is not the name of a table.`,
      means: 'The check that names it could not run.',
      next: 'Write it as schema.table in the catalog.',
    });
  }
  return (parts.length === 1 ? ['public', ...parts] : parts).map(quoted).join('.');
}

/** `id` or `project_id, number` as quoted columns. */
export const quotedColumns = (columns: string): readonly string[] =>
  columns.split(',').map((column) => quoted(column.trim()));
