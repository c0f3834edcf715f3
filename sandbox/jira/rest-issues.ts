import { Hono } from 'hono';
import { createIssue, editIssue, findIssue, putRemoteLink, requirePropertyValue, touch } from './issues.ts';
import { transitionsOf } from './transitions.ts';
import type { Desk, JiraContext, JiraEnv } from './desk.ts';
import { readJson, readObject } from './gate.ts';
import { type Json, type StoredIssue, textOf } from './model.ts';
import { badFields, badRequest, notFound } from './refusal.ts';

const list = (value: string | undefined): string[] =>
  (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
const texts = (value: Json | undefined): string[] =>
  Array.isArray(value) ? (value as readonly Json[]).map(textOf) : typeof value === 'string' ? list(value) : [];
const page = (c: JiraContext, size: number): { startAt: number; maxResults: number } => ({
  startAt: Number(c.req.query('startAt') ?? 0),
  maxResults: Number(c.req.query('maxResults') ?? size),
});

/** `/rest/api/3/issue…`: what tickets need. */
export function issueRoutes(desk: Desk): Hono<JiraEnv> {
  const app = new Hono<JiraEnv>();
  const stored = (c: JiraContext): StoredIssue => findIssue(c.get('site'), c.req.param('issue') ?? '');

  app.post('/', async (c) => {
    const site = c.get('site');
    const issue = createIssue(site, c.get('actor'), await readObject(c));
    desk.changed(site, 'jira:issue_created', issue, c.get('actor'));
    return c.json({ id: issue.id, key: issue.key, self: `${desk.baseUrl}/rest/api/3/issue/${issue.id}` }, 201);
  });

  app.post('/bulkfetch', async (c) => {
    const body = await readObject(c);
    const wanted = texts(body['issueIdsOrKeys']);
    if (wanted.length === 0) throw badRequest('issueIdsOrKeys must not be empty.');
    if (wanted.length > 100) throw badRequest('The number of issues to fetch must not exceed 100.');
    const site = c.get('site');
    const fields = texts(body['fields']);
    const issues = wanted.flatMap((idOrKey) =>
      site.issues.filter(({ live }) => live.id === idOrKey || live.key === idOrKey.toUpperCase()),
    );
    const options = {
      fields: fields.length === 0 ? ['*navigable'] : fields,
      properties: texts(body['properties']),
      expand: texts(body['expand']),
    };
    return c.json({
      expand: 'schema,names',
      issueErrors: [],
      issues: [...new Set(issues)].map(({ live }) => desk.shapes(site).issue(live, options)),
    });
  });

  app.get('/:issue', (c) => {
    const fields = c.req.queries('fields')?.flatMap(list) ?? [];
    const options = {
      fields: fields.length === 0 ? ['*all'] : fields,
      properties: c.req.queries('properties')?.flatMap(list) ?? [],
      expand: list(c.req.query('expand')),
    };
    return c.json(desk.shapes(c.get('site')).issue(stored(c).live, options));
  });

  app.put('/:issue', async (c) => {
    const site = c.get('site');
    const issue = stored(c);
    const changes = editIssue(site, issue, c.get('actor'), await readObject(c));
    desk.changed(site, 'jira:issue_updated', issue.live, c.get('actor'), changes);
    if (c.req.query('returnIssue') === 'true')
      return c.json(
        desk.shapes(site).issue(issue.live, { fields: ['*all'], properties: [], expand: list(c.req.query('expand')) }),
      );
    return c.body(null, 204);
  });

  app.delete('/:issue', (c) => {
    desk.remove(c.get('site'), stored(c), c.get('actor'));
    return c.body(null, 204);
  });

  app.put('/:issue/assignee', async (c) => {
    const site = c.get('site');
    const issue = stored(c);
    const { accountId = null } = await readObject(c);
    const changes = editIssue(site, issue, c.get('actor'), {
      fields: { assignee: accountId === null ? null : { accountId } },
    });
    desk.changed(site, 'jira:issue_updated', issue.live, c.get('actor'), changes);
    return c.body(null, 204);
  });

  app.get('/:issue/changelog', (c) => {
    const { startAt, maxResults } = page(c, 100);
    const { history } = stored(c).live;
    const values = history
      .slice(startAt, startAt + maxResults)
      .map((entry) => desk.shapes(c.get('site')).change(entry));
    return c.json({
      self: c.req.url,
      maxResults,
      startAt,
      total: history.length,
      isLast: startAt + values.length >= history.length,
      values,
    });
  });

  app.get('/:issue/properties', (c) => {
    const { id, properties } = stored(c).live;
    return c.json({
      keys: Object.keys(properties).map((key) => ({
        self: `${desk.baseUrl}/rest/api/3/issue/${id}/properties/${encodeURIComponent(key)}`,
        key,
      })),
    });
  });
  app.get('/:issue/properties/:key', (c) => {
    const { properties } = stored(c).live;
    const key = c.req.param('key');
    if (!Object.hasOwn(properties, key)) throw notFound(`The property with key '${key}' does not exist.`);
    return c.json({ key, value: properties[key] ?? null });
  });
  app.put('/:issue/properties/:key', async (c) => {
    const site = c.get('site');
    const issue = stored(c);
    const key = c.req.param('key');
    const value = requirePropertyValue(key, await readJson(c));
    const known = Object.hasOwn(issue.live.properties, key);
    issue.live.properties[key] = value;
    touch(site, issue, [], c.get('actor'));
    desk.changed(site, 'jira:issue_updated', issue.live, c.get('actor'));
    return c.json({}, known ? 200 : 201);
  });

  app.get('/:issue/comment', (c) => {
    const { startAt, maxResults } = page(c, 100);
    const { live } = stored(c);
    const all = c.req.query('orderBy')?.startsWith('-') === true ? live.comments.toReversed() : live.comments;
    const comments = all
      .slice(startAt, startAt + maxResults)
      .map((comment) => desk.shapes(c.get('site')).comment(live, comment));
    return c.json({ startAt, maxResults, total: live.comments.length, comments });
  });
  app.post('/:issue/comment', async (c) => {
    const site = c.get('site');
    const issue = stored(c);
    const comment = desk.comment(site, issue, c.get('actor'), (await readObject(c))['body']);
    return c.json(desk.shapes(site).comment(issue.live, comment), 201);
  });
  app.get('/:issue/comment/:id', (c) => {
    const { live } = stored(c);
    const comment = live.comments.find((candidate) => candidate.id === c.req.param('id'));
    if (comment === undefined) throw notFound(`Can not find a comment for the id: ${c.req.param('id')}.`);
    return c.json(desk.shapes(c.get('site')).comment(live, comment));
  });

  app.get('/:issue/transitions', (c) => {
    const site = c.get('site');
    const { live } = stored(c);
    const only = c.req.query('transitionId');
    const transitions = transitionsOf(site, live).filter((transition) => only === undefined || transition.id === only);
    const withFields = list(c.req.query('expand')).includes('transitions.fields');
    return c.json({
      expand: 'transitions',
      transitions: transitions.map((transition) => desk.shapes(site).transition(transition, live.status, withFields)),
    });
  });
  app.post('/:issue/transitions', async (c) => {
    await desk.transition(c.get('site'), stored(c), c.get('actor'), await readObject(c));
    return c.body(null, 204);
  });

  app.get('/:issue/remotelink', (c) => {
    const { live } = stored(c);
    const globalId = c.req.query('globalId');
    const shapes = desk.shapes(c.get('site'));
    if (globalId === undefined) return c.json(live.remoteLinks.map((link) => shapes.remoteLink(live, link)));
    const link = live.remoteLinks.find((candidate) => candidate.globalId === globalId);
    if (link === undefined) throw notFound(`A remote issue link with the given globalId '${globalId}' does not exist.`);
    return c.json(shapes.remoteLink(live, link));
  });
  app.post('/:issue/remotelink', async (c) => {
    const site = c.get('site');
    const issue = stored(c);
    const { id, created } = putRemoteLink(site, issue, c.get('actor'), await readObject(c));
    desk.changed(site, 'jira:issue_updated', issue.live, c.get('actor'));
    return c.json(
      { id, self: `${desk.baseUrl}/rest/api/3/issue/${issue.live.key}/remotelink/${id}` },
      created ? 201 : 200,
    );
  });

  app.get('/:issue/watchers', (c) => {
    const { live } = stored(c);
    const shapes = desk.shapes(c.get('site'));
    return c.json({
      self: `${desk.baseUrl}/rest/api/3/issue/${live.key}/watchers`,
      isWatching: live.watchers.includes(c.get('actor')),
      watchCount: live.watchers.length,
      watchers: live.watchers.map((accountId) => shapes.user(accountId)),
    });
  });
  app.post('/:issue/watchers', async (c) => {
    const site = c.get('site');
    const issue = stored(c);
    const value = await readJson(c);
    const accountId = value === null || value === '' ? c.get('actor') : textOf(value);
    if (!site.users.some((user) => user.accountId === accountId && user.active))
      throw badFields({ watcher: `User with accountId '${accountId}' does not exist or cannot view this issue.` });
    if (!issue.live.watchers.includes(accountId)) issue.live.watchers.push(accountId);
    desk.changed(site, 'jira:issue_updated', issue.live, c.get('actor'));
    return c.body(null, 204);
  });
  app.delete('/:issue/watchers', (c) => {
    const site = c.get('site');
    const issue = stored(c);
    issue.live.watchers = issue.live.watchers.filter((accountId) => accountId !== c.req.query('accountId'));
    desk.changed(site, 'jira:issue_updated', issue.live, c.get('actor'));
    return c.body(null, 204);
  });
  return app;
}
