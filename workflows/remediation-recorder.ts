import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { ChainHead } from '../domain/hash-chain.ts';
import { makeRemediationEntry } from '../domain/remediation-chain.ts';
import { foldRemediation } from '../domain/remediation.ts';
import type { RemediationEntry, RemediationEvent, RemediationView } from '../domain/remediation.ts';
import { errorFacts } from './failures.ts';

/** Plain JSON, so that it survives continue-as-new. */
export interface RecorderState {
  readonly chainId: string;
  readonly head?: ChainHead;
  readonly view?: RemediationView;
  /** What the store has not got yet. */
  readonly waiting: readonly RemediationEntry[];
}

const mostAtOnce = 100;

/**
 * A finding's journal: events get number, time and hash here (one writer), the finding is folded from them, and they go to
 * the store in order for as long as it takes. Where the store has something else under a number, it goes on in a chain of
 * its own that begins with the finding as it is: what was written stays.
 */
export class RemediationRecorder {
  readonly #append: (entries: readonly RemediationEntry[]) => Promise<unknown>;
  readonly #fingerprint: string;
  #chainId: string;
  #head: ChainHead | undefined;
  #view: RemediationView | undefined;
  #waiting: RemediationEntry[];

  constructor(
    fingerprint: string,
    start: RecorderState,
    append: (entries: readonly RemediationEntry[]) => Promise<unknown>,
  ) {
    this.#fingerprint = fingerprint;
    this.#append = append;
    this.#chainId = start.chainId;
    this.#head = start.head;
    this.#view = start.view;
    this.#waiting = [...start.waiting];
  }

  /** The finding as it is; nothing before it was raised. */
  get view(): RemediationView | undefined {
    return this.#view;
  }

  get isDone(): boolean {
    return this.#waiting.length === 0;
  }

  /** Distinguishes this event from every other one of the finding: what is said of it is known by that. */
  get newestId(): string {
    return `${this.#chainId.slice(0, 8)}-${this.#head?.number ?? 0}`;
  }

  get newestNumber(): number {
    return this.#head?.number ?? 0;
  }

  get state(): RecorderState {
    return {
      chainId: this.#chainId,
      ...(this.#head === undefined ? {} : { head: this.#head }),
      ...(this.#view === undefined ? {} : { view: this.#view }),
      waiting: this.#waiting,
    };
  }

  record(event: RemediationEvent): void {
    const entry = makeRemediationEntry(this.#head, {
      fingerprint: this.#fingerprint,
      chainId: this.#chainId,
      atMs: Date.now(),
      event,
    });
    this.#head = { number: entry.number, hash: entry.hash };
    this.#view = foldRemediation(this.#view, event, Date.now());
    this.#waiting.push(entry);
  }

  /** Sends what waits, until told to stop. */
  async keepRecording(scope: CancellationScope, isStopping: () => boolean): Promise<void> {
    for (;;) {
      await condition(() => this.#waiting.length > 0 || isStopping());
      if (isStopping()) return;
      const batch = this.#waiting.slice(0, mostAtOnce);
      try {
        await scope.run(() => this.#append(batch));
        this.#waiting = this.#waiting.slice(batch.length);
      } catch (error) {
        if (isCancellation(error) && isStopping()) return;
        if (errorFacts(error).code !== 'remediation-conflict') throw error;
        this.#beginAnew();
      }
    }
  }

  #beginAnew(): void {
    const [id = '', turn = '1'] = this.#chainId.split('.');
    this.#chainId = `${id}.${Number(turn) + 1}`;
    this.#head = undefined;
    this.#waiting = [];
    if (this.#view !== undefined) this.record({ type: 'resumed', view: this.#view });
  }
}
