import { CancellationScope, condition, uuid4 } from '@temporalio/workflow';
import { actAccepted, actRefused } from '../domain/act.ts';
import type { ActAnswer, ActBy } from '../domain/act.ts';
import {
  noWindowText,
  retestPlannedLaterText,
  retestPlannedText,
  retestStartingText,
  retestText,
} from '../domain/finding-words.ts';
import type { RetestPlan, Voice } from '../domain/remediation.ts';
import { retestOf } from '../domain/retest.ts';
import type { RetestAnswer, RetestRunbook } from '../domain/retest.ts';
import { retestRunId } from '../domain/run-id.ts';
import type { RetestOpening, WindowOpening } from '../domain/test-window.ts';
import { runbookOf } from '../runbooks/index.ts';
import type { RemediationRecorder } from './remediation-recorder.ts';

/** A run to be started; its id is fixed, so that it is started once. Plain JSON. */
export interface WantedRetest {
  readonly runId: string;
  /** Default a restore test. */
  readonly runbook?: RetestRunbook;
  readonly service: string;
  /** `-` for a runbook about the whole service. */
  readonly resource: string;
  readonly askedBy?: Asker;
  /** It touches live resources and is wanted since then, milliseconds UTC: it starts in a window that opens later, whoever asks. */
  readonly liveSinceMs?: number;
  /** It starts by itself in its window, also when somebody asked for it sooner and was told no. */
  readonly planned?: true;
  /** It was told no in a window that is open until then, milliseconds UTC: by itself it waits for the next one. */
  readonly notBeforeMs?: number;
  /** The run that was asked for in the opening that closes then, without an answer: it may be under way. */
  readonly begun?: { readonly runId: string; readonly closesMs: number };
}

/** Whoever asks for a live one hears at once when it is to start, unless the catalog takes longer to say so. */
const answerWithinMs = 1000;

/** Whether it starts in its service's window and at no other moment. */
export const waitsForWindow = ({ askedBy, liveSinceMs }: WantedRetest): boolean =>
  liveSinceMs !== undefined || askedBy === undefined;

type Asker = Pick<ActBy, 'personId' | 'personName' | 'roles'> & { readonly via: 'cli' | 'slack' | 'web' };

/** The runs that are started to prove a finding, one at a time. */
export class FindingRetests {
  readonly #recorder: RemediationRecorder;
  readonly #tell: (text: string, how: { readonly mention: boolean; readonly inJira: boolean }) => void;
  #wanted: WantedRetest | undefined;
  /** Why the last one that was wanted was not started. */
  #refusal: { readonly code: string; readonly text: string } | undefined;

  constructor(
    recorder: RemediationRecorder,
    wanted: WantedRetest | undefined,
    tell: (text: string, how: { readonly mention: boolean; readonly inJira: boolean }) => void,
  ) {
    this.#recorder = recorder;
    this.#wanted = wanted;
    this.#tell = tell;
  }

  /** The run to be started next, until it is told what became of it. */
  get wanted(): WantedRetest | undefined {
    return this.#wanted;
  }

  /**
   * What is to be started in this opening of its window, or without one for whoever asks: the run that was asked for before and
   * may be under way, if there is one. What is live is nothing to be started without one.
   */
  wantedIn(opening: RetestOpening | undefined): WantedRetest | undefined {
    if (this.#wanted === undefined) return undefined;
    const { begun, ...wanted } = this.#wanted;
    if (opening === undefined)
      return wanted.liveSinceMs === undefined ? { ...wanted, runId: begun?.runId ?? wanted.runId } : undefined;
    return { ...wanted, runId: begun?.closesMs === opening.closesMs ? begun.runId : opening.runId };
  }

  /** Nobody knows whether it was started: it stays wanted, and is the same run when it is asked for again. */
  unanswered({ runId }: WantedRetest, opening: RetestOpening | undefined): void {
    if (this.#wanted === undefined || opening === undefined) return;
    this.#wanted = { ...this.#wanted, begun: { runId, closesMs: opening.closesMs } };
  }

  started({ runId, askedBy }: WantedRetest): void {
    this.#wanted = undefined;
    const by = voiceOf(askedBy);
    this.#recorder.record({ type: 'retest-started', runId, ...(by === undefined ? {} : { askedBy: by }) });
    this.#tell(retestText(runId, by), { mention: false, inJira: false });
  }

  /** @param closesMs - of the window in which it was told no: it is planned into the next one */
  refused(code: string, text: string, closesMs?: number): void {
    if (this.#wanted === undefined) return;
    const { askedBy, ...byItself } = this.#wanted;
    if (closesMs !== undefined && byItself.liveSinceMs !== undefined)
      this.#wanted = { ...this.#wanted, notBeforeMs: closesMs };
    else if (closesMs !== undefined) this.#wanted = { ...byItself, planned: true, notBeforeMs: closesMs };
    else this.#wanted = byItself.planned && askedBy !== undefined ? byItself : undefined;
    this.#notStarted(code, text);
  }

  /** It needs a window, and its service has none. */
  noWindow(): void {
    const { view } = this.#recorder;
    if (view === undefined || this.#wanted === undefined) return;
    this.#wanted = undefined;
    this.#notStarted('no-window', noWindowText(view));
  }

  #notStarted(code: string, text: string): void {
    this.#refusal = { code, text };
    this.#recorder.record({ type: 'retest-not-started', code, text });
    this.#tell(`No re-test was started. ${text}`, { mention: true, inJira: false });
  }

  /** Nothing is left to prove. */
  drop(): void {
    this.#wanted = undefined;
  }

  /** It waits for this opening of its service's window; said once. */
  planned({ opensMs, closesMs, words }: WindowOpening): void {
    const { view } = this.#recorder;
    const wanted = this.#wanted;
    if (view === undefined || wanted === undefined) return;
    const by = voiceOf(wanted.askedBy);
    if (by === undefined) this.#wanted = { ...wanted, planned: true };
    const plan: RetestPlan = {
      opensMs,
      closesMs,
      words,
      ...(wanted.liveSinceMs === undefined ? {} : { live: true }),
      ...(by === undefined ? {} : { askedBy: by }),
    };
    if (view.retestPlanned?.opensMs === opensMs && this.#isPlannedForAsker) return;
    this.#recorder.record({ type: 'retest-planned', ...plan });
    this.#tell(retestPlannedText(view, plan), { mention: true, inJira: true });
  }

  get #isPlannedForAsker(): boolean {
    const plan = this.#recorder.view?.retestPlanned;
    return plan !== undefined && plan.askedBy?.personId === this.#wanted?.askedBy?.personId;
  }

  /** Whoever asks is told at once whether one starts; of a live one, when. */
  ask(by: ActBy): ActAnswer | Promise<ActAnswer> {
    const answer = this.want(by);
    if (answer === undefined || answer.starts)
      return this.#wanted?.liveSinceMs === undefined ? actAccepted(retestStartingText) : this.#whenPlanned();
    return answer.code === 'under-way' || answer.code === 'no-run-needed'
      ? actAccepted(answer.text)
      : actRefused(answer.code, answer.text);
  }

  /** The catalog is being asked: it has a window, or has none, or takes long to answer. */
  async #whenPlanned(): Promise<ActAnswer> {
    await CancellationScope.nonCancellable(() =>
      condition(() => this.#wanted === undefined || this.#isPlannedForAsker, answerWithinMs),
    );
    const { view } = this.#recorder;
    const plan = view?.retestPlanned;
    const refusal = this.#refusal;
    if (this.#wanted === undefined)
      return refusal === undefined ? actAccepted(retestStartingText) : actRefused(refusal.code, refusal.text);
    return actAccepted(
      view !== undefined && plan !== undefined && this.#isPlannedForAsker
        ? retestPlannedText(view, plan)
        : retestPlannedLaterText,
    );
  }

  /** @param by - who asked for it; without anybody it starts by itself: at once, or in its service's window */
  want(by?: ActBy): RetestAnswer | undefined {
    const { view } = this.#recorder;
    if (view === undefined) return undefined;
    const answer = retestOf(view, runbookOf, Date.now(), by);
    if (this.#wanted !== undefined) {
      if (this.#wanted.liveSinceMs !== undefined && !answer.starts) return answer;
      // What waits for its window starts now for whoever asks; what is live starts then all the same, for them.
      if (by !== undefined && this.#wanted.askedBy === undefined)
        this.#wanted = { ...this.#wanted, askedBy: askerOf(by) };
      return undefined;
    }
    if (!answer.starts) return answer;
    const { runbook, service, resource } = answer.subject;
    this.#refusal = undefined;
    this.#wanted = {
      runId: retestRunId(answer.subject, Date.now(), uuid4().slice(0, 4)),
      runbook,
      service,
      resource,
      ...(answer.onlyInWindow ? { liveSinceMs: Date.now() } : {}),
      ...(by === undefined ? {} : { askedBy: askerOf(by) }),
    };
    return answer;
  }
}

const voiceOf = (asker: Asker | undefined): Voice | undefined =>
  asker && { personId: asker.personId, personName: asker.personName };

function askerOf({ personId, personName, roles, via }: ActBy): Asker {
  return { personId, personName, roles, via: via === 'personal-key' ? 'cli' : via === 'web' ? 'web' : 'slack' };
}
