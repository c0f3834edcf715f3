import type { DecisionVia, Role, SignedDecision } from './gate.ts';

/**
 * Something that a person did in a run, other than deciding at a gate: an answer in a review, a role taken in an exercise.
 * In the words that are signed (as canonical JSON). Who it was is mapped from the current catalog at the moment of the click.
 */
export interface ActStatement {
  readonly v: 1;
  /** A signed act never passes for a decision, nor a decision for an act. */
  readonly purpose: 'act';
  /** The click's own id; also the Update id. */
  readonly actId: string;
  readonly runId: string;
  /** What was done, in the runbook's own words: plain JSON. */
  readonly act: { readonly kind: string } & Readonly<Record<string, unknown>>;
  readonly personId: string;
  readonly personName: string;
  readonly roles: readonly Role[];
  readonly clickedAtMs: number;
}

/** A statement with the proof of who made it: the envelope that decisions come in, too. */
export type SignedAct = SignedDecision;

/** Who did it, once that is proved, and when. */
export interface ActBy extends Pick<ActStatement, 'actId' | 'personId' | 'personName' | 'roles' | 'clickedAtMs'> {
  readonly via: DecisionVia;
  readonly receivedAtMs: number;
}

/** @param receivedAtMs - when the run took it in; workflow time, milliseconds UTC */
export const actBy = (
  { actId, personId, personName, roles, clickedAtMs }: ActStatement,
  { via }: SignedAct,
  receivedAtMs: number,
): ActBy => ({ actId, personId, personName, roles, clickedAtMs, via, receivedAtMs });

/** The answer to an act: it counts, or it does not and why. */
export type ActAnswer =
  | { readonly outcome: 'accepted'; readonly text: string }
  | {
      readonly outcome: 'refused';
      /** `run-over`, `bad-signature`, `malformed`, `too-many-attempts`, or a code of the runbook. */
      readonly code: string;
      readonly text: string;
    };

export const actAccepted = (text: string): ActAnswer => ({ outcome: 'accepted', text });
export const actRefused = (code: string, text: string): ActAnswer => ({ outcome: 'refused', code, text });
