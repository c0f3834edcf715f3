import { expect } from 'vitest';
import { act, click, startTest, untilAsked } from '../engine/acting.ts';
import { expectEnding } from '../engine/ending.ts';
import {
  answerAll,
  signOff,
  startReview,
  untilReview,
  untilReviewAsked,
  withReviewedDocument,
  writeDocument,
} from '../engine/reviewing.ts';
import { keepHistory, recording } from './recording.ts';

recording(
  'histories of a documentation review are recorded: while it asks, and signed after a document had changed',
  { source: false, catalog: withReviewedDocument() },
  async (world) => {
    await writeDocument(world, { version: '16.4' });
    const runId = await startReview(world);
    await untilReviewAsked(world, runId);
    await answerAll(world, runId, 'priya', { 'engine-version': 'document-wrong' });
    await keepHistory(world.temporal, 'documentation-review-asking', runId);
    await writeDocument(world, { version: '16.4', retention: '14 days' });
    await signOff(world, runId, 'priya');
    await untilReview(world, runId, ({ round }) => round === 2, 'asked anew');
    await answerAll(world, runId, 'priya', { 'retention-days': 'reality-wrong' });
    expect(await signOff(world, runId, 'priya')).toMatchObject({ outcome: 'accepted' });
    await expectEnding(world, runId, {
      verdict: 'corrections-needed',
      findings: [
        'document-fact:recovery:recovery.md#issues-db.engine-version/document-wrong',
        'document-fact:recovery:recovery.md#issues-db.retention-days/reality-wrong',
      ],
      copy: 'none',
    });
    await keepHistory(world.temporal, 'documentation-review-signed', runId);
    await keepHistory(world.temporal, 'delivery-review', `delivery/${runId}`);
  },
);

recording(
  'histories of what nobody decides are recorded: a review that is handed on, reminds, escalates and is over, and a gate whose approval is withdrawn, which does the same',
  {
    source: false,
    catalog: withReviewedDocument((policies) => {
      policies['documentReview'] = {
        remindAfter: ['4s'],
        escalateAfter: [{ after: '5s', roles: ['leadership'], secondChannel: true }],
        finalDeadline: '6s',
      };
      policies['gate'] = {
        seats: [['service-owner'], ['dr-champion']],
        remindAfter: ['5s'],
        escalateAfter: [
          { after: '6s', roles: ['deputy', 'incident-commander'], secondChannel: true },
          { after: '7s', roles: ['leadership'], secondChannel: true },
        ],
        finalDeadline: '8s',
        excludeInitiator: true,
      };
    }),
  },
  async (world) => {
    await writeDocument(world, { version: '16.4' });
    const reviewId = await startReview(world);
    await untilReviewAsked(world, reviewId);
    const to = { personId: 'jonas-weber', name: 'Jonas Weber', slackId: 'U0JONAS' };
    expect(await act(world, reviewId, 'priya', { kind: 'delegate', to })).toMatchObject({ outcome: 'accepted' });
    await expectEnding(world, reviewId, {
      verdict: 'aborted',
      findings: ['documentation-review/not-reviewed-in-time'],
      copy: 'none',
    });
    await keepHistory(world.temporal, 'documentation-review-overdue', reviewId);

    const runId = await startTest(world);
    await untilAsked(world, runId);
    expect(await click(world, runId, 'jonas', { choice: 'approve' })).toMatchObject({ gate: 'open', approvals: 1 });
    expect(await click(world, runId, 'jonas', { choice: 'withdraw' })).toMatchObject({ gate: 'open', approvals: 0 });
    const { projection } = await expectEnding(world, runId, {
      verdict: 'aborted',
      findings: ['gate:admission/nobody-decided'],
      copy: 'none',
    });
    expect(projection.gates).toMatchObject([{ escalations: [{}, {}], remindedAtMs: [expect.any(Number)] }]);
    await keepHistory(world.temporal, 'restore-test-dropped', runId);
    await keepHistory(world.temporal, 'delivery-dropped', `delivery/${runId}`);
  },
);
