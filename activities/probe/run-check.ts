import type { Baseline, CheckCause, CheckDefinition, CheckOutcome } from '../../domain/check.ts';
import { utcSecond } from '../../domain/point-text.ts';
import type { Connection } from '../database/connect.ts';
import { checksumRows, countOrphans, countRows } from '../database/measures.ts';
import { inReadOnly } from '../database/read-only.ts';
import { readSchemaHash, schemaDifferences } from '../database/schema-hash.ts';
import { sqlProblem } from '../database/sql-problem.ts';
import type { SqlProblem } from '../database/sql-problem.ts';
import { askScalar, expectationText, meets, valueText } from './scalar-query.ts';

/** What a check found, without its name and times. */
export interface Found {
  readonly outcome: CheckOutcome;
  readonly found: string;
  readonly expected: string;
  readonly cause?: CheckCause;
  readonly object?: string;
}

/** What a check compares with. */
export interface CheckContext {
  readonly baseline: Baseline | undefined;
  readonly expectedEngineVersion: string;
  readonly statementTimeoutMs: number;
}

/** One declared check on one connection. A problem of the database is an answer; only a bug of ours is thrown. */
export async function runCheck(connection: Connection, check: CheckDefinition, context: CheckContext): Promise<Found> {
  const expected = expectedOf(check, context);
  try {
    const limits = { statementTimeoutMs: context.statementTimeoutMs, everyPage: readsEveryPage(check) };
    return await inReadOnly(connection, limits, () => look(connection, check, context, expected));
  } catch (error) {
    return { ...whatAProblemMeans(sqlProblem(error, JSON.stringify(check)), check, context), expected };
  }
}

/** Counting and checksums are to touch the table itself: an index would hide damaged pages. */
const readsEveryPage = (check: CheckDefinition): boolean =>
  check.kind === 'row-count' || check.kind === 'immutable-checksum';

async function look(
  connection: Connection,
  check: CheckDefinition,
  context: CheckContext,
  expected: string,
): Promise<Found> {
  const { baseline } = context;
  switch (check.kind) {
    case 'connect': {
      await connection.ask('SELECT 1');
      return { outcome: 'passed', found: 'connected', expected };
    }
    case 'engine-version': {
      const [row] = await connection.ask(`SELECT current_setting('server_version')`);
      const version = row?.[0] ?? 'unknown';
      return {
        outcome: sameVersion(version, check.expected ?? context.expectedEngineVersion) ? 'passed' : 'failed',
        found: versionNumber(version),
        expected,
      };
    }
    case 'schema-hash': {
      const schema = await readSchemaHash(connection);
      const short = schema.hash.slice(0, 12);
      if (baseline === undefined) return { outcome: 'no-baseline', found: short, expected };
      if (schema.hash === baseline.schemaHash) return { outcome: 'passed', found: short, expected };
      const which =
        baseline.schemaObjects === undefined ? '' : schemaDifferences(baseline.schemaObjects, schema.objects);
      return { outcome: 'failed', found: which === '' ? short : `${short}: ${which}`, expected };
    }
    case 'row-count': {
      const count = await countRows(connection, check.table);
      const before = baseline?.rowCounts[check.table];
      if (before === undefined) return { outcome: 'no-baseline', found: `${count} rows`, expected };
      const within = Math.abs(count - before) <= (before * check.tolerancePercent) / 100;
      return {
        outcome: within ? 'passed' : 'failed',
        found: `${count} rows${within ? '' : ` (${difference(count, before)})`}`,
        expected,
      };
    }
    case 'referential-integrity': {
      const orphans = await countOrphans(connection, check);
      return {
        outcome: orphans === 0 ? 'passed' : 'failed',
        found: `${orphans} ${orphans === 1 ? 'row that refers' : 'rows that refer'} to nothing`,
        expected,
      };
    }
    case 'query': {
      const answer = await askScalar(connection, check.sql);
      if (answer.kind === 'not-scalar')
        return {
          outcome: 'could-not-run',
          found: `${answer.reason} as the answer, where a check answers exactly one value`,
          expected,
        };
      return {
        outcome: meets(check.expect, answer.text) ? 'passed' : 'failed',
        found: valueText(check.expect, answer.text),
        expected,
      };
    }
    case 'immutable-checksum': {
      const checksum = await checksumRows(connection, check);
      const before = baseline?.checksums[check.name];
      if (before === undefined) return { outcome: 'no-baseline', found: checksumText(checksum), expected };
      return { outcome: checksum === before ? 'passed' : 'failed', found: checksumText(checksum), expected };
    }
  }
}

function expectedOf(check: CheckDefinition, { baseline, expectedEngineVersion }: CheckContext): string {
  const none = 'no baseline to compare with';
  switch (check.kind) {
    case 'connect':
      return 'a connection that answers';
    case 'engine-version':
      return versionNumber(check.expected ?? expectedEngineVersion);
    case 'schema-hash':
      return baseline === undefined
        ? none
        : `${baseline.schemaHash.slice(0, 12)}, as the source at ${utcSecond(baseline.takenAtMs, Date.now())}`;
    case 'row-count': {
      const before = baseline?.rowCounts[check.table];
      return before === undefined
        ? none
        : `${before} rows within ${check.tolerancePercent} %, as the source at ${utcSecond(baseline?.takenAtMs ?? 0, Date.now())}`;
    }
    case 'referential-integrity':
      return `every ${check.table}.${check.column} among ${check.references.table}.${check.references.column}`;
    case 'query':
      return expectationText(check.expect);
    case 'immutable-checksum': {
      const before = baseline?.checksums[check.name];
      return before === undefined ? none : checksumText(before);
    }
  }
}

/**
 * Damaged data fails the check: it was found. So does a table that the source had. Everything else kept the check from
 * looking, and that is no verdict on the data.
 */
function whatAProblemMeans(
  problem: SqlProblem,
  check: CheckDefinition,
  { baseline }: CheckContext,
): Omit<Found, 'expected'> {
  if (problem.kind === 'damaged') return { outcome: 'failed', found: problem.words, cause: 'damaged' };
  const missing = { cause: 'missing', ...(problem.object === undefined ? {} : { object: problem.object }) } as const;
  if (problem.kind === 'missing' && 'table' in check && baseline?.rowCounts[check.table] !== undefined) {
    return { outcome: 'failed', found: `${problem.words}, and the source had it`, ...missing };
  }
  if (problem.kind === 'missing') return { outcome: 'could-not-run', found: problem.words, ...missing };
  if (problem.kind === 'connection') return { outcome: 'could-not-run', found: problem.words, cause: 'no-connection' };
  return { outcome: 'could-not-run', found: problem.words };
}

const difference = (count: number, before: number): string => {
  const percent = before === 0 ? 'from none' : `${(((count - before) / before) * 100).toFixed(2)} %`;
  return `${count > before ? '+' : '−'}${Math.abs(count - before)}, ${percent}`;
};

/** `4181 rows, md5 9a0364b9e99b…` */
function checksumText(checksum: string): string {
  const [rows = '?', md5 = '?'] = checksum.split(':');
  return `${rows} rows, md5 ${md5.slice(0, 12)}`;
}

/** `16.14 (Debian 16.14-1)` and AWS's `16.14-R2` are 16.14. */
const versionNumber = (text: string): string => /^\d+(\.\d+)*/.exec(text.trim())?.[0] ?? text;

/** A version asked for by its major number alone accepts any of it. */
function sameVersion(found: string, expected: string): boolean {
  const wanted = versionNumber(expected);
  const has = versionNumber(found);
  return has === wanted || has.startsWith(`${wanted}.`);
}
