import { CancellationScope, condition } from '@temporalio/workflow';
import { makeEntry, genesisHash } from '../domain/hash-chain.ts';
import type { JournalBody, JournalEntry, JournalEvent } from '../domain/journal-entry.ts';
import { endOfTurn } from './end-of-turn.ts';
import { errorFacts } from './failures.ts';

const maximumEntries = 200;
const maximumBytes = 256 * 1024;

/** Where the chain stands. */
export interface ChainHead {
  readonly number: number;
  readonly hash: string;
}

/**
 * Numbers, dates and hashes a run's entries in the workflow (one writer, so no gaps and no races) and sends them to the
 * store in order, one batch at a time, for as long as it takes. Recording never blocks the run: `record` returns at
 * once, only `drain` waits.
 */
export class JournalPump {
  readonly #runId: string;
  readonly #executionId: string;
  readonly #append: (entries: readonly JournalEntry[]) => Promise<unknown>;
  #head: ChainHead = { number: 0, hash: genesisHash };
  #waiting: JournalEntry[] = [];
  #sending = false;
  /** Set when the store refused for good: other content under the same number. */
  #broken: string | undefined;

  constructor(options: {
    runId: string;
    executionId: string;
    append: (entries: readonly JournalEntry[]) => Promise<unknown>;
  }) {
    this.#runId = options.runId;
    this.#executionId = options.executionId;
    this.#append = options.append;
  }

  get head(): ChainHead {
    return this.#head;
  }

  /** Why the store will never take this chain; undefined while all is well. */
  get broken(): string | undefined {
    return this.#broken;
  }

  record(event: JournalEvent): void {
    const body: Omit<JournalBody, 'number'> = {
      runId: this.#runId,
      executionId: this.#executionId,
      atMs: Date.now(),
      event,
    };
    const entry = makeEntry(this.#head, body);
    this.#head = { number: entry.number, hash: entry.hash };
    this.#waiting.push(entry);
    if (!this.#sending) {
      this.#sending = true;
      // Handled inside: an unhandled rejection here would hang the run.
      void CancellationScope.nonCancellable(() => this.#pump());
    }
  }

  /** Waits until everything recorded so far is in the store, or is known never to get there. */
  async drain(): Promise<void> {
    await CancellationScope.nonCancellable(() =>
      condition(() => this.#broken !== undefined || (!this.#sending && this.#waiting.length === 0)),
    );
  }

  async #pump(): Promise<void> {
    await endOfTurn();
    while (this.#waiting.length > 0 && this.#broken === undefined) {
      const batch = this.#nextBatch();
      try {
        await this.#append(batch);
        this.#waiting.splice(0, batch.length);
      } catch (error) {
        this.#broken = errorFacts(error).what;
      }
    }
    this.#sending = false;
  }

  #nextBatch(): JournalEntry[] {
    const batch: JournalEntry[] = [];
    let bytes = 0;
    for (const entry of this.#waiting) {
      bytes += entry.body.length * 2 + 300;
      if (batch.length > 0 && (batch.length >= maximumEntries || bytes > maximumBytes)) break;
      batch.push(entry);
    }
    return batch;
  }
}
