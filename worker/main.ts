import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { currentCatalog } from '../catalog/current-catalog.ts';
import { loadConfig } from '../config/index.ts';
import { FiredrillError } from '../domain/errors.ts';
import { queueNames } from '../domain/queues.ts';
import type { QueueName } from '../domain/queues.ts';
import { openStore } from '../store/connect.ts';
import { recordCatalogVersion } from '../store/catalog-versions.ts';
import { activitiesOf } from './activities-of.ts';
import { createControlCalls } from './control-calls.ts';
import { installRuntime, logLine, runProcess, stopSignal } from './process.ts';
import { connectPatiently, temporalConnectionOf } from './temporal-connection.ts';
import { toolVersion } from './tool-version.ts';
import { createWorkers, runWorkers, workerQueues } from './workers.ts';
import { workflowBundle } from './workflow-bundle.ts';

/**
 * The worker process: `node worker/main.ts [--queues a,b]`. Prints one line of JSON when it serves, or with
 * `"waiting":true` when Temporal is not there yet; everything else goes to stderr. SIGTERM and SIGINT let it finish what it
 * is at, for seconds at most.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { queues: { type: 'string' } } });
  const queues = values.queues === undefined ? workerQueues : parseQueues(values.queues);
  const config = loadConfig({ env: process.env, cwd: process.cwd() });
  installRuntime();
  const stop = stopSignal();

  const catalog = currentCatalog(config.catalog, (error) =>
    logLine('error', 'the catalog is broken; the last good one stays in force', { error: String(error) }),
  );
  const options = temporalConnectionOf(config);
  const clientConnection = Connection.lazy(options);
  const tellReady = (more: object): void =>
    console.log(JSON.stringify({ ready: true, pid: process.pid, queues, version: toolVersion, ...more }));
  const [reached, bundle] = await Promise.all([
    connectPatiently(options, stop, () => tellReady({ waiting: true })),
    queues.includes('workflows') ? workflowBundle(join(config.home, 'cache')) : undefined,
  ]);
  if (reached === undefined) return;
  const { connection, waited } = reached;
  const client = new Client({ connection: clientConnection, namespace: config.temporal.namespace });
  const control = createControlCalls(client, config.taskQueuePrefix);
  const activities: Partial<Record<QueueName, object>> = {};
  for (const queue of queues) {
    if (queue !== 'workflows' && queue !== 'source')
      activities[queue] = await activitiesOf(queue, { config, catalog, control, client });
  }
  if (queues.includes('record') && config.databaseUrl !== undefined)
    await keepCatalogVersion(config.databaseUrl, await catalog());

  const workers = await createWorkers({
    connection,
    namespace: config.temporal.namespace,
    taskQueuePrefix: config.taskQueuePrefix,
    client,
    readKillSwitch: control.readKillSwitch,
    ...(bundle ? { codePath: bundle.codePath } : {}),
    activities,
  });
  const running = runWorkers(workers, stop);
  if (!waited) tellReady(bundle ? { buildId: bundle.buildId } : {});
  await running;
  await connection.close();
  await clientConnection.close();
}

/** So that evidence can show what a run was pinned to. The store may be down: the next start does it. */
async function keepCatalogVersion(
  databaseUrl: string,
  catalog: { readonly hash: string; readonly text: string },
): Promise<void> {
  const store = openStore(databaseUrl, 1);
  try {
    await recordCatalogVersion(store, catalog);
  } catch (error) {
    logLine('warn', 'this version of the catalog could not be kept in the store', { error: String(error) });
  } finally {
    await store.destroy();
  }
}

function parseQueues(text: string): QueueName[] {
  return text.split(',').map((name) => {
    const queue = queueNames.find((known) => known === name.trim());
    if (queue) return queue;
    throw new FiredrillError({
      code: 'no-such-queue',
      kind: 'input',
      what: `There is no task queue "${name}".`,
      means: 'The worker was not started.',
      next: `Use one or more of: ${queueNames.join(', ')}.`,
    });
  });
}

await runProcess(main);
