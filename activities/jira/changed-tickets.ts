import type { Client } from 'jira.js/core';
import { z } from 'zod';
import type { JiraActivities, WatchedTicket } from './interface.ts';
import { JiraError } from './jira-error.ts';
import { issuesLabelled, propertyKey, TicketPropertySchema } from './known-tickets.ts';

/** Labels in one question; Jira takes more, and a person can still read this one. */
const perSearch = 100;

const IssueSchema = z.object({
  id: z.string(),
  key: z.string(),
  fields: z.object({
    status: z.object({ name: z.string(), statusCategory: z.object({ key: z.string() }) }),
    statuscategorychangedate: z.string().nullish(),
  }),
  properties: z.object({ [propertyKey]: z.unknown() }).optional(),
});
/** As `IssueSchema` reads them. */
const seenFields = ['status', 'statuscategorychangedate'] as const;

/**
 * Which of many tickets look different from what they looked like last time: one question for a hundred of them, by the
 * labels that they carry to whatever project people move them. What the search does not show is looked up in a second one,
 * by key, because it may be too new for the search, deleted, or robbed of its label.
 */
export const createWatchActivities = (client: Client): Pick<JiraActivities, 'changedTickets'> => ({
  async changedTickets({ watched }) {
    const changed: { fingerprint: string; looks: string }[] = [];
    for (let from = 0; from < watched.length; from += perSearch) {
      const some = watched.slice(from, from + perSearch);
      const found = await byLabel(client, some);
      for (const ticket of some) {
        const own = found.looks.get(ticket.key) ?? (await byKey(client, ticket.key));
        const others = (found.open.get(ticket.fingerprint) ?? []).filter((key) => key !== ticket.key);
        const looks = others.length === 0 ? own : `${own}, and ${others.join(', ')}`;
        if (looks !== ticket.looks) changed.push({ fingerprint: ticket.fingerprint, looks });
      }
    }
    return { changed };
  },
});

/** What the search shows: how tickets look, by key, and which are open, by the fingerprint of their gap. */
interface Found {
  readonly looks: Map<string, string>;
  readonly open: Map<string, readonly string[]>;
}

async function byLabel(client: Client, watched: readonly WatchedTicket[]): Promise<Found> {
  const found: Found = { looks: new Map(), open: new Map() };
  const fingerprints = watched.map(({ fingerprint }) => fingerprint);
  for (const one of await issuesLabelled(client, fingerprints, seenFields)) {
    const issue = IssueSchema.safeParse(one);
    // A clone has the label, and not the property.
    const property = TicketPropertySchema.safeParse(issue.data?.properties?.[propertyKey]);
    if (!issue.success || !property.success) continue;
    const { key, fields } = issue.data;
    found.looks.set(key, looksOf(fields));
    if (fields.status.statusCategory.key === 'done') continue;
    const { fingerprint } = property.data;
    found.open.set(fingerprint, [...(found.open.get(fingerprint) ?? []), key]);
  }
  return found;
}

async function byKey(client: Client, key: string): Promise<string> {
  try {
    const answer: unknown = await client.sendRequest({
      url: `/rest/api/3/issue/${encodeURIComponent(key)}`,
      method: 'GET',
      searchParams: { fields: seenFields.join(',') },
    });
    const issue = IssueSchema.parse(answer);
    return issue.key === key ? looksOf(issue.fields) : `${issue.key}: ${looksOf(issue.fields)}`;
  } catch (error) {
    if (error instanceof JiraError && error.status === 404) return 'gone';
    throw error;
  }
}

/** With the moment: what was closed, opened again and closed within one interval would look as before. */
const looksOf = ({ status, statuscategorychangedate: since }: z.infer<typeof IssueSchema>['fields']): string =>
  `${status.name} (${status.statusCategory.key})${since === undefined || since === null ? '' : ` since ${since}`}`;
