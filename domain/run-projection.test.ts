import { describe, expect, test } from 'vitest';
import { judge } from './judge.ts';
import type { AuthenticDecision, OpenGate } from './gate.ts';
import type { JournalBody, JournalEvent } from './journal-entry.ts';
import {
  approvalsOf,
  currentStepOf,
  foldEvent,
  notGone,
  openGateOf,
  projectRun,
  type RunProjection,
  verdictOf,
} from './run-projection.ts';

const run = { runId: 'restore-test/jira-cloud/issues-db/2026Q4', executionId: 'e1' };
const target = { rtoMs: 1_000, rpoMs: 1_000, inForceFrom: '2026-01-01', origin: 'tier' } as const;
const error = { code: 'stuck', kind: 'not-yet', what: 'w', means: 'm', next: 'n' } as const;

const opening: JournalEvent = {
  type: 'run-opened',
  runbook: 'restore-test',
  runbookVersion: '1',
  mode: 'drill',
  touches: 'isolated',
  service: 'jira-cloud',
  resource: 'issues-db',
  tier: 1,
  target,
  catalogHash: 'c',
  simulated: true,
  endpoints: {},
  initiator: 'ivy',
  via: 'cli',
  request: { point: 'latest' },
  stepsPlanned: ['choose recovery point', 'call restore', 'delete the copy'],
};

const gate = (round: number, kind: OpenGate['kind'] = 'admission'): OpenGate => ({
  runId: run.runId,
  gateId: 'admission',
  kind,
  round,
  openedAtMs: 10_000,
  policy: {
    seats: [{ roles: ['sre'] }],
    excludeInitiator: true,
    remindAfterMs: [],
    escalations: [],
    finalDeadlineMs: 1,
    reasonRequiredToReject: true,
  },
  preview: {
    mode: 'drill',
    question: 'May we?',
    creates: [],
    touches: '',
    region: 'r',
    accountId: 'a',
    reversibility: '',
    simulated: true,
    chainHead: '',
  },
  initiator: 'ivy',
});

const click = (personId: string, choice: 'approve' | 'reject' = 'approve'): AuthenticDecision => ({
  v: 1,
  decisionId: personId,
  runId: run.runId,
  gateId: 'admission',
  round: 1,
  choice,
  personId,
  personName: personId,
  roles: ['sre'],
  clickedAtMs: 24_000,
  via: 'slack-app',
  receivedAtMs: 24_100,
});

/** Entries 1, 2, 3 … a second apart. */
const bodies = (...events: JournalEvent[]): JournalBody[] =>
  events.map((event, index) => ({ ...run, number: index + 1, atMs: (index + 1) * 1_000, event }));
const shown = (...events: JournalEvent[]): RunProjection => projectRun(bodies(opening, ...events));

const intended: JournalEvent = {
  type: 'creation-intended',
  kind: 'rds-instance',
  name: 'drdrill-x',
  accountId: 'a',
  region: 'r',
};
const available: JournalEvent = {
  type: 'moment-recorded',
  key: 'T4',
  moment: { lowMs: 1, highMs: 2, source: 'aws-event' },
};
const ended = (step: string, outcome: 'done' | 'failed' | 'cancelled' = 'done'): JournalEvent => ({
  type: 'step-ended',
  step,
  outcome,
  attempts: 2,
  awsCalls: [],
  startedAtMs: 1_500,
  finishedAtMs: 1_900,
  worker: 'w1',
  summary: 's',
});
const judged = judge({
  ending: { kind: 'completed' },
  ledger: {},
  target,
  point: 'latest',
  waitingForPeopleMs: 0,
  checks: [],
  requiredChecks: [],
  cleanup: 'proved',
  comparable: true,
});
const verdict: JournalEvent = { type: 'verdict-reached', judged };
const approved: JournalEvent = {
  type: 'decision-received',
  gateId: 'admission',
  decision: click('ann'),
  answer: { outcome: 'accepted', gate: 'approved', approvals: 1, needed: 1, text: 'ok' },
};
const refused: JournalEvent = {
  type: 'decision-received',
  gateId: 'admission',
  decision: click('eve'),
  answer: { outcome: 'refused', code: 'role-missing', text: 'no' },
};
const closed = (round: number, countsInRto: boolean): JournalEvent => ({
  type: 'gate-closed',
  gateId: 'admission',
  round,
  outcome: 'approved',
  waitedMs: 14_000,
  countsInRto,
});

describe('a run as views show it', () => {
  test('is who it is from its first entry on', () => {
    expect(shown()).toMatchObject({
      ...run,
      runbook: 'restore-test',
      mode: 'drill',
      simulated: true,
      service: 'jira-cloud',
      resource: 'issues-db',
      tier: 1,
      initiator: 'ivy',
      via: 'cli',
      target,
      openedAtMs: 1_000,
    });
  });

  test('is the same folded entry by entry, saved as JSON between them, as all at once', () => {
    const all = bodies(
      opening,
      intended,
      { type: 'gate-opened', gate: gate(1) },
      approved,
      closed(1, true),
      available,
      verdict,
    );
    const saved = all.reduce<RunProjection | undefined>(
      (so, body) => JSON.parse(JSON.stringify(foldEvent(so, body))) as RunProjection,
      undefined,
    );
    expect(saved).toEqual(JSON.parse(JSON.stringify(projectRun(all))));
  });

  test('says in one word what it is doing', () => {
    const gone: JournalEvent = { type: 'resource-gone', name: 'drdrill-x', proof: 'NotFound' };
    const words = (...events: JournalEvent[]): string => shown(...events).state;
    expect(words()).toBe('preparing');
    expect(words({ type: 'gate-opened', gate: gate(1) })).toBe('waiting for approval');
    expect(words({ type: 'gate-opened', gate: gate(1) }, closed(1, false))).toBe('preparing');
    expect(words(intended)).toBe('restoring');
    expect(words(intended, available)).toBe('validating');
    expect(words(intended, available, { type: 'cleanup-started' })).toBe('cleaning up');
    expect(words(intended, gone, available)).toBe('cleaning up');
    expect(words(intended, gone, verdict)).toBe('recording');
    expect(words(intended, gone, verdict, { type: 'sealed', head: 'h', count: 4 })).toBe('done');
  });

  test('has a verdict only when one was reached', () => {
    expect(verdictOf(shown(intended))).toBeUndefined();
    expect(verdictOf(shown(verdict))).toBe('unproven');
    expect(shown(verdict)).toMatchObject({ endedAtMs: 2_000, judged: { verdict: 'unproven' } });
  });
});

describe('its steps', () => {
  test('are first the plan, then what really happened, in its order', () => {
    const { steps } = shown({ type: 'step-started', step: 'call restore' }, ended('call restore'), {
      type: 'step-started',
      step: 'extra',
    });
    expect(steps.map(({ name, status }) => [name, status])).toEqual([
      ['call restore', 'done'],
      ['extra', 'running'],
      ['choose recovery point', 'planned'],
      ['delete the copy', 'planned'],
    ]);
  });

  test('say who acted, when by the clock of the worker, and how often', () => {
    const { steps } = shown({ type: 'step-started', step: 'call restore' }, ended('call restore'));
    expect(steps[0]).toMatchObject({ startedAtMs: 1_500, endedAtMs: 1_900, attempts: 2, worker: 'w1', summary: 's' });
    expect(steps[0]).not.toHaveProperty('type');
    expect(steps[0]).not.toHaveProperty('outcome');
  });

  test('have the time of their entries while nobody has measured it', () => {
    const cancelled: JournalEvent = {
      type: 'step-ended',
      step: 'call restore',
      outcome: 'cancelled',
      attempts: 1,
      awsCalls: [],
    };
    const { steps } = shown({ type: 'step-started', step: 'call restore' }, cancelled);
    expect(steps[0]).toMatchObject({ status: 'cancelled', startedAtMs: 2_000, endedAtMs: 3_000 });
  });

  test('keep every time they ran, and their error', () => {
    const { steps } = shown(
      { type: 'step-started', step: 'delete the copy' },
      { type: 'step-ended', step: 'delete the copy', outcome: 'failed', attempts: 1, awsCalls: [], error },
      { type: 'step-started', step: 'delete the copy' },
    );
    expect(steps.filter((step) => step.name === 'delete the copy')).toMatchObject([
      { status: 'failed', error },
      { status: 'running' },
    ]);
  });

  test('that a run ended without are shown as not run', () => {
    expect(shown(verdict).steps.map((step) => step.status)).toEqual(['not-run', 'not-run', 'not-run']);
  });

  test('the current one is the newest that runs', () => {
    expect(currentStepOf(shown({ type: 'step-started', step: 'call restore' }))?.name).toBe('call restore');
    expect(currentStepOf(shown())).toBeUndefined();
  });
});

describe('its gates', () => {
  test('are open until they close, with every click that came, counted or not', () => {
    const asking = shown({ type: 'gate-opened', gate: gate(1) }, refused);
    expect(openGateOf(asking)?.gateId).toBe('admission');
    const decided = shown({ type: 'gate-opened', gate: gate(1) }, refused, approved, closed(1, false));
    expect(openGateOf(decided)).toBeUndefined();
    expect(decided.gates[0]).toMatchObject({ status: 'approved', waitedMs: 14_000, closedAtMs: 5_000 });
    expect(decided.gates[0]?.decisions.map(({ decision }) => decision.personId)).toEqual(['eve', 'ann']);
  });

  test('tell who approved, by which way and how long after being asked', () => {
    expect(approvalsOf(shown({ type: 'gate-opened', gate: gate(1) }, refused, approved))).toEqual([
      {
        gateId: 'admission',
        personId: 'ann',
        personName: 'ann',
        roles: ['sre'],
        via: 'slack-app',
        clickedAtMs: 24_000,
        afterMs: 14_000,
        countsInRto: false,
      },
    ]);
  });

  test('do not tell of an approval that was withdrawn, unless it was given again', () => {
    const by = (choice: 'approve' | 'withdraw', decisionId: string): JournalEvent => ({
      type: 'decision-received',
      gateId: 'admission',
      decision: { ...click('ann'), choice, decisionId },
      answer: { outcome: 'accepted', gate: 'open', approvals: 0, needed: 1, text: 'ok' },
    });
    const opening: JournalEvent = { type: 'gate-opened', gate: gate(1) };
    expect(approvalsOf(shown(opening, approved, by('withdraw', 'b')))).toEqual([]);
    expect(approvalsOf(shown(opening, approved, by('withdraw', 'b'), by('approve', 'c')))).toHaveLength(1);
  });

  test('say who stands in for somebody who was asked and has left', () => {
    const moved = { role: 'service-owner', left: 'Ann', standIn: 'Dora' } as const;
    const asking = shown(
      { type: 'gate-opened', gate: gate(1) },
      { type: 'gate-reassigned', gateId: 'admission', round: 1, ...moved },
    );
    expect(asking.gates).toMatchObject([{ status: 'open', reassigned: [moved] }]);
  });

  test('count as waiting for people only when a real event would have waited too', () => {
    const rounds = (countsInRto: boolean): RunProjection =>
      shown(
        { type: 'gate-opened', gate: gate(1) },
        closed(1, countsInRto),
        { type: 'gate-opened', gate: gate(2) },
        closed(2, countsInRto),
      );
    expect(rounds(true).waitingForPeopleMs).toBe(28_000);
    expect(rounds(false).waitingForPeopleMs).toBe(0);
  });

  test('keep their rounds apart', () => {
    const { gates } = shown(
      { type: 'gate-opened', gate: gate(1) },
      { ...closed(1, false), outcome: 'withdrawn' } as JournalEvent,
      { type: 'gate-opened', gate: gate(2) },
      approved,
    );
    expect(gates.map((view) => [view.gate.round, view.status, view.decisions.length])).toEqual([
      [1, 'withdrawn', 0],
      [2, 'open', 1],
    ]);
  });

  test('show reminders, escalations, waivers and attempts that nobody vouches for', () => {
    const projection = shown(
      { type: 'gate-opened', gate: gate(1) },
      { type: 'gate-reminded', gateId: 'admission', round: 1 },
      { type: 'gate-escalated', gateId: 'admission', round: 1, step: 0, roles: ['leadership'] },
      {
        type: 'decision-unauthentic',
        gateId: 'admission',
        decisionId: 'd',
        claimedPerson: 'ann',
        code: 'bad-signature',
      },
      { type: 'gate-waived', gateId: 'other', reason: 'tier 3' },
    );
    expect(projection.gates[0]).toMatchObject({
      remindedAtMs: [3_000],
      escalations: [{ atMs: 4_000, step: 0, roles: ['leadership'] }],
    });
    expect(projection.unauthenticDecisions).toEqual([
      { gateId: 'admission', decisionId: 'd', claimedPerson: 'ann', code: 'bad-signature', atMs: 5_000 },
    ]);
    expect(projection.waivedGates).toEqual([{ gateId: 'other', reason: 'tier 3' }]);
  });
});

describe('what it created', () => {
  test('may exist from the intent on, and counts until it is proved gone', () => {
    expect(notGone(shown(intended))).toMatchObject([{ name: 'drdrill-x', state: 'intended' }]);
    const created: JournalEvent = { type: 'resource-created', name: 'drdrill-x', arn: 'arn', adopted: true };
    expect(notGone(shown(intended, created))).toMatchObject([{ state: 'created', arn: 'arn', adopted: true }]);
    expect(
      notGone(shown(intended, created, { type: 'leftover-found', name: 'drdrill-x', detail: 'deleting' })),
    ).toMatchObject([{ state: 'leftover', detail: 'deleting' }]);
    expect(notGone(shown(intended, created, { type: 'resource-gone', name: 'drdrill-x', proof: 'NotFound' }))).toEqual(
      [],
    );
  });
});

describe('what it found', () => {
  test('is all there: moments, point, checks, sentinel, differences, problems, aborts, findings and the seal', () => {
    const result = {
      name: 'c',
      kind: 'smoke',
      required: true,
      outcome: 'passed',
      found: '1',
      expected: '1',
      startedAtMs: 1,
      finishedAtMs: 2,
    } as const;
    const point = { method: 'snapshot', snapshotId: 's', dataAtMs: 1, automated: true } as const;
    const finding = {
      fingerprint: 'f',
      service: 's',
      resource: 'r',
      check: 'c',
      cause: 'x',
      severity: 'low',
      title: 't',
      found: '',
      matters: '',
      lookFirst: '',
      proof: { kind: 'attested', sentence: '' },
      runId: run.runId,
    } as const;
    const preview = gate(1).preview;
    const projection = shown(
      available,
      { type: 'preflight-checked', results: [{ name: 'isolation', outcome: 'ok', detail: 'd' }] },
      { type: 'previewed', preview },
      { type: 'recovery-point-chosen', choice: 'oldest', point, requestedMs: 1 },
      { type: 'check-finished', result },
      { type: 'sentinel-read', notMeasuredReason: 'silent' },
      { type: 'settings-compared', differences: [] },
      { type: 'hot-queries-measured', usable: true, curve: [] },
      { type: 'abort-requested', by: 'ann', reason: 'r', via: 'slack' },
      { type: 'run-paused', by: 'bob', reason: 'network', via: 'slack' },
      { type: 'run-resumed', by: 'ann', via: 'slack' },
      { type: 'drills-halted', reason: 'incident' },
      { type: 'problem', where: 'store', error },
      { type: 'finding-raised', finding },
      { type: 'sealed', head: 'h', count: 13 },
    );
    expect(projection).toMatchObject({
      ledger: { T4: { lowMs: 1, highMs: 2 } },
      preflight: [{ name: 'isolation' }],
      preview,
      recoveryPoint: { choice: 'oldest', point, requestedMs: 1 },
      checks: [result],
      sentinel: { notMeasuredReason: 'silent' },
      differences: [],
      hotQueries: { usable: true, curve: [] },
      aborts: [{ by: 'ann', atMs: 10_000 }],
      halted: 'incident',
      pauses: [{ by: 'bob', reason: 'network', via: 'slack', atMs: 11_000, resumedBy: 'ann', resumedAtMs: 12_000 }],
      problems: [{ where: 'store', error, atMs: 14_000 }],
      findings: [finding],
      sealed: { head: 'h', count: 13 },
    });
  });

  test('is not there before it was looked for: settings that were not compared are not equal settings', () => {
    expect(shown().differences).toBeUndefined();
    expect(shown().sentinel).toBeUndefined();
  });
});

describe('a journal that is not complete or not in order', () => {
  const [first, second, third] = bodies(opening, intended, available);
  if (first === undefined || second === undefined || third === undefined) throw new Error('three bodies');

  test.each([
    ['is empty', []],
    ['does not begin with the opening', [second]],
    ['lacks an entry', [first, third]],
    ['has an entry twice', [first, second, second]],
    ['mixes runs', [first, { ...second, runId: 'other' }]],
    ['mixes executions', [first, { ...second, executionId: 'e2' }]],
    ['opens the run twice', [first, { ...first, number: 2 }]],
    ['ends a step that never began', [first, { ...second, event: ended('x') }]],
  ])('is not shown as if it were a run when it %s', (_, broken) => {
    expect(() => projectRun(broken)).toThrow(expect.objectContaining({ code: 'journal-order' }));
  });
});
