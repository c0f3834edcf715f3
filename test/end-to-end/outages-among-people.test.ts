import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { runInEngine } from '../../client/runs/engine-runs.ts';
import type { ExerciseView } from '../../domain/exercise-view.ts';
import { askedItems } from '../../domain/review-view.ts';
import { publicKeyOf } from '../../domain/signing.ts';
import { typed } from '../engine/command-line.ts';
import { expectEnding } from '../engine/ending.ts';
import { confluence, jira, jiraIssues, runMessages, slack, until } from '../engine/outside.ts';
import {
  answerAll,
  reviewOf,
  signOff,
  startReview,
  untilReview,
  untilReviewAsked,
  withReviewedDocument,
} from '../engine/reviewing.ts';
import { startLedExercise } from '../engine/exercising.ts';
import type { StoredRun } from '../../store/read.ts';
import { createWorld } from '../engine/world.ts';
import type { World } from '../engine/world.ts';

/**
 * Slack, Jira or Confluence is down for the whole of a review or an exercise, and back later. People go on by the command
 * line, each with their own key; what was owed meanwhile is delivered once.
 */

const pageId = '700002';
const wrongRto = `document-fact:recovery:confluence/${pageId}#service.rto/document-wrong`;
const keys = { priya: randomBytes(32).toString('hex'), hannah: randomBytes(32).toString('hex') };
const ids = { priya: 'priya-raman', hannah: 'hannah-lindqvist' } as const;
type Typing = keyof typeof ids;

let world: World;
beforeAll(async () => {
  world = await createWorld({ source: false, catalog: withConfluencePage });
  await mkdir(world.config.home, { recursive: true });
  await writePage('9 h');
});
afterEach(async () => {
  // What one test leaves down is not the next one's.
  await Promise.all([slackUp(), jiraUp(), confluenceUp()]);
});
afterAll(() => world.close());

/** The recovery document of the service is a Confluence page, which is tried for five seconds; two people have keys. */
function withConfluencePage(text: string): string {
  const catalog = parse(withReviewedDocument()(text)) as {
    organisation: { policies: Record<string, unknown> };
    services: { 'jira-cloud': { documents: object[] } };
    people: Record<string, { publicKey?: string }>;
  };
  catalog.organisation.policies['documentReview'] = { readWithin: '5s' };
  catalog.services['jira-cloud'].documents = [{ kind: 'recovery', confluence: pageId }];
  for (const name of ['priya', 'hannah'] as const) {
    const person = catalog.people[ids[name]];
    if (person !== undefined) person.publicKey = publicKeyOf(keys[name]);
  }
  return stringify(catalog, { aliasDuplicateObjects: false });
}

/** States only whom to call, and an RTO: what else a document has to state is missing, and is asked about. */
const writePage = (rto: string): Promise<unknown> =>
  confluence(world, 'PUT', `pages/${pageId}`, {
    title: 'Recovery of Jira Cloud',
    storage: `<table><tbody><tr><th>Fact</th><th>Value</th></tr>
      <tr><td>owner</td><td>Jonas Weber</td></tr><tr><td>champion</td><td>Priya Raman</td></tr>
      <tr><td>channel</td><td>#jira-cloud-dr</td></tr><tr><td>RTO</td><td>${rto}</td></tr></tbody></table>`,
    by: 'Priya Raman',
  });

async function types(who: Typing, ...args: readonly string[]): Promise<void> {
  const person = { FIREDRILL_PERSON: ids[who], FIREDRILL_PERSON_KEY: keys[who] };
  expect(await typed(world, person, ...args)).toMatchObject({ code: 0 });
}

const slackDown = (): Promise<unknown> => slack(world, 'POST', 'faults', { kind: 'down', times: 'always' });
const slackUp = (): Promise<unknown> => slack(world, 'DELETE', 'faults');
const jiraDown = (): Promise<unknown> => jira(world, 'POST', 'faults', { path: '/', kind: 'down' });
const jiraUp = (): Promise<unknown> => jira(world, 'DELETE', 'faults');
const confluenceDown = (): Promise<unknown> => confluence(world, 'POST', 'faults', { path: '/wiki/api', kind: 'down' });
const confluenceUp = (): Promise<unknown> => confluence(world, 'DELETE', 'faults');

const judged = (runId: string): Promise<void> =>
  until(async () => (await runInEngine(world.runs, runId))?.judged !== undefined, 'the engine knows the verdict');
const ticketsOf = async (runId: string) => (await jiraIssues(world)).filter(({ runs }) => runs.includes(runId));

const when = (runId: string, ready: (exercise: ExerciseView) => boolean, what: string): Promise<StoredRun> =>
  world.runWhen(runId, ({ projection: { exercise } }) => exercise?.scenario !== undefined && ready(exercise), what);

/** Led by Hannah at the command line until the hot-wash; Priya is there and raises a gap. */
async function heldByCommandLine(runId: string): Promise<void> {
  await when(runId, () => true, 'planned');
  await types('hannah', 'exercise', 'take', runId, 'facilitator');
  await types('priya', 'exercise', 'attend', runId);
  await types('hannah', 'exercise', 'begin', runId);
  await when(runId, ({ told }) => told.length === 1, 'the first event is told');
  await types('hannah', 'exercise', 'next', runId);
  await types('priya', 'exercise', 'gap', runId, '--title', 'No phone list', '--found', 'We asked.');
  await types('hannah', 'exercise', 'hot-wash', runId, '--end-early', 'A test.');
  await types('priya', 'exercise', 'answer', runId, '1', 'The phone list.');
}
const held = { verdict: 'held', findings: ['tabletop:section-of-fire/no-phone-list'], copy: 'none' } as const;

test('Slack down for a whole review: it is answered and signed at the command line, and told once afterwards', async () => {
  await slackDown();
  const runId = await startReview(world);
  const view = await untilReviewAsked(world, runId);
  // Nobody can tell whether the channel is there, and the review does not wait for it.
  expect(view.items.find(({ key }) => key.endsWith('.channel'))).toMatchObject({ outcome: 'unknown' });
  for (const [index, item] of askedItems(view).entries()) {
    const answer = item.key.endsWith('.rto') ? 'document-wrong' : 'right';
    await types('priya', 'review', 'answer', runId, String(index + 1), answer, '--comment', 'I looked.');
  }
  await types('priya', 'review', 'sign-off', runId);
  await judged(runId);
  await until(async () => (await ticketsOf(runId)).length === 1, 'the ticket does not wait for Slack');
  expect(await runMessages(world, runId)).toEqual([]);
  await slackUp();
  const run = await expectEnding(world, runId, { verdict: 'corrections-needed', findings: [wrongRto], copy: 'none' });
  expect(reviewOf(run).signedOff).toMatchObject({ by: { personId: 'priya-raman', via: 'personal-key' } });
});

test('Jira down for a whole review: it ends, and its ticket is filed once afterwards', async () => {
  await jiraDown();
  const runId = await startReview(world);
  await untilReviewAsked(world, runId);
  await answerAll(world, runId, 'priya', { '.rto': 'document-wrong', '.owner': 'document-wrong' });
  await signOff(world, runId, 'priya');
  await judged(runId);
  await until(
    async () => (await runMessages(world, runId)).some(({ key }) => key === 'verdict'),
    'Slack does not wait for Jira',
  );
  expect(await ticketsOf(runId)).toEqual([]);
  await jiraUp();
  await expectEnding(world, runId, {
    verdict: 'corrections-needed',
    findings: [wrongRto, wrongRto.replace('.rto', '.owner')],
    copy: 'none',
  });
});

test('Confluence down for a whole review: what nobody could read is unproven, and nobody is asked', async () => {
  await confluenceDown();
  const runId = await startReview(world);
  await judged(runId);
  await confluenceUp();
  const run = await expectEnding(world, runId, {
    verdict: 'unproven',
    reason: /Confluence/,
    findings: [`document:recovery:confluence/${pageId}/document-unreachable`],
    copy: 'none',
  });
  expect(run.projection.review?.asked).toBeUndefined();
});

test('Confluence down at the start is asked again, and down at the sign-off voids it: signed again, it counts once', async () => {
  await confluenceDown();
  const runId = await startReview(world);
  const handle = world.temporal.workflow.getHandle(runId);
  await until(
    async () =>
      ((await handle.describe()).raw.pendingActivities ?? []).some(
        ({ activityType, attempt }) => activityType?.name === 'readDocument' && (attempt ?? 1) > 1,
      ),
    'the page is tried again',
  );
  await confluenceUp();
  await untilReviewAsked(world, runId);
  await answerAll(world, runId, 'priya', { '.rto': 'document-wrong' });
  await confluenceDown();
  expect(await signOff(world, runId, 'priya')).toMatchObject({ outcome: 'accepted' });
  const view = await untilReview(world, runId, ({ voidSignOffs }) => voidSignOffs.length === 1, 'void');
  expect(view.voidSignOffs).toMatchObject([{ code: 'not-readable', text: expect.stringMatching(/Confluence/) }]);
  await confluenceUp();
  expect(await signOff(world, runId, 'priya')).toMatchObject({ outcome: 'accepted' });
  const run = await expectEnding(world, runId, { verdict: 'corrections-needed', findings: [wrongRto], copy: 'none' });
  expect(Object.values(reviewOf(run).answers).every(({ times }) => times === 1)).toBe(true);
});

test('Slack down for a whole exercise: it is led at the command line, its gap gets its ticket, and all of it is told once', async () => {
  await slackDown();
  const runId = await startLedExercise(world);
  await heldByCommandLine(runId);
  await when(runId, ({ gaps }) => gaps[0]?.ticket !== undefined, 'the ticket does not wait for Slack');
  await types('hannah', 'exercise', 'close', runId);
  await judged(runId);
  expect(await runMessages(world, runId)).toEqual([]);
  await slackUp();
  await expectEnding(world, runId, held);
});

/** The exercise's message as people see it now, and what was said below it. */
async function saidOf(runId: string): Promise<{ readonly message: string; readonly reminders: readonly string[] }> {
  const messages = await runMessages(world, runId);
  const text = (message: object): string => JSON.stringify({ ...message, earlier: undefined });
  return {
    message: messages.flatMap(({ key, message }) => (key === 'exercise' ? [text(message)] : [])).join(''),
    reminders: messages.flatMap(({ key, message }) => (key.startsWith('exercise-reminder:') ? [text(message)] : [])),
  };
}

test('Jira down for a whole exercise: nobody closes it without a word, and when Jira is back the ticket comes once and who leads hears of it', async () => {
  await jiraDown();
  const runId = await startLedExercise(world, { remindEveryMs: 4000 });
  await heldByCommandLine(runId);
  // Whoever tries to close it is told what it waits for, and what they can do; so is everybody by the message, and by reminders.
  const close = () =>
    typed(world, { FIREDRILL_PERSON: ids.hannah, FIREDRILL_PERSON_KEY: keys.hannah }, 'exercise', 'close', runId);
  expect(await close()).toMatchObject({
    code: 3,
    out: expect.stringMatching(/G1 “No phone list”[\s\S]*Jira has not confirmed the ticket yet[\s\S]*say why not/),
  });
  await until(
    async () => /ticket pending: asked for .*Jira confirms G1.*Ticket or not…/.test((await saidOf(runId)).message),
    'the message says what it waits for',
  );
  await until(
    async () => (await saidOf(runId)).reminders.some((text) => /<@U0HANNAH>.*G1\. .*wait for Jira/.test(text)),
    'who leads is reminded',
  );
  expect(await ticketsOf(runId)).toEqual([]);
  await jiraUp();
  await when(runId, ({ gaps }) => gaps[0]?.ticket !== undefined, 'Jira has confirmed it');
  const offers = async () =>
    (await saidOf(runId)).reminders.filter((text) =>
      /<@U0HANNAH>.*Jira has confirmed DR-.*nothing stands in the way/.test(text),
    );
  await until(async () => (await offers()).length > 0, 'who could not close it hears that they can');
  expect(await close()).toMatchObject({ code: 0 });
  const run = await expectEnding(world, runId, held);
  expect(run.projection.exercise?.gaps[0]).not.toHaveProperty('without');
  expect(await offers()).toHaveLength(1);
});

test('Jira down for a whole exercise and after it: closed with that as the reason, and the report has the ticket when it comes', async () => {
  await jiraDown();
  const runId = await startLedExercise(world);
  await heldByCommandLine(runId);
  await types('priya', 'exercise', 'no-ticket', runId, 'G1', '--reason', 'Jira is down.');
  await types('hannah', 'exercise', 'close', runId);
  await judged(runId);
  await until(
    async () => (await saidOf(runId)).message.includes('was asked for and comes later'),
    'Slack does not wait for Jira',
  );
  await world.runWhen(runId, ({ evidence }) => evidence !== undefined, 'nor does the evidence');
  expect(await ticketsOf(runId)).toEqual([]);
  const report = async () => (await typed(world, {}, 'report', runId)).out.replaceAll(/\s+/g, ' ');
  expect(await report()).toContain('No phone list [ticket pending: Jira is down.]');
  await jiraUp();
  await expectEnding(world, runId, held);
  expect(await report()).toMatch(/No phone list \[DR-\d+, which came later: Jira is down\.\]/);
});

test('Confluence down for a whole exercise is not noticed: nothing of it is read there', async () => {
  await confluenceDown();
  const runId = await startLedExercise(world);
  await heldByCommandLine(runId);
  await when(runId, ({ gaps }) => gaps[0]?.ticket !== undefined, 'the ticket does not wait for Confluence');
  await types('hannah', 'exercise', 'close', runId);
  await expectEnding(world, runId, held);
});

test('Slack and Jira down for a whole exercise: it is closed with the reason why there is no ticket, which comes later', async () => {
  await slackDown();
  await jiraDown();
  const runId = await startLedExercise(world);
  await heldByCommandLine(runId);
  await types('hannah', 'exercise', 'no-ticket', runId, 'G1', '--reason', 'Jira is down.');
  await types('hannah', 'exercise', 'close', runId);
  await judged(runId);
  expect([await runMessages(world, runId), await ticketsOf(runId)]).toEqual([[], []]);
  await jiraUp();
  await slackUp();
  await expectEnding(world, runId, held);
});
