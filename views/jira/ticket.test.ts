import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
// The stand-in knows which documents Jira accepts.
// oxlint-disable-next-line no-restricted-imports
import { hasUnprintable, requireCommentDocument, requireFieldDocument } from '../../sandbox/jira/adf.ts';
import { exampleFinding } from '../example-notices.ts';
import { recurrenceComment, tellsOfRun, ticketDescription, ticketSummary } from './ticket.ts';

const view = { finding: exampleFinding, tier: 1, simulated: false, unknownPeople: [] };

describe('a ticket', () => {
  test('has a summary that names service and numbers, on one line', () => {
    expect(ticketSummary(exampleFinding, false)).toBe(
      '[DR] jira-cloud: newest data in the restored copy was 3 h 02 min old (RPO < 1 h)',
    );
    expect(ticketSummary({ ...exampleFinding, title: 'two\n lines' }, true)).toBe(
      '[DR] jira-cloud: two lines (SIMULATED)',
    );
  });

  test('tells in this order: found, matters, evidence, what closes it, where to look first', () => {
    const text = JSON.stringify(ticketDescription(view));
    const places = [
      'What was found',
      'Why it matters',
      'Evidence',
      exampleFinding.runId,
      'What closes this ticket',
      exampleFinding.proof.sentence,
      `firedrill finding retest ${exampleFinding.fingerprint.slice(0, 10)}`,
      'opened again',
      'look at first',
    ].map((part) => text.indexOf(part));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(text).not.toContain('SIMULATED');
  });

  test('makes links of the addresses in what is said, without the brackets and full stops around them', () => {
    const address = 'https://wiki.example.com/dr/a+b%3A';
    const found = `“Recovery” (${address}) states 35 days; see ${address}.`;
    const nodes = ticketDescription({ ...view, finding: { ...exampleFinding, found } }).content.find(({ content }) =>
      JSON.stringify(content).includes('states 35 days'),
    );
    const link = { type: 'text', text: address, marks: [{ type: 'link', attrs: { href: address } }] };
    expect(nodes?.content).toEqual([
      { type: 'text', text: '“Recovery” (' },
      link,
      { type: 'text', text: ') states 35 days; see ' },
      link,
      { type: 'text', text: '.' },
    ]);
  });

  test('of a gap that a person reported names no run', () => {
    const reported = { ...view, finding: { ...exampleFinding, runId: 'gap/jira-cloud/1' } };
    const text = JSON.stringify(ticketDescription(reported));
    expect(text).toContain('A person reported it');
    expect(text).not.toContain('firedrill report');
  });

  test('the news of a run are told from what somebody says of it', () => {
    const { runId } = exampleFinding;
    expect(tellsOfRun(recurrenceComment(view), runId)).toBe(true);
    expect(tellsOfRun(recurrenceComment({ ...view, runUrl: 'https://x.example/r' }), runId)).toBe(true);
    expect(tellsOfRun({ content: [{ type: 'text', text: `I look at ${runId} now.` }] }, runId)).toBe(false);
    expect(tellsOfRun(recurrenceComment(view), runId.slice(0, -1))).toBe(false);
  });

  test('a simulated one says so before anything else', () => {
    expect(JSON.stringify(ticketDescription({ ...view, simulated: true }).content[0])).toContain('SIMULATED');
    expect(JSON.stringify(recurrenceComment({ ...view, simulated: true }))).toContain('SIMULATED');
  });

  test('Jira accepts it whatever the words are, and the summary never exceeds its limit', () => {
    const anyText = fc.oneof(
      fc.string({ maxLength: 80 }),
      fc.string({ unit: 'grapheme', maxLength: 9000 }),
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.constantFrom(
        '\0',
        'a\r\nb\rc',
        '\uD83D',
        '\u0007https://x.example/\u0001a',
        '',
        '\n',
        'a\n\nb',
        'x'.repeat(40_000),
      ),
    );
    fc.assert(
      fc.property(anyText, anyText, fc.boolean(), (one, other, simulated) => {
        const finding = {
          ...exampleFinding,
          title: one,
          found: other,
          matters: one,
          lookFirst: other,
          proof: { kind: 'attested' as const, sentence: one },
        };
        const summary = ticketSummary(finding, simulated);
        expect(summary.length).toBeLessThanOrEqual(255);
        expect(hasUnprintable(summary)).toBe(false);
        const full = {
          ...view,
          finding,
          simulated,
          runUrl: 'https://x.example/r',
          earlier: { key: 'DR-1', url: 'https://x.example/DR-1' },
          unknownPeople: [{ email: 'a@b.c', as: 'owner' as const }],
        };
        expect(() =>
          requireFieldDocument(JSON.parse(JSON.stringify(ticketDescription(full))), 'description'),
        ).not.toThrow();
        expect(() => requireCommentDocument(JSON.parse(JSON.stringify(recurrenceComment(full))))).not.toThrow();
      }),
      { numRuns: 100 },
    );
  });
});
