import { DescribeDBSnapshotsCommand, RDSClient } from '@aws-sdk/client-rds';
import pg from 'pg';
import { grantSourceLogin, seedIssuesDatabase } from '../../examples/issues-db/seed.ts';
import { awsControl, createIssuesInstance, sandboxCredentials, setUpCompany } from '../../examples/set-up.ts';
import type { CompanyPlace } from '../../examples/set-up.ts';
import { issuesInstance, region } from '../../examples/world.ts';
import { staleByMs } from './breaks.ts';
import type { Break } from './breaks.ts';

/** The example database as its application knows it. */
export interface IssuesDatabase {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password: string;
}

export interface FillOptions {
  readonly place: CompanyPlace;
  /** Of the instance's master user; eight characters at least. */
  readonly masterPassword: string;
  /** Of the login that `firedrill source` uses. */
  readonly sourcePassword: string;
  readonly fault?: Break;
  /** Default 1,000,000. */
  readonly rows?: number;
  /** Told before each step that takes long, in half a sentence. */
  readonly onProgress: (text: string) => void;
}

/** How often the demo's databases ship their logs, milliseconds: RDS takes five minutes, nobody watches that long. */
const logShippingMs = 10_000;

/**
 * Sets Example Cloud Ltd up in the sandbox, and fills its database. Safe to repeat: what is there stays.
 *
 * @returns where the database is, and the login of `firedrill source`
 */
export async function fillCompany(options: FillOptions): Promise<{ database: IssuesDatabase; sourceUser: string }> {
  const { place, masterPassword, fault, onProgress } = options;
  onProgress('setting up Example Cloud Ltd: network, keys, roles, Slack workspace, Jira project');
  await setUpCompany(place);
  await awsControl(place, 'POST', 'rds/release');
  await awsControl(place, 'POST', 'rds/log-shipping', { ms: logShippingMs });
  onProgress('creating the database issues-db-prod through the RDS API');
  const endpoint = await createIssuesInstance(place, masterPassword);
  const database: IssuesDatabase = { ...endpoint, password: masterPassword };
  const asOfMs = Date.now() - (fault === 'stale-backup' ? staleByMs : 0);
  onProgress(`filling it with ${(options.rows ?? 1_000_000).toLocaleString('en')} rows`);
  await seedIssuesDatabase(database, { rows: options.rows ?? 1_000_000, asOfMs });
  const { user: sourceUser } = await grantSourceLogin(database, options.sourcePassword);
  if (fault === 'stale-backup') await writePastSentinels(database, asOfMs);
  return { database, sourceUser };
}

/** Sentinels as a writer would have left them by `untilMs`: one every ten seconds for ten minutes. */
async function writePastSentinels(database: IssuesDatabase, untilMs: number): Promise<void> {
  const client = new pg.Client({ ...database });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO firedrill.firedrill_sentinel (resource, counter, writer_time, database_time)
       SELECT 'jira-cloud/issues-db', n, at, at FROM generate_series(1, 60) AS n,
         LATERAL (SELECT to_timestamp($1::float8 / 1000) - interval '10 seconds' * (60 - n) AS at) AS times
       ON CONFLICT DO NOTHING`,
      [untilMs],
    );
  } finally {
    await client.end();
  }
}

/** Takes an automated snapshot, as RDS does every night, and waits for it. @returns its name */
export async function takeAutomatedSnapshot(place: CompanyPlace, deadlineMs = 60_000): Promise<string> {
  const { snapshot } = (await awsControl(place, 'POST', 'rds/automated-snapshot', { instance: issuesInstance.DBInstanceIdentifier })) as { snapshot: string };
  const rds = new RDSClient({ endpoint: place.awsUrl, region, credentials: sandboxCredentials(place.accountId) });
  try {
    const giveUpAtMs = Date.now() + deadlineMs;
    for (;;) {
      const { DBSnapshots } = await rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: snapshot }));
      if (DBSnapshots?.[0]?.Status === 'available') return snapshot;
      if (Date.now() > giveUpAtMs) throw new Error(`The snapshot ${snapshot} is still ${DBSnapshots?.[0]?.Status ?? 'unknown'} after ${Math.round(deadlineMs / 1000)} s.`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } finally {
    rds.destroy();
  }
}

/** Ships the logs now, so that the run does not start with an hour-old recovery point. */
export const shipLogs = (place: CompanyPlace): Promise<unknown> => awsControl(place, 'POST', 'rds/ship-logs');
