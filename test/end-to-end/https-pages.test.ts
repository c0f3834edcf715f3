import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JournalEvent } from '../../domain/journal-entry.ts';
import { createAuthority, startHttpsPages } from '../engine/certificates.ts';
import type { Authority, HttpsPages } from '../engine/certificates.ts';
import { expectEnding } from '../engine/ending.ts';
import { startWorldProcess } from '../engine/processes.ts';
import type { WorldProcess } from '../engine/processes.ts';
import {
  answerAll,
  documentText,
  signOff,
  startReview,
  untilReview,
  untilReviewAsked,
  withReviewedDocument,
} from '../engine/reviewing.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

/** Reviews of a page on a company's own server, whose certificate the company's own authority has signed: real TLS all the way. */

/** What the server sends; nothing: there is no page. */
interface Page {
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}
let page: Page | undefined;
let authority: Authority;
let stranger: Authority;
let pages: HttpsPages;
/** A server next to it, whose authority nobody was told of. */
let other: HttpsPages;
let world: World;
let worker: WorldProcess | undefined;

beforeAll(async () => {
  authority = await createAuthority();
  stranger = await createAuthority();
  other = await startHttpsPages(await stranger.issue('localhost'), (_, response) => void response.end('here'));
  pages = await startHttpsPages(await authority.issue('localhost'), ({ url }, response) => {
    if (url === '/moved') return void response.writeHead(301, { location: '/recovery' }).end();
    if (url !== '/recovery' || page === undefined) return void response.writeHead(404).end('nothing here');
    response.writeHead(page.status ?? 200, page.headers).end(page.body);
  });
  world = await createWorld({
    source: false,
    catalog: (text) =>
      withReviewedDocument()(text)
        .replace('path: recovery.md', `url: ${pages.url}/moved`)
        .replace('folder: .', 'folder: .\n    internalHosts: [localhost]'),
  });
});
afterAll(async () => {
  await worker?.[Symbol.asyncDispose]();
  await world.close();
  for (const one of [pages, other, authority, stranger]) await one[Symbol.asyncDispose]();
});

const html = { 'content-type': 'text/html; charset=utf-8' };
const checkOf = () => `document:recovery:${pages.url}/moved`;

/** The recovery document as a web page. */
function pageWith(change: Readonly<Record<string, string>> = {}): string {
  const link = `<p>See <a href="${other.url}/runbook">the runbook</a>.</p>`;
  const blocks = documentText(world, change).split('\n\n');
  return `<!doctype html><html><body>${blocks.map(htmlOf).join('\n')}${link}</body></html>`;
}

function htmlOf(block: string): string {
  const [, marks, title] = /^(#+) (.*)$/.exec(block) ?? [];
  if (marks !== undefined) return `<h${marks.length}>${title}</h${marks.length}>`;
  const lines = block.split('\n');
  if (!block.startsWith('|')) return `<ol>${lines.map((line) => `<li>${line}</li>`).join('')}</ol>`;
  const cells = (line: string) => line.slice(2, -2).split(' | ');
  const rows = lines
    .filter((line) => !line.startsWith('|---'))
    .map(
      (line) =>
        `<tr>${cells(line)
          .map((cell) => `<td>${cell}</td>`)
          .join('')}</tr>`,
    );
  return `<table>${rows.join('')}</table>`;
}

const hashOf = (body: string): string => createHash('sha256').update(body).digest('hex');

/** What the journal says of the reading of documents, in order. */
async function readings(runId: string): Promise<readonly object[]> {
  const rows = await world.store
    .selectFrom('journal')
    .select('body')
    .where('run_id', '=', runId)
    .orderBy('number')
    .execute();
  return rows
    .map(({ body }) => (JSON.parse(body) as { event: JournalEvent }).event)
    .flatMap((event) => (event.type === 'review-document-read' ? [event.document] : []));
}

test('whose authority the worker was not told of is not read: unproven at once, and the finding says what to do', async () => {
  page = { headers: html, body: pageWith() };
  const run = await expectEnding(world, await startReview(world), {
    verdict: 'unproven',
    reason: /the certificate of its server is not trusted \(.*certificate.*\)/,
    findings: [`${checkOf()}/document-not-trusted`],
    copy: 'none',
  });
  expect(run.projection.findings).toMatchObject([
    {
      lookFirst: expect.stringMatching(
        /its certificate \(PEM\) in a file, the absolute path of the file in NODE_EXTRA_CA_CERTS/,
      ),
    },
  ]);
});

test('is read by a worker that trusts it, where it moved to, with hash and version; changed, it is asked about anew', async () => {
  await world.stopWorkers();
  worker = await startWorldProcess(world, 'worker', { NODE_EXTRA_CA_CERTS: authority.file });
  const first = pageWith({ retention: '14 days' });
  page = { headers: { ...html, etag: '"7"' }, body: first };
  const runId = await startReview(world);
  const view = await untilReviewAsked(world, runId);
  expect(view.documents).toMatchObject([
    { title: 'Recovery of Jira Cloud', where: `${pages.url}/moved`, version: '"7"', hash: hashOf(first) },
  ]);
  expect(view.links.filter(({ kind }) => kind === 'link')).toMatchObject([
    { target: `${other.url}/runbook`, outcome: 'unknown', detail: expect.stringContaining('not trusted here') },
  ]);
  await answerAll(world, runId, 'priya');

  // Whoever answers in its place while it is signed is not believed, and what was answered stays.
  pages.showCertificate(await stranger.issue('localhost'));
  await signOff(world, runId, 'priya');
  await untilReview(world, runId, ({ voidSignOffs }) => voidSignOffs.length === 1, 'void');
  pages.showCertificate(await authority.issue('localhost'));

  const second = pageWith();
  page = { headers: { ...html, 'last-modified': 'Sat, 28 Nov 2026 09:00:00 GMT' }, body: second };
  await signOff(world, runId, 'priya');
  const again = await untilReview(world, runId, ({ voidSignOffs }) => voidSignOffs.length === 2, 'void again');
  expect(again.voidSignOffs.map(({ code }) => code)).toEqual(['not-readable', 'document-changed']);
  await answerAll(world, runId, 'priya');
  await signOff(world, runId, 'priya');
  await expectEnding(world, runId, { verdict: 'confirmed', findings: [], copy: 'none' });
  expect(await readings(runId)).toMatchObject([
    { version: '"7"', hash: hashOf(first) },
    { version: 'Sat, 28 Nov 2026 09:00:00 GMT', hash: hashOf(second) },
  ]);
});

test('that is not there, is too large, or has a certificate for another name is a finding; one that leads elsewhere is our own fault', async () => {
  const ends = async (shown: Page | undefined, verdict: 'unproven' | 'inconclusive', reason: RegExp, cause: string) => {
    page = shown;
    await expectEnding(world, await startReview(world), { verdict, reason, findings: [cause], copy: 'none' });
  };
  const missing = (code: string) => `${checkOf()}/${code}`;
  await ends(undefined, 'unproven', /There is no document at/, missing('document-not-found'));
  const large = { headers: html, body: 'x'.repeat(2_000_001) };
  await ends(large, 'unproven', /more than 2000000 bytes/, missing('document-unreadable'));
  const away = (location: string) => ({ status: 302, headers: { location } });
  const refused = 'documentation-review/document-no-permission';
  await ends(away('https://login.example.com/'), 'inconclusive', /sends on to https:\/\/login\.example\.com/, refused);
  const unsafe = away(pages.url.replace('https', 'http'));
  await ends(unsafe, 'inconclusive', /sends on to http:.*anybody could answer/, refused);
  pages.showCertificate(await authority.issue('wiki.example.com'));
  await ends(large, 'unproven', /wiki\.example\.com/, missing('document-not-trusted'));
});
