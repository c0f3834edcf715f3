import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRun } from '../../domain/run-projection.ts';
import { exampleGate, exampleRunId, exampleStatus, openedAtMs } from '../../views/example-notices.ts';
import { runMessage } from '../../views/slack/run-message.ts';
import { appScene, channel, exampleOpening } from './sandbox-harness.ts';
import type { AppScene } from './sandbox-harness.ts';

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const phone = { width: 375, height: 720 };

describe('as people see it', () => {
  let browser: Browser;
  beforeAll(async () => {
    if (!existsSync(executablePath))
      throw new Error(`No Chromium at ${executablePath}. Install chromium, or set CHROMIUM_PATH to one.`);
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] });
  }, 60_000);
  afterAll(() => browser.close());

  async function open(scene: AppScene, as: string, viewport = { width: 1280, height: 900 }): Promise<Page> {
    const page = await browser.newPage({ viewport });
    page.on('pageerror', (error) => {
      throw error;
    });
    const { team } = (await scene.control('GET', 'workspace')) as { team: { id: string } };
    await page.goto(`${scene.sandboxUrl}/?team=${team.id}&as=${as}&channel=${channel}`);
    return page;
  }
  /** For people who look: PAGE_PICTURES names a folder. */
  async function picture(page: Page, name: string): Promise<void> {
    const folder = process.env['PAGE_PICTURES'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/app-${name}.png`, fullPage: true });
  }
  const fitsItsWidth = (page: Page): Promise<boolean> =>
    page.evaluate('document.documentElement.scrollWidth <= window.innerWidth');

  async function busyScene(): Promise<AppScene> {
    const scene = await appScene();
    const events = [exampleOpening, { type: 'gate-opened' as const, gate: { ...exampleGate, openedAtMs: Date.now() } }];
    scene.engine.projection = projectRun(
      events.map((event, index) => ({
        runId: exampleRunId,
        executionId: 'e',
        number: index + 1,
        atMs: openedAtMs,
        event,
      })),
    );
    const ticket = { fingerprint: 'a1'.repeat(12), url: 'https://jira.example/browse/DR-7', service: 'jira-cloud' };
    scene.engine.tickets.push({ ...ticket, key: 'DR-7', title: 'newest data in the restored copy was 3 h 02 min old' });
    return scene;
  }

  test('the Home tab is answered from, on a phone too', async () => {
    await using scene = await busyScene();
    const page = await open(scene, 'U0JONAS');
    await page.getByRole('link', { name: 'firedrill' }).click();
    await page.getByText('What I owe in').first().waitFor();
    await picture(page, 'home');
    await page.setViewportSize(phone);
    expect(await fitsItsWidth(page)).toBe(true);
    await picture(page, 'home-phone');
    await page.getByRole('button', { name: 'Approve' }).click();
    await expect.poll(() => scene.engine.state.status).toBe('approved');
    await page.close();
  }, 60_000);

  test('a restore test is started from a form whose menu offers the catalog', async () => {
    await using scene = await busyScene();
    const page = await open(scene, 'U0DANIEL');
    await page.getByRole('link', { name: 'firedrill' }).click();
    await page.getByRole('button', { name: 'Start a run' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'What is to be restored?' }).pressSequentially('issues');
    await page.getByRole('option', { name: 'jira-cloud / issues-db' }).click();
    await picture(page, 'start-form');
    await page.setViewportSize(phone);
    expect(await fitsItsWidth(page)).toBe(true);
    await dialog.getByRole('button', { name: 'Start', exact: true }).click();
    await expect.poll(() => scene.engine.started.length).toBe(1);
    expect(scene.engine.started).toMatchObject([{ service: 'jira-cloud', resource: 'issues-db', mode: 'drill' }]);
    await page.close();
  }, 60_000);

  test('a run is paused from its message, with a reason', async () => {
    await using scene = await busyScene();
    const heading = {
      runId: exampleRunId,
      service: 'jira-cloud',
      resource: 'issues-db',
      simulated: true,
      mode: 'drill',
    };
    await scene.post(runMessage({ heading, status: exampleStatus(4), findings: [] }));
    const page = await open(scene, 'U0DANIEL');
    await picture(page, 'run');
    await page.getByRole('button', { name: 'Pause…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('the network is being changed');
    await picture(page, 'pause-form');
    await dialog.getByRole('button', { name: 'Pause it' }).click();
    await page.getByText('Done: pause.').first().waitFor();
    await page.close();
  }, 60_000);

  test('an incident is declared from the Home tab: when it began, when it was detected', async () => {
    await using scene = await busyScene();
    const page = await open(scene, 'U0DANIEL');
    await page.getByRole('link', { name: 'firedrill' }).click();
    await page.getByRole('button', { name: 'Declare an incident…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Which service?' }).pressSequentially('jira');
    await page.getByRole('option', { name: 'jira-cloud' }).click();
    await dialog.getByLabel('What happened?').fill('Issues cannot be read');
    await picture(page, 'declare-form');
    await page.setViewportSize(phone);
    expect(await fitsItsWidth(page)).toBe(true);
    await dialog.getByRole('button', { name: 'Declare it' }).click();
    await expect.poll(() => scene.engine.declared).toMatchObject([{ service: 'jira-cloud' }]);
    await page.close();
  }, 60_000);

  test('a gap is reported from a run', async () => {
    await using scene = await busyScene();
    const heading = {
      runId: exampleRunId,
      service: 'jira-cloud',
      resource: 'issues-db',
      simulated: true,
      mode: 'drill',
    };
    await scene.post(runMessage({ heading, status: exampleStatus(4), findings: [] }));
    const page = await open(scene, 'U0DANIEL');
    await page.getByRole('button', { name: 'Report a gap…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('What is missing or wrong?').fill('No runbook for the search index');
    await picture(page, 'gap-form');
    await dialog.getByRole('button', { name: 'Report it' }).click();
    await page.getByText('Recorded as a finding of').first().waitFor();
    await picture(page, 'gap-reported');
    await page.close();
  }, 60_000);
});
