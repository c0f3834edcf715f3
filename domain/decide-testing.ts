import { applyDecision, openGate } from './decide.ts';
import { type AuthenticDecision, type GatePolicy, type GateState, type OpenGate, type Role } from './gate.ts';

export const minute = 60_000;
export const openedAtMs = Date.parse('2026-11-22T18:00:00Z');

/** One seat for each list of roles; an hour, and the initiator is excluded. */
export const policyOf = (...seats: Role[][]): GatePolicy => ({
  seats: seats.map((held) => ({ roles: held })),
  excludeInitiator: true,
  remindAfterMs: [],
  escalations: [],
  finalDeadlineMs: 60 * minute,
  reasonRequiredToReject: true,
});

/** An open admission gate that ivy asked for. */
export function gateOf(policy: GatePolicy, round = 1): GateState {
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
/** A click a second after the gate opened, each with an id of its own. */
export function decision(personId: string, held: Role[], more: Partial<AuthenticDecision> = {}): AuthenticDecision {
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

export const rejection = { choice: 'reject', reason: 'Friday evening' } as const;

/** The gate after all of the decisions, and the answer to the last. */
export const after = (start: GateState, ...decisions: AuthenticDecision[]): ReturnType<typeof applyDecision> =>
  decisions.reduce((so, next) => applyDecision(so.state, next), {
    state: start,
    answer: { outcome: 'refused', code: 'malformed', text: '' },
  } as ReturnType<typeof applyDecision>);

export const ann = (more?: Partial<AuthenticDecision>): AuthenticDecision => decision('ann', ['service-owner'], more);
export const bob = (more?: Partial<AuthenticDecision>): AuthenticDecision =>
  decision('bob', ['incident-commander'], more);
export const cem = (more?: Partial<AuthenticDecision>): AuthenticDecision =>
  decision('cem', ['incident-commander'], more);
