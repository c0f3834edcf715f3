import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyDecision,
  expireGate,
  gateProgressText,
  isFull,
  maxAttemptsPerGate,
  maxWithdrawals,
  openGate,
  withdrawGate,
} from './decide.ts';
import { confirmationOf, gateAgenda, gatePolicyProblems } from './gate-policy.ts';
import { type AuthenticDecision, type GatePolicy, type GateState, type OpenGate, type Role, roles } from './gate.ts';
import { fitsAny, seatPeople } from './seats.ts';

const minute = 60_000;
const openedAtMs = Date.parse('2026-11-22T18:00:00Z');

const policyOf = (...seats: Role[][]): GatePolicy => ({
  seats: seats.map((held) => ({ roles: held })),
  excludeInitiator: true,
  remindAfterMs: [],
  escalations: [],
  finalDeadlineMs: 60 * minute,
  reasonRequiredToReject: true,
});

function gateOf(policy: GatePolicy, round = 1): GateState {
  const gate: OpenGate = {
    runId: 'restore-test/jira-cloud/issues-db/2026Q4',
    gateId: 'admission',
    kind: 'admission',
    round,
    openedAtMs,
    policy,
    initiator: 'ivy',
    preview: {
      mode: 'drill',
      question: 'May we?',
      creates: [],
      touches: 'nothing',
      region: 'eu-central-1',
      accountId: '111111111111',
      reversibility: 'deleted afterwards',
      simulated: true,
      chainHead: '0'.repeat(64),
    },
  };
  return openGate(gate);
}

let clicks = 0;
function decision(personId: string, held: Role[], more: Partial<AuthenticDecision> = {}): AuthenticDecision {
  clicks += 1;
  const personName = personId.charAt(0).toUpperCase() + personId.slice(1);
  return {
    v: 1,
    decisionId: `click-${clicks}`,
    runId: 'restore-test/jira-cloud/issues-db/2026Q4',
    gateId: 'admission',
    round: 1,
    choice: 'approve',
    personId,
    personName,
    roles: held,
    clickedAtMs: openedAtMs + 1_000,
    via: 'slack-app',
    receivedAtMs: openedAtMs + 1_500,
    ...more,
  };
}

const rejection = { choice: 'reject', reason: 'Friday evening' } as const;

/** The gate after all of the decisions, and the answer to the last. */
const after = (start: GateState, ...decisions: AuthenticDecision[]): ReturnType<typeof applyDecision> =>
  decisions.reduce((so, next) => applyDecision(so.state, next), {
    state: start,
    answer: { outcome: 'refused', code: 'malformed', text: '' },
  } as ReturnType<typeof applyDecision>);

const ann = (more?: Partial<AuthenticDecision>): AuthenticDecision => decision('ann', ['service-owner'], more);
const bob = (more?: Partial<AuthenticDecision>): AuthenticDecision => decision('bob', ['incident-commander'], more);
const cem = (more?: Partial<AuthenticDecision>): AuthenticDecision => decision('cem', ['incident-commander'], more);

describe('approving', () => {
  test('a gate with one seat is approved by one person of its role', () => {
    const { state, answer } = after(gateOf(policyOf(['service-owner'])), ann());
    expect(state.status).toBe('approved');
    expect(answer).toEqual({
      outcome: 'accepted',
      gate: 'approved',
      approvals: 1,
      needed: 1,
      text: 'Approved by Ann.',
    });
  });

  test('a gate with two seats waits for the second person, and tells the first for whom', () => {
    const { state, answer } = after(gateOf(policyOf(['incident-commander'], ['incident-commander'])), bob());
    expect(state.status).toBe('open');
    expect(answer).toMatchObject({
      gate: 'open',
      approvals: 1,
      needed: 2,
      text: '1 of 2: waiting for an incident commander other than you',
    });
  });

  test('says the role without "other than you" to somebody who does not hold it', () => {
    const { answer } = after(gateOf(policyOf(['service-owner'], ['incident-commander'])), ann());
    expect(answer.text).toBe('1 of 2: waiting for an incident commander');
  });

  test('names everybody who helped when all seats are filled', () => {
    const { state, answer } = after(gateOf(policyOf(['incident-commander'], ['incident-commander'])), bob(), cem());
    expect(state.status).toBe('approved');
    expect(answer.text).toBe('Approved by Bob and Cem.');
  });

  test('keeps when each person clicked and when it arrived, by which way and in which seat', () => {
    const { state } = after(
      gateOf(policyOf(['service-owner'])),
      ann({ via: 'personal-key', clickedAtMs: 1, receivedAtMs: openedAtMs + 2 }),
    );
    expect(state.votes).toEqual([
      {
        personId: 'ann',
        personName: 'Ann',
        seat: 0,
        via: 'personal-key',
        clickedAtMs: 1,
        receivedAtMs: openedAtMs + 2,
        roles: ['service-owner'],
      },
    ]);
  });

  test('counts one person once, whatever roles they hold', () => {
    const dual = (): AuthenticDecision => decision('dan', ['service-owner', 'incident-commander']);
    const { state, answer } = after(gateOf(policyOf(['service-owner'], ['incident-commander'])), dual(), dual());
    expect(state.votes).toHaveLength(1);
    expect(answer).toMatchObject({ outcome: 'refused', code: 'already-voted' });
  });

  test('moves somebody with two roles to the other seat when that lets the second person count', () => {
    const dan = decision('dan', ['service-owner', 'incident-commander']);
    const { state } = after(gateOf(policyOf(['service-owner'], ['incident-commander'])), dan, ann());
    expect(state.status).toBe('approved');
    expect(state.votes.map(({ personId, seat }) => [personId, seat])).toEqual([
      ['dan', 1],
      ['ann', 0],
    ]);
  });

  test('says all roles that would still help when the first person could sit in either seat', () => {
    const dan = decision('dan', ['service-owner', 'incident-commander']);
    const { answer } = after(gateOf(policyOf(['service-owner'], ['incident-commander'])), dan);
    expect(answer.text).toBe('1 of 2: waiting for a service owner or an incident commander other than you');
  });

  test('refuses a second person for a seat that is taken, and says who is needed instead', () => {
    const { state, answer } = after(gateOf(policyOf(['incident-commander'], ['service-owner'])), bob(), cem());
    expect(state.votes).toHaveLength(1);
    expect(answer).toEqual({
      outcome: 'refused',
      code: 'role-missing',
      text: 'The seat of incident commander is taken. 1 of 2: waiting for a service owner.',
    });
  });
});

describe('refusing', () => {
  test('somebody without the role hears which role is needed', () => {
    const { state, answer } = after(
      gateOf(policyOf(['service-owner', 'incident-commander'])),
      decision('eve', ['sre']),
    );
    expect(state.status).toBe('open');
    expect(answer).toEqual({
      outcome: 'refused',
      code: 'role-missing',
      text: 'You are an SRE. 0 of 1: waiting for a service owner or an incident commander.',
    });
  });

  test('somebody without any role hears that too', () => {
    const { answer } = after(gateOf(policyOf(['service-owner'])), decision('eve', []));
    expect(answer.text).toBe('You hold no role in the catalog. 0 of 1: waiting for a service owner.');
  });

  test('the person who started the run cannot approve it', () => {
    const { state, answer } = after(gateOf(policyOf(['service-owner'])), decision('ivy', ['service-owner']));
    expect(state.votes).toHaveLength(0);
    expect(answer).toMatchObject({
      code: 'initiator-excluded',
      text: expect.stringContaining('waiting for a service owner other than you.'),
    });
  });

  test('the person who last changed the plan cannot approve the run that it started', () => {
    const { gate } = gateOf(policyOf(['service-owner']));
    const scheduled = openGate({ ...gate, initiator: 'system', planChangedBy: 'ann' });
    const { state, answer } = applyDecision(scheduled, ann());
    expect(answer).toMatchObject({ outcome: 'refused', code: 'initiator-excluded' });
    expect(answer.text).toBe(
      'You last changed the plan of this run, so another person has to approve it. 0 of 1: waiting for a service owner other than you.',
    );
    expect(applyDecision(state, decision('dan', ['service-owner'])).state.status).toBe('approved');
  });

  test('the person who started the run may approve when the policy allows it', () => {
    const policy = { ...policyOf(['service-owner']), excludeInitiator: false };
    expect(after(gateOf(policy), decision('ivy', ['service-owner'])).state.status).toBe('approved');
  });

  test('the person who started the run may say no', () => {
    expect(after(gateOf(policyOf(['service-owner'])), decision('ivy', ['service-owner'], rejection)).state.status).toBe(
      'rejected',
    );
  });

  test('a rejection without a reason does not count where one is required', () => {
    for (const reason of [undefined, '', '  ']) {
      const no = ann({ choice: 'reject', ...(reason === undefined ? {} : { reason }) });
      expect(after(gateOf(policyOf(['service-owner'])), no).answer).toMatchObject({ code: 'reason-required' });
    }
    const lenient = { ...policyOf(['service-owner']), reasonRequiredToReject: false };
    expect(after(gateOf(lenient), ann({ choice: 'reject' })).answer).toMatchObject({
      gate: 'rejected',
      text: 'Rejected by Ann.',
    });
  });

  test('one rejection by a person of the role ends the gate, also after an approval', () => {
    const { state, answer } = after(gateOf(policyOf(['service-owner'], ['incident-commander'])), ann(), bob(rejection));
    expect(state.status).toBe('rejected');
    expect(state.rejection).toMatchObject({ personId: 'bob', reason: 'Friday evening' });
    expect(answer).toMatchObject({ outcome: 'accepted', gate: 'rejected', text: 'Rejected by Bob: Friday evening.' });
  });

  test('a rejection by a person without the role changes nothing', () => {
    const { state, answer } = after(gateOf(policyOf(['service-owner'])), decision('eve', ['sre'], rejection));
    expect(state.status).toBe('open');
    expect(answer).toMatchObject({ code: 'role-missing' });
  });

  test('a late click hears how the gate closed', () => {
    const gate = gateOf(policyOf(['service-owner'], ['incident-commander']));
    const late = (state: GateState): unknown => applyDecision(state, cem()).answer;
    expect(late(after(gate, ann(), bob()).state)).toEqual({
      outcome: 'refused',
      code: 'gate-closed',
      text: 'Too late: Approved by Ann and Bob.',
    });
    expect(late(after(gate, ann(rejection)).state)).toMatchObject({
      code: 'gate-closed',
      text: expect.stringContaining('Rejected by Ann'),
    });
    expect(late(expireGate(gate))).toMatchObject({
      code: 'gate-closed',
      text: expect.stringContaining('Nobody decided'),
    });
    expect(late(withdrawGate(gate))).toMatchObject({ code: 'gate-closed', text: expect.stringContaining('withdrawn') });
  });

  test('an answer to an earlier round does not count for this one', () => {
    const { answer } = after(gateOf(policyOf(['service-owner']), 2), ann({ round: 1 }));
    expect(answer).toMatchObject({ code: 'wrong-round', text: expect.stringContaining('round 2 is asked now') });
  });

  test('an answer for another gate or run does not count', () => {
    const gate = gateOf(policyOf(['service-owner']));
    expect(after(gate, ann({ gateId: 'other' })).answer).toMatchObject({ code: 'unknown-gate' });
    expect(after(gate, ann({ runId: 'other' })).answer).toMatchObject({ code: 'unknown-gate' });
  });

  test.each(['abort', 'stop-all-drills', 'release-drills'] as const)(
    '"%s" is no decision at a gate, and never a yes',
    (choice) => {
      const { state, answer } = after(gateOf(policyOf(['service-owner'])), ann({ choice }));
      expect(state.status).toBe('open');
      expect(answer).toMatchObject({ outcome: 'refused', code: 'malformed' });
    },
  );
});

describe('taking an approval back', () => {
  const two = (): GateState => gateOf(policyOf(['service-owner'], ['incident-commander']));
  const takesBack = { choice: 'withdraw' } as const;

  test('before the others have approved makes it as if it had never been given, and says whom the gate waits for', () => {
    const { state, answer } = after(two(), ann(), ann(takesBack));
    expect(answer).toEqual({
      outcome: 'accepted',
      gate: 'open',
      approvals: 0,
      needed: 2,
      text: 'You have taken your approval back. 0 of 2: waiting for 2 more people: a service owner or an incident commander.',
    });
    expect(after(state, bob()).state).toMatchObject({ status: 'open', votes: [{ personId: 'bob' }] });
    expect(after(state, bob(), ann()).state.status).toBe('approved');
  });

  test('is nobody else’s to do, and needs an approval', () => {
    expect(after(two(), ann(), bob(takesBack)).answer).toMatchObject({ code: 'nothing-to-withdraw' });
    expect(after(two(), ann(), bob(takesBack)).state.votes).toHaveLength(1);
    expect(after(two(), ann(), ann(takesBack), ann(takesBack)).answer).toMatchObject({ code: 'nothing-to-withdraw' });
  });

  test('needs no role any more: what one gave one may take back', () => {
    expect(after(two(), ann(), decision('ann', [], takesBack)).answer).toMatchObject({ outcome: 'accepted' });
  });

  test('is too late when the gate is decided, and undoes nothing', () => {
    const { state, answer } = after(two(), ann(), bob(), ann(takesBack));
    expect(state.status).toBe('approved');
    expect(answer).toMatchObject({ outcome: 'refused', code: 'gate-closed' });
    expect(answer.text).toMatch(/^Too late: Approved by Ann and Bob\. .* to stop the run, abort it\.$/);
  });

  test('of an earlier round does not count for this one', () => {
    const gate = gateOf(policyOf(['service-owner'], ['incident-commander']), 2);
    expect(after(gate, ann({ round: 2 }), ann({ ...takesBack, round: 1 })).answer).toMatchObject({
      code: 'wrong-round',
    });
  });

  test('lets the person reject instead', () => {
    expect(after(two(), ann(), ann(takesBack), ann(rejection)).state.status).toBe('rejected');
  });

  test('seats the others anew, so that whoever is missing can still come', () => {
    const three = gateOf(policyOf(['service-owner'], ['incident-commander'], ['leadership']));
    const moved = after(three, decision('dan', ['service-owner', 'incident-commander']), ann(), ann(takesBack));
    expect(moved.state.votes).toMatchObject([{ personId: 'dan', seat: 0 }]);
    expect(after(moved.state, bob()).answer).toMatchObject({ outcome: 'accepted', approvals: 2 });
  });

  test('works at a full gate, and ends for approvals after three times, never for taking back', () => {
    const crowd = Array.from({ length: maxAttemptsPerGate }, (_, index) => decision(`eve${index}`, ['sre']));
    const full = after(two(), ...crowd).state;
    const { state } = Array.from({ length: maxWithdrawals }).reduce<ReturnType<typeof after>>(
      ({ state: so }) => {
        const given = applyDecision(so, ann());
        expect(given.answer.outcome).toBe('accepted');
        const back = applyDecision(given.state, ann(takesBack));
        expect(back.answer.outcome).toBe('accepted');
        return back;
      },
      after(full, ann(takesBack)),
    );
    expect(applyDecision(two(), ann()).answer.outcome).toBe('accepted');
    expect(applyDecision(state, ann()).answer).toMatchObject({
      outcome: 'refused',
      text: expect.stringContaining('3 times'),
    });
    expect(applyDecision({ ...state, answered: {} }, ann()).answer).toMatchObject({ code: 'withdrawn-too-often' });
    expect(applyDecision(state, ann(rejection)).state.status).toBe('rejected');
  });
});

describe('a step without a way back', () => {
  const gate = (): GateState => {
    const { gate: asked } = gateOf(policyOf(['service-owner']));
    return openGate({ ...asked, confirm: 'jira-cloud' });
  };

  test('asks to confirm by typing where it is irreversible, or where policy always asks', () => {
    expect(confirmationOf({}, {}, 'jira-cloud')).toBeUndefined();
    expect(confirmationOf({ reconfirm: 'irreversible' }, {}, 'jira-cloud')).toBeUndefined();
    expect(confirmationOf({ reconfirm: 'irreversible' }, { irreversible: true }, 'jira-cloud')).toBe('jira-cloud');
    expect(confirmationOf({}, { irreversible: true }, 'jira-cloud')).toBe('jira-cloud');
    expect(confirmationOf({ reconfirm: 'always' }, {}, 'jira-cloud')).toBe('jira-cloud');
  });

  test.each([undefined, '', 'jira', 'confluence', 'yes'])('is not approved by %j', (confirmed) => {
    const { state, answer } = after(gate(), ann(confirmed === undefined ? {} : { confirmed }));
    expect(state).toMatchObject({ status: 'open', votes: [] });
    expect(answer).toMatchObject({ outcome: 'refused', code: 'confirmation-required' });
    expect(answer.text).toContain("type the service's name, jira-cloud.");
  });

  test.each(['jira-cloud', ' Jira-Cloud '])('is approved by %j', (confirmed) => {
    expect(after(gate(), ann({ confirmed })).state.status).toBe('approved');
  });

  test('is rejected, and an approval withdrawn, without ceremony', () => {
    expect(after(gate(), ann(rejection)).state.status).toBe('rejected');
  });
});

describe('the same click', () => {
  test('gets the same answer and changes nothing again, by Update or by Signal', () => {
    const click = ann();
    const once = applyDecision(gateOf(policyOf(['service-owner'], ['incident-commander'])), click);
    const later = applyDecision(once.state, bob());
    const again = applyDecision(later.state, { ...click, receivedAtMs: click.receivedAtMs + 5_000 });
    expect(again.answer).toEqual(once.answer);
    expect(again.state).toBe(later.state);
  });

  test('gets the same refusal, too', () => {
    const click = decision('eve', ['sre']);
    const once = applyDecision(gateOf(policyOf(['service-owner'])), click);
    expect(applyDecision(once.state, { ...click, roles: ['service-owner'] }).answer).toEqual(once.answer);
  });

  test('may have any id, also one that every object has', () => {
    const { state } = after(gateOf(policyOf(['service-owner'])), ann({ decisionId: 'constructor' }));
    expect(state.status).toBe('approved');
  });
});

describe('too many attempts', () => {
  const crowd = Array.from({ length: maxAttemptsPerGate }, (_, index) => decision(`eve${index}`, ['sre']));

  const full = (): GateState => after(gateOf(policyOf(['service-owner'])), ...crowd).state;

  test('leave no trace after fifty, and are told why they do not count', () => {
    const before = full();
    expect(isFull(before)).toBe(true);
    const { state, answer } = applyDecision(before, decision('eve', ['sre']));
    expect(answer).toMatchObject({ outcome: 'refused', code: 'too-many-attempts' });
    expect(answer.text).toMatch(/^You are an? SRE\. 0 of 1: waiting for/);
    expect(state).toBe(before);
  });

  test('never keep out somebody who may decide, for or against', () => {
    expect(applyDecision(full(), ann())).toMatchObject({ state: { status: 'approved' }, answer: { gate: 'approved' } });
    expect(applyDecision(full(), ann(rejection))).toMatchObject({ state: { status: 'rejected' } });
  });

  test('do not take away the answer of a click that was heard', () => {
    const [first = ann()] = crowd;
    expect(applyDecision(full(), first).answer).toMatchObject({ outcome: 'refused', code: 'role-missing' });
  });
});

describe('expiry and withdrawal', () => {
  test('close an open gate and are never a yes', () => {
    const gate = gateOf(policyOf(['service-owner']));
    expect(expireGate(gate).status).toBe('expired');
    expect(withdrawGate(gate).status).toBe('withdrawn');
  });

  test('do not undo a decision that got in first', () => {
    const decided = after(gateOf(policyOf(['service-owner'])), ann()).state;
    expect(expireGate(decided)).toBe(decided);
    expect(withdrawGate(decided)).toBe(decided);
  });
});

describe('escalation', () => {
  const policy: GatePolicy = {
    ...policyOf(['service-owner']),
    remindAfterMs: [10 * minute, 20 * minute, 90 * minute],
    escalations: [
      { afterMs: 20 * minute, roles: ['dr-champion'], secondChannel: false },
      { afterMs: 40 * minute, roles: ['leadership'], secondChannel: true },
    ],
  };

  test('lets the people whom it asks decide, from then on and not before', () => {
    const lea = (afterMs: number): AuthenticDecision =>
      decision('lea', ['leadership'], { receivedAtMs: openedAtMs + afterMs });
    expect(after(gateOf(policy), lea(39 * minute)).answer).toMatchObject({ code: 'role-missing' });
    expect(after(gateOf(policy), lea(40 * minute)).state.status).toBe('approved');
  });

  test('is not opened early by a click that claims a later time', () => {
    const claim = decision('lea', ['leadership'], {
      clickedAtMs: openedAtMs + 50 * minute,
      receivedAtMs: openedAtMs + minute,
    });
    expect(after(gateOf(policy), claim).state.status).toBe('open');
  });

  test('shows whom the gate waits for at a moment', () => {
    expect(gateProgressText(gateOf(policy), openedAtMs)).toBe('0 of 1: waiting for a service owner');
    expect(gateProgressText(gateOf(policy), openedAtMs + 45 * minute)).toBe(
      '0 of 1: waiting for a service owner, a DR champion or someone from leadership',
    );
  });

  test('reminders, escalations and the final deadline come in order, and nothing after the end', () => {
    expect(gateAgenda(policy)).toEqual([
      { afterMs: 10 * minute, what: 'remind' },
      { afterMs: 20 * minute, what: 'remind' },
      { afterMs: 20 * minute, what: 'escalate', step: 0, roles: ['dr-champion'], secondChannel: false },
      { afterMs: 40 * minute, what: 'escalate', step: 1, roles: ['leadership'], secondChannel: true },
      { afterMs: 60 * minute, what: 'final' },
    ]);
  });

  test('always ends in one final deadline, last, whatever the policy', () => {
    const times = fc.array(fc.nat(100), { maxLength: 6 });
    fc.assert(
      fc.property(times, times, fc.integer({ min: 1, max: 100 }), (reminders, escalations, finalDeadlineMs) => {
        const agenda = gateAgenda({
          ...policy,
          remindAfterMs: reminders,
          escalations: escalations.map((afterMs) => ({ afterMs, roles: ['leadership'], secondChannel: true })),
          finalDeadlineMs,
        });
        expect(agenda.filter((item) => item.what === 'final')).toEqual([agenda.at(-1)]);
        expect(agenda.map((item) => item.afterMs)).toEqual(
          agenda.map((item) => item.afterMs).toSorted((a, b) => a - b),
        );
      }),
    );
  });
});

describe('a policy', () => {
  test('without a seat opens no gate, for it would be a silent yes', () => {
    expect(() => gateOf(policyOf())).toThrow('nobody could ever approve it');
    expect(() => gateOf(policyOf([]))).toThrow('nobody could ever approve it');
  });

  test('that is sound has no problems, and each problem has a sentence', () => {
    expect(gatePolicyProblems(policyOf(['sre']))).toEqual([]);
    const broken = {
      ...policyOf([]),
      finalDeadlineMs: 0,
      escalations: [{ afterMs: 5, roles: ['sre' as const], secondChannel: false }],
    };
    expect(gatePolicyProblems(broken)).toHaveLength(3);
    expect(gatePolicyProblems(policyOf())).toHaveLength(1);
  });
});

describe('any gate and any crowd', () => {
  const held = fc.subarray([...roles]).map((list) => [...list]);
  const seat = fc.subarray([...roles], { minLength: 1 }).map((list) => [...list]);
  const person = fc.record({
    id: fc.constantFrom('ann', 'bob', 'cem', 'dan', 'eve', 'ivy'),
    held,
    no: fc.boolean(),
    back: fc.boolean(),
  });

  /** Can all of them sit? By trying every order: slow, and obviously right. */
  function canAllSit(
    seats: readonly { roles: readonly Role[] }[],
    people: readonly { roles: readonly Role[] }[],
  ): boolean {
    const [first, ...others] = people;
    if (first === undefined) return true;
    return seats.some((one, index) => fitsAny([one], first) && canAllSit(seats.toSpliced(index, 1), others));
  }

  test('is approved exactly when every seat has a distinct person of one of its roles, never the initiator', () => {
    fc.assert(
      fc.property(
        fc.array(seat, { minLength: 1, maxLength: 4 }),
        fc.array(person, { maxLength: 12 }),
        (seats, crowd) => {
          const policy = policyOf(...seats);
          const { state } = after(
            gateOf(policy),
            ...crowd.map(({ id, held: of, back }) => decision(id, of, back ? { choice: 'withdraw' } : {})),
          );
          expect(new Set(state.votes.map((vote) => vote.personId)).size).toBe(state.votes.length);
          expect(new Set(state.votes.map((vote) => vote.seat)).size).toBe(state.votes.length);
          expect(state.votes.every((vote) => fitsAny(policy.seats.slice(vote.seat, vote.seat + 1), vote))).toBe(true);
          expect(state.votes.some((vote) => vote.personId === 'ivy')).toBe(false);
          expect(state.status === 'approved').toBe(state.votes.length === seats.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('seats as many as possible: nobody is turned away who could sit beside those who came before', () => {
    fc.assert(
      fc.property(fc.array(seat, { maxLength: 4 }), fc.array(held, { maxLength: 6 }), (seats, crowd) => {
        const places = policyOf(...seats).seats;
        const people = crowd.map((of) => ({ roles: of }));
        const seated = seatPeople(places, people);
        people.forEach((_, index) => {
          const before = people.filter((__, other) => other < index && seated[other] !== undefined);
          const one = people[index];
          if (one !== undefined) expect(seated[index] !== undefined).toBe(canAllSit(places, [...before, one]));
        });
      }),
      { numRuns: 300 },
    );
  });

  test('answers the same whether a history is played at once or again from its saved state', () => {
    fc.assert(
      fc.property(
        fc.array(seat, { minLength: 1, maxLength: 3 }),
        fc.array(person, { maxLength: 8 }),
        (seats, crowd) => {
          const decisions = crowd.map(({ id, held: of, no }) => decision(id, of, no ? rejection : {}));
          const straight = after(gateOf(policyOf(...seats)), ...decisions);
          const saved = decisions.reduce(
            (so, next) => JSON.parse(JSON.stringify(applyDecision(so, next).state)) as GateState,
            gateOf(policyOf(...seats)),
          );
          expect(saved).toEqual(straight.state);
        },
      ),
    );
  });
});
