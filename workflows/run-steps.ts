import { ActivityFailure, isCancellation } from '@temporalio/workflow';
import type { Answer } from '../domain/activity-answer.ts';
import type { JournalEvent } from '../domain/journal-entry.ts';
import { errorFacts, failedAttempt, isDeadline, isTimeout, overdue } from './failures.ts';
import type { Wait } from './proxies.ts';
import type { StatusBoard } from './run-status.ts';

/** How long the look after a wait's deadline may take, milliseconds. */
const lastLookMs = 30_000;

/** What a step's answer comes to, in one line for people; when it throws, the step has failed by what was answered. */
export type Summarise<T> = (value: T) => string;

interface RunStepsOptions {
  readonly note: (event: JournalEvent) => void;
  readonly status: Pick<StatusBoard, 'begin'>;
  readonly tellStatus: () => void;
}

/** How a run does what it does: each step journaled with its start, end, outcome, who acted and how often. */
export class RunSteps {
  readonly #options: RunStepsOptions;

  constructor(options: RunStepsOptions) {
    this.#options = options;
  }

  /** @throws whatever the activity ended with, as a failure `errorFacts` understands */
  async take<T>(name: string, act: () => Promise<Answer<T>>, summarise?: Summarise<T>): Promise<T> {
    const { note, status, tellStatus } = this.#options;
    note({ type: 'step-started', step: name });
    const shown = status.begin(name);
    tellStatus();
    let answer: Answer<T> | undefined;
    try {
      answer = await act();
      const summary = summarise?.(answer.value);
      shown.state = 'done';
      note({
        type: 'step-ended',
        step: name,
        outcome: 'done',
        attempts: answer.attempt,
        // The last attempt's start says nothing about a wait of many.
        startedAtMs: answer.attempt > 1 ? (answer.firstScheduledAtMs ?? answer.startedAtMs) : answer.startedAtMs,
        finishedAtMs: answer.finishedAtMs,
        worker: answer.worker,
        awsCalls: answer.awsCalls,
        ...(summary === undefined ? {} : { summary }),
      });
      return answer.value;
    } catch (error) {
      shown.state = 'failed';
      const attempt = answer ?? failedAttempt(error);
      note({
        type: 'step-ended',
        step: name,
        outcome: isCancellation(error) ? 'cancelled' : 'failed',
        attempts: attempt?.attempt ?? 1,
        ...(attempt
          ? { startedAtMs: attempt.startedAtMs, finishedAtMs: attempt.finishedAtMs, worker: attempt.worker }
          : {}),
        awsCalls: attempt?.awsCalls ?? [],
        ...(isCancellation(error) ? {} : { error: errorFacts(error) }),
      });
      throw error;
    }
  }

  /** As `Run.waitUntil` says. */
  async wait<T>(
    name: string,
    look: (wait: Wait) => Promise<Answer<T>>,
    wait: Wait,
    summarise?: Summarise<T>,
  ): Promise<T> {
    // Not a new step but the rest of the one before: what AWS works on is never left alone.
    return await this.take(
      name,
      async () => {
        try {
          return await look(wait);
        } catch (error) {
          if (!isDeadline(error)) throw error;
          if (!isTimeout(error)) throw overdue(error, { step: name, deadlineMs: wait.deadlineMs });
        }
        // The deadline met a look that was under way, and took what it would have seen with it: one more decides.
        try {
          return await look({ everyMs: wait.everyMs, deadlineMs: lastLookMs, attempts: 1 });
        } catch (error) {
          if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
          throw overdue(error, { step: name, deadlineMs: wait.deadlineMs });
        }
      },
      summarise,
    );
  }
}
