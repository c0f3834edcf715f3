/** Where a time comes from. Workflow time (`workflow-clock`) only orders entries and is never measured against. */
export type TimeSource =
  | 'drawn'
  | 'simulated'
  | 'aws-event'
  | 'aws-api'
  | 'database'
  | 'writer'
  | 'probe'
  | 'slack'
  | 'cli'
  | 'activity-clock'
  | 'workflow-clock';

/** A measured moment: milliseconds UTC, known to lie between `lowMs` and `highMs` (both included). */
export interface Moment {
  readonly lowMs: number;
  readonly highMs: number;
  readonly source: TimeSource;
  /** What exactly was read, for people: `RDS-EVENT-0043`, `sentinel no. 4181`. Never row data. */
  readonly note?: string;
}

/** A duration known within bounds, milliseconds. Judged at its worse end. */
export interface DurationRange {
  readonly lowMs: number;
  readonly highMs: number;
}

/** A measured number, or the honest absence of one. Never 0 as a stand-in. */
export type Measured = DurationRange | 'not-measured';
