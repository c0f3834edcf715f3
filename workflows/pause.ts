import { condition } from '@temporalio/workflow';
import { FiredrillError } from '../domain/errors.ts';
import type { AuthenticDecision, DecisionAnswer } from '../domain/gate.ts';
import type { JournalEvent } from '../domain/journal-entry.ts';
import type { Mode } from '../domain/modes.ts';
import type { RunStatus } from '../domain/notice.ts';
import { longestPauseMs, pauseAnswer, remindOfPauseEveryMs } from '../domain/pause.ts';
import type { PauseChoice, PauseState } from '../domain/pause.ts';
import { formatDurationMs } from '../domain/duration-text.ts';
import type { NewNotice } from './notice-pump.ts';

/** Somebody paused a drill, and nobody let it go on. */
class PausedTooLongError extends FiredrillError {
  override readonly name = 'PausedTooLongError';
  constructor(personName: string) {
    super({
      code: 'paused-too-long',
      kind: 'refused',
      what: `${personName} paused it, and nobody resumed it within ${formatDurationMs(longestPauseMs)}.`,
      means: 'The drill takes no further step; what it created is deleted.',
      next: 'Start it again when it can go through.',
    });
  }
}

interface PauseOptions {
  readonly mode: Mode;
  /** There are steps to come, and nobody has stopped the run. */
  readonly canBePaused: () => boolean;
  readonly note: (event: JournalEvent) => void;
  readonly tell: (notice: NewNotice) => void;
}

/**
 * Holds a run between two steps, for as long as people want. A step and the wait for what it began are never parted: nothing
 * that is being created or deleted is left alone.
 */
export class Pause {
  readonly #options: PauseOptions;
  #on: { readonly personId: string; readonly personName: string; readonly reason: string; sinceMs: number } | undefined;
  #count = 0;
  #holds = false;
  #hasHeld = false;

  constructor(options: PauseOptions) {
    this.#options = options;
  }

  get isOn(): boolean {
    return this.#on !== undefined;
  }

  /** The run stood still, so its times say nothing about the service. */
  get hasHeld(): boolean {
    return this.#hasHeld;
  }

  /** For the run's message; nothing while the run goes on. */
  get shown(): Pick<RunStatus, 'paused'> {
    if (this.#on === undefined) return {};
    const { personName: by, reason } = this.#on;
    return { paused: { by, reason, holds: this.#holds } };
  }

  /** Whether a decision would count now; changes nothing. */
  wouldCount(
    decision: Pick<AuthenticDecision, 'personId' | 'roles' | 'reason'> & { readonly choice: PauseChoice },
  ): boolean {
    return pauseAnswer(this.#state, decision).outcome === 'accepted';
  }

  get #state(): PauseState {
    return {
      canBePaused: this.#options.canBePaused(),
      ...(this.#on === undefined ? {} : { pausedBy: this.#on }),
      count: this.#count,
    };
  }

  /** The one rule behind Update and Signal. */
  decide(decision: AuthenticDecision & { readonly choice: PauseChoice }): DecisionAnswer {
    const { note, tell } = this.#options;
    const answer = pauseAnswer(this.#state, decision);
    note({ type: 'decision-received', gateId: decision.gateId, decision, answer });
    if (answer.outcome === 'refused') return answer;
    const { personId, personName, via } = decision;
    if (decision.choice === 'pause') {
      const reason = (decision.reason ?? '').trim();
      this.#on = { personId, personName, reason, sinceMs: Date.now() };
      this.#count += 1;
      note({ type: 'run-paused', by: personId, reason, via });
      tell({ kind: 'pause', text: `Paused by ${personName}: ${reason}`, paused: true });
    } else {
      this.#on = undefined;
      note({ type: 'run-resumed', by: personId, via });
      tell({ kind: 'pause', text: `Resumed by ${personName}`, paused: false });
    }
    return answer;
  }

  /**
   * Waits until somebody lets the run go on; to be called only while it is paused.
   *
   * @throws PausedTooLongError in a drill; a real run is reminded of, and waits
   */
  async hold(): Promise<void> {
    const { mode, tell } = this.#options;
    this.#holds = true;
    this.#hasHeld = true;
    try {
      while (!(await condition(() => !this.isOn, remindOfPauseEveryMs))) {
        const pause = this.#on;
        if (pause === undefined) return;
        const pausedMs = Date.now() - pause.sinceMs;
        if (mode !== 'real' && pausedMs >= longestPauseMs) throw new PausedTooLongError(pause.personName);
        const end = mode === 'real' ? '' : ` Without that it ends ${formatDurationMs(longestPauseMs)} after the pause.`;
        const text = `Still paused, for ${formatDurationMs(pausedMs)} (${pause.personName}: ${pause.reason}). Resume or abort it.${end}`;
        tell({ kind: 'pause', text, paused: true });
      }
    } finally {
      this.#holds = false;
    }
  }
}
