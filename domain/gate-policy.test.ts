import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expireGate, gateProgressText, withdrawGate } from './decide.ts';
import { gateAgenda, gatePolicyProblems } from './gate-policy.ts';
import { type AuthenticDecision, type GatePolicy } from './gate.ts';
import { after, ann, decision, gateOf, minute, openedAtMs, policyOf } from './decide-testing.ts';

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
