import type { Finding } from '../domain/finding.ts';
import type { RunStatus } from '../domain/notice.ts';
import type { Judged } from '../domain/verdict.ts';

interface Shown {
  readonly name: string;
  state: 'done' | 'running' | 'failed' | 'waiting';
}

/** What the rest of the run knows, at the moment of telling. */
interface Around {
  readonly judged?: Judged;
  readonly openGate: string | undefined;
  readonly pause: Pick<RunStatus, 'paused'>;
  readonly findings: readonly Finding[];
  readonly approvals: readonly string[];
}

/** Where a run stands, for the one message that is edited in place. */
export class StatusBoard {
  readonly #planned: readonly string[];
  readonly #tell: (status: RunStatus) => void;
  readonly #steps: Shown[] = [];
  readonly #openedAtMs = Date.now();
  preview: RunStatus['preview'];
  /** Key of the message that people have to answer. */
  waitsFor: string | undefined;
  incident: RunStatus['incident'];

  constructor(planned: readonly string[], tell: (status: RunStatus) => void) {
    this.#planned = planned;
    this.#tell = tell;
  }

  get lastStep(): string | undefined {
    return this.#steps.at(-1)?.name;
  }

  /** A step that runs now; whoever began it says how it ended. */
  begin(name: string): Shown {
    const shown: Shown = { name, state: 'running' };
    this.#steps.push(shown);
    return shown;
  }

  tell({ judged, openGate, pause, findings, approvals }: Around): void {
    const waitingFor = judged ? undefined : (openGate ?? this.waitsFor);
    const lastFinding = findings.at(-1)?.title;
    this.#tell({
      state: judged
        ? judged.verdict
        : openGate !== undefined
          ? 'waiting for approval'
          : pause.paused?.holds
            ? 'paused'
            : (this.lastStep ?? 'starting'),
      steps: [...this.#steps, ...this.#stepsToCome(judged)],
      sinceMs: this.#openedAtMs,
      ...(judged ? {} : pause),
      ...(waitingFor === undefined ? {} : { waitingFor }),
      ...(lastFinding === undefined ? {} : { lastFinding }),
      ...(judged ? { judged } : {}),
      approvals,
      findings: findings.length,
      ...(this.preview ? { preview: this.preview } : {}),
      ...(this.incident ? { incident: this.incident } : {}),
    });
  }

  /** What the runbook has still to do; nothing once it is judged: then it will not be done any more. */
  #stepsToCome(judged: Judged | undefined): RunStatus['steps'] {
    if (judged) return [];
    const begun = this.#steps.map((step) => step.name);
    return this.#planned.filter((name) => !begun.includes(name)).map((name) => ({ name, state: 'waiting' }));
  }
}
