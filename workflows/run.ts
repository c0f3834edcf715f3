import { CancellationScope, log, upsertMemo, workflowInfo } from '@temporalio/workflow';
import type { Answer } from '../domain/activity-answer.ts';
import { isExerciseEvent } from '../domain/exercise-events.ts';
import type { ErrorFacts } from '../domain/errors.ts';
import type { Finding } from '../domain/finding.ts';
import { breakFacts, findingOfBreak, keepsComparable } from '../domain/journal-break.ts';
import type { JournalBreak } from '../domain/journal-break.ts';
import type { JournalEvent } from '../domain/journal-entry.ts';
import type { Ledger, LedgerKey } from '../domain/ledger.ts';
import type { JudgedMemo, Mode, RunMemo } from '../domain/modes.ts';
import type { RunStatus, TicketRequest } from '../domain/notice.ts';
import type { Moment } from '../domain/time.ts';
import { endedWell } from '../domain/verdict.ts';
import type { Judged, RunEnding } from '../domain/verdict.ts';
import { Acts } from './acts.ts';
import type { ActRules } from './acts.ts';
import { Decisions } from './decisions.ts';
import { Duties } from './duties.ts';
import { errorFacts, invalidInput } from './failures.ts';
import { ForwardPart } from './forward-part.ts';
import { Gates } from './gates.ts';
import { JournalPump } from './journal-pump.ts';
import { hear, memberOf, plainText } from './hear.ts';
import { haltSignal } from './messages.ts';
import type { RunReport } from './messages.ts';
import { NoticePump } from './notice-pump.ts';
import { Pause } from './pause.ts';
import type { NewNotice } from './notice-pump.ts';
import { isolatedActivities, readingActivities, recordActivities } from './proxies.ts';
import type { Wait } from './proxies.ts';
import type { RunOpening } from './run-opening.ts';
import { StatusBoard } from './run-status.ts';
import { RunEvidence } from './run-evidence.ts';
import { RunControl } from './run-control.ts';
import { RunSteps } from './run-steps.ts';
import type { Summarise } from './run-steps.ts';

/** What somebody looks for in the store to act on it, or to see that it was heard. */
const peopleActOn: ReadonlySet<JournalEvent['type']> = new Set([
  'gate-opened',
  'gate-closed',
  'decision-received',
  'decision-unauthentic',
  'abort-requested',
  'run-paused',
  'run-resumed',
  'drills-halted',
  'verdict-reached',
  'review-asked',
  'review-compared',
  'review-answered',
  'review-delegated',
  'review-reassigned',
  'review-sign-off-received',
  'review-sign-off-void',
  'review-signed-off',
]);

/**
 * One execution of a runbook: its journal, its steps, its gates, its end. Set-up is synchronous, so that messages which
 * arrive with the first task find their handlers.
 */
export class Run {
  readonly id: string;
  readonly mode: Mode;
  readonly gates: Gates;
  readonly duties: Duties;
  /** Activities that every run may call. */
  readonly reading = readingActivities();
  readonly #opening: RunOpening;
  readonly #journal: JournalPump;
  readonly #notices: NoticePump;
  readonly #pause: Pause;
  readonly #control: RunControl;
  readonly #status: StatusBoard;
  readonly #evidence: RunEvidence;
  readonly #steps: RunSteps;
  readonly #record = recordActivities();
  readonly #forward: ForwardPart;
  readonly #ledger: { [K in LedgerKey]?: Moment } = {};
  readonly #findings: Finding[] = [];
  #over = false;
  /** False once part of the run happened twice: somebody reset it, or Temporal or the store was restored from a backup. */
  #undisturbed: boolean;

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
    const afterReset = info.firstExecutionRunId !== info.runId;
    this.#undisturbed = !afterReset;
    this.#journal = new JournalPump({
      runId: this.id,
      executionId: info.runId,
      afterReset,
      append: async (entries) => (await this.#record.appendJournal(entries)).value,
      onBreak: (found) => this.#journalBroke(found),
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
      { afterReset, onProblem: (error) => this.note({ type: 'problem', where: 'telling people', error }) },
    );
    this.#status = new StatusBoard(opening.stepsPlanned, (status) =>
      this.#notices.tell({ kind: 'run-status', status }),
    );
    this.#steps = new RunSteps({
      note: (event) => this.note(event),
      status: this.#status,
      tellStatus: () => this.#tellStatus(),
    });
    this.#control = new RunControl({
      runId: this.id,
      memo: { ...memoOf(opening), mode: this.mode },
      note: (event) => this.note(event),
    });
    this.#evidence = new RunEvidence({
      runId: this.id,
      about: opening,
      journal: this.#journal,
      record: this.#record,
      // Behind the seal nothing can be journaled: people are told, and the ticket keeps it.
      tellOfFinding: (finding) => this.#notices.tell({ kind: 'finding', finding, ticket: opening.ticket }),
    });
    this.duties = new Duties(opening.mentions);
    this.gates = new Gates({
      runId: this.id,
      service: opening.service,
      mode: this.mode,
      initiator: opening.initiator.personId,
      ...(opening.planChangedBy === undefined ? {} : { planChangedBy: opening.planChangedBy }),
      chainHead: () => this.#journal.head.hash,
      record: (event) => this.note(event),
      tell: (notice) => {
        this.#notices.tell(notice);
        this.#tellStatus();
      },
      mention: (roles) => this.duties.mention(roles),
    });
    this.#forward = new ForwardPart({
      mode: this.mode,
      lastStep: () => this.#status.lastStep,
      note: (event) => this.note(event),
    });
    this.#pause = new Pause({
      mode: this.mode,
      canBePaused: () => this.#forward.canBeStopped,
      note: (event) => this.note(event),
      tell: (notice) => {
        this.#notices.tell(notice);
        this.#tellStatus();
      },
    });
    new Decisions({
      runId: this.id,
      service: opening.service,
      signers: opening.signers,
      personalKeys: opening.personalKeys,
      gates: this.gates,
      touchesNothing: opening.touches === 'nothing',
      phase: () => (this.#journal.isSealed ? 'sealed' : this.#over ? 'over' : 'open'),
      note: (event) => this.note(event),
      addLate: (event) => this.#evidence.addLate(event),
      canAbort: () => this.#forward.canBeStopped || this.#forward.isStopped,
      abortWouldCount: () => this.#forward.canBeStopped,
      abort: (decision) => this.#forward.abort(decision),
      pause: (decision) => this.#pause.decide(decision),
      pauseWouldCount: (decision) => this.#pause.wouldCount(decision),
    }).listen();
    this.duties.listen();
    this.duties.whenMoved((move) => this.gates.dutyMoved(move));
    hear(haltSignal, (sent) =>
      this.#forward.halt(
        plainText(memberOf(sent, 'reason'), 2000) || 'no reason given',
        memberOf(sent, 'forRealRun') === true ? 'Halted' : 'All drills were stopped',
      ),
    );

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
    if (event.type === 'previewed') this.#status.preview = event.preview;
    if (!this.#journal.isSealed) this.#journal.record(event, peopleActOn.has(event.type) || isExerciseEvent(event));
    else log.warn('this happened after the seal and is not in the journal', { type: event.type });
  }

  /**
   * From here on people can do in this run what its runbook lets them do, beside deciding at its gates. To be called before
   * the first await, so that early messages find their handler.
   */
  takeActs<A>(rules: ActRules<A>): void {
    const { service, signers } = this.#opening;
    const note = (event: JournalEvent): void => this.note(event);
    new Acts({ ...rules, runId: this.id, service, signers, isOver: () => this.#over, note }).listen();
  }

  /** Tells people, in order and exactly once; returns at once. */
  tell(notice: NewNotice): void {
    this.#notices.tell(notice);
  }

  /** The run's message shows how the incident stands. */
  showIncident(incident: NonNullable<RunStatus['incident']>): void {
    this.#status.incident = incident;
    this.#tellStatus();
  }

  /** The run's message says anew where it stands. @param waitsFor - key of the message that people have to answer */
  tellStatus(waitsFor?: string): void {
    this.#status.waitsFor = waitsFor;
    this.#tellStatus();
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
    // Asked before it is waited for: a run that nobody pauses goes on in the same turn.
    if (this.isPaused) await this.holdWhilePaused();
    return await this.#steps.take(name, act, summarise);
  }

  /**
   * Where a run may stand still, before it begins something new; every step begins with it. Behind a pause drills look at the
   * kill switch again.
   */
  async holdWhilePaused(): Promise<void> {
    if (!this.isPaused) return;
    const holding = this.#pause.hold();
    this.#tellStatus();
    await holding;
    this.#tellStatus();
    await this.#control.refuseWhenStopped();
  }

  /** Cleanup and what comes after it stand still for nobody. */
  get isPaused(): boolean {
    return this.#pause.isOn && !this.#forward.isOver;
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
    return await this.#steps.wait(name, look, wait, summarise);
  }

  /**
   * Takes what a mutating run needs before its first step: the kill switch not pulled, the locks ours.
   *
   * @throws FiredrillError `refused` when drills are stopped or somebody else has the resource
   */
  async takeControl(resources: readonly string[]): Promise<void> {
    await this.step('take control', () => this.#control.take(resources));
  }

  /**
   * After a gate, hours may have passed: drills look at the kill switch again. What only reads need not wait for that, and
   * is dropped when drills are stopped.
   *
   * @throws FiredrillError `refused` when drills are stopped; otherwise what `read` throws
   */
  async ifStillAllowed<T>(read: () => Promise<T>): Promise<T> {
    return await this.#control.ifStillAllowed(read);
  }

  /** Runs the forward part. A failure, an abort or a halt ends it, and says how; cleanup comes after, whatever happened. */
  async attempt(forward: () => Promise<void>): Promise<RunEnding> {
    return await this.#forward.attempt(forward);
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

  /**
   * A gap: journaled, told, and its ticket asked for.
   *
   * @param more.ticket - where it goes when not to the people of the run's own service
   * @param more.tellRun - the run wants to hear of its ticket (`ticketFiledSignal`) while it goes on
   */
  raise(finding: Finding, more: { readonly ticket?: TicketRequest; readonly tellRun?: true } = {}): void {
    if (this.#findings.some((known) => known.fingerprint === finding.fingerprint)) return;
    this.#findings.push(finding);
    this.note({ type: 'finding-raised', finding });
    this.#notices.tell({ kind: 'finding', finding, ticket: this.#opening.ticket, ...more });
  }

  /**
   * Verdict, findings, locks, then the seal and its evidence: told first, recorded for as long as it takes. A run with a
   * verdict always completes: what goes wrong from here on is told beside it.
   */
  async close(asJudged: Judged, findings: readonly Finding[]): Promise<RunReport> {
    return await CancellationScope.nonCancellable(async () => {
      this.#over = true;
      const judged = { ...asJudged, comparable: asJudged.comparable && this.#undisturbed && !this.#pause.hasHeld };
      this.note({ type: 'verdict-reached', judged });
      for (const finding of findings) this.raise(finding);
      const { verdict, reason: why } = judged;
      const known: JudgedMemo = { verdict, reason: why, atMs: Date.now() };
      upsertMemo({ judged: known });
      this.#tellStatus(judged);
      this.#notices.tell({ kind: 'verdict', judged, secondChannel: !endedWell(judged.verdict) });
      await this.#notices.handOver();
      await this.#control.release();
      await this.#journal.seal();
      const { evidencePath, problem } = await this.#evidence.seal();
      await this.#notices.finish({ sealed: this.#journal.broken === undefined });
      await this.#evidence.lateComers();
      const reason = problem === undefined ? judged.reason : `${judged.reason} ${problem}`;
      return {
        runId: this.id,
        verdict: judged.verdict,
        reason,
        ...(evidencePath === undefined ? {} : { evidencePath }),
      };
    });
  }

  /** The store has not what this run had recorded: written down, told, and followed up like every gap. */
  #journalBroke(found: JournalBreak): void {
    this.note({ type: 'journal-resent', ...found });
    if (!keepsComparable(found)) {
      this.#undisturbed = false;
      this.#notices.journalMoved(found.journalId);
    }
    log.warn('the store did not have what this run had recorded', { ...breakFacts(found) });
    const { service, resource } = this.#opening;
    this.raise(findingOfBreak(found, { runId: this.id, service, resource }));
  }

  #tellStatus(judged?: Judged): void {
    this.#status.tell({
      ...(judged === undefined ? {} : { judged }),
      openGate: this.gates.open?.gateId,
      pause: this.#pause.shown,
      findings: this.#findings,
      approvals: this.gates.approvals,
    });
  }
}

const memoOf = ({ touches, runbook, service, resource }: RunOpening): Omit<RunMemo, 'mode'> => ({
  touches,
  runbook,
  service,
  resource,
});

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
