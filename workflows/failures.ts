import { ActivityFailure, ApplicationFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import type { AwsCall } from '../domain/activity-answer.ts';
import { FiredrillError } from '../domain/errors.ts';
import { tooManyAttemptsType } from './messages.ts';
import type { ErrorFacts } from '../domain/errors.ts';

/** Who acted and how often when a step failed; travels beside the error's facts. */
export interface FailedAttempt {
  readonly attempt: number;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly awsCalls: readonly AwsCall[];
  readonly worker: string;
}

const isErrorFacts = (value: unknown): value is ErrorFacts =>
  typeof value === 'object' && value !== null && 'code' in value && 'kind' in value && 'what' in value;

const isFailedAttempt = (value: unknown): value is FailedAttempt =>
  typeof value === 'object' && value !== null && 'attempt' in value && 'awsCalls' in value;

/**
 * A wait that reached its deadline, in either way Temporal shows it: the last "not yet" with retry state TIMEOUT, or a
 * time-out when the last look itself hung.
 */
export class StuckError extends FiredrillError {
  override readonly name = 'StuckError';

  constructor(seen: { step: string; deadlineMs: number; lastStatus: string }) {
    super({
      code: 'stuck',
      kind: 'finding',
      what: `"${seen.step}" was not done within ${Math.round(seen.deadlineMs / 1000)} s; last seen: ${seen.lastStatus.replace(/\.$/, '')}.`,
      means: 'The wait is over: the run cleans up and ends as failed.',
      next: "Look at the resource's events in AWS for that time; raise the deadline in the catalog if restores of this size take longer.",
    });
  }
}

/** A wait in which nothing could be seen until its deadline: AWS or our worker did not answer. Judges us, not the backup. */
export class NobodyAnsweredError extends FiredrillError {
  override readonly name = 'NobodyAnsweredError';

  constructor(seen: { step: string; deadlineMs: number; last: ErrorFacts }) {
    super({
      code: seen.last.code,
      kind: 'programme',
      what: `"${seen.step}" could not be seen for ${Math.round(seen.deadlineMs / 1000)} s: ${seen.last.what}`,
      means: 'Whether it worked is not known; what was to be tested is not judged.',
      next: seen.last.next,
    });
  }
}

/**
 * What a wait that ran into its deadline comes to: stuck when a status was seen last; when nobody answered, that. An end
 * that was found in the last look stays what it is.
 */
export function overdue(error: ActivityFailure, wait: { step: string; deadlineMs: number }): Error {
  const last = errorFacts(error);
  if (last.kind === 'not-yet') return new StuckError({ ...wait, lastStatus: last.what });
  return last.kind === 'busy' || last.code === 'no-answer' ? new NobodyAnsweredError({ ...wait, last }) : error;
}

/** The facts of whatever was thrown in a run, however Temporal wrapped it. */
export function errorFacts(error: unknown): ErrorFacts {
  if (error instanceof FiredrillError) return error.facts;
  if (error instanceof ActivityFailure) return activityErrorFacts(error);
  if (error instanceof ApplicationFailure) {
    const facts = error.details?.find(isErrorFacts);
    if (facts) return facts;
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    code: 'unexpected',
    kind: 'bug',
    what: `Something unexpected went wrong: ${text}.`,
    means: 'The run cannot judge what it tested; it cleans up and ends as inconclusive.',
    next: 'Please report this with the evidence of the run.',
  };
}

function activityErrorFacts(error: ActivityFailure): ErrorFacts {
  const cause = error.cause;
  if (cause instanceof ApplicationFailure) {
    const facts = cause.details?.find(isErrorFacts);
    if (facts) return facts;
    return { ...errorFacts(undefined), what: `Activity ${error.activityType} failed: ${cause.message}.` };
  }
  if (cause instanceof TimeoutFailure) {
    return {
      code: 'no-answer',
      kind: 'programme',
      what: `Nobody finished "${error.activityType}" in time (${(cause.timeoutType ?? 'UNKNOWN').toLowerCase().replaceAll('_', ' ')}).`,
      means: 'The worker of that queue is down or its calls hang; what was to be tested was not judged.',
      next: 'Check that workers for every queue run (firedrill doctor), then start the test again.',
    };
  }
  return errorFacts(cause);
}

/** Attempt, times and AWS calls of the last attempt of a failed activity, when they are known. */
export function failedAttempt(error: unknown): FailedAttempt | undefined {
  if (!(error instanceof ActivityFailure) || !(error.cause instanceof ApplicationFailure)) return undefined;
  return error.cause.details?.find(isFailedAttempt);
}

/** True when no answer came at all: what the attempt would have seen is not known. */
export const isTimeout = (error: ActivityFailure): boolean => error.cause instanceof TimeoutFailure;

/** True for the failure of a wait that ran into its deadline. */
export function isDeadline(error: unknown): error is ActivityFailure {
  if (!(error instanceof ActivityFailure) || isCancellation(error)) return false;
  if (error.cause instanceof TimeoutFailure) return true;
  return error.retryState === 'TIMEOUT';
}

/** A validator can only refuse by throwing; the client turns this type into an answer. @param objection - a sentence */
export const tooManyAttempts = (objection: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(
    `${objection} Many attempts on this run did not count, so it keeps no more of them; whoever may decide still can.`,
    tooManyAttemptsType,
  );

/** An input that cannot be right must end the workflow, not its task (which would be retried for ever). */
export const invalidInput = (message: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(message, 'invalid-input');
