import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import type { ConfluenceContext, ConfluenceEnv, Desk } from './desk.ts';
import { addressOf, newestOf } from './model.ts';
import type { PageVersion, SiteState, StoredPage } from './model.ts';
import { frame } from './page-frame.ts';
import type { Html } from './page-frame.ts';
import { badRequest, ConfluenceRefusal, notFound } from './refusal.ts';
import { storageToHtml } from './storage-html.ts';

/** The pages for people: every page of a site, one page as it reads, its versions, and a form to change it. */
export function pageRoutes(desk: Desk): Hono<ConfluenceEnv> {
  const app = new Hono<ConfluenceEnv>();
  const revision = (): string =>
    desk.book
      .all()
      .map((site) => site.revision)
      .join('.');
  const send = (c: ConfluenceContext, title: string, body: Html): Response | Promise<Response> => {
    const nonce = randomBytes(12).toString('base64');
    c.header(
      'Content-Security-Policy',
      `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    );
    c.header('Cache-Control', 'no-store');
    return c.html(frame({ title, nonce, revision: revision(), body }));
  };
  /** The site of an address: the one that is named, else the first with that page. */
  const placeOf = (c: ConfluenceContext): { site: SiteState; page: StoredPage } => {
    const id = c.req.param('id');
    const email = c.req.query('site');
    const sites = desk.book.all().filter((site) => email === undefined || site.email === email.toLowerCase());
    for (const site of sites) {
      const page = site.pages.find((one) => one.id === id);
      if (page !== undefined) return { site, page };
    }
    throw notFound(`There is no page ${id ?? ''} on any site of this sandbox.`);
  };

  app.get('/_page/revision', (c) => c.text(revision()));
  app.get('/', (c) => send(c, 'Confluence sandbox', listBody(desk.book.all())));
  app.get('/wiki', (c) => c.redirect('/'));
  app.get('/wiki/spaces/:space/pages/:id/edit', (c) => {
    const { site, page } = placeOf(c);
    return send(c, `Edit ${newestOf(page).title}`, editBody(site, page, newestOf(page).storage, c.req.query('said')));
  });
  app.get('/wiki/spaces/:space/pages/:id/:title?', (c) => {
    const { site, page } = placeOf(c);
    const wanted = c.req.query('version');
    const version = page.versions.find(({ number }) => String(number) === wanted) ?? newestOf(page);
    return send(c, version.title, pageBody(site, page, version));
  });
  app.post('/wiki/spaces/:space/pages/:id/edit', async (c) => {
    // Another page in the same browser must not press our buttons.
    const origin = c.req.header('origin');
    if (origin !== undefined && origin !== 'null' && new URL(origin).host !== c.req.header('host'))
      throw new ConfluenceRefusal(403, 'FORBIDDEN', 'This form came from another site.');
    const form = new URLSearchParams(await c.req.text());
    const site = desk.book.find(form.get('site') ?? '');
    const page = site?.pages.find(({ id }) => id === c.req.param('id'));
    if (site === undefined || page === undefined) throw badRequest('This form belongs to no page.');
    const storage = (form.get('storage') ?? '').replaceAll('\r\n', '\n');
    try {
      desk.write(site.email, {
        id: page.id,
        storage,
        message: form.get('message') ?? '',
        author: form.get('author')?.trim() || 'Somebody',
        basedOn: Number(form.get('version')),
      });
    } catch (error) {
      if (!(error instanceof ConfluenceRefusal)) throw error;
      // What was typed is not lost.
      c.status(error.status);
      return send(c, `Edit ${newestOf(page).title}`, editBody(site, page, storage, error.message));
    }
    return c.redirect(linkOf(site, page), 303);
  });
  app.onError((error, c) => {
    if (!(error instanceof ConfluenceRefusal)) throw error;
    c.status(error.status);
    return send(
      c,
      'Not found',
      html`<h1>${error.message}</h1>
        <p><a href="/">All pages</a></p>`,
    );
  });
  return app;
}

const linkOf = (site: SiteState, page: StoredPage): string =>
  `/wiki${addressOf(site, page)}?site=${encodeURIComponent(site.email)}`;

const when = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;

function listBody(sites: readonly SiteState[]): Html {
  const written = sites.filter(({ pages }) => pages.length > 0);
  if (written.length === 0)
    return html`<h1>No pages yet</h1>
      <p class="muted">Whoever sets up the sandbox puts pages here (PUT /_sandbox/pages/ID).</p>`;
  return html`${written.map(
    (site) =>
      html`<p class="muted">Site of ${site.email}</p>
        ${site.spaces.map((space) => {
          const pages = site.pages.filter(({ spaceId }) => spaceId === space.id);
          return pages.length === 0
            ? ''
            : html`<h1>${space.name}</h1>
                <ul class="list card">
                  ${pages.map((page) => {
                    const { title, number, author, createdAt } = newestOf(page);
                    return html`<li>
                      <a href="${linkOf(site, page)}">${title}</a><br /><span class="muted"
                        >version ${number}, ${author},
                        ${when(createdAt)}${page.visible ? '' : ' · not visible to the API’s user'}</span
                      >
                    </li>`;
                  })}
                </ul>`;
        })}`,
  )}`;
}

function pageBody(site: SiteState, page: StoredPage, version: PageVersion): Html {
  const newest = newestOf(page);
  const space = site.spaces.find(({ id }) => id === page.spaceId);
  const edit = `/wiki/spaces/${space?.key ?? ''}/pages/${page.id}/edit?site=${encodeURIComponent(site.email)}`;
  return html`<p class="muted"><a href="/">${space?.name ?? ''}</a> · page ${page.id}</p>
    <h1>${version.title}</h1>
    <p class="muted">
      Version ${version.number}${version.number === newest.number ? '' : ` of ${newest.number}`} by ${version.author},
      ${when(version.createdAt)} · <a href="${edit}">Edit</a>
    </p>
    <section class="card body">${raw(storageToHtml(version.storage))}</section>
    <h2>Versions</h2>
    <ul class="list card">
      ${page.versions.toReversed().map(
        ({ number, author, message, createdAt }) =>
          html`<li>
            <a href="${linkOf(site, page)}&version=${number}">Version ${number}</a> ${author}
            <span class="muted">${when(createdAt)}${message === '' ? '' : ` · ${message}`}</span>
          </li>`,
      )}
    </ul>`;
}

function editBody(site: SiteState, page: StoredPage, storage: string, said: string | undefined): Html {
  const { title, number } = newestOf(page);
  return html`${said === undefined ? '' : html`<p class="notice" role="alert">✖ Not saved. ${said}</p>`}
    <h1>Edit ${title}</h1>
    <form method="post">
      <input type="hidden" name="site" value="${site.email}" /><input type="hidden" name="version" value="${number}" />
      <p>
        <label for="storage">The page in storage format</label
        ><textarea id="storage" name="storage" rows="28" required>${storage}</textarea>
      </p>
      <p><label for="author">Your name</label><input id="author" name="author" required maxlength="80" /></p>
      <p><label for="message">What you changed</label><input id="message" name="message" maxlength="200" /></p>
      <p><button class="main">Save</button> <a href="${linkOf(site, page)}">Cancel</a></p>
    </form>`;
}
