import type { Notice, NoticeAddress } from '../../domain/notice.ts';

/** Queue `notify`: Slack and the second channel. Called by the delivery workflow only, in order per channel. */
export interface SlackActivities {
  /**
   * Posts or edits what a notice needs: one message per run (`run-status`, `verdict`), one per gate and round. Idempotent: message
   * metadata carries run, gate and number, and is looked for before a second attempt posts. Answers where it is.
   */
  deliverToSlack(request: { address: NoticeAddress; notice: Notice; known: Readonly<Record<string, SlackMessageRef>> }): Promise<{ messages: Readonly<Record<string, SlackMessageRef>> }>;
  /** Says the same on the second channel (webhook); idempotency key in a header. */
  deliverToSecondChannel(request: { address: NoticeAddress; notice: Notice }): Promise<void>;
}

/** A message that will be edited later; by key `run`, `gate:<id>:<round>`. */
export interface SlackMessageRef {
  readonly channel: string;
  readonly ts: string;
}
