import { allHandlersFinished, CancellationScope, condition, log } from '@temporalio/workflow';
import type { Finding } from '../domain/finding.ts';
import { makeFinding } from '../domain/fingerprint.ts';
import type { AddendumEvent } from '../domain/journal-entry.ts';
import { errorFacts } from './failures.ts';
import type { JournalPump } from './journal-pump.ts';
import type { recordActivities } from './proxies.ts';
import type { RunOpening } from './run-opening.ts';

interface RunEvidenceOptions {
  readonly runId: string;
  readonly about: Pick<RunOpening, 'service' | 'resource' | 'runbook'>;
  readonly journal: JournalPump;
  readonly record: ReturnType<typeof recordActivities>;
  readonly tellOfFinding: (finding: Finding) => void;
}

/** What proves a run afterwards: its sealed journal as a bundle, and what comes behind the seal chained to it. */
export class RunEvidence {
  readonly #options: RunEvidenceOptions;
  readonly #lateAddenda = new Set<Promise<void>>();

  constructor(options: RunEvidenceOptions) {
    this.#options = options;
  }

  /**
   * Asks for the bundle for as long as it takes; what refuses it for good is a finding of its own. A store that has lost
   * entries since it took them gets them again, once.
   */
  async seal(mayLackEntries = true): Promise<{ evidencePath?: string; problem?: string }> {
    const { runId, journal, record } = this.#options;
    const { broken, head, journalId } = journal;
    if (broken !== undefined) return this.#notEvidenced('journal-refused', `The store refused the journal: ${broken}`);
    try {
      const request = { runId, executionId: journalId, head: head.hash, count: head.number };
      return { evidencePath: (await record.sealEvidence(request)).value.path };
    } catch (error) {
      const { code, what } = errorFacts(error);
      if (code === 'head-mismatch' && mayLackEntries) {
        await journal.sendAgain();
        await journal.seal();
        return await this.seal(false);
      }
      return this.#notEvidenced(code, `The evidence was refused: ${what}`);
    }
  }

  /** Clicks that came behind the seal have their answer; what is left is to write them down. */
  async lateComers(): Promise<void> {
    for (;;) {
      await condition(allHandlersFinished);
      if (this.#lateAddenda.size === 0) return;
      await Promise.all(this.#lateAddenda);
    }
  }

  /** What comes behind the seal is chained to it. Kept for the run's end, and never in the way of the answer. */
  addLate(event: AddendumEvent): void {
    const { runId, journal, record } = this.#options;
    if (journal.broken !== undefined) return;
    const added = CancellationScope.nonCancellable(async () => {
      try {
        await record.appendAddendum({ runId, executionId: journal.journalId, event });
      } catch (error) {
        log.error('a late decision could not be added to the evidence', { code: errorFacts(error).code });
      }
    });
    this.#lateAddenda.add(added);
    void added.then(() => this.#lateAddenda.delete(added));
  }

  #notEvidenced(cause: string, problem: string): { problem: string } {
    const { runId, about, tellOfFinding } = this.#options;
    const { service, resource, runbook } = about;
    tellOfFinding(
      makeFinding({
        service,
        resource,
        runId,
        check: 'evidence',
        cause,
        severity: 'high',
        title: `the verdict of a ${runbook} of ${resource} is not evidenced (${cause})`,
        found: problem,
        matters: 'The verdict stands, but nobody can prove it: an auditor will not accept it.',
        lookFirst:
          'Whether the run was reset in Temporal, the store restored from a backup, or somebody wrote into the evidence bucket.',
        proof: { kind: 'recheck', check: 'evidence', sentence: 'A new run of this resource whose evidence verifies.' },
      }),
    );
    return { problem };
  }
}
