import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { parseDocument } from 'yaml';
import { openRuns, openStoreOf } from '../client/cli/access.ts';
import { startInstallation } from '../client/processes/installation.ts';
import type { Installation } from '../client/processes/installation.ts';
import { localSecret } from '../client/processes/local-secrets.ts';
import { projectRoot } from '../client/processes/project-root.ts';
import { everyPart, sandboxCredentials } from '../client/processes/sandbox-process.ts';
import type { SandboxAddresses } from '../client/processes/sandbox-process.ts';
import type { RunsDeps } from '../client/runs/deps.ts';
import { startRestoreTest } from '../client/runs/start-restore-test.ts';
import { numbersIn } from '../client/demo/company.ts';
import { loadConfig } from '../config/index.ts';
import type { Config } from '../config/index.ts';
import { FiredrillError } from '../domain/errors.ts';
import { grantSourceLogin, seedIssuesDatabase } from '../examples/issues-db/seed.ts';
import { awsControl, createIssuesInstance, setUpCompany } from '../examples/set-up.ts';
import type { CompanyPlace } from '../examples/set-up.ts';
import { issuesInstance } from '../examples/world.ts';
import { removeDataRoot } from '../postgres/index.ts';
import { readRun } from '../store/read.ts';
import type { Store } from '../store/connect.ts';
import type { StoredRun } from '../store/read.ts';
import type { MeasureContext } from './measure.ts';

export interface BenchOptions {
  /** No waiting times in the sandbox. Default false. */
  readonly instant?: boolean;
  /** False: the sandbox's databases have no server behind them, and a run ends where it would connect. Default true. */
  readonly databases?: boolean;
  /** How many resources the catalog has, all of them the one example database: each has its own lock and its own copies. Default 1. */
  readonly resources?: number;
  /** Rows in the example database; default 5,000, the fewest there can be. */
  readonly rows?: number;
  /** How long RDS takes for what, milliseconds by status; default the sandbox's own. */
  readonly durations?: Readonly<Record<string, number>>;
  /** Changes in the catalog, by path: `[['organisation', 'policies', 'admissionGate', '1'], 'waived']`. */
  readonly catalog?: readonly (readonly [path: readonly (string | number)[], value: unknown])[];
  /** Lifts Slack's rate limits, which otherwise are the true ones. Default false. */
  readonly slackUnlimited?: boolean;
}

/** An installation as `firedrill up` starts it, every part a process of its own, with the example company in its sandbox. */
export interface BenchInstallation {
  readonly installation: Installation;
  readonly config: Config;
  readonly place: CompanyPlace;
  readonly runs: RunsDeps;
  readonly store: Store;
  /** Names of the resources, all of service `jira-cloud`. */
  readonly resources: readonly string[];
  /** Starts a restore test by the system, so that anybody who may decide may approve it. */
  start(resource?: string): Promise<string>;
  /** Waits for what the store says of a run. */
  runWhen(runId: string, ready: (run: StoredRun) => boolean, withinMs: number): Promise<StoredRun>;
  /** Waits until a restore of this moment can be proved: each resource has a baseline and a younger sentinel, and the log is shipped beyond both. */
  untilProvable(): Promise<void>;
  /** The AWS stand-in's control interface. */
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Stops every process and removes every file. */
  close(): Promise<void>;
}

const service = 'jira-cloud';
const example = 'issues-db';
export const resourceNames = (count: number): readonly string[] => [
  example,
  ...Array.from({ length: count - 1 }, (_, index) => `${example}-${index + 2}`),
];

/** Starts everything. What was started is stopped again when it fails half-way. */
export async function startBench(context: MeasureContext, options: BenchOptions = {}): Promise<BenchInstallation> {
  const folder = mkdtempSync(join(tmpdir(), 'firedrill-bench-'));
  const resources = resourceNames(options.resources ?? 1);
  const config = configIn(folder, catalogText(resources, options));
  let place: CompanyPlace | undefined;
  const failure = new AbortController();
  const installation = await startInstallation({
    config,
    env: environment(folder),
    sandbox: everyPart,
    instant: options.instant === true,
    databases: options.databases !== false,
    freePorts: true,
    tell: (event) => {
      if (event.kind === 'ready') context.tell(`${event.part} is ready`);
      if (event.kind === 'restarting') context.tell(`${event.name} fell over and is started again`);
    },
    signal: AbortSignal.any([context.signal, failure.signal]),
    prepareSource: async ({ sandbox }) => {
      if (sandbox === undefined) throw new Error('the sandbox was not started');
      const founded = await found(config, sandbox, options);
      place = founded.place;
      return founded.logins;
    },
  }).catch(async (error: unknown) => {
    await removeAll(folder, config);
    throw error;
  });
  const runs = await openRuns(installation.config);
  const store = openStoreOf(installation.config);
  if (place === undefined) throw new Error('the example company was not founded');
  const at = place;
  return {
    installation,
    config: installation.config,
    place: at,
    runs: runs.deps,
    store,
    resources,
    async start(resource = example) {
      // The same start however often it has to be asked for.
      const once = { token: randomUUID(), atMs: Date.now() };
      for (let patience = 10; ; patience -= 1) {
        try {
          return (await startRestoreTest(runs.deps, { ...requestOf(resource), once })).runId;
        } catch (error) {
          // Its own limit is a person's patience; a busy machine may need more.
          if (patience === 0 || !(error instanceof FiredrillError) || error.kind !== 'busy') throw error;
          context.tell(`starting a test of ${resource} again: ${error.what}`);
        }
      }
    },
    async runWhen(runId, ready, withinMs) {
      const giveUpAtMs = Date.now() + withinMs;
      for (;;) {
        context.signal.throwIfAborted();
        const run = await readRun(store, runId);
        if (run && ready(run)) return run;
        if (Date.now() > giveUpAtMs)
          throw new Error(
            `${runId} was not there after ${withinMs / 1000} s; last: ${run?.projection.state ?? 'unknown'}`,
          );
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    },
    async untilProvable() {
      for (const resource of resources) {
        const logs = join(installation.config.home, 'source', service, resource);
        for (;;) {
          context.signal.throwIfAborted();
          const baselineMs = numbersIn(join(logs, 'baselines.jsonl'), 'takenAtMs').at(0);
          const sentinelMs = numbersIn(join(logs, 'sentinels.jsonl'), 'databaseTimeMs').at(-1);
          if (baselineMs !== undefined && sentinelMs !== undefined && sentinelMs > baselineMs) break;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
      await awsControl(at, 'POST', 'rds/ship-logs', { instance: issuesInstance.DBInstanceIdentifier });
    },
    control: (method, path, body = {}) => awsControl(at, method, path, body),
    async close() {
      await runs.close();
      await store.destroy();
      await installation.stop();
      await removeAll(folder, config);
    },
  };
}

const requestOf = (resource: string) =>
  ({
    service,
    resource,
    point: 'latest',
    mode: 'drill',
    initiator: { personId: 'system', name: 'firedrill bench' },
    via: 'system',
  }) as const;

/** What a process of ours may see of this machine: nothing that could point to something real. */
function environment(folder: string): Record<string, string | undefined> {
  const heard = ['PATH', 'HOME', 'USER', 'LANG', 'TMPDIR', 'XDG_CACHE_HOME', 'FIREDRILL_CACHE'];
  return {
    ...Object.fromEntries(heard.map((name) => [name, process.env[name]])),
    FIREDRILL_HOME: join(folder, 'home'),
  };
}

function configIn(folder: string, catalog: string): Config {
  const file = join(folder, 'catalog.yaml');
  writeFileSync(file, catalog);
  return loadConfig({
    flags: { catalog: file, 'aws.region': 'eu-central-1' },
    env: environment(folder),
    cwd: folder,
    file: undefined,
  });
}

/**
 * The example catalog without its freezes, with more resources, and with the polling interval, the deadlines and the
 * interval of baselines that it recommends for real databases: its own are shortened for a demo.
 */
function catalogText(resources: readonly string[], { catalog = [] }: BenchOptions): string {
  const document = parseDocument(readFileSync(join(projectRoot, 'examples', 'catalog.yaml'), 'utf8'));
  const policies = ['organisation', 'policies'];
  for (const name of ['freezes', 'limits', 'baselineEvery']) document.deleteIn([...policies, name]);
  const whole = document.toJS() as {
    services: { [service]: { resources: { name: string }[] } };
  };
  const first = whole.services[service].resources.find(({ name }) => name === example);
  for (const name of resources.slice(1))
    document.addIn(['services', service, 'resources'], document.createNode({ ...first, name }));
  for (const [path, value] of catalog) document.setIn(path, value);
  return document.toString();
}

async function found(
  config: Config,
  sandbox: SandboxAddresses,
  options: BenchOptions,
): Promise<{ place: CompanyPlace; logins: Record<string, string> }> {
  const place: CompanyPlace = {
    awsUrl: sandbox.aws,
    slackUrl: sandbox.slack,
    jiraUrl: sandbox.jira,
    slackBotToken: sandboxCredentials.slackBotToken,
    jiraEmail: sandboxCredentials.jiraEmail,
    jiraApiToken: sandboxCredentials.jiraApiToken,
  };
  await setUpCompany(place);
  if (options.slackUnlimited === true) await liftSlackLimits(place);
  const password = localSecret(config.home, 'instance-master');
  const { host, port, user, database } = await createIssuesInstance(place, password);
  // Only now: what is measured is the drill, not the founding.
  if (options.durations !== undefined) await awsControl(place, 'POST', 'rds/durations', options.durations);
  const resources = options.resources ?? 1;
  await awsControl(place, 'POST', 'rds/quotas', { instances: resources + 20, storageGb: 1_000_000 });
  if (options.databases === false) return { place, logins: {} };
  const databaseUrl = `postgres://${user}:${password}@${host}:${port}/${database}`;
  await seedIssuesDatabase(databaseUrl, { rows: options.rows ?? 5000, asOfMs: Date.now() });
  const sourcePassword = localSecret(config.home, 'source-login');
  const login = await grantSourceLogin(databaseUrl, sourcePassword);
  await allowConnections(databaseUrl, login.user, resources * 2 + 2);
  return {
    place,
    logins: { ISSUES_DB_SOURCE_USER: login.user, ISSUES_DB_SOURCE_PASSWORD: sourcePassword },
  };
}

/** Its login has four connections, as in production; here one database goes by many names. */
async function allowConnections(databaseUrl: string, user: string, connections: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`ALTER ROLE ${pg.escapeIdentifier(user)} CONNECTION LIMIT ${connections}`);
  } finally {
    await client.end();
  }
}

async function liftSlackLimits(place: CompanyPlace): Promise<void> {
  const plenty = { perMinute: 60_000, burst: 10_000 };
  const names = ['postMessage', 'postMessageWorkspace', 'tier1', 'tier2', 'tier3', 'tier4'];
  const response = await fetch(`${place.slackUrl}/_sandbox/limits`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${place.slackBotToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(Object.fromEntries(names.map((name) => [name, plenty]))),
  });
  if (!response.ok) throw new Error(`the Slack stand-in refused the limits: ${await response.text()}`);
}

/** As root, databases live outside the folder, where their own user can reach them. */
async function removeAll(folder: string, { home }: Config): Promise<void> {
  await removeDataRoot(join(home, 'sandbox', 'aws', 'rds'));
  await removeDataRoot(home);
  await rm(folder, { recursive: true, force: true });
}
