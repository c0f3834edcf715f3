import type { Notice, NoticeAddress } from '../../domain/notice.ts';
import { activityContext } from '../activity-context.ts';
import type { SlackWebClient } from './client.ts';
import { deliver } from './deliver.ts';
import type { SlackActivities } from './interface.ts';
import { MailChannel } from './mail-channel.ts';
import type { MailOptions } from './mail-channel.ts';
import { MessageBoard } from './message-board.ts';
import { tellSecondChannel } from './second-channel.ts';

export { checkSecondChannel, checkSlack } from './doctor.ts';
export { checkMail } from './mail-channel.ts';
export { createSlackClient } from './client.ts';
export type { SlackWebClient } from './client.ts';
export type * from './interface.ts';

export interface SlackActivitiesOptions {
  /** From `createSlackClient`: without retries of its own. */
  readonly client: SlackWebClient;
  /** Webhook for reminders and verdicts when Slack is silent; without it nobody is told there. */
  readonly secondChannelUrl?: string;
  /** The same by e-mail. `recipients`: addresses of the people whom a notice concerns. */
  readonly mail?: MailOptions & {
    readonly recipients: (address: NoticeAddress, notice: Notice) => Promise<readonly string[]>;
  };
  /** How long Slack's history may lag behind a new message, milliseconds; default 3,000. */
  readonly historyLagMs?: number;
  /** Where problems go that stop nothing; default the activity's own log. */
  readonly warn?: (text: string) => void;
}

/** Activities that tell people, for the `notify` queue. Called once per worker. */
export function createSlackActivities(options: SlackActivitiesOptions): SlackActivities {
  const { client, secondChannelUrl, mail } = options;
  const mails = mail === undefined ? undefined : new MailChannel(mail);
  const warn = options.warn ?? ((text) => activityContext()?.log.warn(text));
  return {
    async deliverToSlack({ address, notice, known, toldBefore = false }) {
      const info = activityContext()?.info;
      const board = new MessageBoard({
        client,
        channel: address.slackChannel,
        // Outside a worker nobody knows what was tried before.
        mayBeThere: toldBefore || info === undefined || info.attempt > 1,
        sinceMs: toldBefore ? 0 : (info?.scheduledTimestampMs ?? 0),
        ...(options.historyLagMs === undefined ? {} : { historyLagMs: options.historyLagMs }),
        warn,
      });
      return { messages: await deliver(board, address, notice, known) };
    },

    async deliverToSecondChannel({ address, notice }) {
      if (secondChannelUrl === undefined && mails === undefined) {
        warn(
          `No second channel is configured (FIREDRILL_SECOND_CHANNEL_URL, FIREDRILL_SMTP_URL): "${notice.kind}" of ${address.runId} was said in Slack only.`,
        );
        return;
      }
      const signal = activityContext()?.cancellationSignal;
      const webhook =
        secondChannelUrl === undefined
          ? undefined
          : tellSecondChannel({ url: secondChannelUrl, signal }, address, notice);
      // One way that is down does not keep the other waiting; both know what they have said already.
      const ends = await Promise.allSettled([webhook, byMail(address, notice)]);
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    },
  };

  async function byMail(address: NoticeAddress, notice: Notice): Promise<void> {
    if (mails === undefined || mail === undefined) return;
    const to = await mail.recipients(address, notice);
    if (to.length === 0) warn(`"${notice.kind}" of ${address.runId} concerns nobody whose address is known: no mail.`);
    await mails.tell(address, notice, to);
  }
}
