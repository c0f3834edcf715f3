import { defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ActAnswer, SignedAct } from '../domain/act.ts';
import type { DecisionAnswer, SignedDecision } from '../domain/gate.ts';
import type { RunMemo } from '../domain/modes.ts';
import type { DutyNews } from '../domain/people-check.ts';
import type { Notice, TicketFiled, TicketOrder } from '../domain/notice.ts';

/** A decision on a run: approve or reject a gate, or abort the run. Answers whether it counts. The Update id is the decision's id. */
export const decideUpdate = defineUpdate<DecisionAnswer, [SignedDecision]>('decide');

/** Type of the failure with which the Update's validator says that a run keeps no more attempts that do not count. */
export const tooManyAttemptsType = 'too-many-attempts';

/** The same decision when no worker answered in time; deduplicated by its id, judged by the same function. */
export const decideLaterSignal = defineSignal<[SignedDecision]>('decide-later');

/** Something that a person did in a review or an exercise. Answers whether it counts. The Update id is the act's id. */
export const actUpdate = defineUpdate<ActAnswer, [SignedAct]>('act');

/** The same act when no worker answered in time; deduplicated by its id, judged by the same function. */
export const actLaterSignal = defineSignal<[SignedAct]>('act-later');

/** The control workflow tells a drill that it must stop: the kill switch was pulled, or (`forRealRun`) a real run needs what it holds. */
export const haltSignal = defineSignal<[{ readonly reason: string; readonly forRealRun?: boolean }]>('halt');

/** Somebody whom this run may be asking has left. Tells people only; who may decide is known at the click. */
export const dutyMovedSignal = defineSignal<[DutyNews & { readonly slackId: string }]>('duty-moved');

/** People who hold roles of this exercise have left. Tells people only; roles are taken by people. */
export const holdersLeftSignal = defineSignal<[{ readonly personIds: readonly string[] }]>('holders-left');

/** A run hands its notices to its delivery workflow, in order. */
export const noticesSignal = defineSignal<[readonly Notice[]]>('notices');

/**
 * The run's journal is another one than delivery was told at its start (it was reset, or the store had other content):
 * what comes after the seal belongs to this one. People may have been told things that this execution does not know of.
 */
export const journalMovedSignal = defineSignal<[{ readonly journalId: string }]>('journal-moved');

/** The last word of a run to its delivery. */
export interface LastNotice {
  /** False when the journal could not be sealed: what comes after the seal cannot be recorded then. */
  readonly sealed: boolean;
}

/** The run is over: delivery ends when all is delivered. */
export const lastNoticeSignal = defineSignal<[LastNotice]>('last-notice');

/**
 * Id of the workflow of one gap. The prefix of the task queues is part of it, as for the control workflow.
 */
export const remediationWorkflowId = (taskQueuePrefix: string, fingerprint: string): string =>
  `${taskQueuePrefix}remediation/${fingerprint}`;

/** A run's delivery wants a ticket for a gap. Safe to repeat. */
export const ticketOrderedSignal = defineSignal<[TicketOrder]>('ticket-ordered');
/** The gap's workflow tells who asked for it that the ticket is there. */
export const ticketFiledSignal = defineSignal<[TicketFiled]>('ticket-filed');

/**
 * Id of the control workflow. The prefix of the task queues is part of it, so that installations (and test files) which
 * share a Temporal namespace do not share a kill switch.
 */
export const controlWorkflowId = (taskQueuePrefix: string): string => `${taskQueuePrefix}control`;

/** What a kill-switch decision names as its run: this, or the control workflow's own id. */
export const controlRunId = 'control';

/** Which resources a run wants (`service/resource`), and what it is: a real run halts the drills in its way. */
export interface LockRequest {
  readonly runId: string;
  readonly resources: readonly string[];
  readonly memo: RunMemo;
  /** Temporal's id of the execution that asks: once it has given back, it gets nothing any more. */
  readonly executionId?: string;
}
/** All of them or none; if none, whose run is in the way. */
export type LockAnswer =
  | { readonly granted: true }
  | { readonly granted: false; readonly holder: string; readonly resource: string }
  /** The kill switch is pulled, and this is a drill. */
  | { readonly granted: false; readonly stopped: { readonly by?: string; readonly reason?: string } };

/** Gives back whatever the run holds; nothing happens when it holds nothing. */
export interface LockRelease {
  readonly runId: string;
  readonly executionId?: string;
}

/** Asks the control workflow for locks; re-entrant by run id. */
export const acquireLockUpdate = defineUpdate<LockAnswer, [LockRequest]>('acquire-lock');
export const releaseLockSignal = defineSignal<[LockRelease]>('release-lock');

/** Pulls or releases the kill switch; the statement's choice is `stop-all-drills` or `release-drills`. */
export const killSwitchUpdate = defineUpdate<DecisionAnswer, [SignedDecision]>('kill-switch');
export const killSwitchLaterSignal = defineSignal<[SignedDecision]>('kill-switch-later');

/** What `describe()` of the control workflow shows in its memo under `control`, without any worker. */
export interface ControlMemo {
  readonly killSwitch: {
    readonly pulled: boolean;
    readonly by?: string;
    readonly reason?: string;
    readonly atMs?: number;
  };
  readonly locks: readonly {
    readonly resource: string;
    readonly runId: string;
    readonly runbook: string;
    readonly mode: string;
    readonly sinceMs: number;
  }[];
}

/** What a run returns to Temporal; the journal holds the rest. */
export interface RunReport {
  readonly runId: string;
  readonly verdict: string;
  readonly reason: string;
  readonly evidencePath?: string;
}
