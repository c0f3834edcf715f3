import { getIssue, searchAndReconsileIssuesUsingJqlPost } from 'jira.js/cloud';
import type { Client } from 'jira.js/core';
import { z } from 'zod';
import { JiraError } from './jira-error.ts';

/** Key of the issue property by which a ticket is known to be ours, and whose gap it is about. */
export const propertyKey = 'firedrill';

export const TicketPropertySchema = z.object({
  fingerprint: z.string(),
  /** Runs that saw the gap, oldest first; the first one filed the ticket. */
  runs: z.array(z.string()),
});
export type TicketProperty = z.infer<typeof TicketPropertySchema>;

/** A ticket of ours, as far as filing looks at it. */
export interface KnownTicket {
  readonly id: number;
  readonly key: string;
  readonly open: boolean;
  readonly property: TicketProperty;
}

const IssueSchema = z.object({
  id: z.string(),
  key: z.string(),
  fields: z.object({ status: z.object({ statusCategory: z.object({ key: z.string() }) }) }),
  properties: z.object({ [propertyKey]: z.unknown() }).optional(),
});
const PageSchema = z.object({ issues: z.array(z.unknown()).default([]), nextPageToken: z.string().optional() });

/**
 * The label that finds a gap's tickets again. Issue properties can be searched only on sites where an app declared them
 * as searchable, labels everywhere; the property then proves that the ticket is ours, because a cloned issue has the
 * label too.
 */
export const labelOf = (fingerprint: string): string => `dr-${fingerprint}`;

/**
 * Tickets about a gap, in whatever project people have moved them to.
 *
 * @param alsoKeys - tickets known by other means; read directly, because the search may not show them for some seconds
 */
export async function ticketsOf(
  client: Client,
  fingerprint: string,
  alsoKeys: readonly string[],
): Promise<readonly KnownTicket[]> {
  const read = async (keys: readonly string[]): Promise<readonly KnownTicket[]> =>
    (await Promise.all([...new Set(keys)].map((key) => ticketByKey(client, key)))).filter(
      (ticket) => ticket !== undefined,
    );
  const known = await read(alsoKeys);
  const found = (await searched(client, fingerprint)).filter((key) => !known.some((ticket) => ticket.key === key));
  // The search's own copy of a ticket may be older than the ticket: still open, when it was closed just now.
  const byId = new Map([...known, ...(await read(found))].map((ticket) => [ticket.id, ticket]));
  return [...byId.values()]
    .filter((ticket) => ticket.property.fingerprint === fingerprint)
    .toSorted((one, other) => one.id - other.id);
}

/** Keys of a gap's tickets as the search knows them. */
async function searched(client: Client, fingerprint: string): Promise<readonly string[]> {
  const tickets = (await issuesLabelled(client, [fingerprint], ['status'])).map(ticketOf);
  return tickets.flatMap((ticket) => (ticket?.property.fingerprint === fingerprint ? [ticket.key] : []));
}

/**
 * Everything that carries the label of one of these gaps, oldest first, with its property, as the search knows it; a ticket that
 * is cloned often has its clones behind it.
 */
export async function issuesLabelled(
  client: Client,
  fingerprints: readonly string[],
  fields: readonly string[],
): Promise<readonly unknown[]> {
  const labels = fingerprints.map((fingerprint) => `"${labelOf(fingerprint)}"`).join(', ');
  const issues: unknown[] = [];
  let nextPageToken: string | undefined;
  do {
    const page = PageSchema.parse(
      await searchAndReconsileIssuesUsingJqlPost(client, {
        jql: `labels in (${labels}) ORDER BY created ASC`,
        fields: [...fields],
        properties: [propertyKey],
        maxResults: 100,
        ...(nextPageToken === undefined ? {} : { nextPageToken }),
      }),
    );
    issues.push(...page.issues);
    nextPageToken = page.nextPageToken;
  } while (nextPageToken !== undefined);
  return issues;
}

async function ticketByKey(client: Client, key: string): Promise<KnownTicket | undefined> {
  try {
    return ticketOf(await getIssue(client, { issueIdOrKey: key, fields: ['status'], properties: [propertyKey] }));
  } catch (error) {
    // Deleted, or moved out of sight: then it is no ticket that anybody works on.
    if (error instanceof JiraError && error.status === 404) return undefined;
    throw error;
  }
}

function ticketOf(issue: unknown): KnownTicket | undefined {
  const parsed = IssueSchema.safeParse(issue);
  if (!parsed.success) return undefined;
  const property = TicketPropertySchema.safeParse(parsed.data.properties?.[propertyKey]);
  if (!property.success) return undefined;
  const { id, key, fields } = parsed.data;
  return { id: Number(id), key, open: fields.status.statusCategory.key !== 'done', property: property.data };
}
