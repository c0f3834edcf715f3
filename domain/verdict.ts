import type { Ledger, RecoveryClocks } from './ledger.ts';
import type { Target } from './target.ts';
import type { Measured } from './time.ts';
import type { CheckResult } from './check.ts';

/** Design section 7: `passed`, otherwise in this order `aborted`, `failed`, `inconclusive`, `unproven`. */
export const recoveryVerdicts = ['passed', 'aborted', 'failed', 'inconclusive', 'unproven'] as const;
/** `confirmed`: signed off, and everything is right as documented. `corrections-needed`: signed off, with wrongs that are gaps. */
export const reviewVerdicts = ['confirmed', 'corrections-needed', 'aborted', 'inconclusive', 'unproven'] as const;
/** `held`: every service that it covers gets credit. `held-without-credit`: owner and champion of one were not there. */
export const exerciseVerdicts = ['held', 'held-without-credit', 'aborted', 'inconclusive'] as const;
/** `over`: whoever commanded it said so. */
export const incidentVerdicts = ['over', 'aborted', 'inconclusive'] as const;
export type Verdict =
  | (typeof recoveryVerdicts)[number]
  | (typeof reviewVerdicts)[number]
  | (typeof exerciseVerdicts)[number]
  | (typeof incidentVerdicts)[number];

/** Whether a run ended as well as its runbook can end; what is held and not met is not among them. */
export function endedWell(verdict: Verdict): boolean {
  switch (verdict) {
    case 'passed':
    case 'confirmed':
    case 'held':
    case 'over':
      return true;
    case 'aborted':
    case 'failed':
    case 'inconclusive':
    case 'unproven':
    case 'corrections-needed':
    case 'held-without-credit':
      return false;
  }
}

/** `met` means strictly less than the target, at the worse end of what is known. */
export type Judgement = 'met' | 'missed' | 'not-measured';

/** Which recovery point the run asked for; only `latest` is judged against the tier's RPO. */
export type PointChoice = 'latest' | 'oldest' | 'random' | 'at';

/** The recovery's clocks against the RTO; the one from the disaster binds. */
export interface RtoResult {
  readonly clocks: RecoveryClocks;
  readonly targetMs: number;
  readonly judgement: Judgement;
}

/** How much would have been lost, against the RPO. */
export interface RpoResult {
  readonly achieved: Measured;
  readonly targetMs: number;
  readonly judgement: Judgement;
  /**
   * `tier`: T0 − T−1 against the tier's RPO. `requested-point`: |requested − T−1|, for oldest, random and past moments;
   * it says how exact the restore was, and is judged by the same number of milliseconds.
   */
  readonly judgedAgainst: 'tier' | 'requested-point';
  /** Why it is `not-measured`, for people. */
  readonly reason?: string;
}

/** How the run's way ended, before it is judged. */
export type RunEnding =
  | { readonly kind: 'completed' }
  /** `code`: which rule of ours stopped it, when no person did by aborting. */
  | { readonly kind: 'aborted'; readonly reason: string; readonly by?: string; readonly code?: string }
  /** What was to be tested failed: no usable point, restore refused or stuck, database unreachable, check failed to run. */
  | { readonly kind: 'failed'; readonly code: string; readonly reason: string }
  /** The programme's own fault: quota, our permissions, our workers, a bug. */
  | { readonly kind: 'programme'; readonly code: string; readonly reason: string };

/** Why something that people do together was stopped, and by whom if a person did it. */
export const stoppedText = ({ by, reason }: Extract<RunEnding, { kind: 'aborted' }>): string =>
  by === undefined ? reason : `${by} stopped it: ${reason}`;

/** Everything the verdict depends on; `judge` is a pure function of it. */
export interface VerdictFacts {
  readonly ending: RunEnding;
  readonly ledger: Ledger;
  readonly target: Target;
  readonly point: PointChoice;
  /** The moment asked for when `point` is not `latest`, milliseconds UTC. */
  readonly requestedPointMs?: number;
  readonly waitingForPeopleMs: number;
  readonly checks: readonly CheckResult[];
  /** Names of required checks that had to run; one without a result is not validated. */
  readonly requiredChecks: readonly string[];
  /** Why T−1 is not to be trusted (silent writer, no sentinel and no newestRow), when that is so. */
  readonly rpoNotMeasuredReason?: string;
  /** `proved`: everything created answers NotFound. `not-needed`: nothing was ever created. */
  readonly cleanup: 'proved' | 'not-needed' | 'not-proved';
  /** A rehearsal that went well: what it would have restored, `the point in time …`. */
  readonly rehearsed?: string;
  /** False when a person paused the run, or part of it happened twice (a reset, a restored engine). */
  readonly comparable: boolean;
}

interface JudgedInAnyCase {
  readonly verdict: Verdict;
  /** One sentence for people: why this verdict and not `passed`; for `passed`, what was proved. */
  readonly reason: string;
  readonly comparable: boolean;
}

/** A run that recovers something, judged by its clocks. */
export interface JudgedRecovery extends JudgedInAnyCase {
  readonly rto: RtoResult;
  readonly rpo: RpoResult;
}

/** What people did together, a review or an exercise: counted, not timed. */
export interface JudgedWork extends JudgedInAnyCase {
  /** What stands where the clocks of a recovery stand: `Answered` · `12 of 12`. */
  readonly results: readonly { readonly name: string; readonly text: string }[];
}

export type Judged = JudgedRecovery | JudgedWork;

export const isRecovery = (judged: Judged): judged is JudgedRecovery => 'rto' in judged;

/** The clocks of a recovery; nothing for a run without a verdict, or one that recovers nothing. */
export const clocksOf = (judged: Judged | undefined): Pick<JudgedRecovery, 'rto' | 'rpo'> | undefined =>
  judged !== undefined && isRecovery(judged) ? judged : undefined;
