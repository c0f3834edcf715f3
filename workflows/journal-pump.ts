import { CancellationScope, condition } from '@temporalio/workflow';
import { genesisHead, makeEntry } from '../domain/hash-chain.ts';
import type { ChainHead } from '../domain/hash-chain.ts';
import type { JournalBreak, OtherJournal } from '../domain/journal-break.ts';
import type { JournalBody, JournalEntry, JournalEvent } from '../domain/journal-entry.ts';
import { gather } from './end-of-turn.ts';
import { errorFacts } from './failures.ts';
import { leaveMark } from './mark.ts';

const maximumEntries = 200;
const maximumBytes = 256 * 1024;
/** A store that goes on losing or changing entries is not recorded into for ever. */
const maximumRestarts = 8;

interface JournalPumpOptions {
  readonly runId: string;
  readonly executionId: string;
  /** True in an execution that began with a reset of another one. */
  readonly afterReset: boolean;
  /** Answers which other journals the store has of this run, when entry 1 is among what it was given. */
  readonly append: (entries: readonly JournalEntry[]) => Promise<{ readonly others: readonly OtherJournal[] }>;
  /** Told once for each time the store did not have what this run had recorded; may record at once. */
  readonly onBreak: (found: JournalBreak) => void;
}

/**
 * Numbers, dates and hashes a run's entries in the workflow (one writer, so no gaps and no races) and sends them to the
 * store in order, one batch at a time, for as long as it takes. Recording never blocks the run: `record` returns at
 * once, only `drain` and `seal` wait.
 *
 * It keeps every entry, and sends them all again when the store turns out not to have what it had taken (it was
 * restored from a backup, or this execution began with a reset). Where the store has other content under the same
 * numbers, the same events go into a new journal beside it.
 */
export class JournalPump {
  readonly #options: JournalPumpOptions;
  readonly #told = new Set<string>();
  #journals = 1;
  #entries: JournalEntry[] = [];
  /** How many of the entries the store has. */
  #stored = 0;
  #sending = false;
  #isSealed = false;
  /** Somebody waits for what was recorded: it does not gather any longer. */
  #urgent = false;
  #restarts = 0;
  /** Why everything is being sent again, until it is. */
  #restart: Pick<JournalBreak, 'cause' | 'atNumber'> | undefined;
  /** Set when the store refused for good. */
  #broken: string | undefined;

  constructor(options: JournalPumpOptions) {
    this.#options = options;
  }

  /** Under which the store keeps the entries: the execution id, with `.2` … for a journal that was begun anew. */
  get journalId(): string {
    const { executionId } = this.#options;
    return this.#journals === 1 ? executionId : `${executionId}.${this.#journals}`;
  }

  get head(): ChainHead {
    const last = this.#entries.at(-1);
    return last ? { number: last.number, hash: last.hash } : genesisHead;
  }

  /** Why the store will never take this chain; undefined while all is well. */
  get broken(): string | undefined {
    return this.#broken;
  }

  /** Nothing may be recorded any more. */
  get isSealed(): boolean {
    return this.#isSealed;
  }

  /** @param urgent - people act on it: it goes at once, and all that was recorded before it; default false: within a second */
  record(event: JournalEvent, urgent = false): void {
    this.#add(event, Date.now());
    if (urgent) this.#urgent = true;
    this.#send();
  }

  /** Waits until everything recorded so far is in the store, or is known never to get there. */
  async drain(): Promise<void> {
    this.#urgent = true;
    await CancellationScope.nonCancellable(() =>
      condition(() => this.#broken !== undefined || (!this.#sending && this.#stored === this.#entries.length)),
    );
    this.#urgent = false;
  }

  /** Records what the chain comes to as its last entry, and waits until the store has it. */
  async seal(): Promise<void> {
    for (;;) {
      await this.drain();
      if (this.#isSealed) return;
      // When the store turns out to lack entries while the seal is on its way, it is sealed again.
      const { number: count, hash: head } = this.head;
      this.record({ type: 'sealed', head, count });
      this.#isSealed = true;
    }
  }

  /** For a store that took everything and does not have it: sends all again, and waits. */
  async sendAgain(): Promise<void> {
    this.#startOver({ cause: 'entries-lost', atNumber: this.head.number });
    this.#send();
    await this.drain();
  }

  #add(event: JournalEvent, atMs: number): void {
    const body: Omit<JournalBody, 'number'> = {
      runId: this.#options.runId,
      executionId: this.journalId,
      atMs,
      event,
    };
    this.#entries.push(makeEntry(this.head, body));
  }

  #send(): void {
    if (this.#sending) return;
    this.#sending = true;
    // Handled inside: an unhandled rejection here would hang the run.
    void CancellationScope.nonCancellable(() => this.#pump());
  }

  async #pump(): Promise<void> {
    while (this.#stored < this.#entries.length && this.#broken === undefined) {
      await gather(() => this.#urgent || this.#entries.length - this.#stored >= maximumEntries);
      const batch = this.#nextBatch();
      if (this.#stored + batch.length === this.#entries.length) this.#urgent = false;
      try {
        const { others } = await this.#options.append(batch);
        this.#stored += batch.length;
        if (batch[0]?.number === 1) this.#beganWith(others);
      } catch (error) {
        this.#refused(error, batch[0]?.number ?? 1);
      }
    }
    leaveMark('recorded', this.#stored);
    this.#sending = false;
  }

  #refused(error: unknown, atNumber: number): void {
    const { code, what } = errorFacts(error);
    const restarts = code === 'journal-gap' || code === 'journal-conflict';
    if (!restarts || this.#restarts >= maximumRestarts) {
      this.#broken = what;
      return;
    }
    this.#startOver({ cause: code === 'journal-conflict' ? 'other-content' : 'entries-lost', atNumber });
    if (code === 'journal-conflict') this.#beginAnew();
  }

  #startOver(why: Pick<JournalBreak, 'cause' | 'atNumber'>): void {
    this.#restarts += 1;
    this.#restart = why;
    this.#stored = 0;
    // The store has not got the seal either: what happened here is to stand before it.
    if (this.#isSealed) this.#entries.pop();
    this.#isSealed = false;
  }

  /** The same events with the same times in a journal of another id: what was written stays, nothing is written over it. */
  #beginAnew(): void {
    const bodies = this.#entries.map((entry) => JSON.parse(entry.body) as JournalBody);
    this.#journals += 1;
    this.#entries = [];
    for (const { event, atMs } of bodies) this.#add(event, atMs);
  }

  /** The store has taken entry 1: by now it is known whether it is the first time, and what stands beside. */
  #beganWith(others: readonly OtherJournal[]): void {
    const restart = this.#restart;
    this.#restart = undefined;
    const unknown = others.filter(({ executionId }) => !this.#told.has(executionId));
    for (const { executionId } of unknown) this.#told.add(executionId);
    const cause =
      restart?.cause === 'other-content' || unknown.length === 0
        ? restart?.cause
        : this.#options.afterReset
          ? 'reset'
          : 'started-again';
    if (cause === undefined) return;
    const { journalId } = this;
    this.#options.onBreak({ cause, journalId, atNumber: restart?.atNumber ?? 1, others });
  }

  #nextBatch(): JournalEntry[] {
    const batch: JournalEntry[] = [];
    let bytes = 0;
    for (const entry of this.#entries.slice(this.#stored, this.#stored + maximumEntries)) {
      bytes += entry.body.length * 2 + 300;
      if (batch.length > 0 && bytes > maximumBytes) break;
      batch.push(entry);
    }
    return batch;
  }
}
