import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServiceError } from '@temporalio/client';
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

/**
 * Connects a worker, and waits for a Temporal that does not answer for as long as it takes: whoever looks after this process
 * would start it in vain a few times and then give it up. A Temporal that answers and refuses us is an error at once.
 *
 * @param onWaiting - called once, when the first attempt was in vain
 * @returns the connection, and whether it had to be waited for; nothing when told to stop before Temporal answered
 */
export async function connectPatiently(
  place: Place,
  stop: Promise<void>,
  onWaiting: () => void,
): Promise<{ readonly connection: NativeConnection; readonly waited: boolean } | undefined> {
  const ending = new AbortController();
  void stop.then(() => ending.abort());
  for (let waited = false; !ending.signal.aborted; waited = true) {
    try {
      const connection = await NativeConnection.connect(place);
      if (waited) logLine('info', 'Temporal answers; serving');
      return { connection, waited };
    } catch (error) {
      if (!isAway(error)) throw error;
      if (!waited) {
        logLine('warn', 'Temporal cannot be reached yet; trying again', {
          address: place.address,
          error: String(error),
        });
        onWaiting();
      }
      await sleep(retryMs, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  }
  return undefined;
}

/** Nobody there, or a server that only just starts (gRPC's deadline exceeded and unavailable). */
const isAway = (error: unknown): boolean =>
  error instanceof TransportError || (isGrpcServiceError(error) && [4, 14].includes(error.code));
