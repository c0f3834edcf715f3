import { z } from 'zod';
import { personOf, serviceOf } from '../../catalog/lookup.ts';
import type { Catalog } from '../../catalog/schema.ts';
import type { Config } from '../../config/index.ts';

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

const ChannelSchema = z.object({ channel: z.object({ name: z.string() }) });

/** `#jira-cloud-dr`; the id where Slack does not say within two seconds, since it is for the eye only. */
export async function channelName({ slack }: Pick<Config, 'slack'>, channel: string): Promise<string> {
  if (slack.botToken === undefined) return channel;
  try {
    const response = await fetch(new URL(`conversations.info?channel=${channel}`, slack.apiUrl), {
      headers: { authorization: `Bearer ${slack.botToken}` },
      signal: AbortSignal.timeout(2000),
    });
    const said = ChannelSchema.safeParse(await response.json());
    return said.success ? `#${said.data.channel.name}` : channel;
  } catch {
    // Not reachable, or no JSON: the run asks all the same, and its id is right.
    return channel;
  }
}
