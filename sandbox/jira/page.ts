import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { html } from 'hono/html';
import { adfToHtml, type Html } from './adf-html.ts';
import type { Desk, JiraContext, JiraEnv } from './desk.ts';
import { findIssue } from './issues.ts';
import { transitionsOf } from './transitions.ts';
import { type Issue, type SiteState, textOf } from './model.ts';
import { chip, day, frame, nameOf, when } from './page-frame.ts';
import { JiraRefusal, notFound } from './refusal.ts';

/** The pages for people: a list of issues, and one issue on which any person of the site can act. */
export function pageRoutes(desk: Desk): Hono<JiraEnv> {
  const app = new Hono<JiraEnv>();
  const revision = (site: SiteState | undefined): string =>
    site === undefined
      ? desk.book
          .all()
          .map((each) => each.revision)
          .join('.')
      : String(site.revision);
  const send = (
    c: JiraContext,
    title: string,
    site: SiteState | undefined,
    body: Html,
  ): Response | Promise<Response> => {
    const nonce = randomBytes(12).toString('base64');
    c.header(
      'Content-Security-Policy',
      `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    );
    c.header('Cache-Control', 'no-store');
    return c.html(frame({ title, site, sites: desk.book.all().length, nonce, revision: revision(site), body }));
  };
  /** The site named in the address, else the only one. */
  const chosen = (c: JiraContext): SiteState | undefined => {
    const email = c.req.query('site');
    const all = desk.book.all();
    if (email !== undefined) return desk.book.find(email);
    return all.length === 1 && c.req.query('sites') === undefined ? all[0] : undefined;
  };

  app.get('/_page/revision', (c) =>
    c.text(revision(c.req.query('site') === undefined && desk.book.all().length > 1 ? undefined : chosen(c))),
  );
  app.get('/', (c) => {
    const site = chosen(c);
    return site === undefined
      ? send(c, 'Jira sandbox', undefined, sitesBody(desk.book.all()))
      : send(c, `Issues · Jira sandbox`, site, listBody(site));
  });
  app.get('/browse/:key', (c) => {
    const key = c.req.param('key').toUpperCase();
    const site = chosen(c) ?? desk.book.all().find((each) => each.issues.some(({ live }) => live.key === key));
    if (site === undefined) throw notFound(`There is no issue ${key} on any site of this sandbox.`);
    // The site goes into the address, so that refresh and links stay with it.
    if (c.req.query('site') === undefined && desk.book.all().length > 1)
      return c.redirect(`/browse/${encodeURIComponent(key)}?site=${encodeURIComponent(site.email)}`);
    const { live } = findIssue(site, key);
    return send(
      c,
      `${live.key} ${live.summary}`,
      site,
      issueBody(site, live, /(?:^|; )jira_as=([^;]+)/.exec(c.req.header('cookie') ?? '')?.[1], c.req.query('said')),
    );
  });
  app.post('/browse/:key/act', async (c) => {
    // Another page in the same browser must not press our buttons.
    const origin = c.req.header('origin');
    if (origin !== undefined && origin !== 'null' && new URL(origin).host !== c.req.header('host'))
      throw new JiraRefusal(403, ['This form came from another site.']);
    const form = new URLSearchParams(await c.req.text());
    const site = desk.book.find(form.get('site') ?? '');
    const actor = form.get('as') ?? '';
    if (site === undefined || !site.users.some((user) => user.accountId === actor))
      throw new JiraRefusal(400, ['Choose a person to act as.']);
    const stored = findIssue(site, c.req.param('key'));
    const back = `/browse/${stored.live.key}?site=${encodeURIComponent(site.email)}`;
    c.header('Set-Cookie', `jira_as=${encodeURIComponent(actor)}; Path=/; SameSite=Strict; HttpOnly`);
    try {
      const text = form.get('comment')?.trim() ?? '';
      if (text !== '') desk.comment(site, stored, actor, documentOf(text));
      const transition = form.get('transition');
      if (transition !== null) await desk.transition(site, stored, actor, { transition: { id: transition } });
    } catch (error) {
      if (!(error instanceof JiraRefusal)) throw error;
      return c.redirect(`${back}&said=${encodeURIComponent(error.message)}`, 303);
    }
    return c.redirect(back, 303);
  });
  app.onError((error, c) => {
    if (!(error instanceof JiraRefusal)) throw error;
    c.status(error.status === 404 ? 404 : error.status === 403 ? 403 : 400);
    return send(
      c,
      'Not found · Jira sandbox',
      undefined,
      html`<h1>${error.message}</h1>
        <p><a href="/">All issues</a></p>`,
    );
  });
  return app;
}

/** What a person typed, as a document: a paragraph for each blank line, a break for each new one. */
function documentOf(text: string): {
  type: string;
  version: number;
  content: { type: string; content: ({ type: string; text: string } | { type: string })[] }[];
} {
  const paragraphs = text
    .replaceAll('\r\n', '\n')
    .split(/\n{2,}/)
    .filter((part) => part.trim() !== '');
  const inline = (part: string): ({ type: string; text: string } | { type: string })[] =>
    part
      .split('\n')
      .flatMap((line, index) => [
        ...(index === 0 ? [] : [{ type: 'hardBreak' }]),
        ...(line === '' ? [] : [{ type: 'text', text: line }]),
      ]);
  return { type: 'doc', version: 1, content: paragraphs.map((part) => ({ type: 'paragraph', content: inline(part) })) };
}

function sitesBody(sites: readonly SiteState[]): Html {
  if (sites.length === 0)
    return html`<h1>No site yet</h1>
      <p>
        A site appears when a client first calls with its Jira e-mail address. Start a run that raises a ticket, for
        example <code>npm run demo -- --break stale-backup</code>.
      </p>`;
  return html`<h1>Sites</h1>
    <table class="list">
      <tbody>
        ${sites.map(
          (site) =>
            html`<tr>
              <td class="key"><a href="/?site=${encodeURIComponent(site.email)}">${site.email}</a></td>
              <td>${site.issues.length === 1 ? '1 issue' : `${site.issues.length} issues`}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}

function listBody(site: SiteState): Html {
  const issues = site.issues.map(({ live }) => live).toReversed();
  const open = issues.filter((issue) => issue.resolution === null).length;
  if (issues.length === 0)
    return html`<h1>No issues</h1>
      <p class="muted">Nothing has been raised here. A finding of a run becomes a ticket on this page.</p>`;
  return html`<h1>${site.projects.map((project) => project.name).join(', ')}</h1>
    <p class="muted">${open} open, ${issues.length - open} resolved</p>
    <table class="list">
      <thead>
        <tr>
          <th>Key</th>
          <th>Summary</th>
          <th>Status</th>
          <th>Priority</th>
          <th>Due</th>
          <th>Assignee</th>
        </tr>
      </thead>
      <tbody>
        ${issues.map(
          (issue) =>
            html`<tr>
              <td class="key">
                <a href="/browse/${issue.key}?site=${encodeURIComponent(site.email)}">${issue.key}</a>
              </td>
              <td class="wide">
                <a href="/browse/${issue.key}?site=${encodeURIComponent(site.email)}">${issue.summary}</a>
              </td>
              <td>${chip(site, issue.status)}</td>
              <td>${issue.priority}</td>
              <td class="nowrap">
                ${issue.duedate === null ? html`<span class="muted">no date</span>` : html`${day(issue.duedate)}`}
              </td>
              <td>${nameOf(site, issue.assignee)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}

function issueBody(site: SiteState, issue: Issue, cookie: string | undefined, said: string | undefined): Html {
  const people = site.users.filter((user) => user.active);
  const me = cookie === undefined ? (issue.assignee ?? issue.reporter) : decodeURIComponent(cookie);
  const actAs = html`<label class="muted"
    >Act as
    <select name="as">
      ${people.map((user) => html`<option value="${user.accountId}" ${user.accountId === me ? html` selected` : ''}>${user.displayName}</option>`)}
    </select></label
  >`;
  const form = (content: Html): Html =>
    html`<form method="post" action="/browse/${issue.key}/act">
      <input type="hidden" name="site" value="${site.email}" />${content}
    </form>`;
  const moves = transitionsOf(site, issue).filter((transition) => transition.to !== issue.status);
  return html`${said === undefined ? '' : html`<p class="notice" role="alert">✖ Not done. ${said}</p>`}
    <p class="muted">${issue.projectKey} · ${issue.key} · ${issue.issueType}</p>
    <h1>${issue.summary}</h1>
    <p>
      ${chip(site, issue.status)}${issue.resolution === null ? '' : html` <span class="muted">${issue.resolution}</span>`}
    </p>
    <div class="split">
      <div>
        <section class="card body">
          ${issue.description === null ? html`<p class="muted">No description.</p>` : adfToHtml(issue.description)}
        </section>
        ${
          issue.remoteLinks.length === 0
            ? ''
            : html`<h2>Links</h2>
                <section class="card">
                  <ul>
                    ${issue.remoteLinks.map((link) => remoteLink(link.object, link.relationship))}
                  </ul>
                </section>`
        }
        <h2>Comments</h2>
        <section class="card">
          ${issue.comments.length === 0 ? html`<p class="muted">No comments yet.</p>` : issue.comments.map((comment) => html`<article class="comment"><b>${nameOf(site, comment.author)}</b> <span class="muted">${when(comment.created)}</span>${adfToHtml(comment.body)}</article>`)}
          ${form(
            html`<label class="muted" for="comment">Add a comment</label
              ><textarea id="comment" name="comment" required></textarea>
              <div class="acts"><button class="main">Comment</button>${actAs}</div>`,
          )}
        </section>
        <h2>History</h2>
        <section class="card">
          <ul class="history">
            ${issue.history.toReversed().flatMap((entry) => entry.items.map((item) => html`<li><b>${nameOf(site, entry.author)}</b> ${item.field === 'RemoteIssueLink' ? html`linked <b>${item.toString}</b>` : html`changed ${item.field}: ${item.fromString ?? 'nothing'} → <b>${item.toString ?? 'nothing'}</b>`} <span class="muted">${when(entry.created)}</span></li>`))}
            <li>
              <b>${nameOf(site, issue.creator)}</b> created this issue <span class="muted">${when(issue.created)}</span>
            </li>
          </ul>
        </section>
      </div>
      <aside class="card">
        <dl>
          <dt>Priority</dt>
          <dd>${issue.priority}</dd>
          <dt>Due</dt>
          <dd>${issue.duedate === null ? 'No date' : day(issue.duedate)}</dd>
          <dt>Assignee</dt>
          <dd>${nameOf(site, issue.assignee)}</dd>
          <dt>Reporter</dt>
          <dd>${nameOf(site, issue.reporter)}</dd>
          <dt>Labels</dt>
          <dd>
            ${issue.labels.length === 0 ? 'None' : issue.labels.map((label) => html`<span class="label">${label}</span>`)}
          </dd>
          ${site.customFields
            .filter((field) => issue.custom[field.id] !== undefined && field.type !== 'textarea')
            .map(
              (field) =>
                html`<dt>${field.name}</dt>
                  <dd>${textOf(issue.custom[field.id])}</dd>`,
            )}
          <dt>Updated</dt>
          <dd>${when(issue.updated)}</dd>
        </dl>
        <h2>Move to</h2>
        ${
          moves.length === 0
            ? html`<p class="muted">No step from here.</p>`
            : form(
                html`${actAs}
                  <div class="acts">
                    ${moves.map((transition) => html`<button name="transition" value="${transition.id}">${transition.name}</button>`)}
                  </div>`,
              )
        }
      </aside>
    </div>`;
}

function remoteLink(object: Issue['remoteLinks'][number]['object'], relationship: string | null): Html {
  const url = textOf(object['url']);
  const title = textOf(object['title']);
  const name = /^https?:/i.test(url)
    ? html`<a href="${url}" rel="noopener noreferrer">${title}</a>`
    : html`${title} <span class="muted">${url}</span>`;
  return html`<li>
    ${relationship === null ? '' : html`<span class="muted">${relationship}</span> `}${name}${typeof object['summary'] === 'string' ? html`<br /><span class="muted">${object['summary']}</span>` : ''}
  </li>`;
}
