import type { CompanyPlace } from '../../examples/set-up.ts';
import { slack } from '../engine/outside.ts';
import { persist } from './subject.ts';

/** How long a person looks at what came of a click before clicking again, milliseconds. */
export const patienceMs = 4000;

/** Whose Slack it is: a witness, or a world. */
interface InSlack {
  readonly place: CompanyPlace;
}

/** A button of a run's message, and who presses it. */
export interface Button {
  readonly user: string;
  readonly channel: string;
  readonly runId: string;
  readonly action: string;
  /** The button must be about this, too: the id of an event. */
  readonly about?: string;
}

/** A form that a person has before them. */
export interface Form {
  readonly id: string;
  readonly blocks: readonly { readonly block_id?: string }[];
}

/**
 * Presses a button as a person does who looks for it in the channel.
 *
 * @throws Error when there is no such button now, or when Slack shows an error: to be tried again
 */
export async function press(where: InSlack, { user, channel, runId, action, about }: Button): Promise<void> {
  const { messages } = (await slack(where, 'GET', `messages?channel=${channel}&as=${user}`)) as {
    messages: {
      ts: string;
      deleted_at?: unknown;
      blocks?: { elements?: { action_id?: string; value?: string }[] }[];
    }[];
  };
  const buttons = messages
    .filter(({ deleted_at }) => deleted_at === undefined)
    .flatMap(({ ts, blocks = [] }) =>
      blocks.flatMap(({ elements = [] }) => elements).map(({ action_id, value = '' }) => ({ ts, action_id, value })),
    );
  const button = buttons.findLast(
    ({ action_id, value }) =>
      action_id === action &&
      value.includes(JSON.stringify(runId)) &&
      (about === undefined || value.includes(JSON.stringify(about))),
  );
  if (button === undefined) throw new Error(`There is no button ${action} of ${runId}.`);
  // A person presses what they see; the message may be another one by now.
  const { ts, value: seen } = button;
  arrived(await slack(where, 'POST', 'act/click', { user, channel, ts, action_id: action, seen }));
}

/**
 * Opens a form by its button, fills it in and sends it. Slack shows a person one form at a time: what somebody does in
 * several runs happens one after the other.
 *
 * @param form - `callback_id` of the form, when something else may be shown first
 * @throws Error when it does not open in time, is refused, or Slack shows an error: to be tried again
 */
export async function fill(
  where: InSlack,
  button: Button,
  form: string,
  values: (form: Form) => Readonly<Record<string, unknown>>,
): Promise<void> {
  await oneAtATime(where, button.user, async () => {
    await press(where, button);
    const open = await formBefore(where, button, form);
    await send(where, button.user, open, values(open));
  });
}

/** Sends a form; what was typed into it before is in it still. @throws Error when it is refused, or Slack shows an error */
export const send = async (
  where: InSlack,
  user: string,
  { id }: Form,
  values: Readonly<Record<string, unknown>> = {},
): Promise<void> => arrived(await slack(where, 'POST', 'act/submit', { user, view_id: id, values }));

/**
 * The form that a person has before them, as soon as it is that one.
 *
 * @param whose.runId - which it is about; for one that is about no run, none
 * @throws Error when it is not there in time
 */
export async function formBefore(
  where: InSlack,
  { user, runId }: Pick<Button, 'user'> & Partial<Pick<Button, 'runId'>>,
  form: string,
): Promise<Form> {
  for (const giveUpAtMs = Date.now() + patienceMs; Date.now() < giveUpAtMs;) {
    const { views } = (await slack(where, 'GET', 'views')) as {
      views: {
        id: string;
        user: string;
        view: { callback_id?: string; private_metadata?: string; blocks: Form['blocks'] };
      }[];
    };
    const open = views.findLast(
      ({ user: whose, view: { callback_id, private_metadata = '' } }) =>
        whose === user &&
        callback_id === form &&
        (runId === undefined || private_metadata.includes(JSON.stringify(runId))),
    );
    if (open !== undefined) return { id: open.id, blocks: open.view.blocks };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${user} got no form ${form} of ${runId ?? 'what was typed'}.`);
}

/** As a person who is told to try again. @throws Error when it does not work out within a minute */
export async function persistently<T>(attempt: () => Promise<T>): Promise<T> {
  const done: T[] = [];
  await persist(
    AbortSignal.timeout(60_000),
    () => Promise.resolve(done.length > 0),
    async () => void done.push(await attempt()),
  );
  const [first] = done;
  if (first === undefined && done.length === 0) throw new Error('It did not work out in time.');
  return first as T;
}

/** Presses a button as soon as it is there, and answers its form. */
export const openedBy = (where: InSlack, button: Button, form: string): Promise<Form> =>
  persistently(async () => {
    await press(where, button);
    return await formBefore(where, button, form);
  });

/** Types a command that opens a form, and answers that. */
export const typedOpen = (
  where: InSlack,
  typed: { readonly user: string; readonly channel: string; readonly text: string },
  form: string,
): Promise<Form> =>
  persistently(async () => {
    arrived(await slack(where, 'POST', 'act/command', { ...typed, command: '/dr', waitMs: 0 }));
    return await formBefore(where, typed, form);
  });

const turns = new WeakMap<InSlack, Map<string, Promise<unknown>>>();

async function oneAtATime(where: InSlack, user: string, work: () => Promise<void>): Promise<void> {
  const ofPeople = turns.get(where) ?? new Map<string, Promise<unknown>>();
  turns.set(where, ofPeople);
  const mine = (ofPeople.get(user) ?? Promise.resolve()).then(work);
  ofPeople.set(
    user,
    mine.catch(() => undefined),
  );
  await mine;
}

function arrived(answer: unknown): void {
  const { status } = answer as { status: string };
  if (status !== 'ok') throw new Error(`Slack shows an error: ${JSON.stringify(answer)}`);
}
