import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  exampleAddress as heading,
  exampleFailed,
  exampleFinding,
  exampleGate,
  openedAtMs,
} from '../example-notices.ts';
import { messageProblems } from './block-kit-testing.ts';
import { breakText } from './break-text.ts';
import { plenty, sentence } from './every-view-testing.ts';
import { closedGateMessage, openGateMessage } from './gate-message.ts';
import { context, message, paragraphs, section } from './limits.ts';
import type { SlackContent } from './limits.ts';
import { findingMessage, pauseMessage, reminderMessage, ticketMessage, verdictMessage } from './thread.ts';

/** Two hundred differences, in one text. */
const differences = Array.from({ length: plenty }, (_, index) => sentence(index + 1));
const text = differences.join('\n');
const pagesOf = ({ more = [], ...first }: SlackContent): readonly Omit<SlackContent, 'more'>[] => [first, ...more];
const buttonsIn = (page: object | undefined): number => (JSON.stringify(page).match(/"type":"button"/g) ?? []).length;

describe('a message of any length', () => {
  const gate = { ...exampleGate, preview: { ...exampleGate.preview, creates: differences } };
  test.each([
    ['question', openGateMessage({ heading, gate, mention: [] })],
    ['answered question', closedGateMessage({ heading, gate, outcome: 'rejected', text, closedAtMs: openedAtMs })],
    ['finding', findingMessage(heading, { ...exampleFinding, found: text })],
    ['ticket', ticketMessage(heading, text, { key: 'DR-1', url: 'https://jira.example', outcome: 'created' })],
    ['verdict', verdictMessage(heading, { ...exampleFailed, reason: text })],
    ['pause', pauseMessage(heading, { text, paused: true })],
    ['reminder', reminderMessage(heading, exampleGate, text, [])],
  ])('says every one of 200 differences: %s', (_, content) => {
    const pages = pagesOf(content);
    const said = pages.map(({ blocks }) => JSON.stringify(blocks)).join('');
    expect(differences.filter((_, index) => !said.includes(`(no.${index + 1})`))).toEqual([]);
    expect(pages.length).toBeGreaterThan(3);
    for (const [index, page] of pages.entries()) {
      expect(messageProblems(page)).toEqual([]);
      expect(JSON.stringify(page.blocks)).toContain(`${index + 1} of ${pages.length}`);
    }
  });

  test('keeps its buttons, and what can be taken in at one look, on the first page', () => {
    const [first, ...others] = pagesOf(openGateMessage({ heading, gate, mention: ['U0ANNA'], progress: '1 of 2' }));
    expect(JSON.stringify(first)).toMatch(/1 of 2.*Touches.*Costs.*Way back.*Asked.*U0ANNA.*chain/);
    expect([buttonsIn(first), ...others.map(buttonsIn)]).toEqual([3, ...others.map(() => 0)]);
  });

  test('never parts a row of buttons from what it is about, when there are several', () => {
    const rows = Array.from({ length: 40 }, (_, index) => [
      section(`question ${index} ${'x'.repeat(700)}`),
      {
        type: 'actions' as const,
        elements: [
          {
            type: 'button' as const,
            action_id: `b${index}`,
            text: { type: 'plain_text' as const, text: 'Yes' },
            value: String(index),
          },
        ],
      },
    ]).flat();
    for (const { blocks } of pagesOf(message('questions', [section('*40 questions*'), ...rows])))
      for (const [index, block] of blocks.entries())
        if (block.type === 'actions')
          expect(JSON.stringify(blocks[index - 1])).toContain(
            `question ${String(JSON.parse(JSON.stringify(block)).elements[0].value)} `,
          );
  });

  test('that fits is one message, and nothing is said about pages', () => {
    expect(message('short', [section('a'), context('b')])).toEqual({
      text: 'short',
      blocks: [section('a'), context('b')],
    });
  });

  test('ends somewhere, and says where the rest is', () => {
    const pages = pagesOf(message('endless', paragraphs(text.repeat(8))));
    expect(pages).toHaveLength(10);
    expect(JSON.stringify(pages.at(-1))).toContain('firedrill report');
  });
});

test('text is broken where nothing is torn, and nothing of it is lost', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(
          '&amp;',
          '&lt;',
          '<@U0ANNA>',
          '<https://a.b|c d>',
          '<!date^1^{time}|9:00>',
          '🟦',
          'word',
          ' ',
          '\n',
          'é',
        ),
        { maxLength: 120 },
      ),
      fc.integer({ min: 30, max: 80 }),
      (parts, max) => {
        const whole = parts.join('');
        const broken = breakText(whole, max);
        expect(broken.join('').replaceAll(/\s/g, '')).toBe(whole.replaceAll(/\s/g, ''));
        for (const part of broken) {
          expect(part.length).toBeLessThanOrEqual(max);
          expect(part.isWellFormed()).toBe(true);
          expect([...part.matchAll(/</g)]).toHaveLength([...part.matchAll(/>/g)].length);
          expect(part).not.toMatch(/&[a-z]*$/);
        }
      },
    ),
  );
});
