import { setTimeout as sleep } from 'node:timers/promises';
import { readRun } from '../../store/read.ts';
import type { StoredRun } from '../../store/read.ts';
import { StoreUnreachableError } from '../../store/connect.ts';
import type { Store } from '../../store/connect.ts';

/** How often the store is asked, milliseconds. */
const everyMs = 250;

/**
 * Follows a run in the store until it satisfies `until`. A store that is down for a while delays what is seen and nothing else.
 *
 * @param onChange - called with every newer picture
 * @param signal - ends the watching; its reason is thrown
 */
export async function watchRun(
  store: Store,
  runId: string,
  options: {
    readonly until: (run: StoredRun) => boolean;
    readonly onChange: (run: StoredRun) => void;
    readonly signal: AbortSignal;
  },
): Promise<StoredRun> {
  let seen = '';
  for (;;) {
    options.signal.throwIfAborted();
    const run = await readRun(store, runId).catch((error: unknown) => {
      if (error instanceof StoreUnreachableError) return undefined;
      throw error;
    });
    if (run !== undefined) {
      const version = `${run.executionId}:${run.projection.number}:${run.tickets.length}:${run.evidence?.manifestHash ?? ''}`;
      if (version !== seen) options.onChange(run);
      seen = version;
      if (options.until(run)) return run;
    }
    await sleep(everyMs);
  }
}

/** All that a run will have is there: verdict, seal, evidence, and a ticket for every finding. */
export const isComplete = ({ projection, evidence, tickets }: StoredRun): boolean =>
  projection.sealed !== undefined &&
  evidence !== undefined &&
  projection.findings.every(({ fingerprint }) => tickets.some((ticket) => ticket.fingerprint === fingerprint));

/** The verdict is there; tickets and evidence may still be on their way. */
export const isJudged = ({ projection }: StoredRun): boolean => projection.judged !== undefined;
