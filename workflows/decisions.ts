import { CancellationScope, setHandler } from '@temporalio/workflow';
import { FiredrillError } from '../domain/errors.ts';
import type { AuthenticDecision, DecisionAnswer, DecisionStatement, SignedDecision } from '../domain/gate.ts';
import type { AddendumEvent, JournalEvent } from '../domain/journal-entry.ts';
import { isPauseChoice } from '../domain/pause.ts';
import type { PauseChoice } from '../domain/pause.ts';
import { asSignedDecision, openSigned } from '../domain/signing.ts';
import { claimedGateOf, Door } from './door.ts';
import { errorFacts, invalidInput, tooManyAttempts } from './failures.ts';
import type { Gates } from './gates.ts';
import { hear, plainText } from './hear.ts';
import { decideLaterSignal, decideUpdate } from './messages.ts';
import { decidingActivities } from './proxies.ts';

interface DecisionsOptions {
  readonly runId: string;
  readonly service: string;
  /** Public keys of the processes that sign for people, as pinned at the run's start. */
  readonly signers: Readonly<Record<string, string>>;
  /** Public keys of people as the catalog had them at the run's start; only to tell who is proved in a crowd. */
  readonly personalKeys: Readonly<Record<string, string>>;
  readonly gates: Gates;
  /** There is nothing to clean up. */
  readonly touchesNothing: boolean;
  /** `over`: the verdict is reached. `sealed`: nothing may be journaled any more, only added behind the seal. */
  readonly phase: () => 'open' | 'over' | 'sealed';
  readonly note: (event: JournalEvent) => void;
  readonly addLate: (event: AddendumEvent) => void;
  /** False once the forward part is over: what is left is cleanup and the verdict, which nobody stops. */
  readonly canAbort: () => boolean;
  /** True when nobody has stopped the run yet, and it can still be stopped. */
  readonly abortWouldCount: () => boolean;
  readonly abort: (decision: AuthenticDecision) => void;
  /** Holds the run between two steps, or lets it go on; journals what it was asked. */
  readonly pause: (decision: AuthenticDecision & { readonly choice: PauseChoice }) => DecisionAnswer;
  readonly pauseWouldCount: (decision: DecisionStatement & { readonly choice: PauseChoice }) => boolean;
}

/** Takes what people decide about one run, by Update or Signal: proves who it was, and hands it to the one rule. */
export class Decisions {
  readonly #options: DecisionsOptions;
  readonly #door: Door;
  readonly #personal = new Map<string, Promise<DecisionAnswer>>();
  /** Answers by decision id: a click that comes twice (Update and Signal) is answered and journaled once. */
  readonly #answers = new Map<string, DecisionAnswer>();

  constructor(options: DecisionsOptions) {
    this.#options = options;
    this.#door = new Door({
      runId: options.runId,
      signers: options.signers,
      personalKeys: options.personalKeys,
      stateOf: (gateId) => options.gates.stateOf(gateId),
      isOver: () => options.phase() !== 'open',
      abortWouldCount: options.abortWouldCount,
      pauseWouldCount: options.pauseWouldCount,
      wasAnswered: ({ signature }, decisionId) => this.#personal.has(signature) || this.#answers.has(decisionId),
    });
  }

  /** Registers the handlers; to be called before the first await, so that early messages find them. */
  listen(): void {
    setHandler(decideUpdate, (signed) => this.#decide(signed), { validator: (signed) => this.#validate(signed) });
    hear(decideLaterSignal, async (sent) => {
      // A signal has nobody to answer: what cannot be a decision, or is one too many, is left lying in the history.
      const signed = asSignedDecision(sent);
      if (signed && this.#door.objectionTo(signed) === undefined) await this.#decide(signed);
    });
  }

  /** The Update's validator: form and the door only, synchronous, changes nothing. */
  #validate(sent: unknown): void {
    const signed = asSignedDecision(sent);
    if (!signed) throw invalidInput('A decision needs statement, via, signer and signature as text, and nothing else.');
    const objection = this.#door.objectionTo(signed);
    if (objection !== undefined) throw tooManyAttempts(objection);
  }

  async #decide(signed: SignedDecision): Promise<DecisionAnswer> {
    if (signed.via === 'personal-key') {
      // The same click arriving twice (Update and Signal) is looked up once.
      const known = this.#personal.get(signed.signature);
      if (known) return await this.#again(known);
      const answer = this.#decidePersonally(signed);
      this.#personal.set(signed.signature, answer);
      return await answer;
    }
    const { signers } = this.#options;
    const publicKey = Object.hasOwn(signers, signed.signer) ? signers[signed.signer] : undefined;
    if (publicKey === undefined) return this.#unauthentic(signed, 'unknown-signer');
    let statement: DecisionStatement;
    try {
      statement = openSigned(signed, publicKey);
    } catch (error) {
      // Whatever somebody sends, it must not stop the workflow: thrown here, it would be tried again for ever.
      return this.#unauthentic(signed, error instanceof FiredrillError ? error.code : 'malformed');
    }
    return this.#applyDecision({ ...statement, via: signed.via, receivedAtMs: Date.now() });
  }

  async #decidePersonally(signed: SignedDecision): Promise<DecisionAnswer> {
    try {
      const answer = await this.#door.lookUp(signed, () =>
        CancellationScope.nonCancellable(() =>
          decidingActivities().authenticate({ decision: signed, service: this.#options.service }),
        ),
      );
      if (!answer.value.ok) return this.#unauthentic(signed, answer.value.code, answer.value.text);
      return this.#applyDecision({ ...answer.value.decision, receivedAtMs: Date.now() });
    } catch (error) {
      return this.#unauthentic(signed, 'could-not-verify', errorFacts(error).what);
    }
  }

  /** The one place where a verified decision meets the run, whichever way it came; the same click is answered once. */
  #applyDecision(decision: AuthenticDecision): DecisionAnswer {
    if (decision.runId !== this.#options.runId)
      return this.#unauthentic(
        { statement: '', via: decision.via, signer: decision.personId, signature: '' },
        'wrong-run',
        'This decision is about another run; it does not count here.',
      );
    const known = this.#answers.get(decision.decisionId);
    if (known) return this.#again(known);
    const answer = this.#answerTo(decision);
    this.#answers.set(decision.decisionId, answer);
    return answer;
  }

  /** The same answer for the same click; it was journaled when it came first. */
  #again<T>(answer: T): T {
    this.#door.countStray();
    return answer;
  }

  #answerTo(decision: AuthenticDecision): DecisionAnswer {
    const phase = this.#options.phase();
    if (phase !== 'open') {
      this.#door.countStray();
      const text = 'This run is over; the decision came too late.';
      const answer: DecisionAnswer = { outcome: 'refused', code: 'run-over', text };
      if (phase === 'sealed')
        this.#options.addLate({
          type: 'late-decision',
          gateId: decision.gateId,
          decisionId: decision.decisionId,
          person: decision.personId,
          text,
        });
      else this.#options.note({ type: 'decision-received', gateId: decision.gateId, decision, answer });
      return answer;
    }
    const { choice } = decision;
    if (choice === 'abort') return this.#abort(decision);
    if (isPauseChoice(choice)) {
      const answer = this.#options.pause({ ...decision, choice });
      if (answer.outcome === 'refused') this.#door.countStray();
      return answer;
    }
    const { gates } = this.#options;
    if (!gates.stateOf(decision.gateId)) this.#door.countStray();
    return gates.apply(decision);
  }

  #abort(decision: AuthenticDecision): DecisionAnswer {
    const { note, canAbort, abortWouldCount, abort, touchesNothing } = this.#options;
    if (!abortWouldCount()) this.#door.countStray();
    if (!canAbort()) {
      const text = 'Too late to abort: this run is done with its steps and is cleaning up after itself.';
      const answer: DecisionAnswer = { outcome: 'refused', code: 'run-over', text };
      note({ type: 'decision-received', gateId: decision.gateId, decision, answer });
      return answer;
    }
    const text = touchesNothing
      ? 'Stopped: nothing further is asked; what was recorded stays.'
      : 'Aborting: nothing further is created, what exists is deleted.';
    const answer: DecisionAnswer = { outcome: 'accepted', gate: 'rejected', approvals: 0, needed: 0, text };
    note({ type: 'decision-received', gateId: decision.gateId, decision, answer });
    abort(decision);
    return answer;
  }

  #unauthentic(signed: SignedDecision, code: string, text?: string): DecisionAnswer {
    this.#door.countStray();
    const gateId = claimedGateOf(signed);
    const decisionId = plainText(signed.signature, 32);
    const claimedPerson = plainText(signed.signer, 80);
    if (this.#options.phase() === 'sealed') {
      const late = `not authentic: ${code}`;
      this.#options.addLate({ type: 'late-decision', gateId, decisionId, person: claimedPerson, text: late });
    } else this.#options.note({ type: 'decision-unauthentic', gateId, decisionId, claimedPerson, code });
    return {
      outcome: 'refused',
      code: 'bad-signature',
      text: text ?? 'The signature of this decision is not valid; it does not count.',
    };
  }
}
