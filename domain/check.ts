/** A declared validation of restored data. Every check answers with one scalar, never with rows. */
export type CheckKind =
  | 'connect'
  | 'engine-version'
  | 'schema-hash'
  | 'row-count'
  | 'referential-integrity'
  | 'query'
  | 'immutable-checksum'
  | 'smoke';

/** A check as the catalog declares it, in the form the probe needs. */
export type CheckDefinition =
  | { readonly kind: 'connect'; readonly name: string; readonly required: boolean }
  | { readonly kind: 'engine-version'; readonly name: string; readonly required: boolean; readonly expected?: string }
  | { readonly kind: 'schema-hash'; readonly name: string; readonly required: boolean }
  | {
      readonly kind: 'row-count';
      readonly name: string;
      readonly required: boolean;
      readonly table: string;
      readonly tolerancePercent: number;
    }
  | {
      readonly kind: 'referential-integrity';
      readonly name: string;
      readonly required: boolean;
      readonly table: string;
      readonly column: string;
      readonly references: { readonly table: string; readonly column: string };
    }
  | {
      readonly kind: 'query';
      readonly name: string;
      readonly required: boolean;
      readonly sql: string;
      readonly expect: QueryExpectation;
    }
  | {
      readonly kind: 'immutable-checksum';
      readonly name: string;
      readonly required: boolean;
      readonly table: string;
      readonly orderBy: string;
      /** SQL condition that selects rows which, by declaration, never change. */
      readonly where: string;
    };

/** What the one scalar of a query must be. */
export interface QueryExpectation {
  readonly equals?: string | number | boolean;
  readonly atLeast?: number;
  readonly atMost?: number;
}

export type CheckOutcome = 'passed' | 'failed' | 'no-baseline' | 'could-not-run';

/** A cause that several checks can share; then it is one gap, however many checks met it. */
export type CheckCause = 'damaged' | 'missing' | 'no-connection';

/** What came of one check; times by the prober's clock, milliseconds UTC. */
export interface CheckResult {
  readonly name: string;
  readonly kind: CheckKind;
  readonly required: boolean;
  readonly outcome: CheckOutcome;
  /** The scalar that was found and what was expected, as short text for people; counts and hashes, never row data. */
  readonly found: string;
  readonly expected: string;
  /** Why it failed or could not run, when that is no matter of this check alone. `found` is then a sentence about it. */
  readonly cause?: CheckCause;
  /** What is missing, by name, where that is known. */
  readonly object?: string;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
}

/** What the source looked like at a moment; written by `firedrill source`, compared with the restored copy. */
export interface Baseline {
  readonly resource: string;
  /** Database time of the source when it was taken, milliseconds UTC. */
  readonly takenAtMs: number;
  readonly engineVersion: string;
  readonly schemaHash: string;
  /** Short hash per object (`table public.issues`), to name what differs; absent in older baselines. */
  readonly schemaObjects?: Readonly<Record<string, string>>;
  /** Rows per table, by `schema.table`. */
  readonly rowCounts: Readonly<Record<string, number>>;
  /** Checksums of declared immutable ranges, by check name. */
  readonly checksums: Readonly<Record<string, string>>;
}
