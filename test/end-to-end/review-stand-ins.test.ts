import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkPeopleNow } from '../../client/runs/people-check.ts';
import { unansweredItems } from '../../domain/review-view.ts';
import { slackActions } from '../../views/slack/actions.ts';
import { act } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';
import { nowGoneFromSlack, runMessages, until } from '../engine/outside.ts';
import { closes, createReviewScene, formOf, isAnswers, press, says, sends, signsOff } from '../engine/review-clicks.ts';
import { reviewOf, startReview, untilReview, untilReviewAsked } from '../engine/reviewing.ts';
import type { World } from '../engine/world.ts';

/** Whoever has to answer a review leaves before it is done. */

let scene: Awaited<ReturnType<typeof createReviewScene>>;
let world: World;
beforeAll(async () => {
  scene = await createReviewScene();
  ({ world } = scene);
});
afterAll(() => scene[Symbol.asyncDispose]());

const look = () => checkPeopleNow(world.runs, 60_000);

const reminders = async (runId: string): Promise<readonly string[]> =>
  (await runMessages(world, runId))
    .filter(({ key }) => key.startsWith('review-reminder:'))
    .map(({ message }) => JSON.stringify(message));

async function untilTold(runId: string, words: RegExp): Promise<void> {
  await until(async () => (await reminders(runId)).some((text) => words.test(text)), `told: ${words.source}`);
}

test('handed on to somebody who leaves, it comes back; when the champion leaves, too, the deputy is told, answers and signs in Slack', async () => {
  const runId = await startReview(world);
  await untilReviewAsked(world, runId);
  const sofia = { personId: 'sofia-marques', name: 'Sofia Marques', slackId: 'U0SOFIA' };
  expect(await act(world, runId, 'priya', { kind: 'delegate', to: sofia })).toMatchObject({ outcome: 'accepted' });
  await untilReview(world, runId, ({ delegations }) => delegations.length === 1, 'handed on');

  // Nobody has left yet: nothing is said.
  await look();
  await nowGoneFromSlack(world, 'U0SOFIA');
  await look();
  await look();
  await untilTold(runId, /<@U0PRIYA>.*Sofia Marques cannot be asked any more; Priya Raman is asked instead/);

  await nowGoneFromSlack(world, 'U0SOFIA', 'U0PRIYA');
  await look();
  await untilTold(runId, /<@U0LIN>.*Priya Raman has left; Lin Zhao stands in as DR champion/);
  const view = await untilReview(world, runId, ({ reassigned = [] }) => reassigned.length === 2, 'moved twice');
  expect(view.reassigned).toMatchObject([
    { role: 'reviewer', left: { name: 'Sofia Marques' }, standIn: { name: 'Priya Raman' } },
    { role: 'dr-champion', left: { name: 'Priya Raman' }, standIn: { name: 'Lin Zhao' } },
  ]);
  // Said once each, and the message that stays says it, too.
  await look();
  expect((await reminders(runId)).filter((text) => text.includes('Lin Zhao stands in'))).toHaveLength(1);
  expect((await reminders(runId)).filter((text) => text.includes('is asked instead'))).toHaveLength(1);
  const status = async () => JSON.stringify((await runMessages(world, runId)).find(({ key }) => key === 'review'));
  await until(
    async () => /<@U0LIN>.*Lin Zhao is asked|Lin Zhao is asked.*<@U0LIN>/s.test(await status()),
    'Lin is named',
  );

  for (const which of ['Facts 1–10', 'Facts 11–20']) {
    await press(world, 'U0LIN', runId, slackActions.reviewAnswer);
    const page = await formOf(world, 'U0LIN', (one) => isAnswers(one) && says(one).includes(which), which);
    const before = unansweredItems(reviewOf(await world.runWhen(runId, () => true, 'there'))).length;
    await sends(world, 'U0LIN', page, () => 'right');
    await untilReview(world, runId, (now) => unansweredItems(now).length < before, `${which} answered`);
    await closes(world, 'U0LIN', page);
  }
  await signsOff(world, 'U0LIN', runId);
  const run = await expectEnding(world, runId, { verdict: 'confirmed', findings: [], copy: 'none' });
  expect(reviewOf(run).signedOff).toMatchObject({ by: { personId: 'lin-zhao', roles: ['dr-champion', 'deputy'] } });
});
