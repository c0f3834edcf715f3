import { personOf, serviceOf } from '../../catalog/lookup.ts';
import type { Catalog } from '../../catalog/schema.ts';

/**
 * Address in the sandbox's Slack page where a service's questions stand, seen as its owner, who may answer them; as its
 * champion when the owner asked.
 *
 * @param page - address of the sandbox's page
 * @param askedBy - who started the run: policy may not let the same person approve
 */
export function slackLink(page: string, catalog: Catalog, serviceId: string, askedBy?: string): string {
  const { owner, champion, slackChannel } = serviceOf(catalog, serviceId);
  const { slackId } = personOf(catalog, owner === askedBy ? champion : owner);
  return `${page}/?as=${slackId}&channel=${slackChannel}`;
}
