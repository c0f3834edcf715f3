import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchInstallation } from './installation.ts';
import { isThere, msOf } from './click-times.ts';
import type { MeasureContext } from './measure.ts';
import { channel, slackCall } from './slack-person.ts';

/** A form that somebody has before them. */
export interface ShownForm {
  readonly id: string;
  readonly callbackId: string;
  readonly blocks: readonly { readonly block_id?: string }[];
  /** When Slack got this version of it. */
  readonly sinceMs: number;
}

/** What came of a form that was sent, milliseconds after it. */
export interface FormTimes {
  /** The run has judged it. */
  readonly recordedMs: number;
  /** The person could read what came of it. */
  readonly answerMs: number;
}

export type SlackForms = ReturnType<typeof slackForms>;

/** What a person does with the buttons and forms of a run in the Slack stand-in. */
export function slackForms(context: MeasureContext, bench: BenchInstallation) {
  const call = slackCall(bench);

  async function patiently<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    const giveUpAtMs = Date.now() + 60_000;
    for (;;) {
      context.signal.throwIfAborted();
      const found = await look();
      if (found !== undefined) return found;
      if (Date.now() > giveUpAtMs) throw new Error(`${what} did not come within a minute`);
      // Not often: whoever looks takes time from what is measured.
      await sleep(200);
    }
  }

  const act = async (name: string, body: object): Promise<void> => {
    const { status, shown } = (await call('POST', `act/${name}`, body)) as { status: string; shown?: string };
    if (status !== 'ok') throw new Error(`${name} did not get through: ${shown ?? status}`);
  };

  /** Presses a button of the run's message with this key, once it has the button. */
  async function press(user: string, runId: string, key: string, action: string): Promise<void> {
    const ts = await patiently(`the button ${action}`, async () => {
      const { messages } = (await call('GET', `messages?channel=${channel}`)) as {
        messages: { ts: string; blocks?: unknown; metadata?: { event_payload?: { run?: string; key?: string } } }[];
      };
      return messages.find(({ blocks, metadata }) => {
        const { run, key: its } = metadata?.event_payload ?? {};
        return run === runId && its === key && JSON.stringify(blocks).includes(`"${action}"`);
      })?.ts;
    });
    await act('click', { user, channel, ts, action_id: action });
  }

  /** The person's form, once it is the one that is meant, and no older than a moment. */
  const formOf = (user: string, callbackId: string, notBeforeMs = 0): Promise<ShownForm> =>
    patiently(`the form ${callbackId}`, async () => {
      const { views } = (await call('GET', 'views')) as {
        views: {
          id: string;
          user: string;
          hash: string;
          view: { callback_id?: string; blocks: ShownForm['blocks'] };
        }[];
      };
      return views
        .filter((one) => one.user === user)
        .map(({ id, hash, view }) => ({
          id,
          callbackId: view.callback_id ?? '',
          blocks: view.blocks,
          // `SECONDS.MICROSECONDS.…`: a version of a view is named by its time.
          sinceMs: Number(hash.split('.').slice(0, 2).join('.')) * 1000,
        }))
        .find((form) => form.callbackId === callbackId && form.sinceMs >= notBeforeMs);
    });

  /** Sends a form. Answers when it was sent. */
  async function submit(user: string, viewId: string, values: object): Promise<number> {
    const sentAtMs = performance.timeOrigin + performance.now();
    await act('submit', { user, view_id: viewId, values });
    return sentAtMs;
  }

  /** When the person was told something that only they see, after a moment. */
  const toldAfter = (user: string, afterMs: number): Promise<number> =>
    patiently('the answer', async () => {
      const { messages } = (await call('GET', `messages?channel=${channel}&as=${user}`)) as {
        messages: { ts: string; metadata?: unknown; ephemeral?: boolean }[];
      };
      const told = messages.find(({ ts, ephemeral }) => ephemeral === true && Number(ts) * 1000 > afterMs);
      return told === undefined ? undefined : Number(told.ts) * 1000;
    });

  /** When the run took the newest Update that came after a moment. */
  const recordedAfter = (runId: string, afterMs: number): Promise<number> =>
    patiently('the record', async () => {
      const { events } = await bench.runs.temporal.workflow.getHandle(runId).fetchHistory();
      const taken = (events ?? [])
        .filter(({ workflowExecutionUpdateAcceptedEventAttributes: it }) => isThere(it))
        .flatMap(({ eventTime }) => (isThere(eventTime) ? [msOf(eventTime)] : []));
      return taken.find((atMs) => atMs > afterMs);
    });

  return { press, formOf, submit, toldAfter, recordedAfter };
}
