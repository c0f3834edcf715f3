import { ApplicationFailure, CancellationScope, condition, ParentClosePolicy, startChild, workflowInfo } from '@temporalio/workflow';
import type { ChildWorkflowHandle } from '@temporalio/workflow';
import type { Notice, NoticeAddress } from '../domain/notice.ts';
import type { delivery } from './delivery.ts';
import { lastNoticeSignal, noticesSignal } from './messages.ts';

/** A notice before it has its number. */
export type NewNotice = Notice extends infer N ? (N extends Notice ? Omit<N, 'number'> : never) : never;

/**
 * Hands a run's notices to its delivery workflow, in order and without ever holding the run up. A newer run status
 * replaces an older one that was not handed over yet; nothing else is ever dropped.
 */
export class NoticePump {
  readonly #address: NoticeAddress;
  #child: ChildWorkflowHandle<typeof delivery> | undefined;
  #waiting: Notice[] = [];
  #number = 0;
  #sending = false;
  #broken = false;

  constructor(address: NoticeAddress) {
    this.#address = address;
  }

  tell(notice: NewNotice): void {
    this.#number += 1;
    if (notice.kind === 'run-status') this.#waiting = this.#waiting.filter((waiting) => waiting.kind !== 'run-status');
    this.#waiting.push({ ...notice, number: this.#number } as Notice);
    this.#start();
  }

  /** Tells delivery that nothing more comes, and waits until it knows. */
  async finish(): Promise<void> {
    await CancellationScope.nonCancellable(async () => {
      await condition(() => this.#broken || (!this.#sending && this.#waiting.length === 0));
      if (!this.#broken && this.#child) await this.#child.signal(lastNoticeSignal);
    });
  }

  #start(): void {
    if (this.#sending || this.#broken) return;
    this.#sending = true;
    void CancellationScope.nonCancellable(() => this.#send());
  }

  async #send(): Promise<void> {
    try {
      this.#child ??= await startChild<typeof delivery>('delivery', {
        workflowId: `delivery/${workflowInfo().workflowId}`,
        args: [{ address: this.#address, queue: [], messages: {}, finished: false }],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        staticSummary: `Tells people about ${workflowInfo().workflowId}`,
      });
      while (this.#waiting.length > 0) {
        const batch = this.#waiting;
        this.#waiting = [];
        await this.#child.signal(noticesSignal, batch);
      }
    } catch (error) {
      // The delivery workflow was terminated by hand: the run and its journal are unharmed, people are not told.
      if (!(error instanceof Error)) throw ApplicationFailure.nonRetryable(String(error));
      this.#broken = true;
    }
    this.#sending = false;
  }
}
