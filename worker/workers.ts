import type { Client } from '@temporalio/client';
import { IllegalStateError, NativeConnection, Worker } from '@temporalio/worker';
import { controlQueue, decisionQueue, queueNames, taskQueue } from '../domain/queues.ts';
import type { QueueName } from '../domain/queues.ts';
import type { DecidingActivity } from '../activities/record/interface.ts';
import { answerInterceptor } from './interceptors/answer.ts';
import { blastRadiusGuard } from './interceptors/blast-radius-guard.ts';
import { heartbeatEveryMs, heartbeatInterceptor } from './interceptors/heartbeat.ts';
import type { KillSwitchReader } from './interceptors/blast-radius-guard.ts';
import { logLine } from './process.ts';
import { ownTimeInterceptor } from './interceptors/own-time.ts';

/** Queues that a worker process serves unless told otherwise: all but `source`, which has a process of its own. */
export const workerQueues: readonly QueueName[] = queueNames.filter((queue) => queue !== 'source');

/**
 * Activities of a queue that a process is at, at the same time; the others wait with the engine, in order. The SDK's hundred
 * where nothing is said. What records shares a handful of connections to the store and one control workflow: more at once
 * would only wait there, where it counts.
 */
const slots: Partial<Record<QueueName, number>> = { record: 32 };

/** What the queue of decisions takes of `record`. */
const deciding: Readonly<Record<DecidingActivity, true>> = {
  authenticate: true,
  authenticateAct: true,
  isRunClosed: true,
};

export interface WorkersOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueuePrefix: string;
  readonly client: Client;
  readonly readKillSwitch: KillSwitchReader;
  /** Path of the workflow bundle; needed for the queue `workflows`. */
  readonly codePath?: string;
  /** Activities by queue; a queue without any is not served. */
  readonly activities: Partial<Record<QueueName, object>>;
  /** Fewer activities at once than a process of its own takes on, for all queues. */
  readonly activitySlots?: number;
}

/** One Temporal worker per task queue, two for `workflows` and for `record`, so that each can have its own privileges and its own slots. */
export async function createWorkers(options: WorkersOptions): Promise<Worker[]> {
  const common = {
    connection: options.connection,
    namespace: options.namespace,
    // A worker that is told to stop finishes what it is at, and does not wait for ever for what hangs.
    shutdownGraceTime: 2000,
    shutdownForceTime: 8000,
    // The SDK would hold heartbeats back for most of their time-out, and a busy machine would take a worker for dead.
    maxHeartbeatThrottleInterval: heartbeatEveryMs,
    defaultHeartbeatThrottleInterval: heartbeatEveryMs,
  };
  const workers: Promise<Worker>[] = [];
  if (options.codePath !== undefined) {
    const workflows = { ...common, workflowBundle: { codePath: options.codePath } };
    workers.push(
      // A thread of its own, so that a kill switch counts while a thousand runs want their turn.
      Worker.create({
        ...workflows,
        taskQueue: controlQueue(options.taskQueuePrefix),
        maxCachedWorkflows: 2,
        maxConcurrentWorkflowTaskExecutions: 2,
      }),
      Worker.create({
        ...workflows,
        taskQueue: taskQueue(options.taskQueuePrefix, 'workflows'),
        // A cached workflow costs 0.4 MB; an evicted one answers a click in 45 ms instead of 19.
        maxCachedWorkflows: 80,
        stickyQueueScheduleToStartTimeout: 1000,
        maxConcurrentWorkflowTaskExecutions: 40,
      }),
    );
  }
  const served = (Object.entries(options.activities) as [QueueName, object][]).flatMap(([queue, activities]) => [
    { queue, activities, name: taskQueue(options.taskQueuePrefix, queue) },
    ...(queue === 'record'
      ? [{ queue, activities: decidingOf(activities), name: decisionQueue(options.taskQueuePrefix) }]
      : []),
  ]);
  for (const { queue, activities, name } of served) {
    const activitySlots = options.activitySlots ?? slots[queue];
    workers.push(
      Worker.create({
        ...common,
        taskQueue: name,
        activities,
        ...(activitySlots === undefined ? {} : { maxConcurrentActivityTaskExecutions: activitySlots }),
        interceptors: {
          // The guard is inside: its refusals are wrapped like every other error.
          activity: [
            heartbeatInterceptor,
            ownTimeInterceptor(),
            answerInterceptor(queue),
            blastRadiusGuard({ client: options.client, queue, readKillSwitch: options.readKillSwitch }),
          ],
        },
      }),
    );
  }
  return await Promise.all(workers);
}

const decidingOf = (activities: object): object =>
  Object.fromEntries(Object.entries(activities).filter(([name]) => Object.hasOwn(deciding, name)));

/**
 * Runs workers until told to stop; when one of them dies, all stop and the error is thrown: a process that serves half
 * its queues looks healthy and is not.
 */
export async function runWorkers(workers: readonly Worker[], stop: Promise<void>): Promise<void> {
  const stopAll = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  void stop.then(stopAll);
  const results = await Promise.allSettled(
    workers.map((worker) =>
      worker.run().catch((error: unknown) => {
        // The SDK may still hold what it puts away last, on a slow machine; all that was begun has been answered by then.
        if (error instanceof IllegalStateError && worker.getState() === 'STOPPED') {
          logLine('warn', 'a worker has done all its work, and could not be put away', { error: String(error) });
          return;
        }
        stopAll();
        throw error;
      }),
    ),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
