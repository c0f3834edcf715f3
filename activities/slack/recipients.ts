import { holdersOf, personBySlackId } from '../../catalog/people.ts';
import type { Catalog } from '../../catalog/schema.ts';
import { roles } from '../../domain/gate.ts';
import type { Role } from '../../domain/gate.ts';
import type { Notice } from '../../domain/notice.ts';

/**
 * E-mail addresses of the people whom a notice on the second channel concerns, from the catalog of this moment: those who
 * are asked, or owner and champion. Nobody when the service has left the catalog.
 *
 * @param membersOf - Slack ids of the people in a user group, as Slack says now or said last
 */
export async function recipientsOf(
  catalog: Catalog,
  service: string,
  notice: Notice,
  membersOf: (slackUserGroup: string) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  if (!Object.hasOwn(catalog.services, service)) return [];
  const { people, slackUserGroups } = holdersOf(catalog, concerned(notice), service);
  const members = await Promise.all(slackUserGroups.map(membersOf));
  const found = members.flat().flatMap((slackId) => personBySlackId(catalog, slackId) ?? []);
  return [...new Set([...people, ...found].map(({ email }) => email))];
}

function concerned(notice: Notice): readonly Role[] {
  // A finding goes there when it is old enough for leadership.
  if (notice.kind === 'finding-news') return ['service-owner', 'dr-champion', 'leadership'];
  if (notice.kind !== 'gate-reminder') return ['service-owner', 'dr-champion'];
  return roles.filter((role) => notice.roles.includes(role));
}
