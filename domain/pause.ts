import type { AuthenticDecision, DecisionAnswer, RefusalCode } from './gate.ts';

/** Pauses of one run that are taken: more is no drill, and its history stays bounded. */
const maxPauses = 20;

/** How often people are reminded of a paused run, milliseconds. */
export const remindOfPauseEveryMs = 4 * 3_600_000;

/** A drill that nobody resumes within this time ends as aborted: what it created costs money and ages. Milliseconds. */
export const longestPauseMs = 24 * 3_600_000;

/** How a run stands, as far as pausing it goes. */
export interface PauseState {
  /** There are steps to come, and nobody has stopped the run. */
  readonly canBePaused: boolean;
  /** Who paused it; absent while it goes on. */
  readonly pausedBy?: { readonly personId: string; readonly personName: string };
  /** Pauses so far. */
  readonly count: number;
}

export type PauseChoice = 'pause' | 'resume';
export const isPauseChoice = (choice: string): choice is PauseChoice => choice === 'pause' || choice === 'resume';

/**
 * What a pause or a resume comes to. Everybody in the catalog may hold a run up; to let it go on takes whoever paused it, or
 * somebody who holds a role. Never throws.
 */
export function pauseAnswer(
  state: PauseState,
  decision: Pick<AuthenticDecision, 'personId' | 'roles' | 'reason'> & { readonly choice: PauseChoice },
): DecisionAnswer {
  const { canBePaused, pausedBy, count } = state;
  if (!canBePaused) return refused('run-over', 'Too late: this run is done with its steps, or was stopped.');
  if (decision.choice === 'resume') {
    if (pausedBy === undefined) return refused('not-now', 'This run is not paused.');
    if (pausedBy.personId !== decision.personId && decision.roles.length === 0)
      return refused(
        'role-missing',
        `${pausedBy.personName} paused it; they, or somebody who holds a role, resume it.`,
      );
    return accepted('It goes on. Its times are not comparable with those of other runs, because it was paused.');
  }
  if (pausedBy !== undefined) return refused('not-now', `${pausedBy.personName} has paused it already.`);
  if (count >= maxPauses) return refused('not-now', `It was paused ${maxPauses} times. Abort it, or let it end.`);
  if ((decision.reason ?? '').trim() === '')
    return refused('reason-required', 'A pause needs a reason, one sentence for whoever asks why nothing happens.');
  return accepted(
    'Paused: what is under way is finished first, then no further step begins until somebody resumes it.',
  );
}

const accepted = (text: string): DecisionAnswer => ({
  outcome: 'accepted',
  gate: 'open',
  approvals: 0,
  needed: 0,
  text,
});
const refused = (code: RefusalCode, text: string): DecisionAnswer => ({ outcome: 'refused', code, text });
