import { ActivityCancellationType, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { ActivityOptions } from '@temporalio/workflow';
import type { AwsIsolatedActivities, AwsReadActivities } from '../activities/aws/interface.ts';
import type { DocumentActivities } from '../activities/documents/interface.ts';
import type { JiraActivities } from '../activities/jira/interface.ts';
import type { PeopleActivities } from '../activities/people/interface.ts';
import type { ProbeActivities } from '../activities/probe/interface.ts';
import type { DecidingActivity, RecordActivities } from '../activities/record/interface.ts';
import type { RemediationActivities } from '../activities/record/remediation.ts';
import type { SlackActivities } from '../activities/slack/interface.ts';
import type { SourceActivities } from '../activities/source/interface.ts';
import type { Answering } from '../domain/activity-answer.ts';
import { decisionQueue, prefixOf, taskQueue } from '../domain/queues.ts';
import type { QueueName } from '../domain/queues.ts';
import { longestTurnMs } from '../domain/turns.ts';

const seconds = 1000;
const minutes = 60 * seconds;

/** The prefix of this workflow's own queue, which all its activities' queues share. */
const queuePrefix = (): string => prefixOf(workflowInfo().taskQueue);

const on = (queue: QueueName): string => taskQueue(queuePrefix(), queue);

/** Every activity heartbeats by itself: one whose worker died is taken up again after this, and not after its time-out. */
const alive = { heartbeatTimeout: 10 * seconds } as const;

/**
 * Given up after so long of its own attempts and pauses; waiting for a worker that is busy with others' does not count. The
 * worker keeps the deadline (worker/interceptors/own-time.ts), the engine its sum with the longest turn.
 */
const within = (deadlineMs: number): Pick<ActivityOptions, 'scheduleToCloseTimeout'> => ({
  scheduleToCloseTimeout: longestTurnMs + deadlineMs,
});

/** Looks: short, retried with back-off, given up after ten minutes of somebody else's trouble. */
const looking: ActivityOptions = {
  ...alive,
  startToCloseTimeout: 60 * seconds,
  ...within(10 * minutes),
  retry: { initialInterval: 1 * seconds, backoffCoefficient: 2, maximumInterval: 30 * seconds },
};

/**
 * Changes: the call must have answered before a cancelled run goes on to clean up, hence the wait for cancellation
 * (the SDK's real default lets go at once). Safe to repeat by name, so retried.
 */
const changing: ActivityOptions = {
  ...alive,
  startToCloseTimeout: 60 * seconds,
  ...within(15 * minutes),
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: 1 * seconds, backoffCoefficient: 2, maximumInterval: 30 * seconds },
};

/** Recording is owed for ever: it waits out any outage and is never cancelled. */
const recording: ActivityOptions = {
  ...alive,
  startToCloseTimeout: 60 * seconds,
  retry: { initialInterval: 200, backoffCoefficient: 2, maximumInterval: 15 * seconds },
};

/** How long and how often to look at something AWS works on. */
export interface Wait {
  /** Longest pause between two looks. */
  readonly everyMs: number;
  readonly deadlineMs: number;
  /** For one more look at the end; as many as there is time for when left out. */
  readonly attempts?: number;
}

/** One look per attempt until the deadline, `everyMs` apart at most: the worker may ask for the next one sooner. Between looks nothing is held. */
const waiting = (wait: Wait): ActivityOptions => ({
  ...alive,
  startToCloseTimeout: 30 * seconds,
  scheduleToCloseTimeout: wait.deadlineMs,
  retry: {
    initialInterval: wait.everyMs,
    backoffCoefficient: 1,
    maximumInterval: wait.everyMs,
    ...(wait.attempts === undefined ? {} : { maximumAttempts: wait.attempts }),
  },
});

const awsRead = (options: ActivityOptions): Answering<AwsReadActivities> =>
  proxyActivities<Answering<AwsReadActivities>>({
    ...options,
    taskQueue: on('aws-read'),
  }) as Answering<AwsReadActivities>;

const probe = (options: ActivityOptions): Answering<ProbeActivities> =>
  proxyActivities<Answering<ProbeActivities>>({ ...options, taskQueue: on('probe') }) as Answering<ProbeActivities>;

/** What every runbook may call, whatever it touches. */
export const readingActivities = () => ({
  aws: awsRead(looking),
  awsWaiting: (wait: Wait) => awsRead(waiting(wait)),
  // A process of its own, which has next to nothing to do and may not be there at all: then that is told after ten minutes.
  source: proxyActivities<Answering<SourceActivities>>({
    ...looking,
    scheduleToCloseTimeout: 10 * minutes,
    taskQueue: on('source'),
  }) as Answering<SourceActivities>,
});

/** Reading recovery documents: short, retried for as long as `deadlineMs`, then told with the last failure. */
export const documentActivities = (deadlineMs: number): Answering<DocumentActivities> =>
  proxyActivities<Answering<DocumentActivities>>({
    ...alive,
    startToCloseTimeout: 3 * minutes,
    scheduleToCloseTimeout: deadlineMs,
    retry: { initialInterval: 1 * seconds, backoffCoefficient: 2, maximumInterval: 60 * seconds },
    taskQueue: on('notify'),
  }) as Answering<DocumentActivities>;

/** What only isolated runs get: creating and deleting their own copies, and talking to them. */
export const isolatedActivities = () => ({
  isolated: proxyActivities<Answering<AwsIsolatedActivities>>({
    ...changing,
    taskQueue: on('aws-isolated'),
  }) as Answering<AwsIsolatedActivities>,
  /** Deleting is asked for until its own deadline: what AWS refuses for so long is a leftover, and is told. */
  isolatedWithin: (deadlineMs: number) =>
    proxyActivities<Answering<AwsIsolatedActivities>>({
      ...changing,
      scheduleToCloseTimeout: deadlineMs,
      taskQueue: on('aws-isolated'),
    }) as Answering<AwsIsolatedActivities>,
  probeWaiting: (wait: Wait) => probe(waiting(wait)),
  /** Questions to the data may take long and end with their deadline. Asked again in full when the worker died meanwhile. */
  probeWithin: (deadlineMs: number) =>
    probe({
      ...alive,
      startToCloseTimeout: deadlineMs,
      scheduleToCloseTimeout: 2 * deadlineMs,
      retry: { initialInterval: 1 * seconds, backoffCoefficient: 2, maximumInterval: 10 * seconds },
    }),
});

export const recordActivities = (): Answering<RecordActivities> =>
  proxyActivities<Answering<RecordActivities>>({
    ...recording,
    taskQueue: on('record'),
  }) as Answering<RecordActivities>;

/** Questions that are waited for, and given up soon: recording never blocks recovery. */
const asking: ActivityOptions = {
  ...looking,
  startToCloseTimeout: 10 * seconds,
  ...within(2 * minutes),
};

type Deciding = Pick<Answering<RecordActivities>, DecidingActivity>;
type Asking = Omit<Answering<RecordActivities>, DecidingActivity>;

/** Record activities a run waits for before going on. */
export const askingActivities = (): Asking => proxyActivities<Asking>({ ...asking, taskQueue: on('record') }) as Asking;

/** What a person waits for, or the control workflow with everybody's locks: it stands behind nobody's records. */
export const decidingActivities = (): Deciding =>
  proxyActivities<Deciding>({ ...asking, taskQueue: decisionQueue(queuePrefix()) });

/**
 * For the lock: an aborted run must know whether it has got it before it gives it back. An attempt has time for those before
 * it in its worker.
 */
export const lockingActivities = (): Pick<Answering<RecordActivities>, 'acquireLock'> =>
  proxyActivities<Answering<RecordActivities>>({
    ...looking,
    startToCloseTimeout: 30 * seconds,
    ...within(2 * minutes),
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    taskQueue: on('record'),
  });

/** Nice to know: one try of a few seconds, and a minute's wait for it at most. */
export const optionalActivities = (): Answering<RecordActivities> =>
  proxyActivities<Answering<RecordActivities>>({
    startToCloseTimeout: 3 * seconds,
    scheduleToStartTimeout: 60 * seconds,
    retry: { maximumAttempts: 1 },
    taskQueue: on('record'),
  }) as Answering<RecordActivities>;

/** Looking at hundreds of people takes minutes; while Slack or Jira is away it is tried until it is back. */
export const peopleActivities = (): Answering<PeopleActivities> =>
  proxyActivities<Answering<PeopleActivities>>({
    ...recording,
    startToCloseTimeout: 15 * minutes,
    retry: { initialInterval: 1 * seconds, backoffCoefficient: 2, maximumInterval: 5 * minutes },
    taskQueue: on('notify'),
  }) as Answering<PeopleActivities>;

/** What was begun is waited for when it is cancelled: said or not, the next to say it must know. */
export const notifyActivities = (): Answering<SlackActivities & JiraActivities> =>
  proxyActivities<Answering<SlackActivities & JiraActivities>>({
    ...recording,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    taskQueue: on('notify'),
  }) as Answering<SlackActivities & JiraActivities>;

/** What is owed to a finding: its journal, and what its watch is told. Waits out any outage. */
export const recordingRemediation = (): Answering<RemediationActivities> =>
  proxyActivities<Answering<RemediationActivities>>({
    ...recording,
    taskQueue: on('record'),
  }) as Answering<RemediationActivities>;

/** Looks for news of findings: given up after two minutes, since it is looked again soon. */
export const lookingAtTickets = () => ({
  notify: proxyActivities<Answering<JiraActivities>>({
    ...looking,
    scheduleToCloseTimeout: 2 * minutes,
    taskQueue: on('notify'),
  }) as Answering<JiraActivities>,
  people: proxyActivities<Answering<PeopleActivities>>({
    ...looking,
    scheduleToCloseTimeout: 2 * minutes,
    taskQueue: on('notify'),
  }) as Answering<PeopleActivities>,
  record: proxyActivities<Answering<RemediationActivities>>({
    ...looking,
    scheduleToCloseTimeout: 2 * minutes,
    taskQueue: on('record'),
  }) as Answering<RemediationActivities>,
});
