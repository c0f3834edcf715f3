import { expect, test } from 'vitest';
import { foldRemediation } from '../../domain/remediation.ts';
import type { RemediationView } from '../../domain/remediation.ts';
import { exampleFinding, exampleTicket } from '../example-notices.ts';
import { findingLines, findingPage } from './finding-lines.ts';
import { noPaint, widthOf } from './paint.ts';

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
const size = { columns: 130, paint: noPaint, nowMs };
const narrow = { ...size, columns: 80 };
const widest = (text: string): number => Math.max(...text.split('\n').map(widthOf));

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
  expect(text.split('\n')).toHaveLength(2);
});

test('in a narrow terminal no line of it is broken by the terminal, and nothing is left out', () => {
  const until = { until: '2027-01-31', reason: 'r' };
  const by = { personId: 'jonas-weber', personName: 'Jonas Weber' };
  const accepted = view && foldRemediation(view, { type: 'risk-accepted', by: [by, by], ...until }, nowMs);
  const text = findingLines([row, { ...row, ...(accepted && { view: accepted }) }], narrow);
  expect(widest(text)).toBeLessThanOrEqual(80);
  for (const part of ['jira-cloud / issues-db', 'OVERDUE, due 2026-12-06', '16 d', 'SIMULATED', 'until 2027-01-31'])
    expect(text).toContain(part);
  // Only the address of its ticket is longer than a line; it stays whole, to be clicked.
  expect(widest(findingPage(row, events, narrow))).toBeLessThanOrEqual(80);
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

test('one finding says what people and runs have said of it, and which commands go on with it', () => {
  const by = { personId: 'jonas-weber', personName: 'Jonas Weber' };
  const asked = {
    type: 'acceptance-asked',
    by,
    roles: ['service-owner'],
    until: '2027-01-31',
    reason: 'Replaced in March.',
  } as const;
  const opening = {
    opensMs: Date.UTC(2026, 11, 10, 1),
    closesMs: Date.UTC(2026, 11, 10, 4),
    words: 'thu 01:00–04:00 UTC',
  };
  const so = [asked, { type: 'retest-planned', ...opening } as const].reduce(
    (before, event) => before && foldRemediation(before, event, nowMs),
    view,
  );
  const text = findingPage({ ...row, ...(so && { view: so }) }, [], size);
  for (const part of [
    'Waits for a second person: Jonas Weber would accept the risk until 2027-01-31: Replaced in March.',
    "by itself when the service's window opens, 2026-12-10 01:00 UTC (thu 01:00–04:00 UTC)",
    'firedrill finding retest DR-7',
    'firedrill finding accept DR-7 --until 2027-01-31 --reason TEXT',
  ])
    expect(text).toContain(part);
  const live = { type: 'retest-planned', ...opening, live: true, askedBy: by } as const;
  const planned = view && foldRemediation(view, live, nowMs);
  const livePage = findingPage({ ...row, ...(planned && { view: planned }) }, [{ atMs: nowMs, event: live }], {
    ...size,
    columns: 160,
  });
  const into = "planned into the service's window, 2026-12-10 01:00 UTC (thu 01:00–04:00 UTC), for Jonas Weber";
  for (const part of [`Live re-test: ${into}`, `a live re-test is ${into}`]) expect(livePage).toContain(part);
  const closed =
    view &&
    foldRemediation(
      view,
      {
        type: 'closed',
        how: 'recheck',
        runId: 'restore-test/jira-cloud/issues-db/2026Q4',
        sentence: 'Its RPO is met.',
      },
      nowMs,
    );
  const after = findingPage({ ...row, ...(closed && { view: closed }) }, [], size);
  expect(after).toContain('closed, proved by a run');
  expect(after).not.toContain('firedrill finding');
});

test('a gap that a person reported shows no id that nobody could look at', () => {
  const finding = { ...exampleFinding, runId: 'report/0e8f' };
  const reported = { type: 'raised', finding, ticket: exampleTicket, simulated: true } as const;
  const text = findingPage({ finding, raisedAtMs }, [{ atMs: raisedAtMs, event: reported }], size);
  expect(text).toContain('raised by a person');
  expect(text).not.toContain('0e8f');
});
