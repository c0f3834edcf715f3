import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkDocuments } from './doctor.ts';
import { readSource } from './read-source.ts';
import type { DocumentSources } from './read-source.ts';
import { confluenceScene } from './sandbox-harness.ts';
import type { ConfluenceScene } from './sandbox-harness.ts';

let scene: ConfluenceScene;
beforeEach(async () => {
  scene = await confluenceScene();
  await scene.control('PUT', 'pages/196613', {
    title: 'Restore of issues',
    storage: '<h2>issues-db</h2><table><tbody><tr><th>Region&nbsp;</th><td>eu-central-1</td></tr></tbody></table>',
  });
});
afterEach(() => scene[Symbol.asyncDispose]());

const document = {
  id: 'recovery:confluence/196613',
  kind: 'recovery',
  place: { at: 'confluence', pageId: '196613' },
} as const;
const sources = (given: Partial<DocumentSources['confluence']> = {}): DocumentSources => ({
  folder: '/nowhere',
  confluence: { ...scene.site, ...given },
  timeoutMs: 2000,
});
const read = (given?: Partial<DocumentSources['confluence']>) => readSource(document, sources(given));
const fault = (body: object) => scene.control('POST', 'faults', { path: '/wiki/api/v2/pages', ...body });

test('a page is read with its version, its title and its address for people', async () => {
  const first = await read();
  expect(first).toMatchObject({
    version: '1',
    where: `${scene.site.baseUrl}/wiki/spaces/DR/pages/196613/Restore+of+issues`,
    content: { title: 'Restore of issues', parts: [{ kind: 'table', rows: [{ cells: ['Region', 'eu-central-1'] }] }] },
  });
  // As people see it.
  expect(await (await fetch(first.where)).text()).toContain('SIMULATED');
  await scene.control('PUT', 'pages/196613', { storage: '<p>Gone</p>' });
  const second = await read();
  expect(second.version).toBe('2');
  expect(Buffer.from(second.bytes).equals(Buffer.from(first.bytes))).toBe(false);
});

test('the address of the wiki itself is as good as that of the site', async () => {
  expect((await read({ baseUrl: `${scene.site.baseUrl}/wiki/` })).version).toBe('1');
});

test('a page that may not be seen is not there, for an account that sees others', async () => {
  await scene.control('PUT', 'pages/7', { title: 'Lunch', storage: '<p>Soup</p>' });
  await scene.control('PUT', 'pages/196613', { visible: false });
  await expect(read()).rejects.toMatchObject({
    code: 'document-not-found',
    kind: 'finding',
    what: expect.stringContaining('that firedrill@example.com may see'),
  });
});

test('an account that sees nothing at all is our own fault, and no finding', async () => {
  await scene.control('PUT', 'pages/196613', { visible: false });
  await expect(read()).rejects.toMatchObject({ code: 'document-no-permission', kind: 'programme' });
});

test('a wrong token is our own fault', async () => {
  await scene.control('PUT', 'site', { requireToken: 'another' });
  await expect(read()).rejects.toMatchObject({ code: 'document-no-permission', kind: 'programme' });
  await expect(read({ apiToken: 'another' })).resolves.toMatchObject({ version: '1' });
});

test('Confluence that is busy is asked again after the time that it asks for', async () => {
  await fault({ kind: 'throttle', delayMs: 7000 });
  await expect(read()).rejects.toMatchObject({ code: 'document-rate-limited', kind: 'busy', retryAfterMs: 7000 });
  await fault({ kind: 'error', status: 503 });
  await expect(read()).rejects.toMatchObject({ code: 'document-unreachable', kind: 'busy' });
  await fault({ kind: 'down', times: 1 });
  await expect(read()).rejects.toMatchObject({ code: 'document-unreachable', kind: 'busy' });
  await fault({ kind: 'lose-reply' });
  await expect(read()).rejects.toMatchObject({ code: 'document-unreachable', kind: 'busy' });
  await expect(read()).resolves.toMatchObject({ version: '1' });
});

test('the doctor says whether Confluence lets us in, and names each document that cannot be read', async () => {
  const gone = { ...document, place: { at: 'confluence', pageId: '404' } } as const;
  const file = { id: 'continuity:x.md', kind: 'continuity', place: { at: 'file', path: 'x.md' } } as const;
  const documents = [
    { service: 'jira-cloud', document },
    { service: 'shop', document: gone },
    { service: 'blog', document: file },
  ];
  expect(await checkDocuments(documents, sources())).toMatchObject([
    { name: 'Confluence', ok: true },
    { name: 'Documents', ok: false, detail: '1 of 3 of the catalog can be read' },
    { name: 'Document of blog', ok: false, detail: expect.stringContaining('x.md') },
    { name: 'Document of shop', ok: false, detail: expect.stringContaining('Confluence page 404') },
  ]);
  await scene.control('PUT', 'pages/196613', { visible: false });
  const [confluence] = await checkDocuments(documents.slice(0, 1), sources());
  expect(confluence).toMatchObject({ ok: false, detail: expect.stringContaining('sees no space') });
  const [unset] = await checkDocuments(documents.slice(0, 1), { folder: '/nowhere' });
  expect(unset).toMatchObject({ ok: false, fix: expect.stringContaining('CONFLUENCE_BASE_URL') });
  expect(await checkDocuments([], { folder: '/nowhere' })).toMatchObject([{ name: 'Documents', ok: true }]);
});
