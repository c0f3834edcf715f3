import { Client } from '@temporalio/client';
import { currentCatalog } from '../../catalog/current-catalog.ts';
import { endpointsOf, isSimulated } from '../../config/index.ts';
import type { Config } from '../../config/index.ts';
import { FiredrillError } from '../../domain/errors.ts';
import { publicKeyOf } from '../../domain/signing.ts';
import { openStore } from '../../store/connect.ts';
import type { Store } from '../../store/connect.ts';
import { connectTemporal } from '../processes/temporal-server.ts';
import { TemporalUnreachableError } from '../runs/reach-temporal.ts';
import type { RunsDeps } from '../runs/deps.ts';

/** A connection to the engine and what starting and deciding need; closed by whoever opened it. */
export interface RunsAccess {
  readonly deps: RunsDeps;
  close(): Promise<void>;
}

/**
 * Connects to Temporal.
 *
 * @throws FiredrillError `nothing-runs` when no address is known; TemporalUnreachableError
 */
export async function openRuns(config: Config): Promise<RunsAccess> {
  const { address, namespace, apiKey } = config.temporal;
  if (address === undefined) throw nothingRuns('TEMPORAL_ADDRESS');
  const connection = await connectTemporal({ address, namespace, ...(apiKey === undefined ? {} : { apiKey }) }).catch(
    (error: unknown) => {
      throw new TemporalUnreachableError(error);
    },
  );
  return { deps: runsDepsOf(config, new Client({ connection, namespace })), close: () => connection.close() };
}

/** What starting runs and deciding needs, on a connection that is there. */
export function runsDepsOf(config: Config, temporal: Client): RunsDeps {
  const catalog = currentCatalog(config.catalog, () => undefined);
  const slackSigner =
    config.slackSignerPublicKey ??
    (config.slackSignerKey === undefined ? undefined : publicKeyOf(config.slackSignerKey));
  return {
    temporal,
    taskQueuePrefix: config.taskQueuePrefix,
    catalog,
    simulated: isSimulated(config),
    endpoints: endpointsOf(config),
    signers: slackSigner === undefined ? {} : { 'slack-app': slackSigner },
  };
}

/** The store of this installation; connects at the first question. @throws FiredrillError `nothing-runs` */
export function openStoreOf(config: Config): Store {
  if (config.databaseUrl === undefined) throw nothingRuns('DATABASE_URL');
  return openStore(config.databaseUrl, 2);
}

const nothingRuns = (variable: string): FiredrillError =>
  new FiredrillError({
    code: 'nothing-runs',
    kind: 'busy',
    what: 'No installation of firedrill is running on this home, and none was named.',
    means: 'There is nothing to ask.',
    next: `Start one (firedrill up, or firedrill demo), run this in the same folder or with the same FIREDRILL_HOME, or set ${variable}.`,
  });
