import { expect } from 'vitest';
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
