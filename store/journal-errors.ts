import { FiredrillError } from '../domain/errors.ts';
import type { JournalEntry } from '../domain/journal-entry.ts';

const verdictStands = 'The run and its verdict stand, its further entries cannot be recorded in this chain.';
const twoVersions =
  'Find out whether the run was reset in Temporal or the store was restored from a backup; keep both versions as evidence.';

/** Other content is already recorded under the same number: a reset in Temporal, or a store restored from a backup. */
export class JournalConflictError extends FiredrillError {
  override readonly name = 'JournalConflictError';
  constructor(entry: Pick<JournalEntry, 'runId' | 'number'>, options?: ErrorOptions) {
    super(
      {
        code: 'journal-conflict',
        kind: 'refused',
        what: `Entry ${entry.number} of ${entry.runId} is already recorded with other content.`,
        means: verdictStands,
        next: twoVersions,
      },
      options,
    );
  }
}

/** The entry that this one continues is not in the store, or not as it was: the store lost its newest entries. */
export class JournalGapError extends FiredrillError {
  override readonly name = 'JournalGapError';
  constructor(entry: Pick<JournalEntry, 'runId' | 'number'>, options?: ErrorOptions) {
    super(
      {
        code: 'journal-gap',
        kind: 'refused',
        what: `Entry ${entry.number} of ${entry.runId} does not continue what the store has: the entry before it is missing or another one.`,
        means: verdictStands,
        next: twoVersions,
      },
      options,
    );
  }
}

/** An entry says a hash that is not its own. A mistake of ours, or something between the run and the store changed it. */
export class JournalHashError extends FiredrillError {
  override readonly name = 'JournalHashError';
  constructor(entry: Pick<JournalEntry, 'runId' | 'number'>, options?: ErrorOptions) {
    super(
      {
        code: 'journal-hash',
        kind: 'refused',
        what: `The store computed another hash for entry ${entry.number} of ${entry.runId}, or a later one of its batch, than it came with.`,
        means: verdictStands,
        next: 'Please report this with the run’s id: it must not happen.',
      },
      options,
    );
  }
}

/** What the database refused, in our words; everything else is as it was. */
export function refusalOf(error: unknown, entry: Pick<JournalEntry, 'runId' | 'number'>): unknown {
  if (!(error instanceof Error) || !('constraint' in error)) return error;
  switch (error.constraint) {
    case 'journal_continues_the_entry_before':
    case 'journal_starts_at_zero':
      return new JournalGapError(entry, { cause: error });
    case 'journal_hash_is_right':
      return new JournalHashError(entry, { cause: error });
    case 'journal_pkey':
      return new JournalConflictError(entry, { cause: error });
    default:
      return error;
  }
}
