import { findAssignableUsers, findUsers } from 'jira.js/cloud';
import type { Client } from 'jira.js/core';
import { z } from 'zod';
import { JiraError } from './jira-error.ts';

const UsersSchema = z.array(
  z.object({ accountId: z.string(), emailAddress: z.string().optional(), active: z.boolean().optional() }),
);

/**
 * The account of somebody who can be given a ticket of the project.
 *
 * @returns nothing for somebody whom Jira does not know, or may not show to us: the ticket then says so
 */
export const assigneeByEmail = (client: Client, project: string, email: string): Promise<string | undefined> =>
  accountBy(email, () => findAssignableUsers(client, { query: email, project }));

/** As `assigneeByEmail`, for anybody of the site. */
export const accountByEmail = (client: Client, email: string): Promise<string | undefined> =>
  accountBy(email, () => findUsers(client, { query: email }));

async function accountBy(email: string, look: () => Promise<unknown>): Promise<string | undefined> {
  try {
    const users = UsersSchema.parse(await look()).filter((user) => user.active !== false);
    const exact = users.find((user) => user.emailAddress?.toLowerCase() === email.toLowerCase());
    if (exact !== undefined) return exact.accountId;
    // Jira Cloud hides addresses by people's own choice; it still finds them by the whole address.
    const [only, ...others] = users;
    return only !== undefined && others.length === 0 && only.emailAddress === undefined ? only.accountId : undefined;
  } catch (error) {
    if (error instanceof JiraError && error.isRefusal) return undefined; // no permission to browse users
    throw error;
  }
}
