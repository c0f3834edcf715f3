import { setTimeout as sleep } from 'node:timers/promises';
import type { KnownBlock, MessageMetadata } from '@slack/types';
import type { SlackContent } from '../../views/slack/limits.ts';
import type { SlackWebClient } from './client.ts';
import type { SlackMessageRef } from './interface.ts';
import { isBadlyBuilt, isGone, isThreadGone, slackError } from './slack-errors.ts';

/** `event_type` of every message of ours. */
const eventType = 'firedrill';
/** Messages looked through for one of ours, newest first: five pages. */
const pageSize = 200;
const pages = 5;
/** How long a new message may be missing from the channel's history, and how often it is looked for meanwhile. */
const defaultHistoryLagMs = 3000;
const looksWithinLag = 3;
/** Between two pages of one thing to say: Slack takes about one message a second in a channel. */
const betweenPagesMs = 1100;
/** A posted message may carry a time that differs from ours; ten minutes, in seconds. */
const skewS = 600;

/** Which message: of which run, under which key, made for which notice. */
export interface MessageIdentity {
  readonly run: string;
  readonly key: string;
  readonly number: number;
}

interface Place {
  /** The message, as it was posted before. */
  readonly known?: SlackMessageRef | undefined;
  /** `ts` of the message below which it belongs; if that one is gone, it stands by itself. */
  readonly thread?: string | undefined;
  /** Also shown in the channel; default false. */
  readonly broadcast?: boolean;
}

type Message = { readonly ts?: string; readonly metadata?: { event_type?: string; event_payload?: unknown } };

/**
 * One channel, seen as a board on which every message has a key. Slack has no idempotency key of its own, so each
 * message carries its identity in its metadata, and is looked for before it might be posted a second time.
 */
export class MessageBoard {
  readonly #client: SlackWebClient;
  readonly #channel: string;
  readonly #mayBeThere: boolean;
  readonly #sinceMs: number;
  readonly #historyLagMs: number;
  readonly #warn: (text: string) => void;

  /**
   * @param options.mayBeThere - an earlier attempt may have posted without our knowing
   * @param options.historyLagMs - how long Slack's history may not show a message that was posted; default 3000
   * @param options.sinceMs - no earlier attempt can have posted before this; 0 looks as far back as pages go
   */
  constructor(options: {
    readonly client: SlackWebClient;
    readonly channel: string;
    readonly mayBeThere: boolean;
    readonly sinceMs: number;
    readonly historyLagMs?: number;
    readonly warn: (text: string) => void;
  }) {
    this.#client = options.client;
    this.#channel = options.channel;
    this.#mayBeThere = options.mayBeThere;
    this.#sinceMs = options.sinceMs;
    this.#historyLagMs = options.historyLagMs ?? defaultHistoryLagMs;
    this.#warn = options.warn;
  }

  /**
   * Makes the message say `content`: edits it where it is known, adopts it where an earlier attempt left it, posts it
   * otherwise. A message that somebody deleted is posted anew. What did not fit follows in its thread, and is taken away
   * when there is less to say.
   *
   * @throws SlackDeliveryError
   */
  async show(identity: MessageIdentity, content: SlackContent, place: Place = {}): Promise<SlackMessageRef> {
    const { more = [], ...first } = content;
    const before = place.known;
    const ref = await this.#showOne(identity, first, place);
    // A message that had to be posted anew leaves its old thread behind.
    const knownMore = before?.ts === ref.ts ? (before.more ?? []) : [];
    const shown: SlackMessageRef[] = [];
    for (const [index, part] of more.entries()) {
      const partly = { ...identity, key: `${identity.key}+${index + 2}` };
      const known = knownMore[index];
      if (known === undefined) await sleep(betweenPagesMs);
      const below = { known, thread: place.thread ?? ref.ts };
      shown.push(await this.#showOne(partly, part, below));
    }
    for (const left of knownMore.slice(more.length)) await this.#takeAway(left, identity);
    return shown.length === 0 ? ref : { ...ref, more: shown };
  }

  async #showOne(identity: MessageIdentity, content: SlackContent, place: Place): Promise<SlackMessageRef> {
    const doing = `show "${identity.key}" of ${identity.run} in channel ${this.#channel}`;
    try {
      const edited = place.known === undefined ? undefined : await this.#edit(place.known, identity, content);
      if (edited !== undefined) return edited;
      const left = this.#mayBeThere ? await this.#lookFor(identity, place.thread) : undefined;
      const adopted = left === undefined ? undefined : await this.#edit(left, identity, content);
      return adopted ?? (await this.#post(identity, content, place));
    } catch (error) {
      throw slackError(error, doing);
    }
  }

  async #takeAway({ channel, ts }: SlackMessageRef, identity: MessageIdentity): Promise<void> {
    try {
      await this.#client.chat.delete({ channel, ts });
    } catch (error) {
      if (!isGone(error)) throw slackError(error, `take away what followed "${identity.key}" of ${identity.run}`);
    }
  }

  /** What can be pressed in a message goes, and its words stay; they are Slack's to know. Nothing when it is not there. @throws SlackDeliveryError */
  async takeButtons(identity: MessageIdentity, { channel, ts }: SlackMessageRef): Promise<void> {
    try {
      const here = { channel, latest: ts, inclusive: true, limit: 1 } as const;
      const message = (await this.#client.conversations.history(here)).messages?.find((one) => one.ts === ts);
      const blocks = (message?.blocks ?? []) as KnownBlock[];
      const words = blocks.filter(({ type }) => type !== 'actions');
      if (words.length === blocks.length) return;
      await this.#edit({ channel, ts }, identity, { text: message?.text ?? '', blocks: words });
    } catch (error) {
      throw slackError(error, `take the buttons of "${identity.key}" of ${identity.run} away`);
    }
  }

  /** The address of a message for people; nothing when Slack does not say, which is no reason not to tell the rest. */
  async addressOf(ref: SlackMessageRef): Promise<string | undefined> {
    try {
      return (await this.#client.chat.getPermalink({ channel: ref.channel, message_ts: ref.ts })).permalink;
    } catch (error) {
      this.#warn(`No link to the message of the gate: ${String(error)}`);
      return undefined;
    }
  }

  async #edit(
    ref: SlackMessageRef,
    identity: MessageIdentity,
    content: SlackContent,
  ): Promise<SlackMessageRef | undefined> {
    const edit = { channel: ref.channel, ts: ref.ts, metadata: metadataOf(identity) };
    try {
      try {
        await this.#client.chat.update({ ...edit, ...content });
      } catch (error) {
        if (!isBadlyBuilt(error)) throw error;
        await this.#client.chat.update({ ...edit, text: this.#plainly(identity, content, error), blocks: [] });
      }
      return { channel: ref.channel, ts: ref.ts };
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  async #post(
    identity: MessageIdentity,
    content: SlackContent,
    { thread, broadcast }: { readonly thread?: string | undefined; readonly broadcast?: boolean },
  ): Promise<SlackMessageRef> {
    const post = async (below: string | undefined): Promise<SlackMessageRef> => {
      const place =
        below === undefined ? {} : { thread_ts: below, ...(broadcast === true ? { reply_broadcast: true } : {}) };
      const base = { channel: this.#channel, metadata: metadataOf(identity), unfurl_links: false, unfurl_media: false };
      let posted;
      try {
        posted = await this.#client.chat.postMessage({ ...base, ...place, ...content } as PostArguments);
      } catch (error) {
        if (!isBadlyBuilt(error)) throw error;
        posted = await this.#client.chat.postMessage({
          ...base,
          ...place,
          text: this.#plainly(identity, content, error),
        } as PostArguments);
      }
      return { channel: posted.channel ?? this.#channel, ts: posted.ts ?? '' };
    };
    try {
      return await post(thread);
    } catch (error) {
      if (thread === undefined || !isThreadGone(error)) throw error;
      return await post(undefined);
    }
  }

  /** Said plainly rather than not at all: a question that nobody sees is worse than one without buttons. */
  #plainly(identity: MessageIdentity, content: SlackContent, error: unknown): string {
    this.#warn(
      `Slack refused how "${identity.key}" of ${identity.run} is built, so it is shown as plain text: ${String(error)}`,
    );
    return `${content.text}\n(Shown without buttons; decide with: firedrill approve ${identity.run})`;
  }

  /** Posting twice is the price of haste: the history gets its time to show what an earlier attempt has said. */
  async #lookFor(identity: MessageIdentity, thread: string | undefined): Promise<SlackMessageRef | undefined> {
    const waits = Array.from({ length: this.#historyLagMs === 0 ? 0 : looksWithinLag });
    let found = await this.#find(identity, thread);
    for (const _ of waits) {
      if (found !== undefined) return found;
      await sleep(this.#historyLagMs / looksWithinLag);
      found = await this.#find(identity, thread);
    }
    return found;
  }

  /** A message of ours with this identity, in the channel or in a thread. */
  async #find(identity: MessageIdentity, thread: string | undefined): Promise<SlackMessageRef | undefined> {
    try {
      for await (const messages of this.#pagesOf(thread)) {
        const found = messages.find((message) => isThis(message, identity));
        if (found?.ts !== undefined) return { channel: this.#channel, ts: found.ts };
      }
    } catch (error) {
      // Then an earlier attempt has said it in the channel itself.
      if (thread !== undefined && isThreadGone(error)) return await this.#find(identity, undefined);
      throw error;
    }
    return undefined;
  }

  async *#pagesOf(thread: string | undefined): AsyncGenerator<readonly Message[]> {
    const oldest = this.#sinceMs === 0 ? {} : { oldest: String(Math.floor(this.#sinceMs / 1000) - skewS) };
    const where = { channel: this.#channel, limit: pageSize, include_all_metadata: true } as const;
    let cursor: string | undefined;
    for (let page = 0; page < pages; page += 1) {
      const from = cursor === undefined ? {} : { cursor };
      const reply =
        thread === undefined
          ? await this.#client.conversations.history({ ...where, ...oldest, ...from })
          : await this.#client.conversations.replies({ ...where, ts: thread, ...from });
      yield (reply.messages ?? []) as readonly Message[];
      cursor = reply.response_metadata?.next_cursor;
      if (cursor === undefined || cursor === '') return;
    }
  }
}

type PostArguments = Parameters<SlackWebClient['chat']['postMessage']>[0];

const metadataOf = ({ run, key, number }: MessageIdentity): MessageMetadata => ({
  event_type: eventType,
  event_payload: { run, key, number },
});

function isThis({ metadata }: Message, { run, key }: MessageIdentity): boolean {
  const payload = metadata?.event_payload;
  if (metadata?.event_type !== eventType || typeof payload !== 'object' || payload === null) return false;
  return 'run' in payload && payload.run === run && 'key' in payload && payload.key === key;
}
