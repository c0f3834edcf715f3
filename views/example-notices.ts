import { makeFinding } from '../domain/fingerprint.ts';
import type { OpenGate } from '../domain/gate.ts';
import type { JournalEvent } from '../domain/journal-entry.ts';
import type { Notice, NoticeAddress, RunStatus, TicketRequest } from '../domain/notice.ts';
import { projectRun } from '../domain/run-projection.ts';
import type { RunProjection } from '../domain/run-view.ts';
import type { Judged, JudgedRecovery } from '../domain/verdict.ts';

/** One run told in notices, for the tests of views, of the activities that send them, and of the Slack app. */

export const exampleRunId = 'restore-test/jira-cloud/issues-db/2026Q4';
export const openedAtMs = Date.UTC(2026, 10, 22, 16, 0, 0);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const exampleAddress: NoticeAddress = {
  slackChannel: 'C0DRILLS',
  runId: exampleRunId,
  executionId: '5b0a1e52-94d6-4f0e-8a4e-0c8f6d2f9b11',
  service: 'jira-cloud',
  resource: 'issues-db',
  simulated: true,
  mode: 'drill',
};

/** The first entry of its journal. */
export const exampleOpening: Extract<JournalEvent, { type: 'run-opened' }> = {
  type: 'run-opened',
  runbook: 'restore-test',
  runbookVersion: '1',
  mode: 'drill',
  touches: 'isolated',
  service: 'jira-cloud',
  resource: 'issues-db',
  tier: 1,
  target: { rtoMs: 6 * hourMs, rpoMs: hourMs, inForceFrom: '2025-01-01', origin: 'tier' },
  catalogHash: 'ab'.repeat(32),
  simulated: true,
  endpoints: {},
  initiator: 'daniel-kim',
  via: 'slack',
  request: {},
  stepsPlanned: ['look at the source', 'call restore', 'run checks'],
};

/** The run as the store has it when these came behind its opening, a second apart. */
export const exampleRun = (...events: readonly JournalEvent[]): RunProjection =>
  projectRun(
    [exampleOpening, ...events].map((event, index) => ({
      runId: exampleRunId,
      executionId: 'e',
      number: index + 1,
      atMs: openedAtMs + index * 1000,
      event,
    })),
  );

export const exampleGate: OpenGate = {
  runId: exampleRunId,
  gateId: 'admission',
  kind: 'admission',
  round: 1,
  openedAtMs,
  initiator: 'daniel-kim',
  policy: {
    seats: [{ roles: ['service-owner', 'dr-champion', 'incident-commander'] }],
    excludeInitiator: true,
    remindAfterMs: [30 * minuteMs],
    escalations: [
      { afterMs: 4 * hourMs, roles: ['incident-commander'], secondChannel: true },
      { afterMs: 8 * hourMs, roles: ['leadership'], secondChannel: true },
    ],
    finalDeadlineMs: 24 * hourMs,
    reasonRequiredToReject: true,
  },
  preview: {
    mode: 'drill',
    question: 'May we hold this restore test now?',
    creates: [
      '1 copy of issues-db-prod (db.r6g.xlarge, 200 GB, postgres 18.1) in the drill network of account 111111111111, eu-central-1; deleted after the test',
    ],
    touches: 'nothing in production',
    region: 'eu-central-1',
    accountId: '111111111111',
    costUsd: 1.9,
    takesAboutMs: 48 * minuteMs,
    reversibility: 'can be aborted at any moment; the copy is deleted in every case',
    simulated: true,
    chainHead: '9f3a'.padEnd(62, '0').concat('c1'),
  },
};

const stepNames = [
  'take control',
  'look at the source',
  'prove isolation and head-room',
  'choose recovery point',
  'call restore',
  'wait until available',
  'first connection',
  'run checks',
  'compare settings',
  'smoke query',
  'delete the copy',
  'prove it is gone',
];

/** A status with so many steps done, the next one in `now`. */
export const exampleStatus = (
  done: number,
  now: 'running' | 'failed' = 'running',
  more: Partial<RunStatus> = {},
): RunStatus => ({
  state: stepNames[done] ?? 'recording',
  steps: stepNames.map((name, index) => ({ name, state: index < done ? 'done' : index === done ? now : 'waiting' })),
  sinceMs: openedAtMs,
  approvals: [],
  findings: 0,
  ...more,
});

const clocks = (ms: number): JudgedRecovery['rto']['clocks'] => ({
  fromDisaster: { lowMs: ms, highMs: ms },
  fromDeclaration: 'not-measured',
  fromCall: { lowMs: ms - 8000, highMs: ms - 8000 },
  waitingForPeopleMs: 0,
});

export const examplePassed: JudgedRecovery = {
  verdict: 'passed',
  reason: 'Restored, 15 of 15 checks passed, RTO and RPO met, the copy is gone.',
  rto: { clocks: clocks(59_000), targetMs: 6 * hourMs, judgement: 'met' },
  rpo: { achieved: { lowMs: 11_000, highMs: 21_000 }, targetMs: hourMs, judgement: 'met', judgedAgainst: 'tier' },
  comparable: true,
};

export const exampleFailed: Judged = {
  ...examplePassed,
  verdict: 'failed',
  reason: 'RPO missed: the newest data in the restored copy was 3 h 02 min old, the target is less than 1 h.',
  rpo: {
    achieved: { lowMs: 182 * minuteMs, highMs: 182 * minuteMs },
    targetMs: hourMs,
    judgement: 'missed',
    judgedAgainst: 'tier',
  },
};

export const exampleFinding = makeFinding({
  service: 'jira-cloud',
  resource: 'issues-db',
  check: 'rpo',
  cause: 'missed',
  severity: 'high',
  title: 'newest data in the restored copy was 3 h 02 min old (RPO < 1 h)',
  found:
    'At T0 the newest usable recovery point (snapshot rds:issues-db-prod-2026-11-22) held data up to 3 h 02 min before T0.',
  matters: 'In a disaster the service would have lost more than its tier allows (tier 1, RTO < 6 h, RPO < 1 h).',
  lookFirst:
    'When the last snapshot completed and whether continuous backup is on and keeps up (LatestRestorableTime).',
  proof: { kind: 'recheck', check: 'rpo', sentence: 'A new restore test from the latest point whose RPO is met.' },
  runId: exampleRunId,
});

/** What the second channel is told, too: nobody decides, and how it ended. */
export const exampleReminder = {
  kind: 'gate-reminder',
  number: 5,
  gate: exampleGate,
  text: 'Nobody has decided yet.',
  secondChannel: true,
  roles: ['leadership'],
  mention: [],
} as const satisfies Notice;
export const exampleVerdict: Notice = { kind: 'verdict', number: 9, judged: exampleFailed, secondChannel: true };

export const exampleTicket: TicketRequest = {
  project: 'DR',
  issueType: 'Task',
  labels: ['firedrill', 'disaster-recovery'],
  priority: 'High',
  ownerEmail: 'jonas.weber@example.com',
  championEmail: 'priya.raman@example.com',
  dueDate: '2026-12-06',
  tier: 1,
};
