import { Connection } from '@temporalio/client';
import { join } from 'node:path';
import type { Config } from '../../config/index.ts';
import { FiredrillError } from '../../domain/errors.ts';
import { ProcessFailedError, startProcess } from './supervised-process.ts';
import type { ProcessSpec, SupervisedProcess } from './supervised-process.ts';

/** What runs need to be found and told apart in Temporal. */
export const searchAttributes = ['DrService', 'DrRunbook', 'DrPhase'] as const;

/** Runs stay in Temporal for at least this long after their end. */
export const retentionDays = 30;

export interface TemporalServerOptions {
  readonly binary: string;
  readonly port: number;
  readonly uiPort: number;
  readonly home: string;
  readonly namespace: string;
  /** `synchronous=OFF` survives a killed process but not a power cut: for tests only. Default false. */
  readonly forTests?: boolean;
  readonly process: Pick<ProcessSpec<unknown>, 'env' | 'cwd' | 'logFile' | 'pidFile' | 'onEvent' | 'signal'>;
}

/**
 * Starts the development server on its own database file, set up so that a click is answered in some 20 ms (its defaults
 * make every hop wait for a tick of 50 ms), with our search attributes and a retention of 30 days.
 *
 * @throws ProcessFailedError
 */
export async function startTemporal(options: TemporalServerOptions): Promise<SupervisedProcess<true>> {
  const address = `127.0.0.1:${options.port}`;
  for (let left = startsAgain; ; left -= 1) {
    try {
      return await startProcess<true>({
        ...options.process,
        name: 'temporal',
        command: options.binary,
        args: serverArguments(options),
        // Nothing is lost when it is killed: the database is a file.
        stop: [{ signal: 'SIGTERM', withinMs: 5000 }],
        isReady: () => prepareNamespace({ address, namespace: options.namespace }),
      });
    } catch (error) {
      if (left === 0 || !hasPanicked(error)) throw error;
    }
  }
}

/**
 * The server looks for free ports for its inner services, lets go of them and takes them a moment later. What else starts
 * beside it may have taken one by then; it panics, and finds others when it is started again.
 */
const startsAgain = 2;
/** Go's exit code for a panic; a port of ours that is taken ends it with 1. */
const hasPanicked = (error: unknown): boolean =>
  error instanceof ProcessFailedError && error.what.includes('(exit code 2)');

function serverArguments({ port, uiPort, home, namespace, forTests }: TemporalServerOptions): readonly string[] {
  const faster = ['transfer', 'timer', 'visibility'].flatMap((queue) => [
    `history.${queue}ProcessorMaxPollRPS=2000`,
    `history.${queue}ProcessorMaxPollHostRPS=10000`,
  ]);
  const flags: Readonly<Record<string, string>> = {
    '--ip': '127.0.0.1',
    '--port': String(port),
    '--ui-port': String(uiPort),
    '--db-filename': join(home, 'temporal.db'),
    '--log-level': 'error',
    ...(namespace === 'default' ? {} : { '--namespace': namespace }),
  };
  const repeated = [
    ...searchAttributes.map((name) => ['--search-attribute', `${name}=Keyword`]),
    ['--sqlite-pragma', 'journal_mode=WAL'],
    ['--sqlite-pragma', `synchronous=${forTests ? 'OFF' : 'NORMAL'}`],
    ...faster.map((value) => ['--dynamic-config-value', value]),
  ];
  return ['server', 'start-dev', ...Object.entries(flags).flat(), ...repeated.flat()];
}

type TemporalPlace = Pick<Config['temporal'], 'namespace' | 'apiKey'> & { readonly address: string };

/** Connects with a short patience. @throws the client's own error when nobody answers */
export async function connectTemporal({ address, apiKey }: TemporalPlace, timeoutMs = 3000): Promise<Connection> {
  return await Connection.connect({
    address,
    connectTimeout: timeoutMs,
    ...(apiKey === undefined ? {} : { apiKey, tls: true }),
  });
}

/** Whether the server answers; then its namespace keeps closed runs for at least 30 days. */
async function prepareNamespace(place: TemporalPlace): Promise<true | undefined> {
  let connection: Connection;
  try {
    connection = await connectTemporal(place, 500);
  } catch {
    // Not up yet: asked again until the deadline, which then shows the server's log.
    return undefined;
  }
  try {
    await ensureRetention(connection, place.namespace);
    return true;
  } catch (error) {
    if (isStarting(error)) return undefined;
    throw error;
  } finally {
    await connection.close();
  }
}

/** The frontend answers a moment before the namespace is there (NOT_FOUND, UNAVAILABLE, DEADLINE_EXCEEDED). */
const isStarting = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && [4, 5, 14].includes(Number(error.code));

/** Raises the namespace's retention to 30 days; a longer one stays. The development server's own is 24 hours. */
export async function ensureRetention(connection: Connection, namespace: string): Promise<void> {
  if ((await retentionDaysOf(connection, namespace)) >= retentionDays) return;
  await connection.workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: { seconds: secondsOf(retentionDays) } },
  });
}

/** How many days closed runs are kept. */
export async function retentionDaysOf(connection: Connection, namespace: string): Promise<number> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / 86_400;
}

type LongSeconds = NonNullable<
  Parameters<Connection['workflowService']['updateNamespace']>[0]['config']
>['workflowExecutionRetentionTtl'];
/** The wire type is a 64-bit integer, which protobufjs takes as a plain number too; its types know only Long. */
const secondsOf = (days: number): NonNullable<NonNullable<LongSeconds>['seconds']> =>
  (days * 86_400) as unknown as NonNullable<NonNullable<LongSeconds>['seconds']>;

/** A server that somebody else runs. @throws FiredrillError `temporal-unreachable` */
export async function checkTemporal(place: TemporalPlace): Promise<void> {
  let connection: Connection;
  try {
    connection = await connectTemporal(place, 10_000);
  } catch (cause) {
    throw new FiredrillError(
      {
        code: 'temporal-unreachable',
        kind: 'busy',
        what: `Temporal at ${place.address} does not answer.`,
        means: 'Nothing was started.',
        next: 'Check TEMPORAL_ADDRESS, TEMPORAL_API_KEY and the network, or unset TEMPORAL_ADDRESS to have a server started here.',
      },
      { cause },
    );
  }
  await connection.close();
}
