import type { DutyMoved } from './people-check.ts';
import type { AwsCall } from './activity-answer.ts';
import type { CheckResult } from './check.ts';
import type { ErrorFacts } from './errors.ts';
import type { ExerciseView } from './exercise-view.ts';
import type { Finding } from './finding.ts';
import type { AuthenticDecision, DecisionAnswer, GatePreview, GateState, OpenGate } from './gate.ts';
import type { IncidentView } from './incident-view.ts';
import type { JournalEvent, PreflightResult } from './journal-entry.ts';
import type { Ledger } from './ledger.ts';
import type { RecoveryPoint, SentinelReading, SettingDifference, WriterKnowledge } from './recovery.ts';
import type { ReviewView } from './review-view.ts';
import type { Judged } from './verdict.ts';

/** The part of a runbook that a run is in, as one word for people. */
export type RunPhase =
  | 'preparing'
  | 'reviewing'
  | 'exercising'
  | 'restoring'
  | 'validating'
  | 'cleaning up'
  | 'recording'
  | 'done';

/** What a run is doing now; while a gate is open it waits, whatever its phase. */
export type RunStateWord = RunPhase | 'waiting for approval' | 'paused';

/** Who the run is: its `run-opened` entry. */
export type RunIdentity = Omit<Extract<JournalEvent, { type: 'run-opened' }>, 'type' | 'stepsPlanned'>;

/** One step, planned or begun. Steps that a run ended without are `not-run`, never left out. */
export interface StepView {
  readonly name: string;
  readonly status: 'planned' | 'running' | 'done' | 'failed' | 'cancelled' | 'not-run';
  /** Clock of the worker that acted; until it has answered, the workflow's. Milliseconds UTC. */
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  readonly attempts: number;
  readonly worker?: string;
  readonly summary?: string;
  readonly error?: ErrorFacts;
  readonly awsCalls: readonly AwsCall[];
}

/** A click at a gate, counted or not. */
export interface DecisionView {
  readonly decision: AuthenticDecision;
  readonly answer: DecisionAnswer;
}

/** One round of one gate. */
export interface GateView {
  readonly gate: OpenGate;
  readonly status: GateState['status'];
  readonly decisions: readonly DecisionView[];
  readonly remindedAtMs: readonly number[];
  readonly escalations: readonly { readonly atMs: number; readonly step: number; readonly roles: readonly string[] }[];
  /** Left out where nobody who was asked has left. */
  readonly reassigned?: readonly ({ readonly atMs: number } & DutyMoved)[];
  readonly closedAtMs?: number;
  /** From opening to closing. */
  readonly waitedMs?: number;
  readonly countsInRto?: boolean;
}

/** Something the run meant to create, from the intent on: it may exist even when nobody saw it. */
export interface ResourceView {
  readonly kind: 'rds-instance';
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly state: 'intended' | 'created' | 'gone' | 'leftover';
  readonly arn?: string;
  readonly adopted?: boolean;
  /** How its end was proved, or what is still there. */
  readonly detail?: string;
}

/** One pause: who held the run and who let it go on, and when. */
export interface PauseView {
  readonly by: string;
  readonly reason: string;
  readonly via: string;
  readonly atMs: number;
  readonly resumedBy?: string;
  readonly resumedAtMs?: number;
}

/** Something that somebody did in a review or an exercise and that does not count. */
export interface RefusedActView {
  readonly actId: string;
  /** Absent when it is not proved who it was, or what they wanted. */
  readonly kind?: string;
  readonly person: string;
  readonly code: string;
  readonly atMs: number;
}

/** Everything a view may show of a run, folded from its journal alone. Plain JSON. */
export interface RunProjection extends RunIdentity {
  readonly runId: string;
  readonly executionId: string;
  /** Number and workflow time of the newest entry folded in. */
  readonly number: number;
  readonly atMs: number;
  readonly openedAtMs: number;
  /** When the verdict was reached, workflow time. */
  readonly endedAtMs?: number;
  readonly state: RunStateWord;
  readonly phase: RunPhase;
  /** Begun steps in their order, then those still planned or never run. */
  readonly steps: readonly StepView[];
  readonly ledger: Ledger;
  /** Waiting at decision gates, which counts in the RTO. */
  readonly waitingForPeopleMs: number;
  /** Every round of every gate, in the order of opening. */
  readonly gates: readonly GateView[];
  readonly waivedGates: readonly { readonly gateId: string; readonly reason: string }[];
  readonly unauthenticDecisions: readonly {
    readonly gateId: string;
    readonly decisionId: string;
    readonly claimedPerson: string;
    readonly code: string;
    readonly atMs: number;
  }[];
  readonly preflight: readonly PreflightResult[];
  readonly preview?: Omit<GatePreview, 'chainHead'>;
  readonly recoveryPoint?: { readonly choice: string; readonly point: RecoveryPoint; readonly requestedMs?: number };
  readonly resources: readonly ResourceView[];
  readonly checks: readonly CheckResult[];
  readonly sentinel?: {
    readonly reading?: SentinelReading;
    readonly writer?: WriterKnowledge;
    readonly notMeasuredReason?: string;
  };
  /** Absent until the settings were compared: an empty list says that they were the same. */
  readonly differences?: readonly SettingDifference[];
  readonly hotQueries?: Omit<Extract<JournalEvent, { type: 'hot-queries-measured' }>, 'type'>;
  /** What people did that did not count; absent where there was none. */
  readonly refusedActs?: readonly RefusedActView[];
  /** Of a documentation review: documents, facts, answers. */
  readonly review?: ReviewView;
  /** Of a tabletop exercise: people, story, decisions, gaps. */
  readonly exercise?: ExerciseView;
  readonly aborts: readonly {
    readonly by: string;
    readonly reason: string;
    readonly via: string;
    readonly atMs: number;
  }[];
  /** Of a declared incident. */
  readonly incident?: IncidentView;
  /** Absent where nobody paused the run. */
  readonly pauses?: readonly PauseView[];
  /** Why the kill switch stopped the run. */
  readonly halted?: string;
  readonly problems: readonly { readonly where: string; readonly error: ErrorFacts; readonly atMs: number }[];
  readonly findings: readonly Finding[];
  readonly judged?: Judged;
  readonly sealed?: { readonly head: string; readonly count: number };
}
