import { FiredrillError } from '../../domain/errors.ts';

/** What an SQL error means, in our own words. PostgreSQL's message and DETAIL can hold values of rows and are dropped. */
export interface SqlProblem {
  /**
   * `damaged`: the data cannot be read. `missing`: a table or column is not there. `connection`: the server went away.
   * `timeout`: stopped by a limit of ours. `question`: the question itself is wrong or not allowed.
   */
  readonly kind: 'damaged' | 'missing' | 'connection' | 'timeout' | 'question';
  /** Five characters of SQLSTATE, or the system's code; empty when there is none. */
  readonly code: string;
  readonly words: string;
  /** The relation that is missing, where PostgreSQL names it. */
  readonly object?: string;
}

/** By SQLSTATE (PostgreSQL manual, appendix A), longest first. */
const meanings: readonly (readonly [start: string, kind: SqlProblem['kind'], words: string])[] = [
  ['XX001', 'damaged', 'PostgreSQL reports damaged data: a page is invalid or fails its checksum'],
  ['XX002', 'damaged', 'PostgreSQL reports a damaged index'],
  ['58P01', 'damaged', 'a file of the database is missing'],
  ['58030', 'damaged', 'a file of the database cannot be read'],
  ['42P01', 'missing', 'the table does not exist'],
  ['42703', 'missing', 'the column does not exist'],
  ['3F000', 'missing', 'the schema does not exist'],
  ['42883', 'question', 'the query calls a function that does not exist'],
  ['42501', 'question', 'the login may not read this'],
  ['25006', 'question', 'the query tries to write, and checks only read'],
  ['57014', 'timeout', 'it took longer than allowed and was stopped'],
  ['55P03', 'timeout', 'it waited too long for a lock'],
  ['57P', 'connection', 'the server is shutting down or starting'],
  ['53', 'connection', 'the server is out of memory, disk or connections'],
  ['08', 'connection', 'the connection was lost'],
  ['42', 'question', 'the query is not valid SQL for this database'],
  ['22', 'question', 'the query meets a value that it cannot work with'],
  ['0A', 'question', 'the query uses something that this server does not support'],
];

/**
 * @param error - whatever pg threw; its text is never repeated
 * @param asked - what was asked for, as the catalog has it: a missing relation is named only when its name stands there
 * @throws the error itself, when it is one of ours or a mistake in our code: that is no problem of the database
 */
export function sqlProblem(error: unknown, asked = ''): SqlProblem {
  if (
    error instanceof FiredrillError ||
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof ReferenceError
  )
    throw error;
  const code = codeOf(error);
  const known = meanings.find(([start]) => code.startsWith(start) && (code.length === 5 || start.length === 5));
  const named = code === '42P01' ? relationNamedBy(error) : undefined;
  const object = named !== undefined && asked.includes(named) ? named : undefined;
  if (object !== undefined) return { kind: 'missing', code, words: `the table ${object} does not exist`, object };
  if (known !== undefined && /^[0-9A-Z]{5}$/.test(code))
    return { kind: known[1], code, words: `${known[2]} (SQLSTATE ${code})` };
  if (/^[0-9A-Z]{5}$/.test(code)) return { kind: 'question', code, words: `PostgreSQL refuses it (SQLSTATE ${code})` };
  // pg's own errors have no code: the socket closed, or the connection timed out.
  return {
    kind: 'connection',
    code,
    words: code === '' ? 'the connection was lost' : `the connection was lost (${code})`,
  };
}

/** The one name that is taken from PostgreSQL's words: of a relation. A row's value that is cast to one is "named" there, too. */
function relationNamedBy(error: unknown): string | undefined {
  return error instanceof Error ? /^relation "([\w.$]{1,127})" does not exist$/.exec(error.message)?.[1] : undefined;
}

export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
