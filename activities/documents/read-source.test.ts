import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DocumentSpec } from '../../domain/document.ts';
import { createDocumentActivities } from './index.ts';

let folder: string;
let server: Server;
let base: string;
const routes = new Map<string, (request: IncomingMessage, response: ServerResponse) => void>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firedrill-documents-'));
  await mkdir(join(folder, 'documents'));
  await writeFile(join(folder, 'secret.md'), 'not for reviews');
  server = createServer((request, response) => {
    const route = routes.get((request.url ?? '').split('?')[0] ?? '');
    if (route === undefined) response.writeHead(404).end();
    else route(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const read = async (place: DocumentSpec['place'], options: { readonly timeoutMs?: number } = {}) => {
  const slack = { conversations: {} } as Parameters<typeof createDocumentActivities>[0]['slack'];
  const activities = createDocumentActivities({
    folder: join(folder, 'documents'),
    confluence: { baseUrl: base, email: 'firedrill@example.com', apiToken: 'token' },
    slack,
    internalHosts: () => Promise.resolve([]),
    ...options,
  });
  const document = { id: 'recovery:x', kind: 'recovery', place } as const;
  return await activities.readDocument({ document, resources: ['issues-db'] });
};

describe('a file', () => {
  test('is read with its facts, and its hash is that of its bytes', async () => {
    await writeFile(join(folder, 'documents', 'issues.md'), '# Issues\n\n```firedrill\nregion: eu-central-1\n```\n');
    const first = await read({ at: 'file', path: 'issues.md' });
    expect(first).toMatchObject({
      title: 'Issues',
      where: 'issues.md',
      stated: [{ name: 'region', resource: 'issues-db', text: 'eu-central-1' }],
      problems: [],
    });
    await writeFile(join(folder, 'documents', 'issues.md'), '# Issues\n\n```firedrill\nregion: eu-central-1\n```\n ');
    expect((await read({ at: 'file', path: 'issues.md' })).hash).not.toBe(first.hash);
  });

  test.each(['../secret.md', 'nested/../../secret.md', 'link.md', '/etc/hostname'])(
    'outside of the folder of documents is not read: %s',
    async (path) => {
      await symlink(join(folder, 'secret.md'), join(folder, 'documents', 'link.md')).catch(() => undefined);
      await expect(read({ at: 'file', path })).rejects.toMatchObject({
        code: expect.stringMatching(/^document-(?:no-permission|not-found)$/),
      });
    },
  );

  test('that is not there, is a folder, is no text, or is too large says so', async () => {
    await writeFile(join(folder, 'documents', 'binary.md'), Buffer.from([0xff, 0xfe, 0x00, 0xd8]));
    await writeFile(join(folder, 'documents', 'large.md'), 'x'.repeat(2_000_001));
    await expect(read({ at: 'file', path: 'none.md' })).rejects.toMatchObject({
      code: 'document-not-found',
      kind: 'finding',
    });
    await expect(read({ at: 'file', path: '.' })).rejects.toMatchObject({ code: 'document-unreadable' });
    await expect(read({ at: 'file', path: 'binary.md' })).rejects.toThrow('not UTF-8');
    await expect(read({ at: 'file', path: 'large.md' })).rejects.toThrow('2000001 bytes');
  });
});

describe('a page', () => {
  const html = '<h1>Issues</h1><table><tr><th>Region</th><td>eu-central-1</td></tr></table>';
  const page = (type: string, body: string) => (_: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(200, { 'content-type': type, etag: '"7"' }).end(body);

  test('in HTML is read, with its version, also where it moved to on its own host', async () => {
    routes.set('/new', page('text/html; charset=utf-8', html));
    routes.set('/old', (_, response) => void response.writeHead(302, { location: '/new' }).end());
    expect(await read({ at: 'page', url: `${base}/old` })).toMatchObject({
      title: 'Issues',
      version: '"7"',
      stated: [{ name: 'region', text: 'eu-central-1' }],
    });
  });

  test('that sends on to another host, as a sign-in does, is not followed', async () => {
    routes.set('/sso', (_, response) => void response.writeHead(302, { location: 'https://login.example.com/' }).end());
    await expect(read({ at: 'page', url: `${base}/sso` })).rejects.toMatchObject({
      code: 'document-no-permission',
      what: expect.stringContaining('https://login.example.com'),
    });
  });

  test('that is nothing to read, has too much, is not there, is forbidden, or fails says so', async () => {
    routes.set('/pdf', page('application/pdf', '%PDF'));
    routes.set('/large', page('text/html', 'x'.repeat(2_000_001)));
    routes.set('/forbidden', (_, response) => void response.writeHead(403).end());
    routes.set('/broken', (_, response) => void response.writeHead(502).end());
    routes.set('/slow', () => undefined);
    const url = (path: string) => ({ at: 'page', url: `${base}${path}` }) as const;
    await expect(read(url('/pdf'))).rejects.toThrow('application/pdf');
    await expect(read(url('/large'))).rejects.toThrow('more than 2000000 bytes');
    await expect(read(url('/none'))).rejects.toMatchObject({ code: 'document-not-found' });
    await expect(read(url('/forbidden'))).rejects.toMatchObject({ code: 'document-no-permission', kind: 'programme' });
    await expect(read(url('/broken'))).rejects.toMatchObject({ code: 'document-unreachable', kind: 'busy' });
    await expect(read(url('/slow'), { timeoutMs: 200 })).rejects.toThrow('no answer within 0.2 s');
  });
});

describe('a Confluence page', () => {
  const storage = '<h2>issues-db</h2><table><tbody><tr><th>Region</th><td>eu-central-1</td></tr></tbody></table>';
  const answer = (number: number) => ({
    id: '196613',
    title: 'Restore of issues',
    version: { number },
    body: { storage: { value: storage, representation: 'storage' } },
    _links: { webui: '/spaces/DR/pages/196613', base: 'https://example.atlassian.net/wiki' },
  });

  test('is read by its id with account and token, and its hash is over what people wrote', async () => {
    let seen: IncomingMessage | undefined;
    let version = 3;
    routes.set('/wiki/api/v2/pages/196613', (request, response) => {
      seen = request;
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer(version)));
    });
    const first = await read({ at: 'confluence', pageId: '196613' });
    expect(seen?.url).toBe('/wiki/api/v2/pages/196613?body-format=storage');
    expect(seen?.headers.authorization).toBe(`Basic ${Buffer.from('firedrill@example.com:token').toString('base64')}`);
    expect(first).toMatchObject({
      title: 'Restore of issues',
      version: '3',
      where: 'https://example.atlassian.net/wiki/spaces/DR/pages/196613',
      stated: [{ name: 'region', resource: 'issues-db', text: 'eu-central-1' }],
    });
    version = 4;
    expect((await read({ at: 'confluence', pageId: '196613' })).hash).toBe(first.hash);
  });

  test('behind a sign-in page is unreachable and not empty', async () => {
    routes.set('/wiki/api/v2/pages/1', (_, response) => void response.writeHead(200).end('<html>Sign in</html>'));
    await expect(read({ at: 'confluence', pageId: '1' })).rejects.toMatchObject({ code: 'document-unreachable' });
  });
});
