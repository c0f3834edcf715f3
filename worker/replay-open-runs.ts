import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { loadConfig } from '../config/index.ts';
import { controlQueue, taskQueue } from '../domain/queues.ts';
import { temporalConnectionOf } from './temporal-connection.ts';
import { workflowBundle } from './workflow-bundle.ts';

/** What replaying the open runs against this version's workflows found. */
export interface ReplayReport {
  readonly replayed: number;
  /** Runs that this version would break, with the engine's words. */
  readonly broken: readonly { readonly runId: string; readonly problem: string }[];
}

/** Replays every open workflow of an installation against a bundle, without touching any of them. */
export async function replayOpenRuns(options: {
  readonly client: Client;
  readonly taskQueuePrefix: string;
  readonly codePath: string;
}): Promise<ReplayReport> {
  const queues = [taskQueue(options.taskQueuePrefix, 'workflows'), controlQueue(options.taskQueuePrefix)];
  const open = options.client.workflow.list({
    query: `ExecutionStatus = 'Running' AND TaskQueue IN (${queues.map((queue) => `'${queue}'`).join(', ')})`,
  });
  const broken: { runId: string; problem: string }[] = [];
  let replayed = 0;
  for await (const result of Worker.runReplayHistories(
    { workflowBundle: { codePath: options.codePath } },
    open.intoHistories(),
  )) {
    replayed += 1;
    if (result.error) broken.push({ runId: result.workflowId, problem: result.error.message });
  }
  return { replayed, broken };
}

/** As a process, for `up`: one line of JSON on stdout, exit code 1 when a run would break. */
async function main(): Promise<void> {
  const config = loadConfig({ env: process.env, cwd: process.cwd() });
  Runtime.install({
    logger: new DefaultLogger('ERROR', ({ level, message }) => console.error(JSON.stringify({ level, message }))),
    shutdownSignals: [],
  });
  const connection = await Connection.connect(temporalConnectionOf(config));
  const client = new Client({ connection, namespace: config.temporal.namespace });
  const { codePath } = await workflowBundle(join(config.home, 'cache'));
  const report = await replayOpenRuns({ client, taskQueuePrefix: config.taskQueuePrefix, codePath });
  console.log(JSON.stringify(report));
  process.exit(report.broken.length === 0 ? 0 : 1);
}

if (import.meta.main) await main();
