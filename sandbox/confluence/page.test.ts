import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openPage, picture } from '../../test/browser.ts';
import { startConfluenceSandbox } from './server.ts';
import type { ConfluenceSandbox } from './server.ts';

let dataDir: string;
let sandbox: ConfluenceSandbox;
let browser: Browser;
const authorization = `Basic ${Buffer.from('bot@example.com:token').toString('base64')}`;
const put = async (id: string, body: object): Promise<void> => {
  const reply = await fetch(`${sandbox.url}/_sandbox/pages/${id}`, {
    method: 'PUT',
    headers: { authorization },
    body: JSON.stringify(body),
  });
  expect(reply.status).toBe(200);
};
const storage = `<h1>Restore</h1><p onclick="alert(1)">Call <a href="javascript:alert(1)">Mara</a> &amp; <a href="https://status.example.com">look</a></p>
<script>document.title = 'owned'</script><ac:structured-macro ac:name="code"><ac:parameter ac:name="title">firedrill</ac:parameter><ac:plain-text-body><![CDATA[rto: < 6 h]]></ac:plain-text-body></ac:structured-macro>
<ac:structured-macro ac:name="warning"><ac:rich-text-body><p>Not on Fridays</p></ac:rich-text-body></ac:structured-macro>`;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'confluence-page-'));
  sandbox = await startConfluenceSandbox({ port: 0, dataDir });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await sandbox.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const open = (path: string): Promise<Page> => openPage(browser, sandbox.url + path, { width: 1200, height: 900 });

test('a page reads as it was written, marked SIMULATED, and nothing in it runs', async () => {
  await put('196613', { title: 'Restore of issues', storage, by: 'Mara Olsen' });
  const page = await open('/');
  await page.getByRole('link', { name: 'Restore of issues' }).click();
  expect(await page.getByText('SIMULATED').count()).toBe(1);
  expect(await page.locator('pre').innerText()).toBe('rto: < 6 h');
  expect(await page.locator('.panel-warning').innerText()).toBe('Not on Fridays');
  expect(await page.locator('.body a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))).toEqual([
    'https://status.example.com',
  ]);
  expect(await page.locator('.body [onclick], .body script').count()).toBe(0);
  expect(await page.title()).toBe('Restore of issues · Confluence sandbox');
  await picture(page, 'confluence-page', { whole: true });
  await page.close();
});

test('an open page shows the next version by itself', async () => {
  await put('7', { title: 'Continuity', storage: '<p>Phone tree</p>' });
  const page = await open('/wiki/spaces/DR/pages/7');
  await put('7', { storage: '<p>Chat room</p>' });
  await page.getByText('Chat room').first().waitFor();
  expect(await page.getByRole('link', { name: 'Version 1' }).count()).toBe(1);
  await page.close();
});

test('a person changes a page, and who was slower is told and loses nothing', async () => {
  await put('8', { title: 'Phones', storage: '<p>Ask Mara</p>' });
  const [first, second] = [await open('/wiki/spaces/DR/pages/8/edit'), await open('/wiki/spaces/DR/pages/8/edit')];
  await first.getByLabel('The page in storage format').fill('<p>Ask Jonas</p>');
  await first.getByLabel('Your name').fill('Jonas Weber');
  await first.getByRole('button', { name: 'Save' }).click();
  await first.getByText('Ask Jonas').first().waitFor();
  expect(await first.getByText('Version 2 by Jonas Weber').count()).toBe(1);
  await second.getByLabel('The page in storage format').fill('<p>Ask Lin</p>');
  await second.getByLabel('Your name').fill('Lin Zhao');
  await second.getByRole('button', { name: 'Save' }).click();
  expect(await second.getByRole('alert').innerText()).toContain('changed meanwhile');
  expect(await second.getByLabel('The page in storage format').inputValue()).toBe('<p>Ask Lin</p>');
  await first.close();
  await second.close();
});
