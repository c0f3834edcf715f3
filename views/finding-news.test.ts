import fc from 'fast-check';
import { expect, test } from 'vitest';
// The stand-ins know what Slack and Jira accept.
// oxlint-disable-next-line no-restricted-imports
import { requireCommentDocument } from '../sandbox/jira/adf.ts';
// oxlint-disable-next-line no-restricted-imports
import { acceptMessageBlocks } from '../sandbox/slack/block-kit.ts';
import { exampleAddress, exampleFinding } from './example-notices.ts';
import { newsComment, saysNews } from './jira/news.ts';
import { secondChannelBody } from './second-channel.ts';
import { FindingRefSchema, readRef } from './slack/actions.ts';
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

test('news say what they are about, once, and set commands apart', () => {
  const text = 'A re-test starts by itself. Sooner: firedrill finding retest DR-1';
  const slack = JSON.stringify(findingNewsMessage(exampleAddress, news(text)).blocks);
  expect(slack).toContain('newest data in the restored copy');
  expect(slack).toContain('Sooner: `firedrill finding retest DR-1`');
  const called = `Still open after 16 days: ${exampleFinding.title}.`;
  const again = findingNewsMessage(exampleAddress, news(called)).blocks[0];
  expect(JSON.stringify(again).split('newest data')).toHaveLength(2);
  expect(newsComment({ id: 'abc-1', text }).content).toMatchObject([
    {
      content: [
        { text: 'A re-test starts by itself.', marks: [{ type: 'strong' }] },
        { text: ' Sooner: ' },
        { text: 'firedrill finding retest DR-1', marks: [{ type: 'code' }] },
      ],
    },
    { content: [{ text: 'Note abc-1.' }] },
  ]);
});

test('its buttons carry what their forms show, of any words and length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (words) => {
      const finding = { ...exampleFinding, title: words, proof: { kind: 'attested', sentence: words } as const };
      const offers = [
        { kind: 'attest', confirms: words, evidence: words },
        { kind: 'accept-risk', until: '2027-03-31', by: words, reason: words },
      ] as const;
      const { blocks } = findingNewsMessage(exampleAddress, { ...news(words), finding, offers });
      const sent = JSON.parse(JSON.stringify(blocks)) as object[];
      acceptMessageBlocks(sent as never);
      for (const { value } of (sent.at(-1) as { elements: { value: string }[] }).elements)
        expect(readRef(FindingRefSchema, value)).toBeDefined();
    }),
    { numRuns: 200, examples: [['"\\\u0001'.repeat(1000)]] },
  );
});

test('on the second channel with a command that works without Slack', () => {
  expect(secondChannelBody(exampleAddress, news('Open for 14 days.'))).toMatchObject({
    kind: 'finding-news',
    next: 'firedrill finding show DR-1',
    text: expect.stringContaining('Open for 14 days.') as string,
  });
});

test('without a ticket it is named by so much of its fingerprint as tells it apart', () => {
  const { ticket: _, ...pending } = news('Jira does not answer.');
  const command = `firedrill finding show ${exampleFinding.fingerprint.slice(0, 10)}`;
  const texts = [
    secondChannelBody(exampleAddress, pending)?.text ?? '',
    JSON.stringify(findingNewsMessage(exampleAddress, pending).blocks.slice(0, 2)),
  ];
  for (const text of texts) {
    expect(text).toContain(command);
    expect(text).not.toContain(exampleFinding.fingerprint);
  }
});

test('Slack and Jira take news of any words and length', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 5000, maxLength: 9000 })), (words) => {
      acceptMessageBlocks(JSON.parse(JSON.stringify(findingNewsMessage(exampleAddress, news(words)).blocks)));
      requireCommentDocument(JSON.parse(JSON.stringify(newsComment({ id: 'abc-1', text: words }))));
    }),
    { numRuns: 100 },
  );
});

test('what was said first is not taken for what was said tenth', () => {
  const first = newsComment({ id: 'abc-1', text: 'so' });
  expect(saysNews(first, 'abc-1')).toBe(true);
  expect(saysNews(first, 'abc-10')).toBe(false);
  expect(saysNews(newsComment({ id: 'abc-10', text: 'so' }), 'abc-1')).toBe(false);
  // As it was said before the mark had a line of its own.
  expect(saysNews({ content: [{ text: 'firedrill news abc-1.' }] }, 'abc-1')).toBe(true);
});
