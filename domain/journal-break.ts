import type { ErrorFacts } from './errors.ts';
import type { Finding } from './finding.ts';
import { makeFinding } from './fingerprint.ts';

/** Another journal of the same run, as the store has it: of an execution before a reset, or with other content. */
export interface OtherJournal {
  readonly executionId: string;
  readonly count: number;
  readonly head: string;
}

/**
 * The store did not have what this run had recorded, or had something else. What it could not take was sent again from
 * the first entry on, so that one whole chain stands for the run; the others stay as they are, beside it.
 *
 * `reset`: somebody reset the run in Temporal; its new execution writes a journal of its own. `started-again`: Temporal
 * had forgotten the run and started it anew. `other-content`: other entries stood under the same numbers, as after
 * Temporal was restored from a backup; the run went on in a new journal. `entries-lost`: the store had lost entries that
 * it had taken before, as after it was restored from a backup; they were put back.
 */
export interface JournalBreak {
  readonly cause: 'reset' | 'started-again' | 'other-content' | 'entries-lost';
  /** The journal from here on: an execution id, with `.2`, `.3` … for the journals that it began anew. */
  readonly journalId: string;
  /** The first entry that the store would not take as it came, or 1. */
  readonly atNumber: number;
  readonly others: readonly OtherJournal[];
}

/** One sentence: what happened, with its numbers. */
export function breakText({ cause, atNumber, others }: JournalBreak): string {
  const beside = others.map(({ executionId, count }) => `${executionId} with ${count} entries`).join(', ');
  switch (cause) {
    case 'reset':
      return `This run was reset in Temporal; what its execution before had recorded stands in a journal of its own (${beside}).`;
    case 'started-again':
      return `This run was started a second time under the same id; what it had recorded before stands in a journal of its own (${beside}).`;
    case 'other-content':
      return `From entry ${atNumber} on the store had another course of this run than the run itself; both are kept: the other one stands in a journal of its own (${beside}).`;
    case 'entries-lost':
      return `The store had lost entries of this run that it had taken before, found at entry ${atNumber}; the run put them back, unchanged.`;
  }
}

/** Whether times and results of the run are those of one undisturbed course of it: otherwise it is not comparable. */
export const keepsComparable = ({ cause }: JournalBreak): boolean => cause === 'entries-lost';

/** The break among the problems of the run. */
export const breakFacts = (found: JournalBreak): ErrorFacts => ({
  code: `journal-${found.cause}`,
  kind: 'programme',
  what: breakText(found),
  means: keepsComparable(found)
    ? 'Nothing of this run is missing; of other runs, which were over by then, entries may be.'
    : 'The verdict is that of the journal that is sealed. The run does not count as comparable: part of it happened twice.',
  next: lookFirst[found.cause],
});

/** A break is a gap of the programme: somebody has to say why it happened. */
export function findingOfBreak(
  found: JournalBreak,
  run: { readonly runId: string; readonly service: string; readonly resource: string },
): Finding {
  return makeFinding({
    ...run,
    check: 'journal',
    cause: found.cause,
    severity: keepsComparable(found) ? 'medium' : 'high',
    title: titles[found.cause],
    found: breakText(found),
    matters: breakFacts(found).means,
    lookFirst: lookFirst[found.cause],
    proof: { kind: 'attested', sentence: 'Somebody who answers for the programme says who did it, when and why.' },
  });
}

const titles: Readonly<Record<JournalBreak['cause'], string>> = {
  reset: 'a run was reset in Temporal while it was under way',
  'started-again': 'a run was started again under an id that had been used',
  'other-content': 'the store and Temporal do not agree on what happened in a run',
  'entries-lost': 'the store had lost entries of a run',
};

const lookFirst: Readonly<Record<JournalBreak['cause'], string>> = {
  reset: 'Who reset it (Temporal shows the identity and the reason), and what the journal before says.',
  'started-again': 'Whether Temporal was restored from a backup, or its retention is shorter than 30 days.',
  'other-content':
    'Whether Temporal was restored from a backup, or somebody wrote into the store; compare both journals in the evidence.',
  'entries-lost': 'Whether the store was restored from a backup; then compare the runs since that backup with S3.',
};
