import type { Baseline } from '../../domain/check.ts';
import { FiredrillError } from '../../domain/errors.ts';
import { connect } from '../database/connect.ts';
import type { Connection, DatabaseAddress } from '../database/connect.ts';
import type { AppendLog } from './append-log.ts';
import { openAppendLog } from './append-log.ts';
import { openLoopStatus } from './loop-status.ts';
import type { LoopEvent, LoopReporter } from './loop-status.ts';
import { problemText } from './problem-text.ts';
import { createSentinelWriter } from './sentinel-writer.ts';
import type { Acknowledged } from './source-files.ts';
import { AcknowledgedSchema, BaselineSchema, sourceFiles } from './source-files.ts';
import { takeBaseline } from './take-baseline.ts';

/** One database that `firedrill source` watches. */
export interface SourceResource {
  readonly service: string;
  readonly resource: string;
  /** Asked for every new connection, so that a rotated password or a moved host is picked up. */
  readonly address: () => DatabaseAddress | Promise<DatabaseAddress>;
  /** True when the owner opted in to our table and its one row per interval. */
  readonly sentinel: boolean;
  /** Tables to count, as `schema.table`. */
  readonly tables: readonly string[];
  /** Ranges declared immutable, by the name of their check. */
  readonly checksums: readonly {
    readonly name: string;
    readonly table: string;
    readonly orderBy: string;
    readonly where: string;
  }[];
}

export interface SourceLoopsOptions {
  readonly resources: readonly SourceResource[];
  /** Logs of what was acknowledged; they are read by `createSourceActivities` and must outlive the process. */
  readonly dataDir: string;
  /** Milliseconds between two sentinels; 60,000 by default. RPO is known no better than this. */
  readonly sentinelEveryMs?: number;
  /** Milliseconds between two baselines; 6 hours by default. The first is taken at the start. */
  readonly baselineEveryMs?: number;
  /** How long sentinel rows stay in the source; 7 days by default. Restored copies keep what they had. */
  readonly keepRowsMs?: number;
  /** How long the logs are kept; 60 days by default, more than any backup retention of RDS (35). */
  readonly keepLogsMs?: number;
  /** Limit of one counting or checksum statement; 10 minutes by default. */
  readonly statementTimeoutMs?: number;
  /** Certificates (PEM) to trust for `tls: verify-full`. */
  readonly tlsCa?: string;
  /** Told when something starts or stops working; our own words only. */
  readonly tell?: (event: LoopEvent) => void;
}

export interface SourceLoops {
  /** Ends the loops and waits for what is being written. */
  stop(): Promise<void>;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Above the statement's own limit (10 s), so that the server speaks first when it still can. */
const sentinelAnswerMs = 15_000;

/**
 * Starts the sentinel writer and the baseline writer of every resource. They go on whatever happens to the database:
 * a turn that fails is told, written to the status file, and tried again at the next turn.
 */
export function startSourceLoops(options: SourceLoopsOptions): SourceLoops {
  const stopping = new AbortController();
  const loops = options.resources.flatMap((resource) => {
    const status = openLoopStatus({
      file: sourceFiles(options.dataDir, resource.service, resource.resource).status,
      resource: `${resource.service}/${resource.resource}`,
      sentinelEveryMs: options.sentinelEveryMs ?? minuteMs,
      sentinelDeclared: resource.sentinel,
      tell: options.tell ?? (() => undefined),
    });
    const sentinels = resource.sentinel
      ? [runSentinels(resource, options, status.reporter('sentinel'), stopping.signal)]
      : [];
    return [...sentinels, runBaselines(resource, options, status.reporter('baseline'), stopping.signal)];
  });
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

async function runSentinels(
  resource: SourceResource,
  options: SourceLoopsOptions,
  turn: LoopReporter,
  signal: AbortSignal,
): Promise<void> {
  const everyMs = options.sentinelEveryMs ?? minuteMs;
  const files = sourceFiles(options.dataDir, resource.service, resource.resource);
  let log: AppendLog<Acknowledged> | undefined;
  let connection: Connection | undefined;
  let writer: ReturnType<typeof createSentinelWriter> | undefined;
  let prunedMs = 0;
  while (!signal.aborted) {
    const startedMs = Date.now();
    try {
      if (log === undefined || writer === undefined) {
        log = await openAppendLog(files.sentinels, AcknowledgedSchema);
        const known = await files.readSentinels();
        writer = createSentinelWriter({
          resource,
          everyMs,
          log,
          lastCounter: Math.max(0, ...known.slice(-1000).map((entry) => entry.counter)),
        });
      }
      if (connection === undefined || connection.broken) {
        await connection?.close();
        connection = await open(resource, options, signal, sentinelAnswerMs);
        await writer.prepare(connection);
      }
      await writer.write(connection);
      if (startedMs - prunedMs > 60 * minuteMs) {
        await writer.prune(connection, startedMs - (options.keepRowsMs ?? 7 * dayMs));
        await log.prune((entry) => entry.acknowledgedMs > startedMs - (options.keepLogsMs ?? 60 * dayMs));
        prunedMs = startedMs;
      }
      await turn.worked();
    } catch (error) {
      if (!signal.aborted) await turn.failed(problemText(error));
      await connection?.close();
      connection = undefined;
    }
    await pause(Math.max(0, everyMs - (Date.now() - startedMs)), signal);
  }
  await connection?.close();
  await log?.close().catch(() => undefined); // everything acknowledged is on disk already
}

async function runBaselines(
  resource: SourceResource,
  options: SourceLoopsOptions,
  turn: LoopReporter,
  signal: AbortSignal,
): Promise<void> {
  const everyMs = options.baselineEveryMs ?? 6 * 60 * minuteMs;
  const file = sourceFiles(options.dataDir, resource.service, resource.resource).baselines;
  while (!signal.aborted) {
    const startedMs = Date.now();
    let waitMs = everyMs;
    let connection: Connection | undefined;
    let log: AppendLog<Baseline> | undefined;
    try {
      const statementTimeoutMs = options.statementTimeoutMs ?? 10 * minuteMs;
      connection = await open(resource, options, signal, statementTimeoutMs + minuteMs);
      const { baseline, problems } = await takeBaseline(connection, resource, statementTimeoutMs);
      log = await openAppendLog(file, BaselineSchema);
      await log.append(baseline);
      await log.prune((entry) => entry.takenAtMs > startedMs - (options.keepLogsMs ?? 60 * dayMs));
      await (problems.length === 0 ? turn.worked() : turn.failed(`left out of the baseline: ${problems.join('; ')}`));
    } catch (error) {
      if (!signal.aborted) await turn.failed(problemText(error));
      waitMs = Math.min(everyMs, minuteMs); // a database that was down for a moment must not cost the next baseline
    } finally {
      await connection?.close();
      await log?.close().catch(() => undefined);
    }
    await pause(Math.max(0, waitMs - (Date.now() - startedMs)), signal);
  }
}

const open = async (
  resource: SourceResource,
  options: SourceLoopsOptions,
  signal: AbortSignal,
  queryTimeoutMs: number,
): Promise<Connection> =>
  connect(await addressOf(resource), {
    applicationName: 'firedrill source',
    connectTimeoutMs: 10_000,
    queryTimeoutMs,
    signal,
    ...(options.tlsCa === undefined ? {} : { tlsCa: options.tlsCa }),
  });

/** @throws FiredrillError, ours or the resolver's own; AWS's errors say too little about a database */
async function addressOf(resource: SourceResource): Promise<DatabaseAddress> {
  try {
    return await resource.address();
  } catch (error) {
    if (error instanceof FiredrillError) throw error;
    throw new FiredrillError(
      {
        code: 'source-address-unknown',
        kind: 'busy',
        what: `Where the database listens could not be found out (${error instanceof Error ? error.name : 'unknown reason'}).`,
        means: 'No sentinel and no baseline is written until it can.',
        next: 'Check the AWS permissions and credentials of the source process, or give host and port in the catalog.',
      },
      { cause: error },
    );
  }
}

/** Waits, or ends at once when the loops are stopped. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
