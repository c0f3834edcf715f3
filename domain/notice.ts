import type { HolderLeftNotice } from './exercise-left.ts';
import type { ExerciseNotice, ExercisePost } from './exercise-notice.ts';
import type { FindingOffer } from './finding-acts.ts';
import type { Finding } from './finding.ts';
import type { GatePreview, OpenGate } from './gate.ts';
import type { ReviewNotice } from './review-notice.ts';
import type { Judged } from './verdict.ts';

/** Who and where a run's notices go; pinned at its start. */
export interface NoticeAddress {
  readonly slackChannel: string;
  readonly runId: string;
  readonly executionId: string;
  readonly service: string;
  readonly resource: string;
  readonly simulated: boolean;
  readonly mode: string;
}

/** The run in one screen of a phone: the message that is edited in place. Only the newest matters. */
export interface RunStatus {
  readonly state: string;
  readonly steps: readonly { readonly name: string; readonly state: 'done' | 'running' | 'failed' | 'waiting' }[];
  readonly sinceMs: number;
  readonly waitingFor?: string;
  /** Somebody paused it. `holds`: it stands still; before that it finishes what is under way. */
  readonly paused?: { readonly by: string; readonly reason: string; readonly holds: boolean };
  readonly lastFinding?: string;
  /** Of a declared incident. */
  readonly incident?: {
    readonly title: string;
    readonly commander: string;
    readonly beganMs: number;
    readonly detectedMs: number;
    readonly services: readonly string[];
  };
  readonly judged?: Judged;
  readonly approvals: readonly string[];
  readonly findings: number;
  /** What a rehearsal found the rest would do. */
  readonly preview?: Omit<GatePreview, 'chainHead'>;
}

/** Something to tell, in order, exactly once. What only says where something stands coalesces to the newest; the others never do. */
export type Notice =
  | { readonly kind: 'run-status'; readonly number: number; readonly status: RunStatus }
  | {
      readonly kind: 'gate-opened';
      readonly number: number;
      readonly gate: OpenGate;
      readonly askedRoles: readonly string[];
      readonly mention: readonly string[];
    }
  | {
      readonly kind: 'gate-reminder';
      readonly number: number;
      readonly gate: OpenGate;
      readonly text: string;
      readonly secondChannel: boolean;
      readonly roles: readonly string[];
      /** Slack ids of the people behind those roles. */
      readonly mention: readonly string[];
    }
  | {
      readonly kind: 'gate-progress';
      readonly number: number;
      readonly gate: OpenGate;
      readonly text: string;
      /** `Ann Smith (service owner)`: whose approvals stand now. */
      readonly approvedBy?: readonly string[];
    }
  | {
      readonly kind: 'gate-closed';
      readonly number: number;
      readonly gate: OpenGate;
      readonly text: string;
      readonly outcome: 'approved' | 'rejected' | 'expired' | 'withdrawn';
      /** The last click, or the moment at which nobody had decided; milliseconds UTC. */
      readonly closedAtMs: number;
    }
  /** What happened in an incident: command, times. */
  | { readonly kind: 'incident-news'; readonly number: number; readonly text: string }
  /** Somebody paused or resumed the run, or it is still paused. */
  | { readonly kind: 'pause'; readonly number: number; readonly text: string; readonly paused: boolean }
  /** Where a documentation review stands. */
  | {
      readonly kind: 'review-status';
      readonly number: number;
      readonly review: ReviewNotice;
      /** Slack ids of who is asked. */
      readonly mention: readonly string[];
    }
  /** Somebody has to do something about a review. */
  | {
      readonly kind: 'review-reminder';
      readonly number: number;
      readonly text: string;
      readonly secondChannel: boolean;
      readonly roles: readonly string[];
      readonly mention: readonly string[];
    }
  | {
      readonly kind: 'finding';
      readonly number: number;
      readonly finding: Finding;
      readonly ticket: TicketRequest;
      /** The run itself wants to hear of its ticket. */
      readonly tellRun?: true;
    }
  /** Where a tabletop exercise stands. */
  | { readonly kind: 'exercise-status'; readonly number: number; readonly exercise: ExerciseNotice }
  /** An event of its story, or something that was said or done in it. */
  | { readonly kind: 'exercise-post'; readonly number: number; readonly post: ExercisePost }
  /** Somebody who holds a role of an exercise has left; said once for each of them, and kept up to date. */
  | {
      readonly kind: 'exercise-holder-left';
      readonly number: number;
      readonly left: HolderLeftNotice;
      /** Slack ids of who is there and of who answers for its services. */
      readonly mention: readonly string[];
    }
  /** Somebody has to do something about an exercise. */
  | {
      readonly kind: 'exercise-reminder';
      readonly number: number;
      readonly text: string;
      readonly secondChannel: boolean;
      readonly roles: readonly string[];
      /** Slack ids of who is asked. */
      readonly mention: readonly string[];
    }
  | {
      readonly kind: 'ticket-filed';
      readonly number: number;
      readonly fingerprint: string;
      readonly title: string;
      readonly key: string;
      readonly url: string;
      readonly outcome: 'created' | 'commented';
    }
  | { readonly kind: 'verdict'; readonly number: number; readonly judged: Judged; readonly secondChannel: boolean }
  /** What becomes of a finding after its run: told by the finding's own workflow. */
  | {
      readonly kind: 'finding-news';
      readonly number: number;
      readonly finding: Pick<Finding, 'fingerprint' | 'title'> & Partial<Pick<Finding, 'proof'>>;
      readonly text: string;
      /** A reminder is for those who follow the thread; everything else the whole channel hears. */
      readonly broadcast: boolean;
      readonly secondChannel: boolean;
      /** Slack ids of the people who are asked. */
      readonly mention: readonly string[];
      readonly ticket?: { readonly key: string; readonly url: string };
      /** What people can do about it now, as buttons. */
      readonly offers?: readonly FindingOffer[];
    }
  /** Somebody has reported a gap: told by the finding's own workflow, once for each report. */
  | {
      readonly kind: 'gap-reported';
      readonly number: number;
      readonly finding: Pick<Finding, 'fingerprint' | 'service' | 'title' | 'found' | 'severity'>;
      readonly report: GapReported;
    };

/** By whom a gap was reported. */
export interface GapReported {
  /** Unique to the report: told again, it is the same one. */
  readonly reportId: string;
  readonly slackId: string;
}

/** A run's wish for a ticket, as the workflow of its gap takes it. */
export interface TicketOrder {
  readonly finding: Finding;
  readonly ticket: TicketRequest;
  readonly simulated: boolean;
  /** The workflow that waits for the answer; empty when nobody does. */
  readonly replyTo: string;
  /** It may have been filed without whoever asks knowing of it: then it is looked for with patience. */
  readonly filedBefore: boolean;
  /** A person has reported it, and no run: the channel of the service hears of it. */
  readonly reported?: GapReported;
}

/** The answer to an order. */
export interface TicketFiled {
  readonly fingerprint: string;
  readonly key: string;
  readonly url: string;
  readonly outcome: 'created' | 'commented';
}

/** What a ticket needs beyond its finding. */
export interface TicketRequest {
  readonly project: string;
  readonly issueType: string;
  readonly labels: readonly string[];
  readonly priority?: string;
  readonly ownerEmail: string;
  readonly championEmail: string;
  /** Date (YYYY-MM-DD). */
  readonly dueDate: string;
  /** Further fields, by their name on the create screen or by id; texts may name `{service}`, `{tier}` and the like. */
  readonly fields?: Readonly<Record<string, TicketFieldValue>>;
  readonly tier: number;
}

/** Notices of which only the newest of a kind matters. */
export const coalesces = ({ kind }: Pick<Notice, 'kind'>): boolean =>
  kind === 'run-status' || kind === 'review-status' || kind === 'exercise-status';

/** What a configured field of a ticket holds, before it is put into the form that its type asks for. */
export type TicketFieldValue = string | number | boolean | readonly string[];
