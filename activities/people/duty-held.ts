import type { WebClient } from '@slack/web-api';
import type { Client } from 'jira.js/core';
import { personOf } from '../../catalog/lookup.ts';
import { ticketRulesOf } from '../../catalog/plan-parts.ts';
import type { Catalog } from '../../catalog/schema.ts';
import { isUnknownUser } from '../../catalog/user-groups.ts';
import type { DutyRole } from '../../domain/people-check.ts';
import { roleName } from '../../domain/role-text.ts';
import { assigneeByEmail } from '../jira/people.ts';
import { slackError } from '../slack/slack-errors.ts';
import { inJira } from './look-at-people.ts';

/** Whether somebody is there for a duty, in a sentence. @throws SlackDeliveryError, JiraError when one of the two cannot be asked */
export async function dutyHeld(
  catalog: Catalog,
  clients: { readonly slack: Pick<WebClient, 'users'>; readonly jira: Client },
  { service: id, role }: { readonly service: string; readonly role: DutyRole },
): Promise<{ readonly held?: string }> {
  const service = Object.hasOwn(catalog.services, id) ? catalog.services[id] : undefined;
  if (service === undefined) return { held: `The catalog has no service ${id} any more.` };
  const person = personOf(catalog, role === 'service-owner' ? service.owner : service.champion);
  if (!(await isInSlack(clients.slack, person.slackId))) return {};
  const is = `${person.name} is ${roleName(role)} of ${id} and has an account in Slack`;
  if (role === 'service-owner') {
    const { project } = ticketRulesOf(catalog, service);
    const account = await assigneeByEmail(clients.jira, project, person.email);
    return account === undefined ? {} : { held: `${is}; Jira lets ${person.email} be given tickets.` };
  }
  // Not to be found in Jira proves nothing of somebody who only watches tickets.
  return (await inJira(clients.jira, person.email)) === 'deactivated' ? {} : { held: `${is}.` };
}

async function isInSlack(slack: Pick<WebClient, 'users'>, slackId: string): Promise<boolean> {
  try {
    return (await slack.users.info({ user: slackId })).user?.deleted !== true;
  } catch (error) {
    if (isUnknownUser(error)) return false;
    throw slackError(error, 'look at an account');
  }
}
