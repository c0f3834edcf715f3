import { describe, expect, test } from 'vitest';
import { askedReview } from '../../domain/review-testing.ts';
import { projectRun } from '../../domain/run-projection.ts';
import { exampleGate, exampleRunId, openedAtMs } from '../../views/example-notices.ts';
import { appScene, exampleOpening, unreachable } from './sandbox-harness.ts';
import type { AppScene } from './sandbox-harness.ts';

const asking = projectRun(
  [exampleOpening, { type: 'gate-opened' as const, gate: { ...exampleGate, openedAtMs: Date.now() } }].map(
    (event, index) => ({ runId: exampleRunId, executionId: 'e', number: index + 1, atMs: openedAtMs, event }),
  ),
);

/** A quarter in which the restore test of Jira Cloud failed, a drill that asks, and a ticket. */
async function busyScene(): Promise<AppScene> {
  const scene = await appScene();
  scene.engine.projection = asking;
  scene.engine.past.push({
    runId: 'restore-test/jira-cloud/issues-db/manual-20261122T181500Z-9f3a',
    runbook: 'restore-test',
    service: 'jira-cloud',
    resource: 'issues-db',
    mode: 'drill',
    simulated: true,
    openedAtMs,
    verdict: 'failed',
    comparable: true,
  });
  const ticket = {
    fingerprint: 'a1'.repeat(12),
    url: 'https://jira.example/browse/DR-7',
    title: 'newest data was 3 h old',
    service: 'jira-cloud',
  };
  scene.engine.tickets.push({ ...ticket, key: 'DR-7' }, { ...ticket, key: 'DR-8', service: 'identity' });
  return scene;
}

describe('the Home tab', () => {
  test('shows what waits for the person, what they owe, what runs, and tickets in their name', async () => {
    await using scene = await busyScene();
    const shown = await scene.openHome('U0JONAS', 'Waiting for me');
    for (const part of [
      'May we hold this restore test now?',
      'gate_approve',
      '✖ *held, not met*  restore-test · *jira-cloud / issues-db*',
      '○ *due*  documentation-review · *jira-cloud*',
      'waiting for approval',
      'DR-7',
    ])
      expect(shown).toContain(part);
    expect(shown).not.toContain('DR-8');
  });

  test('shows a review to whoever is to answer it, and nobody else', async () => {
    await using scene = await appScene();
    const runId = 'documentation-review/jira-cloud/-/2026Q4';
    scene.engine.projection = {
      ...projectRun([{ runId, executionId: 'e', number: 1, atMs: openedAtMs, event: exampleOpening }]),
      review: askedReview(),
    };
    const shown = await scene.openHome('U0PRIYA', 'Waiting for me (1)');
    expect(shown).toMatch(/0 of \d+ facts answered/);
    expect(shown).toContain('review_answer');
    expect(await scene.openHome('U0JONAS', 'Waiting for me')).not.toContain('review_answer');
    await scene.clickHome('U0PRIYA', 'review_answer');
    await expect.poll(async () => JSON.stringify(await scene.control('GET', 'views'))).toContain('review_answers');
  });

  test('a question answered there is gone, and the person is told in a direct message', async () => {
    await using scene = await busyScene();
    await scene.openHome('U0JONAS', 'Waiting for me');
    await scene.clickHome('U0JONAS', 'gate_approve');
    await expect.poll(() => scene.engine.state.status).toBe('approved');
    await expect.poll(() => scene.directMessages('U0JONAS')).toContain('✔ Approved by Jonas Weber.');
  });

  test('forms open from there', async () => {
    await using scene = await busyScene();
    await scene.openHome('U0JONAS', 'Waiting for me');
    await scene.clickHome('U0JONAS', 'open_stop_all');
    await scene.submit('U0JONAS', { reason: { text: 'incident 4711' } });
    await expect.poll(() => scene.directMessages('U0JONAS')).toContain('✔ All drills are stopped.');
  });

  test('says so while the store is away, and is right again after another look', async () => {
    await using scene = await busyScene();
    scene.engine.storeAway = unreachable('The store');
    await scene.openHome('U0JONAS', 'The store does not answer');
    scene.engine.storeAway = undefined;
    await scene.openHome('U0JONAS', 'Waiting for me');
  });

  test('says within three seconds that the store is slow, and shows what it says in the end', async () => {
    await using scene = await busyScene();
    scene.engine.storeDelayMs = 3500;
    const openedMs = Date.now();
    await scene.openHome('U0JONAS', 'The store is slow');
    expect(Date.now() - openedMs).toBeLessThan(3500);
    await scene.openHome('U0JONAS', 'Waiting for me');
  });

  test.each([
    ['U0STRANGER', 'The catalog does not know you'],
    ['U0HANNAH', 'Guests of this workspace'],
  ])('shows %s nothing of the programme', async (user, text) => {
    await using scene = await busyScene();
    expect(await scene.openHome(user, text)).not.toContain('jira-cloud');
  });
});

test('/dr mine and /dr tickets say the same in the channel', async () => {
  await using scene = await busyScene();
  expect(await scene.command('U0JONAS', 'mine')).toMatch(/^\d+ things? to do in \d{4}Q[1-4]$/);
  expect(JSON.stringify(await scene.shownTo('U0JONAS'))).toContain('held, not met');
  expect(await scene.command('U0JONAS', 'tickets')).toBe('1 ticket');
  expect(await scene.command('U0PRIYA', 'tickets')).toBe('0 tickets');
});
