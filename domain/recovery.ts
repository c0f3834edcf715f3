/** A point that a resource can be restored to, as it was recoverable at T0. */
export type RecoveryPoint =
  | {
      readonly method: 'snapshot';
      readonly snapshotId: string;
      /** When the snapshot's data is from (`OriginalSnapshotCreateTime` for copies), milliseconds UTC. */
      readonly dataAtMs: number;
      readonly automated: boolean;
    }
  | {
      readonly method: 'pitr';
      /** The explicit `RestoreTime`; never `UseLatestRestorableTime`. */
      readonly restoreTimeMs: number;
      readonly latestRestorableTimeMs: number;
    };

/** Everything that was recoverable when T0 was drawn. */
export interface RecoverablePoints {
  /** Within what time AWS answered: what is listed was recoverable at some moment of it. Milliseconds UTC. */
  readonly readAtMs: number;
  readonly readUntilMs: number;
  /** Window of point-in-time recovery; absent when continuous backup is off. */
  readonly pitr?: { readonly earliestMs: number; readonly latestMs: number };
  /** Completed snapshots, newest first. */
  readonly snapshots: readonly {
    readonly id: string;
    readonly dataAtMs: number;
    readonly automated: boolean;
    readonly encrypted: boolean;
    readonly kmsKeyArn?: string;
  }[];
}

/** Settings of a database instance that decide whether one could serve from it; all plain text for comparison. */
export type InstanceSettings = Readonly<Record<string, string>>;

/** One line of the go-live diff. */
export interface SettingDifference {
  readonly setting: string;
  readonly source: string;
  readonly copy: string;
  /**
   * `intended`: we asked for it (isolation, retention 0, no deletion protection). `would-be-wrong`: would be wrong if we had to serve from this copy.
   */
  readonly kind: 'intended' | 'would-be-wrong';
  /** What to do in a real recovery, one sentence. */
  readonly remedy: string;
}

/** What a sentinel says about how recent the restored data is. */
export interface SentinelReading {
  readonly source: 'sentinel' | 'newestRow';
  /** Number of the sentinel; absent for newestRow. */
  readonly counter?: number;
  /** Database time in the row, milliseconds UTC. */
  readonly databaseTimeMs: number;
}

/** What the writer knows about its own sentinels, from its log of acknowledged writes. */
export interface WriterKnowledge {
  /**
   * When the next sentinel after the one found was acknowledged at the latest, on the database's clock; it was committed
   * by then, so the data may reach up to just before it.
   */
  readonly nextAcknowledgedMs?: number;
  /** Last acknowledgement at or before T0; absent when there is none. */
  readonly lastAcknowledgedBeforeT0Ms?: number;
  /** True when no sentinel was acknowledged for more than three intervals before T0. */
  readonly silentAtT0: boolean;
  /** How long between two sentinels, milliseconds. */
  readonly everyMs: number;
  /** Measured skew between the database's clock and the writer's, milliseconds, positive when the database is ahead. */
  readonly databaseSkewMs: number;
}
