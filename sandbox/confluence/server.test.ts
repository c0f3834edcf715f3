import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startConfluenceSandbox } from './server.ts';
import type { ConfluenceSandbox } from './server.ts';

let dataDir: string;
let sandbox: ConfluenceSandbox;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'confluence-sandbox-'));
  sandbox = await startConfluenceSandbox({ port: 0, dataDir });
});
afterEach(async () => {
  await sandbox.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function call(method: string, path: string, body?: unknown, who = 'bot@example.com:token') {
  const response = await fetch(sandbox.url + path, {
    method,
    headers: { authorization: `Basic ${Buffer.from(who).toString('base64')}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    json: (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>,
  };
}
const put = (id: string, body: object, who?: string) => call('PUT', `/_sandbox/pages/${id}`, body, who);
const page = (query = '', who?: string) => call('GET', `/wiki/api/v2/pages/196613${query}`, undefined, who);
const restore = { title: 'Restore of issues', storage: '<h1>Steps</h1><p>Ask&nbsp;Mara</p>', by: 'Mara Olsen' };

describe('a page', () => {
  test('is read by its id, with a body only when one is asked for', async () => {
    await put('196613', restore);
    const plain = await page();
    expect(plain.json).toMatchObject({
      id: '196613',
      status: 'current',
      title: 'Restore of issues',
      version: { number: 1 },
      body: {},
      _links: { base: `${sandbox.url}/wiki`, webui: '/spaces/DR/pages/196613/Restore+of+issues' },
    });
    expect((await page('?body-format=storage')).json['body']).toEqual({
      storage: { representation: 'storage', value: restore.storage },
    });
    expect((await page('?body-format=view')).json['body']).toEqual({
      view: { representation: 'view', value: '<h1>Steps</h1><p>Ask\u00a0Mara</p>' },
    });
    expect((await page('?body-format=atlas')).status).toBe(400);
  });

  test('has a version for each time that it was changed, and each can still be read', async () => {
    await put('196613', restore);
    await put('196613', { storage: '<p>Ask Jonas</p>', message: 'Mara left' });
    // Nothing new: no version.
    await put('196613', { storage: '<p>Ask Jonas</p>' });
    expect((await page('?body-format=storage')).json).toMatchObject({
      version: { number: 2, message: 'Mara left' },
      body: { storage: { value: '<p>Ask Jonas</p>' } },
    });
    expect((await page('?body-format=storage&version=1')).json['body']).toEqual({
      storage: { representation: 'storage', value: restore.storage },
    });
    const { results } = (await call('GET', '/wiki/api/v2/pages/196613/versions')).json;
    expect(results).toMatchObject([{ number: 2 }, { number: 1 }]);
  });

  test('that is not there, or may not be seen, is 404 without a word about which', async () => {
    await put('196613', { ...restore, visible: false });
    const nothing = { errors: [{ status: 404, code: 'NOT_FOUND', title: 'Not Found', detail: null }] };
    expect(await page()).toMatchObject({ status: 404, json: nothing });
    expect(await call('GET', '/wiki/api/v2/pages/1')).toMatchObject({ status: 404, json: nothing });
    expect((await call('GET', '/wiki/api/v2/spaces')).json['results']).toEqual([]);
    await put('196613', { visible: true });
    expect((await page()).status).toBe(200);
    expect((await call('GET', '/wiki/api/v2/spaces?limit=1')).json['results']).toMatchObject([{ key: 'DR' }]);
  });

  test('of broken XHTML is not taken', async () => {
    expect((await put('1', { title: 'x', storage: '<p>not closed' })).status).toBe(400);
    expect((await put('1', { title: 'x', storage: '<p><b>crossed</p></b>' })).status).toBe(400);
    expect((await put('1', { title: 'x', storage: '<p>a<br/>b <![CDATA[<p>]]></p>' })).status).toBe(200);
  });

  test('is of one site, and survives a restart', async () => {
    await put('196613', restore);
    expect((await page('', 'other@example.com:token')).status).toBe(404);
    await sandbox.close();
    sandbox = await startConfluenceSandbox({ port: 0, dataDir });
    expect((await page()).json).toMatchObject({ title: 'Restore of issues' });
  });
});

describe('at the door', () => {
  test('nobody gets in without e-mail and token, or with another token than the site wants', async () => {
    expect((await fetch(`${sandbox.url}/wiki/api/v2/pages/1`)).status).toBe(401);
    await put('196613', restore);
    await call('PUT', '/_sandbox/site', { requireToken: 'right' });
    expect((await page()).status).toBe(401);
    expect((await page('', 'bot@example.com:right')).status).toBe(200);
  });

  test('whoever calls too fast is told how long to wait', async () => {
    await put('196613', restore);
    await call('PUT', '/_sandbox/site', { callsPerSecond: 2 });
    const replies = [await page(), await page(), await page(), await page()];
    const refused = replies.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  });

  test('faults meet the calls that they name, and calls are noted', async () => {
    await put('196613', restore);
    await call('POST', '/_sandbox/faults', { path: '/wiki/api/v2/pages', kind: 'error', status: 503 });
    await call('POST', '/_sandbox/faults', { path: '/wiki/api/v2/pages', kind: 'throttle', delayMs: 7000 });
    expect((await page()).status).toBe(503);
    expect((await page()).headers.get('retry-after')).toBe('7');
    await call('POST', '/_sandbox/faults', { path: '/wiki/api', kind: 'down' });
    await expect(page()).rejects.toThrow();
    await call('DELETE', '/_sandbox/faults');
    expect((await page()).status).toBe(200);
    const { calls } = (await call('GET', '/_sandbox/calls')).json;
    expect((calls as { status: number }[]).map(({ status }) => status)).toEqual([503, 429, 0, 200]);
  });

  test('control says what is wrong with a body', async () => {
    const { status, json } = await put('1', { titel: 'x' });
    expect([status, JSON.stringify(json)]).toEqual([400, expect.stringContaining('titel')]);
  });
});
