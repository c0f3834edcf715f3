import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyDecision, expireGate, openGate, withdrawGate } from './decide.ts';
import { type AuthenticDecision, type GateState, type Role, roles } from './gate.ts';
import { fitsAny, seatPeople } from './seats.ts';
import { after, ann, bob, cem, decision, gateOf, openedAtMs, policyOf, rejection } from './decide-testing.ts';

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
