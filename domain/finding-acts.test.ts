import { describe, expect, test } from 'vitest';
import { asFindingAct, isObjection, judgeAct, offersOf, secondWordOf } from './finding-acts.ts';
import type { FindingAct } from './finding-acts.ts';
import { acceptedText } from './finding-words.ts';
import { makeFinding } from './fingerprint.ts';
import type { Role } from './gate.ts';
import { foldRemediation } from './remediation.ts';
import type { RemediationView } from './remediation.ts';

const nowMs = Date.parse('2026-11-28T12:00:00Z');
const longestAcceptanceMs = 365 * 86_400_000;
const evidence = 'https://wiki.example.com/minutes';

function viewOf(kind: 'attested' | 'recheck'): RemediationView {
  const proof =
    kind === 'attested'
      ? ({ kind, sentence: 'The minutes show it.' } as const)
      : ({ kind, check: 'rpo', sentence: 'RPO met.' } as const);
  const finding = makeFinding({
    service: 'jira-cloud',
    resource: 'issues-db',
    check: 'rpo',
    cause: 'missed',
    severity: 'high',
    title: 't',
    found: 'f',
    matters: 'm',
    lookFirst: 'l',
    proof,
    runId: 'restore-test/jira-cloud/issues-db/2026Q4',
  });
  const ticket = {
    project: 'DR',
    issueType: 'Task',
    labels: [],
    ownerEmail: '',
    championEmail: '',
    dueDate: '2026-12-12',
    tier: 1,
  };
  const view = foldRemediation(undefined, { type: 'raised', finding, ticket, simulated: false }, nowMs);
  if (view === undefined) throw new Error('nothing was raised');
  return view;
}
const person = (personId: string, ...roles: Role[]) => ({ personId, personName: personId, roles });
const owner = person('jonas', 'service-owner');
const champion = person('priya', 'dr-champion');
const compliance = person('ruth', 'risk-and-compliance');

/** Lets people act one after the other; answers `closed`, the state, or the code of the last objection. */
function after(view: RemediationView, ...acts: readonly (readonly [ReturnType<typeof person>, FindingAct])[]): string {
  let now = view;
  for (const [by, act] of acts) {
    const judged = judgeAct(act, { view: now, by, nowMs, longestAcceptanceMs });
    if (isObjection(judged)) return judged.code;
    for (const event of judged.events) now = foldRemediation(now, event, nowMs) ?? now;
    if (judged.closes !== undefined) return 'closed';
  }
  return now.state;
}
const attest: FindingAct = { kind: 'attest', evidence };

describe('the second word that a finding waits for', () => {
  const said = (view: RemediationView, by: ReturnType<typeof person>, act: FindingAct): RemediationView => {
    const judged = judgeAct(act, { view, by, nowMs, longestAcceptanceMs });
    if (isObjection(judged)) throw new Error(judged.text);
    return judged.events.reduce((now, event) => foldRemediation(now, event, nowMs) ?? now, view);
  };
  const until = '2027-03-31';
  const accept: FindingAct = { kind: 'accept-risk', until, reason: 'Too dear.' };

  test('is that of somebody else who holds a role, after the first one', () => {
    const view = said(viewOf('attested'), owner, attest);
    expect(secondWordOf(view, champion, nowMs)).toBe('attest');
    expect(secondWordOf(view, owner, nowMs)).toBeUndefined();
    expect(secondWordOf(view, person('sam'), nowMs)).toBeUndefined();
    expect(secondWordOf(viewOf('attested'), champion, nowMs)).toBeUndefined();
  });

  test('that a risk is accepted is said by the other of the two roles, until its day', () => {
    const view = said(viewOf('recheck'), owner, accept);
    expect(secondWordOf(view, compliance, nowMs)).toBe('accept-risk');
    expect(secondWordOf(view, champion, nowMs)).toBeUndefined();
    expect(secondWordOf(view, owner, nowMs)).toBeUndefined();
    expect(secondWordOf(view, compliance, Date.parse('2027-04-01T12:00:00Z'))).toBeUndefined();
    expect(secondWordOf(said(view, compliance, accept), compliance, nowMs)).toBeUndefined();
  });

  test('is nobody’s when the finding is closed', () => {
    const view = said(viewOf('attested'), owner, attest);
    const closed = foldRemediation(view, { type: 'closed', how: 'attested', sentence: 's' }, nowMs) ?? view;
    expect(secondWordOf(closed, champion, nowMs)).toBeUndefined();
  });
});
const accept = (until = '2027-03-31'): FindingAct => ({ kind: 'accept-risk', until, reason: 'replaced in March' });

describe('attesting that a finding is remedied', () => {
  test.each([
    ['one person is not enough', 'open', [[owner, attest]]],
    [
      'the same person twice is one',
      'same-person',
      [
        [owner, attest],
        [owner, attest],
      ],
    ],
    [
      'two people close it',
      'closed',
      [
        [owner, attest],
        [champion, attest],
      ],
    ],
    ['somebody without a role for the service does not count', 'role-missing', [[person('eve'), attest]]],
  ] as const)('%s', (_what, outcome, acts) => {
    expect(after(viewOf('attested'), ...acts)).toBe(outcome);
  });
  test('nobody’s word closes what a check has to find green', () => {
    expect(after(viewOf('recheck'), [owner, attest])).toBe('recheck-only');
  });
  test('a gap that is met again after the first word needs two again', () => {
    const view = viewOf('attested');
    const said = judgeAct(attest, { view, by: owner, nowMs, longestAcceptanceMs });
    const events = isObjection(said) ? [] : said.events;
    const once = events.reduce<RemediationView | undefined>((so, event) => foldRemediation(so, event, nowMs), view);
    const again = foldRemediation(once, { type: 'recurred', finding: view.finding }, nowMs);
    expect(once?.attestation).toBeDefined();
    expect(again?.attestation).toBeUndefined();
  });
});

describe('accepting a risk', () => {
  test.each([
    ['an approver alone is not enough', 'open', [[owner, accept()]]],
    [
      'an approver and risk and compliance together are',
      'accepted',
      [
        [owner, accept()],
        [compliance, accept()],
      ],
    ],
    [
      'in either order',
      'accepted',
      [
        [compliance, accept()],
        [owner, accept()],
      ],
    ],
    [
      'two approvers are not',
      'open',
      [
        [owner, accept()],
        [person('amara', 'leadership'), accept()],
      ],
    ],
    [
      'one person with both roles is one person',
      'same-person',
      [
        [person('both', 'service-owner', 'risk-and-compliance'), accept()],
        [person('both', 'service-owner', 'risk-and-compliance'), accept()],
      ],
    ],
    [
      'somebody with both roles takes whichever seat is left',
      'accepted',
      [
        [person('both', 'service-owner', 'risk-and-compliance'), accept()],
        [compliance, accept()],
      ],
    ],
    ['the champion, whose work it would be, does not count', 'role-missing', [[champion, accept()]]],
    [
      'another day is another question',
      'open',
      [
        [owner, accept('2027-03-31')],
        [compliance, accept('2027-04-30')],
      ],
    ],
    ['a day that is over', 'past', [[owner, accept('2026-11-27')]]],
    ['longer than the policy lets', 'too-long', [[owner, accept('2028-03-31')]]],
  ] as const)('%s', (_what, outcome, acts) => {
    expect(after(viewOf('recheck'), ...acts)).toBe(outcome);
  });
});

test('what both have said about the risk is kept', () => {
  const first = judgeAct(accept(), { view: viewOf('recheck'), by: owner, nowMs, longestAcceptanceMs });
  const events = isObjection(first) ? [] : first.events;
  const asked = events.reduce<RemediationView>(
    (so, event) => foldRemediation(so, event, nowMs) ?? so,
    viewOf('recheck'),
  );
  const agree = (reason: string) =>
    judgeAct({ ...accept(), reason } as FindingAct, { view: asked, by: compliance, nowMs, longestAcceptanceMs });
  const until = '2027-03-31';
  const by = [
    { personId: 'jonas', personName: 'jonas' },
    { personId: 'ruth', personName: 'ruth' },
  ];
  expect(agree('we looked at it')).toMatchObject({
    events: [{ type: 'risk-accepted', by, until, reason: 'replaced in March', agreedReason: 'we looked at it' }],
  });
  expect(agree('replaced in March')).toMatchObject({
    events: [{ type: 'risk-accepted', by, until, reason: 'replaced in March' }],
  });
  const acceptance = { by, until, reason: 'replaced in March' };
  expect(acceptedText(acceptance)).toBe(
    'The risk is accepted until 2027-03-31 by jonas and ruth: replaced in March. After that day the finding opens again.',
  );
  expect(acceptedText({ ...acceptance, agreedReason: 'We looked at it.' })).toContain(
    ': replaced in March. ruth: We looked at it. After that day',
  );
});

test('only what is one of the three acts, whole and well-formed, is one', () => {
  expect(asFindingAct({ kind: 'attest', evidence: 'javascript:alert(1)' })).toBeUndefined();
  expect(asFindingAct({ kind: 'accept-risk', until: '31.03.2027', reason: 'x' })).toBeUndefined();
  expect(asFindingAct({ kind: 'accept-risk', until: '2027-03-31' })).toBeUndefined();
  expect(asFindingAct({ kind: 'retest', more: 1 })).toBeUndefined();
  expect(asFindingAct({ kind: 'retest' })).toEqual({ kind: 'retest' });
});

describe('what is offered', () => {
  test('is what can prove it, and the risk; nothing of a finding that is closed', () => {
    expect(offersOf(viewOf('attested'))).toEqual([{ kind: 'attest' }, { kind: 'accept-risk' }]);
    expect(offersOf(viewOf('recheck'))).toEqual([{ kind: 'retest' }, { kind: 'accept-risk' }]);
    const closed = foldRemediation(viewOf('recheck'), { type: 'closed', how: 'recheck', sentence: 's' }, nowMs);
    expect(closed === undefined ? undefined : offersOf(closed)).toEqual([]);
  });

  test('to a second person carries what the first one said', () => {
    const by = { personId: 'jonas', personName: 'Jonas Weber' };
    const said = [
      { type: 'attested', by, evidence },
      { type: 'acceptance-asked', by, roles: ['service-owner'], until: '2027-03-31', reason: 'r' },
    ] as const;
    const view = said.reduce((so, event) => foldRemediation(so, event, nowMs) ?? so, viewOf('attested'));
    expect(offersOf(view)).toEqual([
      { kind: 'attest', confirms: 'Jonas Weber', evidence },
      { kind: 'accept-risk', until: '2027-03-31', by: 'Jonas Weber', reason: 'r' },
    ]);
  });

  test.each(['attested', 'recheck'] as const)('is never refused to everybody (%s)', (kind) => {
    for (const offer of offersOf(viewOf(kind))) {
      const act =
        offer.kind === 'attest' ? attest : offer.kind === 'accept-risk' ? accept() : ({ kind: 'retest' } as const);
      expect(isObjection(judgeAct(act, { view: viewOf(kind), by: owner, nowMs, longestAcceptanceMs }))).toBe(false);
    }
  });
});
