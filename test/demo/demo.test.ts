import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { recordedProblems } from '../../views/slack/block-kit-testing.ts';
import { hasBrowser, launchBrowser, openPage } from '../browser.ts';
import { endWhatRuns, firedrill, newHome, untilNothingRuns } from './command.ts';

interface DemoResult {
  readonly runId: string;
  readonly verdict: string;
  readonly reason: string;
  readonly simulated: boolean;
  readonly ledger: Record<string, unknown>;
  readonly rto: { readonly judgement: string };
  readonly rpo: { readonly judgement: string };
  readonly findings: readonly { readonly check: string; readonly cause: string }[];
  readonly tickets: readonly { readonly key: string }[];
  readonly evidence: { readonly path: string; readonly publicKey: string };
}

afterEach(endWhatRuns);

describe('npm run demo', () => {
  let place: Awaited<ReturnType<typeof newHome>>;
  beforeAll(async () => {
    place = await newHome();
  });
  afterAll(() => place.remove());

  test('Ctrl-C in the middle of the start ends everything that it started', async () => {
    const demo = firedrill(place.home, ['demo', '--yes']);
    await demo.until(/begins\s+example company/);
    demo.child.kill('SIGINT');
    const { code, stderr } = await demo.ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/^firedrill: stopped before its end/m);
    expect(stderr).not.toMatch(/mistake in firedrill/);
    expect(await untilNothingRuns(place.home)).toEqual([]);
  });

  test('kill -9 leaves nothing running, and the next start passes, with evidence that verifies', async () => {
    const killed = firedrill(place.home, ['demo', '--yes']);
    await killed.until(/done\s+worker/);
    killed.child.kill('SIGKILL');
    expect(await untilNothingRuns(place.home)).toEqual([]);

    const record = join(place.home, 'slack.jsonl');
    const demo = await firedrill(place.home, ['demo', '--yes', '--json', '--record', record]).ended;
    expect(demo.code, demo.stderr).toBe(0);
    const result = JSON.parse(demo.stdout) as DemoResult;
    expect(result).toMatchObject({
      verdict: 'passed',
      simulated: true,
      rto: { judgement: 'met' },
      rpo: { judgement: 'met' },
      findings: [],
      tickets: [],
    });
    expect(Object.keys(result.ledger)).toEqual(
      expect.arrayContaining(['T-1', 'T0', 'T3', 'T4', 'T5', 'T6', 'T7', 'T8']),
    );
    expect(await untilNothingRuns(place.home)).toEqual([]);

    // Everything that people saw in Slack, within Slack's limits; no token in it.
    const recorded = await readFile(record, 'utf8');
    const lines = recorded.split('\n').filter((line) => line !== '');
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect([line, recordedProblems(JSON.parse(line))]).toEqual([line, []]);
    expect(recorded).not.toMatch(/xox[a-z]-|xapp-|"token"/);

    const verified = await firedrill(place.home, [
      'evidence',
      'verify',
      result.evidence.path,
      '--key',
      result.evidence.publicKey,
      '--json',
    ]).ended;
    expect(verified.code, verified.stderr).toBe(0);
    const other = await firedrill(place.home, ['evidence', 'verify', result.evidence.path, '--key', '22'.repeat(32)])
      .ended;
    expect(other.code).not.toBe(0);
  });

  test.skipIf(!hasBrowser() && process.env['CI'] === undefined)(
    'Ctrl-C while it asks ends it; the next one waits for a person, who approves on the Slack page, and stays until Enter',
    async () => {
      const interrupted = firedrill(place.home, ['demo'], { inTerminal: true });
      await interrupted.until(/press Approve in Slack: http/);
      interrupted.child.stdin?.write('\u0003');
      const first = await interrupted.ended;
      expect(first.code, first.stdout).toBe(130);
      expect(first.stdout).not.toMatch(/mistake in firedrill/);
      expect(await untilNothingRuns(place.home)).toEqual([]);

      // The run that nobody answered is ended by the next demo on the same home, which passes.
      const demo = firedrill(place.home, ['demo'], { inTerminal: true });
      const [, link = ''] = await demo.until(/press Approve in Slack: (http:\/\/\S+)/);
      const browser = await launchBrowser();
      try {
        // An error of the page's own script fails the test.
        const page = await openPage(browser, link, { width: 1280, height: 900 });
        expect(await page.getByText('SIMULATED').count()).toBeGreaterThan(0);
        await page.getByRole('button', { name: 'Approve' }).last().click();
        await page.getByText('Approved by Jonas Weber (service owner)').first().waitFor();
      } finally {
        await browser.close();
      }
      await demo.until(/Press Enter/);
      // Everything that it points to is still there to be looked at.
      const look = /Look:\s+Temporal (\S+)\s+Slack (\S+)\s+Jira (\S+)/.exec(demo.said())?.slice(1) ?? [];
      expect(await Promise.all(look.map(async (place) => (await fetch(place)).status))).toEqual([200, 200, 200]);
      demo.child.stdin?.write('\n');
      const { code, stdout } = await demo.ended;
      expect(code, stdout).toBe(0);
      expect(await untilNothingRuns(place.home)).toEqual([]);
      expect(stdout).toMatch(/PASSED/);
      expect(stdout).toMatch(/Approved by\s+Jonas Weber/);
    },
  );
});

describe('npm run demo -- --break', () => {
  test.each([
    ['missing-rows', 'check', 'failed'],
    ['corrupt-table', 'check', 'damaged'],
    ['stale-backup', 'rpo', 'missed'],
    ['wrong-key', 'restore', 'preflight-key-access'],
    ['stuck-restore', 'restore', 'stuck'],
    ['leaky-cleanup', 'cleanup', 'leftover'],
  ])('%s ends failed for its own reason, with a finding and a ticket', async (fault, check, cause) => {
    const place = await newHome();
    try {
      const demo = await firedrill(place.home, ['demo', '--yes', '--break', fault, '--json']).ended;
      expect(demo.code, demo.stderr).toBe(1);
      const result = JSON.parse(demo.stdout) as DemoResult;
      expect(result.verdict, result.reason).toBe('failed');
      expect(result.findings.map((finding) => `${finding.check.split(':')[0]} ${finding.cause}`)).toContain(
        `${check} ${cause}`,
      );
      expect(result.tickets.length).toBe(result.findings.length);
      expect(await untilNothingRuns(place.home)).toEqual([]);
    } finally {
      await place.remove();
    }
  });
});
