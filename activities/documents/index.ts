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

/** More than any recovery document states, and as many as people can be asked about. */
const factsAtMost = 300;
const problemsAtMost = 20;
/** A fact is a line, and everything travels through journals and forms. */
const clipped = (text: string): string => (text.length <= 1000 ? text : `${text.slice(0, 999)}…`.toWellFormed());

/** Activities that read recovery documents, for the `notify` queue. Called once per worker. */
export function createDocumentActivities(options: DocumentActivitiesOptions): DocumentActivities {
  const { slack } = options;
  return {
    async readDocument({ document, resources }) {
      const readAtMs = Date.now();
      const { bytes, content, where, version } = await readSource(document, options);
      const { stated, problems } = statedFacts(content, resources);
      const left = content.links.length - linksAtMost;
      const unread = stated.length - factsAtMost;
      return {
        documentId: document.id,
        title: clipped(content.title),
        where,
        ...(version === undefined ? {} : { version }),
        hash: createHash('sha256').update(bytes).digest('hex'),
        readAtMs,
        words: content.words,
        stated: stated.slice(0, factsAtMost).map((fact) => ({ ...fact, text: clipped(fact.text) })),
        problems: [
          ...problems.slice(0, problemsAtMost).map((problem) => ({ ...problem, what: clipped(problem.what) })),
          ...(problems.length > problemsAtMost
            ? [{ what: `and ${problems.length - problemsAtMost} more of the kind` }]
            : []),
          ...(unread > 0 ? [{ what: `it states ${unread} more facts than are compared (${factsAtMost})` }] : []),
          ...(left > 0 ? [{ what: `it points to ${left} more places than are looked at` }] : []),
        ],
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
