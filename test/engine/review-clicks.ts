import { expect } from 'vitest';
import { slackActions, slackModals } from '../../views/slack/actions.ts';
import { runMessages, slack, until } from './outside.ts';
import { startWorldProcess } from './processes.ts';
import { withReviewedDocument, writeDocument } from './reviewing.ts';
import { createWorld } from './world.ts';
import type { World } from './world.ts';

/** What people do with a documentation review in Slack: press its buttons, fill in its forms. */

const channel = 'C0JIRACLOUD';

/** An installation with its Slack app as a process of its own, and a document that is wrong about the engine's version. */
export async function createReviewScene(): Promise<{ readonly world: World } & AsyncDisposable> {
  const world = await createWorld({ source: false, catalog: withReviewedDocument() });
  await writeDocument(world, { version: '16.4' });
  const app = await startWorldProcess(world, 'slack');
  return {
    world,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await world.close();
    },
  };
}

export interface OpenView {
  readonly id: string;
  readonly callback_id: string;
  readonly blocks: readonly { readonly type: string; readonly block_id?: string }[];
}

export async function viewsOf(world: World, user: string): Promise<readonly OpenView[]> {
  const { views } = (await slack(world, 'GET', 'views')) as {
    views: readonly { readonly id: string; readonly user: string; readonly view: Omit<OpenView, 'id'> }[];
  };
  return views.filter((one) => one.user === user).map(({ id, view }) => ({ ...view, id }));
}

/** The form that a person has before them, once it is what it should be. */
export async function formOf(
  world: World,
  user: string,
  is: (view: OpenView) => boolean,
  what: string,
): Promise<OpenView> {
  let found: OpenView | undefined;
  await until(async () => {
    found = (await viewsOf(world, user)).find(is);
    return found !== undefined;
  }, `${user} sees ${what}`);
  if (found === undefined) throw new Error(what);
  return found;
}

export async function press(world: World, user: string, runId: string, action: string): Promise<void> {
  const message = (await runMessages(world, runId)).find(({ key }) => key === 'review')?.message as { ts: string };
  const pressed = (await slack(world, 'POST', 'act/click', { user, channel, ts: message.ts, action_id: action })) as {
    status: string;
  };
  expect(pressed.status).toBe('ok');
}

/** Chooses and types for every fact of a page. */
const filled = (view: OpenView, answer: (block: string) => string): Record<string, unknown> =>
  Object.fromEntries(
    view.blocks.flatMap(({ block_id: block = '' }) => {
      if (block.startsWith('answer:')) return [[block, answer(block)]];
      return block.startsWith('comment:') ? [[block, 'I looked.']] : [];
    }),
  );
export const isAnswers = ({ callback_id }: OpenView): boolean => callback_id === slackModals.reviewAnswer;
export const says = (view: OpenView): string => JSON.stringify(view.blocks);

/** Fills a page of facts in and sends it. Answers how Slack says it went. */
export const sends = (
  world: World,
  user: string,
  page: OpenView,
  answer: (block: string) => string,
): Promise<unknown> => slack(world, 'POST', 'act/submit', { user, view_id: page.id, values: filled(page, answer) });

/** Closes what a person has open. */
export const closes = (world: World, user: string, { id }: OpenView): Promise<unknown> =>
  slack(world, 'POST', 'act/dismiss', { user, view_id: id, all: true });

/** Signs what the review shows, in its form. */
export async function signsOff(world: World, user: string, runId: string): Promise<void> {
  await press(world, user, runId, slackActions.reviewSignOff);
  const isForm = ({ callback_id }: OpenView): boolean => callback_id === slackModals.reviewSignOff;
  const form = await formOf(world, user, isForm, 'what is signed');
  await slack(world, 'POST', 'act/submit', { user, view_id: form.id, values: {} });
}
