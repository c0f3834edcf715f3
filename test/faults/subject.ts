import type { StoredRun } from '../../store/read.ts';
import { readRun } from '../../store/read.ts';
import type { CatalogData, Installation } from './installation.ts';
import type { Expected } from './invariants/witness.ts';

/**
 * What a fault campaign puts to the test: one way in which one runbook goes, from its start to an ending that no harm may
 * change. A new runbook joins by adding its own to `subjects`.
 */
export interface Subject {
  /** Shown, and part of how a failure is repeated: `restore-test approved`. */
  readonly name: string;
  /** Steps that an unharmed run of it has to take: proof that boundaries are not left out. From the runbook's definition. */
  readonly steps: readonly string[];
  /** Adds what it works on to the catalog: one thing per slot, so that runs beside each other do not conflict. */
  readonly catalog: (catalog: CatalogData, slots: readonly string[]) => void;
  /** Prepares the stand-ins, once per installation. */
  readonly prepare?: (installation: Installation) => Promise<void>;
  /** Starts a run. @returns its id */
  readonly start: (installation: Installation, slot: string) => Promise<string>;
  /** What people do until the run needs nobody any more; tries again where a person would. */
  readonly act: (installation: Installation, runId: string, signal: AbortSignal) => Promise<void>;
  readonly expected: Expected;
  /** What a run can be in while it waits for people, each a moment for harm. */
  readonly states: readonly State[];
  /** Changing calls of a run that can be caught in flight. */
  readonly calls: (runId: string) => readonly Call[];
}

/** A state of a run that lasts until somebody does something. */
export interface State {
  /** Shown: `gate open`. */
  readonly name: string;
  readonly is: (projection: StoredRun['projection']) => boolean;
}

/** A call whose effect has happened while its answer is held back. */
export interface Call {
  /** Shown: `RestoreDBInstanceToPointInTime`. */
  readonly name: string;
  /** Has the answer to the next such call held back. @returns asks whether the call has been made */
  readonly hold: (installation: Installation, forMs: number) => Promise<() => Promise<boolean>>;
}

/** The run as the store has it, or nothing while the store is away. */
export async function seenRun({ witness }: Installation, runId: string): Promise<StoredRun | undefined> {
  try {
    return await readRun(witness.store, runId);
  } catch {
    // Killed, or being started again: asked anew by whoever waits.
    return undefined;
  }
}

/** Does something again and again, as a patient person, until it is so. Trouble on the way is what a campaign is about. */
export async function persist(
  signal: AbortSignal,
  isDone: () => Promise<boolean>,
  attempt: () => Promise<void> = () => Promise.resolve(),
  pauseMs = 300,
): Promise<void> {
  while (!signal.aborted) {
    try {
      if (await isDone()) return;
      await attempt();
    } catch {
      // What does not answer is on its way back; a click that did not get through is clicked again.
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
