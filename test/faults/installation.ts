import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import pg from 'pg';
import { parse, stringify } from 'yaml';
import { openStoreOf, runsDepsOf } from '../../client/cli/access.ts';
import { settingsOf } from '../../client/cli/settings-of.ts';
import type { ProcessName } from '../../client/processes/environment.ts';
import { readPidFile } from '../../client/processes/leftover.ts';
import { localSecret } from '../../client/processes/local-secrets.ts';
import { identify, isAlive } from '../../client/processes/process-identity.ts';
import type { ProcessIdentity } from '../../client/processes/process-identity.ts';
import { readRunning } from '../../client/processes/running-file.ts';
import { sandboxCredentials } from '../../client/processes/sandbox-process.ts';
import { connectTemporal } from '../../client/processes/temporal-server.ts';
import type { RunsDeps } from '../../client/runs/deps.ts';
import { publicKeyOf } from '../../domain/signing.ts';
import { grantSourceLogin, seedIssuesDatabase } from '../../examples/issues-db/seed.ts';
import { awsControl, createIssuesInstance, setUpCompany } from '../../examples/set-up.ts';
import type { CompanyPlace } from '../../examples/set-up.ts';
import { dataRootFor, removeDataRoot } from '../../postgres/index.ts';
import type { Store } from '../../store/connect.ts';
import { firedrill, processesOf, root } from '../demo/command.ts';
import type { Running } from '../demo/command.ts';
import { until } from '../engine/outside.ts';
import type { Witness } from './invariants/witness.ts';

/** What a kill can hit: a process of an installation, or `firedrill up` itself with all of them. */
export const targets = ['worker', 'temporal', 'sandbox', 'postgres', 'up'] as const;
export type Target = (typeof targets)[number];

/** `up` restarts a process five times, then it gives up: for good reason, and so kills stop one short of it. */
const restartsBeforeGivingUp = 5;

/** A start that is hit by a kill is tried again, this often in all. */
const startsAfterKills = 4;

/**
 * An installation as a user starts it (`firedrill up`, with stand-ins that keep their state), whose processes can be killed
 * by name. What was killed comes back as it would for a user: `up` restarts its processes, a person restarts `up`.
 */
export interface Installation {
  readonly home: string;
  /** Follows the installation through restarts and changed ports. */
  readonly witness: Witness;
  /** For starting runs and deciding, as the CLI does. */
  runs(): RunsDeps;
  /** Waits until it is there (again), then kill -9; for `up` also starts it again, which waits for what it left. */
  kill(target: Target): Promise<void>;
  /** Runs `work` while neither engine nor `up` is killed: starting a run is what a client does, not what a run survives. */
  undisturbed<T>(work: () => Promise<T>): Promise<T>;
  /** Stops everything. @returns processes that were left behind */
  close(): Promise<readonly string[]>;
}

type CatalogService = Record<string, unknown> & {
  resources: ({ name: string; checks?: object[] } & Record<string, unknown>)[];
};

/** A catalog as data, to be changed before the installation starts. */
export interface CatalogData {
  organisation: { name: string; policies: Record<string, unknown> & { limits: Record<string, unknown> } };
  services: Record<string, CatalogService>;
}

export interface InstallationOptions {
  /** Changes the example catalog, for example adds resources. */
  readonly catalog: (catalog: CatalogData) => void;
  readonly say: (text: string) => void;
}

const sourcePassword = 'source-Pass-1234';
const masterPassword = 'master-Pass-1234';
const sourceUser = 'firedrill_source';

/** Starts one with the example company in its stand-ins, 5,000 rows, and a source process that watches every name of it. */
export async function install(options: InstallationOptions): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'firedrill-faults-'));
  const home = join(folder, 'home');
  await mkdir(home, { mode: 0o700 });
  const catalogFile = join(folder, 'catalog.yaml');
  const catalog = await catalogFor(options.catalog);
  await writeFile(catalogFile, stringify(catalog, { aliasDuplicateObjects: false }));
  const databases = catalog.services['jira-cloud']?.resources.filter(({ kind }) => kind === 'rds-instance') ?? [];
  const names = databases.map(({ name }) => name);
  const installed = new Installed({ home, catalogFile, resources: names, say: options.say });
  try {
    await installed.start();
    await installed.found();
    return installed;
  } catch (error) {
    await installed.close();
    throw error;
  }
}

async function catalogFor(change: InstallationOptions['catalog']): Promise<CatalogData> {
  const catalog = parse(await readFile(join(root, 'examples', 'catalog.yaml'), 'utf8')) as CatalogData;
  const { organisation } = catalog;
  // Not the company that `up` founds by itself: a million rows would make every kill wait.
  organisation.name = 'Kill Test Ltd';
  delete organisation.policies['freezes'];
  // A writer counts as silent after three intervals: longer than it takes to start everything again.
  organisation.policies['sentinelEvery'] = '20s';
  organisation.policies['baselineEvery'] = '10m';
  // Deadlines judge AWS; here only our own processes are slow.
  organisation.policies.limits = { pollEvery: '250ms', restoreDeadline: '20m', notFoundProof: '2s' };
  change(catalog);
  return catalog;
}

interface Connected {
  readonly temporal: Client;
  readonly store: Store;
  readonly place: CompanyPlace;
  readonly runs: RunsDeps;
  close(): Promise<void>;
}

class Installed implements Installation {
  readonly home: string;
  readonly witness: Witness;
  readonly #catalogFile: string;
  /** Names of the databases that the source process watches. */
  readonly #resources: readonly string[];
  readonly #say: (text: string) => void;
  #up: Running | undefined;
  #connected: Connected | undefined;
  readonly #old: Connected[] = [];
  readonly #killed = new Map<string, ProcessIdentity>();
  #restarts = new Map<ProcessName, number>();
  /** Kills of single processes so far. */
  #kills = 0;
  /** When the engine was last away, alone or with everything. */
  #engineLostAtMs = 0;
  readonly #ending = new WeakSet<Running>();
  /** Those that said that they are ready. */
  readonly #ready = new WeakSet<Running>();
  #turn = Promise.resolve<unknown>(undefined);

  constructor(options: {
    readonly home: string;
    readonly catalogFile: string;
    readonly resources: readonly string[];
    readonly say: (text: string) => void;
  }) {
    const { home } = options;
    this.home = home;
    this.#catalogFile = options.catalogFile;
    this.#resources = options.resources;
    this.#say = options.say;
    const now = () => this.#now();
    this.witness = {
      get temporal() {
        return now().temporal;
      },
      get store() {
        return now().store;
      },
      get place() {
        return now().place;
      },
      taskQueuePrefix: 'firedrill-',
      get evidencePublicKey() {
        return publicKeyOf(localSecret(home, 'evidence-key'));
      },
    };
  }

  runs(): RunsDeps {
    return this.#now().runs;
  }

  async start(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const killsBefore = this.#kills;
      try {
        await this.#startOnce();
        return;
      } catch (error) {
        // `up` gives up when a process dies while it starts, and says so: a person starts it again. Without a kill it may not.
        if (this.#kills === killsBefore || attempt === startsAfterKills) throw error;
        this.#say('up was hit while it started, and is started again');
      }
    }
  }

  async #startOnce(): Promise<void> {
    const env = { ISSUES_DB_SOURCE_USER: sourceUser, ISSUES_DB_SOURCE_PASSWORD: sourcePassword };
    this.#restarts = new Map();
    const up = firedrill(this.home, ['up', '--sandbox', '--instant', '--json', '--catalog', this.#catalogFile], {
      env,
    });
    this.#up = up;
    this.#watch(up);
    await up.until(/"ready":true/, 120_000);
    await this.#connect();
    await this.#liftSlackLimits();
    this.#ready.add(up);
  }

  /**
   * `up` ends when somebody ends it, or when it gives a process up that fell over again and again, which starts in vain while
   * another one is away count for, too. After kills a person starts it again; without any it may not end.
   */
  #watch(up: Running): void {
    void up.ended.then(({ code, stdout, stderr }) => {
      if (this.#ending.has(up)) return;
      const last = `${stdout}\n${stderr}`.trim().split('\n').slice(-30).join('\n  ');
      this.#say(`up ended by itself (exit code ${code}); it said last:\n  ${last}`);
      if (this.#ready.has(up) && this.#restarts.size > 0)
        void this.undisturbed(async () => {
          if (this.#up !== up) return;
          this.#say('up is started again');
          await this.start();
        });
    });
  }

  /** Puts the example company into the stand-ins, under all its names, and waits until a restore of it can be proved. */
  async found(): Promise<void> {
    const { place } = this.#now();
    await setUpCompany(place);
    await awsControl(place, 'PUT', 'rds/log-shipping', { ms: 1000 });
    const database = { ...(await createIssuesInstance(place, masterPassword)), password: masterPassword };
    await seedIssuesDatabase(database, { rows: 5000, asOfMs: Date.now() });
    const { user } = await grantSourceLogin(database, sourcePassword);
    if (user !== sourceUser) throw new Error(`The source process was told ${sourceUser}, the database has ${user}.`);
    const client = new pg.Client(database);
    await client.connect();
    // One database goes by many names here, and each has its own connection.
    await client.query(`ALTER ROLE ${pg.escapeIdentifier(user)} CONNECTION LIMIT 90`);
    await client.end();
    // It looked for its databases before they were there; a start writes a sentinel at once, and it must follow a baseline.
    await this.#restartSource();
    await until(() => this.#hasLines('baselines', 0), 'every resource has a baseline', 120_000);
    await this.#restartSource();
    await until(() => this.#hasLines('sentinels', 1), 'every resource has a sentinel after its baseline', 120_000);
    await awsControl(place, 'POST', 'rds/ship-logs', {});
  }

  async undisturbed<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#turn;
    const mine = before.then(work);
    this.#turn = mine.catch(() => undefined);
    return await mine;
  }

  async kill(target: Target): Promise<void> {
    if (target === 'up') return await this.undisturbed(() => this.#killUp());
    const kill = () => this.#killProcess(target);
    for (; !(target === 'temporal' ? await this.undisturbed(kill) : await kill()); await sleep(200))
      await this.undisturbed(async () => (this.#isTooOften(target) ? await this.#renew(target) : undefined));
  }

  async close(): Promise<readonly string[]> {
    // The SDK tries a call that met no engine again until it has tried for 20 s, also when nobody waits for it any more; on a
    // connection that is closed by then it throws where nobody can catch it.
    await sleep(Math.max(0, this.#engineLostAtMs + 30_000 - Date.now()));
    for (const connected of [...this.#old, this.#connected]) await connected?.close();
    this.#connected = undefined;
    if (this.#up !== undefined) {
      this.#ending.add(this.#up);
      this.#up.child.kill('SIGTERM');
      await this.#up.ended;
    }
    const left = await untilNothingRuns(this.home, 30_000);
    for (const place of [this.home, join(this.home, 'sandbox', 'aws', 'rds')]) await removeDataRoot(place);
    await rm(join(this.home, '..'), { recursive: true, force: true });
    return left;
  }

  async #killUp(): Promise<void> {
    const up = this.#up;
    if (up === undefined) throw new Error('`up` does not run.');
    this.#ending.add(up);
    up.child.kill('SIGKILL');
    await up.ended;
    await this.start();
    this.#engineLostAtMs = Date.now();
  }

  /** `up` gives up what falls over again and again, as it should: no campaign may go that far by chance. */
  #isTooOften(name: ProcessName): boolean {
    return (this.#restarts.get(name) ?? 0) >= restartsBeforeGivingUp;
  }

  /** @returns false when `up` would have to give it up: other runs have killed it, too, while this one waited for its turn */
  async #killProcess(name: Exclude<Target, 'up'>): Promise<boolean> {
    let alive: ProcessIdentity | undefined;
    await until(
      () => {
        // Nothing comes back without `up`: whoever starts it again has to have their turn.
        const { exitCode, signalCode } = this.#up?.child ?? {};
        if (typeof exitCode === 'number' || typeof signalCode === 'string') {
          alive = undefined;
          return true;
        }
        alive = this.#identityOf(name);
        const last = this.#killed.get(name);
        return alive !== undefined && isAlive(alive) && alive.startedAt !== last?.startedAt;
      },
      `${name} is there to be killed`,
      120_000,
    );
    if (alive === undefined || this.#isTooOften(name)) return false;
    this.#restarts.set(name, (this.#restarts.get(name) ?? 0) + 1);
    this.#killed.set(name, alive);
    this.#kills += 1;
    process.kill(alive.pid, 'SIGKILL');
    if (name === 'temporal') this.#engineLostAtMs = Date.now();
    if (name === 'sandbox') {
      await until(
        () => (this.#identityOf('sandbox')?.startedAt ?? alive?.startedAt) !== alive?.startedAt,
        'a new sandbox',
        120_000,
      );
      await this.#liftSlackLimits();
    }
    return true;
  }

  /** As a person who sees that a process fell over again and again. */
  async #renew(name: string): Promise<void> {
    this.#say(`up is stopped and started: ${name} was killed ${restartsBeforeGivingUp} times`);
    const up = this.#up;
    if (up !== undefined) {
      this.#ending.add(up);
      up.child.kill('SIGTERM');
      await up.ended;
    }
    await this.start();
    this.#engineLostAtMs = Date.now();
  }

  #identityOf(name: ProcessName): ProcessIdentity | undefined {
    const child = readPidFile(join(this.home, 'run', `${name}.json`))?.child;
    return child === undefined ? undefined : identify(child.pid)?.startedAt === child.startedAt ? child : undefined;
  }

  #now(): Connected {
    if (this.#connected === undefined) throw new Error('The installation is being started.');
    return this.#connected;
  }

  async #connect(): Promise<void> {
    const before = this.#connected;
    const running = readRunning(this.home);
    const { config } = settingsOf({ env: {}, cwd: root }, { home: this.home });
    const { address, namespace } = config.temporal;
    if (running === undefined || address === undefined)
      throw new Error('`up` said that it is ready, and nothing runs.');
    const connection = await connectTemporal({ address, namespace }, 60_000);
    const temporal = new Client({ connection, namespace });
    const store = openStoreOf(config);
    this.#connected = {
      temporal,
      store,
      runs: runsDepsOf(config, temporal),
      place: {
        awsUrl: running.aws.endpointUrl ?? '',
        slackUrl: running.slack.page ?? '',
        jiraUrl: running.jira.page ?? '',
        confluenceUrl: running.confluence?.page ?? '',
        slackBotToken: sandboxCredentials.slackBotToken,
        jiraEmail: sandboxCredentials.jiraEmail,
        jiraApiToken: sandboxCredentials.jiraApiToken,
      },
      async close() {
        await connection.close();
        await store.destroy();
      },
    };
    // It is closed when all is over, see `close`.
    if (before !== undefined) this.#old.push(before);
  }

  /** Slack's true limits, one message a second, would hide what a kill does behind waiting; they forget it when they restart. */
  async #liftSlackLimits(): Promise<void> {
    const plenty = { perMinute: 60_000, burst: 10_000 };
    const names = ['postMessage', 'postMessageWorkspace', 'tier1', 'tier2', 'tier3', 'tier4'];
    const body = JSON.stringify(Object.fromEntries(names.map((name) => [name, plenty])));
    await until(
      async () => {
        const { slackUrl, slackBotToken } = this.#now().place;
        const headers = { authorization: `Bearer ${slackBotToken}`, 'content-type': 'application/json' };
        try {
          return (await fetch(`${slackUrl}/_sandbox/limits`, { method: 'PUT', headers, body })).ok;
        } catch {
          // It is on its way back.
          return false;
        }
      },
      'Slack takes new limits',
      120_000,
    );
  }

  async #restartSource(): Promise<void> {
    const before = this.#identityOf('source');
    if (before === undefined) throw new Error('The source process does not run.');
    process.kill(before.pid, 'SIGTERM');
    await until(() => (this.#identityOf('source') ?? before).startedAt !== before.startedAt, 'a new source process');
  }

  /** Whether this log of every database has more than so many lines. */
  async #hasLines(log: 'sentinels' | 'baselines', more: number): Promise<boolean> {
    const folder = join(this.home, 'source', 'jira-cloud');
    const texts = await Promise.all(
      this.#resources.map((name) => readFile(join(folder, name, `${log}.jsonl`), 'utf8').catch(() => '')),
    );
    return texts.every((text) => text.split('\n').length - 1 > more);
  }
}

/** Waits until nothing works for a home any more, databases included, which know it only by their own folders. */
async function untilNothingRuns(home: string, withinMs: number): Promise<readonly string[]> {
  const places = [home, await dataRootFor(home), await dataRootFor(join(home, 'sandbox', 'aws', 'rds'))];
  const giveUpAtMs = Date.now() + withinMs;
  for (;;) {
    const left = [...new Set(places.flatMap((place) => processesOf(place)))];
    if (left.length === 0 || Date.now() > giveUpAtMs) return left;
    await sleep(200);
  }
}
