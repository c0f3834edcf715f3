import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openPage, picture } from '../browser.ts';
import { typed } from '../engine/command-line.ts';
import { slack } from '../engine/outside.ts';
import { startWorldProcess } from '../engine/processes.ts';
import type { WorldProcess } from '../engine/processes.ts';
import { attested, remedying } from '../engine/remedying.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

/** What people fill in about a finding, typed and clicked on the Slack page in a real browser; the command line shows what became of it. */

const channel = 'C0JIRACLOUD';
const lastDay = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
let world: World;
let app: WorldProcess;
let browser: Browser;
beforeAll(async () => {
  world = await createWorld({ source: false });
  app = await startWorldProcess(world, 'slack');
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await app[Symbol.asyncDispose]();
  await world.close();
});

const { raise, untilFiled, untilIs } = remedying(() => world);

/** Somebody asks for a finding in the service's channel, and gets what is known of it with its buttons. */
async function asks(user: string, key: string): Promise<{ readonly page: Page; readonly details: Locator }> {
  const { team } = (await slack(world, 'GET', 'workspace')) as { team: { id: string } };
  const address = `${world.place.slackUrl}/?team=${team.id}&as=${user}&channel=${channel}`;
  const page = await openPage(browser, address, { width: 1280, height: 900 });
  await page.getByLabel('Message or command').fill(`/dr finding ${key}`);
  await page.keyboard.press('Enter');
  const details = page.locator('[data-ts]').filter({ hasText: 'What closes it' }).filter({ hasText: key }).last();
  await details.waitFor();
  return { page, details };
}

const shown = async (...args: readonly string[]): Promise<string> => (await typed(world, {}, ...args)).out;

test('that it is remedied: an address that is none is told by Slack in the form, a second person closes it, and both are shown', async () => {
  const finding = await raise({ proof: attested });
  const key = await untilFiled(finding);

  const jonas = await asks('U0JONAS', key);
  await jonas.details.getByRole('button', { name: 'It is remedied…' }).click();
  const form = jonas.page.getByRole('dialog', { name: 'It is remedied' });
  await form.getByText(attested.sentence).waitFor();
  await form.getByLabel('Where can one see it?').fill('ftp://old.example.com/minutes');
  await form.getByLabel('What was done?').fill('The exercise was held.');
  await form.getByRole('button', { name: 'I say so' }).click();
  await form.getByText('Please enter a valid URL.').waitFor();
  await picture(jonas.page, 'finding-attest-refused');
  // What was typed beside it is still there.
  expect(await form.getByLabel('What was done?').inputValue()).toBe('The exercise was held.');
  await form.getByLabel('Where can one see it?').fill('https://wiki.example.com/dr/minutes');
  await form.getByRole('button', { name: 'I say so' }).click();
  await jonas.page.getByText('It counts when a second person confirms it').last().waitFor();
  await form.waitFor({ state: 'hidden' });
  await jonas.page.close();

  const priya = await asks('U0PRIYA', key);
  await priya.details.getByRole('button', { name: 'Confirm that it is remedied…' }).click();
  const confirmation = priya.page.getByRole('dialog', { name: 'Confirm the remedy' });
  await confirmation.getByText('Jonas Weber has said so').waitFor();
  await confirmation.getByLabel('Where can one see it?').fill('https://wiki.example.com/dr/minutes#2');
  await confirmation.getByRole('button', { name: 'I confirm it' }).click();
  await priya.page.getByText('Confirmed: the finding is closed.').last().waitFor();
  await picture(priya.page, 'finding-confirmed');
  await priya.page.close();

  await untilIs(finding, ({ view }) => view?.state === 'closed', 'closed');
  expect(await shown('findings')).toMatch(new RegExp(`✔ ${finding.fingerprint.slice(0, 10)} +${key} +closed`));
  expect(await shown('findings', '--open')).not.toContain(key);
  const page = await shown('finding', 'show', key);
  expect(page).toContain('Jonas Weber attests: https://wiki.example.com/dr/minutes (The exercise was held.)');
  expect(page).toContain('Priya Raman attests: https://wiki.example.com/dr/minutes#2');
});

test('a risk: a day that is over is told by firedrill in the form, the owner and risk and compliance accept it, and its last day is shown', async () => {
  const finding = await raise();
  const key = await untilFiled(finding);

  const jonas = await asks('U0JONAS', key);
  await jonas.details.getByRole('button', { name: 'Accept the risk…' }).click();
  const form = jonas.page.getByRole('dialog', { name: 'Accept the risk' });
  const day = form.getByLabel('Until which day, that day included (UTC)?');
  await form.getByLabel('Why can we live with it until then?').fill('The new cluster replaces it.');
  await day.fill('2026-01-31');
  await form.getByRole('button', { name: 'Accept it' }).click();
  await form.getByText('2026-01-31 is over').waitFor();
  await picture(jonas.page, 'finding-accept-refused');
  await day.fill(lastDay);
  await form.getByRole('button', { name: 'Accept it' }).click();
  await jonas.page.getByText('It counts when a second person agrees with the same day').last().waitFor();
  await jonas.page.close();
  await untilIs(finding, ({ view }) => view?.acceptanceAsked !== undefined, 'asked to be accepted');
  expect(await shown('finding', 'show', key)).toContain(`Jonas Weber would accept the risk until ${lastDay}`);

  // Who agrees finds the day in the form.
  const ruth = await asks('U0RUTH', key);
  await ruth.details.getByRole('button', { name: `Accept the risk until ${lastDay}…` }).click();
  const agreeing = ruth.page.getByRole('dialog', { name: 'Accept the risk' });
  expect(await agreeing.getByLabel('Until which day, that day included (UTC)?').inputValue()).toBe(lastDay);
  await agreeing.getByLabel('Why can we live with it until then?').fill('Agreed.');
  await agreeing.getByRole('button', { name: 'Accept it' }).click();
  await ruth.page.getByText(`The risk is accepted until ${lastDay}`).last().waitFor();
  await picture(ruth.page, 'finding-accepted');
  await ruth.page.close();

  await untilIs(finding, ({ view }) => view?.state === 'accepted', 'accepted');
  expect(await shown('findings', '--open')).toMatch(new RegExp(`– ${finding.fingerprint.slice(0, 10)} +${key}`));
  expect(await shown('finding', 'show', key)).toContain(
    `risk accepted until ${lastDay} by Jonas Weber and Ruth Adeyemi: The new cluster replaces it.`,
  );
});
