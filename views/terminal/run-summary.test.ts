import { describe, expect, test } from 'vitest';
import { makeFinding } from '../../domain/fingerprint.ts';
import type { JournalEvent } from '../../domain/journal-entry.ts';
import { projectRun } from '../../domain/run-projection.ts';
import type { RunProjection } from '../../domain/run-projection.ts';
import type { Judged } from '../../domain/verdict.ts';
import { exampleOpening, exampleRunId as runId } from '../example-notices.ts';
import { ansiPaint, noPaint, widthOf } from './paint.ts';
import { progressLines, progressLogLine } from './progress-rows.ts';
import { runProgress, usualStepsMs } from './run-progress.ts';
import { runSummary } from './run-summary.ts';

const at = (clock: string): number => Date.parse(`2026-11-22T${clock}Z`);
const moment = (
  key: 'T-1' | 'T0' | 'T3' | 'T4' | 'T6' | 'T7' | 'T8',
  clock: string,
  source: 'drawn' | 'aws-event' = 'aws-event',
): JournalEvent => ({
  type: 'moment-recorded',
  key,
  moment: { lowMs: at(clock), highMs: at(clock), source },
});
const hourMs = 3_600_000;
const judged = (change: Partial<Judged> = {}): Judged => ({
  verdict: 'passed',
  reason: 'Restored and validated by 9 required checks.',
  rto: {
    clocks: {
      fromDisaster: { lowMs: 59_000, highMs: 59_000 },
      fromDeclaration: 'not-measured',
      fromCall: 'not-measured',
      waitingForPeopleMs: 0,
    },
    targetMs: 6 * hourMs,
    judgement: 'met',
  },
  rpo: { achieved: { lowMs: 11_000, highMs: 21_000 }, targetMs: hourMs, judgement: 'met', judgedAgainst: 'tier' },
  comparable: true,
  ...change,
});

function runOf(...events: readonly JournalEvent[]): RunProjection {
  const opened: JournalEvent = {
    ...exampleOpening,
    initiator: 'system',
    via: 'system',
    stepsPlanned: ['call restore', 'run checks', 'delete the copy'],
  };
  return projectRun(
    [opened, ...events].map((event, index) => ({
      runId,
      executionId: 'execution',
      number: index + 1,
      atMs: at('18:04:00') + index * 1000,
      event,
    })),
  );
}

const times = [
  moment('T-1', '18:03:59'),
  moment('T0', '18:04:10', 'drawn'),
  moment('T3', '18:04:18'),
  moment('T4', '18:04:59'),
  moment('T6', '18:05:09'),
  moment('T7', '18:05:12'),
  moment('T8', '18:05:31'),
];
const check = (name: string, outcome: 'passed' | 'failed'): JournalEvent => ({
  type: 'check-finished',
  result: {
    name,
    kind: 'query',
    required: true,
    outcome,
    found: '225000 rows',
    expected: '250000 rows',
    startedAtMs: 0,
    finishedAtMs: 1,
  },
});
const size = { columns: 100, paint: noPaint };
const finding = makeFinding({
  service: 'jira-cloud',
  resource: 'issues-db',
  check: 'rpo',
  cause: 'missed',
  severity: 'high',
  title: 'newest data in the restored copy was 3 h old (RPO < 1 h)',
  found: 'At T0 the newest usable recovery point held data up to 3 h before T0.',
  matters: 'In a disaster the service would have lost more than its tier allows.',
  lookFirst: 'When the last snapshot completed.',
  proof: { kind: 'recheck', check: 'rpo', sentence: 'A new restore test whose RPO is met.' },
  runId,
});

describe('the end of a run', () => {
  const passed = runSummary(
    {
      run: runOf(...times, check('a', 'passed'), { type: 'verdict-reached', judged: judged() }),
      tickets: [],
      evidence: { path: '/home/ada/.firedrill/evidence/run', verified: 'verified' },
      look: [{ name: 'Slack', url: 'http://127.0.0.1:7101' }],
      next: 'npm run demo -- --break stale-backup',
    },
    size,
  );

  test('says in its first line what it was, that it was simulated, and how it ended', () => {
    expect(passed.split('\n')[0]).toMatch(/^SIMULATED {2}restore-test {2}jira-cloud \/ issues-db +✔ PASSED$/);
  });

  test('shows every moment with what came after it and how long that took', () => {
    expect(passed).toMatch(/T0 {2}18:04:10 {2}disaster \(drawn\) .*├─*┤ +00:08 {2}choose recovery point/);
    expect(passed).toMatch(/T3 {2}18:04:18 {2}restore called .*00:41 {2}restore/);
    expect(passed).toMatch(/T8 {2}18:05:31 {2}copy deleted, proved$/m);
  });

  test('measures against the target in words, not by colour', () => {
    expect(passed).toMatch(/RTO +59 s +of 6 h +✔ met +clock T0 → T6/);
    expect(passed).toMatch(/RPO +11–21 s +of 1 h +✔ met/);
    expect(passed).toContain('verified ✔');
    expect(passed).toMatch(/Next: {2}npm run demo -- --break stale-backup$/);
  });

  test('breaks no address and cuts no finding where the terminal is narrow, and says each finding once', () => {
    const long = {
      ...finding,
      title: `the recovery document is wrong about ${'backup copy Region, '.repeat(4)}at last`,
    };
    const text = runSummary(
      {
        run: runOf(
          { type: 'finding-raised', finding: long },
          { type: 'verdict-reached', judged: judged({ verdict: 'failed' }) },
        ),
        tickets: [],
        look: ['Slack', 'Jira', 'Confluence'].map((name) => ({ name, url: `http://127.0.0.1:7101/${name}` })),
      },
      { columns: 80, paint: noPaint },
    );
    expect(text.replaceAll(/\s+/g, ' ').split(long.title)).toHaveLength(2);
    expect(text).toMatch(/Findings +1, each above$/m);
    expect(text).toMatch(/^ {2}Look: {2}Slack http:\S+Slack\n {9}Jira http:\S+\n {9}Confluence http:\S+$/m);
    for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(80);
  });

  test('of a failed one begins with the reason, then the finding in its sentences and its ticket', () => {
    const run = runOf(
      ...times,
      check('row count', 'failed'),
      { type: 'finding-raised', finding },
      { type: 'verdict-reached', judged: judged({ verdict: 'failed', reason: 'RPO missed.' }) },
    );
    const text = runSummary(
      {
        run,
        tickets: [
          { fingerprint: finding.fingerprint, key: 'DR-7', url: 'http://jira/browse/DR-7', outcome: 'created' },
        ],
        look: [],
      },
      size,
    );
    const order = [
      '✖ FAILED',
      'RPO missed.',
      'newest data in the restored copy',
      'In a disaster',
      'Look first:',
      'Ticket: DR-7 (new)',
      'UTC, 2026-',
      'T0  18:04:10',
      '✖ row count: found 225000 rows, expected 250000 rows',
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
  });

  test('names what is left behind, and never calls unsealed evidence good', () => {
    const left = runOf(
      { type: 'creation-intended', kind: 'rds-instance', name: 'drdrill-a', accountId: '1', region: 'eu-central-1' },
      { type: 'leftover-found', name: 'drdrill-a', detail: 'still deleting' },
    );
    const text = runSummary({ run: left, tickets: [], look: [] }, size);
    expect(text).toMatch(/Left behind +drdrill-a \(leftover: still deleting\)/);
    expect(text).toMatch(/Evidence +not sealed yet/);
  });

  test('has the same words with and without colours, and fits a narrow terminal', () => {
    const run = runOf(
      ...times,
      { type: 'finding-raised', finding },
      { type: 'verdict-reached', judged: judged({ verdict: 'failed' }) },
    );
    const view = { run, tickets: [], look: [] };
    // eslint-disable-next-line no-control-regex
    expect(runSummary(view, { columns: 80, paint: ansiPaint }).replaceAll(/\u001B\[\d+m/g, '')).toBe(
      runSummary(view, { columns: 80, paint: noPaint }),
    );
    expect(Math.max(...runSummary(view, { columns: 80, paint: noPaint }).split('\n').map(widthOf))).toBeLessThanOrEqual(
      80,
    );
  });
});

describe('a run under way', () => {
  const rows = runProgress(runOf({ type: 'step-started', step: 'call restore' }), at('18:04:13'));

  test('has a row for every step, begun or still to come', () => {
    expect(rows.map(({ title, state }) => [title, state])).toEqual([
      ['call restore', 'running'],
      ['run checks', 'planned'],
      ['delete the copy', 'planned'],
    ]);
    expect(rows[0]?.note).toBe('12 s');
  });

  test('says how long the step under way usually takes, when the past tells', () => {
    const step = { name: 'call restore', status: 'done', attempts: 1, startedAtMs: 0, awsCalls: [] } as const;
    const usualMs = usualStepsMs([
      [{ ...step, endedAtMs: 30_000 }],
      [{ ...step, endedAtMs: 20_000 }],
      [{ ...step, endedAtMs: 90_000 }],
      [{ ...step, status: 'failed', endedAtMs: 5_000 }],
    ]);
    const run = runOf({ type: 'step-started', step: 'call restore' });
    expect(runProgress(run, at('18:04:13'), { usualMs })[0]?.note).toBe('12 s of about 30 s');
    expect(rows[0]?.note).toBe('12 s');
  });

  test('a wait of many attempts is measured from the end of the step before it', () => {
    const done = { status: 'done', awsCalls: [] } as const;
    const usual = usualStepsMs([
      [
        { ...done, name: 'call restore', attempts: 1, startedAtMs: 0, endedAtMs: 1_000 },
        { ...done, name: 'wait until available', attempts: 9, startedAtMs: 60_000, endedAtMs: 61_000 },
      ],
    ]);
    expect(usual.get('wait until available')).toBe(60_000);
  });

  test('fits the terminal: what is done is folded first', () => {
    const many = Array.from({ length: 30 }, (_, index) => ({
      key: String(index),
      title: `step ${index}`,
      state: index < 20 ? ('done' as const) : index === 20 ? ('running' as const) : ('planned' as const),
    }));
    const lines = progressLines(many, 0, { columns: 60, rows: 12, paint: noPaint });
    expect(lines.length).toBeLessThanOrEqual(12);
    expect(lines[0]).toBe('  … 19 steps done');
    expect(lines.some((line) => line.includes('step 20'))).toBe(true);
  });

  test('in a log every state has a word', () => {
    expect(progressLogLine({ key: 'a', title: 'call restore', state: 'failed', note: 'refused' })).toBe(
      'FAILED   call restore  refused',
    );
  });
});
