import {
  ActivityFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Answer } from '../domain/activity-answer.ts';
import { errorKinds, FiredrillError } from '../domain/errors.ts';
import type { ErrorFacts } from '../domain/errors.ts';
import type { Finding } from '../domain/finding.ts';
import { makeFinding } from '../domain/fingerprint.ts';
import type { AuthenticDecision, DecisionAnswer, DecisionStatement, SignedDecision } from '../domain/gate.ts';
import type { AddendumEvent, JournalEvent } from '../domain/journal-entry.ts';
import type { Ledger, LedgerKey } from '../domain/ledger.ts';
import type { BlastRadius, Mode, RunbookName, RunMemo } from '../domain/modes.ts';
import type { RunStatus, TicketRequest } from '../domain/notice.ts';
import { openSigned } from '../domain/signing.ts';
import type { Target, Tier } from '../domain/target.ts';
import type { Moment } from '../domain/time.ts';
import type { Judged, RunEnding } from '../domain/verdict.ts';
import {
  errorFacts,
  failedAttempt,
  invalidInput,
  isDeadline,
  isTimeout,
  overdue,
  tooManyAttempts,
} from './failures.ts';
import { Gates } from './gates.ts';
import { JournalPump } from './journal-pump.ts';
import { decideLaterSignal, decideUpdate, haltSignal } from './messages.ts';
import type { RunReport } from './messages.ts';
import { NoticePump } from './notice-pump.ts';
import {
  askingActivities,
  isolatedActivities,
  lockingActivities,
  readingActivities,
  recordActivities,
} from './proxies.ts';
import type { Wait } from './proxies.ts';

/** What every run is opened with, whatever its runbook. */
export interface RunOpening {
  readonly runbook: RunbookName;
  readonly runbookVersion: string;
  readonly touches: BlastRadius;
  readonly service: string;
  readonly resource: string;
  readonly tier: Tier;
  readonly target: Target;
  readonly catalogHash: string;
  readonly simulated: boolean;
  readonly endpoints: Readonly<Record<string, string>>;
  readonly initiator: { readonly personId: string; readonly name: string };
  readonly via: 'cli' | 'slack' | 'web' | 'schedule' | 'system';
  readonly request: Readonly<Record<string, string>>;
  readonly stepsPlanned: readonly string[];
  readonly slackChannel: string;
  /** Public keys of the processes that sign decisions for people, by signer name. */
  readonly signers: Readonly<Record<string, string>>;
  /** Slack ids of the people behind a role, for mentions. */
  readonly mentions: Readonly<Record<string, readonly string[]>>;
  readonly ticket: TicketRequest;
}

/** How long the look after a wait's deadline may take, milliseconds. */
const lastLookMs = 30_000;

/** What a step's answer comes to, in one line for people; when it throws, the step has failed by what was answered. */
type Summarise<T> = (value: T) => string;

/**
 * One execution of a runbook: its journal, its steps, its gates, its end. Set-up is synchronous, so that messages which
 * arrive with the first task find their handlers.
 */
export class Run {
  readonly id: string;
  readonly mode: Mode;
  readonly gates: Gates;
  /** Activities that every run may call. */
  readonly reading = readingActivities();
  readonly #opening: RunOpening;
  readonly #journal: JournalPump;
  readonly #notices: NoticePump;
  readonly #record = recordActivities();
  readonly #forward = new CancellationScope({ cancellable: true });
  readonly #ledger: { [K in LedgerKey]?: Moment } = {};
  readonly #steps: { name: string; state: 'done' | 'running' | 'failed' | 'waiting' }[] = [];
  readonly #findings: Finding[] = [];
  readonly #personalDecisions = new Map<string, Promise<DecisionAnswer>>();
  /** Answers by decision id: a click that comes twice (Update and Signal) is answered and journaled once. */
  readonly #answers = new Map<string, DecisionAnswer>();
  readonly #lateAddenda = new Set<Promise<void>>();
  readonly #openedAtMs = Date.now();
  #stopped: { reason: string; code: string; by?: string } | undefined;
  #preview: RunStatus['preview'];
  #over = false;
  #sealed = false;
  /** The forward part is over, however: what is left is cleanup and the verdict, which nobody stops. */
  #nothingToStop = false;

  constructor(opening: RunOpening) {
    const info = workflowInfo();
    const memo = info.memo as Partial<RunMemo> | undefined;
    if (
      memo?.touches !== opening.touches ||
      memo.mode === undefined ||
      memo.service !== opening.service ||
      memo.resource !== opening.resource
    ) {
      throw invalidInput(
        `The start memo of ${info.workflowId} does not say what this run is: expected mode, touches ${opening.touches}, ${opening.service}/${opening.resource}.`,
      );
    }
    this.id = info.workflowId;
    this.mode = memo.mode;
    this.#opening = opening;
    this.#journal = new JournalPump({
      runId: this.id,
      executionId: info.runId,
      append: (entries) => this.#record.appendJournal(entries),
      onEvent: () => {},
    });
    this.#notices = new NoticePump(
      {
        slackChannel: opening.slackChannel,
        runId: this.id,
        executionId: info.runId,
        service: opening.service,
        resource: opening.resource,
        simulated: opening.simulated,
        mode: this.mode,
      },
      (error) => this.note({ type: 'problem', where: 'telling people', error }),
    );
    this.gates = new Gates({
      runId: this.id,
      mode: this.mode,
      initiator: opening.initiator.personId,
      chainHead: () => this.#journal.head.hash,
      record: (event) => this.note(event),
      tell: (notice) => {
        this.#notices.tell(notice);
        this.#tellStatus();
      },
      mention: (roles) => roles.flatMap((role) => opening.mentions[role] ?? []),
    });
    setHandler(decideUpdate, (signed) => this.#decide(signed), { validator: (signed) => this.#validate(signed) });
    setHandler(decideLaterSignal, async (signed) => {
      try {
        this.#validate(signed);
      } catch {
        // A signal has nobody to answer; what cannot be a decision was refused at the client's border already.
        return;
      }
      await this.#decide(signed);
    });
    setHandler(haltSignal, ({ reason }) => this.#halt(reason));

    this.note({
      type: 'run-opened',
      runbook: opening.runbook,
      runbookVersion: opening.runbookVersion,
      mode: this.mode,
      touches: opening.touches,
      service: opening.service,
      resource: opening.resource,
      tier: opening.tier,
      target: opening.target,
      catalogHash: opening.catalogHash,
      simulated: opening.simulated,
      endpoints: opening.endpoints,
      initiator: opening.initiator.personId,
      via: opening.via,
      request: opening.request,
      stepsPlanned: opening.stepsPlanned,
    });
  }

  get ledger(): Ledger {
    return this.#ledger;
  }

  /** Writes one thing that happened into the journal; returns at once. Nothing is written behind the seal. */
  note(event: JournalEvent): void {
    if (event.type === 'previewed') this.#preview = event.preview;
    if (!this.#sealed) this.#journal.record(event);
    else log.warn('this happened after the seal and is not in the journal', { type: event.type });
  }

  /** Enters a measured moment into the ledger. */
  moment(key: LedgerKey, moment: Moment): void {
    this.#ledger[key] = moment;
    this.note({ type: 'moment-recorded', key, moment });
  }

  /**
   * One step of the runbook: journaled with its start, end, outcome, who acted and how often.
   *
   * @throws whatever the activity ended with, as a failure `errorFacts` understands
   */
  async step<T>(name: string, act: () => Promise<Answer<T>>, summarise?: Summarise<T>): Promise<T> {
    this.note({ type: 'step-started', step: name });
    const shown = { name, state: 'running' as 'done' | 'running' | 'failed' | 'waiting' };
    this.#steps.push(shown);
    this.#tellStatus();
    let answer: Answer<T> | undefined;
    try {
      answer = await act();
      const summary = summarise?.(answer.value);
      shown.state = 'done';
      this.note({
        type: 'step-ended',
        step: name,
        outcome: 'done',
        attempts: answer.attempt,
        // The last attempt's start says nothing about a wait of many.
        startedAtMs: answer.attempt > 1 ? (answer.firstScheduledAtMs ?? answer.startedAtMs) : answer.startedAtMs,
        finishedAtMs: answer.finishedAtMs,
        worker: answer.worker,
        awsCalls: answer.awsCalls,
        ...(summary === undefined ? {} : { summary }),
      });
      return answer.value;
    } catch (error) {
      shown.state = 'failed';
      const attempt = answer ?? failedAttempt(error);
      this.note({
        type: 'step-ended',
        step: name,
        outcome: isCancellation(error) ? 'cancelled' : 'failed',
        attempts: attempt?.attempt ?? 1,
        ...(attempt
          ? { startedAtMs: attempt.startedAtMs, finishedAtMs: attempt.finishedAtMs, worker: attempt.worker }
          : {}),
        awsCalls: attempt?.awsCalls ?? [],
        ...(isCancellation(error) ? {} : { error: errorFacts(error) }),
      });
      throw error;
    }
  }

  /**
   * A step that waits for something AWS works on.
   *
   * @throws StuckError when the deadline passes, with the last status seen
   * @throws NobodyAnsweredError when the deadline passes and nothing could be seen: that judges us, not the backup
   */
  async waitUntil<T>(
    name: string,
    look: (wait: Wait) => Promise<Answer<T>>,
    wait: Wait,
    summarise?: Summarise<T>,
  ): Promise<T> {
    return await this.step(
      name,
      async () => {
        try {
          return await look(wait);
        } catch (error) {
          if (!isDeadline(error)) throw error;
          if (!isTimeout(error)) throw overdue(error, { step: name, deadlineMs: wait.deadlineMs });
        }
        // The deadline met a look that was under way, and took what it would have seen with it: one more decides.
        try {
          return await look({ everyMs: wait.everyMs, deadlineMs: lastLookMs, attempts: 1 });
        } catch (error) {
          if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
          throw overdue(error, { step: name, deadlineMs: wait.deadlineMs });
        }
      },
      summarise,
    );
  }

  /**
   * Takes what a mutating run needs before its first step: the kill switch not pulled, the locks ours.
   *
   * @throws FiredrillError `refused` when drills are stopped or somebody else has the resource
   */
  async takeControl(resources: readonly string[]): Promise<void> {
    await this.step('take control', async () => {
      const asking = askingActivities();
      await this.#refuseWhenHalted(asking);
      const memo: RunMemo = {
        mode: this.mode,
        touches: this.#opening.touches,
        runbook: this.#opening.runbook,
        service: this.#opening.service,
        resource: this.#opening.resource,
      };
      const lock = await lockingActivities().acquireLock({ runId: this.id, resources, memo });
      if (!lock.value.granted) {
        throw new FiredrillError({
          code: 'locked',
          kind: 'refused',
          what: `Another run works on ${lock.value.resource}: ${lock.value.holder}.`,
          means: "Two runs on one resource would spoil each other's measurement; this one did nothing.",
          next: `Wait for it, or stop it: firedrill abort ${lock.value.holder}`,
        });
      }
      return lock;
    });
  }

  /** After a gate, hours may have passed: drills look at the kill switch again. */
  async stillAllowed(): Promise<void> {
    await this.#refuseWhenHalted(askingActivities());
  }

  /** Runs the forward part. A failure, an abort or a halt ends it, and says how; cleanup comes after, whatever happened. */
  async attempt(forward: () => Promise<void>): Promise<RunEnding> {
    try {
      await this.#forward.run(forward);
      return { kind: 'completed' };
    } catch (error) {
      if (this.#stopped) return { kind: 'aborted', ...this.#stopped };
      if (isCancellation(error))
        return { kind: 'aborted', code: 'cancelled', reason: 'The run was cancelled in Temporal.' };
      const facts = errorFacts(error);
      this.note({ type: 'problem', where: this.#steps.at(-1)?.name ?? 'start', error: facts });
      const { ending } = errorKinds[facts.kind];
      if (ending === 'aborted') return { kind: 'aborted', code: facts.code, reason: facts.what };
      return { kind: ending, code: facts.code, reason: facts.what };
    } finally {
      this.#nothingToStop = true;
    }
  }

  /** Cleanup cannot be cancelled; what it throws is journaled and answered, never lost. */
  async cleanUp<T>(work: () => Promise<T>): Promise<T | ErrorFacts> {
    return await CancellationScope.nonCancellable(async () => {
      this.note({ type: 'cleanup-started' });
      try {
        return await work();
      } catch (error) {
        const facts = errorFacts(error);
        this.note({ type: 'problem', where: 'cleanup', error: facts });
        return facts;
      }
    });
  }

  raise(finding: Finding): void {
    if (this.#findings.some((known) => known.fingerprint === finding.fingerprint)) return;
    this.#findings.push(finding);
    this.note({ type: 'finding-raised', finding });
    this.#notices.tell({ kind: 'finding', finding, ticket: this.#opening.ticket });
  }

  /**
   * Verdict, findings, locks, then the seal and its evidence: told first, recorded for as long as it takes. A run with a
   * verdict always completes: what goes wrong from here on is told beside it.
   */
  async close(judged: Judged, findings: readonly Finding[]): Promise<RunReport> {
    return await CancellationScope.nonCancellable(async () => {
      this.#over = true;
      this.note({ type: 'verdict-reached', judged });
      for (const finding of findings) this.raise(finding);
      this.#tellStatus(judged);
      this.#notices.tell({ kind: 'verdict', judged, secondChannel: judged.verdict !== 'passed' });
      await this.#notices.handOver();
      await this.#releaseLock();
      await this.#journal.drain();
      const { number: count, hash: head } = this.#journal.head;
      this.note({ type: 'sealed', head, count });
      this.#sealed = true;
      await this.#journal.drain();
      const { evidencePath, problem } = await this.#sealEvidence();
      await this.#notices.finish({ sealed: this.#journal.broken === undefined });
      await this.#lateComers();
      const reason = problem === undefined ? judged.reason : `${judged.reason} ${problem}`;
      return {
        runId: this.id,
        verdict: judged.verdict,
        reason,
        ...(evidencePath === undefined ? {} : { evidencePath }),
      };
    });
  }

  /** Asks for the bundle for as long as it takes; what refuses it for good is a finding of its own. */
  async #sealEvidence(): Promise<{ evidencePath?: string; problem?: string }> {
    const { broken, head } = this.#journal;
    if (broken !== undefined) return this.#notEvidenced('journal-refused', `The store refused the journal: ${broken}`);
    try {
      const evidence = await this.#record.sealEvidence({
        runId: this.id,
        executionId: workflowInfo().runId,
        head: head.hash,
        count: head.number,
      });
      return { evidencePath: evidence.value.path };
    } catch (error) {
      const { code, what } = errorFacts(error);
      return this.#notEvidenced(code, `The evidence was refused: ${what}`);
    }
  }

  #notEvidenced(cause: string, problem: string): { problem: string } {
    const { service, resource } = this.#opening;
    const finding = makeFinding({
      service,
      resource,
      runId: this.id,
      check: 'evidence',
      cause,
      severity: 'high',
      title: `the verdict of a ${this.#opening.runbook} of ${resource} is not evidenced (${cause})`,
      found: problem,
      matters: 'The verdict stands, but nobody can prove it: an auditor will not accept it.',
      lookFirst:
        'Whether the run was reset in Temporal, the store restored from a backup, or somebody wrote into the evidence bucket.',
      proof: { kind: 'recheck', check: 'evidence', sentence: 'A new run of this resource whose evidence verifies.' },
    });
    // Behind the seal nothing can be journaled: people are told, and the ticket keeps it.
    this.#notices.tell({ kind: 'finding', finding, ticket: this.#opening.ticket });
    return { problem };
  }

  /** Clicks that came behind the seal have their answer; what is left is to write them down. */
  async #lateComers(): Promise<void> {
    for (;;) {
      await condition(allHandlersFinished);
      if (this.#lateAddenda.size === 0) return;
      await Promise.all(this.#lateAddenda);
    }
  }

  /** The Update's validator: shape and cap only, synchronous, changes nothing. */
  #validate(signed: SignedDecision): void {
    if (
      typeof signed?.statement !== 'string' ||
      typeof signed.signature !== 'string' ||
      typeof signed.signer !== 'string' ||
      signed.statement.length > 10_000
    ) {
      throw invalidInput('A decision needs statement, via, signer and signature as text.');
    }
    const gateId = gateIdOf(signed);
    if (this.gates.overCap(gateId)) throw tooManyAttempts(gateId);
  }

  async #decide(signed: SignedDecision): Promise<DecisionAnswer> {
    if (signed.via === 'personal-key') {
      // The same click arriving twice (Update and Signal) is looked up once.
      const known = this.#personalDecisions.get(signed.signature);
      if (known) return await known;
      const answer = this.#decidePersonally(signed);
      this.#personalDecisions.set(signed.signature, answer);
      return await answer;
    }
    const publicKey = this.#opening.signers[signed.signer];
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
      const answer = await CancellationScope.nonCancellable(() =>
        askingActivities().authenticate({ decision: signed, service: this.#opening.service }),
      );
      if (!answer.value.ok) return this.#unauthentic(signed, answer.value.code, answer.value.text);
      return this.#applyDecision({ ...answer.value.decision, receivedAtMs: Date.now() });
    } catch (error) {
      return this.#unauthentic(signed, 'could-not-verify', errorFacts(error).what);
    }
  }

  /** The one place where a verified decision meets the run, whichever way it came; the same click is answered once. */
  #applyDecision(decision: AuthenticDecision): DecisionAnswer {
    if (decision.runId !== this.id)
      return this.#unauthentic(
        { statement: '', via: decision.via, signer: decision.personId, signature: '' },
        'wrong-run',
        'This decision is about another run; it does not count here.',
      );
    const known = this.#answers.get(decision.decisionId);
    if (known) return known;
    const answer = this.#answerTo(decision);
    this.#answers.set(decision.decisionId, answer);
    return answer;
  }

  #answerTo(decision: AuthenticDecision): DecisionAnswer {
    if (this.#over) {
      const text = 'This run is over; the decision came too late.';
      const answer: DecisionAnswer = { outcome: 'refused', code: 'run-over', text };
      if (this.#sealed)
        this.#addLate({
          type: 'late-decision',
          gateId: decision.gateId,
          decisionId: decision.decisionId,
          person: decision.personId,
          text,
        });
      else this.note({ type: 'decision-received', gateId: decision.gateId, decision, answer });
      return answer;
    }
    if (decision.choice !== 'abort') return this.gates.apply(decision);
    if (this.#nothingToStop && !this.#stopped) {
      const text = 'Too late to abort: this run is done with its steps and is cleaning up after itself.';
      const answer: DecisionAnswer = { outcome: 'refused', code: 'run-over', text };
      this.note({ type: 'decision-received', gateId: decision.gateId, decision, answer });
      return answer;
    }
    const answer: DecisionAnswer = {
      outcome: 'accepted',
      gate: 'rejected',
      approvals: 0,
      needed: 0,
      text: 'Aborting: nothing further is created, what exists is deleted.',
    };
    this.note({ type: 'decision-received', gateId: decision.gateId, decision, answer });
    if (!this.#stopped) {
      this.note({ type: 'abort-requested', by: decision.personId, reason: decision.reason ?? '', via: decision.via });
      this.#stop({ by: decision.personName, reason: decision.reason ?? 'no reason given', code: 'aborted-by-person' });
    }
    return answer;
  }

  /** What comes behind the seal is chained to it. Kept for the run's end, and never in the way of the answer. */
  #addLate(event: AddendumEvent): void {
    if (this.#journal.broken !== undefined) return;
    const added = CancellationScope.nonCancellable(async () => {
      try {
        await this.#record.appendAddendum({ runId: this.id, executionId: workflowInfo().runId, event });
      } catch (error) {
        log.error('a late decision could not be added to the evidence', { code: errorFacts(error).code });
      }
    });
    this.#lateAddenda.add(added);
    void added.then(() => this.#lateAddenda.delete(added));
  }

  #unauthentic(signed: SignedDecision, code: string, text?: string): DecisionAnswer {
    const gateId = gateIdOf(signed);
    this.gates.countAttempt(gateId);
    const decisionId = signed.signature.slice(0, 32);
    if (this.#sealed)
      this.#addLate({
        type: 'late-decision',
        gateId,
        decisionId,
        person: signed.signer.slice(0, 80),
        text: `not authentic: ${code}`,
      });
    else
      this.note({ type: 'decision-unauthentic', gateId, decisionId, claimedPerson: signed.signer.slice(0, 80), code });
    return {
      outcome: 'refused',
      code: 'bad-signature',
      text: text ?? 'The signature of this decision is not valid; it does not count.',
    };
  }

  #halt(reason: string): void {
    if (this.mode === 'real' || this.#nothingToStop || this.#stopped) return;
    this.note({ type: 'drills-halted', reason });
    this.#stop({ reason: `All drills were stopped: ${reason}`, code: 'drills-stopped' });
  }

  #stop(stopped: { reason: string; code: string; by?: string }): void {
    this.#stopped = stopped;
    this.#forward.cancel();
  }

  async #refuseWhenHalted(asking: ReturnType<typeof askingActivities>): Promise<void> {
    if (this.mode === 'real') return;
    let seen: { pulled: boolean; by?: string; reason?: string };
    try {
      seen = (await asking.readKillSwitch()).value;
    } catch (error) {
      if (isCancellation(error)) throw error;
      seen = { pulled: true, reason: `the kill switch could not be read (${errorFacts(error).what})` };
    }
    if (!seen.pulled) return;
    this.note({ type: 'drills-halted', reason: seen.reason ?? '' });
    throw new FiredrillError({
      code: 'drills-stopped',
      kind: 'refused',
      what: `All drills are stopped${seen.by ? ` by ${seen.by}` : ''}: ${seen.reason ?? 'no reason given'}.`,
      means: 'This drill takes no further step; what it created is deleted.',
      next: 'When drills may go on: firedrill release, then start it again.',
    });
  }

  async #releaseLock(): Promise<void> {
    try {
      await askingActivities().releaseLock({ runId: this.id });
    } catch (error) {
      // Not fatal: a lock whose holder is closed is freed by the next one who asks.
      this.note({ type: 'problem', where: 'release lock', error: errorFacts(error) });
    }
  }

  /** What the runbook has still to do; nothing once it is judged: then it will not be done any more. */
  #stepsToCome(judged: Judged | undefined): RunStatus['steps'] {
    if (judged) return [];
    const begun = this.#steps.map((step) => step.name);
    return this.#opening.stepsPlanned
      .filter((name) => !begun.includes(name))
      .map((name) => ({ name, state: 'waiting' }));
  }

  #tellStatus(judged?: Judged): void {
    const open = this.gates.open;
    const status: RunStatus = {
      state: judged ? judged.verdict : open ? 'waiting for approval' : (this.#steps.at(-1)?.name ?? 'starting'),
      steps: [...this.#steps, ...this.#stepsToCome(judged)],
      sinceMs: this.#openedAtMs,
      ...(open ? { waitingFor: open.gateId } : {}),
      ...(this.#findings.at(-1) ? { lastFinding: this.#findings.at(-1)?.title ?? '' } : {}),
      ...(judged ? { judged } : {}),
      approvals: this.gates.approvals,
      findings: this.#findings.length,
      ...(this.#preview ? { preview: this.#preview } : {}),
    };
    this.#notices.tell({ kind: 'run-status', status });
  }
}

/** The gate a decision claims to be about; only for counting attempts, before anything is verified. */
function gateIdOf(signed: SignedDecision): string {
  try {
    const parsed: unknown = JSON.parse(signed.statement);
    if (typeof parsed === 'object' && parsed !== null && 'gateId' in parsed && typeof parsed.gateId === 'string')
      return parsed.gateId.slice(0, 100);
  } catch {
    // Not JSON: counted under a name of its own.
  }
  return 'malformed';
}

/** Opens a run that may create and delete only its own copies. There is no way from here to a live activity. */
export function openIsolatedRun(
  opening: Omit<RunOpening, 'touches'>,
): { run: Run } & ReturnType<typeof isolatedActivities> {
  return { run: new Run({ ...opening, touches: 'isolated' }), ...isolatedActivities() };
}

/** Opens a run that touches nothing: rehearsals, reviews, exercises. */
export function openTouchingNothing(opening: Omit<RunOpening, 'touches'>): { run: Run } {
  return { run: new Run({ ...opening, touches: 'nothing' }) };
}
