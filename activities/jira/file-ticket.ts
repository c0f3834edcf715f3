import { setTimeout as sleep } from 'node:timers/promises';
import { addComment, createIssue, createOrUpdateRemoteIssueLink, getComments, setIssueProperty } from 'jira.js/cloud';
import type { Client } from 'jira.js/core';
import type { Finding } from '../../domain/finding.ts';
import type { TicketRequest } from '../../domain/notice.ts';
import { recurrenceComment, tellsOfRun, ticketDescription, ticketSummary } from '../../views/jira/ticket.ts';
import type { TicketView } from '../../views/jira/ticket.ts';
import { JiraError } from './jira-error.ts';
import { labelOf, propertyKey, ticketsOf } from './known-tickets.ts';
import type { KnownTicket, TicketProperty } from './known-tickets.ts';
import { accountByEmail, assigneeByEmail } from './people.ts';
import { configuredFields } from './configured-fields.ts';

/** Runs kept in a ticket's property; Jira takes 32 kB. */
const runsKept = 100;
/** Fields without which a ticket says too little or is not found again; any other that a site refuses is left out. */
const indispensable = ['project', 'issuetype', 'summary', 'description', 'labels'];

/** What filing needs beside the gap. */
export interface FilingOptions {
  readonly client: Client;
  readonly baseUrl: string;
  /** Where a person opens the run; without it the ticket names the CLI's command and has no remote link. */
  readonly runUrl?: ((runId: string) => string) | undefined;
  /** An earlier attempt may have created a ticket without our knowing. */
  readonly mayBeThere: boolean;
  /** How long a new ticket may be missing from the search, milliseconds. */
  readonly searchLagMs: number;
  readonly warn: (text: string) => void;
}

/** Which gap, and which tickets of it are known already (`DR-1`). */
export interface FilingRequest {
  readonly finding: Finding;
  readonly ticket: TicketRequest;
  readonly simulated: boolean;
  readonly knownKeys: readonly string[];
}

/** The ticket that tells of the gap now: a new one, or a comment on one that was open. */
export interface Filed {
  readonly key: string;
  readonly url: string;
  readonly outcome: 'created' | 'commented';
  /** The owner's e-mail address, when Jira knows nobody by it who can be given the ticket. */
  readonly ownerUnknown?: string;
}

/** Who should be on a ticket, as the site knows them now. */
interface TicketPeople {
  readonly owner: string | undefined;
  readonly champion: string | undefined;
}

/** One ticket per gap: created, or found and told the news. Safe to repeat at any point. @throws JiraError */
export async function fileTicket(options: FilingOptions, request: FilingRequest): Promise<Filed> {
  const { client, baseUrl } = options;
  const { finding } = request;
  const urlOf = (key: string): string => `${baseUrl.replace(/\/+$/, '')}/browse/${key}`;

  const people: TicketPeople = {
    owner: await assigneeByEmail(client, request.ticket.project, request.ticket.ownerEmail),
    champion: await accountByEmail(client, request.ticket.championEmail),
  };
  const filed = (key: string, outcome: Filed['outcome']): Filed => ({
    key,
    url: urlOf(key),
    outcome,
    ...(people.owner === undefined ? { ownerUnknown: request.ticket.ownerEmail } : {}),
  });
  const tickets = await lookAround(options, request);
  const ofThisRun = tickets.filter((ticket) => ticket.property.runs.includes(finding.runId));
  // Of two that a lost answer has made, one is closed.
  const own = ofThisRun.find((ticket) => ticket.open) ?? ofThisRun[0];
  const open = own ?? tickets.find((ticket) => ticket.open);
  if (open === undefined) {
    const closed = tickets.at(-1);
    const key = await create(options, request, people, closed && { key: closed.key, url: urlOf(closed.key) });
    await complete(options, request, people, key);
    return filed(key, 'created');
  }
  const filedByThisRun = open.property.runs[0] === finding.runId;
  if (!filedByThisRun) await comment(client, open, request, options.runUrl);
  await complete(options, request, people, open.key);
  return filed(open.key, filedByThisRun ? 'created' : 'commented');
}

/**
 * The gap's tickets. After an attempt that may have created one, the search is given its time to show it: Jira has no
 * idempotency key, and a second ticket would be the price of haste.
 */
async function lookAround(
  { client, mayBeThere, searchLagMs }: FilingOptions,
  { finding, knownKeys }: FilingRequest,
): Promise<readonly KnownTicket[]> {
  const deadlineMs = Date.now() + (mayBeThere ? searchLagMs : 0);
  for (;;) {
    const tickets = await ticketsOf(client, finding.fingerprint, knownKeys);
    const enough = tickets.some((ticket) => ticket.open || ticket.property.runs.includes(finding.runId));
    const leftMs = deadlineMs - Date.now();
    if (enough || leftMs <= 0) return tickets;
    await sleep(Math.min(500, leftMs));
  }
}

async function create(
  options: FilingOptions,
  { finding, ticket, simulated }: FilingRequest,
  people: TicketPeople,
  earlier: TicketView['earlier'],
): Promise<string> {
  const { client, runUrl, warn } = options;
  const unknownPeople = [
    ...(people.owner === undefined ? [{ email: ticket.ownerEmail, as: 'owner' as const }] : []),
    ...(people.champion === undefined ? [{ email: ticket.championEmail, as: 'champion' as const }] : []),
  ];
  for (const { email, as } of unknownPeople)
    warn(`${email} (${as} of ${finding.service}) has no Jira account that can be given a ticket; the ticket says so.`);

  const property: TicketProperty = { fingerprint: finding.fingerprint, runs: [finding.runId] };
  const fields: Record<string, unknown> = {
    project: { key: ticket.project },
    issuetype: { name: ticket.issueType },
    summary: ticketSummary(finding, simulated),
    description: ticketDescription({
      finding,
      tier: ticket.tier,
      simulated,
      unknownPeople,
      ...(runUrl === undefined ? {} : { runUrl: runUrl(finding.runId) }),
      ...(earlier === undefined ? {} : { earlier }),
    }),
    labels: [...new Set([...ticket.labels, ...(simulated ? ['simulated'] : []), labelOf(finding.fingerprint)])],
    duedate: ticket.dueDate,
    ...(ticket.priority === undefined ? {} : { priority: { name: ticket.priority } }),
    // Left out, it would go to the project's default assignee, who has never heard of it.
    assignee: people.owner === undefined ? null : { accountId: people.owner },
    ...(await configuredFields(client, finding, ticket, warn)),
  };
  for (;;) {
    try {
      const created = await createIssue(client, {
        fields,
        properties: [{ key: propertyKey, value: property }],
      } as Parameters<typeof createIssue>[1]);
      return String(created.key);
    } catch (error) {
      if (!(error instanceof JiraError) || error.status !== 400) throw error;
      const { fieldErrors } = error;
      const refused = Object.keys(fieldErrors).find((field) => field in fields && !indispensable.includes(field));
      // A refused create has created nothing, so it may be asked for less at once.
      if (refused === undefined) throw error;
      warn(
        `Jira refuses the ${refused} of a ticket in ${ticket.project} (${fieldErrors[refused] ?? ''}); it is filed without.`,
      );
      delete fields[refused];
    }
  }
}

/** Says once per run that the gap is back. The comment goes first: a property without it would be news that nobody reads. */
async function comment(
  client: Client,
  ticket: KnownTicket,
  request: FilingRequest,
  runUrl: FilingOptions['runUrl'],
): Promise<void> {
  const { finding, simulated } = request;
  if (ticket.property.runs.includes(finding.runId)) return;
  const page = await getComments(client, { issueIdOrKey: ticket.key, orderBy: '-created', maxResults: 100 });
  const said = (page.comments ?? []).some((one) => tellsOfRun(one.body, finding.runId));
  if (!said) {
    const body = recurrenceComment({
      finding,
      simulated,
      ...(runUrl === undefined ? {} : { runUrl: runUrl(finding.runId) }),
    });
    await addComment(client, { issueIdOrKey: ticket.key, body } as Parameters<typeof addComment>[1]);
  }
  const [first = finding.runId, ...rest] = ticket.property.runs;
  const runs = [first, ...rest.slice(-(runsKept - 2)), finding.runId];
  await setIssueProperty(client, {
    issueIdOrKey: ticket.key,
    propertyKey,
    body: { fingerprint: finding.fingerprint, runs },
  });
}

/** What a ticket gains from more than its text; a site may refuse it, and the ticket stands without. */
async function complete(
  { client, runUrl, warn }: FilingOptions,
  { finding }: FilingRequest,
  { champion }: TicketPeople,
  key: string,
): Promise<void> {
  const unlessRefused = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof JiraError && error.isRefusal)) throw error;
      warn(`${key} is filed, but without ${what}: ${error.what}`);
    }
  };
  if (champion !== undefined) {
    // jira.js types the body as an object; the API takes the bare account id as JSON text.
    await unlessRefused('its champion as a watcher', () =>
      client.sendRequest({ url: `/rest/api/3/issue/${key}/watchers`, method: 'POST', body: champion }),
    );
  }
  if (runUrl === undefined) return;
  await unlessRefused('a link to the run', () =>
    createOrUpdateRemoteIssueLink(client, {
      issueIdOrKey: key,
      globalId: finding.runId,
      application: { type: 'firedrill', name: 'firedrill' },
      relationship: 'seen by',
      object: { url: runUrl(finding.runId), title: finding.runId },
    } as Parameters<typeof createOrUpdateRemoteIssueLink>[1]),
  );
}
