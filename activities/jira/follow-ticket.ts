import { addComment, doTransition, getComments, getIssue, getTransitions } from 'jira.js/cloud';
import type { Client } from 'jira.js/core';
import { z } from 'zod';
import { newsComment, saysNews } from '../../views/jira/news.ts';
import type { JiraActivities, TicketSeen } from './interface.ts';
import { JiraError } from './jira-error.ts';

const StatusSchema = z.object({ name: z.string(), statusCategory: z.object({ key: z.string() }) });
const IssueSchema = z.object({ key: z.string(), fields: z.object({ status: StatusSchema }) });
const ScreenFieldSchema = z.object({
  allowedValues: z.array(z.looseObject({ name: z.string().optional() })).optional(),
});
const TransitionsSchema = z.object({
  transitions: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        to: StatusSchema,
        fields: z.record(z.string(), ScreenFieldSchema).optional(),
      }),
    )
    .default([]),
});

/** Resolutions that say that the work is over, the best first; another one would say something that nobody has said. */
const resolutions = ['Done', 'Fixed', 'Resolved', 'Completed', 'Complete'];

/** Following a ticket that is filed: looking at it, saying news on it, moving it. Each safe to repeat. */
export const createFollowActivities = (
  client: Client,
): Pick<JiraActivities, 'readTicket' | 'sayOnTicket' | 'moveTicket'> => ({
  readTicket: ({ key }) => readTicket(client, key),
  async sayOnTicket({ key, news }) {
    return { said: await unlessGone(() => sayOnce(client, key, news)) };
  },
  moveTicket: (request) => moveTicket(client, request),
});

/** The ticket as it is, read directly: the search may show what it was. */
async function readTicket(client: Client, key: string): Promise<TicketSeen> {
  try {
    const issue = IssueSchema.parse(await getIssue(client, { issueIdOrKey: key, fields: ['status'] }));
    const { status } = issue.fields;
    return { there: true, key: issue.key, status: status.name, isDone: isDone(status) };
  } catch (error) {
    if (error instanceof JiraError && error.status === 404) return { there: false };
    throw error;
  }
}

/** One comment per piece of news, however often it is said: its id in the text is how it is known again. */
async function sayOnce(
  client: Client,
  key: string,
  news: { readonly id: string; readonly text: string },
): Promise<void> {
  const page = await getComments(client, { issueIdOrKey: key, orderBy: '-created', maxResults: 100 });
  if ((page.comments ?? []).some((one) => saysNews(one.body, news.id))) return;
  const body = newsComment(news);
  await addComment(client, { issueIdOrKey: key, body } as Parameters<typeof addComment>[1]);
}

/** As `JiraActivities.moveTicket`. @throws JiraError */
export async function moveTicket(
  client: Client,
  { key, to, statusName, news }: Parameters<JiraActivities['moveTicket']>[0],
): ReturnType<JiraActivities['moveTicket']> {
  const seen = await readTicket(client, key);
  if (!seen.there) return { outcome: 'gone' };
  // The reason goes first: a ticket that moves without a word is news that nobody understands.
  if (!(await unlessGone(() => sayOnce(client, key, news)))) return { outcome: 'gone' };
  if (isThere(seen, to, statusName)) return { outcome: 'already', status: seen.status, isDone: seen.isDone };
  const { transitions } = TransitionsSchema.parse(
    await getTransitions(client, { issueIdOrKey: key, expand: 'transitions.fields' }),
  );
  let why = `From "${seen.status}" its workflow in Jira has no way to ${statusName === undefined ? (to === 'done' ? 'a status of the category Done' : 'an open status') : `${to === 'open' ? 'an open status ' : ''}"${statusName}"`}.`;
  for (const way of waysTo(to, statusName, transitions)) {
    try {
      await doTransition(client, { issueIdOrKey: key, transition: { id: way.id }, fields: filledIn(way, to) });
      return { outcome: 'moved', status: way.to.name, isDone: isDone(way.to) };
    } catch (error) {
      // 409: somebody else moves it at this moment; asked again, it is looked at anew.
      if (!(error instanceof JiraError) || !error.isRefusal || error.status === 409) throw error;
      if (error.status === 404) return { outcome: 'gone' };
      why = `Jira refuses its step "${way.name}": ${error.said}`;
    }
  }
  // Done under another name than the configured one is done.
  if (to === 'done' && seen.isDone) return { outcome: 'already', status: seen.status, isDone: true };
  return { outcome: 'impossible', why };
}

type Transition = z.infer<typeof TransitionsSchema>['transitions'][number];

const isDone = ({ statusCategory }: z.infer<typeof StatusSchema>): boolean => statusCategory.key === 'done';
const isNamed = (name: string, statusName: string): boolean => name.toLowerCase() === statusName.toLowerCase();

/** Whoever has opened it again may be at work: an open ticket is left where it is. */
const isThere = (seen: { status: string; isDone: boolean }, to: 'open' | 'done', statusName?: string): boolean =>
  to === 'done' && statusName !== undefined ? isNamed(seen.status, statusName) : seen.isDone === (to === 'done');

/** The configured status alone, where there is one; otherwise every way to the right category, the untouched before the begun. */
function waysTo(to: 'open' | 'done', statusName: string | undefined, ways: readonly Transition[]): Transition[] {
  // A ticket that is opened into a status of the category Done would be found closed at the next look, for ever.
  if (statusName !== undefined)
    return ways.filter((way) => isNamed(way.to.name, statusName) && (to === 'done' || !isDone(way.to)));
  const ofCategory = (category: string): Transition[] => ways.filter((way) => way.to.statusCategory.key === category);
  return to === 'done' ? ofCategory('done') : [...ofCategory('new'), ...ofCategory('indeterminate')];
}

/** A screen with a resolution on it wants one; without, a ticket that is Done would still be in people's lists of unresolved ones. */
function filledIn({ fields }: Transition, to: 'open' | 'done'): Record<string, unknown> {
  const allowed = fields?.['resolution']?.allowedValues;
  if (to === 'open' || allowed === undefined) return {};
  const names = allowed.flatMap(({ name }) => name ?? []);
  const name = resolutions.flatMap((good) => names.filter((one) => isNamed(one, good)))[0];
  return name === undefined ? {} : { resolution: { name } };
}

/** False when the ticket is not there any more. */
async function unlessGone(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof JiraError && error.status === 404) return false;
    throw error;
  }
}
