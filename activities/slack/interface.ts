import type { Finding } from '../../domain/finding.ts';
import type { Notice, NoticeAddress, RunStatus } from '../../domain/notice.ts';

/** Queue `notify`: Slack and the second channel. Called by the delivery workflow only, in order per channel. */
export interface SlackActivities {
  /**
   * Posts or edits what a notice needs: one message per run (`run-status`, `verdict`), one per gate and round. Idempotent: message
   * metadata carries run, key and number, and is looked for before a second attempt posts. Answers what the delivery has
   * to remember; the caller merges it into `known`.
   */
  deliverToSlack(request: {
    address: NoticeAddress;
    notice: Notice;
    known: Readonly<Record<string, SlackMessageRef>>;
    /** True when this may have been said without the delivery's knowing: every message is looked for before it is posted. */
    toldBefore?: boolean;
  }): Promise<{ messages: Readonly<Record<string, SlackMessageRef>> }>;
  /** Says the same on the second channel (webhook); idempotency key in a header. */
  deliverToSecondChannel(request: { address: NoticeAddress; notice: Notice }): Promise<void>;
}

/** A message that will be edited later; by key `run`, `gate:<id>:<round>`, `finding:<fingerprint>`, `news` (the first of a finding's own thread), `newest-news` (whose buttons go when there is other news), `post:<number>` (an event of an exercise, whose buttons go at its end). */
export interface SlackMessageRef {
  readonly channel: string;
  readonly ts: string;
  /** Where it goes on, in its thread. */
  readonly more?: readonly { readonly channel: string; readonly ts: string }[];
  /** What is needed to write it anew when only a part changes; small, because it travels with every notice. */
  readonly remembers?: RememberedGate | RememberedFinding | RememberedEnd | RememberedNews;
}

export interface RememberedGate {
  readonly what: 'gate';
  readonly mention: readonly string[];
}

export interface RememberedFinding {
  readonly what: 'finding';
  readonly finding: Pick<Finding, 'fingerprint' | 'title' | 'found' | 'matters' | 'lookFirst' | 'severity'>;
  readonly ticket?: { readonly key: string; readonly url: string; readonly outcome: 'created' | 'commented' };
}

/** The run's last status: its tickets come later, and the message then names them. */
export interface RememberedEnd {
  readonly what: 'end';
  readonly status: RunStatus;
}

/** News of a finding, without what could be done about it then. */
export interface RememberedNews {
  readonly what: 'news';
  readonly news: Extract<Notice, { kind: 'finding-news' }>;
}
