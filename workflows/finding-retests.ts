import { uuid4 } from '@temporalio/workflow';
import { actAccepted, actRefused } from '../domain/act.ts';
import type { ActAnswer, ActBy } from '../domain/act.ts';
import { retestPlannedText, retestText } from '../domain/finding-words.ts';
import { retestOf } from '../domain/retest.ts';
import type { RetestAnswer } from '../domain/retest.ts';
import { retestRunId } from '../domain/run-id.ts';
import type { RetestOpening, WindowOpening } from '../domain/test-window.ts';
import { runbookOf } from '../runbooks/index.ts';
import type { RemediationRecorder } from './remediation-recorder.ts';

/** A run to be started; its id is fixed, so that it is started once. Plain JSON. */
export interface WantedRetest {
  readonly runId: string;
  readonly service: string;
  readonly resource: string;
  readonly askedBy?: Asker;
  /** It starts by itself in its window, also when somebody asked for it sooner and was told no. */
  readonly planned?: true;
  /** It was told no in a window that is open until then, milliseconds UTC: by itself it waits for the next one. */
  readonly notBeforeMs?: number;
  /** The run that was asked for in the opening that closes then, without an answer: it may be under way. */
  readonly begun?: { readonly runId: string; readonly closesMs: number };
}

type Asker = Pick<ActBy, 'personId' | 'personName' | 'roles'> & { readonly via: 'cli' | 'slack' | 'web' };

/** The runs that are started to prove a finding, one at a time. */
export class FindingRetests {
  readonly #recorder: RemediationRecorder;
  readonly #tell: (text: string, how: { readonly mention: boolean; readonly inJira: boolean }) => void;
  #wanted: WantedRetest | undefined;

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
   * may be under way, if there is one.
   */
  wantedIn(opening: RetestOpening | undefined): WantedRetest | undefined {
    if (this.#wanted === undefined) return undefined;
    const { begun, ...wanted } = this.#wanted;
    if (opening === undefined) return { ...wanted, runId: begun?.runId ?? wanted.runId };
    return { ...wanted, runId: begun?.closesMs === opening.closesMs ? begun.runId : opening.runId };
  }

  /** Nobody knows whether it was started: it stays wanted, and is the same run when it is asked for again. */
  unanswered({ runId }: WantedRetest, opening: RetestOpening | undefined): void {
    if (this.#wanted === undefined || opening === undefined) return;
    this.#wanted = { ...this.#wanted, begun: { runId, closesMs: opening.closesMs } };
  }

  started({ runId, askedBy }: WantedRetest): void {
    this.#wanted = undefined;
    const by = askedBy && { personId: askedBy.personId, personName: askedBy.personName };
    this.#recorder.record({ type: 'retest-started', runId, ...(by === undefined ? {} : { askedBy: by }) });
    this.#tell(retestText(runId, by), { mention: false, inJira: false });
  }

  /** @param closesMs - of the window in which it was told no: what starts by itself is planned into the next one */
  refused(code: string, text: string, closesMs?: number): void {
    if (this.#wanted === undefined) return;
    const { askedBy, ...byItself } = this.#wanted;
    if (closesMs !== undefined) this.#wanted = { ...byItself, planned: true, notBeforeMs: closesMs };
    else this.#wanted = byItself.planned && askedBy !== undefined ? byItself : undefined;
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
    if (view === undefined || this.#wanted === undefined) return;
    this.#wanted = { ...this.#wanted, planned: true };
    if (view.retestPlanned?.opensMs === opensMs) return;
    this.#recorder.record({ type: 'retest-planned', opensMs, closesMs, words });
    this.#tell(retestPlannedText(view, { opensMs, closesMs, words }), { mention: true, inJira: true });
  }

  /** Whoever asks is told at once whether one starts. */
  ask(by: ActBy): ActAnswer {
    const answer = this.want(by);
    if (answer === undefined || answer.starts)
      return actAccepted(
        'A re-test is being started. It asks at its gates like any run; when it finds the check green, the finding is closed.',
      );
    return answer.code === 'under-way' || answer.code === 'no-run-needed'
      ? actAccepted(answer.text)
      : actRefused(answer.code, answer.text);
  }

  /** @param by - who asked for it; without anybody it starts by itself, where it touches only its own copies */
  want(by?: ActBy): RetestAnswer | undefined {
    const { view } = this.#recorder;
    if (view === undefined) return undefined;
    if (this.#wanted !== undefined) {
      // What waits for its window starts now for whoever asks.
      if (by !== undefined && this.#wanted.askedBy === undefined)
        this.#wanted = { ...this.#wanted, askedBy: askerOf(by) };
      return undefined;
    }
    const answer = retestOf(view, (runbook) => runbookOf(runbook)?.touches, Date.now());
    if (!answer.starts) return answer;
    const { service, resource } = answer.subject;
    this.#wanted = {
      runId: retestRunId(answer.subject, Date.now(), uuid4().slice(0, 4)),
      service,
      resource,
      ...(by === undefined ? {} : { askedBy: askerOf(by) }),
    };
    return answer;
  }
}

function askerOf({ personId, personName, roles, via }: ActBy): Asker {
  return { personId, personName, roles, via: via === 'personal-key' ? 'cli' : via === 'web' ? 'web' : 'slack' };
}
