import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fitsItsWidth, launchBrowser, openPage, picture } from '../../test/browser.ts';
import { exampleAddress, exampleGate, exampleRun, exampleStatus } from '../../views/example-notices.ts';
import { runMessage } from '../../views/slack/run-message.ts';
import { channel } from './example-workspace.ts';
import { appScene } from './sandbox-harness.ts';
import type { AppScene } from './sandbox-harness.ts';

const desk = { width: 1280, height: 900 };
const phone = { width: 375, height: 720 };

describe('as people see it', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(() => browser.close());

  async function open(scene: AppScene, as: string): Promise<Page> {
    const { team } = (await scene.control('GET', 'workspace')) as { team: { id: string } };
    return await openPage(browser, `${scene.sandboxUrl}/?team=${team.id}&as=${as}&channel=${channel}`, desk);
  }

  async function busyScene(): Promise<AppScene> {
    const scene = await appScene();
    scene.engine.projection = exampleRun({ type: 'gate-opened', gate: { ...exampleGate, openedAtMs: Date.now() } });
    const ticket = { fingerprint: 'a1'.repeat(12), url: 'https://jira.example/browse/DR-7', service: 'jira-cloud' };
    scene.engine.tickets.push({ ...ticket, key: 'DR-7', title: 'newest data in the restored copy was 3 h 02 min old' });
    return scene;
  }

  /** The message of a run that is under way stands in its channel. */
  const postRun = (scene: AppScene): Promise<string> =>
    scene.post(runMessage({ heading: exampleAddress, status: exampleStatus(4), findings: [] }));

  test('the Home tab is answered from, on a phone too', async () => {
    await using scene = await busyScene();
    const page = await open(scene, 'U0JONAS');
    await page.getByRole('link', { name: 'firedrill' }).click();
    await page.getByText('What I owe in').first().waitFor();
    await picture(page, 'app-home', { whole: true });
    await page.setViewportSize(phone);
    expect(await fitsItsWidth(page)).toBe(true);
    await picture(page, 'app-home-phone', { whole: true });
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
    await picture(page, 'app-start-form', { whole: true });
    await page.setViewportSize(phone);
    expect(await fitsItsWidth(page)).toBe(true);
    await dialog.getByRole('button', { name: 'Start', exact: true }).click();
    await expect.poll(() => scene.engine.started.length).toBe(1);
    expect(scene.engine.started).toMatchObject([{ service: 'jira-cloud', resource: 'issues-db', mode: 'drill' }]);
    await page.close();
  }, 60_000);

  test('a run is paused from its message, with a reason', async () => {
    await using scene = await busyScene();
    await postRun(scene);
    const page = await open(scene, 'U0DANIEL');
    await picture(page, 'app-run', { whole: true });
    await page.getByRole('button', { name: 'Pause…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('the network is being changed');
    await picture(page, 'app-pause-form', { whole: true });
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
    await picture(page, 'app-declare-form', { whole: true });
    await page.setViewportSize(phone);
    expect(await fitsItsWidth(page)).toBe(true);
    await dialog.getByRole('button', { name: 'Declare it' }).click();
    await expect.poll(() => scene.engine.declared).toMatchObject([{ service: 'jira-cloud' }]);
    await page.close();
  }, 60_000);

  test('a gap is reported from a run', async () => {
    await using scene = await busyScene();
    await postRun(scene);
    const page = await open(scene, 'U0DANIEL');
    await page.getByRole('button', { name: 'Report a gap…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('What is missing or wrong?').fill('No runbook for the search index');
    await picture(page, 'app-gap-form', { whole: true });
    await dialog.getByRole('button', { name: 'Report it' }).click();
    await page.getByText('Recorded as a finding of').first().waitFor();
    await picture(page, 'app-gap-reported', { whole: true });
    await page.close();
  }, 60_000);
});
