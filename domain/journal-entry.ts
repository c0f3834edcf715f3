import type { AwsCall } from './activity-answer.ts';
import type { CheckResult } from './check.ts';
import type { DutyMoved } from './people-check.ts';
import type { ErrorFacts } from './errors.ts';
import type { ExerciseEvent } from './exercise-events.ts';
import type { Finding } from './finding.ts';
import type { AuthenticDecision, DecisionAnswer, GatePreview, OpenGate } from './gate.ts';
import type { IncidentEvent } from './incident.ts';
import type { JournalBreak } from './journal-break.ts';
import type { LedgerKey } from './ledger.ts';
import type { BlastRadius, Mode, RunbookName } from './modes.ts';
import type { RecoveryPoint, SentinelReading, SettingDifference, WriterKnowledge } from './recovery.ts';
import type { ReviewEvent } from './review-events.ts';
import type { Target, Tier } from './target.ts';
import type { Moment } from './time.ts';
import type { Judged } from './verdict.ts';

/**
 * Whatever happens in a run is one entry of this union; the ledger, the report, Slack, the dashboard and the evidence
 * are projections of these and of nothing else. Adding a kind is safe, changing one breaks recorded runs.
 */
export type JournalEvent =
  | {
      readonly type: 'run-opened';
      readonly runbook: RunbookName;
      readonly runbookVersion: string;
      readonly mode: Mode;
      readonly touches: BlastRadius;
      readonly service: string;
      readonly resource: string;
      readonly tier: Tier;
      readonly target: Target;
      readonly catalogHash: string;
      /** Any endpoint that is not the vendor's: the run proves nothing outside a simulation. */
      readonly simulated: boolean;
      /** Where AWS, Slack and Jira were, for the evidence. */
      readonly endpoints: Readonly<Record<string, string>>;
      readonly initiator: string;
      readonly via: 'cli' | 'slack' | 'web' | 'schedule' | 'system';
      /** What was asked for, as given: point, method, time. */
      readonly request: Readonly<Record<string, string>>;
      readonly stepsPlanned: readonly string[];
    }
  | { readonly type: 'step-started'; readonly step: string }
  | {
      readonly type: 'step-ended';
      readonly step: string;
      readonly outcome: 'done' | 'failed' | 'cancelled';
      readonly attempts: number;
      readonly startedAtMs?: number;
      readonly finishedAtMs?: number;
      readonly worker?: string;
      readonly awsCalls: readonly AwsCall[];
      readonly error?: ErrorFacts;
      /** One short line of what came out, for people. */
      readonly summary?: string;
    }
  | { readonly type: 'moment-recorded'; readonly key: LedgerKey; readonly moment: Moment }
  | { readonly type: 'preflight-checked'; readonly results: readonly PreflightResult[] }
  /** A rehearsal's end: what the rest would have done. */
  | { readonly type: 'previewed'; readonly preview: Omit<GatePreview, 'chainHead'> }
  | {
      readonly type: 'recovery-point-chosen';
      readonly choice: string;
      readonly point: RecoveryPoint;
      readonly requestedMs?: number;
    }
  | {
      readonly type: 'creation-intended';
      readonly kind: 'rds-instance';
      readonly name: string;
      readonly accountId: string;
      readonly region: string;
    }
  | { readonly type: 'resource-created'; readonly name: string; readonly arn: string; readonly adopted: boolean }
  /** From here on the run only takes away what it made. */
  | { readonly type: 'cleanup-started' }
  | { readonly type: 'resource-gone'; readonly name: string; readonly proof: string }
  | { readonly type: 'leftover-found'; readonly name: string; readonly detail: string }
  | { readonly type: 'gate-opened'; readonly gate: OpenGate }
  | { readonly type: 'gate-waived'; readonly gateId: string; readonly reason: string }
  | { readonly type: 'gate-reminded'; readonly gateId: string; readonly round: number }
  | {
      readonly type: 'gate-escalated';
      readonly gateId: string;
      readonly round: number;
      readonly step: number;
      readonly roles: readonly string[];
    }
  /** Somebody who was asked has left; whoever stands in is asked instead. */
  | ({ readonly type: 'gate-reassigned'; readonly gateId: string; readonly round: number } & DutyMoved)
  | {
      readonly type: 'decision-received';
      readonly gateId: string;
      readonly decision: AuthenticDecision;
      readonly answer: DecisionAnswer;
    }
  | {
      readonly type: 'decision-unauthentic';
      readonly gateId: string;
      readonly decisionId: string;
      readonly claimedPerson: string;
      readonly code: string;
    }
  | {
      readonly type: 'gate-closed';
      readonly gateId: string;
      readonly round: number;
      readonly outcome: 'approved' | 'rejected' | 'expired' | 'withdrawn';
      readonly waitedMs: number;
      readonly countsInRto: boolean;
    }
  | { readonly type: 'check-finished'; readonly result: CheckResult }
  | {
      readonly type: 'sentinel-read';
      readonly reading?: SentinelReading;
      readonly writer?: WriterKnowledge;
      readonly notMeasuredReason?: string;
    }
  | { readonly type: 'settings-compared'; readonly differences: readonly SettingDifference[] }
  | {
      readonly type: 'hot-queries-measured';
      readonly usable: boolean;
      readonly curve: readonly {
        readonly query: string;
        readonly p95Ms: number;
        readonly usableP95Ms: number;
        readonly atMs: number;
      }[];
    }
  /** What somebody did in a review or an exercise, and why it does not count. */
  | {
      readonly type: 'act-refused';
      readonly actId: string;
      readonly kind: string;
      readonly personId: string;
      readonly code: string;
    }
  | {
      readonly type: 'act-unauthentic';
      readonly actId: string;
      readonly claimedPerson: string;
      readonly code: string;
    }
  | ReviewEvent
  | IncidentEvent
  | ExerciseEvent
  | { readonly type: 'abort-requested'; readonly by: string; readonly reason: string; readonly via: string }
  /** Somebody holds the run between two steps, until somebody lets it go on. */
  | { readonly type: 'run-paused'; readonly by: string; readonly reason: string; readonly via: string }
  | { readonly type: 'run-resumed'; readonly by: string; readonly via: string }
  | { readonly type: 'drills-halted'; readonly reason: string }
  | { readonly type: 'problem'; readonly where: string; readonly error: ErrorFacts }
  /** The store had lost, or never had, what this run recorded: everything was sent again. */
  | ({ readonly type: 'journal-resent' } & JournalBreak)
  | { readonly type: 'finding-raised'; readonly finding: Finding }
  | { readonly type: 'verdict-reached'; readonly judged: Judged }
  | { readonly type: 'sealed'; readonly head: string; readonly count: number };

/** A precondition looked at in preflight. */
export interface PreflightResult {
  readonly name:
    | 'isolation'
    | 'quota'
    | 'key-access'
    | 'region'
    | 'budget'
    | 'freeze'
    | 'incident'
    | 'kill-switch'
    | 'lock'
    | 'source-login';
  readonly outcome: 'ok' | 'refused' | 'unknown';
  readonly detail: string;
}

/** What comes after the seal, each signed on its own and chained to the seal. */
export type AddendumEvent =
  | {
      readonly type: 'ticket-filed';
      readonly fingerprint: string;
      readonly key: string;
      readonly url: string;
      readonly outcome: 'created' | 'commented';
    }
  | {
      readonly type: 'late-decision';
      readonly gateId: string;
      readonly decisionId: string;
      readonly person: string;
      readonly text: string;
    };

/** One entry in its envelope. `prev` and `hash` are 64 hex; the hash covers prev's 32 bytes and the body's UTF-8. */
export interface JournalEntry {
  readonly runId: string;
  /** Temporal's execution id; with `.2`, `.3` … when the store had other content under it (see `JournalBreak`). */
  readonly executionId: string;
  /** From 1, without gaps. */
  readonly number: number;
  readonly prev: string;
  readonly hash: string;
  /** RFC 8785 canonical JSON of `JournalBody`. */
  readonly body: string;
}

/** What the body text holds. `atMs` is workflow time: it orders and is never measured against. */
export interface JournalBody {
  readonly runId: string;
  readonly executionId: string;
  readonly number: number;
  readonly atMs: number;
  readonly event: JournalEvent;
}
