import { Client } from 'pg';
import type { ClientConfig } from 'pg';

/** How to reach one PostgreSQL database. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** `verify-full` proves the server's name, `require` only encrypts, `disable` is for networks trusted by themselves. */
  readonly tls: 'verify-full' | 'require' | 'disable';
}

/** How to connect, and how long to wait for whom. */
export interface ConnectOptions {
  /** Shown in pg_stat_activity, so that a DBA sees who this is. */
  readonly applicationName: string;
  readonly connectTimeoutMs: number;
  /** Gives up on an answer after that, also when the server is gone without a word. Default: waits for ever. */
  readonly queryTimeoutMs?: number;
  /** Certificates (PEM) to trust for `verify-full`, such as the RDS bundle; Node's own otherwise. */
  readonly tlsCa?: string;
  /** Closes the connection when it aborts; a running query fails then. */
  readonly signal?: AbortSignal;
}

/** A short-lived connection. Questions are asked through `ask`, one at a time. */
export interface Connection {
  /**
   * Asks one statement in the extended protocol (which takes only one) and answers its rows as text, as the server sent
   * them: no parser rounds a bigint or moves a time zone.
   */
  ask(sql: string, values?: readonly (string | number)[]): Promise<readonly (readonly (string | null)[])[]>;
  /** True once the server or the network ended it. */
  readonly broken: boolean;
  /** Ends it. Never rejects: nothing depends on how the good-bye went. */
  close(): Promise<void>;
}

const closeWithinMs = 2_000;

/**
 * Opens a connection with an error handler attached: a server that dies while nobody asks must not end the process.
 *
 * @throws pg's own errors (with SQLSTATE in `code`) and the system's (ECONNREFUSED)
 */
export async function connect(address: DatabaseAddress, options: ConnectOptions): Promise<Connection> {
  options.signal?.throwIfAborted();
  const client = new Client({
    host: address.host,
    port: address.port,
    user: address.user,
    password: address.password,
    database: address.database,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs,
    keepAlive: true,
    ...(options.queryTimeoutMs === undefined ? {} : { query_timeout: options.queryTimeoutMs }),
    ssl: sslOf(address, options),
    types: { getTypeParser: () => (text: unknown) => text },
  });
  let broken = false;
  client.on('error', () => {
    broken = true; // told to whoever asks next; there is nobody to throw to here
  });
  client.on('end', () => {
    broken = true;
  });
  const cut = (): void => {
    broken = true;
    connectionOf(client)?.stream.destroy();
  };
  options.signal?.addEventListener('abort', cut, { once: true });
  try {
    await client.connect();
  } catch (error) {
    options.signal?.removeEventListener('abort', cut);
    connectionOf(client)?.stream.destroy();
    throw error;
  }
  return {
    ask: async (sql, values = []) => {
      const query = { text: sql, values: [...values], rowMode: 'array' as const, queryMode: 'extended' };
      const result = await client.query<(string | null)[]>(query);
      return result.rows;
    },
    get broken() {
      return broken;
    },
    close: async () => {
      options.signal?.removeEventListener('abort', cut);
      if (broken) {
        connectionOf(client)?.stream.destroy();
        return;
      }
      // A server that is gone without a word would never answer the good-bye.
      const impatient = setTimeout(() => connectionOf(client)?.stream.destroy(), closeWithinMs);
      try {
        await client.end();
      } catch {
        // What was asked was answered before; whatever the good-bye ran into, the server drops the rest.
        connectionOf(client)?.stream.destroy();
      } finally {
        clearTimeout(impatient);
      }
    },
  };
}

function sslOf(address: DatabaseAddress, options: ConnectOptions): ClientConfig['ssl'] {
  switch (address.tls) {
    case 'disable':
      return false;
    case 'require':
      return { rejectUnauthorized: false };
    case 'verify-full':
      return { rejectUnauthorized: true, ...(options.tlsCa === undefined ? {} : { ca: options.tlsCa }) };
  }
}

/** pg does not type its socket; without it a hung server could not be left. */
function connectionOf(client: Client): { readonly stream: { destroy(): void } } | undefined {
  return (client as unknown as { readonly connection?: { readonly stream: { destroy(): void } } }).connection;
}
