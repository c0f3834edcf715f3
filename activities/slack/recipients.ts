import { holdersOf, onDutyNow, personBySlackId } from '../../catalog/people.ts';
import type { SlackNow } from '../../catalog/people.ts';
import type { Catalog } from '../../catalog/schema.ts';
import { roles } from '../../domain/gate.ts';
import type { Role } from '../../domain/gate.ts';
import type { Notice } from '../../domain/notice.ts';

/**
 * E-mail addresses of the people whom a notice on the second channel concerns, from the catalog of this moment: those who
 * are asked, or owner and champion; and who stands in for those of them who have left. Nobody when the service has left the
 * catalog.
 *
 * @param slack - what Slack says now or said last
 */
export async function recipientsOf(
  catalog: Catalog,
  service: string,
  notice: Notice,
  slack: SlackNow,
): Promise<readonly string[]> {
  if (!Object.hasOwn(catalog.services, service)) return [];
  const wanted = concerned(notice);
  const { people, slackUserGroups } = holdersOf(catalog, wanted, service);
  const members = await Promise.all(slackUserGroups.map((group) => slack.membersOf(group)));
  const found = members.flat().flatMap((slackId) => personBySlackId(catalog, slackId) ?? []);
  const standIns = await onDutyNow(catalog, wanted, service, slack);
  return [...new Set([...people, ...found, ...standIns].map(({ email }) => email))];
}

function concerned(notice: Notice): readonly Role[] {
  // A finding goes there when it is old enough for leadership.
  if (notice.kind === 'finding-news') return ['service-owner', 'dr-champion', 'leadership'];
  if ((notice.kind === 'review-reminder' || notice.kind === 'exercise-reminder') && notice.roles.length > 0)
    return roles.filter((role) => notice.roles.includes(role));
  if (notice.kind !== 'gate-reminder') return ['service-owner', 'dr-champion'];
  return roles.filter((role) => notice.roles.includes(role));
}
