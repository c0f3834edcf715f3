import pg from 'pg';

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export const ADMIN = 'rdsadmin';

/** One session, ended in any case. A server that is stopped under it fails the query, never the process. */
export async function withSession<T>(login: Login, use: (session: pg.Client) => Promise<T>): Promise<T> {
  const session = new pg.Client({ ...login, application_name: 'rdsadmin' });
  let lost: Error | undefined;
  session.on('error', (error) => {
    lost = error;
  });
  await session.connect();
  try {
    return await use(session);
  } catch (error) {
    if (lost !== undefined && error instanceof Error) error.cause ??= lost;
    throw error;
  } finally {
    await session.end();
  }
}
