import type { ActStatement, SignedAct } from '../../domain/act.ts';
import type { AddendumEvent, JournalEntry } from '../../domain/journal-entry.ts';
import type { LastExercise } from '../../domain/exercise.ts';
import type { OtherJournal } from '../../domain/journal-break.ts';
import type { DutyNews, OpenExercise, OpenReview } from '../../domain/people-check.ts';
import type { TicketOrder } from '../../domain/notice.ts';
import type { RunMemo } from '../../domain/modes.ts';
import type { ReviewPast } from '../../domain/review-last.ts';
import type { AuthenticDecision, RefusalCode, SignedDecision } from '../../domain/gate.ts';

/** What became of a sealed run's evidence. */
export interface EvidenceLocation {
  /** Folder of the bundle on the worker's machine: the evidence root and the run id. */
  readonly path: string;
  /** `s3://bucket/prefix`, when it was stored under Object Lock. */
  readonly s3?: string;
  readonly manifestHash: string;
}

/** Those that a person or the control workflow waits for: they have a queue of their own beside `record`. */
export type DecidingActivity = 'authenticate' | 'authenticateAct' | 'isRunClosed';

/** Queue `record`: store, evidence, and what the run asks of the control workflow. */
export interface RecordActivities {
  /**
   * Appends in one transaction with the projections; the same entries again are success, other content a loud error.
   * `others`: further journals of the run that the store has, told when entry 1 is among the entries.
   */
  appendJournal(
    entries: readonly JournalEntry[],
  ): Promise<{ head: string; count: number; others: readonly OtherJournal[] }>;
  /** After `sealed`: store's head must equal the given one; writes, signs and stores the bundle. Safe to repeat. */
  sealEvidence(request: { runId: string; executionId: string; head: string; count: number }): Promise<EvidenceLocation>;
  /** A signed addendum, chained to the seal (or to the addendum before). The same event twice is kept once. */
  appendAddendum(request: { runId: string; executionId: string; event: AddendumEvent }): Promise<void>;
  /**
   * Asks the control workflow for the locks of a run; answers who holds them when refused, or by whom drills were stopped.
   * Re-entrant by run id.
   */
  acquireLock(request: {
    runId: string;
    resources: readonly string[];
    memo: RunMemo;
  }): Promise<
    | { granted: true }
    | { granted: false; holder: string; resource: string }
    | { granted: false; stopped: { by?: string; reason?: string } }
  >;
  releaseLock(request: { runId: string }): Promise<void>;
  /** Hands a finding to the workflow of its gap, which files the ticket and answers the asking workflow by a Signal. Safe to repeat. */
  orderTicket(order: TicketOrder): Promise<void>;
  /** Whether a workflow is closed or was never there; frees the locks of holders that ended without saying so. */
  isRunClosed(request: { runId: string }): Promise<boolean>;
  /** How long the last runs of this kind took from T0 to T8, newest first, at most four; empty when none is known. */
  recentDurations(request: {
    service: string;
    resource: string;
    runbook: string;
  }): Promise<{ durationsMs: readonly number[] }>;
  /** The service's finished documentation reviews and its last drill, as far as the store has them. */
  reviewPast(request: { service: string }): Promise<ReviewPast>;
  /** Keys of the newest tickets of a service's findings, at most two hundred. */
  ticketsOfService(request: { service: string }): Promise<{ readonly keys: readonly string[] }>;
  /**
   * Tells the open runs of a service who stands in for somebody whom they may be asking. Safe to repeat.
   *
   * @param request.runId - only this one
   */
  tellDutyMoved(request: { service: string; runId?: string; moved: DutyNews; slackId: string }): Promise<void>;
  /** Documentation reviews that wait for people, as far as the store has them. */
  openReviews(): Promise<{ readonly reviews: readonly OpenReview[] }>;
  /** Tabletop exercises under way, and who holds their roles, as far as the store has them. */
  openExercises(): Promise<{ readonly exercises: readonly OpenExercise[] }>;
  /** Tells an exercise that people who hold roles of it have left. Safe to repeat; nothing when it is over. */
  tellHoldersLeft(request: { runId: string; personIds: readonly string[] }): Promise<void>;
  /** The newest tabletop exercise that covered this service and was closed; nothing when there was none. */
  exercisePast(request: { service: string }): Promise<{ last?: LastExercise }>;
  /** The kill switch; throws when it cannot be read (which counts as pulled for drills). */
  readKillSwitch(): Promise<{ pulled: boolean; by?: string; reason?: string; atMs?: number }>;
  /**
   * Verifies a decision against today's keys: a person's own (from the current catalog, roles mapped here) or that of a
   * process that signs for people. `service` is `*` for what concerns no single service.
   */
  authenticate(request: {
    decision: SignedDecision;
    service: string;
  }): Promise<
    { ok: true; decision: AuthenticDecision } | { ok: false; code: RefusalCode; claimedPerson: string; text: string }
  >;
  /** The same for an act of a review or an exercise. */
  authenticateAct(request: {
    act: SignedAct;
    service: string;
  }): Promise<
    { ok: true; statement: ActStatement } | { ok: false; code: RefusalCode; claimedPerson: string; text: string }
  >;
}
