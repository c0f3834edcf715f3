import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
// The stand-in knows Slack's limits and refuses what Slack refuses.
// oxlint-disable-next-line no-restricted-imports
import { acceptMessageBlocks } from '../../sandbox/slack/block-kit.ts';
import type { OpenGate } from '../../domain/gate.ts';
import {
  exampleAddress,
  exampleFailed,
  exampleFinding,
  exampleGate,
  examplePassed,
  exampleRunId,
  exampleStatus,
  openedAtMs,
} from '../example-notices.ts';
import { closedGateMessage, openGateMessage } from './gate-message.ts';
import { clip, clipMrkdwn, escapeMrkdwn } from './limits.ts';
import type { SlackContent } from './limits.ts';
import { runMessage } from './run-message.ts';
import { findingMessage, reminderMessage, ticketMessage, verdictMessage } from './thread.ts';

const heading = exampleAddress;
const open = (gate: OpenGate = exampleGate, more: object = {}): SlackContent =>
  openGateMessage({ heading, gate, mention: ['U0ANNA', 'S0COMMANDERS'], ...more });
const words = (content: SlackContent): string => JSON.stringify(content.blocks);
const buttons = (content: SlackContent): readonly string[] =>
  content.blocks.flatMap((block) =>
    block.type === 'actions'
      ? block.elements.map((element) => ('text' in element ? (element.text?.text ?? '') : ''))
      : [],
  );

describe('an open gate', () => {
  test('says what is asked, what yes would do, who is asked and what happens if nobody answers', () => {
    const text = words(open());
    for (const part of [
      'May we hold this restore test now?',
      '1 copy of issues-db-prod',
      'nothing in production',
      'about 1.90 USD · takes about 48 min',
      'account 111111111111, eu-central-1',
      'a service owner, a DR champion or an incident commander',
      '<@U0ANNA> <!subteam^S0COMMANDERS>',
      'Whoever started it cannot approve it.',
      '• 20:00 UTC (your',
      '• 23 Nov 16:00 UTC (your',
      'the drill is dropped, not run',
      '9f3a…c1',
      exampleRunId,
    ]) {
      expect(text).toContain(part);
    }
    expect(buttons(open())).toEqual(['Approve', 'Reject…', 'Details']);
  });

  test('a drill and a real run cannot be mistaken for each other, nor a simulated one for any of them', () => {
    expect(words(open())).toMatch(/🟦 \*DRILL\*.*SIMULATED/);
    const real = openGateMessage({
      heading: { ...heading, mode: 'real', simulated: false },
      gate: { ...exampleGate, preview: { ...exampleGate.preview, mode: 'real', dataLossMs: 4200, outageMs: 120_000 } },
      mention: [],
    });
    expect(words(real)).toMatch(/🟥 \*REAL\*/);
    expect(words(real)).not.toContain('SIMULATED');
    expect(words(real)).toContain('up to 4.2 s of writes (now)');
    expect(words(real)).toContain('I go on asking every 15 minutes');
    expect(open().text).toContain('SIMULATED');
  });

  test('says how many different people have to approve, and how far it is', () => {
    const gate = {
      ...exampleGate,
      policy: {
        ...exampleGate.policy,
        seats: [{ roles: ['service-owner' as const] }, { roles: ['leadership' as const] }],
      },
    };
    const content = open(gate, { progress: '1 of 2: waiting for someone from leadership other than you' });
    expect(words(content)).toContain('2 different people have to approve');
    expect(words(content)).toContain('*1 of 2: waiting for someone from leadership other than you*');
  });

  test('says whose approvals stand, and lets them be withdrawn only while there are any', () => {
    const some = open(exampleGate, {
      progress: '1 of 2: waiting for leadership',
      approvedBy: ['Ann <b> (service owner)'],
    });
    expect(words(some)).toContain('✔ Approved so far by Ann &lt;b&gt; (service owner)');
    expect(buttons(some)).toEqual(['Approve', 'Reject…', 'Withdraw my approval', 'Details']);
    expect(buttons(open(exampleGate, { progress: '0 of 2', approvedBy: [] }))).toEqual([
      'Approve',
      'Reject…',
      'Details',
    ]);
  });

  test('that has to be confirmed says so, and asks before it counts', () => {
    const content = open({ ...exampleGate, confirm: 'jira-cloud' });
    expect(words(content)).toContain('to approve, one types the service’s name, `jira-cloud`');
    expect(buttons(content)).toEqual(['Approve…', 'Reject…', 'Details']);
    expect(words(content)).not.toContain('"gate_approve"');
  });

  test('says Region and account once: in what it creates, or else in a line of its own', () => {
    expect(words(open()).match(/111111111111/g)).toHaveLength(1);
    const elsewhere = open({ ...exampleGate, preview: { ...exampleGate.preview, creates: [] } });
    expect(words(elsewhere)).toContain('*Where*  eu-central-1, account 111111111111');
  });

  test('a second round says that it is one', () => {
    expect(words(open({ ...exampleGate, round: 2 }))).toContain('Asked again (round 2)');
  });
});

describe('a decided gate', () => {
  const closed = (outcome: 'approved' | 'rejected' | 'expired' | 'withdrawn', text: string): SlackContent =>
    closedGateMessage({ heading, gate: exampleGate, outcome, text, closedAtMs: openedAtMs + 72 * 60_000 });

  test('is one line without buttons: who, when, how long it took', () => {
    const content = closed('approved', 'Approved by Jonas Weber (service-owner)');
    expect(words(content)).toMatch(/✔ \*Approved by Jonas Weber \(service-owner\)\* · 17:12 UTC .*\(1 h 12 min\)/);
    expect(buttons(content)).toEqual([]);
    expect(words(content)).toContain('SIMULATED');
  });

  test('a no and a silence look different from a yes', () => {
    expect(words(closed('rejected', 'Rejected by Lin: not today'))).toContain('✖ *Rejected by Lin: not today*');
    expect(words(closed('expired', 'Nobody decided.'))).toContain('■ *Nobody decided*');
  });
});

describe('a run', () => {
  test('shows how far it is, and the buttons that make sense', () => {
    const content = runMessage({ heading, status: exampleStatus(4), findings: [] });
    expect(words(content)).toContain('●●●●◐○○○○○○○  *call restore*');
    expect(words(content)).toContain('step 5 of 12 · since 16:00 UTC');
    expect(buttons(content)).toEqual(['Status', 'Pause…', 'Report a gap…', 'Abort…']);
  });

  test('that somebody paused says who and why, and can be resumed', () => {
    const paused = { by: 'Ann <Lee>', reason: 'the network', holds: true };
    const content = runMessage({ heading, status: exampleStatus(4, 'running', { paused }), findings: [] });
    expect(words(content)).toContain('⏸ *Paused by Ann &lt;Lee&gt;*: the network');
    expect(buttons(content)).toEqual(['Status', 'Resume', 'Report a gap…', 'Abort…']);
    expect(
      words(
        runMessage({
          heading,
          status: exampleStatus(4, 'running', { paused: { ...paused, holds: false } }),
          findings: [],
        }),
      ),
    ).toContain('What is under way is finished first.');
  });

  test('what needs a person stands in bold, with the way there', () => {
    const content = runMessage({
      heading,
      status: exampleStatus(3, 'running', { waitingFor: 'admission' }),
      gateUrl: 'https://slack.example/p1',
      findings: [],
    });
    expect(words(content)).toContain('*Waits for a person: <https://slack.example/p1|answer the question>*');
  });

  test('a failed step is said, with what happens now', () => {
    expect(words(runMessage({ heading, status: exampleStatus(5, 'failed'), findings: [] }))).toContain(
      'Step “wait until available” failed; what was created is being deleted.',
    );
  });

  test('at its end it says verdict, RTO and RPO against target, and who approved; a gap can still be reported', () => {
    const content = runMessage({
      heading,
      status: exampleStatus(12, 'running', {
        judged: examplePassed,
        approvals: ['admission: Jonas Weber (service-owner)'],
      }),
      findings: [],
    });
    for (const part of [
      '✔ *PASSED*',
      '59 s of 6 h · ✔ met',
      '11–21 s of 1 h · ✔ met',
      'Findings*  none',
      'Jonas Weber',
    ])
      expect(words(content)).toContain(part);
    expect(buttons(content)).toEqual(['Details', 'Report a gap…']);
  });

  test('findings name their tickets, or that these are still being filed', () => {
    const status = exampleStatus(12, 'running', { judged: exampleFailed, findings: 6 });
    const findings = [
      { title: exampleFinding.title, ticket: { key: 'DR-7', url: 'https://jira.example/browse/DR-7' } },
      ...Array.from({ length: 5 }, () => ({ title: 'another gap' })),
    ];
    const text = words(runMessage({ heading, status, findings }));
    expect(text).toContain('<https://jira.example/browse/DR-7|DR-7>');
    expect(text).toContain('another gap · ticket pending');
    expect(text).toContain('and 2 more in the thread');
  });

  test('what was not measured is said, never shown as a number', () => {
    const judged = {
      ...examplePassed,
      verdict: 'unproven' as const,
      rpo: {
        ...examplePassed.rpo,
        achieved: 'not-measured' as const,
        judgement: 'not-measured' as const,
        reason: 'the sentinel writer was silent',
      },
    };
    expect(words(runMessage({ heading, status: exampleStatus(12, 'running', { judged }), findings: [] }))).toContain(
      'not measured (target 1 h): the sentinel writer was silent',
    );
  });
});

describe('whatever the words are', () => {
  test('markup in names and reasons stays text: nobody can be mentioned or linked by a finding', () => {
    const evil = '<!channel> *<https://evil.example|click>* & <@U0ANNA>';
    const contents = [
      open({ ...exampleGate, preview: { ...exampleGate.preview, question: evil, creates: [evil], touches: evil } }),
      findingMessage(heading, { ...exampleFinding, title: evil, found: evil }),
      ticketMessage(heading, evil, { key: 'DR-1', url: 'https://jira.example', outcome: 'created' }),
      runMessage({ heading, status: exampleStatus(1, 'running', { lastFinding: evil, state: evil }), findings: [] }),
      reminderMessage(heading, exampleGate, evil, []),
      verdictMessage(heading, { ...examplePassed, reason: evil }),
      closedGateMessage({ heading, gate: exampleGate, outcome: 'rejected', text: evil, closedAtMs: openedAtMs }),
    ];
    for (const content of contents) {
      expect(JSON.stringify(content)).not.toMatch(/<!channel>|<https:\/\/evil/);
      expect(JSON.stringify(content)).toContain('&lt;!channel&gt;');
    }
  });

  const anyText = fc.oneof(
    fc.string({ maxLength: 50 }),
    fc.string({ unit: 'binary', maxLength: 6000 }),
    fc.constantFrom('&'.repeat(5000), '<'.repeat(4000), '🟦'.repeat(3000), ''),
  );
  const accepted = (content: SlackContent): void => {
    expect(() => acceptMessageBlocks(JSON.parse(JSON.stringify(content.blocks)))).not.toThrow();
    expect(content.text.length).toBeGreaterThan(0);
    expect(content.text.length).toBeLessThanOrEqual(3000);
  };

  test('Slack accepts every message, however long the names are, and the buttons are still there', () => {
    fc.assert(
      fc.property(
        anyText,
        anyText,
        fc.array(anyText, { maxLength: 12 }),
        fc.integer({ min: 0, max: 45 }),
        (one, other, many, count) => {
          const runId = `restore-test/${'s'.repeat(40)}/${'r'.repeat(40)}/manual-20261122T181500Z-9f3a`;
          const named = { ...heading, runId, service: 's'.repeat(40), resource: 'r'.repeat(40) };
          const gate = {
            ...exampleGate,
            runId,
            preview: { ...exampleGate.preview, question: one, creates: many, touches: other, reversibility: other },
          };
          const opened = openGateMessage({ heading: named, gate, mention: many, progress: other });
          accepted(opened);
          expect(buttons(opened)).toHaveLength(3);
          accepted(closedGateMessage({ heading: named, gate, outcome: 'rejected', text: one, closedAtMs: openedAtMs }));
          accepted(
            findingMessage(named, { ...exampleFinding, title: one, found: other, matters: one, lookFirst: other }),
          );
          accepted(reminderMessage(named, gate, other, many));
          accepted(verdictMessage(named, { ...exampleFailed, reason: one }));
          const steps = Array.from({ length: count }, () => ({ name: one, state: 'failed' as const }));
          const status = {
            ...exampleStatus(1, 'running', { state: one, lastFinding: other, findings: many.length, approvals: many }),
            steps,
          };
          accepted(runMessage({ heading: named, status, findings: [] }));
          const findings = many.map((title) => ({ title }));
          accepted(
            runMessage({ heading: named, status: { ...status, judged: { ...exampleFailed, reason: one } }, findings }),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  test('cutting never leaves half an entity, half a mention or half an emoji', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('&amp;', '&lt;', '<@U0ANNA>', '<https://a.b|c d>', '🟦', 'word ', 'é'), {
          maxLength: 40,
        }),
        fc.integer({ min: 2, max: 60 }),
        (parts, max) => {
          const cut = clipMrkdwn(parts.join(''), max);
          expect(cut.length).toBeLessThanOrEqual(max);
          expect(cut).not.toMatch(/&[a-z]*(?:…|$)/);
          expect(cut.isWellFormed()).toBe(true);
          expect([...cut.matchAll(/</g)]).toHaveLength([...cut.matchAll(/>/g)].length);
        },
      ),
    );
    expect(clip('abcdef', 4)).toBe('abc…');
    expect(escapeMrkdwn('a < b & c > d')).toBe('a &lt; b &amp; c &gt; d');
  });
});
