import { addComment, assignIssue, getComments, getIssue, getIssueWatchers } from 'jira.js/cloud';
import type { Client } from 'jira.js/core';
import { z } from 'zod';
import { adfDoc, paragraph } from '../../views/jira/adf.ts';
import { JiraError } from '../jira/jira-error.ts';
import { accountByEmail, assigneeByEmail } from '../jira/people.ts';

const IssueSchema = z.object({
  fields: z.object({
    status: z.object({ statusCategory: z.object({ key: z.string() }) }),
    assignee: z
      .object({ accountId: z.string(), emailAddress: z.string().optional(), active: z.boolean().optional() })
      .nullish(),
  }),
});

/** Gives open tickets of somebody who has left to somebody else; the comment goes first, so that no ticket moves in silence. */
export async function reassignTickets(
  client: Client,
  request: {
    readonly keys: readonly string[];
    readonly leftEmail: string;
    readonly toEmail: string;
    readonly reason: string;
  },
  deps: { readonly warn: (text: string) => void; readonly onProgress: () => void },
): Promise<readonly string[]> {
  const { leftEmail, toEmail, reason } = request;
  const reassigned: string[] = [];
  for (const key of new Set(request.keys)) {
    deps.onProgress();
    if (!(await liesWithWhoLeft(client, key, leftEmail))) continue;
    const heir = await assigneeByEmail(client, key.replace(/-\d+$/, ''), toEmail);
    if (heir === undefined) {
      deps.warn(`${toEmail} has no Jira account that can be given ${key}; it stays with ${leftEmail}.`);
      continue;
    }
    try {
      await sayOnce(client, key, reason);
      await assignIssue(client, { issueIdOrKey: key, accountId: heir } as Parameters<typeof assignIssue>[1]);
      reassigned.push(key);
    } catch (error) {
      if (!(error instanceof JiraError && error.isRefusal)) throw error;
      deps.warn(`Jira refuses to give ${key} to ${toEmail}: ${error.what}`);
    }
  }
  return reassigned;
}

const WatchersSchema = z.object({ watchers: z.array(z.object({ accountId: z.string() })).default([]) });

/** Has somebody watch open tickets in the place of a champion who has left; the comment goes first, as above. */
export async function watchTickets(
  client: Client,
  request: { readonly keys: readonly string[]; readonly email: string; readonly reason: string },
  deps: { readonly warn: (text: string) => void; readonly onProgress: () => void },
): Promise<readonly string[]> {
  const { email, reason } = request;
  const keys = [...new Set(request.keys)];
  if (keys.length === 0) return [];
  const accountId = await accountByEmail(client, email);
  if (accountId === undefined) {
    deps.warn(`${email} has no Jira account that can watch tickets.`);
    return [];
  }
  const watched: string[] = [];
  for (const key of keys) {
    deps.onProgress();
    try {
      if (!(await isOpen(client, key))) continue;
      const { watchers } = WatchersSchema.parse(await getIssueWatchers(client, { issueIdOrKey: key }));
      if (watchers.some((one) => one.accountId === accountId)) continue;
      await sayOnce(client, key, reason);
      // jira.js types the body as an object; the API takes the bare account id as JSON text.
      await client.sendRequest({ url: `/rest/api/3/issue/${key}/watchers`, method: 'POST', body: accountId });
      watched.push(key);
    } catch (error) {
      if (!(error instanceof JiraError && error.isRefusal)) throw error;
      deps.warn(`Jira does not let ${email} watch ${key}: ${error.what}`);
    }
  }
  return watched;
}

async function isOpen(client: Client, key: string): Promise<boolean> {
  try {
    const { fields } = IssueSchema.parse(await getIssue(client, { issueIdOrKey: key, fields: ['status', 'assignee'] }));
    return fields.status.statusCategory.key !== 'done';
  } catch (error) {
    // Deleted, or moved out of sight.
    if (error instanceof JiraError && error.status === 404) return false;
    throw error;
  }
}

async function liesWithWhoLeft(client: Client, key: string, leftEmail: string): Promise<boolean> {
  try {
    const issue = IssueSchema.parse(await getIssue(client, { issueIdOrKey: key, fields: ['status', 'assignee'] }));
    const { status, assignee } = issue.fields;
    if (status.statusCategory.key === 'done') return false;
    // Filed after they had left: Jira gives nothing to an account that is closed.
    if (assignee === null || assignee === undefined) return true;
    return assignee.active === false || assignee.emailAddress?.toLowerCase() === leftEmail.toLowerCase();
  } catch (error) {
    // Deleted, or moved out of sight.
    if (error instanceof JiraError && error.status === 404) return false;
    throw error;
  }
}

/** A lost reply must not make the comment appear twice. */
async function sayOnce(client: Client, key: string, reason: string): Promise<void> {
  const page = await getComments(client, { issueIdOrKey: key, orderBy: '-created', maxResults: 20 });
  const said = JSON.stringify(reason).slice(1, -1);
  if ((page.comments ?? []).some(({ body }) => JSON.stringify(body ?? '').includes(said))) return;
  const body = adfDoc(paragraph(reason));
  await addComment(client, { issueIdOrKey: key, body } as Parameters<typeof addComment>[1]);
}
