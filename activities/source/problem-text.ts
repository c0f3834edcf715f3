import { FiredrillError } from '../../domain/errors.ts';
import { createSentinelTable, sentinelTable } from '../database/sentinel-table.ts';
import { sqlProblem } from '../database/sql-problem.ts';

/** What to tell a person when a turn of a loop failed; never PostgreSQL's own text, which may hold values of rows. */
export function problemText(error: unknown): string {
  if (error instanceof FiredrillError) return `${error.what} ${error.next}`.replace(/\.$/, '');
  if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError)
    return `a bug in firedrill (${error.name}: ${error.message})`;
  const problem = sqlProblem(error);
  if (problem.code !== '42501') return problem.words;
  return (
    `${problem.words}. The owner can allow sentinels with: CREATE SCHEMA firedrill; ${createSentinelTable[1]?.replaceAll(/\s+/g, ' ')}; ` +
    `GRANT USAGE ON SCHEMA firedrill TO <login>; GRANT SELECT, INSERT, DELETE ON ${sentinelTable} TO <login>`
  );
}
