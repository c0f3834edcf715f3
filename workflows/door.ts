import { applyDecision, isFull } from '../domain/decide.ts';
import type { DecisionStatement, GateState, SignedDecision } from '../domain/gate.ts';
import { openSigned } from '../domain/signing.ts';
import { isPauseChoice } from '../domain/pause.ts';
import type { PauseChoice } from '../domain/pause.ts';
import { plainText } from './hear.ts';

/** Attempts that a run keeps beside those at its gates: forged ones, repeated ones, late ones. */
const maxStrays = 50;
/** In a crowd, a person's own key is looked up as often for one question; the roles behind it only a worker knows. */
const lookupsInACrowd = 10;

interface DoorOptions {
  readonly runId: string;
  /** Public keys of the processes that sign for people. */
  readonly signers: Readonly<Record<string, string>>;
  /** Public keys of people as the catalog had them at the run's start, by person id. */
  readonly personalKeys: Readonly<Record<string, string>>;
  readonly stateOf: (gateId: string) => GateState | undefined;
  /** Nothing is decided any more: whatever comes is late. */
  readonly isOver: () => boolean;
  readonly abortWouldCount: () => boolean;
  /** Whether a pause or a resume of this person would count now. */
  readonly pauseWouldCount: (decision: DecisionStatement & { readonly choice: PauseChoice }) => boolean;
  readonly wasAnswered: (decision: SignedDecision, decisionId: string) => boolean;
}

/**
 * Who is let in to decide. While few knock, everybody: each attempt is judged and journaled. When many have knocked in
 * vain, only who is proved to be somebody whose decision can count: so a run's history stays bounded, whatever is sent to
 * it, and no flood keeps the right person out.
 */
export class Door {
  readonly #options: DoorOptions;
  readonly #lookups = new Map<string, number>();
  #strays = 0;
  #beingLookedUp = 0;

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** An attempt that is at no gate, and so counted by none. */
  countStray(): void {
    this.#strays += 1;
  }

  /** Counts a personal key for as long as it is looked up, and in a crowd for good. */
  async lookUp<T>(signed: SignedDecision, look: () => Promise<T>): Promise<T> {
    const statement = this.#isCrowded(signed) ? this.#proved(signed) : undefined;
    if (statement) {
      const question = questionOf(statement);
      this.#lookups.set(question, (this.#lookups.get(question) ?? 0) + 1);
    }
    this.#beingLookedUp += 1;
    try {
      return await look();
    } finally {
      this.#beingLookedUp -= 1;
    }
  }

  /** Why a decision is not let in, in words for whoever sent it; undefined when it is. Changes nothing. */
  objectionTo(signed: SignedDecision): string | undefined {
    if (!this.#isCrowded(signed)) return undefined;
    if (this.#options.isOver()) return this.#ifStray('This run is over; the decision came too late.');
    const statement = this.#proved(signed);
    if (!statement) return this.#ifStray('It is not proved whose decision this is.');
    const { stateOf, abortWouldCount, pauseWouldCount, wasAnswered } = this.#options;
    if (wasAnswered(signed, statement.decisionId)) return this.#ifStray('This decision was answered before.');
    const { choice } = statement;
    if (isPauseChoice(choice)) {
      // What a person's own key may do only a worker knows; in a crowd it goes by the app.
      const counts = signed.via !== 'personal-key' && pauseWouldCount({ ...statement, choice });
      return counts ? undefined : this.#ifStray('There is nothing to pause or resume now, or not by you.');
    }
    const gate = stateOf(statement.gateId);
    const isAbort = statement.choice === 'abort';
    if (isAbort && !abortWouldCount()) return this.#ifStray('There is nothing to abort any more.');
    if (!isAbort && !gate) return this.#ifStray(`This run has no gate "${statement.gateId}" open.`);
    if (signed.via === 'personal-key') {
      const asked = isAbort || (gate?.status === 'open' && gate.gate.round === statement.round);
      const again = (this.#lookups.get(questionOf(statement)) ?? 0) >= lookupsInACrowd;
      return asked && !again ? undefined : this.#ifStray('This gate is not open, or you have tried too often.');
    }
    if (isAbort || !gate) return undefined;
    if (!isFull(gate)) return undefined;
    const { answer } = applyDecision(gate, { ...statement, via: signed.via, receivedAtMs: Date.now() });
    return answer.outcome === 'accepted' ? undefined : answer.text;
  }

  #isCrowded(signed: SignedDecision): boolean {
    const gate = this.#options.stateOf(claimedGateOf(signed));
    return this.#isFullOfStrays() || (gate !== undefined && isFull(gate));
  }

  #isFullOfStrays = (): boolean => this.#strays + this.#beingLookedUp >= maxStrays;

  /** What would be one more stray is let in, to be judged and journaled, as long as there is room for it. */
  #ifStray = (objection: string): string | undefined => (this.#isFullOfStrays() ? objection : undefined);

  #proved(signed: SignedDecision): DecisionStatement | undefined {
    const { runId, signers, personalKeys } = this.#options;
    const keys = signed.via === 'personal-key' ? personalKeys : signers;
    const key = Object.hasOwn(keys, signed.signer) ? keys[signed.signer] : undefined;
    if (key === undefined) return undefined;
    try {
      const statement = openSigned(signed, key);
      return statement.runId === runId ? statement : undefined;
    } catch {
      // Whatever is wrong with it: it proves nothing.
      return undefined;
    }
  }
}

const questionOf = ({ gateId, round, personId }: DecisionStatement): string => `${gateId} ${round} ${personId}`;

/** The gate that a decision claims to be about, before anything is proved. */
export function claimedGateOf(signed: SignedDecision): string {
  try {
    const statement: unknown = JSON.parse(signed.statement);
    if (typeof statement === 'object' && statement !== null && 'gateId' in statement)
      return plainText(statement.gateId, 100) || 'malformed';
  } catch {
    // No JSON: kept under a name of its own.
  }
  return 'malformed';
}
