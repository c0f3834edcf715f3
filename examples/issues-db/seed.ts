import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import type { ClientConfig } from 'pg';

/** How many rows every table gets. */
export interface IssuesDatabaseSize {
  readonly users: number;
  readonly projects: number;
  readonly issues: number;
  readonly comments: number;
  readonly worklogs: number;
  readonly attachments: number;
}

export interface SeedOptions {
  /** Rows in all tables together, at least. Default 1,000,000; the smallest is 5,000. */
  readonly rows?: number;
  /** No row is from after this moment, milliseconds UTC. */
  readonly asOfMs: number;
}

export interface SeedResult {
  readonly size: IssuesDatabaseSize;
  readonly rows: number;
  /** The database was there already, whole, and was left as it is; then `size` is what was found. */
  readonly existed: boolean;
}

/** Projects are always the same number, so that a check can say how many there must be. */
const projectCount = 200;
const smallest = 5000;

export function sizeFor(rows: number): IssuesDatabaseSize {
  if (!Number.isInteger(rows) || rows < smallest)
    throw new RangeError(`rows must be a whole number from ${smallest}, not ${rows}.`);
  const part = (share: number): number => Math.ceil(rows * share);
  return {
    users: part(0.005),
    projects: projectCount,
    issues: part(0.25),
    comments: part(0.4),
    worklogs: part(0.25),
    attachments: part(0.095),
  };
}

const sqlFile = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');

/**
 * Fills an empty database with an issue tracker's data, the same for the same options. All of it is one transaction: a
 * seed that was killed leaves nothing, and one that was done is found again and left alone.
 *
 * @param connection - connection string or settings of a login that may create tables
 */
export async function seedIssuesDatabase(connection: string | ClientConfig, options: SeedOptions): Promise<SeedResult> {
  const size = sizeFor(options.rows ?? 1_000_000);
  const client = new Client(connection);
  // A server that goes away while nothing is asked would otherwise end this process; the next query tells it as well.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const existing = await sizeFound(client);
    if (existing !== undefined) return { size: existing, rows: total(existing), existed: true };
    await client.query('BEGIN');
    await client.query("SET LOCAL maintenance_work_mem = '256MB'");
    await client.query(await sqlFile('schema.sql'));
    for (const statement of loadStatements(size, new Date(options.asOfMs).toISOString())) await client.query(statement);
    await client.query(await sqlFile('constraints.sql'));
    await client.query('COMMIT');
    // Outside of the transaction, because it cannot run inside one; without it the first plans would be guesses.
    await client.query('VACUUM ANALYZE');
    return { size, rows: total(size), existed: false };
  } finally {
    await client.end();
  }
}

/**
 * Makes the login of `firedrill source` (see grants.sql) and gives it a password.
 *
 * @param connection - the master user's
 */
export async function grantSourceLogin(
  connection: string | ClientConfig,
  password: string,
): Promise<{ readonly user: string }> {
  const client = new Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(await sqlFile('grants.sql'));
    await client.query(`ALTER ROLE firedrill_source PASSWORD ${client.escapeLiteral(password)}`);
    return { user: 'firedrill_source' };
  } finally {
    await client.end();
  }
}

const total = (size: IssuesDatabaseSize): number =>
  Object.values(size).reduce((sum: number, count: number) => sum + count, 0);

async function sizeFound(client: Client): Promise<IssuesDatabaseSize | undefined> {
  const table = await client.query<{ found: boolean }>("SELECT to_regclass('public.issues') IS NOT NULL AS found");
  if (table.rows[0]?.found !== true) return undefined;
  const counts = await client.query<Record<keyof IssuesDatabaseSize, number>>(
    `SELECT ${Object.keys(sizeFor(smallest))
      .map((name) => `(SELECT count(*)::int FROM ${name}) AS ${name}`)
      .join(', ')}`,
  );
  return counts.rows[0];
}

/**
 * One INSERT … SELECT per table. Everything is derived from the row's number by multiplication with a prime, so that the
 * same row says the same thing in every seed while neighbours differ.
 */
function loadStatements(size: IssuesDatabaseSize, asOf: string): readonly string[] {
  const asOfSql = `timestamptz '${asOf}'`;
  const words = (list: string, pick: string): string => `(string_to_array('${list}', '|'))[(1 + ${pick})::int]`;
  // Two years of history, older rows first; the newest is some minutes old.
  const age = (share: string): string => `${asOfSql} - interval '730 days' * (1 - ${share}) - interval '3 minutes'`;
  const between = (start: string, prime: number): string =>
    `${start} + (coalesce(p.archived_at, ${asOfSql}) - ${start}) * ((n * ${prime} % 9973) / 9973.0)`;
  return [
    `INSERT INTO users (id, handle, display_name, email, active, created_at)
     SELECT n, 'user' || n,
       ${words('Ada|Ben|Carla|Dmitri|Elif|Farid|Grace|Hiro|Ines|Jakub', 'n % 10')} || ' ' ||
         ${words('Abbott|Baptiste|Costa|Dahl|Eriksen|Fischer|Gupta|Hayashi|Ivanova|Jensen|Kowalski', 'n * 7 % 11')},
       'user' || n || '@example.com', n % 17 <> 0, ${asOfSql} - interval '800 days' + interval '1 minute' * (n % 40000)
     FROM generate_series(1::bigint, ${size.users}) AS n`,
    `INSERT INTO projects (id, key, name, lead_id, last_issue_number, created_at, archived_at)
     SELECT n, ${words('PLAT|WEB|APP|DATA|OPS|SEC|DOCS|HELP', '(n - 1) % 8')} || n,
       ${words('Platform|Website|Mobile app|Data|Operations|Security|Documentation|Help desk', '(n - 1) % 8')} || ' ' || n,
       1 + n * 31 % ${size.users}, (${size.issues} - n) / ${size.projects} + 1, ${asOfSql} - interval '750 days',
       CASE WHEN n % 10 = 0 THEN ${asOfSql} - interval '1 day' * (30 + n) END
     FROM generate_series(1::bigint, ${size.projects}) AS n`,
    `INSERT INTO issues (id, project_id, number, summary, status, priority, reporter_id, assignee_id, created_at, updated_at, resolved_at)
     SELECT n, project, (n - 1) / ${size.projects} + 1,
       ${words('Cannot|Slow to|Please|Unable to|Crash when I|Wrong result when I|Allow us to|Error when I', 'n % 8')} || ' ' ||
         ${words('export|search|sign in to|rename|delete|share|import|sort|filter|print|archive', 'n * 13 % 11')} || ' ' ||
         ${words('a board|an issue|the report|my dashboard|a release|the backlog|a filter|attachments|the calendar', 'n * 29 % 9')},
       status, 1 + mixed * 11 % 5, 1 + n * 37 % ${size.users}, CASE WHEN n % 4 > 0 THEN 1 + n * 41 % ${size.users} END,
       created, updated, CASE WHEN status = 'done' THEN updated END
     FROM (
       SELECT n, mixed, project, archived_at, created,
         CASE WHEN archived_at IS NOT NULL OR mixed % 5 < 3 THEN 'done' ELSE ${words('to do|in progress|in review', 'mixed % 3')} END AS status,
         created + (coalesce(archived_at, ${asOfSql}) - created) * ((n * 101 % 997) / 997.0) AS updated
       FROM (
         SELECT n, p.id AS project, p.archived_at,
           -- The project follows from n, so that n alone would give all issues of a project the same status.
           n + n / ${size.projects} AS mixed,
           -- Nothing is created in a project after it was archived.
           least(${age(`n / ${size.issues}.0`)}, coalesce(p.archived_at, ${asOfSql}) - interval '1 hour') AS created
         FROM generate_series(1::bigint, ${size.issues}) AS n JOIN projects p ON p.id = (n - 1) % ${size.projects} + 1
       ) AS dated
     ) AS drafted`,
    // Comments, worklogs and attachments look up their issue's date: without statistics the planner would guess how.
    'ANALYZE issues, projects',
    `INSERT INTO comments (id, issue_id, author_id, body, created_at)
     SELECT n, i.id, 1 + n * 43 % ${size.users},
       ${words('I see this too,|Fixed in|Can you say more about|Duplicate of what we had in|Thanks for|Waiting for|Tested with|Same after', 'n % 8')} || ' ' ||
         ${words('the latest build|version 9.4|the staging site|a private window|the new editor|a large project|an empty board', 'n * 17 % 7')} || '.',
       ${between('i.created_at', 7919)}
     FROM generate_series(1::bigint, ${size.comments}) AS n JOIN issues i ON i.id = 1 + n * 7 % ${size.issues} JOIN projects p ON p.id = i.project_id`,
    `INSERT INTO worklogs (id, issue_id, author_id, seconds_spent, started_at)
     SELECT n, i.id, 1 + n * 47 % ${size.users}, 300 * (1 + n * 19 % 96), ${between('i.created_at', 6947)}
     FROM generate_series(1::bigint, ${size.worklogs}) AS n JOIN issues i ON i.id = 1 + n * 11 % ${size.issues} JOIN projects p ON p.id = i.project_id`,
    `INSERT INTO attachments (id, issue_id, uploader_id, file_name, size_bytes, sha256, created_at)
     SELECT n, i.id, 1 + n * 53 % ${size.users}, ${words('screenshot|log|trace|recording|invoice', 'n % 5')} || '-' || n || ${words('.png|.txt|.har|.mp4|.pdf', 'n % 5')},
       1024 + n * 7907 % 5000000, encode(sha256(('attachment ' || n)::bytea), 'hex'), ${between('i.created_at', 5987)}
     FROM generate_series(1::bigint, ${size.attachments}) AS n JOIN issues i ON i.id = 1 + n * 23 % ${size.issues} JOIN projects p ON p.id = i.project_id`,
    ...Object.entries(size).map(([table, count]) => `ALTER TABLE ${table} ALTER COLUMN id RESTART WITH ${count + 1}`),
  ];
}
