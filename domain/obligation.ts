import type { Mode, RunbookName } from './modes.ts';
import { parseRunId } from './run-id.ts';
import type { Verdict } from './verdict.ts';

/** What a service owes in a quarter: one runbook, on one resource or on the service as a whole. */
export interface Obligation {
  readonly runbook: RunbookName;
  readonly service: string;
  readonly resource: string;
}

/** A run as far as it can fulfil an obligation. */
export interface PastRun extends Obligation {
  readonly runId: string;
  readonly mode: Mode;
  readonly simulated: boolean;
  readonly openedAtMs: number;
  readonly verdict?: Verdict;
  readonly comparable?: boolean;
}

/**
 * `done`: held, and what it was to show is shown. `held-not-met`: held, with gaps; it is not asked for again. `under-way`.
 * `due`: nothing that counts yet, whatever was tried.
 */
export type ObligationState = 'done' | 'held-not-met' | 'under-way' | 'due';

/** An obligation and how it stands. */
export interface ObligationView extends Obligation {
  readonly state: ObligationState;
  /** The run that decided it, or that may. */
  readonly runId?: string;
  readonly verdict?: Verdict;
}

/**
 * How an obligation stands, by the runs of its quarter. The first one that counts decides: a later, better one is shown
 * beside it and changes nothing, and what was aborted, inconclusive, unproven, paused, rehearsed or a re-test never counts.
 *
 * @param simulatedCounts - the programme is a simulated one
 */
export function obligationState(
  obligation: Obligation,
  runs: readonly PastRun[],
  simulatedCounts: boolean,
): ObligationView {
  const drills = runs
    .filter(
      (run) =>
        run.runbook === obligation.runbook &&
        run.service === obligation.service &&
        run.resource === obligation.resource &&
        run.mode === 'drill' &&
        (simulatedCounts || !run.simulated) &&
        parseRunId(run.runId).occasion.kind !== 'retest',
    )
    .toSorted((one, other) => one.openedAtMs - other.openedAtMs);
  for (const { runId, verdict, comparable } of drills) {
    if (verdict === undefined || comparable === false) continue;
    const state = resultOf(verdict);
    if (state !== undefined) return { ...obligation, state, runId, verdict };
  }
  const underWay = drills.find(({ verdict }) => verdict === undefined);
  return underWay === undefined
    ? { ...obligation, state: 'due' }
    : { ...obligation, state: 'under-way', runId: underWay.runId };
}

function resultOf(verdict: Verdict): 'done' | 'held-not-met' | undefined {
  switch (verdict) {
    case 'passed':
    case 'confirmed':
    case 'held':
      return 'done';
    case 'failed':
    case 'corrections-needed':
      return 'held-not-met';
    case 'aborted':
    case 'inconclusive':
    case 'unproven':
    case 'held-without-credit':
    case 'over':
      return undefined;
  }
}
