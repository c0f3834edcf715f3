import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import type { ConfluenceContext, ConfluenceEnv, Desk } from './desk.ts';
import { addressOf, newestOf } from './model.ts';
import type { PageVersion, SiteState, StoredPage } from './model.ts';
import { badRequest, notFound } from './refusal.ts';
import { storageToHtml } from './storage-html.ts';

const accountIdOf = (name: string): string =>
  `712020:${createHash('sha256').update(name.toLowerCase()).digest('hex').slice(0, 32)}`;

const versionOf = ({ number, message, author, createdAt }: PageVersion): object => ({
  number,
  message,
  minorEdit: false,
  authorId: accountIdOf(author),
  createdAt,
});

/** Forms of the body that this sandbox can give; the real one has more. */
const bodyOf = (form: string | undefined, { storage }: PageVersion): object => {
  switch (form) {
    case undefined:
      return {};
    case 'storage':
      return { storage: { representation: 'storage', value: storage } };
    case 'view':
      return { view: { representation: 'view', value: storageToHtml(storage) } };
    default:
      throw badRequest(`body-format: this sandbox has storage and view, not ${form}.`);
  }
};

/** `/wiki/api/v2`: what reading documents needs, and no more. */
export function restRoutes(desk: Desk): Hono<ConfluenceEnv> {
  const app = new Hono<ConfluenceEnv>();
  const base = (): string => `${desk.baseUrl}/wiki`;
  const found = (site: SiteState, id: string): StoredPage => {
    if (!/^\d+$/.test(id))
      throw badRequest(`Provided value {${id}} for 'id' is not the correct type. Expected type is long`);
    const page = site.pages.find((one) => one.id === id && one.visible);
    if (page === undefined) throw notFound(`There is no page ${id} that this user may see.`);
    return page;
  };
  app.get('/spaces', (c) => {
    const site = desk.site(c);
    // A space of which nothing may be seen is not there either.
    const seen = site.spaces.filter(({ id }) => {
      const pages = site.pages.filter(({ spaceId }) => spaceId === id);
      return pages.length === 0 || pages.some(({ visible }) => visible);
    });
    const results = seen
      .slice(0, limitOf(c))
      .map(({ id, key, name }) => ({ id, key, name, type: 'global', status: 'current' }));
    return c.json({ results, _links: { base: base() } });
  });
  app.get('/pages/:id', (c) => {
    const site = desk.site(c);
    const page = found(site, c.req.param('id'));
    const wanted = c.req.query('version');
    const version =
      wanted === undefined ? newestOf(page) : page.versions.find(({ number }) => String(number) === wanted);
    if (version === undefined) throw notFound(`Page ${page.id} has no version ${wanted ?? ''}.`);
    const [first = version] = page.versions;
    const { id, spaceId } = page;
    const author = accountIdOf(first.author);
    return c.json({
      id,
      status: 'current',
      title: version.title,
      spaceId,
      parentId: null,
      parentType: null,
      position: 0,
      authorId: author,
      ownerId: author,
      lastOwnerId: null,
      createdAt: first.createdAt,
      version: versionOf(version),
      body: bodyOf(c.req.query('body-format'), version),
      _links: { webui: addressOf(site, page), editui: `/pages/resumedraft.action?draftId=${id}`, base: base() },
    });
  });
  app.get('/pages/:id/versions', (c) => {
    const page = found(desk.site(c), c.req.param('id'));
    const results = page.versions.toReversed().slice(0, limitOf(c)).map(versionOf);
    return c.json({ results, _links: { base: base() } });
  });
  return app;
}

function limitOf(c: ConfluenceContext): number {
  const limit = Number(c.req.query('limit') ?? 25);
  if (!Number.isInteger(limit) || limit < 1 || limit > 250) throw badRequest('limit: a whole number from 1 to 250.');
  return limit;
}
