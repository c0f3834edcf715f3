import type { GateSeat, OpenGate, Role } from './gate.ts';

/** A person who wants to sit: each seat of a gate is filled by one distinct person who holds one of its roles. */
export interface Sitter {
  readonly roles: readonly Role[];
}

/**
 * The seats of a gate as they stand at a moment: people whom an escalation has asked by then may fill any of them, for
 * asking somebody who may not answer is no help.
 *
 * @param atMs - when the decision was received, by the workflow's clock; never a time that the decider claims
 */
export function seatsAt(gate: OpenGate, atMs: number): readonly GateSeat[] {
  const asked = gate.policy.escalations
    .filter((escalation) => gate.openedAtMs + escalation.afterMs <= atMs)
    .flatMap((escalation) => escalation.roles);
  return gate.policy.seats.map((seat) => ({ roles: [...new Set([...seat.roles, ...asked])] }));
}

/** True when the person may fill at least one of the seats. */
export const fitsAny = (seats: readonly GateSeat[], person: Sitter): boolean =>
  seats.some((seat) => fits(seat, person));

/**
 * Seats as many of the people as can sit at once, one seat each: the seat's index for each person in order, or
 * `undefined` for who found none. Somebody who holds several roles is moved to another seat when that lets another
 * person sit (a maximum bipartite matching by augmenting paths; people who came first are never unseated).
 */
export function seatPeople(seats: readonly GateSeat[], people: readonly Sitter[]): readonly (number | undefined)[] {
  const sitterOf = new Map<number, number>();
  people.forEach((_, person) => seatOne(seats, people, person, sitterOf, new Set()));
  const seatOf = new Map([...sitterOf].map(([seat, person]) => [person, seat]));
  return people.map((_, person) => seatOf.get(person));
}

/** The roles of which one more person could sit beside these people, in the order of the seats; none when all is full. */
export function rolesStillWanted(seats: readonly GateSeat[], people: readonly Sitter[]): readonly Role[] {
  const seated = seatedCount(seats, people);
  const offered = [...new Set(seats.flatMap((seat) => seat.roles))];
  return offered.filter((role) => seatedCount(seats, [...people, { roles: [role] }]) > seated);
}

const seatedCount = (seats: readonly GateSeat[], people: readonly Sitter[]): number =>
  seatPeople(seats, people).filter((seat) => seat !== undefined).length;

/** Finds the person a seat, asking those who sit to move along where they can. */
function seatOne(
  seats: readonly GateSeat[],
  people: readonly Sitter[],
  person: number,
  sitterOf: Map<number, number>,
  tried: Set<number>,
): boolean {
  for (const [index, seat] of seats.entries()) {
    const sitter = people[person];
    if (sitter === undefined || tried.has(index) || !fits(seat, sitter)) continue;
    tried.add(index);
    const there = sitterOf.get(index);
    if (there === undefined || seatOne(seats, people, there, sitterOf, tried)) {
      sitterOf.set(index, person);
      return true;
    }
  }
  return false;
}

const fits = (seat: GateSeat, person: Sitter): boolean => seat.roles.some((role) => person.roles.includes(role));
