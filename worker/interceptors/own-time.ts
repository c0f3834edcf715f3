import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { FiredrillError } from '../../domain/errors.ts';
import { ownDeadlineMs } from '../../domain/turns.ts';
import { failureOf } from './answer.ts';

/** Activities that are tried again and of which this process knows since when; those it never hears of again are forgotten. */
const remembered = 5000;

/**
 * Keeps the deadline of what is tried again, without the time that it stood in the queue: when a thousand runs begin at once,
 * none gives up because others were before it, and what is really down is told as soon as ever. The engine's own deadline
 * knows no difference, so it is longer; each process counts from the first attempt that it has seen.
 */
export function ownTimeInterceptor(
  nowMs: () => number = Date.now,
): (context: Context) => { inbound: ActivityInboundCallsInterceptor } {
  /** When the first attempt began, moved on by each time in the queue since. */
  const begun = new Map<string, number>();
  return ({ info }) => ({
    inbound: {
      async execute(input, next) {
        const deadlineMs = ownDeadlineMs(info);
        if (deadlineMs === undefined) return await next(input);
        const key = `${info.workflowExecution?.runId ?? ''} ${info.activityId}`;
        const startedAtMs = nowMs();
        const queuedMs = Math.max(0, startedAtMs - info.currentAttemptScheduledTimestampMs);
        const before = begun.get(key);
        const beganAtMs = before === undefined ? startedAtMs : before + queuedMs;
        begun.delete(key);
        // Attempts that hung were given up by the engine, and nobody told us.
        if (startedAtMs - beganAtMs >= deadlineMs) throw failureOf(nobodyAnswered(info.activityType), {}, false);
        begun.set(key, beganAtMs);
        const oldest = begun.keys().next().value;
        if (begun.size > remembered && oldest !== undefined) begun.delete(oldest);
        try {
          const value = await next(input);
          begun.delete(key);
          return value;
        } catch (error) {
          const nextAtMs = nowMs() + pauseMs(info, error);
          if (nextAtMs - beganAtMs < deadlineMs && isRetried(error)) throw error;
          begun.delete(key);
          throw error instanceof ApplicationFailure ? forGood(error) : error;
        }
      },
    },
  });
}

const isRetried = (error: unknown): boolean => !(error instanceof ApplicationFailure) || error.nonRetryable !== true;

/** As the engine would count: the pause before the next attempt. */
function pauseMs({ retryPolicy, attempt }: Context['info'], error: unknown): number {
  if (error instanceof ApplicationFailure && typeof error.nextRetryDelay === 'number') return error.nextRetryDelay;
  const { initialInterval = 1000, maximumInterval, backoffCoefficient = 2 } = retryPolicy ?? {};
  const grown = Number(initialInterval) * backoffCoefficient ** (attempt - 1);
  return maximumInterval === undefined ? grown : Math.min(Number(maximumInterval), grown);
}

/** The same failure, and the last one. */
function forGood(failure: ApplicationFailure): ApplicationFailure {
  return ApplicationFailure.create({
    message: failure.message,
    type: failure.type ?? 'unexpected',
    nonRetryable: true,
    ...(failure.details ? { details: failure.details } : {}),
    ...(failure.category === undefined || failure.category === null ? {} : { category: failure.category }),
    ...(failure.cause === undefined ? {} : { cause: failure.cause }),
  });
}

const nobodyAnswered = (activityType: string): FiredrillError =>
  new FiredrillError({
    code: 'no-answer',
    kind: 'programme',
    what: `"${activityType}" did not end in time, however often it was tried.`,
    means: 'What it asks for hangs; what was to be tested was not judged.',
    next: 'Look at the log of the worker and at what it talks to (firedrill doctor), then start the test again.',
  });
