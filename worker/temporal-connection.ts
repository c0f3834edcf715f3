import type { Config } from '../config/index.ts';
import { FiredrillError } from '../domain/errors.ts';

/** Address, and TLS with API key where one is set. The same for the client's and the worker's connection. */
export function temporalConnectionOf(config: Config): { address: string; tls?: boolean; apiKey?: string } {
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
