import { expect } from 'vitest';
import type { ExerciseView } from '../../domain/exercise-view.ts';
import { exerciseFormId, exerciseOpenId } from '../../views/slack/exercise-actions.ts';
import type { ExerciseForm } from '../../views/slack/exercise-actions.ts';
import { ownMessages, runMessages, slack, until } from './outside.ts';
import type { World } from './world.ts';

/** What people do with a tabletop exercise in Slack: press its buttons, fill in its forms, read what is said. */

const channel = 'C0JIRACLOUD';

/** A message as people see it now, without what it said before. */
interface Seen {
  readonly ts: string;
  readonly text: string;
}

/** The newest message of the run with this key; that of the exercise itself, unless said otherwise. */
export async function exerciseMessageOf(world: World, runId: string, key = 'exercise'): Promise<Seen | undefined> {
  const found = (await runMessages(world, runId)).findLast((one) => one.key === key)?.message as
    | { readonly ts: string }
    | undefined;
  return found === undefined ? undefined : { ts: found.ts, text: JSON.stringify({ ...found, earlier: undefined }) };
}

/** What was told of the story and said below it, oldest first. */
export const postsOf = async (world: World, runId: string): Promise<readonly Seen[]> =>
  (await ownMessages(world))
    .filter((one) => one.runId === runId && one.key.startsWith('post:'))
    .map(({ message }) => ({ ts: (message as { ts: string }).ts, text: JSON.stringify(message) }));

/** Waits until a message says so. @param key - which message; that of the exercise itself, unless said otherwise */
export const untilSays = (world: World, runId: string, words: RegExp, key?: string): Promise<void> =>
  until(
    async () => words.test((await exerciseMessageOf(world, runId, key))?.text ?? ''),
    `the message says ${words.source}`,
  );

export const untilPosted = (world: World, runId: string, words: RegExp): Promise<void> =>
  until(
    async () => (await postsOf(world, runId)).some(({ text }) => words.test(text)),
    `somebody says ${words.source}`,
  );

/** Presses a button, as soon as the message has it. @param key - which message; that of the exercise itself, unless said otherwise */
export async function pressIn(world: World, runId: string, user: string, action: string, key?: string): Promise<void> {
  await until(
    async () => (await exerciseMessageOf(world, runId, key))?.text.includes(`"${action}"`) === true,
    `there is ${action}`,
  );
  const ts = (await exerciseMessageOf(world, runId, key))?.ts;
  expect(await slack(world, 'POST', 'act/click', { user, channel, ts, action_id: action })).toMatchObject({
    status: 'ok',
  });
}

/** Presses a button below an event of the story. */
export async function pressPost(
  world: World,
  runId: string,
  user: string,
  words: RegExp,
  action: string,
): Promise<void> {
  await untilPosted(world, runId, words);
  const ts = (await postsOf(world, runId)).find(({ text }) => words.test(text))?.ts;
  expect(await slack(world, 'POST', 'act/click', { user, channel, ts, action_id: action })).toMatchObject({
    status: 'ok',
  });
}

/** What somebody chose or typed, by the block of the form. */
type Fields = Readonly<Record<string, string>>;

/** Fills in the form that somebody has opened, once it shows `shows`, and sends it. */
export async function sendForm(
  world: World,
  user: string,
  form: ExerciseForm,
  fields: Fields,
  shows = '',
): Promise<void> {
  const mine = async () =>
    (
      (await slack(world, 'GET', 'views')) as {
        views: readonly {
          readonly id: string;
          readonly user: string;
          readonly view: { readonly callback_id: string };
        }[];
      }
    ).views.find(
      (one) =>
        one.user === user && one.view.callback_id === exerciseFormId(form) && JSON.stringify(one.view).includes(shows),
    )?.id;
  await until(async () => (await mine()) !== undefined, `${user} has the form ${form} before them`);
  const values = Object.fromEntries(Object.entries(fields).map(([block, value]) => [block, { value }]));
  expect(await slack(world, 'POST', 'act/submit', { view_id: await mine(), user, values })).toMatchObject({
    status: 'ok',
  });
}

/** Presses a button of the exercise's message that opens a form, fills it in and sends it. */
export async function fillIn(
  world: World,
  runId: string,
  user: string,
  form: ExerciseForm,
  fields: Fields,
): Promise<void> {
  await pressIn(world, runId, user, exerciseOpenId(form));
  await sendForm(world, user, form, fields);
}

/** Waits until somebody alone is told something. */
export const untilTold = (world: World, user: string, words: RegExp): Promise<void> =>
  until(async () => {
    const { messages } = (await slack(world, 'GET', `messages?channel=${channel}&as=${user}`)) as {
      messages: readonly { readonly text: string; readonly ephemeral?: boolean }[];
    };
    return messages.some(({ text, ephemeral }) => ephemeral === true && words.test(text));
  }, `${user} is told ${words.source}`);

/** Waits until the store has the exercise in this state. */
export async function whenExercise(
  world: World,
  runId: string,
  ready: (exercise: ExerciseView) => boolean,
  what: string,
): Promise<ExerciseView> {
  const { exercise } = (
    await world.runWhen(
      runId,
      ({ projection }) => projection.exercise !== undefined && ready(projection.exercise),
      what,
    )
  ).projection;
  if (exercise === undefined) throw new Error(`${runId} is no exercise`);
  return exercise;
}
