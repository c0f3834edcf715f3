import { hostname } from 'node:os';
import type { Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { collectAwsCalls } from '../../activities/aws/call-recorder.ts';
import type { Answer, AwsCall } from '../../domain/activity-answer.ts';
import { errorKinds, FiredrillError } from '../../domain/errors.ts';
import type { ErrorFacts } from '../../domain/errors.ts';
import type { QueueName } from '../../domain/queues.ts';
import { lookAgainInMs } from './look-again.ts';

const workerName = `${hostname()}:${process.pid}`;

/** Repeating these does no harm and giving up would lose something: an unknown error there is tried again. */
const patientQueues: readonly QueueName[] = ['record', 'notify'];

/**
 * Wraps every activity: its answer says who acted, when, at which attempt and with which AWS calls; its errors become
 * failures whose details the workflow understands. The one border between our errors and Temporal's.
 */
export const answerInterceptor =
  (queue: QueueName) =>
  (context: Context): { inbound: ActivityInboundCallsInterceptor } => ({
    inbound: {
      async execute(input, next) {
        const awsCalls: AwsCall[] = [];
        const startedAtMs = Date.now();
        const about = () => ({
          attempt: context.info.attempt,
          startedAtMs,
          firstScheduledAtMs: context.info.scheduledTimestampMs,
          finishedAtMs: Date.now(),
          awsCalls,
          worker: workerName,
        });
        try {
          const { value } = await collectAwsCalls(() => next(input), awsCalls);
          // `undefined` does not survive JSON; `null` does.
          const answer: Answer<unknown> = { value: value ?? null, ...about() };
          return answer;
        } catch (error) {
          if (error instanceof CancelledFailure) throw error;
          throw failureOf(error, about(), patientQueues.includes(queue), waitOf(context.info));
        }
      },
    },
  });

/** The wait that an activity is one look of: one with a fixed interval. */
function waitOf({ retryPolicy, scheduledTimestampMs }: Context['info']): Wait | undefined {
  const { initialInterval, backoffCoefficient } = retryPolicy ?? {};
  if (typeof initialInterval !== 'number' || backoffCoefficient !== 1) return undefined;
  return { everyMs: initialInterval, waitedMs: Math.max(0, Date.now() - scheduledTimestampMs) };
}

interface Wait {
  /** Longest pause between two looks. */
  readonly everyMs: number;
  readonly waitedMs: number;
}

/** An error as the failure that crosses to the workflow: `type` is the code, the details are facts and attempt. */
export function failureOf(error: unknown, attempt: object, patient: boolean, wait?: Wait): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const facts: ErrorFacts = error instanceof FiredrillError ? error.facts : unexpected(error);
  const againInMs =
    retryAfterMs(error) ??
    (wait && facts.kind === 'not-yet' ? lookAgainInMs({ ...wait, nowMs: Date.now() }) : undefined);
  const retry = errorKinds[facts.kind].retry || (patient && facts.kind === 'bug');
  return ApplicationFailure.create({
    message: facts.what,
    type: facts.code,
    nonRetryable: !retry,
    details: [facts, attempt],
    ...(isExpectedWait(error, facts) ? { category: ApplicationFailureCategory.BENIGN } : {}),
    ...(againInMs === undefined ? {} : { nextRetryDelay: againInMs }),
    ...(error instanceof Error ? { cause: error } : {}),
  });
}

/** Not ready yet, or asked to come back later: part of a healthy run, and no warning in the log. */
const isExpectedWait = (error: unknown, { kind, code }: ErrorFacts): boolean =>
  // A refusal that a person has to mend rests between attempts too, and stays a warning.
  kind === 'not-yet' || (code.endsWith('-rate-limited') && retryAfterMs(error) !== undefined);

/** How long the other side asked us to wait (`Retry-After`), when it did. */
function retryAfterMs(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('retryAfterMs' in error)) return undefined;
  return typeof error.retryAfterMs === 'number' ? error.retryAfterMs : undefined;
}

function unexpected(error: unknown): ErrorFacts {
  return {
    code: 'unexpected',
    kind: 'bug',
    what: `Something unexpected went wrong: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}.`,
    means: 'The run cannot judge what it tested; it cleans up and ends as inconclusive.',
    next: 'Please report this with the evidence of the run.',
  };
}
