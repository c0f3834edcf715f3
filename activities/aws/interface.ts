import type { KnownFact } from '../../domain/document.ts';
import type { PreflightResult } from '../../domain/journal-entry.ts';
import type { AwsPlace, DatabaseSpec, DrillNetwork } from '../../domain/restore-plan.ts';
import type { InstanceSettings, RecoverablePoints, RecoveryPoint } from '../../domain/recovery.ts';
import type { Moment } from '../../domain/time.ts';

/** The source as AWS shows it now. */
export interface SourceFacts {
  readonly arn: string;
  readonly status: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly instanceClass: string;
  readonly allocatedStorageGb: number;
  readonly storageType: string;
  readonly iops?: number;
  readonly storageThroughput?: number;
  readonly encrypted: boolean;
  readonly kmsKeyArn?: string;
  readonly parameterGroup: string;
  readonly optionGroup?: string;
  readonly masterUsername: string;
  readonly port?: number;
  readonly iamAuthentication: boolean;
  readonly settings: InstanceSettings;
  readonly caCertificate?: string;
  /** `EngineLifecycleSupport`; said on restore, because its default enrols in paid Extended Support. */
  readonly extendedSupport?: string;
  readonly dedicatedLogVolume?: boolean;
}

/** What a restore will do, with every default said out loud (reference/disaster-recovery.md, section 6.2). */
export interface RestoreRequest extends AwsPlace {
  readonly runId: string;
  /** Name from `drillName`; the idempotency key, since RDS has no client token. */
  readonly name: string;
  readonly service: string;
  readonly resource: string;
  readonly owner: string;
  readonly sourceIdentifier: string;
  readonly point: RecoveryPoint;
  readonly network: DrillNetwork;
  readonly source: SourceFacts;
  readonly expiresAtMs: number;
}

/** AWS has taken the restore. `adopted`: an earlier attempt, of which we did not hear, had made the call. */
export interface RestoreCalled {
  readonly name: string;
  readonly arn: string;
  /** When the call that created it was made: this attempt's call, or the creation time AWS shows when adopted. */
  readonly called: Moment;
  readonly adopted: boolean;
}

/** A copy that AWS calls available, and where it answers. */
export interface AvailableCopy {
  readonly name: string;
  readonly arn: string;
  readonly host: string;
  readonly port: number;
  readonly masterUsername: string;
  readonly status: string;
  /** From the RDS event when there is one, else from the poll with its interval as bounds. */
  readonly available: Moment;
}

/** A database whose facts a review asks about. */
export interface LiveFactsRequest extends AwsPlace {
  readonly resource: string;
  readonly kind: 'rds-instance' | 'rds-cluster';
  readonly identifier: string;
}

/** Queue `aws-read`: looks, never changes. Role: read. */
export interface AwsReadActivities {
  /** Account, caller and endpoint as AWS answers them. */
  awsIdentity(place: AwsPlace): Promise<{ accountId: string; callerArn: string; endpoint: string; simulated: boolean }>;
  describeSource(database: DatabaseSpec): Promise<SourceFacts>;
  /**
   * Isolation of the drill network as design section 6 defines it, quota head-room, key access, allowed Region, cost
   * within budget, no freeze. Answers every result, also the refusing ones; throws only when it cannot look.
   */
  checkPreconditions(request: {
    database: DatabaseSpec;
    network: DrillNetwork;
    source: SourceFacts;
    allowedRegions: readonly string[];
    budgetUsd?: number;
    freezes: readonly { fromMs: number; toMs: number; reason: string }[];
  }): Promise<{ results: readonly PreflightResult[]; estimate: { costUsd: number; takesAboutMs: number } }>;
  /** Reads LatestRestorableTime and completed snapshots; T0 is the span in which AWS answered, which it says itself. */
  listRecoverablePoints(database: DatabaseSpec): Promise<RecoverablePoints>;
  /**
   * One look at a copy. Throws `not-yet` (with the status as detail) while AWS works on it; throws a finding
   * `restore-ended-badly` for a terminal bad status (`incompatible-*`, `failed`, `storage-full`, …), `copy-vanished`
   * when it is gone.
   */
  checkAvailable(request: AwsPlace & { name: string; since: number }): Promise<AvailableCopy>;
  /** One look after `setCopyPassword`: throws `not-yet` until no credential change is pending. */
  checkPasswordSet(request: AwsPlace & { name: string; since: number }): Promise<{ at: Moment }>;
  readSettings(request: AwsPlace & { identifier: string }): Promise<InstanceSettings>;
  /** One look after a delete: throws `not-yet` while it is still there, answers when AWS says NotFound. */
  checkGone(request: AwsPlace & { name: string }): Promise<{ at: Moment; proof: string }>;
  /** What is true now of a database; each fact that AWS does not say, or of a database it does not have, is `unknown` with why. */
  readLiveFacts(request: LiveFactsRequest): Promise<{ facts: readonly KnownFact[] }>;
  /** Everything that carries this run's tag, also snapshots and retained automated backups. */
  listOwned(request: AwsPlace & { runId: string }): Promise<readonly { arn: string; name: string; status: string }[]>;
}

/** Queue `aws-isolated`: creates and deletes only what carries our prefix and the run's tag. Role: isolated. */
export interface AwsIsolatedActivities {
  /** Starts the restore and returns; waiting is a step of its own. Safe to repeat: the name comes from the run. */
  restoreDatabase(request: RestoreRequest): Promise<RestoreCalled>;
  /** Sets the copy's password to the one derived from the drill secret and the run id; never returns or logs it. */
  setCopyPassword(request: AwsPlace & { name: string; runId: string }): Promise<{ at: Moment }>;
  /** Pushes out `dr:expires-at` of what the run owns. */
  renewLease(request: AwsPlace & { name: string; runId: string; expiresAtMs: number }): Promise<void>;
  /** Asks AWS to delete the copy, without final snapshot, with automated backups; refuses what is not this run's. */
  deleteCopy(
    request: AwsPlace & { name: string; runId: string },
  ): Promise<{ outcome: 'requested' | 'already-deleting' | 'already-gone' }>;
}
