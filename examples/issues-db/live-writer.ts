import { pathToFileURL } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';

export interface LiveWriterOptions {
  readonly databaseUrl: string;
  /** Transactions per second, at most; fewer when the database is slower. Default 20. */
  readonly writesPerSecond?: number;
  /** Told once when an outage begins and once when it is over. */
  readonly onChange?: (change: 'writing' | 'interrupted', detail: string) => void;
}

export interface LiveWriter {
  /** Acknowledged transactions so far. */
  readonly written: () => number;
  /** Ends after the transaction in progress; safe to call twice. */
  stop(): Promise<void>;
}

/**
 * An ordinary application at work: adds issues and comments, moves issues along, and leaves archived projects alone. When
 * the database goes away it tries again until it is back, as an application would.
 */
export function startLiveWriter(options: LiveWriterOptions): LiveWriter {
  const stopping = new AbortController();
  const state = { written: 0 };
  const finished = keepWriting(options, state, stopping.signal);
  return {
    written: () => state.written,
    stop: () => {
      stopping.abort();
      return finished;
    },
  };
}

const longestPauseMs = 5000;

async function keepWriting(options: LiveWriterOptions, state: { written: number }, signal: AbortSignal): Promise<void> {
  let attempts = 0;
  let mood: 'writing' | 'interrupted' | undefined;
  const become = (change: 'writing' | 'interrupted', detail: string): void => {
    if (mood !== change) options.onChange?.(change, detail);
    mood = change;
  };
  while (!signal.aborted) {
    try {
      await writeUntilBroken(options, signal, (detail) => {
        state.written += 1;
        attempts = 0;
        become('writing', detail);
      });
    } catch (error) {
      become('interrupted', error instanceof Error ? error.message : String(error));
      attempts += 1;
      await sleep(Math.min(longestPauseMs, 100 * 2 ** Math.min(attempts, 6)), signal);
    }
  }
}

async function writeUntilBroken(
  options: LiveWriterOptions,
  signal: AbortSignal,
  acknowledged: (detail: string) => void,
): Promise<void> {
  const client = new Client({
    connectionString: options.databaseUrl,
    application_name: 'issues-app',
    connectionTimeoutMillis: 5000,
    query_timeout: 30_000,
  });
  // A server that goes away between two queries says so here; the next query fails with the same reason.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const people = Number((await client.query<{ count: string }>('SELECT count(*) FROM users')).rows[0]?.count);
    const projects = await client.query<{ id: string }>(
      'SELECT id FROM projects WHERE archived_at IS NULL ORDER BY id',
    );
    const projectIds = projects.rows.map(({ id }) => Number(id));
    const everyMs = 1000 / (options.writesPerSecond ?? 20);
    let next = performance.now();
    while (!signal.aborted) {
      await writeOnce(client, pick(projectIds), 1 + Math.floor(Math.random() * people));
      acknowledged(`${projectIds.length} open projects`);
      // After an interruption or a slow moment it goes on at its pace and does not catch up.
      next = Math.max(next + everyMs, performance.now() - everyMs);
      await sleep(next - performance.now(), signal);
    }
  } finally {
    await client.end();
  }
}

/** Six of ten writes are comments, two are new issues, two move an issue along. */
async function writeOnce(client: Client, projectId: number, personId: number): Promise<void> {
  const kind = Math.random();
  if (kind < 0.6) {
    await client.query(
      `INSERT INTO comments (issue_id, author_id, body)
       SELECT i.id, $2, 'Looked at it again at ' || to_char(now(), 'HH24:MI:SS') || '.' FROM projects p
       JOIN issues i ON i.project_id = p.id AND i.number = 1 + floor($3::float8 * p.last_issue_number)::int WHERE p.id = $1`,
      [projectId, personId, Math.random()],
    );
  } else if (kind < 0.8) {
    await client.query(
      `WITH numbered AS (UPDATE projects SET last_issue_number = last_issue_number + 1 WHERE id = $1 RETURNING id, last_issue_number)
       INSERT INTO issues (project_id, number, summary, reporter_id)
       SELECT id, last_issue_number, 'Something new in issue ' || last_issue_number, $2 FROM numbered`,
      [projectId, personId],
    );
  } else {
    await client.query(
      `UPDATE issues SET updated_at = now(), status = moved.status, resolved_at = CASE WHEN moved.status = 'done' THEN now() END
       FROM (
         SELECT i.id, CASE i.status WHEN 'to do' THEN 'in progress' WHEN 'in progress' THEN 'in review' ELSE 'done' END AS status
         FROM projects p JOIN issues i ON i.project_id = p.id AND i.number = 1 + floor($2::float8 * p.last_issue_number)::int WHERE p.id = $1
       ) AS moved WHERE issues.id = moved.id`,
      [projectId, Math.random()],
    );
  }
}

function pick(ids: readonly number[]): number {
  const id = ids[Math.floor(Math.random() * ids.length)];
  if (id === undefined) throw new Error('There is no open project to write to: seed the database first.');
  return id;
}

async function sleep(durationMs: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(Math.max(0, durationMs), undefined, { signal });
  } catch (error) {
    // Being woken up is how it is stopped.
    if (!signal.aborted) throw error;
  }
}

/** `DATABASE_URL=… node examples/issues-db/live-writer.ts [writes per second]`, until SIGTERM or Ctrl-C. */
async function main(): Promise<void> {
  const databaseUrl = process.env['DATABASE_URL'];
  const writesPerSecond = Number(process.argv[2] ?? '20');
  if (databaseUrl === undefined || databaseUrl === '' || !(writesPerSecond > 0)) {
    console.error(
      'Usage: DATABASE_URL=postgres://… node examples/issues-db/live-writer.ts [writes per second, default 20]',
    );
    process.exitCode = 2;
    return;
  }
  const writer = startLiveWriter({
    databaseUrl,
    writesPerSecond,
    onChange: (change, detail) => console.log(`${change}: ${detail}`),
  });
  await new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
  });
  await writer.stop();
  console.log(`stopped after ${writer.written()} writes`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
