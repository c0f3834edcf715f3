import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { createSourceActivities, startSourceLoops } from '../activities/source/index.ts';
import { currentCatalog } from '../catalog/current-catalog.ts';
import { loadConfig } from '../config/index.ts';
import { awsClientsFor } from './aws-roles.ts';
import { createControlCalls } from './control-calls.ts';
import { installRuntime, logLine, runProcess, stopSignal } from './process.ts';
import { watchedResources } from './source-resources.ts';
import { connectPatiently, temporalConnectionOf } from './temporal-connection.ts';
import { toolVersion } from './tool-version.ts';
import { createWorkers, runWorkers } from './workers.ts';

/**
 * The source process: `node worker/source.ts`, in the production network. Writes sentinels and takes baselines whatever
 * happens to Temporal, also when it is not there yet, and answers the queue `source` from its own logs. Prints one line of
 * JSON when it serves, with `"waiting":true` when it waits for Temporal.
 */
async function main(): Promise<void> {
  const config = loadConfig({ env: process.env, cwd: process.cwd() });
  installRuntime();
  const stop = stopSignal();
  const { catalog } = await currentCatalog(config.catalog, (error) =>
    logLine('error', 'the catalog is broken', { error: String(error) }),
  )();
  const { resources, left } = watchedResources(catalog, process.env, awsClientsFor('read', catalog, config));
  for (const { resource, why } of left) logLine('warn', 'not watched', { resource, why });

  const dataDir = join(config.home, 'source');
  const { policies } = catalog.organisation;
  const loops = startSourceLoops({
    resources,
    dataDir,
    sentinelEveryMs: policies.sentinelEveryMs,
    baselineEveryMs: policies.baselineEveryMs,
    tell: (event) => logLine('info', 'source', { ...event }),
  });
  const options = temporalConnectionOf(config);
  const tellReady = (more: object = {}): void => {
    const watching = resources.map(({ service, resource }) => `${service}/${resource}`);
    console.log(JSON.stringify({ ready: true, pid: process.pid, version: toolVersion, watching, ...more }));
  };
  const reached = await connectPatiently(options, stop, () => tellReady({ waiting: true }));
  if (reached === undefined) return await loops.stop();
  const { connection, waited } = reached;
  const client = new Client({
    connection: Connection.lazy(options),
    namespace: config.temporal.namespace,
  });
  const workers = await createWorkers({
    connection,
    namespace: config.temporal.namespace,
    taskQueuePrefix: config.taskQueuePrefix,
    client,
    readKillSwitch: createControlCalls(client, config.taskQueuePrefix).readKillSwitch,
    activities: { source: createSourceActivities({ dataDir }) },
  });
  const running = runWorkers(workers, stop);
  if (!waited) tellReady();
  await running;
  await loops.stop();
}

await runProcess(main);
