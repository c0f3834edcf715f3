import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { ErrorFacts } from '../domain/errors.ts';
import { coalesces } from '../domain/notice.ts';
import type { Notice, NoticeAddress } from '../domain/notice.ts';
import type { delivery } from './delivery.ts';
import { gather } from './end-of-turn.ts';
import { errorFacts } from './failures.ts';
import { leaveMark } from './mark.ts';
import { journalMovedSignal, lastNoticeSignal, noticesSignal } from './messages.ts';
import type { LastNotice } from './messages.ts';

/** A notice before it has its number. */
export type NewNotice = Notice extends infer N ? (N extends Notice ? Omit<N, 'number'> : never) : never;

/** The delivery workflow, started by us or met when this run was reset. */
interface Delivery {
  signal(definition: typeof noticesSignal, notices: readonly Notice[]): Promise<void>;
  signal(definition: typeof journalMovedSignal, journal: { readonly journalId: string }): Promise<void>;
  signal(definition: typeof lastNoticeSignal, last: LastNotice): Promise<void>;
}

/**
 * Hands a run's notices to its delivery workflow, in order and without ever holding the run up. A newer status
 * replaces an older one that was not handed over yet, and gathers for a second; nothing else is ever dropped while delivery can be reached.
 */
export class NoticePump {
  readonly #address: NoticeAddress;
  readonly #afterReset: boolean;
  readonly #onProblem: (error: ErrorFacts) => void;
  #reachedAgain = false;
  #delivery: Delivery | undefined;
  #waiting: Notice[] = [];
  /** The journal that delivery has to hear of before anything else. */
  #movedTo: string | undefined;
  #number = 0;
  #sending = false;
  /** More than a status, or somebody waits: it does not gather any longer. */
  #urgent = false;
  #broken = false;

  /**
   * @param options.afterReset - an execution before this one may have told people already
   * @param options.onProblem - told once when nobody can be told any more: the run goes on, its journal says so
   */
  constructor(
    address: NoticeAddress,
    { afterReset, onProblem }: { readonly afterReset: boolean; readonly onProblem: (error: ErrorFacts) => void },
  ) {
    this.#address = address;
    this.#afterReset = afterReset;
    this.#onProblem = onProblem;
  }

  tell(notice: NewNotice): void {
    if (this.#broken) return;
    this.#number += 1;
    if (coalesces(notice)) this.#waiting = this.#waiting.filter((waiting) => waiting.kind !== notice.kind);
    else this.#urgent = true;
    this.#waiting.push({ ...notice, number: this.#number } as Notice);
    this.#start();
  }

  /** From here on the run writes another journal than the one delivery was started with. */
  journalMoved(journalId: string): void {
    if (this.#broken) return;
    this.#movedTo = journalId;
    this.#start();
  }

  #start(): void {
    if (this.#sending) return;
    this.#sending = true;
    void CancellationScope.nonCancellable(() => this.#send());
  }

  /** Waits until everything said so far is with delivery, or is known never to get there. */
  async handOver(): Promise<void> {
    this.#urgent = true;
    await CancellationScope.nonCancellable(() =>
      condition(() => this.#broken || (!this.#sending && this.#waiting.length === 0 && this.#movedTo === undefined)),
    );
    this.#urgent = false;
  }

  /** Tells delivery that nothing more comes, and waits until it knows. Never throws. */
  async finish(last: LastNotice): Promise<void> {
    await this.handOver();
    if (this.#broken || !this.#delivery) return;
    await CancellationScope.nonCancellable(async () => {
      try {
        await this.#reaching((it) => it.signal(lastNoticeSignal, last));
      } catch (error) {
        this.#break(error);
      }
    });
  }

  async #send(): Promise<void> {
    try {
      while (this.#waiting.length > 0 || this.#movedTo !== undefined) {
        await gather(() => this.#urgent || this.#movedTo !== undefined);
        this.#delivery ??= await this.#reach();
        const journalId = this.#movedTo;
        this.#movedTo = undefined;
        if (journalId !== undefined) await this.#reaching((it) => it.signal(journalMovedSignal, { journalId }));
        const batch = this.#waiting;
        this.#waiting = [];
        this.#urgent = false;
        if (batch.length > 0) await this.#reaching((it) => it.signal(noticesSignal, batch));
      }
    } catch (error) {
      this.#break(error);
    }
    leaveMark('told', this.#number);
    this.#sending = false;
  }

  /** A delivery that was our child before a reset is not to be reached as one, and one that had ended begins again. */
  async #reaching(say: (delivery: Delivery) => Promise<void>): Promise<void> {
    this.#delivery ??= await this.#reach();
    try {
      await say(this.#delivery);
    } catch (error) {
      if (!this.#afterReset || this.#reachedAgain) throw error;
      this.#reachedAgain = true;
      this.#delivery = await this.#reach();
      await say(this.#delivery);
    }
  }

  /** Starts delivery, or finds the one that an earlier execution of this run (before a reset) has started. */
  async #reach(): Promise<Delivery> {
    const workflowId = `delivery/${workflowInfo().workflowId}`;
    try {
      return await startChild<typeof delivery>('delivery', {
        workflowId,
        args: [
          {
            address: this.#address,
            queue: [],
            messages: {},
            finished: false,
            ...(this.#afterReset ? { toldBefore: true } : {}),
          },
        ],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        staticSummary: `Tells people about ${workflowInfo().workflowId}`,
      });
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'WorkflowExecutionAlreadyStartedError') throw error;
      this.#movedTo ??= this.#address.executionId;
      return getExternalWorkflowHandle(workflowId);
    }
  }

  /** Delivery cannot be started, or was terminated by hand: the run and its journal are unharmed, people are not told. */
  #break(error: unknown): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#waiting = [];
    this.#movedTo = undefined;
    this.#onProblem({
      code: 'nobody-told',
      kind: 'programme',
      what: `The delivery workflow of this run cannot be reached: ${errorFacts(error).what}`,
      means:
        'The run goes on and is recorded; from here on it says nothing in Slack, on the second channel or in Jira.',
      next: 'Look at the verdict with: firedrill report, file what it found by hand, and find out who ended the delivery workflow.',
    });
  }
}
