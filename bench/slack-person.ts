import { slackActions } from '../views/slack/actions.ts';
import type { BenchInstallation } from './installation.ts';

/** Where the example service's runs are told about. */
export const channel = 'C0JIRACLOUD';
/** Its owner, who may approve. */
const owner = 'U0JONAS';

/** A gate's message as the stand-in keeps it. */
interface Message {
  readonly ts: string;
  readonly ephemeral?: boolean;
  readonly metadata?: { readonly event_payload?: { readonly run?: string; readonly key?: string } };
}

/** What a person does in the Slack stand-in. */
export interface SlackPerson {
  /** Runs whose gate is open in the channel, with their messages. */
  openGates(): Promise<ReadonlyMap<string, string>>;
  /** Presses Approve. Answers when the button was pressed and what Slack then has of it. */
  approve(gateTs: string): Promise<{ readonly clickedAtMs: number }>;
  /** Types a command, and waits for its answer. Answers how long that took, milliseconds. */
  types(command: string): Promise<number>;
  /** When the answer to the newest click was there to be seen. */
  answerAfter(clickedAtMs: number): Promise<number | undefined>;
}

/** Asks the Slack stand-in's control interface. */
export const slackCall =
  ({ place }: Pick<BenchInstallation, 'place'>) =>
  async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${place.slackUrl}/_sandbox/${path}`, {
      method,
      headers: { authorization: `Bearer ${place.slackBotToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`the Slack stand-in answered ${response.status}: ${await response.text()}`);
    return await response.json();
  };

export function slackPerson(bench: BenchInstallation): SlackPerson {
  const call = slackCall(bench);
  const messages = async (): Promise<readonly Message[]> =>
    ((await call('GET', `messages?channel=${channel}`)) as { messages: Message[] }).messages;
  return {
    async openGates() {
      const gates = (await messages()).flatMap(({ ts, metadata }) => {
        const { run, key } = metadata?.event_payload ?? {};
        return run !== undefined && key?.startsWith('gate:') === true ? [[run, ts] as const] : [];
      });
      return new Map(gates);
    },
    async approve(ts) {
      const clickedAtMs = performance.timeOrigin + performance.now();
      const act = { user: owner, channel, ts, action_id: slackActions.approve };
      const { status, shown } = (await call('POST', 'act/click', act)) as { status: string; shown?: string };
      if (status !== 'ok') throw new Error(`the click did not get through: ${shown ?? status}`);
      return { clickedAtMs };
    },
    async types(command) {
      const typedAtMs = performance.timeOrigin + performance.now();
      const [name, ...words] = command.split(' ');
      const typed = { user: owner, channel, command: name, text: words.join(' '), waitMs: 10_000 };
      const { status, replies } = (await call('POST', 'act/command', typed)) as {
        status: string;
        replies: readonly Pick<Message, 'ts'>[];
      };
      const [answer] = replies;
      if (status !== 'ok' || answer === undefined) throw new Error(`${command} was not answered: ${status}`);
      return Number(answer.ts) * 1000 - typedAtMs;
    },
    async answerAfter(clickedAtMs) {
      const answer = (await messages()).find(
        ({ ts, metadata }) => metadata === undefined && Number(ts) * 1000 > clickedAtMs,
      );
      return answer === undefined ? undefined : Number(answer.ts) * 1000;
    },
  };
}
