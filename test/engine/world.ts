import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, GracefulShutdownPeriodExpiredError, NativeConnection, Runtime } from '@temporalio/worker';
import pg from 'pg';
import { inject } from 'vitest';
import { parse, stringify } from 'yaml';
import { createSourceActivities, startSourceLoops } from '../../activities/source/index.ts';
import { currentCatalog } from '../../catalog/current-catalog.ts';
import type { RunsDeps } from '../../client/runs/deps.ts';
import { loadConfig } from '../../config/index.ts';
import type { Config } from '../../config/index.ts';
import type { QueueName } from '../../domain/queues.ts';
import { publicKeyOf } from '../../domain/signing.ts';
import { writeConfluencePages } from '../../examples/documents.ts';
import { awsControl, createIssuesInstance, sandboxCredentials, setUpCompany } from '../../examples/set-up.ts';
import type { CompanyPlace } from '../../examples/set-up.ts';
import { grantSourceLogin, seedIssuesDatabase } from '../../examples/issues-db/seed.ts';
import { openStore, StoreUnreachableError } from '../../store/connect.ts';
import type { Store } from '../../store/connect.ts';
import { readRun } from '../../store/read.ts';
import type { StoredRun } from '../../store/read.ts';
import { activitiesOf, signersOf } from '../../worker/activities-of.ts';
import { awsClientsFor } from '../../worker/aws-roles.ts';
import { createControlCalls } from '../../worker/control-calls.ts';
import { watchedResources } from '../../worker/source-resources.ts';
import { createWorkers, runWorkers, workerQueues } from '../../worker/workers.ts';
import { pendingOf } from '../faults/invariants/settled.ts';
import { freshStore } from './store.ts';
import { startTcpProxy } from './tcp-proxy.ts';
import type { TcpProxy } from './tcp-proxy.ts';

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });

const root = dirname(dirname(import.meta.dirname));
const masterPassword = 'master-Pass-1234';

export interface WorldOptions {
  /** Replaces text in the example catalog, after the test's own durations were set. */
  readonly catalog?: (text: string) => string;
  /** Changes the workflow bundle, for a runbook that is not there yet. */
  readonly bundle?: (code: string) => string;
  /** Replaces activities of a queue, for what no sandbox can do. */
  readonly activities?: (queue: QueueName, real: object) => object;
  /** Activities that a worker is at, at the same time, per queue. */
  readonly activitySlots?: number;
  /** Rows in the example database; default 5,000, the fewest there can be. */
  readonly rows?: number;
  /** Default true. False: the run must get along without sentinels and baselines. */
  readonly source?: boolean;
  /**
   * More names for the example database, each a resource of its own in the catalog: its own lock, its own copies
   * (`drdrill-jira-cloud-<alias>-…`), so that many runs can go on at once and faults meet only theirs.
   */
  readonly aliases?: readonly string[];
  /** Which resources the source process writes sentinels and takes baselines of; default `issues-db` alone. */
  readonly watch?: readonly string[];
  /** Another Temporal server than the one that all files share. */
  readonly temporalAddress?: string;
  /** Database time of the youngest row; default now. */
  readonly asOfMs?: number;
  /** More settings, by their names in the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** One installation of firedrill with its own queues, account, workspace, site and store, on servers shared by all files. */
export interface World {
  readonly config: Config;
  readonly runs: RunsDeps;
  readonly temporal: Client;
  readonly store: Store;
  readonly place: CompanyPlace & { readonly accountId: string };
  readonly database: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly database: string;
    readonly password: string;
  };
  readonly catalogFile: string;
  /** Between the workers and the store; the test itself reads the store directly. */
  readonly storeDoor: TcpProxy;
  /** The logins with which the source process of this world works, by environment variable. */
  readonly sourceLogins: Readonly<Record<string, string>>;
  /** Takes a backup of the store; the answer restores it. */
  readonly backUpStore: () => Promise<() => Promise<void>>;
  /** Between the workers and Temporal; the test itself talks to Temporal directly. */
  readonly temporalDoor: TcpProxy;
  /** Passwords that must never be seen anywhere outside. */
  readonly secrets: readonly string[];
  /** Waits for what the store says of a run. */
  runWhen(runId: string, ready: (run: StoredRun) => boolean, what: string, withinMs?: number): Promise<StoredRun>;
  /** Changes the catalog's file, as a person would; from then on new runs and clicks go by it. */
  changeCatalog(change: (text: string) => string): Promise<void>;
  /** Stops the workers, as a deploy would; `startWorkers` begins again. */
  stopWorkers(): Promise<void>;
  startWorkers(): Promise<void>;
  /** Stops the loops of the source process: no sentinel, no baseline until `startSource`. */
  stopSource(): Promise<void>;
  startSource(): void;
  /** Calls the AWS stand-in's control interface for this world's account. */
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** Durations of the example catalog made short: nobody waits for reminders in hours here. */
const testDurations = (text: string): string =>
  text
    .replace(
      'pollEvery: 1s',
      'pollEvery: 200ms\n      connectDeadline: 20s\n      checksDeadline: 30s\n      hotQueriesDeadline: 20s\n      deleteDeadline: 20s\n      notFoundProof: 2s',
    )
    .replace('restoreDeadline: 10m', 'restoreDeadline: 40s')
    // The copy lies elsewhere; its documents are where they were.
    .replace('documents: { folder: documents }', `documents: { folder: '${join(root, 'examples', 'documents')}' }`)
    .replace('sentinelEvery: 10s', 'sentinelEvery: 1s')
    .replace('baselineEvery: 30s', 'baselineEvery: 2s');

/** Waits until every watched resource has its first sentinel and baseline: what is restored before then proves nothing. */
async function sourceHasBegun(dataDir: string, resources: readonly string[]): Promise<void> {
  const giveUpAtMs = Date.now() + 90_000;
  const logs = resources.flatMap((resource) =>
    ['sentinels', 'baselines'].map((log) => join(dataDir, 'jira-cloud', resource, `${log}.jsonl`)),
  );
  for (;;) {
    const texts = await Promise.all(logs.map((log) => readFile(log, 'utf8').catch(() => '')));
    if (texts.every((text) => text !== '')) return;
    if (Date.now() > giveUpAtMs)
      throw new Error(`still empty after 30 s: ${logs.filter((_, index) => texts[index] === '').join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Its login has four connections, as in production; here one database goes by many names. */
async function allowManyConnections(database: World['database'], user: string): Promise<void> {
  const client = new pg.Client(database);
  await client.connect();
  try {
    await client.query(`ALTER ROLE ${pg.escapeIdentifier(user)} CONNECTION LIMIT 60`);
  } finally {
    await client.end();
  }
}

/** Slack's true limits would make runs that go on beside each other wait for each other's messages. */
async function liftSlackLimits(place: CompanyPlace): Promise<void> {
  const plenty = { perMinute: 60_000, burst: 10_000 };
  const response = await fetch(`${place.slackUrl}/_sandbox/limits`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${place.slackBotToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      postMessage: plenty,
      postMessageWorkspace: plenty,
      tier1: plenty,
      tier2: plenty,
      tier3: plenty,
      tier4: plenty,
    }),
  });
  if (!response.ok) throw new Error(`the Slack stand-in refused the limits: ${await response.text()}`);
}

/** The catalog with the example database under more names. */
function withAliases(text: string, aliases: readonly string[]): string {
  if (aliases.length === 0) return text;
  const catalog = parse(text) as { services: { 'jira-cloud': { resources: { name: string }[] } } };
  const { resources } = catalog.services['jira-cloud'];
  const example = resources.find(({ name }) => name === 'issues-db');
  resources.push(...aliases.map((name) => ({ ...example, name })));
  return stringify(catalog, { aliasDuplicateObjects: false });
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const servers = inject('engine');
  const temporalAddress = options.temporalAddress ?? servers.temporalAddress;
  const folder = await mkdtemp(join(tmpdir(), 'firedrill-world-'));
  const accountId = String(randomInt(100_000_000_000, 999_999_999_999));
  const unique = randomBytes(5).toString('hex');
  const place = {
    awsUrl: servers.awsUrl,
    slackUrl: servers.slackUrl,
    jiraUrl: servers.jiraUrl,
    confluenceUrl: servers.confluenceUrl,
    accountId,
    slackBotToken: `xoxb-${unique}`,
    jiraEmail: `${unique}@example.com`,
    jiraApiToken: `jira-${randomBytes(8).toString('hex')}`,
  };
  const catalogFile = join(folder, 'catalog.yaml');
  const example = (await readFile(join(root, 'examples', 'catalog.yaml'), 'utf8')).replaceAll(
    '111111111111',
    accountId,
  );
  await writeFile(
    catalogFile,
    withAliases((options.catalog ?? ((text) => text))(testDurations(example)), options.aliases ?? []),
  );

  await setUpCompany(place);
  await liftSlackLimits(place);
  await awsControl(place, 'PUT', 'rds/log-shipping', { ms: 1000 });
  const endpoint = await createIssuesInstance(place, masterPassword);
  await writeConfluencePages(place, endpoint);
  const database = { ...endpoint, password: masterPassword };
  await seedIssuesDatabase(database, { rows: options.rows ?? 5000, asOfMs: options.asOfMs ?? Date.now() });
  const sourcePassword = randomBytes(12).toString('hex');
  const { user: sourceUser } = await grantSourceLogin(database, sourcePassword);

  await allowManyConnections(database, sourceUser);

  const store = await freshStore({ ownerUrl: servers.storeOwnerUrl, applicationUrl: servers.storeApplicationUrl });
  const throughProxy = new URL(store.url);
  const storeDoor = await startTcpProxy({ host: throughProxy.hostname, port: Number(throughProxy.port) });
  throughProxy.host = `127.0.0.1:${storeDoor.port}`;
  const slackSignerKey = randomBytes(32).toString('hex');
  const credentials = sandboxCredentials(accountId);
  const env = {
    FIREDRILL_HOME: join(folder, 'home'),
    FIREDRILL_CATALOG: catalogFile,
    FIREDRILL_TASK_QUEUE_PREFIX: `t${unique}-`,
    FIREDRILL_DRILL_SECRET: randomBytes(24).toString('hex'),
    FIREDRILL_EVIDENCE_KEY: randomBytes(32).toString('hex'),
    FIREDRILL_SLACK_SIGNER_KEY: slackSignerKey,
    FIREDRILL_SLACK_SIGNER_PUBLIC_KEY: publicKeyOf(slackSignerKey),
    FIREDRILL_SECOND_CHANNEL_URL: `${servers.webhookUrl}/${unique}`,
    TEMPORAL_ADDRESS: temporalAddress,
    AWS_ENDPOINT_URL: servers.awsUrl,
    SLACK_BOT_TOKEN: place.slackBotToken,
    SLACK_APP_TOKEN: `xapp-${unique}`,
    SLACK_API_URL: `${servers.slackUrl}/api/`,
    JIRA_BASE_URL: servers.jiraUrl,
    CONFLUENCE_BASE_URL: servers.confluenceUrl,
    JIRA_EMAIL: place.jiraEmail,
    JIRA_API_TOKEN: place.jiraApiToken,
    DATABASE_URL: throughProxy.href,
    ...options.env,
  };
  const config = loadConfig({ env, cwd: folder });
  const catalog = currentCatalog(catalogFile, (error) => console.error(error));
  const connection = await Connection.connect({ address: temporalAddress });
  const [temporalHost = '', temporalPort = ''] = temporalAddress.split(':');
  const temporalDoor = await startTcpProxy({
    host: temporalHost,
    port: Number(temporalPort),
    speaks: 'http2',
  });
  const native = await NativeConnection.connect({
    address: `127.0.0.1:${temporalDoor.port}`,
    grpcCompression: { codec: 'none' }, // so that the door can tell requests apart
  });
  const temporal = new Client({ connection });
  const opened = openStore(store.url, 3);

  const { catalog: loaded } = await catalog();
  const sourceLogins = { ISSUES_DB_SOURCE_USER: sourceUser, ISSUES_DB_SOURCE_PASSWORD: sourcePassword };
  const awsOptions = { baseCredentials: credentials };
  const watch = options.watch ?? ['issues-db'];
  const { resources } = watchedResources(loaded, sourceLogins, awsClientsFor('read', loaded, config, awsOptions));
  let loops: ReturnType<typeof startSourceLoops> | undefined;
  const startSource = (): void => {
    loops = startSourceLoops({
      resources: resources.filter(({ resource }) => watch.includes(resource)),
      dataDir: join(config.home, 'source'),
      sentinelEveryMs: loaded.organisation.policies.sentinelEveryMs,
      baselineEveryMs: loaded.organisation.policies.baselineEveryMs,
    });
  };
  const stopSource = async (): Promise<void> => {
    await loops?.stop();
    loops = undefined;
  };
  if (options.source !== false) {
    startSource();
    await sourceHasBegun(join(config.home, 'source'), watch);
  }

  let { codePath } = servers;
  if (options.bundle) {
    const code = await readFile(codePath, 'utf8');
    codePath = join(folder, 'workflows.js');
    await writeFile(codePath, options.bundle(code));
  }
  let running: { stop: () => void; ended: Promise<void> } | undefined;
  const startWorkers = async (): Promise<void> => {
    const control = createControlCalls(temporal, config.taskQueuePrefix);
    const activities: Partial<Record<QueueName, object>> = {
      source: createSourceActivities({ dataDir: join(config.home, 'source') }),
    };
    for (const queue of workerQueues)
      if (queue !== 'workflows' && queue !== 'source')
        activities[queue] = await activitiesOf(queue, { config, catalog, control, client: temporal, aws: awsOptions });
    if (options.activities)
      for (const [queue, real] of Object.entries(activities) as [QueueName, object][])
        activities[queue] = options.activities(queue, real);
    const workers = await createWorkers({
      connection: native,
      namespace: 'default',
      taskQueuePrefix: config.taskQueuePrefix,
      client: temporal,
      readKillSwitch: control.readKillSwitch,
      codePath,
      activities,
      ...(options.activitySlots === undefined ? {} : { activitySlots: options.activitySlots }),
    });
    let stop = (): void => {};
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
    });
    running = { stop, ended: runWorkers(workers, stopped) };
  };
  const stopWorkers = async (): Promise<void> => {
    running?.stop();
    await running?.ended.catch((error: unknown) => {
      // What a test holds back is killed at the end of its grace, as in a real deploy.
      if (!(error instanceof GracefulShutdownPeriodExpiredError)) throw error;
    });
    running = undefined;
  };
  await startWorkers();

  const world: World = {
    config,
    temporal,
    store: opened,
    place,
    database,
    catalogFile,
    storeDoor,
    sourceLogins,
    backUpStore: () => store.backup(),
    temporalDoor,
    secrets: [masterPassword, sourcePassword, env.FIREDRILL_DRILL_SECRET, env.FIREDRILL_EVIDENCE_KEY, slackSignerKey],
    runs: {
      temporal,
      taskQueuePrefix: config.taskQueuePrefix,
      catalog,
      simulated: true,
      endpoints: { aws: servers.awsUrl, slack: servers.slackUrl, jira: servers.jiraUrl },
      signers: signersOf(config),
    },
    async runWhen(runId, ready, what, withinMs = 120_000) {
      const giveUpAtMs = Date.now() + withinMs;
      let unreachable = '';
      for (;;) {
        unreachable = '';
        const run = await readRun(opened, runId).catch((error: unknown) => {
          if (!(error instanceof StoreUnreachableError)) throw error;
          unreachable = error.message;
          return undefined;
        });
        if (run && ready(run)) return run;
        if (Date.now() > giveUpAtMs) {
          const hanging = await pendingOf(temporal, runId);
          throw new Error(
            `${runId} was not "${what}" within ${withinMs / 1000} s; last: ${JSON.stringify(run?.projection.state)}${unreachable} ${JSON.stringify(run?.projection.problems ?? [])}; waiting for: ${hanging}`,
          );
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async changeCatalog(change) {
      await writeFile(catalogFile, change(await readFile(catalogFile, 'utf8')));
    },
    startWorkers,
    stopWorkers,
    startSource,
    stopSource,
    control: (method, path, body = {}) => awsControl(place, method, path, body),
    async close() {
      await stopWorkers();
      await stopSource();
      await opened.destroy();
      await native.close();
      await connection.close();
      await awsControl(place, 'POST', 'reset');
      await storeDoor.close();
      await temporalDoor.close();
      await store.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return world;
}
