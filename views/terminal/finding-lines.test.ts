import { expect, test } from 'vitest';
import { foldRemediation } from '../../domain/remediation.ts';
import type { RemediationView } from '../../domain/remediation.ts';
import { exampleFinding, exampleTicket } from '../example-notices.ts';
import { findingLines, findingPage } from './finding-lines.ts';
import { noPaint } from './paint.ts';

const raisedAtMs = Date.parse('2026-11-22T18:00:00Z');
const nowMs = Date.parse('2026-12-08T18:00:00Z');
const raised = { type: 'raised', finding: exampleFinding, ticket: exampleTicket, simulated: true } as const;
const filed = { type: 'ticket-filed', key: 'DR-7', url: 'https://j/browse/DR-7', outcome: 'created' } as const;
const events = [raised, filed].map((event, index) => ({ atMs: raisedAtMs + index, event }));
const view = events.reduce<RemediationView | undefined>(
  (so, { event, atMs }) => foldRemediation(so, event, atMs),
  undefined,
);
const row = { finding: exampleFinding, raisedAtMs, ...(view === undefined ? {} : { view }) };
const size = { columns: 100, paint: noPaint, nowMs };

test('a list says of each finding its ticket, state, age and that it is overdue', () => {
  const text = findingLines([row], size);
  for (const part of [
    'DR-7',
    'open',
    'jira-cloud / issues-db',
    '16 d',
    'OVERDUE, due 2026-12-06',
    'SIMULATED',
    exampleFinding.title,
  ])
    expect(text).toContain(part);
  expect(text.split('\n').every((line) => line.length < 130)).toBe(true);
});

test('a finding that nobody follows yet is not passed over', () => {
  expect(findingLines([{ finding: exampleFinding, raisedAtMs }], size)).toContain('not followed yet');
  expect(findingLines([], size)).toBe('No findings.');
});

test('one finding shows what was found, what closes it, and what happened', () => {
  const text = findingPage(row, events, size);
  for (const part of [exampleFinding.found, exampleFinding.proof.sentence, 'ticket DR-7 filed', 'raised by', 'OVERDUE'])
    expect(text).toContain(part);
});
