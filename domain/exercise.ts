import type { DecisionVia, GateEscalation, Role } from './gate.ts';
import type { TicketRequest } from './notice.ts';
import type { PinnedPlan } from './pinned-plan.ts';
import type { FilledScenario } from './scenario.ts';

export interface ExercisePerson {
  readonly personId: string;
  readonly name: string;
}

/** Who did something in an exercise, as it was proved; roles are those of the catalog, not of the exercise. */
export interface ExerciseActor extends ExercisePerson {
  readonly roles: readonly Role[];
  readonly via: DecisionVia;
  readonly clickedAtMs: number;
}

/** Who answers for a service that an exercise covers: the service gets credit when one of the two took part. */
export interface Answerable {
  readonly service: string;
  readonly owner: ExercisePerson;
  readonly champion: ExercisePerson;
}

/** How long an exercise waits for people, milliseconds. */
export interface ExercisePolicy {
  /** From its opening: has nobody begun it by then, it ends as not held. */
  readonly beginWithinMs: number;
  /** While it waits to be begun, or to be closed. */
  readonly remindEveryMs: number;
  /** From its opening: then it ends, with every open gap as a finding; never as held. */
  readonly finalDeadlineMs: number;
  /** An inject that is told later than this was held up by the engine, and the story waited with it. */
  readonly lateToleranceMs: number;
  /** While it waits to be begun, and again while it waits to be closed. Absent in plans from before there was such a thing, as are the next two. */
  readonly escalations?: readonly GateEscalation[];
  /** An event that asks something, and for which no decision was logged for so long, is asked about again. */
  readonly answerWithinMs?: number;
  /** Who is asked after that while there is still none; each counts from the telling. Absent in plans from before there was such a thing. */
  readonly answerEscalations?: readonly GateEscalation[];
  /** From the beginning of the hot-wash: then it ends as not closed. */
  readonly closeWithinMs?: number;
}

/** One decision of the room, as the scribe wrote it down. */
export interface LoggedDecision {
  /** `D1`, `D2` … in the order in which they were logged. */
  readonly id: string;
  /** The event of the story that it answers; absent for one that the room took by itself. */
  readonly injectId?: string;
  readonly question: string;
  /** What was weighed; with the scenario's own options these are their ids. */
  readonly options: readonly string[];
  readonly choice: string;
  /** Who answers for it, in the room's words: a person or a role. */
  readonly owner: string;
  readonly reason: string;
  /** Imagined time since the imagined impact, milliseconds. */
  readonly incidentMs: number;
}

export const gapSeverities = ['high', 'medium', 'low'] as const;
export type GapSeverity = (typeof gapSeverities)[number];

/** Something that does not work, or that nobody knew, as somebody raised it. */
export interface RaisedGap {
  /** `G1`, `G2` … */
  readonly id: string;
  readonly service: string;
  readonly title: string;
  readonly found: string;
  readonly severity: GapSeverity;
  /** Heading of the recovery document, of the event that was told last. */
  readonly section: string;
  readonly injectId?: string;
  /** Of the finding that it is, or would be: the same gap has the same in every exercise. */
  readonly fingerprint: string;
}

export const assessments = ['done', 'partly', 'missed'] as const;
/** What the facilitator says of one expected action. */
export type Assessment = (typeof assessments)[number];

/** An earlier exercise of the same service, as far as the next one is compared with it. */
export interface LastExercise {
  readonly runId: string;
  readonly scenario: string;
  readonly title: string;
  readonly closedAtMs: number;
  readonly people: number;
  readonly told: number;
  readonly decisions: number;
  /** Of the decisions between the scenario's own options: how many there were, and how many were as expected. */
  readonly chosen: number;
  readonly asExpected: number;
  readonly actions: Readonly<Record<Assessment, number>>;
  /** Imagined RTO, milliseconds; absent when the room never proved that it had recovered. */
  readonly recoveredAfterMs?: number;
  readonly gaps: readonly { readonly fingerprint: string; readonly title: string; readonly ticket?: string }[];
}

/** Everything that an exercise is pinned to at its start. Plain JSON; built by the client from catalog and scenario. */
export interface ExercisePlan extends PinnedPlan {
  /** With the names of its services in it; the first one is the main one. */
  readonly scenario: FilledScenario;
  readonly answerable: readonly Answerable[];
  readonly policy: ExercisePolicy;
  /** By service: a gap goes to the people who answer for it. */
  readonly tickets: Readonly<Record<string, TicketRequest>>;
  /** By person: whoever takes part may be mentioned. Absent in plans from before there was such a thing. */
  readonly slackIds?: Readonly<Record<string, string>>;
}
