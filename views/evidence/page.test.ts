import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JournalBody } from '../../domain/journal-entry.ts';
import { askedReview, documentForTests } from '../../domain/review-testing.ts';
import { projectRun } from '../../domain/run-projection.ts';
import { launchBrowser, openPage, picture } from '../../test/browser.ts';
import { abortedJournal, failedJournal, passedJournal } from '../../test/fixtures/journals.ts';
import { evidencePage } from './page.ts';

const journals = { passed: passedJournal(), failed: failedJournal(), aborted: abortedJournal() };
type Ending = keyof typeof journals;
const endings: readonly Ending[] = ['passed', 'failed', 'aborted'];

const pageOf = (bodies: readonly JournalBody[], head = 'ab'.repeat(32)): string =>
  evidencePage({ projection: projectRun(bodies), bodies, head, toolVersion: '0.1.0' });
const pages: Readonly<Record<Ending, string>> = {
  passed: pageOf(journals.passed.bodies),
  failed: pageOf(journals.failed.bodies),
  aborted: pageOf(journals.aborted.bodies),
};

describe('the evidence page', () => {
  test.each(endings)('of a %s run is the same for the same journal, since it is sealed', (ending) => {
    expect(pageOf(journals[ending].bodies)).toBe(pages[ending]);
  });

  test.each(endings)(
    'of a %s run stands alone: no script, nothing from elsewhere, and a policy that forbids both',
    (ending) => {
      expect(pages[ending]).toContain(
        `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`,
      );
      expect(pages[ending]).not.toMatch(/<script|<link|<img|<iframe|<a |@import|url\((?!#)|\son\w+=|javascript:/i);
    },
  );

  test('says SIMULATED where it is, and not where it is not', () => {
    const real = journals.passed.bodies.map((body) =>
      body.event.type === 'run-opened' ? { ...body, event: { ...body.event, simulated: false } } : body,
    );
    expect(pages.passed).toContain('<title>SIMULATED');
    expect(pages.passed).toContain('proves nothing about production');
    expect(pageOf(real)).not.toContain('SIMULATED');
  });

  test('says on its first screen in which zone all its times are', () => {
    expect(pages.passed.slice(0, pages.passed.indexOf('</header>'))).toContain('all times are UTC');
  });

  test('shows the verdict, why, and both targets with their bounds', () => {
    for (const text of [
      '✔ PASSED',
      'Restored and validated by 7 required checks',
      '51 s',
      '11–21 s',
      'target less than 6 h',
      'in force from 2025-01-01',
      'the table of its tier',
    ])
      expect(pages.passed).toContain(text);
    for (const text of ['✖ FAILED', 'RPO missed', '3 h 02 min', '✖ missed', '861,204 rows'])
      expect(pages.failed).toContain(text);
    for (const text of ['■ ABORTED', 'hannah-lindqvist', 'No check ran: nothing was validated.'])
      expect(pages.aborted).toContain(text);
  });

  test('shows who decided, when, after how long, and how it was proved; refused and forged attempts too', () => {
    for (const text of [
      'Jonas Weber',
      'service owner',
      '39 min 09 s',
      'click in Slack, signed by the Slack app’s key',
      'Daniel Kim started this run and may not approve it.',
      'Attempts without a valid signature',
      'in no clock',
    ])
      expect(pages.aborted).toContain(text);
  });

  test('shows every time of the ledger with its source, and names those that are missing', () => {
    for (const text of ['RDS-EVENT-0043', 'sentinel no. 4181', 'simulated, not measured', '22 Nov 2026 18:03:34.240'])
      expect(pages.passed).toContain(text);
    expect(pages.failed).toContain('Not reached or not measured: T5, T6, T7.');
  });

  test('shows what closes each finding, the proof of cleanup, every request id and the head of the chain', () => {
    expect(pages.failed).toContain('A new restore test from the latest point whose RPO is met.');
    expect(pages.passed).toContain('DescribeDBInstances answered DBInstanceNotFound');
    expect(pages.passed).toContain('ab'.repeat(32));
    const calls = journals.passed.bodies.flatMap(({ event }) => (event.type === 'step-ended' ? event.awsCalls : []));
    expect(calls.length).toBeGreaterThan(10);
    for (const call of calls) expect(pages.passed).toContain(call.requestId);
  });

  test('escapes every text that people or systems wrote', () => {
    const hostile = '"><img src=x onerror=alert(1)>\'</style></svg>&lt;';
    const page = pageOf(journals.failed.bodies.map((body) => ({ ...body, event: poisoned(body.event, hostile) })));
    expect(page).not.toContain('<img');
    expect(page).not.toContain(hostile);
    expect(page.split('&lt;img src=x').length).toBeGreaterThan(100);
    expect(pages.aborted).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  test('can be made of a run that has only begun', () => {
    const page = pageOf(journals.passed.bodies.slice(0, 1));
    expect(page).toContain('○ no verdict yet: preparing');
    expect(page).toContain('No gate was reached.');
  });

  test.each(endings)('can be made of a %s run after each of its entries', (ending) => {
    const { bodies } = journals[ending];
    for (let length = 1; length <= bodies.length; length += 1)
      expect(pageOf(bodies.slice(0, length))).toContain('</html>');
  });
});

describe('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test.each(endings.flatMap((ending) => [1280, 390].map((width) => [ending, width] as const)))(
    'a %s run fits a screen %i px wide, without a complaint',
    async (ending, width) => {
      const page = await openPage(browser, 'about:blank', { width, height: 844 });
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('request', (request) => complaints.push(request.url()));
      await page.setContent(pages[ending]);
      expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(0);
      expect(await page.locator('svg.timeline:visible').count()).toBe(1);
      expect(complaints).toEqual([]);
      await picture(page, `evidence-${ending}-${width}`, { whole: true });
      await page.close();
    },
  );

  test.each([1280, 390])(
    'a review with a long address fits a screen %i px wide, and speaks of no copy',
    async (width) => {
      const { bodies } = journals.passed;
      const where = `https://wiki.example.com/${'spaces/disaster-recovery/'.repeat(8)}Backup+and+recovery`;
      const review = { ...askedReview(), documents: [{ ...documentForTests, where }] };
      const projection = { ...projectRun(bodies), review };
      const page = await openPage(browser, 'about:blank', { width, height: 844 });
      await page.setContent(evidencePage({ projection, bodies, head: 'ab'.repeat(32), toolVersion: '0' }));
      expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(0);
      const table = page.locator('table').filter({ hasText: where });
      expect(await table.evaluate((element) => element.scrollWidth <= (element.parentElement?.clientWidth ?? 0))).toBe(
        true,
      );
      for (const title of ['Recovery point', 'Checks on the restored data', 'Go-live diff', 'Cleanup'])
        expect(await page.getByRole('heading', { name: title }).count()).toBe(0);
      await page.close();
    },
  );
});

/** Words that the page looks up and never shows as they are; everything else may hold anything. */
const looked = new Set([
  'type',
  'key',
  'source',
  'outcome',
  'kind',
  'status',
  'method',
  'mode',
  'touches',
  'via',
  'choice',
  'origin',
  'roles',
  'severity',
  'verdict',
  'judgement',
  'judgedAgainst',
  'achieved',
  'fromDisaster',
  'fromDeclaration',
  'fromCall',
  'gateId',
  'step',
  'stepsPlanned',
]);

/** The same event with hostile text behind every text of people or systems. */
function poisoned<T>(value: T, hostile: string, key = ''): T {
  if (looked.has(key))
    return key === 'touches' && typeof value === 'string' && value.includes(' ') ? (`${value}${hostile}` as T) : value;
  if (typeof value === 'string') return `${value}${hostile}` as T;
  if (Array.isArray(value)) return value.map((item: unknown) => poisoned(item, hostile)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, poisoned(item as unknown, hostile, name)]),
  ) as T;
}
