import { expect } from 'vitest';
import { checkPeopleNow } from '../../client/runs/people-check.ts';
import { isLinkItem } from '../../domain/review-links.ts';
import { act, click, startTest, untilAsked } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';
import { nowGoneFromSlack } from '../engine/outside.ts';
import {
  answerAll,
  signOff,
  startReview,
  untilReview,
  untilReviewAsked,
  withReviewedDocument,
  writeDocument,
} from '../engine/reviewing.ts';
import { keepHistory, keepNewestLook, recording } from './recording.ts';

recording(
  'histories of people who leave are recorded: the looks that notice it, a gate and a review whose people change, dead links',
  { source: false, catalog: withReviewedDocument() },
  async (world) => {
    /** What is vacant at Jira Cloud; Sofia owns other services, too. */
    const look = async () =>
      (await checkPeopleNow(world.runs, 60_000)).vacancies.filter(({ service }) => service === 'jira-cloud');
    await writeDocument(world, {}, 'Ask in #gone-channel or #jira-cloud-dr.');
    const gated = await startTest(world);
    await untilAsked(world, gated);
    const review = await startReview(world);
    const first = await untilReviewAsked(world, review);
    const gone = first.items.find(isLinkItem)?.key ?? 'the dead link is asked about';
    await act(world, review, 'priya', {
      kind: 'delegate',
      to: { personId: 'sofia-marques', name: 'Sofia Marques', slackId: 'U0SOFIA' },
    });
    await untilReview(world, review, ({ delegations }) => delegations.length === 1, 'handed on');

    await nowGoneFromSlack(world, 'U0JONAS', 'U0SOFIA');
    expect(await look()).toMatchObject([{ text: expect.stringContaining('Lin Zhao') }]);
    await untilReview(world, review, ({ reassigned }) => reassigned?.length === 1, 'Priya is asked again');
    await keepNewestLook(world, 'people-check-stand-in');
    await keepHistory(world.temporal, 'documentation-review-reassigned', review);

    await nowGoneFromSlack(world, 'U0JONAS', 'U0SOFIA', 'U0PRIYA');
    expect((await look()).map(({ watched }) => watched ?? [])).toEqual([[], ['DR-1']]);
    await untilReview(world, review, ({ reassigned }) => reassigned?.length === 2, 'Lin is asked');
    await keepNewestLook(world, 'people-check-watched');

    await answerAll(world, review, 'lin', { [gone]: 'document-wrong' });
    await writeDocument(world, {}, 'Ask in #lost-channel or #jira-cloud-dr.');
    await signOff(world, review, 'lin');
    const second = await untilReview(world, review, ({ round }) => round === 2, 'asked anew');
    const lost = second.items.find(isLinkItem)?.key ?? 'the other dead link is asked about';
    await answerAll(world, review, 'lin', { [lost]: 'document-wrong' });
    await signOff(world, review, 'lin');
    await expectEnding(world, review, {
      verdict: 'corrections-needed',
      findings: [`document-fact:${lost}/document-wrong`],
      copy: 'none',
    });
    await keepHistory(world.temporal, 'documentation-review-dead-links', review);

    await click(world, gated, 'lin', { choice: 'reject', reason: 'a recording' });
    await expectEnding(world, gated, { verdict: 'aborted', findings: ['held/gate-rejected'], copy: 'none' });
    await keepHistory(world.temporal, 'restore-test-stand-in', gated);
    await keepHistory(world.temporal, 'delivery-stand-in', `delivery/${gated}`);
  },
);
