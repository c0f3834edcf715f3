import type { Verdict } from './verdict.ts';

/** How serious a run is. `rehearse` changes nothing in AWS; `drill` is planned; `real` answers a declared incident. */
export const modes = ['rehearse', 'drill', 'real'] as const;
export type Mode = (typeof modes)[number];

/** What a runbook may touch: nothing, only what the run itself creates, or live resources. */
export const blastRadii = ['nothing', 'isolated', 'live'] as const;
export type BlastRadius = (typeof blastRadii)[number];

export const runbookNames = ['restore-test', 'documentation-review', 'tabletop-exercise', 'incident'] as const;
/** Runbooks that exist today; the design lists those to come. */
export type RunbookName = (typeof runbookNames)[number];

/** Stands for the resource of a run that is about a whole service. */
export const wholeService = '-';

/**
 * The start memo of every run: fixed before the first step, read by the activity guard through `describe()`, never
 * taken from an activity's arguments.
 */
export interface RunMemo {
  readonly mode: Mode;
  readonly touches: BlastRadius;
  readonly runbook: RunbookName;
  readonly service: string;
  /** `-` for a run about the whole service. */
  readonly resource: string;
}

/** What a run adds to its memo with its verdict, so that it can be told by `describe()` while the store is down. */
export interface JudgedMemo {
  readonly verdict: Verdict;
  readonly reason: string;
  /** Workflow time, milliseconds UTC. */
  readonly atMs: number;
}
