import { CancellationScope } from '@temporalio/workflow';
import type { Answer } from '../domain/activity-answer.ts';
import { FiredrillError } from '../domain/errors.ts';
import type { JournalEvent } from '../domain/journal-entry.ts';
import type { RunMemo } from '../domain/modes.ts';
import { errorFacts } from './failures.ts';
import { drillsStopped, refuseWhenDrillsAreStopped } from './kill-switch.ts';
import type { LockAnswer } from './messages.ts';
import { askingActivities, lockingActivities } from './proxies.ts';

interface RunControlOptions {
  readonly runId: string;
  readonly memo: RunMemo;
  readonly note: (event: JournalEvent) => void;
}

/** What stands between a run and what it works on: the kill switch, and the locks. */
export class RunControl {
  readonly #options: RunControlOptions;

  constructor(options: RunControlOptions) {
    this.#options = options;
  }

  /**
   * The kill switch not pulled, the locks ours.
   *
   * @throws FiredrillError `refused` when drills are stopped or somebody else has the resource
   */
  async take(resources: readonly string[]): Promise<Answer<LockAnswer>> {
    const { runId, memo, note } = this.#options;
    await this.refuseWhenStopped();
    const lock = await lockingActivities().acquireLock({ runId, resources, memo });
    if (!lock.value.granted && 'stopped' in lock.value) {
      // Pulled since it was read a moment ago.
      note({ type: 'drills-halted', reason: lock.value.stopped.reason ?? '' });
      throw drillsStopped(lock.value.stopped);
    }
    if (!lock.value.granted) throw new FiredrillError({ code: 'locked', kind: 'refused', ...lockedText(lock.value) });
    return lock;
  }

  /** @throws FiredrillError `refused` when drills are stopped, and this is one */
  async refuseWhenStopped(): Promise<void> {
    const { memo, note } = this.#options;
    await refuseWhenDrillsAreStopped({ mode: memo.mode, asking: askingActivities(), note });
  }

  /** Reads beside the look at the kill switch; what is read is dropped when drills are stopped. @throws as above, and what `read` throws */
  async ifStillAllowed<T>(read: () => Promise<T>): Promise<T> {
    const scope = new CancellationScope({ cancellable: true });
    const reading = scope.run(read);
    // Looked at below; a rejection that nobody has looked at yet would hang the run.
    const settled = reading.then(
      () => {},
      () => {},
    );
    try {
      await this.refuseWhenStopped();
    } catch (error) {
      scope.cancel();
      // Its end is written before the verdict is.
      await settled;
      throw error;
    }
    return await reading;
  }

  async release(): Promise<void> {
    const { runId, note } = this.#options;
    try {
      await askingActivities().releaseLock({ runId });
    } catch (error) {
      // Not fatal: a lock whose holder is closed is freed by the next one who asks.
      note({ type: 'problem', where: 'release lock', error: errorFacts(error) });
    }
  }
}

/** Why a run may not begin, for people. */
const lockedText = ({ resource, holder }: { readonly resource: string; readonly holder: string }) =>
  holder.startsWith('incident/')
    ? {
        what: `An incident is open that concerns ${resource}: ${holder}.`,
        means: 'No drill is held there while it lasts; this one did nothing.',
        next: 'Start it again when whoever commands the incident has said that it is over.',
      }
    : {
        what: `Another run works on ${resource}: ${holder}.`,
        means: "Two runs on one resource would spoil each other's measurement; this one did nothing.",
        next: `Wait for it, or stop it: firedrill abort ${holder}`,
      };
