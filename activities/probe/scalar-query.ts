import type { QueryExpectation } from '../../domain/check.ts';
import type { Connection } from '../database/connect.ts';

/** The answer of a declared query: one value, or why there is none. */
export type Scalar =
  | { readonly kind: 'value'; readonly text: string | null }
  | { readonly kind: 'not-scalar'; readonly reason: string };

/**
 * Asks a declared query for its one value. Wrapped, so that a query that forgot its WHERE answers two rows and not a
 * million, and so that a data-changing WITH is refused by the server.
 */
export async function askScalar(connection: Connection, sql: string): Promise<Scalar> {
  const rows = await connection.ask(`SELECT * FROM (\n${sql}\n) AS question LIMIT 2`);
  const [row] = rows;
  if (row === undefined) return { kind: 'not-scalar', reason: 'no row' };
  if (rows.length > 1) return { kind: 'not-scalar', reason: 'more than one row' };
  if (row.length !== 1) return { kind: 'not-scalar', reason: `${row.length} columns` };
  return { kind: 'value', text: row[0] ?? null };
}

/** What is expected, for people. */
export function expectationText(expect: QueryExpectation): string {
  if (expect.equals !== undefined) return `exactly ${String(expect.equals)}`;
  const bounds = [
    expect.atLeast === undefined ? '' : `at least ${expect.atLeast}`,
    expect.atMost === undefined ? '' : `at most ${expect.atMost}`,
  ].filter((bound) => bound !== '');
  return bounds.length === 0 ? 'one value' : bounds.join(' and ');
}

/** True when the value is what was expected. */
export function meets(expect: QueryExpectation, text: string | null): boolean {
  if (text === null) return false;
  const { equals, atLeast, atMost } = expect;
  if (typeof equals === 'boolean') return text === (equals ? 't' : 'f');
  if (typeof equals === 'number') return text.trim() !== '' && Number(text) === equals;
  if (typeof equals === 'string') return text === equals;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return (
    Number.isFinite(value) && (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost)
  );
}

/**
 * The value for people: numbers and truth values as they are, where such were expected. Any other text, and a number in the
 * place of a text (a telephone number is one), may be somebody's data and is not repeated.
 */
export function valueText(expect: QueryExpectation, text: string | null): string {
  if (text === null) return 'NULL';
  if (typeof expect.equals !== 'string' && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) && text.length <= 40)
    return text;
  if (typeof expect.equals === 'string' && text === expect.equals) return text;
  if (typeof expect.equals === 'boolean' && (text === 't' || text === 'f')) return text === 't' ? 'true' : 'false';
  return `another text of ${text.length} characters, not shown`;
}
