import { CancellationScope, setHandler, workflowInfo } from '@temporalio/workflow';
import { actBy, actRefused } from '../domain/act.ts';
import type { ActAnswer, ActBy, ActStatement, SignedAct } from '../domain/act.ts';
import { asSignedDecision } from '../domain/signing.ts';
import { errorFacts, invalidInput, tooManyAttempts } from './failures.ts';
import { hear } from './hear.ts';
import { LookUps } from './look-ups.ts';
import { actLaterSignal, actUpdate } from './messages.ts';
import { decidingActivities } from './proxies.ts';

/** Answers kept, so that the same click gets the same one. */
const answersKept = 100;
/** Acts that are being looked up at once; each costs a call of a worker. */
const atOnce = 20;
/** Acts that did not count, in the life of one execution: after that only who is patient gets in. */
const maxRefused = 200;

/** Answers by act id, the newest hundred; plain JSON. */
export type FindingAnswers = readonly (readonly [string, ActAnswer])[];

interface DoorOptions {
  readonly answers: FindingAnswers;
  /** The finding's service; nothing before it was raised. */
  readonly service: () => string | undefined;
  /** The one rule: makes it count, or says why it does not. A promise where the answer takes a moment. */
  readonly apply: (act: unknown, by: ActBy) => ActAnswer | Promise<ActAnswer>;
}

/**
 * Lets in what people do about a finding, by Update or Signal. Who it was a worker proves, with the keys and roles of today:
 * a finding lives for months, and people come and go meanwhile.
 */
export class FindingDoor {
  readonly #options: DoorOptions;
  readonly #answers: Map<string, ActAnswer>;
  readonly #lookUps = new LookUps<ActAnswer>();
  #refused = 0;

  constructor(options: DoorOptions) {
    this.#options = options;
    this.#answers = new Map(options.answers);
  }

  get answers(): FindingAnswers {
    return [...this.#answers].slice(-answersKept);
  }

  /** Registers the handlers; to be called before the first await, so that early messages find them. */
  listen(): void {
    setHandler(actUpdate, (signed) => this.#act(signed), { validator: (sent) => this.#validate(sent) });
    hear(actLaterSignal, async (sent) => {
      const signed = asSignedDecision(sent);
      if (signed && this.#closed() === undefined) await this.#act(signed);
    });
  }

  #validate(sent: unknown): void {
    if (!asSignedDecision(sent))
      throw invalidInput('An act needs statement, via, signer and signature as text, and nothing else.');
    const closed = this.#closed();
    if (closed !== undefined) throw tooManyAttempts(closed);
  }

  #closed(): string | undefined {
    return this.#lookUps.size >= atOnce || this.#refused >= maxRefused
      ? 'Too much was sent to this finding that did not count.'
      : undefined;
  }

  #act(signed: SignedAct): Promise<ActAnswer> {
    return this.#lookUps.once(signed.signature, () => this.#lookUp(signed));
  }

  async #lookUp(signed: SignedAct): Promise<ActAnswer> {
    const service = this.#options.service();
    if (service === undefined)
      return actRefused('not-yet', 'This finding is only being raised; try again in a minute.');
    try {
      const { value } = await CancellationScope.nonCancellable(() =>
        decidingActivities().authenticateAct({ act: signed, service }),
      );
      if (value.ok) return this.#apply(value.statement, signed);
      this.#refused += 1;
      return actRefused(value.code, value.text);
    } catch (error) {
      return actRefused('could-not-verify', errorFacts(error).what);
    }
  }

  #apply(statement: ActStatement, signed: SignedAct): ActAnswer | Promise<ActAnswer> {
    if (statement.runId !== workflowInfo().workflowId) {
      this.#refused += 1;
      return actRefused('wrong-run', 'This was meant for another finding.');
    }
    const known = this.#answers.get(statement.actId);
    if (known) return known;
    const answer = this.#options.apply(statement.act, actBy(statement, signed, Date.now()));
    // Where it is there at once nobody waits, not even for a turn of the engine: recorded histories know no such turn.
    return answer instanceof Promise
      ? answer.then((later) => this.#answered(statement, later))
      : this.#answered(statement, answer);
  }

  #answered({ actId }: ActStatement, answer: ActAnswer): ActAnswer {
    if (answer.outcome === 'refused') this.#refused += 1;
    this.#answers.set(actId, answer);
    return answer;
  }
}
