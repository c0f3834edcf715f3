import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLiveWriter } from '../../examples/issues-db/live-writer.ts';
import type { LiveWriter } from '../../examples/issues-db/live-writer.ts';
import { grantSourceLogin, seedIssuesDatabase } from '../../examples/issues-db/seed.ts';
import { writeConfluencePages } from '../../examples/documents.ts';
import { awsControl, createIssuesInstance, setUpCompany } from '../../examples/set-up.ts';
import type { CompanyPlace } from '../../examples/set-up.ts';
import { accountId } from '../../examples/network.ts';
import { issuesInstance } from '../../examples/world.ts';
import type { Catalog } from '../../catalog/schema.ts';
import type { Config } from '../../config/index.ts';
import { localSecret } from '../processes/local-secrets.ts';
import { sandboxCredentials } from '../processes/sandbox-process.ts';
import type { SandboxAddresses } from '../processes/sandbox-process.ts';

/** The service and resource that the demo tests. */
export const subject = { service: 'jira-cloud', resource: 'issues-db' } as const;

/** The example company in the stand-ins, with its database full and its application at work. */
export interface Company {
  readonly place: CompanyPlace;
  /** Login of the database's owner, for what a demo does to it. */
  readonly databaseUrl: string;
  readonly writer: LiveWriter;
  /** Logins for the source process, by the names in the catalog. */
  readonly sourceLogins: Readonly<Record<string, string>>;
}

/** How long RDS takes for things in the demo, milliseconds: seconds instead of the real half hour. */
const durations = {
  creating: 500,
  'backing-up': 300,
  restoring: 5000,
  modifying: 500,
  'resetting-master-credentials': 800,
  deleting: 2500,
};

/** Logs are shipped this often; RDS does it every five minutes. It is what a latest point in time can lose. */
const logShippingMs = 5000;

/**
 * Whether a catalog is the example company's, by organisation and identifiers: only then do the stand-ins have, after
 * `foundCompany`, what the catalog declares.
 */
export function isExampleCompany({ organisation, accounts, services }: Catalog): boolean {
  const database = services[subject.service]?.resources.find(({ name }) => name === subject.resource);
  return (
    organisation.name === 'Example Cloud Ltd' &&
    database?.kind === 'rds-instance' &&
    database.identifier === issuesInstance.DBInstanceIdentifier &&
    accounts[database.account]?.id === accountId
  );
}

/**
 * Builds the example company in the sandbox: accounts, network, workspace, Jira site, then its database through the
 * RDS API, filled with a million rows, and the application that goes on writing.
 */
export async function foundCompany(
  config: Config,
  sandbox: SandboxAddresses,
  options: {
    /** Begin with nothing, also where a company is: for a demo. Otherwise one that `firedrill up` founded here is kept. */
    readonly anew: boolean;
    readonly onProgress: (text: string) => void;
    readonly signal: AbortSignal;
  },
): Promise<Company> {
  const { onProgress, signal } = options;
  const place = {
    awsUrl: sandbox.aws,
    slackUrl: sandbox.slack,
    jiraUrl: sandbox.jira,
    confluenceUrl: sandbox.confluence,
    slackBotToken: sandboxCredentials.slackBotToken,
    jiraEmail: sandboxCredentials.jiraEmail,
    jiraApiToken: sandboxCredentials.jiraApiToken,
  } satisfies CompanyPlace;
  onProgress('network, keys, roles, workspace, Jira project');
  const kept = join(config.home, 'sandbox', 'kept-company');
  if (options.anew || !existsSync(kept)) {
    rmSync(kept, { force: true });
    // Another demo's damage must not be found again: its database and what was known about it go together.
    await awsControl(place, 'POST', 'reset');
    rmSync(sourceFolder(config), { recursive: true, force: true });
  }
  await setUpCompany(place);
  await awsControl(place, 'POST', 'rds/durations', durations);
  await awsControl(place, 'POST', 'rds/log-shipping', { ms: logShippingMs });
  signal.throwIfAborted();

  onProgress('creating its database through the RDS API');
  const password = localSecret(config.home, 'instance-master');
  const { host, port, user, database } = await createIssuesInstance(place, password);
  await writeConfluencePages(place, { host, port });
  const databaseUrl = `postgres://${user}:${password}@${host}:${port}/${database}`;
  signal.throwIfAborted();

  onProgress('filling its database with 1,000,000 rows');
  const { rows } = await seedIssuesDatabase(databaseUrl, { asOfMs: Date.now() });
  signal.throwIfAborted();
  const sourcePassword = localSecret(config.home, 'source-login');
  const login = await grantSourceLogin(databaseUrl, sourcePassword);
  if (!options.anew) writeFileSync(kept, '');
  onProgress(`${rows.toLocaleString('en')} rows, and an application that goes on writing`);
  return {
    place,
    databaseUrl,
    writer: startLiveWriter({ databaseUrl }),
    sourceLogins: { ISSUES_DB_SOURCE_USER: login.user, ISSUES_DB_SOURCE_PASSWORD: sourcePassword },
  };
}

/** Logs of the source process for the demo's resource. */
export const sourceFolder = (config: Config): string => join(config.home, 'source', subject.service, subject.resource);

/**
 * Waits until a restore of this moment can be proved: a baseline, a sentinel that is younger, and the log shipped beyond
 * both.
 */
export async function waitUntilProvable(
  config: Config,
  { place }: Company,
  options: { readonly onProgress: (text: string) => void; readonly signal: AbortSignal },
): Promise<void> {
  const { onProgress, signal } = options;
  for (;;) {
    signal.throwIfAborted();
    const baselineMs = numbersIn(join(sourceFolder(config), 'baselines.jsonl'), 'takenAtMs').at(0);
    const sentinelMs = numbersIn(join(sourceFolder(config), 'sentinels.jsonl'), 'databaseTimeMs').at(-1);
    if (baselineMs === undefined) onProgress('waiting for the first baseline of the source process');
    else if (sentinelMs === undefined || sentinelMs <= baselineMs)
      onProgress('waiting for the first sentinel after the baseline');
    else {
      await awsControl(place, 'POST', 'rds/ship-logs', { instance: issuesInstance.DBInstanceIdentifier });
      onProgress('baseline, sentinel, and the log shipped beyond both');
      return;
    }
    await sleep(100);
  }
}

/** One number of every line of a JSON-lines file; a last line that is being written is left out. */
export function numbersIn(file: string, name: string): readonly number[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.flatMap((line) => {
    const value = (JSON.parse(line) as Record<string, unknown>)[name];
    return typeof value === 'number' ? [value] : [];
  });
}
