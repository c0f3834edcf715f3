import { Context } from '@temporalio/activity';
import type { QueueName } from '../../domain/queues.ts';
import { until } from './outside.ts';

type Activity = (...args: readonly unknown[]) => Promise<unknown>;

/** Holds activities of chosen runs where they are, so that a test can act at exactly that moment. */
export interface Holds {
  /** To be given to `createWorld`. */
  readonly activities: (queue: QueueName, real: object) => object;
  /** From now on this activity of this run waits before it does anything. */
  hold(runId: string, activity: string): void;
  /** The same for every run of a resource that starts from now on and reaches it once. */
  holdAny(resource: string, activity: string): void;
  /** Waits until a held activity has been reached. */
  reached(runId: string, activity: string): Promise<void>;
  /** Waits until a held activity that was let go on has ended, however. */
  done(runId: string, activity: string): Promise<void>;
  /** Lets a held activity go on. */
  release(runId: string, activity: string): void;
  /** From now on this activity of this run throws instead. */
  fail(runId: string, activity: string, error: Error): void;
}

export function createHolds(): Holds {
  const held = new Map<string, { reached: boolean; released: Promise<void>; release: () => void }>();
  const anyOf = new Set<string>();
  const seen = new Set<string>();
  const ended = new Set<string>();
  const failing = new Map<string, Error>();
  const key = (runId: string, activity: string): string => `${runId} ${activity}`;

  const hold = (runId: string, activity: string): void => {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    held.set(key(runId, activity), { reached: false, released, release });
  };

  const wrapped =
    (name: string, real: Activity): Activity =>
    async (...args) => {
      const runId = Context.current().info.workflowExecution?.workflowId ?? '';
      const resource = runId.split('/')[2] ?? '';
      if (anyOf.has(key(resource, name)) && !held.has(key(runId, name)) && !seen.has(key(runId, name)))
        hold(runId, name);
      seen.add(key(runId, name));
      const waiting = held.get(key(runId, name));
      if (waiting) {
        waiting.reached = true;
        await waiting.released;
      }
      const error = failing.get(key(runId, name));
      if (error) throw error;
      try {
        return await real(...args);
      } finally {
        if (waiting) ended.add(key(runId, name));
      }
    };

  return {
    activities: (_queue, real) =>
      Object.fromEntries(
        Object.entries(real as Record<string, Activity>).map(([name, activity]) => [name, wrapped(name, activity)]),
      ),
    hold,
    holdAny: (resource, activity) => void anyOf.add(key(resource, activity)),
    reached: (runId, activity) =>
      until(() => held.get(key(runId, activity))?.reached === true, `${activity} of ${runId} is reached`, 60_000),
    done: (runId, activity) =>
      until(() => ended.has(key(runId, activity)), `${activity} of ${runId} has ended`, 60_000),
    release(runId, activity) {
      held.get(key(runId, activity))?.release();
      held.delete(key(runId, activity));
      anyOf.delete(key(runId.split('/')[2] ?? '', activity));
    },
    fail(runId, activity, error) {
      failing.set(key(runId, activity), error);
    },
  };
}
