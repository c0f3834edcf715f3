import { Hono } from 'hono';
import { z } from 'zod';
import { credentials } from '../kit/basic-auth.ts';
import { checkControl, ControlError, parseControlBody } from '../kit/control.ts';
import { FaultSchema } from '../kit/http-faults.ts';
import type { ConfluenceContext, ConfluenceEnv, Desk } from './desk.ts';
import { addressOf, newestOf } from './model.ts';
import type { SiteState, StoredPage } from './model.ts';
import { badRequest, ConfluenceRefusal, notFound } from './refusal.ts';

/** What `PUT /_sandbox/site` may set; whatever is left out stays as it is. */
const SiteSchema = z.strictObject({
  spaces: z
    .array(z.strictObject({ key: z.string().regex(/^~?[A-Za-z0-9]{1,100}$/), name: z.string().min(1) }))
    .min(1)
    .optional(),
  /** The only token that this site accepts; null accepts any. */
  requireToken: z.string().nullable().optional(),
  callsPerSecond: z.number().positive().optional(),
});

/** What `PUT /_sandbox/pages/ID` may say: a new page needs title and storage, of a known one whatever changes. */
const EditSchema = z.strictObject({
  title: z.string().min(1).max(255).optional(),
  storage: z.string().optional(),
  /** A key; default the site's first space. */
  space: z.string().optional(),
  /** False: the API's user may not see it. */
  visible: z.boolean().optional(),
  message: z.string().optional(),
  /** Name of who writes. */
  by: z.string().min(1).default('Somebody'),
});

const told = (site: SiteState, page: StoredPage): object => {
  const { number, title, storage } = newestOf(page);
  const { id, visible, versions } = page;
  return {
    id,
    title,
    version: number,
    visible,
    storage,
    versions: versions.length,
    address: `/wiki${addressOf(site, page)}`,
  };
};

/** `/_sandbox/…`: what no real Confluence has. Basic auth chooses the site; any token will do here. */
export function controlRoutes(desk: Desk): Hono<ConfluenceEnv> {
  const app = new Hono<ConfluenceEnv>();
  const bodyOf = async <T extends z.ZodType>(c: ConfluenceContext, schema: T): Promise<z.infer<T>> => {
    try {
      return checkControl(schema, parseControlBody(Buffer.from(await c.req.arrayBuffer())));
    } catch (error) {
      if (error instanceof ControlError) throw badRequest(error.message);
      throw error;
    }
  };
  app.get('/health', (c) => c.json({ ok: true, service: 'confluence', sites: desk.book.all().length }));
  app.use('*', async (c, next) => {
    const who = credentials(c.req.header('authorization'));
    if (who === undefined)
      throw new ConfluenceRefusal(401, 'UNAUTHORIZED', 'Say which site: basic auth with an e-mail and any token.');
    c.set('email', desk.book.of(who.email).email);
    return next();
  });
  app.post('/reset', (c) => {
    const email = c.get('email');
    desk.faults.clear(email);
    desk.calls.clear(email);
    desk.book.reset(email);
    return c.json({ reset: email });
  });
  app.put('/site', async (c) => {
    const { spaces, ...rest } = await bodyOf(c, SiteSchema);
    const before = desk.site(c);
    const site = desk.book.change(c.get('email'), {
      ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
      ...(spaces === undefined
        ? {}
        : {
            spaces: spaces.map((space, index) => ({
              ...space,
              id:
                before.spaces.find(({ key }) => key === space.key)?.id ?? String(65_540 + before.spaces.length + index),
            })),
          }),
    });
    return c.json({
      spaces: site.spaces,
      callsPerSecond: site.callsPerSecond,
      requiresToken: site.requireToken !== null,
    });
  });
  app.get('/pages', (c) => {
    const site = desk.site(c);
    return c.json({ pages: site.pages.map((page) => told(site, page)) });
  });
  app.put('/pages/:id', async (c) => {
    const id = c.req.param('id');
    if (!/^\d{1,20}$/.test(id)) throw badRequest('The id of a page is a number.');
    const { by, ...edit } = await bodyOf(c, EditSchema);
    const page = desk.write(c.get('email'), { ...edit, id, author: by });
    return c.json(told(desk.site(c), page));
  });
  app.delete('/pages/:id', (c) => {
    const { pages } = desk.site(c);
    const left = pages.filter(({ id }) => id !== c.req.param('id'));
    if (left.length === pages.length) throw notFound('There is no such page.');
    desk.book.change(c.get('email'), { pages: left });
    return c.body(null, 204);
  });
  app.get('/calls', (c) => c.json({ calls: desk.calls.of(c.get('email')) }));
  app.delete('/calls', (c) => {
    desk.calls.clear(c.get('email'));
    return c.body(null, 204);
  });
  app.get('/faults', (c) => c.json({ faults: desk.faults.list(c.get('email')) }));
  app.post('/faults', async (c) => c.json(desk.faults.add(c.get('email'), await bodyOf(c, FaultSchema)), 201));
  app.delete('/faults', (c) => {
    desk.faults.clear(c.get('email'));
    return c.body(null, 204);
  });
  return app;
}
