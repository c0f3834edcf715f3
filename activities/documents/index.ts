import { createHash } from 'node:crypto';
import type { WebClient } from '@slack/web-api';
import type { KnownFact } from '../../domain/document.ts';
import { stoppable } from '../activity-context.ts';
import type { DocumentActivities } from './interface.ts';
import { linksAtMost } from './links.ts';
import { probeLinks } from './probe-links.ts';
import { reasonOf } from './fetch-document.ts';
import { readSource } from './read-source.ts';
import type { DocumentSources } from './read-source.ts';
import { statedFacts } from './stated-facts.ts';

export type * from './interface.ts';
export type { DocumentSources } from './read-source.ts';

export interface DocumentActivitiesOptions extends DocumentSources {
  readonly slack: Pick<WebClient, 'conversations'>;
  /** Hosts inside the company's network whose pages may be looked at, by today's catalog. */
  readonly internalHosts: () => Promise<readonly string[]>;
}

/** Activities that read recovery documents, for the `notify` queue. Called once per worker. */
export function createDocumentActivities(options: DocumentActivitiesOptions): DocumentActivities {
  const { slack } = options;
  return {
    async readDocument({ document, resources }) {
      const readAtMs = Date.now();
      const { bytes, content, where, version } = await readSource(document, options);
      const { stated, problems } = statedFacts(content, resources);
      const left = content.links.length - linksAtMost;
      return {
        documentId: document.id,
        title: content.title,
        where,
        ...(version === undefined ? {} : { version }),
        hash: createHash('sha256').update(bytes).digest('hex'),
        readAtMs,
        words: content.words,
        stated,
        problems: left > 0 ? [...problems, { what: `it points to ${left} more places than are looked at` }] : problems,
        links: content.links.slice(0, linksAtMost),
      };
    },

    async probeLinks({ links }) {
      const internalHosts = await options.internalHosts();
      return await stoppable(async (signal) => ({
        links: await probeLinks(links, { internalHosts, channelNames: () => channelNames(slack), signal }),
      }));
    },

    async channelFacts({ channel }) {
      return { facts: [await channelFact(slack, channel)] };
    },
  };
}

/** Pages of Slack's list that are read: 20,000 channels. */
const pagesAtMost = 20;

async function channelNames(slack: Pick<WebClient, 'conversations'>): Promise<readonly string[]> {
  const names: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pagesAtMost; page += 1) {
    const reply = await slack.conversations.list({
      limit: 1000,
      exclude_archived: true,
      ...(cursor === undefined ? {} : { cursor }),
    });
    names.push(...(reply.channels ?? []).flatMap(({ name }) => name ?? []));
    cursor = reply.response_metadata?.next_cursor;
    if (cursor === undefined || cursor === '') break;
  }
  return names;
}

/** Catalogs name a channel by its id, documents by its name. */
async function channelFact(slack: Pick<WebClient, 'conversations'>, channel: string): Promise<KnownFact> {
  if (channel.startsWith('#')) return { name: 'channel', from: 'catalog', value: channel };
  try {
    const { channel: found } = await slack.conversations.info({ channel });
    if (found?.name === undefined) return { name: 'channel', from: 'catalog', value: channel };
    return { name: 'channel', from: 'catalog', value: `#${found.name}`, accepts: [channel] };
  } catch (error) {
    return {
      name: 'channel',
      from: 'catalog',
      unknown: `Slack did not say how ${channel} is called: ${reasonOf(error)}`,
    };
  }
}
