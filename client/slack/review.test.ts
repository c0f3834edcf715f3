import { describe, expect, test } from 'vitest';
import { actRefused } from '../../domain/act.ts';
import { askedReview, manyItemsForTests } from '../../domain/review-testing.ts';
import type { ReviewItem } from '../../domain/review.ts';
import { askedItems } from '../../domain/review-view.ts';
import { projectRun } from '../../domain/run-projection.ts';
import { reviewNotice } from '../../domain/review-notice.ts';
import { exampleAddress, exampleOpening, openedAtMs } from '../../views/example-notices.ts';
import { reviewInputs, slackActions } from '../../views/slack/actions.ts';
import { reviewMessage } from '../../views/slack/review-message.ts';
import { patienceMs } from './answer.ts';
import { unreachable } from './one-gate.ts';
import { appScene } from './sandbox-harness.ts';
import type { AppScene } from './sandbox-harness.ts';

/** The forms of a documentation review while something that they need is slow or away: nothing that was typed is lost. */

const runId = 'documentation-review/jira-cloud/-/2026Q4';
const review = askedReview(manyItemsForTests(12));
const [first] = askedItems(review);

/** A review of two pages, whose message stands in the channel. */
async function reviewing(): Promise<{ readonly scene: AppScene; readonly ts: string }> {
  const scene = await appScene();
  const opening = { runId, executionId: 'e', number: 1, atMs: openedAtMs, event: exampleOpening };
  scene.engine.projection = { ...projectRun([opening]), review };
  const notice = reviewNotice(review, false);
  if (notice === undefined) throw new Error('it was asked');
  const heading = { ...exampleAddress, runId, resource: '-' };
  return { scene, ts: await scene.post(reviewMessage({ heading, review: notice, mention: [] })) };
}

const answer = (item: ReviewItem | undefined, comment: string): object =>
  item === undefined
    ? {}
    : {
        [reviewInputs.answer(item.id, item.outcome)]: 'document-wrong',
        [reviewInputs.comment(item.id)]: comment,
      };

const openForm = async (scene: AppScene): Promise<string> => JSON.stringify(await scene.control('GET', 'views'));

const shows = (scene: AppScene, text: string): Promise<void> =>
  expect.poll(() => openForm(scene), { timeout: 15_000 }).toContain(text);

async function turnsThePage(scene: AppScene, values: object): Promise<void> {
  const { views } = (await scene.control('GET', 'views')) as { views: readonly { readonly id: string }[] };
  const form = { user: 'U0PRIYA', view_id: views[0]?.id };
  await scene.control('POST', 'act/fill', { ...form, values });
  await scene.control('POST', 'act/click', { ...form, action_id: slackActions.reviewPageAfter });
}

async function opensAnswers({ scene, ts }: Awaited<ReturnType<typeof reviewing>>): Promise<void> {
  await scene.click('U0PRIYA', ts, slackActions.reviewAnswer);
  await shows(scene, 'Facts 1–10 of 12');
}

describe('answers', () => {
  test('stay in their form while the engine is away, which says so; changed and sent again, what stands there counts', async () => {
    const opened = await reviewing();
    await using scene = opened.scene;
    await opensAnswers(opened);
    scene.engine.away = unreachable('The engine');
    expect(await scene.submit('U0PRIYA', answer(first, 'It was moved'))).toMatchObject({ status: 'errors' });
    expect(JSON.stringify(await scene.submit('U0PRIYA', {}))).toMatch(/The engine does not answer\..*still here/);
    scene.engine.away = undefined;
    expect(await scene.submit('U0PRIYA', answer(first, 'It was moved in May'))).toMatchObject({ status: 'ok' });
    expect(scene.engine.acts).toMatchObject([
      { act: { kind: 'answer', items: [{ answer: 'document-wrong', comment: 'It was moved in May' }] } },
    ]);
  });

  test('filled in otherwise are another act, also where the form before was taken and only its answer was lost', async () => {
    const opened = await reviewing();
    await using scene = opened.scene;
    await opensAnswers(opened);
    const { engine } = scene;
    const { act } = engine;
    engine.act = async (signed, target) => {
      await act(signed, target);
      throw unreachable('The engine');
    };
    await scene.submit('U0PRIYA', answer(first, 'It was moved'));
    await scene.submit('U0PRIYA', {});
    await scene.submit('U0PRIYA', answer(first, 'It was moved in May'));
    const [one, again, other, ...more] = engine.acts.map(({ actId }) => actId);
    expect(more).toEqual([]);
    expect(again).toBe(one);
    expect(other).not.toBe(one);
  });

  test('of a page that is turned stay in it, too', async () => {
    const opened = await reviewing();
    await using scene = opened.scene;
    await opensAnswers(opened);
    scene.engine.away = unreachable('The engine');
    await turnsThePage(scene, answer(first, 'It was moved'));
    await shows(scene, 'The engine does not answer. Runs go on. Try again in a minute. What you typed is still here.');
    scene.engine.away = undefined;
    expect(await scene.submit('U0PRIYA', {})).toMatchObject({ status: 'ok' });
    expect(scene.engine.acts).toMatchObject([{ act: { items: [{ comment: 'It was moved' }] } }]);
  });
});

/** Something that answers when it is let. */
function held(): { readonly until: Promise<void>; readonly let: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { until: promise, let: resolve };
}

describe('before anything has answered a form says', () => {
  test('that the store is slow; then it shows the facts', async () => {
    const { scene: opened, ts } = await reviewing();
    await using scene = opened;
    const store = held();
    const { run } = scene.engine;
    scene.engine.run = (id) => store.until.then(() => run(id));
    await scene.click('U0PRIYA', ts, slackActions.reviewAnswer);
    await shows(scene, 'The store is slow to answer.');
    store.let();
    await shows(scene, 'Facts 1–10 of 12');
  });

  test('that a page that was turned is not saved yet; then it shows the next one', async () => {
    const opened = await reviewing();
    await using scene = opened.scene;
    await opensAnswers(opened);
    const engine = held();
    const { act } = scene.engine;
    scene.engine.act = (signed, target) => engine.until.then(() => act(signed, target));
    await turnsThePage(scene, answer(first, 'It was moved'));
    await shows(scene, 'this page is not saved yet');
    engine.let();
    await shows(scene, 'Facts 11–12 of 12');
  });

  test('that answers are not confirmed yet; then what came of them', async () => {
    const opened = await reviewing();
    await using scene = opened.scene;
    await opensAnswers(opened);
    const engine = held();
    scene.engine.act = async () => {
      await engine.until;
      return actRefused('not-yours', 'Somebody else answers this.');
    };
    expect(await scene.submit('U0PRIYA', answer(first, 'It was moved'))).toMatchObject({ status: 'ok' });
    await shows(scene, 'it is not confirmed yet');
    engine.let();
    await shows(scene, 'Somebody else answers this.');
  });

  test('which is before Slack gives up', () => {
    expect(patienceMs).toBeLessThan(3000);
  });
});

test('a form opened from the Home tab that Slack does not open is said in a direct message', async () => {
  const { scene: opened } = await reviewing();
  await using scene = opened;
  await scene.openHome('U0PRIYA', 'Waiting for me (1)');
  await scene.control('POST', 'faults', { method: 'views.open', kind: 'error', error: 'expired_trigger_id' });
  await scene.clickHome('U0PRIYA', slackActions.reviewAnswer);
  await expect
    .poll(async () => (await scene.directMessages('U0PRIYA')).join())
    .toContain('Slack did not open the form.');
});

test('whom the catalog does not know sees nothing of a review, and that they tried is kept', async () => {
  const { scene: opened, ts } = await reviewing();
  await using scene = opened;
  await scene.click('U0STRANGER', ts, slackActions.reviewAnswer);
  await shows(scene, 'The catalog does not know you');
  expect(await openForm(scene)).not.toContain('Which is right?');
  expect(scene.engine.refused).toMatchObject([{ who: 'U0STRANGER', choice: 'look', code: 'unknown-person' }]);
});
