import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, isGrpcServiceError } from '@temporalio/client';
import { NativeConnection, TransportError } from '@temporalio/worker';
import type { Config } from '../config/index.ts';
import { FiredrillError } from '../domain/errors.ts';
import { logLine } from './process.ts';

type Place = { readonly address: string; readonly tls?: boolean; readonly apiKey?: string };

/** Between two attempts to reach a Temporal that is not there, milliseconds. */
const retryMs = 1000;

/** Address, and TLS with API key where one is set. The same for the client's and the worker's connection. */
export function temporalConnectionOf(config: Config): Place {
  const { address, apiKey } = config.temporal;
  if (address === undefined) {
    throw new FiredrillError({
      code: 'missing-setting',
      kind: 'input',
      what: 'TEMPORAL_ADDRESS is not set.',
      means: 'Nothing was started: there is no workflow engine to work for.',
      next: 'Set it, or let firedrill up start everything on this machine.',
    });
  }
  return apiKey === undefined ? { address } : { address, tls: true, apiKey };
}

/** A first attempt that takes longer than this is told as waiting, milliseconds: whoever started us has less patience than TCP. */
const slowMs = 10_000;
/** An attempt in so many is told in the log. */
const toldEvery = 60;

/**
 * Connects a worker, and waits for a Temporal that does not answer for as long as it takes: whoever looks after this process
 * would start it in vain a few times and then give it up. A Temporal that answers and refuses us is an error at once.
 *
 * @param onWaiting - called once, when the first attempt was in vain or takes long
 * @returns the connection, and whether it had to be waited for; nothing when told to stop before Temporal answered
 */
export async function connectPatiently(
  place: Place,
  stop: Promise<void>,
  onWaiting: () => void,
): Promise<{ readonly connection: NativeConnection; readonly waited: boolean } | undefined> {
  let waited = false;
  const wait = (): void => {
    if (waited) return;
    waited = true;
    onWaiting();
  };
  const slow = setTimeout(wait, slowMs);
  try {
    return await Promise.race([stop.then(() => undefined), untilConnected(place, stop, wait)]).then(
      (connection) => connection && { connection, waited },
    );
  } finally {
    clearTimeout(slow);
  }
}

async function untilConnected(
  place: Place,
  stop: Promise<void>,
  wait: () => void,
): Promise<NativeConnection | undefined> {
  let stopped = false;
  void stop.then(() => (stopped = true));
  for (let attempt = 0; !stopped; attempt += 1) {
    try {
      const connection = await NativeConnection.connect(place);
      if (attempt > 0) logLine('info', 'Temporal answers; serving');
      return connection;
    } catch (error) {
      if (!(error instanceof TransportError) || (await refusesUs(place))) throw error;
      if (attempt % toldEvery === 0)
        logLine('warn', 'Temporal cannot be reached yet; trying again', {
          address: place.address,
          error: String(error),
        });
      wait();
      await Promise.race([sleep(retryMs), stop]);
    }
  }
  return undefined;
}

/** gRPC codes of a server that is there and will not have us: invalid argument, not found, permission denied, unauthenticated. */
const refusing: readonly number[] = [3, 5, 7, 16];

/** The worker's connection says the same of a server that is away and of one that refuses us; the client's tells them apart. */
async function refusesUs(place: Place): Promise<boolean> {
  try {
    const connection = await Connection.connect({ ...place, connectTimeout: 3000 });
    await connection.close();
    return false;
  } catch (error) {
    const causes = [error, error instanceof Error ? error.cause : undefined];
    return causes.some((cause) => isGrpcServiceError(cause) && refusing.includes(cause.code));
  }
}
