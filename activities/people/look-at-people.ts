import { findUsers } from 'jira.js/cloud';
import type { Client } from 'jira.js/core';
import { z } from 'zod';
import type { WebClient } from '@slack/web-api';
import { ticketRulesOf } from '../../catalog/plan-parts.ts';
import type { Catalog } from '../../catalog/schema.ts';
import type { PersonStanding, ServiceDuties } from '../../domain/people-check.ts';
import { utcDate } from '../../domain/time-text.ts';
import { JiraError } from '../jira/jira-error.ts';
import { slackError } from '../slack/slack-errors.ts';

const dayMs = 24 * 3_600_000;
/** Members of a workspace that are asked for at once; Slack recommends no more than 200. */
const pageSize = 200;

const UsersSchema = z.array(z.object({ emailAddress: z.string().optional(), active: z.boolean().optional() }));

/** Who answers for which service, by the catalog. */
export const dutiesOf = (catalog: Catalog, nowMs: number): readonly ServiceDuties[] =>
  Object.values(catalog.services).map((service) => {
    const { dueInDays, ...ticket } = ticketRulesOf(catalog, service);
    return {
      service: service.id,
      tier: service.tier,
      owner: service.owner,
      champion: service.champion,
      deputies: service.deputies,
      slackChannel: service.slackChannel,
      ticket: {
        ...ticket,
        tier: service.tier,
        dueDate: utcDate(nowMs + dueInDays * dayMs),
      },
    };
  });

/**
 * Everybody who holds a duty, as Slack and Jira know them now.
 *
 * @param onProgress - called between questions: hundreds of people take minutes
 * @param people - ids of others to look at instead
 * @throws SlackDeliveryError, JiraError when one of the two cannot be asked: then nothing is concluded about anybody
 */
export async function standingsOf(
  catalog: Catalog,
  clients: { readonly slack: Pick<WebClient, 'users'>; readonly jira: Client },
  onProgress: () => void,
  people?: readonly string[],
): Promise<readonly PersonStanding[]> {
  const wanted = new Set(
    people ??
      Object.values(catalog.services).flatMap(({ owner, champion, deputies }) => [owner, champion, ...deputies]),
  );
  const members = await membersOfWorkspace(clients.slack, onProgress);
  const standings: PersonStanding[] = [];
  for (const { id, name, email, slackId } of Object.values(catalog.people)) {
    if (!wanted.has(id)) continue;
    const deleted = members.get(slackId);
    const slack = deleted === undefined ? 'unknown' : deleted ? 'deactivated' : 'active';
    standings.push({ personId: id, name, email, slackId, slack, jira: await inJira(clients.jira, email) });
    onProgress();
  }
  return standings;
}

/** Slack ids, and whether the account was deactivated. */
async function membersOfWorkspace(
  slack: Pick<WebClient, 'users'>,
  onProgress: () => void,
): Promise<ReadonlyMap<string, boolean>> {
  const members = new Map<string, boolean>();
  let cursor = '';
  try {
    do {
      const page = await slack.users.list({ limit: pageSize, ...(cursor === '' ? {} : { cursor }) });
      for (const { id, deleted } of page.members ?? []) if (id !== undefined) members.set(id, deleted === true);
      cursor = page.response_metadata?.next_cursor ?? '';
      onProgress();
    } while (cursor !== '');
  } catch (error) {
    throw slackError(error, 'list the members of the workspace');
  }
  return members;
}

/** Only an account that is found by the whole address, and is said to be inactive, counts as one of somebody who left. */
export async function inJira(jira: Client, email: string): Promise<PersonStanding['jira']> {
  let found: z.output<typeof UsersSchema>;
  try {
    found = UsersSchema.parse(await findUsers(jira, { query: email }));
  } catch (error) {
    if (error instanceof JiraError && error.isRefusal) return 'unknown'; // no permission to browse users
    throw error;
  }
  const exact = found.filter(({ emailAddress }) => emailAddress?.toLowerCase() === email.toLowerCase());
  const accounts = exact.length > 0 ? exact : found.filter(({ emailAddress }) => emailAddress === undefined);
  if (accounts.length === 0) return 'unknown';
  if (accounts.some(({ active }) => active !== false)) return 'active';
  return exact.length > 0 || accounts.length === 1 ? 'deactivated' : 'unknown';
}
