import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openPage, picture } from '../../test/browser.ts';
import { startJiraSandbox, type JiraSandbox } from './server.ts';

const EMAIL = 'drill.bot@example.com';
const authorization = `Basic ${Buffer.from(`${EMAIL}:token`).toString('base64')}`;
let dataDir: string;
let sandbox: JiraSandbox;
let browser: Browser;

const send = (method: string, path: string, body: unknown): Promise<Response> =>
  fetch(sandbox.url + path, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const text = (value: string, ...marks: object[]) => ({
  type: 'text',
  text: value,
  ...(marks.length === 0 ? {} : { marks }),
});
const p = (...content: object[]) => ({ type: 'paragraph', content });
const h = (title: string) => ({ type: 'heading', attrs: { level: 2 }, content: [text(title)] });
const row = (type: string, ...cells: string[]) => ({
  type: 'tableRow',
  content: cells.map((cell) => ({ type, content: [p(text(cell))] })),
});

const description = {
  type: 'doc',
  version: 1,
  content: [
    {
      type: 'panel',
      attrs: { panelType: 'warning' },
      content: [
        p(
          text('SIMULATED', { type: 'strong' }),
          text(' The newest data in the restored copy was 3 h 02 min old. The target is 1 h.'),
        ),
      ],
    },
    h('What was found'),
    {
      type: 'table',
      content: [
        row('tableHeader', 'Measure', 'Achieved', 'Target'),
        row('tableCell', 'RPO', '3 h 02 min', '1 h'),
        row('tableCell', 'RTO', '59 s', '6 h'),
      ],
    },
    h('Why it matters'),
    p(text('jira-cloud is tier 1: in a disaster, three hours of what customers wrote would be gone.')),
    h('What closes this ticket'),
    p(
      text('A restore test of '),
      text('issues-db', { type: 'code' }),
      text(' whose newest sentinel is at most 1 h old.'),
    ),
    h('What we would look at first'),
    {
      type: 'bulletList',
      content: [
        {
          type: 'listItem',
          content: [
            p(
              text('Is WAL archived? See the '),
              text('backup runbook', { type: 'link', attrs: { href: 'https://example.com/runbook' } }),
            ),
          ],
        },
        { type: 'listItem', content: [p(text('When was the last automated backup?'))] },
      ],
    },
    {
      type: 'codeBlock',
      attrs: { language: 'sql' },
      content: [text('select max(recorded_at) from dr.sentinel; -- <b>not bold</b>')],
    },
  ],
};

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'jira-page-'));
  sandbox = await startJiraSandbox({ port: 0, dataDir, instant: true });
  browser = await launchBrowser();
  await send('PUT', '/_sandbox/site', {
    users: [
      { accountId: 'u-ana', displayName: 'Ana Lima', emailAddress: 'ana@example.com' },
      { accountId: 'u-ben', displayName: 'Ben <i>Okoro</i>', emailAddress: 'ben@example.com' },
    ],
  });
  const fields = {
    project: { key: 'DR' },
    issuetype: { name: 'Task' },
    priority: { name: 'High' },
    labels: ['dr', 'restore-test', 'tier-1'],
    duedate: '2026-12-06',
    assignee: { accountId: 'u-ana' },
  };
  await send('POST', '/rest/api/3/issue', {
    fields: {
      ...fields,
      summary: '[DR] jira-cloud: newest data in the restored copy was 3 h 02 min old (RPO < 1 h)',
      description,
    },
  });
  await send('POST', '/rest/api/3/issue', {
    fields: { ...fields, summary: '<script>document.title="owned"</script>', assignee: null, duedate: null },
  });
  await send('POST', '/rest/api/3/issue/DR-1/remotelink', {
    globalId: 'run',
    relationship: 'found by',
    object: { url: 'https://example.com/run', title: 'restore-test/jira-cloud/issues-db/2026Q4', summary: 'Failed' },
  });
}, 60_000);
afterAll(async () => {
  await browser.close();
  await sandbox.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function open(path: string, width: number, look: (page: Page) => Promise<void>): Promise<void> {
  const page = await openPage(browser, 'about:blank', { width, height: 900 });
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  try {
    await page.goto(sandbox.url + path);
    await look(page);
    expect(problems).toEqual([]);
    await picture(page, `jira-${path.replaceAll(/\W+/g, '-')}-${width}`, { whole: true });
  } finally {
    await page.close();
  }
}
/** What these elements say, without the white space around and between it. */
const texts = async (page: Page, selector: string): Promise<string[]> =>
  (await page.locator(selector).allTextContents()).map((text) => text.replaceAll(/\s+/g, ' ').trim());
const overflow = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

test.each([1280, 390])(
  'the list shows every ticket and fits a window of %i pixels',
  (width) =>
    open('/', width, async (page) => {
      expect((await texts(page, 'header'))[0]).toContain('SIMULATED');
      expect(await texts(page, '.list .key')).toEqual(['DR-2', 'DR-1']);
      expect(await page.title()).toBe('Issues · Jira sandbox');
      expect(await overflow(page)).toBe(0);
    }),
  30_000,
);

test.each([1280, 390])(
  'a ticket shows its document, fields and links in a window of %i pixels',
  (width) =>
    open('/browse/DR-1', width, async (page) => {
      expect((await texts(page, 'h1'))[0]).toContain('RPO < 1 h');
      expect(await texts(page, '.body table td')).toContain('3 h 02 min');
      expect((await texts(page, '.body pre'))[0]).toContain('<b>not bold</b>');
      expect(await page.locator('.panel-warning strong').textContent()).toBe('SIMULATED');
      expect(await texts(page, 'dd')).toEqual(expect.arrayContaining(['High', '6 Dec 2026', 'Ana Lima']));
      expect(await page.getByRole('link', { name: 'restore-test/jira-cloud/issues-db/2026Q4' }).count()).toBe(1);
      expect(await overflow(page)).toBe(0);
    }),
  30_000,
);

test(
  'a person comments and moves a ticket, under their own name, and the client sees it',
  () =>
    open('/browse/DR-1', 1280, async (page) => {
      await page.fill('textarea', 'Looking at it.\n\n<b>Tomorrow</b> more.');
      await page.locator('form:has(textarea) select').selectOption({ label: 'Ben <i>Okoro</i>' });
      await page.getByRole('button', { name: 'Comment' }).click();
      await page.waitForSelector('.comment');
      expect((await texts(page, '.comment'))[0]).toContain('<b>Tomorrow</b> more.');
      await page.getByRole('button', { name: 'In Progress' }).click();
      await page.waitForSelector('.chip-indeterminate');
      expect((await texts(page, '.history'))[0]).toMatch(/Ben <i>Okoro<\/i> changed status: To Do → In Progress/);
      const issue = (await (
        await fetch(`${sandbox.url}/rest/api/3/issue/DR-1`, { headers: { authorization } })
      ).json()) as { fields: object };
      expect(issue.fields).toMatchObject({
        status: { name: 'In Progress' },
        comment: { comments: [{ author: { accountId: 'u-ben' } }] },
      });
    }),
  30_000,
);

test(
  'an open page shows what happened elsewhere, but never takes away what somebody is typing',
  () =>
    open('/browse/DR-2', 1280, async (page) => {
      await page.fill('textarea', 'half a thought');
      await send('PUT', '/rest/api/3/issue/DR-2', { fields: { labels: ['recurred'] } });
      await page.waitForTimeout(2000);
      expect(await page.inputValue('textarea')).toBe('half a thought');
      await page.fill('textarea', '');
      await page.evaluate('document.activeElement.blur()');
      await page.locator('.label', { hasText: 'recurred' }).waitFor();
      expect(await page.title()).toContain('<script>');
    }),
  30_000,
);

test('another site in the same browser cannot press the buttons', async () => {
  const body = new URLSearchParams({ site: EMAIL, as: 'u-ana', transition: '31' });
  const reply = await fetch(`${sandbox.url}/browse/DR-2/act`, {
    method: 'POST',
    body,
    headers: { origin: 'https://evil.example' },
  });
  expect(reply.status).toBe(403);
});
