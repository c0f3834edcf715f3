import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckDefinition, CheckResult } from '../../domain/check.ts';
import type { Connection } from '../database/connect.ts';
import { sqlProblem } from '../database/sql-problem.ts';
import { attemptLimitMs, stoppable } from '../activity-context.ts';
import type { CopyAddress, ProbeActivities } from './interface.ts';
import type { ProbeDeps } from './open-copy.ts';
import { openCopy } from './open-copy.ts';
import { runCheck } from './run-check.ts';
import type { CheckContext, Found } from './run-check.ts';

/** A check whose connection breaks is asked again, this often in all: a server that damaged data crashes breaks every time. */
const askTries = 3;
const pauseMs = 1_000;
/** What a server that restarts may take of one activity's time, milliseconds: a reboot of RDS takes a minute or two. */
const defaultRestartPatienceMs = 120_000;
/** Kept back from the activity's deadline, so that a check that runs out of time is still answered. */
const answerReserveMs = 5_000;

/** The declared checks, and the one query that means "usable". */
export function createCheckActivities(deps: ProbeDeps): Pick<ProbeActivities, 'runChecks' | 'runSmoke'> {
  return {
    runChecks: ({ copy, checks, baseline, expectedEngineVersion }) =>
      stoppable(async (signal) => {
        const asking = new Asking(deps, copy, signal);
        const results: CheckResult[] = [];
        try {
          for (const check of checks) {
            const startedAtMs = Date.now();
            const found = await asking.ask(check, { baseline, expectedEngineVersion });
            results.push({
              name: check.name,
              kind: check.kind,
              required: check.required,
              ...found,
              startedAtMs,
              finishedAtMs: Date.now(),
            });
          }
        } finally {
          await asking.close();
        }
        const nowMs = Date.now();
        return { results, at: { lowMs: nowMs, highMs: nowMs, source: 'probe', note: `${results.length} checks run` } };
      }),

    runSmoke: ({ copy, sql, expect }) =>
      stoppable(async (signal) => {
        const startedAtMs = Date.now();
        const check: CheckDefinition = { kind: 'query', name: 'smoke query', required: true, sql, expect };
        const asking = new Asking(deps, copy, signal);
        try {
          const found = await asking.ask(check, { baseline: undefined, expectedEngineVersion: '' });
          const finishedAtMs = Date.now();
          return {
            result: { name: check.name, kind: 'smoke', required: true, ...found, startedAtMs, finishedAtMs },
            at: { lowMs: finishedAtMs, highMs: finishedAtMs, source: 'probe', note: 'smoke query answered' },
          };
        } finally {
          await asking.close();
        }
      }),
  };
}

/**
 * One connection to the copy, opened again when it breaks. A server that shuts down or starts says nothing about the data:
 * a check that meets it is asked again once it is back.
 */
class Asking {
  readonly #deps: ProbeDeps;
  readonly #copy: CopyAddress;
  readonly #signal: AbortSignal;
  readonly #deadlineMs: number;
  #patienceMs: number;
  #connection: Connection | undefined;

  constructor(deps: ProbeDeps, copy: CopyAddress, signal: AbortSignal) {
    this.#deps = deps;
    this.#copy = copy;
    this.#signal = signal;
    this.#deadlineMs = deadlineOf(deps);
    this.#patienceMs = deps.restartPatienceMs ?? defaultRestartPatienceMs;
  }

  async ask(check: CheckDefinition, context: Omit<CheckContext, 'statementTimeoutMs'>): Promise<Found> {
    for (let attempt = 1; ; attempt += 1) {
      const reason = await this.#open();
      const statementTimeoutMs = Math.max(1, this.#deadlineMs - Date.now());
      const found =
        this.#connection === undefined
          ? couldNotConnect(check, reason)
          : await runCheck(this.#connection, check, { ...context, statementTimeoutMs });
      this.#signal.throwIfAborted(); // a cut connection is not an answer about the data
      const broke = found.cause === 'no-connection' && this.#connection !== undefined;
      if (!broke || attempt === askTries || Date.now() + pauseMs > this.#deadlineMs) return found;
    }
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }

  /** The same connection while it lives, else a new one. @returns why there is none */
  async #open(): Promise<string> {
    if (this.#connection !== undefined && !this.#connection.broken) return '';
    await this.close();
    this.#connection = undefined;
    const startedMs = Date.now();
    const giveUpAtMs = Math.min(startedMs + this.#patienceMs, this.#deadlineMs);
    try {
      for (let attempt = 1; ; attempt += 1) {
        try {
          this.#connection = await openCopy(this.#deps, this.#copy, { signal: this.#signal });
          return '';
        } catch (error) {
          this.#signal.throwIfAborted();
          const problem = sqlProblem(error);
          // A few tries whatever it is; only a server that goes or comes is worth more of the step's time.
          const goesOrComes = problem.kind === 'connection' && Date.now() + pauseMs < giveUpAtMs;
          if (attempt >= askTries && !goesOrComes) return problem.words;
          await sleep(pauseMs, undefined, { signal: this.#signal });
        }
      }
    } finally {
      // All checks of the step share it: a server that never comes back is not waited for anew by each.
      this.#patienceMs = Math.max(0, this.#patienceMs - (Date.now() - startedMs));
    }
  }
}

/** When the work has to be done, by the activity's own time-outs; without any, by the configured limit. */
function deadlineOf(deps: ProbeDeps): number {
  const limitMs = attemptLimitMs();
  if (limitMs === undefined) return Date.now() + (deps.statementTimeoutMs ?? 10 * 60_000);
  return Date.now() + Math.max(1_000, limitMs - answerReserveMs);
}

const couldNotConnect = (check: CheckDefinition, reason: string): Found => ({
  // For the check that asks for a connection, none is the answer.
  outcome: check.kind === 'connect' ? 'failed' : 'could-not-run',
  found: `no connection to the copy: ${reason}`,
  cause: 'no-connection',
  expected: check.kind === 'connect' ? 'a connection that answers' : 'a connection to ask on',
});
