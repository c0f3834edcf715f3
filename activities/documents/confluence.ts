import { z } from 'zod';
import { noPermission, notFound, unreachable } from './document-errors.ts';
import { ask, bytesOf, refuseUnlessGood } from './fetch-document.ts';

/** A Confluence Cloud site, and the account that reads there. */
export interface ConfluenceSite {
  /** Without `/wiki`: `https://acme.atlassian.net`. */
  readonly baseUrl: string;
  readonly email: string;
  readonly apiToken: string;
}

/** A page as it is now. */
export interface ConfluencePage {
  readonly title: string;
  /** XHTML with Confluence's own macros. */
  readonly storage: string;
  readonly version: number;
  /** Its address, for people. */
  readonly where: string;
}

const PageSchema = z.object({
  title: z.string(),
  version: z.object({ number: z.number() }),
  body: z.object({ storage: z.object({ value: z.string() }) }),
  _links: z.object({ webui: z.string().optional(), base: z.string().optional() }).optional(),
});
const SpacesSchema = z.object({ results: z.array(z.object({ name: z.string() })) });

export const confluencePageName = (pageId: string): string => `Confluence page ${pageId}`;

/**
 * Reads a page by its id (REST v2).
 *
 * @param timeoutMs - of one call; default 15,000
 * @throws FiredrillError as `DocumentActivities.readDocument` says
 */
export async function readConfluencePage(
  pageId: string,
  site: ConfluenceSite,
  timeoutMs?: number,
): Promise<ConfluencePage> {
  const name = confluencePageName(pageId);
  const reply = await get(site, `pages/${encodeURIComponent(pageId)}?body-format=storage`, name, timeoutMs);
  // Confluence answers 404 for a page that this account may not see, too, and some sites for a token that they do not
  // know: only from an account that sees something is it a word about the page.
  if (reply.status === 404 && (await spacesSeen(site, timeoutMs)).length === 0)
    throw noPermission(name, `${site.email} sees no space at all in Confluence at ${site.baseUrl}`);
  if (reply.status === 404) throw notFound(`${name} that ${site.email} may see`);
  refuseUnlessGood(reply, name);
  const parsed = PageSchema.safeParse(await jsonOf(reply, name));
  if (!parsed.success) throw unreachable(name, 'Confluence answered something else than a page');
  const { title, version, body, _links: links } = parsed.data;
  const base = baseOf(site);
  return {
    title,
    storage: body.storage.value,
    version: version.number,
    where:
      links?.webui === undefined ? `${base}/wiki/pages/${pageId}` : `${links.base ?? `${base}/wiki`}${links.webui}`,
  };
}

/**
 * Names of spaces that the account sees, one at most: whether it sees anything at all.
 *
 * @throws FiredrillError as `DocumentActivities.readDocument` says
 */
export async function spacesSeen(site: ConfluenceSite, timeoutMs?: number): Promise<readonly string[]> {
  const name = 'Confluence';
  const reply = await get(site, 'spaces?limit=1', name, timeoutMs);
  refuseUnlessGood(reply, name);
  const parsed = SpacesSchema.safeParse(await jsonOf(reply, name));
  if (!parsed.success) throw unreachable(name, 'it answered something else than spaces');
  return parsed.data.results.map((space) => space.name);
}

const baseOf = ({ baseUrl }: ConfluenceSite): string => baseUrl.replace(/\/+$/, '').replace(/\/wiki$/, '');

async function get(site: ConfluenceSite, path: string, where: string, timeoutMs?: number): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${site.email}:${site.apiToken}`).toString('base64')}`;
  const headers = { authorization, accept: 'application/json' };
  return await ask(new URL(`${baseOf(site)}/wiki/api/v2/${path}`), where, headers, timeoutMs);
}

async function jsonOf(reply: Response, where: string): Promise<unknown> {
  const text = Buffer.from(await bytesOf(reply, where)).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreachable(where, 'the answer was not JSON (a proxy or a sign-in page?)', cause);
  }
}
