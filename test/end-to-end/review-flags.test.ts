import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPublicKey, verifyFolder } from '../../client/evidence/read-bundle.ts';
import { unansweredItems } from '../../domain/review-view.ts';
import { publicKeyOf } from '../../domain/signing.ts';
import { readJournal } from '../../store/journal.ts';
import { slackActions } from '../../views/slack/actions.ts';
import { typed } from '../engine/command-line.ts';
import { expectEnding } from '../engine/ending.ts';
import { runMessages, until } from '../engine/outside.ts';
import { startWorldProcess } from '../engine/processes.ts';
import { closes, formOf, isAnswers, press, says, sends, signsOff } from '../engine/review-clicks.ts';
import {
  answerAll,
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

/**
 * Somebody signs faster than anybody reads, with the very answers of the last three reviews: everybody who looks at the review is
 * told so, wherever they look, and nobody is kept from signing.
 */
let world: World;
beforeAll(async () => {
  world = await createWorld({
    source: false,
    // Nobody reads one word a minute: however slow this machine is, these tests are faster.
    catalog: withReviewedDocument((policies) => {
      policies['documentReview'] = { wordsPerMinute: 1, secondsPerItem: 3600 };
    }),
  });
  await writeDocument(world);
});
afterAll(() => world.close());

const reviewed = { verdict: 'confirmed', findings: [], copy: 'none' } as const;
const codes = async (runId: string): Promise<readonly string[]> =>
  (reviewOf(await world.runWhen(runId, () => true, 'there')).signedOff?.flags ?? []).map(({ code }) => code);

test('a sign-off faster than reading, identical to the last three, is flagged in record, Slack, terminal and evidence, and counts', async () => {
  await using _app = await startWorldProcess(world, 'slack');
  for (let quarter = 0; quarter < 3; quarter += 1) {
    const runId = await startReview(world);
    await untilReviewAsked(world, runId);
    await answerAll(world, runId, 'priya');
    await signOff(world, runId, 'priya');
    await expectEnding(world, runId, reviewed);
    expect(await codes(runId)).toEqual(['faster-than-reading', 'faster-than-answering']);
  }

  // The fourth one in Slack, as people do: page by page, then the signature.
  const runId = await startReview(world);
  await untilReviewAsked(world, runId);
  await until(
    async () => (await runMessages(world, runId)).some(({ key }) => key === 'review'),
    'its message is there',
  );
  await press(world, 'U0PRIYA', runId, slackActions.reviewAnswer);
  await sends(world, 'U0PRIYA', await formOf(world, 'U0PRIYA', isAnswers, 'the first page'), () => 'right');
  const second = await formOf(
    world,
    'U0PRIYA',
    (one) => isAnswers(one) && /Facts 11–/.test(says(one)),
    'the next page',
  );
  await sends(world, 'U0PRIYA', second, () => 'right');
  await untilReview(world, runId, (now) => unansweredItems(now).length === 0, 'answered');
  await closes(world, 'U0PRIYA', second);
  await signsOff(world, 'U0PRIYA', runId);
  const run = await expectEnding(world, runId, reviewed);
  expect(await codes(runId)).toEqual(['faster-than-reading', 'faster-than-answering', 'same-as-last-three']);

  const flags = reviewOf(run).signedOff?.flags.map(({ text }) => text) ?? [];
  expect(flags).toEqual([
    expect.stringMatching(/^Signed off \d+ s after it was asked for; \d+ words at 1 a minute take \d+ s\.$/),
    expect.stringMatching(/^\d+ answers within \d+ s of the first; at 3600 s each they take \d+ s\.$/),
    'Every answer is the same as in the last 3 reviews.',
  ]);
  const entries = await readJournal(world.store, runId, run.executionId);
  const signed = entries.filter(({ body }) => body.includes('"type":"review-signed-off"'));
  expect(signed).toHaveLength(1);
  const page = await readFile(join(run.evidence?.path ?? '', 'report.html'), 'utf8');
  const terminal = (await typed(world, {}, 'report', runId)).out.replaceAll(/\s+/g, ' ');
  const message = async () =>
    JSON.stringify((await runMessages(world, runId)).find(({ key }) => key === 'review')?.message ?? {});
  await until(async () => (await message()).includes('For whoever reads this record'), 'Slack says so');
  for (const text of flags)
    for (const said of [signed[0]?.body ?? '', page, terminal, await message()]) expect(said).toContain(text);
  expect(
    verifyFolder(run.evidence?.path ?? '', readPublicKey(publicKeyOf(world.config.evidenceKey ?? ''))),
  ).toMatchObject({
    ok: true,
    problems: [],
  });
});
