import { Hono } from 'hono';
import { z } from 'zod';
import type { Desk, JiraEnv } from './desk.ts';
import { credentials } from '../kit/basic-auth.ts';
import { FaultSchema } from '../kit/http-faults.ts';
import { readJson } from './gate.ts';
import { findIssue } from './issues.ts';
import { transitionsOf } from './transitions.ts';
import { ISSUE_TYPE_IDS, type Json, type SiteState } from './model.ts';
import { JiraRefusal } from './refusal.ts';
import { accountIdOf } from './site-book.ts';

const StatusSchema = z.strictObject({
  id: z.string(),
  name: z.string().min(1),
  category: z.literal(['new', 'indeterminate', 'done']),
});
const TransitionSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  from: z.array(z.string()).optional(),
  to: z.string(),
  screen: z.array(z.string()).optional(),
});

/** What `PUT /_sandbox/site` may set; whatever is left out stays as it is. */
export const SiteSettingsSchema = z.strictObject({
  projects: z
    .array(
      z.strictObject({
        key: z.string().regex(/^[A-Z][A-Z0-9_]{1,9}$/),
        name: z.string().min(1),
        issueTypes: z.array(z.string().min(1)).min(1).optional(),
      }),
    )
    .min(1)
    .optional(),
  users: z
    .array(
      z.strictObject({
        accountId: z.string().min(1).max(128),
        displayName: z.string().min(1),
        emailAddress: z.email(),
        active: z.boolean().default(true),
      }),
    )
    .optional(),
  statuses: z.array(StatusSchema).min(1).optional(),
  transitions: z.array(TransitionSchema).min(1).optional(),
  customFields: z
    .array(
      z.strictObject({
        id: z.string().regex(/^customfield_\d+$/),
        name: z.string().min(1),
        type: z.literal(['string', 'textarea', 'number', 'date', 'select', 'labels']),
        required: z.boolean().default(false),
        options: z.array(z.string()).default([]),
      }),
    )
    .optional(),
  /** Milliseconds until a new or changed issue is found by search. */
  indexDelayMs: z.int().nonnegative().optional(),
  transitionMs: z.int().nonnegative().optional(),
  /** The only token that this site accepts; null accepts any. */
  requireToken: z.string().nullable().optional(),
  indexedProperties: z.union([z.literal('all'), z.array(z.string())]).optional(),
  rateLimits: z
    .strictObject({
      getPostPerSecond: z.number().positive().optional(),
      putDeletePerSecond: z.number().positive().optional(),
      burstSeconds: z.number().positive().optional(),
      issueWritesPer2s: z.int().positive().optional(),
      issueWritesPer30s: z.int().positive().optional(),
    })
    .optional(),
  webhook: z
    .strictObject({ url: z.url(), secret: z.string().min(1).optional() })
    .nullable()
    .optional(),
});
export type NewSettings = z.infer<typeof SiteSettingsSchema>;

const ActSchema = z.strictObject({
  issue: z.string(),
  as: z.string(),
  transitionTo: z.string().optional(),
  comment: z.unknown().optional(),
  moveToProject: z.string().optional(),
  delete: z.literal(true).optional(),
});

function read<T>(schema: z.ZodType<T>, value: Json): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new JiraRefusal(
    400,
    parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`),
  );
}

function applySettings(site: SiteState, wanted: NewSettings): void {
  const { projects, users, rateLimits, ...plain } = wanted;
  const statuses = wanted.statuses ?? site.statuses;
  const stray = (wanted.transitions ?? site.transitions)
    .flatMap((transition) => [transition.to, ...(transition.from ?? [])])
    .find((name) => !statuses.some((status) => status.name === name));
  if (stray !== undefined)
    throw new JiraRefusal(400, [
      `transitions: '${stray}' is no status of this site; set statuses and transitions together.`,
    ]);
  for (const [name, value] of Object.entries(plain)) if (value !== undefined) Object.assign(site, { [name]: value });
  if (projects !== undefined) {
    site.projects = projects.map((project, index) => {
      const known = site.projects.find((candidate) => candidate.key === project.key);
      const issueTypes = project.issueTypes?.map((name, place) => ({
        name,
        id: ISSUE_TYPE_IDS[name] ?? String(10_100 + place),
      }));
      return {
        id: known?.id ?? String(10_000 + site.projects.length + index),
        key: project.key,
        name: project.name,
        issueTypes:
          issueTypes ?? known?.issueTypes ?? Object.entries(ISSUE_TYPE_IDS).map(([name, id]) => ({ id, name })),
        lastIssueNumber: known?.lastIssueNumber ?? 0,
      };
    });
  }
  if (users !== undefined) {
    const own = accountIdOf(site.email);
    const me = site.users.find((user) => user.accountId === own);
    // The API user cannot be taken away: somebody signed in with it.
    site.users = [...(me === undefined || users.some((user) => user.accountId === own) ? [] : [me]), ...users];
  }
  if (rateLimits !== undefined)
    site.rateLimits = {
      ...site.rateLimits,
      ...Object.fromEntries(Object.entries(rateLimits).filter(([, value]) => value !== undefined)),
    };
}

function settingsOf(site: SiteState): object {
  const { issues, nextId: _nextId, revision: _revision, requireToken, webhook, ...settings } = site;
  return {
    ...settings,
    requiresToken: requireToken !== null,
    webhook: webhook === null ? null : { url: webhook.url, signed: webhook.secret !== undefined },
    issueCount: issues.length,
    me: accountIdOf(site.email),
  };
}

/** `/_sandbox/…`: what no real Jira has. Basic auth chooses the site; any token will do here. */
export function controlRoutes(desk: Desk): Hono<JiraEnv> {
  const app = new Hono<JiraEnv>();
  app.get('/health', (c) => c.json({ ok: true, service: 'jira', sites: desk.book.all().length }));
  app.use('*', async (c, next) => {
    const who = credentials(c.req.header('authorization'));
    if (who === undefined)
      throw new JiraRefusal(401, ['Say which site: basic auth with the e-mail of the Jira user and any token.']);
    c.set('site', desk.book.of(who.email));
    return next();
  });
  app.post('/reset', (c) => {
    const { email } = c.get('site');
    desk.faults.clear(email);
    desk.calls.clear(email);
    desk.limiter.forget(email);
    desk.book.reset(email);
    return c.json({ reset: email });
  });
  app.get('/site', (c) => c.json(settingsOf(c.get('site'))));
  app.put('/site', async (c) => {
    const site = c.get('site');
    applySettings(site, read(SiteSettingsSchema, await readJson(c)));
    desk.limiter.forget(site.email);
    desk.book.save(site);
    return c.json(settingsOf(site));
  });
  app.get('/issues', (c) => {
    const now = Date.now();
    return c.json({
      issues: c.get('site').issues.map(({ live, indexed }) => ({
        ...live,
        inSearch: indexed.some((version) => version.visibleAtMs <= now),
        searchIsCurrent: indexed.every((version) => version.visibleAtMs <= now),
      })),
    });
  });
  app.get('/calls', (c) => c.json({ calls: desk.calls.of(c.get('site').email) }));
  app.delete('/calls', (c) => {
    desk.calls.clear(c.get('site').email);
    return c.body(null, 204);
  });
  app.get('/faults', (c) => c.json({ faults: desk.faults.list(c.get('site').email) }));
  app.post('/faults', async (c) =>
    c.json(desk.faults.add(c.get('site').email, read(FaultSchema, await readJson(c))), 201),
  );
  app.delete('/faults', (c) => {
    desk.faults.clear(c.get('site').email);
    return c.body(null, 204);
  });
  /** A person of the site does what the page's buttons do. */
  app.post('/act', async (c) => {
    const site = c.get('site');
    const act = read(ActSchema, await readJson(c));
    const stored = findIssue(site, act.issue);
    if (!site.users.some((user) => user.accountId === act.as))
      throw new JiraRefusal(400, [`as: ${act.as} is nobody on this site.`]);
    if (act.comment !== undefined) desk.comment(site, stored, act.as, act.comment as Json);
    if (act.transitionTo !== undefined) {
      const transition = transitionsOf(site, stored.live).find((candidate) => candidate.to === act.transitionTo);
      if (transition === undefined)
        throw new JiraRefusal(400, [
          `transitionTo: ${stored.live.key} cannot go from ${stored.live.status} to ${act.transitionTo}.`,
        ]);
      await desk.transition(site, stored, act.as, { transition: { id: transition.id } });
    }
    if (act.moveToProject !== undefined) desk.move(site, stored, act.as, act.moveToProject);
    if (act.delete === true) desk.remove(site, stored, act.as);
    return c.json({ key: stored.live.key, status: stored.live.status });
  });
  return app;
}
