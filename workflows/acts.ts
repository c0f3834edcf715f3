import { CancellationScope, setHandler } from '@temporalio/workflow';
import { actBy, actRefused } from '../domain/act.ts';
import type { ActAnswer, ActBy, ActStatement, SignedAct } from '../domain/act.ts';
import type { JournalEvent } from '../domain/journal-entry.ts';
import { asSignedDecision, openAct } from '../domain/signing.ts';
import { errorFacts, invalidInput, tooManyAttempts } from './failures.ts';
import { hear, plainText } from './hear.ts';
import { LookUps } from './look-ups.ts';
import { actLaterSignal, actUpdate } from './messages.ts';
import { decidingActivities } from './proxies.ts';

/** Acts that did not count and are kept all the same; after that only what counts is let in. */
const maxRefused = 100;
/** Acts that count, of one run: more is no review and no exercise. */
const maxAccepted = 2000;

/** What a runbook says about the acts that its runs take; one rule behind Update and Signal. */
export interface ActRules<A> {
  /** The act in the runbook's own words; undefined for anything else. */
  readonly parse: (act: unknown) => A | undefined;
  /** Why an act would not count now; undefined when it would. Changes nothing. */
  readonly objectionTo: (act: A, by: ActBy) => ActAnswer | undefined;
  /** Makes it count: journals it and changes the run's state. Called only for what has no objection. */
  readonly apply: (act: A, by: ActBy) => ActAnswer;
  /** Told of what was objected to, once it is journaled. */
  readonly onRefused?: (act: A, code: string) => void;
}

interface ActsOptions<A> extends ActRules<A> {
  readonly runId: string;
  readonly service: string;
  /** Public keys of the processes that sign for people, as pinned at the run's start. */
  readonly signers: Readonly<Record<string, string>>;
  /** Nothing can be done any more: the verdict is reached. */
  readonly isOver: () => boolean;
  readonly note: (event: JournalEvent) => void;
}

/**
 * Takes what people do in a review or an exercise, by Update or Signal: proves who it was, and hands it to the runbook's one
 * rule. The same click is answered once. History stays bounded whatever is sent: what does not count is kept a hundred
 * times, and after that the validator looks closer before it lets anything in.
 */
export class Acts<A> {
  readonly #options: ActsOptions<A>;
  readonly #answers = new Map<string, ActAnswer>();
  readonly #lookUps = new LookUps<ActAnswer>();
  #refused = 0;
  #accepted = 0;

  constructor(options: ActsOptions<A>) {
    this.#options = options;
  }

  /** Registers the handlers; to be called before the first await, so that early messages find them. */
  listen(): void {
    setHandler(actUpdate, (signed) => this.#act(signed), { validator: (signed) => this.#validate(signed) });
    hear(actLaterSignal, async (sent) => {
      const signed = asSignedDecision(sent);
      if (signed && this.#closedTo(signed) === undefined) await this.#act(signed);
    });
  }

  /** The Update's validator: form and bounds only, synchronous, changes nothing. */
  #validate(sent: unknown): void {
    const signed = asSignedDecision(sent);
    if (!signed) throw invalidInput('An act needs statement, via, signer and signature as text, and nothing else.');
    const closed = this.#closedTo(signed);
    if (closed !== undefined) throw tooManyAttempts(closed);
  }

  /** Why it is not even let in, in words; undefined when it is. */
  #closedTo(signed: SignedAct): string | undefined {
    if (this.#accepted >= maxAccepted)
      return `This run has taken ${maxAccepted} acts and takes no more; only its gates can be decided.`;
    if (this.#refused + this.#lookUps.size < maxRefused) return undefined;
    // In a crowd, a personal key waits for Slack: proving it takes an activity.
    const statement = signed.via === 'personal-key' ? undefined : this.#proved(signed);
    if (!statement) return 'Too much was sent to this run that did not count, and it is not proved whose act this is.';
    const parsed = this.#options.parse(statement.act);
    if (parsed === undefined) return 'This is nothing that one can do in this run.';
    const answer = this.#options.objectionTo(parsed, actBy(statement, signed, Date.now()));
    return answer?.text;
  }

  #act(signed: SignedAct): Promise<ActAnswer> {
    if (signed.via === 'personal-key') return this.#lookUps.once(signed.signature, () => this.#lookUp(signed));
    return this.#actAtOnce(signed);
  }

  async #actAtOnce(signed: SignedAct): Promise<ActAnswer> {
    const statement = this.#proved(signed);
    return statement ? this.#apply(statement, signed) : this.#unauthentic(signed, 'bad-signature');
  }

  /** A personal key's person and roles only a worker knows, from today's catalog. */
  async #lookUp(signed: SignedAct): Promise<ActAnswer> {
    try {
      const { value } = await CancellationScope.nonCancellable(() =>
        decidingActivities().authenticateAct({ act: signed, service: this.#options.service }),
      );
      return value.ok ? this.#apply(value.statement, signed) : this.#unauthentic(signed, value.code, value.text);
    } catch (error) {
      return this.#unauthentic(signed, 'could-not-verify', errorFacts(error).what);
    }
  }

  #proved(signed: SignedAct): ActStatement | undefined {
    const { signers } = this.#options;
    const key = Object.hasOwn(signers, signed.signer) ? signers[signed.signer] : undefined;
    if (key === undefined) return undefined;
    try {
      return openAct(signed, key);
    } catch {
      // Whatever somebody sends, it must not stop the workflow: thrown here, it would be tried again for ever.
      return undefined;
    }
  }

  /** The one place where a proved act meets the run, whichever way it came. */
  #apply(statement: ActStatement, signed: SignedAct): ActAnswer {
    const { runId, parse, objectionTo, apply, onRefused, isOver } = this.#options;
    if (statement.runId !== runId) return this.#unauthentic(signed, 'wrong-run', 'This was meant for another run.');
    const known = this.#answers.get(statement.actId);
    if (known) return known;
    const by = actBy(statement, signed, Date.now());
    const act = parse(statement.act);
    const objection = isOver()
      ? actRefused('run-over', 'This run is over; it came too late.')
      : act === undefined
        ? actRefused('malformed', 'This is nothing that one can do in this run.')
        : objectionTo(act, by);
    if (objection === undefined && act !== undefined) {
      this.#accepted += 1;
      return this.#keep(by.actId, apply(act, by));
    }
    const answer = objection ?? actRefused('malformed', 'This is nothing that one can do in this run.');
    this.#refused += 1;
    const code = answer.outcome === 'refused' ? answer.code : 'malformed';
    // Behind the verdict nothing is journaled any more; whoever came late has the answer.
    if (!isOver())
      this.#options.note({
        type: 'act-refused',
        actId: by.actId,
        kind: statement.act.kind,
        personId: by.personId,
        code,
      });
    if (act !== undefined && !isOver()) onRefused?.(act, code);
    return this.#keep(by.actId, answer);
  }

  #keep(actId: string, answer: ActAnswer): ActAnswer {
    this.#answers.set(actId, answer);
    return answer;
  }

  #unauthentic(signed: SignedAct, code: string, text?: string): ActAnswer {
    this.#refused += 1;
    const actId = plainText(signed.signature, 32);
    const claimedPerson = plainText(signed.signer, 80);
    if (!this.#options.isOver()) this.#options.note({ type: 'act-unauthentic', actId, claimedPerson, code });
    return actRefused('bad-signature', text ?? 'The signature of this act is not valid; it does not count.');
  }
}
