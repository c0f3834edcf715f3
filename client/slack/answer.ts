import { setTimeout as sleep } from 'node:timers/promises';
import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import type { WebClient } from '@slack/web-api';
import type { KnownBlock } from '@slack/types';
import { FiredrillError } from '../../domain/errors.ts';
import { clip, section } from '../../views/slack/limits.ts';
import { errorText } from '../../views/slack/answers.ts';
import type { SlackAppDeps } from './deps.ts';

/** What one person is told; nobody else sees it. */
export interface Answer {
  readonly text: string;
  readonly blocks?: KnownBlock[];
  /** What did not fit: told after it. */
  readonly more?: readonly Omit<Answer, 'more'>[];
}

/** Brings an answer to the person who asked, and to nobody else. */
export type Tell = (answer: Answer) => Promise<unknown>;

/** With the interim answer and the first page these are the five uses that a response URL has. */
const morePagesAtMost = 3;

/** A person who waits longer thinks that nothing happened, and clicks again; Slack waits 500 ms more. */
export const patienceMs = 2500;

/**
 * Does the work behind a click or a command and tells the person what came of it, in any case: within three seconds that
 * it takes longer, and then the end of it; an error as three sentences.
 *
 * @param meanwhile - what to say when it takes longer: what is happening and what else can be done
 * @param work - nothing when the person has been told already
 */
export async function answering(
  deps: SlackAppDeps,
  tell: Tell,
  meanwhile: string,
  work: () => Promise<Answer | undefined>,
): Promise<void> {
  const slow = setTimeout(() => {
    tell({ text: `⏳ ${meanwhile}` }).catch((error: unknown) =>
      deps.log('warn', 'an interim answer did not reach Slack', { error: String(error) }),
    );
  }, patienceMs);
  let answer: Answer | undefined;
  try {
    answer = await work();
  } catch (error) {
    if (!(error instanceof FiredrillError))
      deps.log('error', 'a click or command failed unexpectedly', {
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    answer = { text: errorText(error) };
  } finally {
    clearTimeout(slow);
  }
  if (answer === undefined) return;
  try {
    const { more = [], ...first } = answer;
    for (const page of [first, ...more.slice(0, morePagesAtMost)])
      await whenSlackLets(() => tell({ ...page, text: clip(page.text, 3000) }));
  } catch (error) {
    deps.log('error', 'an answer did not reach Slack', { answer: answer.text, error: String(error) });
  }
}

/**
 * Waits for something, and says so when it takes longer than a person has patience. Not for what ends with an `Answer`.
 *
 * @param tell - what it says is there before this ends, or was refused; never throws
 */
export async function sayingSo<T>(work: Promise<T>, tell: () => Promise<unknown>): Promise<T> {
  let told: Promise<unknown> = Promise.resolve();
  const slow = setTimeout(() => {
    told = tell();
  }, patienceMs);
  try {
    return await work;
  } finally {
    clearTimeout(slow);
    await told;
  }
}

/** How often one thing is said again because Slack asked to wait, and the longest wait, seconds; then it is not worth it. */
const waitsAtMost = 3;
const waitAtMostS = 60;

/** Shows something as soon as Slack takes it: what it refused for its limits was shown to nobody, and is not said twice. */
export async function whenSlackLets<T>(show: () => Promise<T>): Promise<T> {
  for (let waits = 0; ; waits += 1) {
    try {
      return await show();
    } catch (error) {
      if (!(error instanceof WebAPIRateLimitedError) || waits >= waitsAtMost || error.retryAfter > waitAtMostS)
        throw error;
      await sleep(error.retryAfter * 1000);
    }
  }
}

/** A form that somebody has sent, and the one answer that Slack takes to it. */
interface SentForm {
  readonly ack: (answer?: { response_action: 'errors'; errors: Record<string, string> }) => Promise<void>;
  readonly view: { readonly blocks: readonly { readonly type: string; readonly block_id?: string }[] };
}

/** What is needed is not there now, and may be soon. */
export const isBusy = (error: unknown): error is FiredrillError =>
  error instanceof FiredrillError && error.kind === 'busy';

/** While what is needed for a form is not there: what to say beside its first field, so that nothing typed is lost. */
export function staysOpen({ blocks }: SentForm['view'], error: unknown): Record<string, string> | undefined {
  const block = blocks.find(({ type }) => type === 'input')?.block_id;
  if (block === undefined || !isBusy(error)) return undefined;
  return { [block]: clip(`${error.message} What you typed is still here.`, 600) };
}

/**
 * Closes a form when the work behind it has come to something: until then Slack keeps what was typed, and an app that dies
 * before has lost nothing; sent again, the same form counts once. While what is needed for it is not there, the form stays open and
 * says so. Slack gives three seconds, so it closes when they are almost over, whatever the work is at.
 *
 * @returns the work, for `answering`; it comes to nothing more to tell when the form has told it
 */
export const closingForm =
  (deps: Pick<SlackAppDeps, 'log'>, { ack, view }: SentForm, work: () => Promise<Answer>) =>
  async (): Promise<Answer | undefined> => {
    let answered: Promise<boolean> | undefined;
    /** @returns whether Slack has it; the first answer is the only one */
    const answer = (...with_: Parameters<typeof ack>): Promise<boolean> =>
      (answered ??= ack(...with_).then(
        () => true,
        (error: unknown) => {
          deps.log('warn', 'a form could not be answered', { error: String(error) });
          return false;
        },
      ));
    const slow = setTimeout(() => void answer(), patienceMs);
    try {
      const done = await work();
      await answer();
      return done;
    } catch (error) {
      const errors = answered === undefined ? staysOpen(view, error) : undefined;
      if (errors !== undefined && (await answer({ response_action: 'errors', errors }))) return undefined;
      await answer();
      throw error;
    } finally {
      clearTimeout(slow);
    }
  };

/** Answers a command or a button by its response URL: five times within 30 minutes, also where the app is no member. */
export const byResponseUrl =
  (
    respond: (message: {
      text: string;
      blocks?: KnownBlock[];
      response_type: 'ephemeral';
      replace_original: false;
    }) => Promise<unknown>,
  ): Tell =>
  (answer) =>
    respond({ ...answer, response_type: 'ephemeral', replace_original: false });

/** The app is not in that channel, or the person left it. [docs.slack.dev/reference/methods/chat.postEphemeral] */
const notThere: ReadonlySet<string> = new Set([
  'channel_not_found',
  'not_in_channel',
  'user_not_in_channel',
  'is_archived',
  'restricted_action',
  'no_permission',
  'messages_tab_disabled',
]);

/** Answers after a modal, which has no response URL: in the channel of the click, else as a direct message. */
export const byMessage =
  (client: Pick<WebClient, 'chat'>, userId: string, channel: string): Tell =>
  async (answer) => {
    try {
      return await client.chat.postEphemeral({ channel, user: userId, ...answer });
    } catch (error) {
      // Only where Slack says that it cannot be shown there: a reply that was lost may have told the person already.
      if (!(error instanceof WebAPIPlatformError) || !notThere.has(error.data.error)) throw error;
      return await client.chat.postMessage({ channel: userId, ...answer });
    }
  };

/**
 * Answers a button: beside its message by the response URL, and as a direct message from the Home tab, which has none.
 */
export const toClicker = ({
  body,
  respond,
  client,
}: {
  readonly body: { readonly user: { readonly id: string }; readonly response_url?: string };
  readonly respond: Parameters<typeof byResponseUrl>[0];
  readonly client: Pick<WebClient, 'chat'>;
}): Tell => (body.response_url === undefined ? byMessage(client, body.user.id, body.user.id) : byResponseUrl(respond));

/** Answers on the Home tab of a person. */
export const onHome =
  (client: Pick<WebClient, 'views'>, userId: string): Tell =>
  ({ text, blocks }) =>
    client.views.publish({ user_id: userId, view: { type: 'home', blocks: blocks ?? [section(text)] } });
