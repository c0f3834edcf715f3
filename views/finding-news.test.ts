import fc from 'fast-check';
import { expect, test } from 'vitest';
// The stand-ins know what Slack and Jira accept.
// oxlint-disable-next-line no-restricted-imports
import { requireCommentDocument } from '../sandbox/jira/adf.ts';
// oxlint-disable-next-line no-restricted-imports
import { acceptMessageBlocks } from '../sandbox/slack/block-kit.ts';
import { exampleAddress, exampleFinding } from './example-notices.ts';
import { newsComment, newsMark } from './jira/news.ts';
import { secondChannelBody } from './second-channel.ts';
import { findingNewsMessage } from './slack/finding-news.ts';

const news = (text: string, mention: readonly string[] = []) =>
  ({
    kind: 'finding-news',
    number: 3,
    finding: exampleFinding,
    text,
    broadcast: true,
    secondChannel: true,
    mention,
    ticket: { key: 'DR-1', url: 'https://example.atlassian.net/browse/DR-1' },
  }) as const;

test('news of a finding name it, its ticket and the people who are asked, and are marked when simulated', () => {
  const text = JSON.stringify(findingNewsMessage(exampleAddress, news('Open for 14 days.', ['U0ANNA'])).blocks);
  for (const part of [
    'jira-cloud / issues-db',
    'DR-1',
    '<@U0ANNA>',
    'Open for 14 days.',
    'SIMULATED',
    exampleFinding.fingerprint,
  ])
    expect(text).toContain(part);
});

test('on the second channel with a command that works without Slack', () => {
  expect(secondChannelBody(exampleAddress, news('Open for 14 days.'))).toMatchObject({
    kind: 'finding-news',
    next: `firedrill finding show ${exampleFinding.fingerprint}`,
    text: expect.stringContaining('Open for 14 days.') as string,
  });
});

test('Slack and Jira take news of any words and length', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 5000, maxLength: 9000 })), (words) => {
      acceptMessageBlocks(JSON.parse(JSON.stringify(findingNewsMessage(exampleAddress, news(words)).blocks)));
      requireCommentDocument(JSON.parse(JSON.stringify(newsComment({ id: 'abc-1', text: words }))));
    }),
    { numRuns: 100 },
  );
});

test('what was said first is not taken for what was said tenth', () => {
  expect(newsMark('abc-10')).not.toContain(newsMark('abc-1'));
  expect(newsMark('abc-1')).not.toContain(newsMark('abc-10'));
});
