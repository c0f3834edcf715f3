import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isLinkItem } from '../../domain/review-links.ts';
import { act } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';
import { jiraIssues, runMessages, until, webhookMessages } from '../engine/outside.ts';
import {
  answerAll,
  asked,
  reviewOf,
  signOff,
  startReview,
  untilReview,
  untilReviewAsked,
  withReviewedDocument,
  writeDocument,
} from '../engine/reviewing.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld({ source: false, catalog: withReviewedDocument() });
});
afterAll(() => world.close());

const keysOf = async (runId: string) => (await runMessages(world, runId)).map(({ key }) => key);

describe('a documentation review', () => {
  test('from the first look to the evidence: differences first, each wrong a ticket, another quarter told against it', async () => {
    await writeDocument(world, { version: '16.4', 'Multi-AZ': '', 'last drill': '2026-10-04' });
    const runId = await startReview(world);
    const view = await untilReviewAsked(world, runId);
    expect(view.documents).toMatchObject([{ title: 'Recovery of Jira Cloud', where: 'recovery.md' }]);
    expect(asked(view)).toEqual([
      'last drill: unknown',
      'issues-db: engine version: different',
      'issues-db: Multi-AZ: not-stated',
      'issues-db: encryption key: not-stated',
    ]);
    await until(async () => (await keysOf(runId)).includes('review'), 'the review is in Slack');

    // Only whom it concerns, and only when there is something to sign.
    expect(await signOff(world, runId, 'priya')).toMatchObject({ outcome: 'refused', code: 'unanswered' });
    expect(await signOff(world, runId, 'sofia')).toMatchObject({ outcome: 'refused', code: 'role-missing' });
    const sofia = { personId: 'sofia-marques', name: 'Sofia Marques', slackId: 'U0SOFIA' };
    expect(await act(world, runId, 'priya', { kind: 'delegate', to: sofia })).toMatchObject({ outcome: 'accepted' });

    // Somebody comes back after the workers were gone in between.
    await world.stopWorkers();
    await world.startWorkers();
    await answerAll(world, runId, 'sofia', { 'engine-version': 'document-wrong', 'multi-az': 'document-wrong' });
    expect(await signOff(world, runId, 'sofia')).toMatchObject({ outcome: 'accepted' });

    const run = await expectEnding(world, runId, {
      verdict: 'corrections-needed',
      reason: /Sofia Marques signed off 20 facts; 2 facts are wrong: 2 in the document/,
      findings: [
        'document-fact:recovery:recovery.md#issues-db.engine-version/document-wrong',
        'document-fact:recovery:recovery.md#issues-db.multi-az/document-wrong',
      ],
      copy: 'none',
    });
    expect(reviewOf(run).signedOff).toMatchObject({
      by: { personId: 'sofia-marques' },
      flags: [{ code: 'faster-than-answering' }],
    });
    expect((await jiraIssues(world)).map(({ summary }) => summary).join()).toContain('16.4');
    expect(await keysOf(runId)).toContain('review');

    // The owner corrects the document; the next review says what has changed.
    await writeDocument(world);
    const second = await startReview(world);
    const next = await untilReviewAsked(world, second);
    expect(next.last).toMatchObject({ runId });
    expect(next.last?.differences.map(({ label, change }) => `${label}: ${change}`)).toEqual(
      expect.arrayContaining(['issues-db: engine version: changed', 'issues-db: Multi-AZ: changed']),
    );
    await answerAll(world, second, 'priya');
    await signOff(world, second, 'priya');
    await expectEnding(world, second, { verdict: 'confirmed', findings: [], copy: 'none' });
  });
});

describe('what a document points to', () => {
  test('and is not there is asked like a difference, becomes a ticket, and is gone when the document is corrected', async () => {
    await writeDocument(world, {}, 'Ask in #gone-channel or #jira-cloud-dr.');
    const runId = await startReview(world);
    const view = await untilReviewAsked(world, runId);
    expect(view.links.map(({ target, outcome }) => `${target}: ${outcome}`).toSorted()).toEqual([
      '#gone-channel: dead',
      '#jira-cloud-dr: alive',
    ]);
    expect(asked(view)).toContain('the Slack channel #gone-channel: different');
    // The document is changed once more before it is signed: what it points to is looked at again.
    await answerAll(world, runId, 'priya');
    await writeDocument(world, {}, 'Ask in #lost-channel or #jira-cloud-dr.');
    await signOff(world, runId, 'priya');
    const second = await untilReview(world, runId, ({ voidSignOffs }) => voidSignOffs.length === 1, 'void');
    expect(asked(second)).toContain('the Slack channel #lost-channel: different');
    expect(asked(second).join()).not.toContain('#gone-channel');
    expect(second.links.map(({ target }) => target).toSorted()).toEqual(['#jira-cloud-dr', '#lost-channel']);
    const lost = second.items.find(isLinkItem)?.key ?? '';
    await answerAll(world, runId, 'priya', { [lost]: 'document-wrong' });
    await signOff(world, runId, 'priya');
    await expectEnding(world, runId, {
      verdict: 'corrections-needed',
      findings: [`document-fact:${lost}/document-wrong`],
      copy: 'none',
    });
    expect((await jiraIssues(world)).map(({ summary }) => summary).join()).toContain('#lost-channel');
  });
});

describe('a sign-off', () => {
  test('of a document that has changed meanwhile does not count; what has not changed stays answered', async () => {
    await writeDocument(world);
    const runId = await startReview(world);
    await untilReviewAsked(world, runId);
    await answerAll(world, runId, 'priya');
    await writeDocument(world, { retention: '14 days' });
    expect(await signOff(world, runId, 'priya')).toMatchObject({ outcome: 'accepted' });
    const view = await untilReview(world, runId, ({ voidSignOffs }) => voidSignOffs.length === 1, 'void');
    expect(view).toMatchObject({ round: 2, voidSignOffs: [{ code: 'document-changed' }] });
    expect(view.voidSignOffs[0]?.text).toMatch(/“Recovery of Jira Cloud” has changed.*1 fact is to be answered anew/);
    expect(await signOff(world, runId, 'priya')).toMatchObject({ outcome: 'refused', code: 'unanswered' });

    await answerAll(world, runId, 'priya', { 'retention-days': 'reality-wrong' });
    await signOff(world, runId, 'priya');
    await expectEnding(world, runId, {
      verdict: 'corrections-needed',
      findings: ['document-fact:recovery:recovery.md#issues-db.retention-days/reality-wrong'],
      copy: 'none',
    });
  });
});

describe('without anything to review', () => {
  test('there is no document: unproven, and nobody is asked', async () => {
    await rm(join(dirname(world.catalogFile), 'recovery.md'), { force: true });
    const run = await expectEnding(world, await startReview(world), {
      verdict: 'unproven',
      reason: /There is no document at recovery\.md/,
      findings: ['document:recovery:recovery.md/document-not-found'],
      copy: 'none',
    });
    expect(run.projection.review?.asked).toBeUndefined();
  });

  test('there are no declared documents: unproven', async () => {
    await world.changeCatalog((text) =>
      text.replace(/documents:\n\s+- kind: recovery\n\s+path: recovery\.md/, 'documents: []'),
    );
    await expectEnding(world, await startReview(world), {
      verdict: 'unproven',
      findings: ['documentation-review/no-documents'],
      copy: 'none',
    });
  });
});

test('nobody signs in time: reminded, escalated, on the second channel, then over and still owed', async () => {
  await writeDocument(world);
  await world.changeCatalog(
    withReviewedDocument((policies) => {
      policies['documentReview'] = {
        remindAfter: ['1s'],
        escalateAfter: [{ after: '2s', roles: ['leadership'], secondChannel: true }],
        finalDeadline: '4s',
      };
    }),
  );
  const runId = await startReview(world);
  const run = await expectEnding(world, runId, {
    verdict: 'aborted',
    reason: /Nobody signed it off within 4 s.*0 of 20 facts were answered/,
    findings: ['documentation-review/not-reviewed-in-time'],
    copy: 'none',
  });
  expect(reviewOf(run).reminders).toMatchObject([{ escalated: false }, { escalated: true, roles: ['leadership'] }]);
  expect((await keysOf(runId)).filter((key) => key.startsWith('review-reminder:'))).toHaveLength(2);
  const told = async () => (await webhookMessages(world)).filter(({ json }) => JSON.stringify(json).includes(runId));
  await until(async () => (await told()).length === 2, 'the escalation and the verdict on the second channel');
});
