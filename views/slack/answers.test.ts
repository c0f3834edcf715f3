import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
// The stand-in knows Slack's limits and refuses what Slack refuses.
// oxlint-disable-next-line no-restricted-imports
import { acceptMessageBlocks, acceptView } from '../../sandbox/slack/block-kit.ts';
import { FiredrillError } from '../../domain/errors.ts';
import { begunExercise, doneBy } from '../../domain/exercise-testing.ts';
import type { JournalEvent } from '../../domain/journal-entry.ts';
import { foldRemediation } from '../../domain/remediation.ts';
import type { RemediationView } from '../../domain/remediation.ts';
import { askedReview } from '../../domain/review-testing.ts';
import type { RunProjection } from '../../domain/run-projection.ts';
import {
  exampleFailed,
  exampleFinding,
  exampleGate,
  exampleRun,
  exampleRunId,
  exampleTicket,
  openedAtMs,
} from '../example-notices.ts';
import { decisionText, errorText, runDetails, runListMessage } from './answers.ts';
import { gapForm } from './gap.ts';
import { homeView, mineMessage } from './home.ts';
import { confirmForm, decisionForm, stopAllForm } from './modals.ts';
import { startForm } from './start-form.ts';
import { findingBlocks, gatesWaitingMessage } from './waiting.ts';

const step = (name: string, summary: string): JournalEvent[] => [
  { type: 'step-started', step: name },
  { type: 'step-ended', step: name, outcome: 'done', attempts: 1, awsCalls: [], summary },
];

test('Details of an exercise and of a review that wait for people say where to act, until they are over', () => {
  const run = exampleRun();
  const told = (more: Partial<RunProjection>): string => JSON.stringify(runDetails({ ...run, ...more }, []).blocks);
  const closed = { by: { ...doneBy('Sofia Marques'), name: 'Sofia Marques' }, atMs: 1 };
  expect(told({ review: askedReview() })).toMatch(/Waits for people\*, 0 of 4 facts answered.*firedrill review/);
  expect(told({ exercise: begunExercise })).toMatch(
    /Waits for people.*buttons of its message.*firedrill exercise --help/,
  );
  expect(told({ exercise: { ...begunExercise, closed } })).not.toContain('Waits for people');
  expect(told({})).not.toContain('Waits for people');
});

describe('what one person is told', () => {
  test('of a run: what it does and did, what it asks, its findings and their tickets', () => {
    const run = exampleRun(
      ...step('look at the source', 'db.r6g.xlarge, 200 GB'),
      {
        type: 'preflight-checked',
        results: [{ name: 'isolation', outcome: 'ok', detail: 'no way out of the drill network' }],
      },
      { type: 'gate-opened', gate: exampleGate },
      { type: 'finding-raised', finding: exampleFinding },
    );
    const text = JSON.stringify(
      runDetails(run, [{ fingerprint: exampleFinding.fingerprint, key: 'DR-7', url: 'https://jira.example/DR-7' }])
        .blocks,
    );
    for (const part of [
      'SIMULATED',
      'waiting for approval',
      'May we hold this restore test now?',
      '● look at the source',
      'db.r6g.xlarge, 200 GB',
      '✔ isolation: no way out',
      '|DR-7>',
      exampleRunId,
    ]) {
      expect(text).toContain(part);
    }
    // It has no buttons to decide with, so it says where they are.
    expect(text).toContain(`Answer in its message in the run's channel, or by \`firedrill approve ${exampleRunId}\``);
    const judged = exampleRun(...step('call restore', 'called'), { type: 'verdict-reached', judged: exampleFailed });
    expect(JSON.stringify(runDetails(judged, []).blocks)).toMatch(/✖ FAILED.*RPO missed.*3 h 02 min of 1 h · ✖ missed/);
  });

  test('of a run with many and long words: within Slack’s limits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 400 }), { minLength: 1, maxLength: 60 }),
        (words) => {
          const run = exampleRun(
            ...words.flatMap((word) => step(word, word)),
            {
              type: 'preflight-checked',
              results: words.map((detail) => ({ name: 'isolation' as const, outcome: 'unknown' as const, detail })),
            },
            ...words.map((title, index) => ({
              type: 'finding-raised' as const,
              finding: { ...exampleFinding, title, fingerprint: String(index) },
            })),
          );
          const { text, blocks } = runDetails(run, []);
          expect(() => acceptMessageBlocks(JSON.parse(JSON.stringify(blocks)))).not.toThrow();
          expect(text.length).toBeLessThanOrEqual(3000);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('of all runs: what is open first, then what was', () => {
    const line = { mode: 'drill', simulated: false, openedAtMs, runId: exampleRunId };
    const { text, blocks } = runListMessage(
      [
        { ...line, state: 'done', verdict: 'failed', endedAtMs: openedAtMs + 59_000 },
        { ...line, state: 'restoring' },
      ],
      openedAtMs + 120_000,
      '/dr',
    );
    expect(text).toMatch(/\*1 open run\*\n.*restoring.* · 2 min\n\*Before\*\n.*✖ FAILED.* · 59 s/);
    expect(JSON.stringify(blocks)).toContain('"action_id":"run_status"');
    expect(runListMessage([], openedAtMs, '/recover').text).toContain('/recover start');
  });

  test('of a click: a yes only when the run said so', () => {
    expect(decisionText({ outcome: 'accepted', text: 'Approved by Ann.' })).toBe('✔ Approved by Ann.');
    expect(decisionText({ outcome: 'refused', text: 'Too late.' })).toBe('✖ It does not count. Too late.');
    expect(decisionText({ outcome: 'queued', text: 'Recorded; it will count when the engine is back.' })).toMatch(
      /^⏳ Recorded/,
    );
  });

  test('of an error: three sentences, and nothing of its inside', () => {
    expect(
      errorText(
        new FiredrillError({ code: 'x', kind: 'busy', what: 'A <b> happened.', means: 'Nothing.', next: 'Wait.' }),
      ),
    ).toBe('✖ *A &lt;b&gt; happened.*\nNothing.\nWait.');
    expect(errorText(new Error('secret'))).not.toContain('secret');
  });

  test('forms fit, whatever the run is called', () => {
    const ref = {
      run: `restore-test/${'s'.repeat(40)}/${'r'.repeat(40)}/manual-20261122T181500Z-9f3a`,
      gate: 'g'.repeat(100),
      round: 1,
    };
    const memory = { channel: 'C0', clickTs: '1.2' };
    const choices = ['reject', 'abort', 'pause', 'resume'] as const;
    for (const view of [
      ...choices.map((choice) => decisionForm(choice, { ...memory, ref })),
      ...choices.map((choice) => decisionForm(choice, memory)),
      stopAllForm(memory),
      confirmForm({ ...memory, ref: { ...ref, confirm: 's'.repeat(100) } }),
      startForm(memory),
      gapForm({ ...memory, ref: { run: ref.run } }),
      gapForm(memory, 's'.repeat(40)),
    ]) {
      expect(() => acceptView(JSON.parse(JSON.stringify(view)))).not.toThrow();
    }
  });

  test('of what waits for them: every question with its buttons, as many as Slack takes', () => {
    const run = exampleRun();
    const { blocks } = gatesWaitingMessage(
      Array.from({ length: 40 }, () => ({ run, gate: exampleGate, insteadOf: [] })),
    );
    expect(() => acceptMessageBlocks(JSON.parse(JSON.stringify(blocks)))).not.toThrow();
    expect(JSON.stringify(blocks)).toContain('and 28 more');
  });

  test('of everything that concerns them, however much it is: within what Slack takes for a Home tab', () => {
    const run = exampleRun();
    const long = 'w'.repeat(40);
    const many = <T>(one: T): T[] => Array.from({ length: 200 }, () => one);
    const by = { personId: 'priya-raman', personName: long };
    const toConfirm: RemediationView = {
      finding: { ...exampleFinding, proof: { kind: 'attested', sentence: long } },
      ticketRequest: exampleTicket,
      simulated: true,
      state: 'open',
      raisedAtMs: openedAtMs,
      metAtMs: openedAtMs,
      openSinceMs: openedAtMs,
      timesMet: 1,
      ticketsGone: [],
      reopened: 0,
      attestation: { by, evidence: `https://${long}`, atMs: openedAtMs },
    };
    const home = {
      quarter: '2026Q4',
      quarterEndMs: openedAtMs,
      owes: many({
        runbook: 'restore-test' as const,
        service: long,
        resource: long,
        state: 'due' as const,
        runId: exampleRunId,
        insteadOf: [],
      }),
      gates: many({ run, gate: exampleGate, insteadOf: [long] }),
      reviews: many({ run, answered: 3, toAnswer: 38, dueAtMs: openedAtMs, insteadOf: [] }),
      exercises: many({ run, title: long, duties: [{ kind: 'begin' } as const] }),
      findings: many({ view: toConfirm, word: 'attest' as const }),
      standsIn: many({ service: long, role: 'dr-champion' as const, left: long }),
      tickets: many({
        fingerprint: 'a1'.repeat(12),
        key: 'DR-7',
        url: `https://jira.example/${long}`,
        title: '&'.repeat(400),
        service: long,
        insteadOf: [],
      }),
      runs: many({ ...run, runId: exampleRunId }),
    };
    const { blocks } = homeView(home, openedAtMs, '/dr');
    expect(() => acceptView(JSON.parse(JSON.stringify({ type: 'home', blocks })), 'home')).not.toThrow();
    expect(() => acceptMessageBlocks(JSON.parse(JSON.stringify(mineMessage(home, openedAtMs).blocks)))).not.toThrow();
    // Where the Home tab ends, the message goes on.
    expect(JSON.stringify(mineMessage(home, openedAtMs))).toContain('and 100 more');
    const text = JSON.stringify(blocks);
    // 800 that wait, 200 of everything else.
    for (const more of [
      'Tickets in my name (200)',
      'Waiting for me (800)',
      'and 785 more',
      'and 190 more: `/dr status`',
      'and 188 more: `/dr mine`',
      'and 194 more',
      'and 195 more',
      'as of ',
    ])
      expect(text).toContain(more);
  });

  test('what the first person said stays a sentence of its own, however they ended it', () => {
    const raised = { type: 'raised', finding: exampleFinding, ticket: exampleTicket, simulated: true } as const;
    const by = { personId: 'jonas-weber', personName: 'Jonas Weber' };
    const asked = { type: 'acceptance-asked', by, roles: [], until: '2027-03-31', reason: 'It is replaced' } as const;
    const view = foldRemediation(foldRemediation(undefined, raised, openedAtMs), asked, openedAtMs);
    expect(JSON.stringify(findingBlocks(view === undefined ? [] : [{ view, word: 'accept-risk' }]))).toContain(
      'It is replaced. It counts when you agree.',
    );
  });

  test('of nothing to do: what is empty says so', () => {
    const text = JSON.stringify(
      homeView(
        {
          quarter: '2026Q4',
          quarterEndMs: openedAtMs,
          owes: [],
          gates: [],
          reviews: [],
          exercises: [],
          findings: [],
          standsIn: [],
          tickets: [],
          runs: [],
        },
        openedAtMs,
        '/dr',
      ),
    );
    expect(text).not.toContain('I stand in for others');
    for (const none of [
      'Nothing waits for you',
      'neither owner nor DR champion',
      'Nothing is running',
      'No gap of your services',
    ])
      expect(text).toContain(none);
  });
});
