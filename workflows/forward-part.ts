import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { errorKinds } from '../domain/errors.ts';
import type { AuthenticDecision } from '../domain/gate.ts';
import type { JournalEvent } from '../domain/journal-entry.ts';
import type { Mode } from '../domain/modes.ts';
import type { RunEnding } from '../domain/verdict.ts';
import { errorFacts } from './failures.ts';

interface ForwardPartOptions {
  readonly mode: Mode;
  /** Where something went wrong. */
  readonly lastStep: () => string | undefined;
  readonly note: (event: JournalEvent) => void;
}

/** The part of a run that goes forward, until it is done, fails, or somebody stops it. What is behind it, cleanup and the verdict, nobody stops. */
export class ForwardPart {
  readonly #options: ForwardPartOptions;
  readonly #scope = new CancellationScope({ cancellable: true });
  #stopped: { readonly reason: string; readonly code: string; readonly by?: string } | undefined;
  #isOver = false;

  constructor(options: ForwardPartOptions) {
    this.#options = options;
  }

  /** It has ended, however. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get isStopped(): boolean {
    return this.#stopped !== undefined;
  }

  get canBeStopped(): boolean {
    return !this.#isOver && this.#stopped === undefined;
  }

  /** As `Run.attempt` says. */
  async attempt(forward: () => Promise<void>): Promise<RunEnding> {
    try {
      await this.#scope.run(forward);
      // Stopped in the very turn in which the last step ended: whoever stopped it was told that it is.
      return this.#stopped ? { kind: 'aborted', ...this.#stopped } : { kind: 'completed' };
    } catch (error) {
      if (this.#stopped) return { kind: 'aborted', ...this.#stopped };
      // What was in flight may end with its own error when it is cancelled: a call without an answer, say.
      if (isCancellation(error) || this.#scope.consideredCancelled)
        return { kind: 'aborted', code: 'cancelled', reason: 'The run was cancelled in Temporal.' };
      const facts = errorFacts(error);
      this.#options.note({ type: 'problem', where: this.#options.lastStep() ?? 'start', error: facts });
      const { ending } = errorKinds[facts.kind];
      if (ending === 'aborted') return { kind: 'aborted', code: facts.code, reason: facts.what };
      return { kind: ending, code: facts.code, reason: facts.what };
    } finally {
      this.#isOver = true;
    }
  }

  /** A person stops it; the first one counts. */
  abort(decision: AuthenticDecision): void {
    if (this.#stopped) return;
    const reason = decision.reason ?? '';
    this.#options.note({ type: 'abort-requested', by: decision.personId, reason, via: decision.via });
    this.#stop({ by: decision.personName, reason: decision.reason ?? 'no reason given', code: 'aborted-by-person' });
  }

  /** All drills are stopped, or those in the way of an incident; a real run is not. @param what - what happened, before the reason */
  halt(reason: string, what: string): void {
    if (this.#options.mode === 'real' || !this.canBeStopped) return;
    this.#options.note({ type: 'drills-halted', reason });
    this.#stop({ reason: `${what}: ${reason}`, code: 'drills-stopped' });
  }

  #stop(stopped: { readonly reason: string; readonly code: string; readonly by?: string }): void {
    this.#stopped = stopped;
    this.#scope.cancel();
  }
}
