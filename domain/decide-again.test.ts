import { describe, expect, test } from 'vitest';
import { applyDecision, isFull, maxAttemptsPerGate, maxWithdrawals, openGate } from './decide.ts';
import { confirmationOf } from './gate-policy.ts';
import { type GateState } from './gate.ts';
import { after, ann, bob, decision, gateOf, policyOf, rejection } from './decide-testing.ts';

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
