import type { AuthenticDecision, DecisionAnswer, GateState, OpenGate, RefusalCode } from './gate.ts';
import { FiredrillError } from './errors.ts';
import { anyOf, listOf, roleName } from './role-text.ts';
import { fitsAny, rolesStillWanted, seatPeople, seatsAt, type Sitter } from './seats.ts';

/** Attempts that one gate keeps in a round. After that it takes only what counts: nobody who may decide is ever kept out. */
export const maxAttemptsPerGate = 50;
/** How often one person may take an approval back in a round: whoever is that unsure leaves it to another. */
export const maxWithdrawals = 3;

type Refused = Extract<DecisionAnswer, { outcome: 'refused' }>;
type Outcome = { readonly state: GateState; readonly answer: DecisionAnswer };

/**
 * A gate that has just opened.
 *
 * @throws FiredrillError `gate-policy` when nobody could ever decide it: a gate without a seat would be a silent yes
 */
export function openGate(gate: OpenGate): GateState {
  const { seats } = gate.policy;
  if (seats.length === 0 || seats.some((seat) => seat.roles.length === 0)) {
    throw new FiredrillError({
      code: 'gate-policy',
      kind: 'input',
      what: `The policy of gate "${gate.gateId}" has no seat, or a seat without a role: nobody could ever approve it.`,
      means: 'The gate was not opened, so nothing behind it was done.',
      next: 'Mend the policy in the catalog, check it with: firedrill catalog check, and start again.',
    });
  }
  return { gate, status: 'open', votes: [], answered: {} };
}

/** True when the gate keeps no more attempts that do not count. */
export const isFull = (state: GateState): boolean => Object.keys(state.answered).length >= maxAttemptsPerGate;

/**
 * What a decision does to a gate: the one function behind Update and Signal. Never throws and never mutates; the same
 * click (decision id) gets the same answer and changes nothing again.
 *
 * Approval needs every seat filled, each by another person; somebody with several roles is moved between seats so that
 * as many as possible count. Until then each of them may take it back. One rejection by a person who could sit rejects. A full gate still takes what counts, and
 * forgets what does not: however many knock, its state stays small and its door open for those who may decide.
 */
export function applyDecision(state: GateState, decision: AuthenticDecision): Outcome {
  const before = Object.hasOwn(state.answered, decision.decisionId) ? state.answered[decision.decisionId] : undefined;
  if (before !== undefined) return { state, answer: before };
  const refusal = refusalOf(state, decision);
  if (refusal !== undefined && isFull(state)) return { state, answer: refused('too-many-attempts', refusal.text) };
  const { state: after, answer } = refusal === undefined ? counted(state, decision) : { state, answer: refusal };
  return { state: { ...after, answered: { ...after.answered, [decision.decisionId]: answer } }, answer };
}

/** The gate after its final deadline, unless a decision got in first. Expiry is never a yes. */
export const expireGate = (state: GateState): GateState =>
  state.status === 'open' ? { ...state, status: 'expired' } : state;

/** The gate when its question has gone (run aborted, drills halted, shown bounds outgrown), unless it was decided. */
export const withdrawGate = (state: GateState): GateState =>
  state.status === 'open' ? { ...state, status: 'withdrawn' } : state;

/**
 * How far an open gate is: `1 of 2: waiting for an incident commander other than you`. A closed one says how it closed.
 *
 * @param atMs - now, by the workflow's clock: who may decide grows with escalations
 * @param reader - person whom the text addresses as "you"
 */
export function gateProgressText(state: GateState, atMs: number, reader?: { readonly personId: string }): string {
  if (state.status !== 'open') return closedText(state);
  const seats = seatsAt(state.gate, atMs);
  const wanted = rolesStillWanted(seats, state.votes);
  const voted = state.votes.find((vote) => vote.personId === reader?.personId);
  const initiates = reader !== undefined && isExcluded(state.gate, reader);
  const other = initiates || voted?.roles.some((role) => wanted.includes(role)) === true ? ' other than you' : '';
  const left = seats.length - state.votes.length;
  const people = left === 1 ? anyOf(wanted) : `${left} more people: ${anyOf(wanted)}`;
  return `${state.votes.length} of ${seats.length}: waiting for ${people}${other}`;
}

/** Whoever is behind a run does not approve it: who started it, and for one that a schedule started, who made it so. */
const isExcluded = (
  { policy, initiator, planChangedBy }: OpenGate,
  { personId }: { readonly personId: string },
): boolean => policy.excludeInitiator && (personId === initiator || personId === planChangedBy);

/** Why the decision does not count, or nothing when it does. */
function refusalOf(state: GateState, decision: AuthenticDecision): Refused | undefined {
  const { gate } = state;
  if (decision.runId !== gate.runId || decision.gateId !== gate.gateId) {
    return refused('unknown-gate', `This run has no open gate "${decision.gateId}" of ${decision.runId}.`);
  }
  // Whatever is signed for another purpose must never count as a yes: named by what it is not, so that a new choice is refused.
  if (decision.choice !== 'approve' && decision.choice !== 'reject' && decision.choice !== 'withdraw') {
    return refused(
      'malformed',
      `"${decision.choice}" is no decision at a gate; nothing was approved or rejected by it.`,
    );
  }
  if (decision.round !== gate.round) {
    return refused(
      'wrong-round',
      `You answered round ${decision.round}, but what was shown has changed: round ${gate.round} is asked now. Look at it and decide again.`,
    );
  }
  if (state.status !== 'open') return refused('gate-closed', `Too late: ${closedText(state)}${afterTheEnd(decision)}`);
  const vote = state.votes.find((earlier) => earlier.personId === decision.personId);
  if (decision.choice === 'withdraw') {
    if (vote !== undefined) return undefined;
    return refused('nothing-to-withdraw', `You have not approved this, so there is nothing to take back.`);
  }
  if (vote !== undefined) {
    return refused(
      'already-voted',
      'You have approved already, and each person counts once. Withdraw your approval if you changed your mind; to stop the run, abort it.',
    );
  }
  if (decision.choice === 'approve' && isExcluded(gate, decision)) {
    const why = decision.personId === gate.initiator ? 'You started this run' : 'You last changed the plan of this run';
    return refused('initiator-excluded', `${why}, so another person has to approve it. ${needed(state, decision)}`);
  }
  const seats = seatsAt(gate, decision.receivedAtMs);
  if (!fitsAny(seats, decision)) return refused('role-missing', `${rolesText(decision)}. ${needed(state, decision)}`);
  if (decision.choice === 'reject') return refusalToReject(state, decision);
  if (seatPeople(seats, [...state.votes, decision]).includes(undefined)) {
    return refused(
      'role-missing',
      `The seat of ${listOf(decision.roles.map(roleName), 'and')} is taken. ${needed(state, decision)}`,
    );
  }
  return refusalToBelieve(state, decision);
}

/** An approval whose weight may not have been felt: taken back again and again, or not confirmed where that is asked. */
function refusalToBelieve({ gate, withdrawn = [] }: GateState, decision: AuthenticDecision): Refused | undefined {
  if (withdrawn.filter((personId) => personId === decision.personId).length >= maxWithdrawals) {
    return refused(
      'withdrawn-too-often',
      `You have taken your approval back ${maxWithdrawals} times in this round, so another person has to approve.`,
    );
  }
  if (gate.confirm === undefined || sameWord(decision.confirmed ?? '', gate.confirm)) return undefined;
  const typed =
    decision.confirmed === undefined ? 'This approval has to be confirmed' : 'What you typed is not its name';
  return refused('confirmation-required', `${typed}: approve again and type the service's name, ${gate.confirm}.`);
}

/** Phones write capitals and spaces of their own. */
const sameWord = (typed: string, asked: string): boolean => typed.trim().toLowerCase() === asked.toLowerCase();

const afterTheEnd = ({ choice }: AuthenticDecision): string =>
  choice === 'withdraw'
    ? ' An approval can be withdrawn only while others are missing; to stop the run, abort it.'
    : '';

function refusalToReject(state: GateState, decision: AuthenticDecision): Refused | undefined {
  if (!state.gate.policy.reasonRequiredToReject || (decision.reason ?? '').trim() !== '') return undefined;
  return refused(
    'reason-required',
    'A rejection needs a reason, one sentence that the next person can act on. Reject again and give it.',
  );
}

function counted(state: GateState, decision: AuthenticDecision): Outcome {
  if (decision.choice === 'withdraw') return takenBack(state, decision);
  return decision.choice === 'reject' ? rejected(state, decision) : approved(state, decision);
}

/** The others are seated anew: somebody may have moved to make room. */
function takenBack(state: GateState, decision: AuthenticDecision): Outcome {
  const { personId, receivedAtMs } = decision;
  const people = state.votes.filter((vote) => vote.personId !== personId);
  const votes = seated(state, people, receivedAtMs);
  const after: GateState = { ...state, votes, withdrawn: [...(state.withdrawn ?? []), personId] };
  const text = `You have taken your approval back. ${gateProgressText(after, receivedAtMs)}.`;
  return { state: after, answer: accepted(after, 'open', text) };
}

function seated(state: GateState, people: GateState['votes'], atMs: number): GateState['votes'] {
  const places = seatPeople(seatsAt(state.gate, atMs), people);
  return people.map((person, index) => ({ ...person, seat: places[index] ?? person.seat }));
}

function rejected(state: GateState, decision: AuthenticDecision): Outcome {
  const { personId, personName, clickedAtMs } = decision;
  const reason = (decision.reason ?? '').trim();
  const after: GateState = { ...state, status: 'rejected', rejection: { personId, personName, reason, clickedAtMs } };
  return { state: after, answer: accepted(after, 'rejected', closedText(after)) };
}

function approved(state: GateState, decision: AuthenticDecision): Outcome {
  const { personId, personName, via, clickedAtMs, receivedAtMs, roles } = decision;
  const people = [...state.votes, { personId, personName, seat: 0, via, clickedAtMs, receivedAtMs, roles }];
  const votes = seated(state, people, receivedAtMs);
  const complete = votes.length === state.gate.policy.seats.length;
  const after: GateState = { ...state, status: complete ? 'approved' : 'open', votes };
  return {
    state: after,
    answer: accepted(after, complete ? 'approved' : 'open', gateProgressText(after, receivedAtMs, decision)),
  };
}

const accepted = (state: GateState, gate: 'open' | 'approved' | 'rejected', text: string): DecisionAnswer => ({
  outcome: 'accepted',
  gate,
  approvals: state.votes.length,
  needed: state.gate.policy.seats.length,
  text,
});

const refused = (code: RefusalCode, text: string): Refused => ({ outcome: 'refused', code, text });

const rolesText = ({ roles }: Sitter): string =>
  roles.length === 0 ? 'You hold no role in the catalog' : `You are ${anyOf(roles).replaceAll(' or ', ' and ')}`;

const needed = (state: GateState, decision: AuthenticDecision): string =>
  `${gateProgressText(state, decision.receivedAtMs, decision)}.`;

/** One sentence about how a gate closed; empty while it is open. */
function closedText(state: GateState): string {
  switch (state.status) {
    case 'open':
      return '';
    case 'approved':
      return `Approved by ${listOf(
        state.votes.map((vote) => vote.personName),
        'and',
      )}.`;
    case 'rejected':
      return `Rejected by ${state.rejection?.personName ?? 'somebody'}${state.rejection?.reason ? `: ${state.rejection.reason}` : ''}.`;
    case 'expired':
      return 'Nobody decided before the final deadline, so this gate has closed.';
    case 'withdrawn':
      return 'The question was withdrawn, so there is nothing left to decide.';
  }
}
