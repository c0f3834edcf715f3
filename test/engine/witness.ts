import pg from 'pg';
import type { World } from './world.ts';

/**
 * An application that never stops writing, and remembers by itself what it committed and when. It knows nothing of
 * sentinels, and firedrill knows nothing of it: what a restored copy must hold is decided by its ledger alone.
 */
export interface Witness {
  /** Every transaction so far, in the order of their commits. */
  readonly ledger: readonly Commit[];
  /** Ends after the transactions that are under way. */
  stop(): Promise<void>;
}

/** One committed transaction; the commit lies between two readings of the database's own clock, milliseconds. */
export interface Commit {
  readonly id: number;
  readonly beforeMs: number;
  readonly afterMs: number;
}

const table = 'public.witness';
const clock = 'extract(epoch FROM clock_timestamp()) * 1000 AS ms';

export async function createWitnessTable(world: World): Promise<void> {
  await asking(world.database, (client) =>
    client.query(`CREATE TABLE IF NOT EXISTS ${table} (id bigint PRIMARY KEY, written_at timestamptz DEFAULT now())`),
  );
}

/**
 * Starts one writer per given length of transaction, milliseconds: a long one inserts first and commits last, so that
 * the order of ids is not the order of commits.
 */
export async function startWitness(world: World, transactionsMs: readonly number[]): Promise<Witness> {
  const ledger: Commit[] = [];
  let lastId = 0;
  let stopping = false;
  const writers = transactionsMs.map(async (lengthMs) => {
    await asking(world.database, async (client) => {
      const ask = async (): Promise<number> => Number((await client.query(`SELECT ${clock}`)).rows[0]?.ms);
      while (!stopping) {
        lastId += 1;
        const id = lastId;
        await client.query('BEGIN');
        await client.query(`INSERT INTO ${table} (id) VALUES ($1)`, [id]);
        await new Promise((resolve) => setTimeout(resolve, lengthMs));
        const beforeMs = await ask();
        await client.query('COMMIT');
        ledger.push({ id, beforeMs, afterMs: await ask() });
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
    });
  });
  return {
    ledger,
    async stop() {
      stopping = true;
      await Promise.all(writers);
    },
  };
}

/** What a copy holds, read as the stand-in's own administrator. */
export interface Held {
  /** Ids of the witness's rows. */
  readonly ids: ReadonlySet<number>;
  /** When its newest sentinel was stamped, whoever's it is, on the source's clock; milliseconds UTC. */
  readonly newestSentinelMs: number;
}

export async function heldIn(world: World, instance: string): Promise<Held> {
  const login = (await world.control('POST', 'rds/server', { instance })) as World['database'];
  return await asking(login, async (client) => {
    const { rows } = await client.query<{ id: string }>(`SELECT id FROM ${table}`);
    const sentinels = await client.query<{ ms: string | null }>(
      'SELECT extract(epoch FROM max(database_time)) * 1000 AS ms FROM firedrill.firedrill_sentinel',
    );
    return {
      ids: new Set(rows.map(({ id }) => Number(id))),
      newestSentinelMs: Number(sentinels.rows[0]?.ms ?? -Infinity),
    };
  });
}

/**
 * The longest time between two sentinels of a resource that the source holds, on its own clock, milliseconds: of the gap that
 * contains this moment and its two neighbours.
 */
export async function widestSentinelGapMs(world: World, resource: string, aroundMs: number): Promise<number> {
  return await asking(world.database, async (client) => {
    const { rows } = await client.query<{ ms: string | null }>(
      `SELECT max(next - before) AS ms FROM (
         SELECT before, next FROM (
           SELECT extract(epoch FROM lag(database_time) OVER (ORDER BY counter)) * 1000 AS before,
                  extract(epoch FROM database_time) * 1000 AS next
           FROM firedrill.firedrill_sentinel WHERE resource = $1) AS all_gaps
         WHERE before IS NOT NULL
         ORDER BY greatest(before - $2::float8, $2::float8 - next, 0) LIMIT 3) AS gaps`,
      [`jira-cloud/${resource}`, aroundMs],
    );
    return Number(rows[0]?.ms ?? 0);
  });
}

async function asking<T>(
  { host, port, user, password, database }: World['database'],
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ host, port, user, password, database });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
