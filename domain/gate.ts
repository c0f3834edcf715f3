import type { Mode } from './modes.ts';

/** Roles a person may hold; seats of gates name them. */
export const roles = [
  'service-owner',
  'dr-champion',
  'deputy',
  'incident-commander',
  'leadership',
  'risk-and-compliance',
  'sre',
] as const;
export type Role = (typeof roles)[number];

/** One seat of a gate: filled by one distinct person who holds one of the roles. */
export interface GateSeat {
  readonly roles: readonly Role[];
}

/** One call for help when nobody decides: after `afterMs` from opening, these people are asked as well. */
export interface GateEscalation {
  readonly afterMs: number;
  readonly roles: readonly Role[];
  /** Say it on the second channel too. */
  readonly secondChannel: boolean;
}

/** Who decides at a gate, and what happens while nobody does. Times count from the gate's opening. */
export interface GatePolicy {
  /** One entry per approval needed; each is filled by a different person. */
  readonly seats: readonly GateSeat[];
  /** The person who started the run, or who last changed the plan that did, may not approve it. */
  readonly excludeInitiator: boolean;
  /** Reminders after opening, milliseconds, ascending. */
  readonly remindAfterMs: readonly number[];
  readonly escalations: readonly GateEscalation[];
  /** After this, milliseconds, a drill ends `aborted: nobody decided`; never a yes, never silently a no. */
  readonly finalDeadlineMs: number;
  readonly reasonRequiredToReject: boolean;
  /** Which approvals are confirmed by typing the service's name; steps without a way back when left out. */
  readonly reconfirm?: Reconfirm;
}

/** `irreversible`: where there is no way back. `always`: at every gate. */
export const reconfirmations = ['irreversible', 'always'] as const;
export type Reconfirm = (typeof reconfirmations)[number];

/** Asked before the drill (in no clock), or a decision that a real event has too (counts in the RTO). */
export type GateKind = 'admission' | 'decision';

/** What a gate shows. The bounds are what an approval binds to. */
export interface GatePreview {
  readonly mode: Mode;
  readonly question: string;
  /** The recovery point that would be restored, in one phrase; absent where it is not chosen yet. */
  readonly restores?: string;
  readonly creates: readonly string[];
  readonly touches: string;
  readonly region: string;
  readonly accountId: string;
  readonly costUsd?: number;
  readonly takesAboutMs?: number;
  readonly dataLossMs?: number;
  readonly outageMs?: number;
  readonly reversibility: string;
  /** There is no way back after it: whoever approves confirms it by typing the service's name. */
  readonly irreversible?: true;
  readonly simulated: boolean;
  /** Head of the run's hash chain when the gate opened, hex. */
  readonly chainHead: string;
}

/** One question to people. Asked anew because it got worse or too old, it is the next `round` of the same gate. */
export interface OpenGate {
  readonly runId: string;
  readonly gateId: string;
  readonly kind: GateKind;
  readonly round: number;
  readonly openedAtMs: number;
  readonly policy: GatePolicy;
  readonly preview: GatePreview;
  /** Person id of the initiator, or `system` for a schedule. */
  readonly initiator: string;
  /** Person id of who last changed the schedule or plan behind a run that no person started. */
  readonly planChangedBy?: string;
  /** What has to be typed for an approval to count; nothing when left out. */
  readonly confirm?: string;
}

/** `withdraw` takes one's own approval back, for as long as the gate is open. */
export type DecisionChoice = 'approve' | 'reject' | 'withdraw';

/** How a decision came, and so which key vouches for it. */
export type DecisionVia = 'slack-app' | 'web' | 'personal-key';

/**
 * What a person decided, in the words that are signed (as canonical JSON). The signer (Slack app, web server) maps the
 * person and the roles from the current catalog at the moment of the click; with a personal key the worker maps them.
 */
export interface DecisionStatement {
  readonly v: 1;
  /** The click's own id: Slack's `action_ts` with user, or a UUID of the CLI. Also the Update id. */
  readonly decisionId: string;
  readonly runId: string;
  /** Id of the gate; `*` for what concerns the whole run (abort, pause, resume) and for the kill switch (whose run id is `control`). */
  readonly gateId: string;
  readonly round: number;
  readonly choice: DecisionChoice | 'abort' | 'pause' | 'resume' | 'stop-all-drills' | 'release-drills';
  readonly reason?: string;
  /** What the person typed to confirm an approval. */
  readonly confirmed?: string;
  readonly personId: string;
  readonly personName: string;
  readonly roles: readonly Role[];
  readonly clickedAtMs: number;
}

/** A statement with the proof of who made it. `statement` is the canonical JSON text that was signed. */
export interface SignedDecision {
  readonly statement: string;
  readonly via: DecisionVia;
  /** Person id for `personal-key`, otherwise the configured signer's name. */
  readonly signer: string;
  /** Ed25519 signature over the UTF-8 bytes of `statement`, hex. */
  readonly signature: string;
}

/** A decision whose signature was verified. */
export interface AuthenticDecision extends DecisionStatement {
  readonly via: DecisionVia;
  readonly receivedAtMs: number;
}

export type RefusalCode =
  | 'gate-closed'
  | 'unknown-gate'
  | 'wrong-round'
  | 'initiator-excluded'
  | 'role-missing'
  | 'already-voted'
  | 'not-now'
  | 'nothing-to-withdraw'
  | 'withdrawn-too-often'
  | 'confirmation-required'
  | 'reason-required'
  | 'bad-signature'
  | 'unknown-person'
  | 'run-over'
  | 'overtaken'
  | 'too-many-attempts'
  | 'malformed';

/** The answer to a click: it counts, or it does not and why. */
export type DecisionAnswer =
  | {
      readonly outcome: 'accepted';
      readonly gate: 'open' | 'approved' | 'rejected';
      readonly approvals: number;
      readonly needed: number;
      readonly text: string;
    }
  | { readonly outcome: 'refused'; readonly code: RefusalCode; readonly text: string };

/** The state of one gate in one round; plain JSON, so that it survives continue-as-new. */
export interface GateState {
  readonly gate: OpenGate;
  readonly status: 'open' | 'approved' | 'rejected' | 'expired' | 'withdrawn';
  readonly votes: readonly {
    readonly personId: string;
    readonly personName: string;
    readonly seat: number;
    readonly via: DecisionVia;
    readonly clickedAtMs: number;
    readonly receivedAtMs: number;
    readonly roles: readonly Role[];
  }[];
  readonly rejection?: {
    readonly personId: string;
    readonly personName: string;
    readonly reason: string;
    readonly clickedAtMs: number;
  };
  /** Person ids of withdrawn approvals, one entry each time; left out while there is none. */
  readonly withdrawn?: readonly string[];
  /** Answers by decision id: the same click gets the same answer. */
  readonly answered: Readonly<Record<string, DecisionAnswer>>;
}
