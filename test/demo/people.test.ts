import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordedProblems } from '../../views/slack/block-kit-testing.ts';
import { launchBrowser, openPage, picture } from '../browser.ts';
import { endWhatRuns, firedrill, newHome, untilNothingRuns } from './command.ts';

/** The two demos about people, held by a person in a browser: every button and form of theirs is pressed and filled in there. */

const size = { width: 1000, height: 760 };

let browser: Browser;
let place: Awaited<ReturnType<typeof newHome>>;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  place = await newHome();
});
afterEach(async () => {
  endWhatRuns();
  await untilNothingRuns(place.home);
  await place.remove();
});

async function open(address: string): Promise<Page> {
  const page = await openPage(browser, address, size);
  page.setDefaultTimeout(30_000);
  return page;
}

const recordFile = (): string => join(place.home, 'slack.jsonl');
/** Everything that people saw in Slack was kept, within Slack's limits; no token in it. */
async function expectRecord(): Promise<void> {
  const recorded = await readFile(recordFile(), 'utf8');
  const lines = recorded.split('\n').filter((line) => line !== '');
  expect(lines.some((line) => line.includes('"method":"views.open"'))).toBe(true);
  for (const line of lines) expect([line, recordedProblems(JSON.parse(line))]).toEqual([line, []]);
  expect(recorded).not.toMatch(/xox[a-z]-|xapp-|"token"/);
}

const button = (within: Page | Locator, name: string): Locator => within.getByRole('button', { name, exact: true });
const typed = async (page: Page, text: string): Promise<void> => {
  await page.getByRole('textbox', { name: 'Message or command' }).fill(text);
  await page.keyboard.press('Enter');
};

describe('npm run demo -- documentation-review', () => {
  test('is answered in its form, saved, come back to, and signed off', async () => {
    const demo = firedrill(place.home, ['demo', 'documentation-review', '--record', recordFile()], {
      inTerminal: true,
    });
    const [, link = ''] = await demo.until(/Answer and sign in Slack: (http:\/\/\S+)/);
    let page = await open(link);
    const form = (): Locator => page.getByRole('dialog', { name: 'Answer' });
    await page.getByText('Does what the recovery documents say still hold?').first().waitFor();
    await page
      .locator('.msg')
      .filter({ hasText: 'Answer…' })
      .evaluate((element) => element.scrollIntoView());
    await picture(page, 'review-differences');
    await button(page, 'Answer…').click();
    await form().getByText('Facts 1–10 of').first().waitFor();

    // However long it is, it can be sent: its buttons are on the screen, on a phone, too.
    for (const viewport of [{ width: 375, height: 720 }, size]) {
      await page.setViewportSize(viewport);
      const { y = 0, height = 0 } = (await button(form(), 'Save').boundingBox()) ?? {};
      expect(y + height).toBeLessThan(viewport.height);
      expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    }

    // A wrong without a reason is told beside its field; with one, it is kept.
    const first = (): Locator => form().getByRole('radiogroup', { name: 'Which is right?' }).first();
    await first().getByLabel('The document is wrong').check();
    await button(form(), 'Save').click();
    await form().getByText('Say why in one sentence').first().waitFor();
    await form().getByLabel('Why? One sentence').first().fill('Changed in the summer.');
    await button(form(), 'Save').click();
    await form().getByText('1 answered').first().waitFor();
    await picture(page, 'review-form');
    await button(form(), 'Close').first().click();
    await form().waitFor({ state: 'detached' });

    // On another day: from the Home tab, which says what waits.
    await page.close();
    page = await open(`${link.replace(/channel=[^&]+/, 'channel=app')}&tab=home`);
    await page.getByText('Waiting for me (1)').first().waitFor();
    await page
      .getByText(/\b1 of \d+ facts answered/)
      .first()
      .waitFor();
    await picture(page, 'review-home');
    await button(page, 'Answer…').click();
    await form().getByText('Facts 1–10 of').first().waitFor();
    expect(await first().getByLabel('The document is wrong').isChecked()).toBe(true);
    expect(await form().getByLabel('Why? One sentence').first().inputValue()).toBe('Changed in the summer.');
    await button(form(), 'Close').first().click();
    await page.close();

    // And from its message, to its end.
    page = await open(link);
    await page
      .getByText(/\b1 of \d+ answered, 1 wrong/)
      .first()
      .waitFor();
    await button(page, 'Answer…').click();
    await form().getByText('Facts 1–10 of').first().waitFor();
    for (let number = 1; await answerPage(form()); number += 1) {
      await button(form(), 'Next page ▶').click();
      await form()
        .getByText(`Facts ${number * 10 + 1}–`)
        .waitFor();
      // What the page before said is counted already.
      await form()
        .getByText(`· ${number * 10} answered`)
        .waitFor();
    }
    await button(form(), 'Save').click();
    const signing = page.getByRole('dialog', { name: 'Sign off' });
    await signing.getByRole('link', { name: '“Jira Cloud: backup and recovery”' }).waitFor();
    await picture(page, 'review-sign-off');
    await button(signing, 'Sign off').click();
    await signing.getByText('Your sign-off is recorded.').first().waitFor();
    await button(signing, 'Close').first().click();

    const jira = /Jira\s+(http:\S+)/.exec(demo.said())?.[1] ?? '';
    await page.getByText('CORRECTIONS NEEDED').first().waitFor();
    await page.getByRole('link', { name: 'DR-1', exact: true }).first().waitFor();
    const tickets = await open(jira);
    await tickets.getByRole('link', { name: 'DR-1', exact: true }).click();
    await tickets.getByText('What closes this ticket').first().waitFor();
    await tickets.getByText('Changed in the summer.').first().waitFor();
    await picture(tickets, 'review-ticket');
    await demo.until(/Press Enter/);
    demo.child.stdin?.write('\n');
    const { code, stdout } = await demo.ended;
    expect(code, stdout).toBe(0);
    expect(stdout).toMatch(/Signed off by Priya Raman/);
    expect(await untilNothingRuns(place.home)).toEqual([]);
    await expectRecord();
    await Promise.all([page, tickets].map((one) => one.close()));
  });
});

/** Answers what a page of the form asks. @returns whether another page follows */
async function answerPage(form: Locator): Promise<boolean> {
  for (const group of await form.getByRole('radiogroup', { name: 'Which is right?' }).all()) {
    const [, id = '', outcome] = ((await group.getAttribute('data-block')) ?? '').split(':');
    await group
      .getByRole('radio')
      .nth(outcome === 'different' ? 2 : 0)
      .check();
    if (outcome === 'same') continue;
    const reason = form.locator(`[data-block="comment:${id}"]`);
    if ((await reason.inputValue()) === '') await reason.fill('I looked.');
  }
  return (await button(form, 'Next page ▶').count()) > 0;
}

describe('npm run demo -- tabletop-exercise', () => {
  test('is led, played and closed; a gap is reported, an incident declared and handed over by their commands', async () => {
    const demo = firedrill(place.home, ['demo', 'tabletop-exercise', '--record', recordFile()], { inTerminal: true });
    const [, link = ''] = await demo.until(/ead it, and take part, in Slack: (http:\/\/\S+)/);
    const page = await open(link);
    const form = page.getByRole('dialog');
    const sent = async (label: string): Promise<void> => {
      await button(form, label).click();
      await form.waitFor({ state: 'detached' });
    };

    const nextEvent = async (number: number): Promise<void> => {
      // The event comes before the run's message follows; pressed in between, its button is still for the event that has come.
      await page
        .getByText(new RegExp(`\\b${number - 1} of \\d+ events told`))
        .first()
        .waitFor();
      await button(page, 'Next event now').click();
      await page.getByText(`EXERCISE · ${number} of`).first().waitFor();
    };

    // The people.
    await button(page, 'I lead it').click();
    await page.getByText('● facilitator').first().waitFor();
    const scribe = await open(link.replace(/as=[^&]+/, 'as=U0DANIEL'));
    await button(scribe, 'Take a role…').click();
    await scribe.getByLabel('Which role?').selectOption('scribe');
    await button(scribe, 'Take it').click();
    await scribe.getByText('You are scribe now.').first().waitFor();

    // The story: an event, a decision about it, a gap.
    await button(page, 'Begin').click();
    await page.getByText('EXERCISE · 1 of').first().waitFor();
    await nextEvent(2);
    const event = page.locator('.msg').filter({ hasText: 'EXERCISE · 2 of' });
    await event.evaluate((element) => element.scrollIntoView({ block: 'end' }));
    await picture(page, 'exercise-event');
    await button(event, 'Log a decision…').click();
    await form.getByLabel('What was chosen?').selectOption('prepare');
    await form.getByLabel('Who answers for it?').fill('Priya Raman');
    await form.getByLabel('Why?').fill('It keeps both ways open.');
    await picture(page, 'exercise-decision');
    await sent('Log it');
    await page.getByText('1 decision logged').first().waitFor();
    await button(event, 'Raise a gap…').click();
    await form.getByLabel('What is missing, in one line?').fill('Nobody knows who may raise a quota');
    await form.getByLabel('What happened that showed it?').fill('It took the room two minutes.');
    await form.getByLabel('How bad would it be on the day?').selectOption('high');
    await form.getByLabel('Its ticket').selectOption('later');
    await sent('Raise it');
    await page.getByText('needs a ticket, or a reason why not').first().waitFor();

    // Less than half of its story would be no exercise.
    for (const number of [3, 4]) await nextEvent(number);

    // The hot-wash. It is not closed while a gap has neither ticket nor a reason.
    await button(page, 'End the story…').click();
    await form.getByLabel('Why does the story end now?').fill('We have seen enough.');
    await sent('Begin the hot-wash');
    await page.getByText('Hot-wash: the story is told.').first().waitFor();
    await button(page, 'Answer…').click();
    await form.getByLabel('Which question?').selectOption('1');
    await form.getByLabel('Your answer').fill('We waited for a green light.');
    await sent('Answer');
    await page.getByText('(1 answer)').first().waitFor();
    await button(page, 'Close the exercise').click();
    await page.getByText('One gap has neither a ticket nor a reason why not').first().waitFor();
    await button(page, 'Ticket or not…').click();
    await form.getByLabel('What becomes of it?').selectOption('file');
    await sent('Record it');
    await page.getByRole('link', { name: 'DR-1', exact: true }).first().waitFor();
    await page.locator('#messages').evaluate((element) => element.scrollTo(0, 0));
    await picture(page, 'exercise-hot-wash');

    await reportAGap(page);
    await declareAndHandOver(page);

    await button(page, 'Close the exercise').click();
    await demo.until(/Press Enter/);
    demo.child.stdin?.write('\n');
    const { code, stdout } = await demo.ended;
    expect(code, stdout).toBe(0);
    expect(stdout).toMatch(/HELD/);
    expect(await untilNothingRuns(place.home)).toEqual([]);
    await expectRecord();
    await Promise.all([page, scribe].map((one) => one.close()));
  });
});

async function reportAGap(page: Page): Promise<void> {
  const form = page.getByRole('dialog', { name: 'Report a gap' });
  await typed(page, '/dr gap jira-cloud');
  await form.getByLabel('What is missing or wrong?').fill('No runbook for the search index');
  await form.getByLabel('How bad would it be on the day?').selectOption('low');
  await button(form, 'Report it').click();
  await page.getByText('Recorded as a finding of').first().waitFor();
  await page.getByText('Gap: No runbook for the search index').first().waitFor();
}

async function declareAndHandOver(page: Page): Promise<void> {
  const declaring = page.getByRole('dialog', { name: 'Declare an incident' });
  await typed(page, '/dr declare jira-cloud');
  await declaring.getByLabel('What happened?').fill('Issues cannot be read');
  // Detected before it began: said beside its field, and nothing is declared.
  const earlier = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString().slice(0, 16);
  await declaring.getByLabel('When did the impact begin (T0)?').fill(earlier(10));
  await declaring.getByLabel('When was it detected (T1)?').fill(earlier(20));
  await button(declaring, 'Declare it').click();
  await declaring.getByText('It cannot have been detected before the impact began.').first().waitFor();
  await declaring.getByLabel('When was it detected (T1)?').fill(earlier(5));
  await button(declaring, 'Declare it').click();
  const incident = page.locator('.msg').filter({ hasText: 'Hand over command…' });
  await incident.getByText('Issues cannot be read').first().waitFor();
  await picture(page, 'incident');

  const handing = page.getByRole('dialog', { name: 'Hand over command' });
  await button(incident, 'Hand over command…').click();
  await handing.getByLabel('Who has the command from now on?').selectOption({ label: 'Hannah Lindqvist' });
  await handing.getByLabel('Why? It goes on record.').fill('End of my shift');
  await button(handing, 'Hand over').click();
  await incident.getByText('Command  Hannah Lindqvist').first().waitFor();
}
