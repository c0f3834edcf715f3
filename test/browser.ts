import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

/** The browser in which pages are tested: of the distribution, or of `CHROMIUM_PATH`. It calls nobody but the page. */
const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const hasBrowser = (): boolean => existsSync(executablePath);

/** @throws Error that says what to install when there is none */
export async function launchBrowser(): Promise<Browser> {
  if (!hasBrowser())
    throw new Error(`No Chromium at ${executablePath}. Install chromium, or set CHROMIUM_PATH to one.`);
  return await chromium.launch({ executablePath, args });
}

/** Opens a page; an error of its scripts is one of the test run, whatever the test itself comes to. */
export async function openPage(
  browser: Browser,
  address: string,
  viewport: { readonly width: number; readonly height: number },
): Promise<Page> {
  const page = await browser.newPage({ viewport });
  page.on('pageerror', (error) => {
    // Not in the middle of Playwright, which would hear nothing of this browser any more.
    queueMicrotask(() => {
      throw error;
    });
  });
  await page.goto(address);
  return page;
}

/** For people who look: PAGE_PICTURES names a folder. @param whole - also what one has to scroll to; default false */
export async function picture(page: Page, name: string, { whole = false } = {}): Promise<void> {
  const folder = process.env['PAGE_PICTURES'];
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: whole });
}

/** Nothing of it has to be scrolled to sideways. */
export const fitsItsWidth = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth <= window.innerWidth');
