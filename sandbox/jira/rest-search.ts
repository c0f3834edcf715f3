import { Hono } from 'hono';
import type { Desk, JiraEnv } from './desk.ts';
import { readObject } from './gate.ts';
import { type Json, textOf } from './model.ts';
import { badRequest, JiraRefusal } from './refusal.ts';
import { search } from './search.ts';

const DEFAULT_PAGE = 50;
const REMOVED =
  'The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046';

function texts(value: Json | undefined): string[] {
  if (value === undefined || value === null) return [];
  const items = Array.isArray(value) ? (value as readonly Json[]).map(textOf) : [textOf(value)];
  return items
    .flatMap((item) => item.split(','))
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function issueNumbers(value: Json | undefined): number[] {
  return texts(value).map((id) => {
    if (!/^\d+$/.test(id))
      throw badRequest('Invalid request payload. Refer to the REST API documentation and try again.');
    return Number(id);
  });
}

/** `/rest/api/3/search…`: the new search, and the old one as it is now: gone. */
export function searchRoutes(desk: Desk): Hono<JiraEnv> {
  const app = new Hono<JiraEnv>();
  app.on(['GET', 'POST'], '/jql', async (c) => {
    const query = new URL(c.req.url).searchParams;
    const body: Record<string, Json> =
      c.req.method === 'POST'
        ? { ...(await readObject(c)) }
        : Object.fromEntries(
            [...new Set(query.keys())].map((name) => [
              name,
              query.getAll(name).length > 1 ? query.getAll(name) : (query.get(name) ?? ''),
            ]),
          );
    const jql = body['jql'] ?? '';
    if (typeof jql !== 'string')
      throw badRequest('Invalid request payload. Refer to the REST API documentation and try again.');
    const maxResults = Number(body['maxResults'] ?? DEFAULT_PAGE);
    if (!Number.isInteger(maxResults))
      throw badRequest('Invalid request payload. Refer to the REST API documentation and try again.');
    const token = body['nextPageToken'];
    const site = c.get('site');
    return c.json(
      search(
        site,
        c.get('actor'),
        {
          jql,
          maxResults,
          nextPageToken: typeof token === 'string' && token !== '' ? token : undefined,
          fields: texts(body['fields']),
          properties: texts(body['properties']),
          expand: texts(body['expand']),
          reconcileIssues: issueNumbers(body['reconcileIssues']),
        },
        desk.shapes(site),
      ),
    );
  });
  app.on(['GET', 'POST'], '/', () => {
    throw new JiraRefusal(410, [REMOVED]);
  });
  return app;
}
