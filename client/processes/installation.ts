import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { refuseMixing } from '../../config/index.ts';
import type { Config } from '../../config/index.ts';
import { publicKeyOf } from '../../domain/signing.ts';
import { environmentFor } from './environment.ts';
import type { ProcessName } from './environment.ts';
import { lockHome } from './home-lock.ts';
import { InstallationPorts } from './installation-ports.ts';
import type { BusyPortEvent } from './installation-ports.ts';
import { withLocalSecrets } from './local-secrets.ts';
import { migrateStore, startStoreServer } from './postgres-store.ts';
import { programOf } from './project-root.ts';
import { replayBeforeWorker } from './replay-before-worker.ts';
import { removeRunning, writeRunning } from './running-file.ts';
import { pointToSandbox, sandboxCredentials, startSandbox } from './sandbox-process.ts';
import type { SandboxAddresses, SandboxParts } from './sandbox-process.ts';
import { ProcessRack } from './process-rack.ts';
import { startProcess } from './supervised-process.ts';
import type { ProcessEvent, ProcessFailedError } from './supervised-process.ts';
import { findTemporal } from './temporal-binary.ts';
import type { TemporalBinary } from './temporal-binary.ts';
import { checkTemporal, startTemporal } from './temporal-server.ts';

export interface InstallationOptions {
  readonly config: Config;
  /** Ours; what each child gets of it says `environment.ts`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the sandbox stands in for; all false: no sandbox. */
  readonly sandbox: SandboxParts;
  /** No waiting times in the sandbox. */
  readonly instant?: boolean;
  /** A file, by its whole path, for every message and view that the sandbox shows in Slack. Default: none. */
  readonly slackRecord?: string;
  /** False: the sandbox's databases are metadata without a PostgreSQL server. Default true. */
  readonly databases?: boolean;
  /** Take any free ports and leave the known ones to people: for tests and measurements beside them. Default false. */
  readonly freePorts?: boolean;
  /** Told about everything that happens on the way, for people. */
  readonly tell: (event: InstallationEvent) => void;
  /** Ends a start that is under way. */
  readonly signal: AbortSignal;
  /**
   * What must be there before `firedrill source` starts, for example the example company's database. Runs beside the
   * worker's start. Answers the logins for the source process.
   */
  readonly prepareSource?: (so: {
    readonly config: Config;
    readonly sandbox: SandboxAddresses | undefined;
    /** The start is being given up. */
    readonly signal: AbortSignal;
  }) => Promise<Readonly<Record<string, string>>>;
  /** Databases that the source process cannot watch with these logins, in words; shown beside it. Default: none. */
  readonly notWatched?: (logins: Readonly<Record<string, string>>) => readonly string[];
}

export type InstallationEvent =
  | { readonly kind: 'starting'; readonly part: string; readonly detail?: string }
  | {
      readonly kind: 'ready';
      readonly part: string;
      readonly detail?: string;
      /** It runs, and something about it needs a person. */
      readonly warning?: string;
    }
  | BusyPortEvent
  | ProcessEvent;

/** Everything that runs, and where. */
export interface Installation {
  /** With all addresses and secrets filled in. */
  readonly config: Config;
  readonly addresses: { readonly temporalUi?: string; readonly sandbox?: SandboxAddresses };
  /** Resolves when a process had to be given up. */
  readonly failed: Promise<ProcessFailedError>;
  pidOf(name: ProcessName): number | undefined;
  stop(): Promise<void>;
  /** At once, without good-byes. */
  kill(): Promise<void>;
}

/**
 * Starts everything on this machine: PostgreSQL, Temporal and sandbox side by side, then worker, source, Slack app and, where it is configured, the
 * receiver of Jira's webhook. When
 * one of them does not start, or the signal comes, everything that had been started is stopped before the error is thrown.
 *
 * @throws FiredrillError `already-running`, `no-temporal`, `mixed-endpoints`, `would-break-runs`; ProcessFailedError
 */
export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  const home = options.config.home;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const unlock = lockHome(home);
  const rack = new ProcessRack(options.signal);
  let ports: InstallationPorts | undefined;
  const letGo = (): void => {
    ports?.giveBack();
    unlock();
  };
  try {
    const { cacheDir } = options.config;
    ports = await InstallationPorts.choose({ cacheDir, anyPorts: options.freePorts === true, tell: options.tell });
    const installation = await startAll(options, rack, ports);
    const end = async (how: () => Promise<void>): Promise<void> => {
      removeRunning(home);
      await how();
      letGo();
    };
    return { ...installation, stop: () => end(() => rack.stop()), kill: () => end(() => rack.kill()) };
  } catch (error) {
    await rack.stop();
    removeRunning(home);
    letGo();
    // What breaks because it is being stopped is not the reason.
    throw options.signal.aborted ? options.signal.reason : error;
  }
}

async function startAll(
  options: InstallationOptions,
  rack: ProcessRack,
  ports: InstallationPorts,
): Promise<Omit<Installation, 'stop' | 'kill'>> {
  const { env, tell } = options;
  const { signal } = rack;
  const base = withLocalSecrets(options.config);
  const context: Context = { options, base, ports, rack };
  // Without an engine nothing can run: that is found out before anything is started.
  const { address } = base.temporal;
  const binary = address === undefined ? await findEngine(context) : undefined;
  if (address !== undefined) await checkTemporal({ ...base.temporal, address });

  const [database, temporal, sandbox] = await rack.together([
    startStore(context),
    startEngine(context, binary),
    startStandIns(context),
  ]);
  const slackSignerPublicKey =
    base.slackSignerKey === undefined ? base.slackSignerPublicKey : publicKeyOf(base.slackSignerKey);
  const withAddresses: Config = {
    ...base,
    databaseUrl: database,
    temporal: {
      ...base.temporal,
      address: temporal.address,
      ...(temporal.ui === undefined ? {} : { uiUrl: temporal.ui }),
    },
    ...(slackSignerPublicKey === undefined ? {} : { slackSignerPublicKey }),
  };
  const config = sandbox === undefined ? withAddresses : pointToSandbox(withAddresses, sandbox, options.sandbox);
  refuseMixing(config);

  const credentials: Record<string, string> = options.sandbox.aws
    ? {
        AWS_ACCESS_KEY_ID: sandboxCredentials.awsAccessKeyId,
        AWS_SECRET_ACCESS_KEY: sandboxCredentials.awsSecretAccessKey,
        AWS_EC2_METADATA_DISABLED: 'true',
      }
    : {};
  // In the sandbox the SDK must not find the credentials of a real account.
  const ownEnv = options.sandbox.aws ? withoutAws(env) : env;
  const start = async (
    name: 'worker' | 'source' | 'slack' | 'jira-webhook',
    program: string,
    extra: Readonly<Record<string, string>>,
    warningOf: (ready: Readonly<Record<string, unknown>>) => string | undefined = () => undefined,
  ): Promise<void> => {
    tell({ kind: 'starting', part: name });
    const starting = startProcess({
      ...placeOf(context, name),
      name,
      command: globalThis.process.execPath,
      args: [...(name === 'worker' ? sparingMemory : []), programOf(program)],
      env: environmentFor(name, { config, env: ownEnv, extra }),
      stop: [{ signal: 'SIGTERM', withinMs: 12_000 }],
    });
    const { ready } = await rack.add(name, starting);
    const warning = [waitingWarning(name, ready), warningOf(ready)].filter((one) => one !== undefined).join('; ');
    tell({ kind: 'ready', part: name, ...(warning === '' ? {} : { warning }) });
  };
  const startWorker = async (): Promise<void> => {
    const workerEnv = environmentFor('worker', { config, env: ownEnv, extra: credentials });
    await replayBeforeWorker({ env: workerEnv, cwd: config.home, signal });
    await start('worker', 'worker/main', { ...credentials, ...sparingAllocator });
  };
  const startSource = async (): Promise<void> => {
    const logins = (await unlessAborted(signal, options.prepareSource?.({ config, sandbox, signal }))) ?? {};
    signal.throwIfAborted();
    await start('source', 'worker/source', { ...credentials, ...logins }, ({ watching }) =>
      watchingWarning(watching, options.notWatched?.(logins) ?? []),
    );
  };
  await rack.together([
    startWorker(),
    startSource(),
    start('slack', 'client/slack/main', {}),
    ...(takesJiraWebhook(config) ? [start('jira-webhook', 'client/jira/main', {})] : []),
  ]);

  writeRunning(config, {
    ...(temporal.ui === undefined ? {} : { temporalUi: temporal.ui }),
    ...(sandbox === undefined
      ? {}
      : {
          sandbox: options.sandbox,
          ...(options.sandbox.slack ? { slackPage: sandbox.slack } : {}),
          ...(options.sandbox.jira ? { jiraPage: sandbox.jira } : {}),
          ...(options.sandbox.confluence ? { confluencePage: sandbox.confluence } : {}),
          ...(options.sandbox.webhook ? { webhook: sandbox.webhook } : {}),
        }),
  });
  return {
    config,
    addresses: {
      ...(temporal.ui === undefined ? {} : { temporalUi: temporal.ui }),
      ...(sandbox === undefined ? {} : { sandbox }),
    },
    failed: rack.failed,
    pidOf: (name) => rack.pidOf(name),
  };
}

/** Findings hear of their tickets at once; without it a poll tells them. */
export const takesJiraWebhook = (config: Config): boolean => config.jira.webhookSecret !== undefined;

interface Context {
  readonly options: InstallationOptions;
  readonly base: Config;
  readonly ports: InstallationPorts;
  readonly rack: ProcessRack;
}

/**
 * For the worker, which has two heaps: Node's own choice on a machine with much memory is up to 64 MB for what is young
 * in each of them, kept twice, and what is old may grow to several times what is in use before it is looked through; all of
 * it fills up when many runs are at work, and stays so when they wait: there each thread tidies up by itself.
 */
const sparingMemory = [
  '--max-semi-space-size=4',
  '--heap-growing-percent=30',
  '--import',
  pathToFileURL(programOf('worker/at-rest')).href,
];
/**
 * For glibc: each of the worker's twenty threads would keep an arena of its own, some 45 MB in all that nobody uses; and what
 * is big and short-lived (a module's text, a history) would be cut from the heap, which then stays as large as it once was:
 * another 70 MB. Its own limits for that would grow as it goes; said, they stay.
 */
const sparingAllocator = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
};

/** Where a process's log and pid file are, and how it is told about. */
const placeOf = ({ base, options, rack }: Context, name: ProcessName) => ({
  cwd: base.home,
  logFile: join(base.home, 'logs', `${name}.log`),
  pidFile: join(base.home, 'run', `${name}.json`),
  onEvent: options.tell,
  signal: rack.signal,
});

async function startStore(context: Context): Promise<string> {
  const { base, ports, rack, options } = context;
  options.tell({ kind: 'starting', part: 'postgres' });
  if (base.databaseUrl !== undefined) {
    await migrateStore(base.databaseMigrationUrl ?? base.databaseUrl);
    options.tell({ kind: 'ready', part: 'postgres', detail: 'yours (DATABASE_URL)' });
    return base.databaseUrl;
  }
  const process = placeOf(context, 'postgres');
  const starting = ports.startOn(['postgres'], () =>
    startStoreServer({ home: base.home, port: ports.of('postgres'), process }),
  );
  await rack.add(
    'postgres',
    starting.then(({ process }) => process),
  );
  options.tell({ kind: 'ready', part: 'postgres' });
  return (await starting).databaseUrl;
}

function findEngine({ base, options, rack }: Context): Promise<TemporalBinary> {
  options.tell({ kind: 'starting', part: 'temporal' });
  return findTemporal({
    env: options.env,
    cacheDir: base.cacheDir,
    signal: rack.signal,
    onProgress: (detail) => options.tell({ kind: 'starting', part: 'temporal', detail }),
  });
}

/** @param binary - of a server to start; none when somebody else runs one */
async function startEngine(
  context: Context,
  binary: TemporalBinary | undefined,
): Promise<{ address: string; ui?: string }> {
  const { base, ports, rack, options } = context;
  const { env, tell } = options;
  const given = base.temporal.address;
  if (given !== undefined) {
    tell({ kind: 'ready', part: 'temporal', detail: `yours (${given})` });
    return { address: given };
  }
  if (binary === undefined) throw new Error('There is neither an address of Temporal nor a server to start.');
  tell({ kind: 'starting', part: 'temporal' });
  const process = { ...placeOf(context, 'temporal'), env: environmentFor('temporal', { config: base, env }) };
  const { home, temporal } = base;
  await rack.add(
    'temporal',
    ports.startOn(['temporal', 'temporalUi'], () => {
      const [port, uiPort] = [ports.of('temporal'), ports.of('temporalUi')];
      return startTemporal({ binary: binary.path, port, uiPort, home, namespace: temporal.namespace, process });
    }),
  );
  tell({ kind: 'ready', part: 'temporal', detail: `server ${binary.serverVersion}` });
  return { address: `127.0.0.1:${ports.of('temporal')}`, ui: `http://127.0.0.1:${ports.of('temporalUi')}` };
}

async function startStandIns(context: Context): Promise<SandboxAddresses | undefined> {
  const { base, ports, rack, options } = context;
  if (!Object.values(options.sandbox).some(Boolean)) return undefined;
  options.tell({ kind: 'starting', part: 'sandbox' });
  const process = await rack.add(
    'sandbox',
    startSandbox({
      home: base.home,
      ports: {
        aws: ports.of('aws'),
        slack: ports.of('slack'),
        jira: ports.of('jira'),
        confluence: ports.of('confluence'),
        webhook: ports.of('webhook'),
      },
      instant: options.instant,
      databases: options.databases,
      slackRecord: options.slackRecord,
      process: { ...placeOf(context, 'sandbox'), env: environmentFor('sandbox', { config: base, env: options.env }) },
    }),
  );
  options.tell({ kind: 'ready', part: 'sandbox', detail: 'SIMULATED' });
  return process.ready;
}

/** A process that is there before what it works with is. */
const waitingWarning = (name: ProcessName, { waiting }: Readonly<Record<string, unknown>>): string | undefined =>
  waiting === true ? `${name === 'slack' ? 'Slack' : 'Temporal'} cannot be reached yet; it goes on trying` : undefined;

/** What is not watched has no sentinel and no baseline: a restore of it cannot be proved. */
function watchingWarning(watching: unknown, left: readonly string[]): string | undefined {
  const nothing = Array.isArray(watching) && watching.length === 0;
  if (!nothing && left.length === 0) return undefined;
  return [nothing ? 'watches nothing' : 'does not watch all', ...(left.length === 0 ? [] : [left.join('; ')])].join(
    ': ',
  );
}

/** Does not wait for what a stop will break off anyway, such as a long query. */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T> | undefined): Promise<T | undefined> {
  if (work === undefined) return undefined;
  let give: () => void = () => undefined;
  const given = new Promise<never>((_, reject) => {
    give = () => reject(signal.reason);
  });
  if (signal.aborted) give();
  else signal.addEventListener('abort', give, { once: true });
  try {
    return await Promise.race([work, given]);
  } finally {
    signal.removeEventListener('abort', give);
    // The one that lost the race may still fail, which is no news by then.
    work.catch(() => undefined);
    given.catch(() => undefined);
  }
}

const withoutAws = (env: InstallationOptions['env']): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AWS_')));
